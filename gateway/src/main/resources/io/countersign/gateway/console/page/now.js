// At first glance: is data arriving, what is held, who am I, who is refused, how much room is left.

import { Ago, Badge, Facts, Meter, Panel, Place, Table, Time, bytes, html, number, rate, span, useSecond } from './ui.js';
import { now, useData } from './api.js';

export function Now() {
  const status = useData('/api/v1/status', 3);
  const routes = useData('/api/v1/routes', 3);
  const held = useData('/api/v1/held', 3);
  const callers = useData('/api/v1/callers', 5);
  const pending = useData('/api/v1/pending', 5);
  return html`<div class="grid">
    <${Arriving} routes=${routes} held=${held} />
    <${Held} source=${held} />
    <div class="stack"><${Refused} callers=${callers} pending=${pending} /></div>
    <div class="stack"><${WhoAmI} status=${status} routes=${routes} /></div>
    <${Headroom} source=${status} />
  </div>`;
}

/** How a route fares, in a word. */
export function RouteState({ route }) {
  return html`<${Fares} route=${route} /> <${Standby} upstreams=${route.health?.upstreams} />`;
}

/** Whether requests go to the first of several upstreams. */
function Standby({ upstreams }) {
  if (!upstreams || upstreams[0].in_use) {
    return null;
  }
  return upstreams.some(each => each.in_use) ? html`<${Badge} kind="warn">by a standby<//>` : html`<${Badge} kind="bad">no upstream<//>`;
}

function Fares({ route }) {
  const { health = {}, counts } = route;
  if (route.can_sign === false) {
    return html`<${Badge} kind="bad">cannot sign<//>`;
  }
  if (health.holding_since) {
    return html`<${Badge} kind="bad">failing<//>`;
  }
  // They last for hours, and end with 101, which is no 2xx.
  if (!health.last_success && counts.websockets_open + counts.websockets_closed > 0) {
    return counts.websockets_open > 0 ? html`<${Badge} kind="ok">open<//>` : html`<${Badge}>no WebSocket<//>`;
  }
  if (counts.requests === 0) {
    return html`<${Badge}>no calls yet<//>`;
  }
  if (!health.last_success) {
    return html`<${Badge} kind="warn">no 2xx yet<//>`;
  }
  const quiet = (now() - Date.parse(health.last_success)) / 1000;
  return quiet > 120 ? html`<${Badge} kind="warn">quiet<//>` : html`<${Badge} kind="ok">arriving<//>`;
}

/** The sum of a route's answers in a class of statuses, such as 2. */
function answered(route, digit) {
  return route.counts.by_status.filter(each => each.status.startsWith(String(digit))).reduce((sum, each) => sum + each.count, 0);
}

function Arriving({ routes, held }) {
  const acknowledged = new Map((held.data?.routes || []).map(each => [each.route, each.acknowledged_per_second]));
  return html`<${Panel} title="Is data arriving?" source=${[routes, held]} wide id="arriving"
    note="Acknowledged: answered 2xx by the upstream, on average over the last minute">
    <${Table} label="Routes" rows=${routes.data?.routes || []} id=${route => route.name} empty="No routes are configured." columns=${[
      { name: 'Route', cell: route => html`<a href=${'#/calls?route=' + encodeURIComponent(route.name)}>${route.name}</a>` },
      { name: 'State', cell: route => html`<${RouteState} route=${route} />` },
      { name: 'Last 2xx', num: true, cell: route => route.health?.last_success ? html`<${Ago} at=${route.health.last_success} />` : '–' },
      { name: 'Acknowledged /s', num: true, cell: route => rate(acknowledged.get(route.name)) },
      { name: '2xx', num: true, cell: route => number(answered(route, 2)) },
      { name: 'Requests', num: true, cell: route => number(route.counts.requests) },
      { name: '503 for 4xx', num: true, cell: route => number(route.counts.kept_data) },
      { name: 'Cause of the last failure', wide: true, cell: route => route.health?.cause ? html`<${Failure} health=${route.health} />` : '–' },
    ]} />
  <//>`;
}

function Failure({ health }) {
  return html`<code>${health.cause}</code>${health.healed
    ? html` <span class="muted">healed <${Ago} at=${health.healed} /></span>`
    : html` <span class="muted">for <${Ago} at=${health.holding_since || health.last_failure} suffix="" /></span>`}`;
}

const HORIZONS = { wal: 'its write-ahead log ends', disk: 'its disk is full', buffer: 'its buffer is full', retries: 'it gives up',
  none: 'it keeps nothing', unknown: 'not known' };

function Held({ source }) {
  const held = source.data?.held || [];
  return html`<${Panel} title="What is held?" source=${source} wide id="held" note="What agents keep and send again. Times left go by agents.NAME.horizon, or by what agents do at their defaults">
    <${Table} label="What is held" rows=${held} id=${each => [each.agent, each.user_agent, each.route, each.tenant, each.cause].join()}
      empty="Nothing is held: what agents send is taken." columns=${[
      { name: 'Agent', wide: true, cell: each => html`${each.agent}${each.user_agent && html`<span class="sub">${each.user_agent}</span>`}` },
      { name: 'Route', cell: each => each.tenant ? html`${each.route || '–'} <span class="muted">${each.tenant}</span>` : each.route || '–' },
      { name: 'Cause', cell: each => html`<code>${each.cause}</code>` },
      { name: 'Since', cell: each => html`<${Time} at=${each.since} />` },
      { name: 'For', num: true, cell: each => html`<${Ago} at=${each.since} suffix="" />` },
      { name: 'Requests', num: true, cell: each => number(each.requests) },
      { name: 'Callers', num: true, cell: each => number(each.callers) },
      { name: 'Time left', cell: each => html`<${Left} of=${each} at=${source.at} />` },
    ]} />
  <//>`;
}

