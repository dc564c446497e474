// What each tenant uses, against what it may.

import { useData } from './api.js';
import { Badge, Facts, Meter, Panel, Table, bytes, html, number } from './ui.js';

export function Tenants() {
  const source = useData('/api/v1/tenants', 3);
  const all = source.data?.tenants || [];
  if (all.length === 0) {
    return html`<${Panel} title="Tenants" source=${source}><p class="empty">No tenants are configured.</p><//>`;
  }
  return all.map(each => html`<${Tenant} key=${each.name} of=${each} source=${source} />`);
}

function Tenant({ of: tenant, source }) {
  const day = tenant.bytes_per_day;
  return html`<${Panel} title=${tenant.name} source=${source} id=${'tenant-' + tenant.name}
      tools=${html`<a href=${'#/calls?tenant=' + encodeURIComponent(tenant.name)}>Calls</a>`}>
    <div class="meters">
      <${Meter} name="Calls in flight" used=${tenant.in_flight.now} limit=${tenant.in_flight.max} />
      <${Meter} name="Bodies in memory" used=${tenant.buffered_bytes.now} limit=${tenant.buffered_bytes.max} show=${bytes} />
      ${day && html`<${Meter} name=${'Bytes today' + (day.enforced ? '' : ' (observed)')} used=${day.used} limit=${day.limit} show=${bytes} />`}
    </div>
    <${Facts} of=${[
      ['Routes', tenant.routes.join(', ')], ['Credentials', tenant.credentials || 'each route’s own'], ['Sets', tenant.sets?.join(', ')],
      ['Rate', tenant.rate && tenant.rate.limit + ', burst ' + number(tenant.rate.burst)],
      ['Bodies in, out', bytes(tenant.request_bytes) + ', ' + bytes(tenant.response_bytes)],
      ['Refused by limit', tenant.refusals?.length > 0 && tenant.refusals.some(each => each.count > 0)
        && tenant.refusals.filter(each => each.count > 0).map(each => each.limit + ': ' + number(each.count)).join(', ')],
    ]} />
    <h3>Calls since start</h3>
    <${Table} label=${'Calls of ' + tenant.name} rows=${tenant.requests} empty="None." columns=${[
      { name: 'Caller', cell: each => each.caller },
      { name: 'Outcome', cell: each => html`<${Badge} kind=${each.outcome === 'forwarded' || each.outcome === 'success' ? 'ok' : 'plain'}>${each.outcome}<//>` },
      { name: 'Calls', num: true, cell: each => number(each.count) },
    ]} />
  <//>`;
}
