# The sidecars' pods of deploy/kubernetes, played by podman with a real Prometheus and the stand-in, for scripts/verify.d/kubernetes.
# shellcheck shell=bash disable=SC2154 # some variables are set by the scripts that source this

pods_made=() pods_pids=() pods_pod=''

pods_cleanup() {
    [[ -z $pods_pod ]] || podman --runtime "$runtime" pod rm -f -t 2 "$pods_pod" >/dev/null 2>&1 || true
    ((${#pods_pids[@]} == 0)) || kill "${pods_pids[@]}" 2>/dev/null || true
    ((${#pods_made[@]} == 0)) || podman rmi -f "${pods_made[@]}" >/dev/null 2>&1 || true
    wait 2>/dev/null || true
}

# pods_image: sets `image` to IMAGE, or to one that is put together from the scripts that the Dockerfile calls.
pods_image() {
    image=${IMAGE:-}
    [[ -z $image ]] || return 0
    need_jdk
    ((major >= 25)) || fail "needs JDK 25 or later in JAVA_HOME to make an image, or IMAGE; this one is $major"
    need objcopy binutils "to link a Java runtime"
    echo "  making the image"
    base_tree "$VERIFY_WORK/tree"
    deploy/container/assemble "$VERIFY_WORK/tree/opt/countersign" core >"$VERIFY_WORK/assemble.log" 2>&1 ||
        { tail -5 "$VERIFY_WORK/assemble.log" >&2 && fail "the image cannot be assembled"; }
    image=localhost/countersign-kubernetes
    tar -C "$VERIFY_WORK/tree" -c . | podman import -q --change 'ENTRYPOINT ["/opt/countersign/bin/countersign"]' --change 'USER 65532' - \
        "$image" >/dev/null
    pods_made+=("$image")
    rm -rf "$VERIFY_WORK/tree"
}

# pods_agent: an image of this machine's Prometheus, and sets `agent_flag` to the flag that makes it an agent.
pods_agent() {
    local tree=$VERIFY_WORK/agent library version
    need prometheus prometheus "to be the agent"
    mkdir -p "$tree"/{usr/bin,tmp,etc}
    cp "$(command -v prometheus)" "$tree/usr/bin/prometheus"
    for library in $(ldd "$tree/usr/bin/prometheus" | grep -oE '/[^ ]+'); do
        mkdir -p "$tree/$(dirname "$library")"
        cp -L "$library" "$tree/$library"
    done
    tar -C "$tree" -c . | podman import -q --change 'ENTRYPOINT ["/usr/bin/prometheus"]' - localhost/countersign-agent >/dev/null
    pods_made+=(localhost/countersign-agent)
    version=$(prometheus --version 2>&1 | sed -n 's/^prometheus, version \([0-9]*\)\..*/\1/p')
    agent_flag=--agent
    ((version >= 3)) || agent_flag=--enable-feature=agent
    echo "  the agent: Prometheus $(prometheus --version 2>&1 | sed -n 's/^prometheus, version \([^ ]*\).*/\1/p')"
}

# free_ports COUNT: prints that many, each different.
free_ports() {
    python3 -c 'import socket, sys
all = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in all: each.bind(("127.0.0.1", 0))
print(*(each.getsockname()[1] for each in all))' "$1"
}

# until_true SECONDS WHAT COMMAND...: the command succeeds within that time.
until_true() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        if ((SECONDS >= end)); then
            podman pod ps 2>/dev/null | tail -3 >&2
            podman logs "$pods_pod-countersign" 2>&1 | tail -10 >&2
            podman logs "$pods_pod-prometheus" 2>&1 | tail -5 >&2
            fail "$what"
        fi
        sleep 0.2
    done
}

# ticks N: whether N numbered scrapes of this pod have arrived.
ticks() {
    local arrived
    arrived=$(grep -cF "run=\"$pods_pod\"" "$VERIFY_WORK/standin/samples.log" 2>/dev/null || true)
    ((${arrived:-0} >= $1))
}
answers() { [[ $(curl -s -o /dev/null -m 5 -w '%{http_code}' "http://127.0.0.1:$listener/x") == "$1" ]]; }
is_live() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:$admin/livez"; }

# pods_target NAME: what Prometheus scrapes: a series with a number for each scrape, which the file NAME.served has too.
pods_target() {
    python3 - "$target" "$VERIFY_WORK/$1.served" "$1" <<'PY' &
import http.server, sys

port, served, run = sys.argv[1:]
count = 0

class Target(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global count
        count += 1
        body = b'tick{n="%d",run="%s"} 1\n' % (count, run.encode())
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        with open(served, "a") as file:
            print(count, file=file)

    def log_message(self, *_):
        pass

http.server.HTTPServer(("127.0.0.1", int(port)), Target).serve_forever()
PY
    pods_pids+=($!)
}

# pods_create NAME MANIFEST: makes the pod, and starts nothing.
pods_create() {
    local web
    pods_pod=$1
    read -r listener admin web target < <(free_ports 4)
    pods_target "$1"
    mkdir -p "$VERIFY_WORK/$1"
    "$python" "$documents" overlay "$2" "$VERIFY_WORK/$1" --name "$1" --image "$image" --agent-image localhost/countersign-agent \
        --replace "0.0.0.0:8006=127.0.0.1:$admin" --replace "127.0.0.1:8005=127.0.0.1:$listener" \
        --replace "localhost:9090=127.0.0.1:$target" --replace $'scrape_configs:=global:\n  scrape_interval: 1s\nscrape_configs:' \
        --replace "https://abc123.execute-api.us-east-1.amazonaws.com=$standin" --replace="--agent=$agent_flag" \
        --agent-arg="--web.listen-address=127.0.0.1:$web" --data "countersign/ca.pem=$VERIFY_WORK/ca.pem" \
        --env "COUNTERSIGN_LISTENERS_0_BIND=127.0.0.1:$listener" --env COUNTERSIGN_ROUTES_METRICS_SERVICE=execute-api \
        --env COUNTERSIGN_ROUTES_METRICS_REGION=us-east-1 --env COUNTERSIGN_ROUTES_METRICS_TLS_CA=/etc/countersign/ca.pem \
        --env "AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID" --env "AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY"
    podman --runtime "$runtime" play kube --start=false --network host "$VERIFY_WORK/$1/pod.yaml" >"$VERIFY_WORK/play.log" 2>&1 ||
        { tail -5 "$VERIFY_WORK/play.log" >&2 && fail "podman does not play the pod"; }
}

pods_start() {
    podman --runtime "$runtime" start "$pods_pod-$1" >/dev/null || fail "$1 does not start"
}

pods_term() {
    podman --runtime "$runtime" kill -s TERM "$pods_pod-$1" >/dev/null
}

# pods_ended WHAT: both have ended, with 0; nothing was lost.
pods_ended() {
    local name code
    for name in countersign prometheus; do
        code=$(timeout 90 podman --runtime "$runtime" wait "$pods_pod-$name") || code='not within 90 s'
        if [[ $code != 0 ]]; then
            podman logs "$pods_pod-countersign" 2>&1 | tail -10 >&2
            podman logs "$pods_pod-prometheus" 2>&1 | tail -10 >&2
            fail "$name ended: $code"
        fi
    done
    "$python" "$documents" lost "$1" "$VERIFY_WORK/$pods_pod.served" <(grep -F "run=\"$pods_pod\"" "$VERIFY_WORK/standin/samples.log")
    podman --runtime "$runtime" pod rm -f -t 2 "$pods_pod" >/dev/null
    pods_pod=''
}

# pods_edit TEXT: what deny.list holds from now on.
pods_edit() {
    printf '%s\n' "$1" | "$python" "$documents" swap "$VERIFY_WORK/$pods_pod/countersign-lists" deny.list
}

pods() {
    need_engine
    need curl curl "to ask the pods"
    trap pods_cleanup EXIT
    pods_image
    pods_agent
    scripts/build
    export AWS_ACCESS_KEY_ID=AKIDVERIFY AWS_SECRET_ACCESS_KEY=verify-secret
    scripts/countersign standin --listen 127.0.0.1:0 --control 127.0.0.1:0 --ca-out "$VERIFY_WORK/ca.pem" --data "$VERIFY_WORK/standin" \
        >"$VERIFY_WORK/standin.log" 2>&1 &
    pods_pids+=($!)
    timeout 60 bash -c "until grep -q https: '$VERIFY_WORK/standin.log'; do sleep 0.1; done" || fail "the stand-in did not start"
    standin=$(grep -oE 'https://[^ ,;]+' "$VERIFY_WORK/standin.log" | head -1)
    chmod a+rx "$VERIFY_WORK"

    pods_create "classic-$$" "$manifests/sidecar-classic.yaml"
    pods_start countersign
    pods_start prometheus
    until_true 90 "no samples arrived" ticks 5
    echo "  classic: samples arrive, signed"
    pods_edit '127.0.0.0/8 # INC-42'
    until_true 15 "an entry of deny.list does not act" answers 503
    sleep 3 # samples that the agent has to keep
    pods_edit '# nobody'
    until_true 15 "an entry that was taken out still acts" answers 200
    echo "  classic: an entry of deny.list stops the agent, which keeps its samples"
    pods_term countersign
    sleep 0.3
    pods_term prometheus
    pods_ended "classic, SIGTERM to Countersign first"

    pods_create "classic-again-$$" "$manifests/sidecar-classic.yaml"
    pods_start prometheus
    pods_start countersign
    until_true 90 "no samples arrived" ticks 5
    pods_term prometheus
    sleep 0.3
    pods_term countersign
    pods_ended "classic, Prometheus started first, and SIGTERM to it first"

    # A kubelet's order: the sidecar is there before the application starts, and gets SIGTERM when that has ended.
    pods_create "native-$$" "$manifests/sidecar-native.yaml"
    pods_start countersign
    until_true 60 "the startup probe does not pass" is_live
    pods_start prometheus
    until_true 90 "no samples arrived" ticks 5
    pods_term prometheus
    timeout 60 podman --runtime "$runtime" wait "$pods_pod-prometheus" >/dev/null || fail "Prometheus did not end"
    local since=$SECONDS
    pods_term countersign
    timeout 60 podman --runtime "$runtime" wait "$pods_pod-countersign" >/dev/null || fail "Countersign did not end"
    echo "  native: Countersign ended $((SECONDS - since)) s after the application"
    pods_ended "native"
}