/** How long an agent still keeps its data; at a third of the whole it is at risk. */
function Left({ of: each, at }) {
  useSecond();
  const why = HORIZONS[each.horizon] || each.horizon;
  if (each.left_seconds == null) {
    return html`<${Badge} kind=${each.horizon === 'none' ? 'bad' : 'plain'}>${each.horizon === 'none' ? 'none' : 'until'}<//> <span class="muted">${why}</span>`;
  }
  const left = Math.max(0, each.left_seconds - (Date.now() - at) / 1000);
  const kind = left === 0 ? 'bad' : left < each.horizon_seconds * 2 / 3 ? 'warn' : 'ok';
  return html`<${Badge} kind=${kind}>${left === 0 ? 'losing data' : span(left)}<//> <span class="muted">of ${span(each.horizon_seconds).replace(' 0 s', '').replace(' 0 min', '')}, then ${why}</span>`;
}

/** The account in an ARN; empty where it has none. */
function accountOf(arn) {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn || '')?.[1] || '';
}

/** To whom credentials belong, or why that is not known. */
function Owner({ of: { name, arn, arn_unknown: why, role_arn: role, usable } }) {
  if (arn || role) {
    return html`<p><code>${arn || role}</code></p>`;
  }
  return html`<p class="muted">Unknown${usable && html`: ${why || html`their source does not say. <code>credentials.${name.replace(/@.*/, '')}.identify = true</code> asks STS`}`}</p>`;
}

function WhoAmI({ status, routes }) {
  const data = status.data;
  const regions = name => [...new Set((routes.data?.routes || []).flatMap(route => route.health?.upstreams || [route])
    .filter(each => each.credentials === name).map(each => each.region))].join(', ');
  return html`<${Panel} title="Who am I?" source=${[status, routes]} id="who">
    ${data && html`<${Facts} of=${[
      ['Version', data.version],
      ['Listens on', data.listeners.join(', ')],
      ['Up', span(data.uptime_seconds)],
      ['Configuration', html`<code>${data.configuration.hash}</code>`],
      ['In force since', html`<${Time} at=${data.configuration.taken} />`],
    ]} />
    <${Reloaded} configuration=${data.configuration} />
    ${data.credentials.map(each => html`<div class="item" key=${each.name}>
      <h3>Credentials ${each.name} ${each.usable ? html`<${Badge} kind="ok">usable<//>` : html`<${Badge} kind="bad">missing<//>`}</h3>
      <${Owner} of=${each} />
      <${Facts} of=${[
        ['From', each.kind === each.provider ? each.kind : [each.kind, each.provider].filter(Boolean).join(', ')],
        ['Account', each.account || accountOf(each.role_arn)],
        ['Region', regions(each.name)],
        ['Expires', each.expiry && html`<${Ago} at=${each.expiry} />`],
      ]} />
      ${each.last_error && html`<p class="sub">Last error: ${each.last_error}</p>`}
    </div>`)}`}
  <//>`;
}

/** Whether the newest configuration is in force, and why not. */
export function Reloaded({ configuration }) {
  if (configuration.newest_taken) {
    return null;
  }
  return html`<div class="fault"><b>The newest configuration is not in force.</b> Read <${Time} at=${configuration.newest} />; the one before it still acts.
    <ul>${configuration.faults.map(fault => html`<li><code>${fault.where}</code> ${fault.what}</li>`)}</ul></div>`;
}

function Refused({ callers, pending }) {
  const refused = (callers.data?.callers || []).filter(each => each.denied > 0);
  const waiting = pending.data?.pending || [];
  return html`<${Panel} title="Who was refused, or waits?" source=${callers} id="refused">
    ${waiting.length > 0 && html`<p><${Badge} kind="warn">${number(waiting.length)} waiting<//> <a href="#/callers">Decide</a></p>`}
    <${Table} label="Refused callers" rows=${refused.slice(0, 8)} id=${each => each.kind + each.name}
      empty="Nobody was refused since start." columns=${[
      { name: 'Caller', wide: true, cell: each => html`<a href=${'#/calls?caller=' + encodeURIComponent(each.name)}>${each.name}</a>` },
      { name: 'Denied', num: true, cell: each => number(each.denied) },
      { name: 'Last call', num: true, cell: each => html`<${Ago} at=${each.last} />` },
      { name: 'By', wide: true, cell: each => html`<${Place}>${each.rule}<//><span class="sub">${each.rule_text}</span>` },
    ]} />
  <//>`;
}

function Headroom({ source }) {
  const room = source.data?.headroom;
  return html`<${Panel} title="How much room is left?" source=${source} wide id="headroom">
    ${room && html`<div class="meters">
      <${Meter} name="Calls in flight" used=${room.in_flight} limit=${room.in_flight_limit} />
      <${Meter} name="Bodies in memory" used=${room.buffered_bytes} limit=${room.buffered_limit_bytes} show=${bytes} />
      <${Meter} name="Client connections" used=${room.client_connections} limit=${room.client_connections_limit} />
      <${Meter} name="Waiting for a place" used=${room.waiting} />
      <${Meter} name="Heap" used=${room.heap_bytes} limit=${room.heap_limit_bytes} show=${bytes} />
      <${Meter} name="Outside the heap" used=${room.direct_bytes} limit=${room.direct_limit_bytes} show=${bytes} />
      ${room.resident_bytes != null && html`<${Meter} name="Memory of the process" used=${room.resident_bytes} limit=${room.memory_limit_bytes} show=${bytes} />`}
    </div>`}
  <//>`;
}
