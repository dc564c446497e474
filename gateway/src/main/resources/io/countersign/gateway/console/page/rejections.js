// What last went wrong on each route, and what was found out about it.

import { useData } from './api.js';
import { Ago, Badge, Facts, Panel, Time, html, number } from './ui.js';

export function Rejections() {
  const source = useData('/api/v1/rejections', 3);
  const all = source.data?.rejections || [];
  if (all.length === 0) {
    return html`<${Panel} title="Rejections" source=${source}><p class="empty">No route has met a failure since start.</p><//>`;
  }
  return all.map(each => html`<${Rejection} key=${each.route} of=${each} source=${source} />`);
}

function Rejection({ of: { route, run, finding, last_success: lastSuccess }, source }) {
  return html`<${Panel} title=${route} source=${source} id=${'rejection-' + route}
      tools=${run && (run.healed ? html`<${Badge} kind="ok">healed<//>` : html`<${Badge} kind="bad">not healed<//>`)}>
    <${Facts} of=${[
      ['Cause', run && html`<code>${run.cause}</code>`],
      ['Times', run && number(run.count)],
      ['First', run && html`<${Time} at=${run.first} />`],
      ['Last', run && html`<${Ago} at=${run.last} />`],
      ['Healed', run?.healed && html`<${Time} at=${run.healed} />`],
      ['Last 2xx', lastSuccess && html`<${Ago} at=${lastSuccess} />`],
    ]} />
    ${finding && html`<div class="item">
      <h3>Rejected by AWS: <code>${finding.cause}</code></h3>
      <pre tabindex="0">${finding.text}</pre>
      <${Facts} of=${[
        ['When', html`<${Time} at=${finding.time} />`],
        ['Upstream’s request id', html`<a href=${'#/calls?id=' + encodeURIComponent(finding.upstream_id)}>${finding.upstream_id}</a>`],
        ['Signed with', finding.credentials], ['Access key id', html`<code>${finding.access_key_id}</code>`],
      ]} />
    </div>`}
    <p class="note gap"><a href=${'#/calls?status=failed&route=' + encodeURIComponent(route)}>Failed calls of ${route}</a></p>
  <//>`;
}
