// The last calls: live, searched, opened, exported.

import { useEffect, useRef, useState } from './hooks.js';
import { get, now, stream, withQuery } from './api.js';
import { Badge, Facts, Field, Panel, Place, Table, Time, bytes, html, millis, number } from './ui.js';

const PAGE = 100;
const MAX_ROWS = 500;
const FLUSH_MS = 250;

/** A search of the disk takes longer than other questions. */
const TIMEOUT_MS = 60_000;

const FILTERS = ['route', 'tenant', 'caller', 'status', 'cause', 'id', 'since'];
const SINCE = [['', 'any time'], ['900', 'the last 15 minutes'], ['10800', 'the last 3 hours'], ['86400', 'the last day'], ['604800', 'the last week']];

export function Calls({ query }) {
  const [filter, setFilter] = useState(() => filterOf(query));
  const [shown, setShown] = useState({ rows: [], next: null, count: 0, keep: 0, searched: null });
  const [live, setLive] = useState(false);
  const [said, setSaid] = useState('');
  const [open, setOpen] = useState(null);
  const [source, setSource] = useState({ at: 0, fault: null, seconds: 3600 });
  const [busy, setBusy] = useState(false);
  const newest = useRef(0);
  const asked = useRef(0);

  const search = (by, before) => {
    setBusy(true);
    const since = by.since && new Date(now() - by.since * 1000).toISOString();
    const mine = ++asked.current;
    // An answer that was overtaken by another search is of no use.
    const ours = step => answer => mine === asked.current && step(answer);
    get(withQuery('/api/v1/calls', { ...by, since, limit: PAGE, before }), TIMEOUT_MS)
      .then(ours(answer => found(answer, before)), ours(failed)).then(ours(() => setBusy(false)));
  };
  const found = (answer, before) => {
    setSource({ at: Date.now(), fault: null, seconds: 3600 });
    setShown(old => ({
      rows: before ? [...old.rows, ...answer.calls].slice(-MAX_ROWS) : answer.calls,
      next: answer.next, count: answer.count, keep: answer.keep, searched: answer.searched,
    }));
    newest.current = before ? newest.current : Math.max(0, ...answer.calls.map(each => each.number));
    setSaid('');
  };
  const failed = fault => {
    setSource(old => ({ ...old, fault: old.at === 0 ? fault : null }));
    setSaid(fault.message);
  };

  useEffect(() => {
    setFilter(filterOf(query));
    search(filterOf(query));
  }, [query]);
  useTail(live, newest, rows => setShown(old => ({
    ...old, rows: [...rows.filter(row => matches(row, filter)).reverse(), ...old.rows].slice(0, MAX_ROWS), count: old.count + rows.length,
  })), setSaid, () => setLive(false));

  const submit = event => {
    event.preventDefault();
    search(filter);
  };
  const field = (name, label, hint) => html`<${Field} label=${label}>
    <input value=${filter[name]} placeholder=${hint} spellcheck="false" onInput=${event => setFilter({ ...filter, [name]: event.target.value.trim() })} /><//>`;
  return html`<${Panel} title="Calls" source=${source} id="calls"
      note=${number(shown.count) + ' since start; the last ' + number(shown.keep) + ' are in memory'}
      tools=${html`
        <button type="button" aria-pressed=${live} onClick=${() => setLive(!live)}>${live ? 'Live: on' : 'Live: off'}</button>
        <button type="button" onClick=${() => save('calls.jsonl', 'application/jsonl', shown.rows.map(row => JSON.stringify(row) + '\n').join(''))}>JSON lines</button>
        <button type="button" onClick=${() => save('calls.csv', 'text/csv', csv(shown.rows))}>CSV</button>`}>
    <form class="row" onSubmit=${submit} aria-label="Search">
      ${field('route', 'Route')}${field('tenant', 'Tenant')}${field('caller', 'Caller', 'address, token, …')}
      ${field('status', 'Status', '503, 5xx, failed')}${field('cause', 'Cause', 'an error')}${field('id', 'Id', 'ours, upstream’s, trace’s')}
      <${Field} label="Since"><select value=${filter.since} onChange=${event => setFilter({ ...filter, since: event.target.value })}>
        ${SINCE.map(([seconds, text]) => html`<option key=${seconds} value=${seconds}>${text}</option>`)}</select><//>
      <button class="primary" disabled=${busy}>${busy ? 'Searching …' : 'Search'}</button>
    </form>
    ${said && html`<p class="fault" role="status">${said}</p>`}
    <${Table} label="Calls" rows=${shown.rows} id=${row => row.number} empty="No call matches." columns=${[
      { name: 'Time', cell: row => html`<button type="button" class="link" onClick=${() => setOpen(row)}><${Time} at=${row.time} /></button>` },
      { name: 'Status', cell: row => html`<${Status} of=${row} />` },
      { name: 'Route', cell: row => row.route || '–' },
      { name: 'Request', wide: true, cell: row => html`<code>${row.method} ${row.path}</code>` },
      { name: 'Caller', wide: true, cell: row => html`${row.identity || row.client}${row.tenant && html` <span class="muted">${row.tenant}</span>`}` },
      { name: 'Error', cell: row => row.error ? html`<code>${row.error}</code>` : '–' },
      { name: 'Took', num: true, cell: row => millis(row.duration_ms) },
      { name: 'Sent', num: true, cell: row => bytes(row.request_bytes) },
    ]} />
    ${!live && shown.searched && html`<div class="buttons"><span class="note">Searched ${number(shown.searched.calls)} calls${shown.searched.back_to
        && html`, back to <${Time} at=${shown.searched.back_to} />`}${shown.searched.all && '; there are no older ones'}</span>
      ${shown.next && html`<button type="button" disabled=${busy} onClick=${() => search(filter, shown.next)}>Search older calls</button>`}</div>`}
    ${open && html`<${Opened} call=${open} onClose=${() => setOpen(null)} />`}
  <//>`;
}

