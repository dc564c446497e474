// How agents are pointed at a route, as docs/AGENTS.md has it.

const OTLP = ['logs', 'xray', 'monitoring'];

/** `[{agent, text}]` for the agents that a route's service is for. */
export function snippets(route, listeners) {
  const listener = listeners.find(each => /^https?:/.test(each)) || listeners[0] || 'http://127.0.0.1:8005';
  const prefix = route.path_prefix.replace(/\/$/, '');
  const unix = listener.startsWith('unix:');
  const base = unix ? 'http://localhost' : listener.replace(/\/$/, '');
  const host = route.hosts.length > 0 ? ' -H "Host: ' + route.hosts[0] + '"' : '';
  const curl = { agent: 'curl', text: 'curl --retry 5' + (unix ? ' --unix-socket ' + listener.slice(5) : '') + host + ' ' + base + prefix + '/' };
  if (unix) {
    return [curl];
  }
  const write = base + prefix + (prefix.includes('remote_write') ? '' : '/api/v1/remote_write');
  const remoteWrite = [
    { agent: 'Prometheus', text: 'remote_write:\n  - url: ' + write },
    { agent: 'Alloy', text: 'prometheus.remote_write "gateway" {\n  endpoint { url = "' + write + '" }\n}' },
    { agent: 'vmagent', text: '-remoteWrite.url=' + write },
    {
      agent: 'OpenTelemetry Collector',
      text: 'exporters:\n  prometheus_remote_write:\n    endpoint: ' + write + '\n    tls: { insecure: true }\n    retry_on_failure: { max_elapsed_time: 0 }',
    },
  ];
  const root = base + prefix.replace(/\/v1\/(logs|traces|metrics)$/, '');
  const otlp = [
    { agent: 'OpenTelemetry Collector', text: 'exporters:\n  otlp_http:\n    endpoint: ' + root + '\n    retry_on_failure: { max_elapsed_time: 0 }' },
    { agent: 'OpenTelemetry SDKs', text: 'OTEL_EXPORTER_OTLP_ENDPOINT=' + root + '\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf' },
  ];
  if (route.service === 'aps') {
    return [...remoteWrite, curl];
  }
  if (OTLP.includes(route.service)) {
    return [...otlp, curl];
  }
  if (route.service === 's3') {
    return [{ agent: 'AWS CLI', text: 'aws s3 ls --no-sign-request --endpoint-url ' + base + prefix }, curl];
  }
  return [curl];
}
