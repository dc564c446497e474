// What last went wrong on each route, and what was found out about it.

import { useData } from './api.js';
import { Ago, Badge, Facts, Panel, Table, Time, html, number } from './ui.js';

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
        ['Call', html`<a href=${'#/calls?id=' + encodeURIComponent(finding.id)}>${finding.id}</a>`],
        ['Signed with', finding.credentials], ['Access key id', html`<code>${finding.access_key_id}</code>`],
      ]} />
      ${finding.comparison && html`<${Comparison} of=${finding.comparison} route=${route} />`}
    </div>`}
    <p class="note gap"><a href=${'#/calls?status=failed&route=' + encodeURIComponent(route)}>Failed calls of ${route}</a></p>
  <//>`;
}

const TEXTS = { canonical_request: 'the canonical request', string_to_sign: 'the string to sign' };

/** What we computed beside what AWS says that it computed; the first difference is marked. */
function Comparison({ of: { sent_back: sentBack, parts, left_out: leftOut }, route }) {
  const first = parts.findIndex(each => each.differs);
  const missing = Object.keys(TEXTS).filter(each => !sentBack.includes(each)).map(each => TEXTS[each]);
  const came = sentBack.length > 0;
  return html`<h4>What was signed${came && ', beside what AWS says'}</h4>
    ${missing.length > 0 && html`<p class="note">AWS has not sent back ${missing.join(' or ')} that it computed, so there is nothing to compare with.</p>`}
    ${came && first < 0 && html`<p class="note">What it has sent back is the same as ours.</p>`}
    <${Table} label=${'What was signed on ' + route} rows=${parts} id=${each => each.of + each.name}
      rowClass=${each => each.differs ? 'differs' : ''} columns=${[
        { name: 'Part', cell: each => html`${each.name} ${each.differs && html`<${Badge} kind="bad">${parts[first] === each ? 'first difference' : 'differs'}<//>`}` },
        { name: 'Ours', wide: true, cell: each => html`<${Side} text=${each.ours} other=${each.aws} differs=${each.differs} />` },
        came && { name: 'AWS', wide: true, cell: each => sentBack.includes(each.of) ? html`<${Side} text=${each.aws} other=${each.ours} differs=${each.differs} />` : '–' },
      ].filter(Boolean)} />
    ${leftOut > 0 && html`<p class="note">and ${number(leftOut)} more parts</p>`}`;
}

/** From where it differs on, it is marked; all of it, where the difference lies in what is not shown. */
function Side({ text, other, differs }) {
  if (text == null) {
    return differs ? html`<mark>not there</mark>` : '–';
  }
  if (!differs || other == null) {
    return html`<code>${text}</code>`;
  }
  let same = 0;
  while (same < text.length && text[same] === other[same]) {
    same++;
  }
  const at = same === text.length && same === other.length ? 0 : same;
  return html`<code>${text.slice(0, at)}<mark>${text.slice(at)}</mark></code>`;
}