function filterOf(query) {
  const filter = Object.fromEntries(FILTERS.map(name => [name, query[name] || '']));
  return SINCE.some(([seconds]) => seconds === filter.since) ? filter : { ...filter, since: '' };
}

/** Follows the stream while it is wanted and somebody looks. */
function useTail(live, newest, onRows, say, end) {
  const latest = useRef();
  latest.current = { onRows, say, end };
  useEffect(() => {
    if (!live) {
      return undefined;
    }
    const abort = new AbortController();
    let waiting = [];
    const flush = setInterval(() => {
      if (waiting.length > 0) {
        latest.current.onRows(waiting);
        waiting = [];
      }
    }, FLUSH_MS);
    const hidden = () => document.hidden && latest.current.end();
    document.addEventListener('visibilitychange', hidden);
    stream(withQuery('/api/v1/events', { after: newest.current || '' }), abort.signal, (name, data) => {
      if (name === 'call') {
        newest.current = data.number;
        waiting = [...waiting.slice(1 - MAX_ROWS), data];
      } else if (name === 'missed') {
        latest.current.say(number(data.calls) + ' calls came too fast to be shown.');
      }
    }).then(() => 'the stream has ended', fault => fault.message).then(why => {
      if (!abort.signal.aborted) {
        latest.current.say('Live: ' + why);
        latest.current.end();
      }
    });
    return () => {
      abort.abort();
      clearInterval(flush);
      document.removeEventListener('visibilitychange', hidden);
    };
  }, [live]);
}

/** As the API filters. */
function matches(row, filter) {
  const is = (wanted, ...values) => wanted === '' || values.includes(wanted);
  const status = filter.status;
  return is(filter.route, row.route) && is(filter.tenant, row.tenant)
    && is(filter.caller, row.client, row.identity, row.identity?.replace(/^[^:]*:/, ''), row.certificate)
    && is(filter.cause, row.error, row.rejection)
    && is(filter.id, row.id, row.upstream_id, row.trace_id)
    && (status === '' || String(row.status) === status || (/^[1-5]xx$/.test(status) && String(row.status)[0] === status[0])
      || (status === 'failed' && (row.status === 0 || row.status >= 400 || !row.complete)));
}

function Status({ of: call }) {
  const kind = call.status === 0 || call.status >= 500 ? 'bad' : call.status >= 400 || !call.complete ? 'warn' : 'ok';
  return html`<${Badge} kind=${kind}>${call.status === 0 ? 'none' : call.status}${call.complete ? '' : ' cut'}<//>`;
}

/** Hands the reader a file of what is shown. */
function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** No cell begins like a formula: what callers send ends up in a spreadsheet. */
export function csv(rows) {
  const names = [...new Set(rows.flatMap(row => Object.keys(row)))];
  const cell = value => {
    const text = value == null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return '"' + (typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? "'" : '') + text.replaceAll('"', '""') + '"';
  };
  return [names, ...rows.map(row => names.map(name => row[name]))].map(line => line.map(cell).join(',') + '\r\n').join('');
}

