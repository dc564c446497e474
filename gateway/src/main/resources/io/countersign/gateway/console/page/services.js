// Each route as it acts: whose it is, how it fares, how to call it, and who may.

import { useData } from './api.js';
import { Ago, Badge, Facts, Panel, Table, Time, bytes, html, millis, number } from './ui.js';
import { RouteState } from './now.js';
import { snippets } from './snippets.js';

const STATES = { live: 'ok', draft: 'plain', deprecated: 'warn', retired: 'bad' };

export function Services() {
  const status = useData('/api/v1/status', 3);
  const routes = useData('/api/v1/routes', 3);
  const catalogue = useData('/api/v1/catalogue', 10);
  const subscriptions = useData('/api/v1/subscriptions', 10);
  const about = new Map((catalogue.data?.routes || []).map(each => [each.name, each]));
  const listeners = status.data?.listeners || [];
  const all = routes.data?.routes || [];
  return html`${all.map(route => html`<${Service} key=${route.name} route=${route} about=${about.get(route.name) || {}}
      source=${[routes, catalogue]} listeners=${listeners}
      subscriptions=${(subscriptions.data?.subscriptions || []).filter(each => each.route === route.name)} />`)}
    ${all.length === 0 && html`<${Panel} title="Routes" source=${[routes, catalogue]}><p class="empty">No routes are configured.</p><//>`}`;
}

/** The duration that so much of a route's calls did not exceed, by the histogram's bounds. */
function quantile(counts, part) {
  const target = counts.duration_seconds_count * part;
  const bucket = counts.duration_seconds_buckets.find(each => each.count >= target);
  return counts.duration_seconds_count === 0 || !bucket ? null
    : bucket.at_most === '+Inf' ? 'over ' + millis(1000 * counts.duration_seconds_buckets.at(-2).at_most)
    : '≤ ' + millis(1000 * bucket.at_most);
}

/** A link, if it is one to the web: a page's address may be anything. */
function Link({ to }) {
  return /^https?:\/\//.test(to || '') ? html`<a href=${to} target="_blank" rel="noopener noreferrer">${to}</a>` : to || null;
}

const BREAKERS = { closed: ['plain', 'stands by'], probing: ['warn', 'is tried'], open: ['bad', 'left out'] };

/** Whether requests go to an upstream, in a word. */
export function UpstreamState({ of: { breaker, in_use: inUse } }) {
  const [kind, word] = inUse ? ['ok', 'in use'] : BREAKERS[breaker] || ['plain', breaker];
  return html`<${Badge} kind=${kind}>${word}<//>`;
}

/** By what requests are signed: of a route, or of one of its upstreams. */
function signed({ service, region, signature, credentials }) {
  const where = signature !== 'v4a' ? region : region === '*' ? 'SigV4A for all regions' : 'SigV4A for ' + region.replaceAll(',', ', ');
  return service ? service + ', ' + where + ', with ' + credentials : 'no';
}

function Upstreams({ of: route, all }) {
  return html`<${Table} label=${'Upstreams of ' + route.name} rows=${all} id=${each => each.upstream} columns=${[
    { name: 'Upstream', wide: true, cell: each => html`<code>${each.upstream}</code>` },
    { name: 'State', cell: each => html`<${UpstreamState} of=${each} />` },
    { name: 'Signed', wide: true, cell: signed },
    { name: 'Requests', num: true, cell: each => number(each.requests) },
    { name: 'Went on to the next', wide: true, cell: each => each.moves.length === 0 ? '–'
      : each.moves.map(move => move.cause + ': ' + number(move.count)).join(', ') },
  ]} />`;
}

function Service({ route, about, source, listeners, subscriptions }) {
  const { counts, health = {} } = route;
  return html`<${Panel} title=${route.name} source=${source} id=${'route-' + route.name} note=${about.description}
    tools=${html`<${RouteState} route=${route} /> ${about.state && html`<${Badge} kind=${STATES[about.state]}>${about.state}<//>`}`}>
    <${Facts} of=${[
      ['Takes', html`<code>${(route.methods.length > 0 ? route.methods.join(', ') : 'all methods') + ' ' + route.path_prefix}</code>`],
      ['Hosts', route.hosts.join(', ')],
      ['Upstream', !health.upstreams && html`<code>${route.upstream}</code>`],
      ['Signed', !health.upstreams && signed(route)],
      ['On failure', route.on_failure],
      ['Owner', about.owner],
      ['Contact', about.contact],
      ['Docs', about.docs && html`<${Link} to=${about.docs} />`],
      ['Labels', about.labels && Object.entries(about.labels).map(([name, value]) => name + '=' + value).join(', ')],
      ['Deprecated from', about.deprecation && html`<${Time} at=${about.deprecation} />`],
      ['Ends', about.sunset && html`<${Ago} at=${about.sunset} />`],
      ['Successor', about.successor && html`<${Link} to=${about.successor} />`],
      ['Brownout', about.brownout && number(about.brownout.for_seconds) + ' s every ' + number(about.brownout.every_seconds) + ' s'],
      ['Last 2xx', health.last_success && html`<${Ago} at=${health.last_success} />`],
      ['Failing since', health.holding_since && html`<${Time} at=${health.holding_since} />: <code>${health.cause}</code>`],
      ['Requests', number(counts.requests)],
      ['By status', counts.by_status.map(each => each.status + ': ' + number(each.count)).join(', ')],
      ['Median, p99', counts.duration_seconds_count > 0 ? quantile(counts, 0.5) + ', ' + quantile(counts, 0.99) : null],
      ['Bytes in, out', bytes(counts.request_bytes) + ', ' + bytes(counts.response_bytes)],
      ['WebSockets', route.websocket && number(counts.websockets_open) + ' open, ' + number(counts.websockets_closed) + ' ended'],
      ['Sent again', counts.resends > 0 ? number(counts.resends) : null],
      ['Largest body', bytes(route.body_limit_bytes)],
      ['Policies', route.policies > 0 ? number(route.policies) : null],
    ]} />
    ${health.upstreams && html`<h3>Upstreams, in order of preference</h3><${Upstreams} of=${route} all=${health.upstreams} />`}
    ${about.still_called_by?.length > 0 && html`<h3>Still called by</h3><${Table} label=${'Callers of ' + route.name} rows=${about.still_called_by}
      id=${each => each.caller} columns=${[
        { name: 'Caller', cell: each => each.caller },
        { name: 'Calls', num: true, cell: each => number(each.calls) },
        { name: 'Last', num: true, cell: each => html`<${Ago} at=${each.last} />` },
      ]} />`}
    ${subscriptions.length > 0 && html`<h3>Subscriptions</h3><${Table} label=${'Subscriptions of ' + route.name} rows=${subscriptions}
      id=${each => each.number} columns=${[
        { name: 'Caller', wide: true, cell: each => each.caller },
        { name: 'Decision', cell: each => each.decision },
        { name: 'Until', cell: each => html`<${Time} at=${each.until} />` },
        { name: 'By', cell: each => each.by.map(one => one.name).join(', ') },
      ]} />`}
    <details><summary>How to call it</summary>
      ${snippets(route, listeners).map(each => html`<div class="item" key=${each.agent}><h3>${each.agent}</h3><pre tabindex="0">${each.text}</pre></div>`)}
    </details>
  <//>`;
}
