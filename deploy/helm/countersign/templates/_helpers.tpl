{{- define "countersign.name" -}}
{{- if eq .Values.mode "sidecar" -}}countersign{{- else -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{- define "countersign.labels" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "countersign.selector" -}}
app.kubernetes.io/name: countersign
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "countersign.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "countersign.name" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{- define "countersign.image" -}}
{{- $usual := ternary "countersign-gateway" "countersign" (eq .Values.mode "gateway") -}}
{{ default $usual .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{/* The configuration: what the mode needs, and over it what is set in config. */}}
{{- define "countersign.config" -}}
{{- $config := dict "admin" (dict "bind" "0.0.0.0:8006") -}}
{{- $access := dict -}}
{{- if .Values.lists.allow -}}
{{- $_ := set $access "allow-files" (list "/etc/countersign-lists/allow.list") -}}
{{- end -}}
{{- if or .Values.lists.deny (eq .Values.mode "sidecar") -}}
{{- $_ := set $access "deny-files" (list "/etc/countersign-lists/deny.list") -}}
{{- end -}}
{{- if eq .Values.mode "sidecar" -}}
{{- $_ := set $access "deny-status" 503 -}}
{{- $_ := set $config "drain" (dict "quiet" "1 s") -}}
{{- else -}}
{{- $name := include "countersign.name" . -}}
{{- $ns := .Release.Namespace -}}
{{- $hosts := list "localhost" $name (printf "%s.%s" $name $ns) (printf "%s.%s.svc" $name $ns) (printf "%s.%s.svc.cluster.local" $name $ns) -}}
{{- $_ := set $access "allowed-hosts" (concat $hosts .Values.allowedHosts) -}}
{{- $listener := dict "bind" "0.0.0.0:8005" -}}
{{- $listeners := list -}}
{{- if eq .Values.mode "gateway" -}}
{{- $tls := dict -}}
{{- if .Values.gateway.tls.secretName -}}
{{- $_ := set $tls "certificate" "/etc/countersign-tls/tls.crt" -}}
{{- $_ := set $tls "key" "/etc/countersign-tls/tls.key" -}}
{{- $_ := set $listener "tls" $tls -}}
{{- end -}}
{{- $_ := set $config "drain" (dict "quiet" "20 s" "max" "50 s") -}}
{{- $listeners = append $listeners $listener -}}
{{- if .Values.gateway.loadBalancer.enabled -}}
{{- $subnets := required "gateway.loadBalancer.subnets: set the networks that the load balancer connects from, which alone may send PROXY headers" (.Values.gateway.loadBalancer.subnets | uniq | compact | default nil) -}}
{{- $balancer := dict "bind" "0.0.0.0:8015" "proxy-protocol" "required" "proxy-protocol-from" $subnets -}}
{{- if $tls -}}{{- $_ := set $balancer "tls" $tls -}}{{- end -}}
{{- $listeners = append $listeners $balancer -}}
{{- end -}}
{{- else -}}
{{- $listeners = append $listeners $listener -}}
{{- end -}}
{{- $_ := set $config "listeners" $listeners -}}
{{- end -}}
{{- $_ := set $config "access" $access -}}
{{- $config = mergeOverwrite $config (deepCopy .Values.config) -}}
{{- $own := dig "access" dict .Values.config -}}
{{- if and (ne .Values.mode "sidecar") (not (or .Values.lists.allow $own.allow (index $own "allow-files") (index $own "allow-certificates"))) -}}
{{- fail "lists.allow: say who may call, such as the addresses of the cluster's pods; whoever reaches it acts with its role" -}}
{{- end -}}
{{- if not $config.routes -}}
{{- fail "config.routes: set a route, such as --set config.routes.metrics.upstream=https://abc123.execute-api.us-east-1.amazonaws.com/prod" -}}
{{- end -}}
{{- toYaml (dict "countersign" $config) -}}
{{- end -}}

{{/* 5 seconds more than drain.max, which is in the configuration as seconds or minutes. */}}
{{- define "countersign.grace" -}}
{{- if .Values.terminationGracePeriodSeconds -}}
{{ .Values.terminationGracePeriodSeconds }}
{{- else -}}
{{- $max := dig "countersign" "drain" "max" "25 s" (include "countersign.config" . | fromYaml) | toString -}}
{{- $number := regexFind "^\\s*\\d+" $max | trim | int -}}
{{- if regexMatch "^\\s*\\d+\\s*(s|second|seconds)\\s*$" $max -}}
{{ add $number 5 }}
{{- else if regexMatch "^\\s*\\d+\\s*(m|minute|minutes)\\s*$" $max -}}
{{ add (mul $number 60) 5 }}
{{- else -}}
{{- fail (printf "config.drain.max is %s: set terminationGracePeriodSeconds, or write whole seconds or minutes" $max) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "countersign.resources" -}}
{{- if .Values.resources -}}
{{ toYaml .Values.resources }}
{{- else -}}
{{- $memory := dict "sidecar" "128Mi" "daemonset" "256Mi" "gateway" "512Mi" -}}
{{- $cpu := dict "sidecar" "50m" "daemonset" "100m" "gateway" "500m" -}}
requests:
  cpu: {{ get $cpu .Values.mode }}
  memory: {{ get $memory .Values.mode }}
limits:
  memory: {{ get $memory .Values.mode }}
{{- end -}}
{{- end -}}

{{/* The container, but for its ports and its readiness. */}}
{{- define "countersign.container" -}}
name: countersign
image: {{ include "countersign.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: ["run", "--config", "/etc/countersign/countersign.yaml"]
{{- with .Values.env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
startupProbe:
  httpGet:
    path: /livez
    port: cs-admin
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet:
    path: /livez
    port: cs-admin
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
resources:
  {{- include "countersign.resources" . | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities:
    drop: [ALL]
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 65532
  seccompProfile:
    type: RuntimeDefault
volumeMounts:
  - name: countersign
    mountPath: /etc/countersign
    readOnly: true
  - name: countersign-lists
    mountPath: /etc/countersign-lists
    readOnly: true
{{- if and (eq .Values.mode "gateway") .Values.gateway.tls.secretName }}
  - name: countersign-tls
    mountPath: /etc/countersign-tls
    readOnly: true
{{- end }}
{{- end -}}

{{- define "countersign.volumes" -}}
- name: countersign
  configMap:
    name: {{ include "countersign.name" . }}
- name: countersign-lists
  configMap:
    name: {{ include "countersign.name" . }}-lists
{{- if and (eq .Values.mode "gateway") .Values.gateway.tls.secretName }}
- name: countersign-tls
  secret:
    secretName: {{ .Values.gateway.tls.secretName }}
{{- end }}
{{- end -}}

{{/* A pod of our own: of the DaemonSet or the gateway. */}}
{{- define "countersign.pod" -}}
metadata:
  labels:
    {{- include "countersign.selector" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "countersign.serviceAccount" . }}
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: {{ include "countersign.grace" . }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .Values.tolerations (eq .Values.mode "daemonset") }}
  tolerations:
    {{- toYaml (default (list (dict "operator" "Exists")) .Values.tolerations) | nindent 4 }}
  {{- end }}
  {{- if and (eq .Values.mode "gateway") .Values.gateway.spread }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "countersign.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    - {{- include "countersign.container" . | nindent 6 }}
      ports:
        - name: http
          containerPort: 8005
        {{- if and (eq .Values.mode "gateway") .Values.gateway.loadBalancer.enabled }}
        - name: balancer
          containerPort: 8015
        {{- end }}
        - name: cs-admin
          containerPort: 8006
      readinessProbe:
        httpGet:
          path: /readyz
          port: cs-admin
        periodSeconds: 2
  volumes:
    {{- include "countersign.volumes" . | nindent 4 }}
{{- end -}}