function Opened({ call, onClose }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog class="sheet" ref=${dialog} onClose=${onClose} aria-labelledby="call-title">
    <header><h2 id="call-title" tabindex="-1" autofocus><${Status} of=${call} /> <code>${call.method} ${call.path}</code></h2>
      <button type="button" onClick=${onClose}>Close</button></header>
    <${Phases} of=${call} />
    <h3 class="gap">Caller</h3>
    <${Facts} of=${[
      ['Client', call.client], ['Known by', call.client_known_by], ['Connection from', call.peer], ['Identity', call.identity],
      ['Tenant', call.tenant], ['Certificate', call.certificate], ['User-Agent', call.user_agent],
      ['Verdict', call.verdict], ['Decided by', call.rule && html`<${Place}>${call.rule}<//>`], ['Which says', call.rule_text],
    ]} />
    <h3 class="gap">What the client got</h3>
    <${Facts} of=${[
      ['Status', call.status === 0 ? 'none' : call.status], ['Made by', call.own ? 'the gateway' : 'the upstream'],
      ['Complete', call.complete ? 'yes' : 'no'], ['Retry after', call.retry_after != null ? number(call.retry_after) + ' s' : null],
      ['Error', call.error && html`<code>${call.error}</code>`], ['Detail', call.detail, true],
      ['Request body', bytes(call.request_bytes)], ['Response body', bytes(call.response_bytes)],
    ]} />
    ${(call.attempts > 0 || call.upstream_status) && html`<h3 class="gap">What the upstream said</h3>
      <${Facts} of=${[
        ['Status', call.upstream_status], ['Its request id', call.upstream_id && html`<code>${call.upstream_id}</code>`],
        ['Rejection', call.rejection && html`<code>${call.rejection}</code>`], ['In its words', call.upstream_said, true],
        ['Items accepted', call.items_accepted], ['Items refused', call.items_refused],
        ['Went to', call.upstream], ['Connection', call.reused == null ? null : call.reused ? 'used before' : 'new'],
        ['Attempts', call.attempts], ['Signed with', call.credentials], ['Access key id', call.access_key_id && html`<code>${call.access_key_id}</code>`],
      ]} />`}
    ${call.earlier?.length > 0 && html`<h3 class="gap">Earlier attempts</h3><${Table} label="Earlier attempts" rows=${call.earlier} columns=${[
      { name: 'At', num: true, cell: each => millis(each.at_ms) },
      { name: 'To', wide: true, cell: each => each.to || '–' },
      { name: 'Answer', cell: each => each.answer ?? '–' },
      { name: 'Head after', num: true, cell: each => millis(each.head_ms) },
      { name: 'Then', cell: each => html`<code>${each.rejected || each.broke || '–'}</code>` },
      { name: 'Its id', wide: true, cell: each => each.answer_id || '–' },
    ]} />`}
    <h3 class="gap">To find it again</h3>
    <${Facts} of=${[['Time', call.time], ['Id', html`<code>${call.id}</code>`], ['Number', call.number], ['Trace', call.trace_id && html`<code>${call.trace_id}</code>`]]} />
  </dialog>`;
}

/** When each phase began is known of those after the request was sent; those before it end where the next begins. */
function Phases({ of: call }) {
  const total = call.duration_ms;
  const sent = call.sent_ms ?? Math.max(0, total - (call.relay_ms || 0) - (call.first_byte_ms || 0));
  const connecting = sent - (call.connect_ms || 0);
  const phases = [
    ['Waiting for a place', 0, call.wait_ms],
    ['Request body', 0, call.body_ms],
    ['Credentials', Math.max(0, connecting - (call.credentials_ms || 0)), call.credentials_ms],
    ['Connection', Math.max(0, connecting), call.connect_ms],
    ['Upstream', sent, call.first_byte_ms],
    ['Response', Math.max(0, total - (call.relay_ms || 0)), call.relay_ms],
  ].filter(([, , length]) => length != null);
  const percent = value => (total > 0 ? Math.min(100, (value / total) * 100) : 0).toFixed(2) + '%';
  return html`<div class="phases">
    ${phases.map(([name, start, length]) => html`<span>${name}</span>
      <span class="track"><i style=${{ left: percent(start), width: percent(length) }}></i></span><span class="num">${millis(length)}</span>`)}
    <b>In all</b><span></span><b class="num">${millis(total)}</b>
  </div>`;
}
