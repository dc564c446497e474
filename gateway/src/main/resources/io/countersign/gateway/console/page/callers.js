// Who calls, who waits to be approved, and what was decided.

import { useState } from './hooks.js';
import { post, refresh, useData } from './api.js';
import { Ago, Badge, Confirm, Field, Panel, Place, Table, Time, bytes, html, mayDo, number } from './ui.js';

export function Callers({ you }) {
  const callers = useData('/api/v1/callers', 3);
  const pending = useData('/api/v1/pending', 3);
  const subscriptions = useData('/api/v1/subscriptions', 5);
  const hasApproval = pending.fault?.status !== 409;
  return html`
    ${hasApproval && html`<${Waiting} source=${pending} you=${you} />`}
    <${Panel} title="Callers" source=${callers} id="callers" note="Since start; whoever called last comes first">
      ${callers.data?.uncounted > 0 && html`<p class="note">${number(callers.data.uncounted)} calls of further callers were not counted.</p>`}
      <${Table} label="Callers" rows=${callers.data?.callers || []} id=${each => each.kind + ' ' + each.name} empty="Nobody has called since start." columns=${[
        { name: 'Caller', wide: true, cell: each => html`<a href=${'#/calls?caller=' + encodeURIComponent(each.name)}>${each.name}</a>` },
        { name: 'Known by', cell: each => each.kind.replace('_', ' ') },
        { name: 'Tenant', cell: each => each.tenant || '–' },
        { name: 'Calls', num: true, cell: each => number(each.calls) },
        { name: 'Failed', num: true, cell: each => number(each.failed) },
        { name: 'Denied', num: true, cell: each => number(each.denied) },
        { name: 'Sent', num: true, cell: each => bytes(each.request_bytes) },
        { name: 'Last', num: true, cell: each => html`<${Ago} at=${each.last} />` },
        { name: 'Last route', cell: each => each.route || '–' },
        { name: 'Rule', wide: true, cell: each => html`<${Verdict} of=${each} />` },
      ]} />
    <//>
    ${hasApproval && html`<${Decided} source=${subscriptions} you=${you} />`}
    ${!hasApproval && html`<p class="note gap">No approval here: ${pending.fault.message}.</p>`}`;
}

function Decided({ source, you }) {
  const [deciding, setDeciding] = useState(null);
  return html`<${Panel} title="Decisions" source=${source} id="subscriptions">
      <${Table} label="Decisions" rows=${source.data?.subscriptions || []} id=${each => each.number} empty="Nothing was decided yet." columns=${[
        { name: 'Caller', wide: true, cell: each => each.caller },
        { name: 'Known by', cell: each => each.kind.replace('_', ' ') },
        { name: 'Route', cell: each => each.route || 'any' },
        { name: 'Decision', cell: each => html`<${Badge} kind=${each.decision === 'approved' ? 'ok' : 'bad'}>${each.decision}<//>` },
        { name: 'Until', cell: each => html`<${Time} at=${each.until} />` },
        { name: 'By', wide: true, cell: each => each.by.map((one, i) => html`${i > 0 && ', '}${one.name} <${Ago} at=${one.time} />`) },
        { name: 'Comment', wide: true, cell: each => each.comment || '–' },
        { name: 'Change', cell: each => html`<${Choice} each=${each} decision=${each.decision === 'approved' ? 'refuse' : 'approve'} you=${you} onChoose=${setDeciding} />` },
      ]} />
      ${deciding && html`<${Decision} ...${deciding} onClose=${() => setDeciding(null)} />`}
    <//>`;
}

/** The first of two steps. */
function Choice({ each, decision, you, onChoose }) {
  const may = mayDo(you, 'approver');
  return html`<button type="button" class="small" disabled=${!may} title=${may ? '' : 'This takes the role approver; yours is ' + you.role}
    onClick=${() => onChoose({ each, decision })}>${decision === 'approve' ? 'Approve' : 'Refuse'} …</button>`;
}

export function Verdict({ of: each }) {
  if (!each.verdict) {
    return '–';
  }
  const kind = each.verdict === 'allowed' ? 'ok' : each.verdict === 'denied' ? 'bad' : 'warn';
  return html`<${Badge} kind=${kind}>${each.verdict.replace('_', ' ')}<//> <${Place}>${each.rule}<//>${each.rule_text && html`<span class="sub">${each.rule_text}</span>`}`;
}

function Waiting({ source, you }) {
  const [deciding, setDeciding] = useState(null);
  const rows = source.data?.pending || [];
  return html`<${Panel} title="Waiting for approval" source=${source} id="pending"
      note=${source.data && number(source.data.count) + ' of at most ' + number(source.data.max) + (source.data.four_eyes ? '; an approval takes two people' : '')}>
    <${Table} label="Waiting callers" rows=${rows} id=${each => each.number} empty="Nobody waits." columns=${[
      { name: 'Caller', wide: true, cell: each => html`${each.caller} <span class="muted">${each.kind.replace('_', ' ')}</span>` },
      { name: 'Asks for', cell: each => each.route || 'to call at all' },
      { name: 'Request', wide: true, cell: each => html`<code>${each.request}</code>` },
      { name: 'Times', num: true, cell: each => number(each.count) },
      { name: 'Since', num: true, cell: each => html`<${Ago} at=${each.first_seen} />` },
      { name: 'Approved by', cell: each => each.approvals?.map(one => one.name || one.by).join(', ') || '–' },
      { name: 'Decide', cell: each => html`<span class="pair">
        <${Choice} each=${each} decision="approve" you=${you} onChoose=${setDeciding} /><${Choice} each=${each} decision="refuse" you=${you} onChoose=${setDeciding} /></span>` },
    ]} />
    ${deciding && html`<${Decision} ...${deciding} onClose=${() => setDeciding(null)} />`}
  <//>`;
}

/** As docs/APPROVAL.md has it. */
function end(each, isApproval) {
  if (!isApproval) {
    return 'Empty: for a day.';
  }
  return each.kind === 'address' ? 'Empty: for 8 hours; at most 30 days.' : 'Empty: without an end.';
}

function Decision({ each, decision, onClose }) {
  const isApproval = decision === 'approve';
  const what = each.route ? 'route ' + each.route : 'this gateway';
  const run = values => post('/api/v1/pending/' + each.number, {
    decision,
    ...(values.until.trim() && { until: values.until.trim() }),
    ...(values.comment.trim() && { comment: values.comment.trim() }),
  }).then(() => refresh('/api/v1/pending', '/api/v1/subscriptions', '/api/v1/audit'));
  return html`<${Confirm} title=${(isApproval ? 'Approve ' : 'Refuse ') + each.caller + ' for ' + what} danger=${!isApproval}
      action=${(isApproval ? 'Approve ' : 'Refuse ') + each.caller} run=${run} onClose=${onClose}>
    <p>${isApproval ? 'From its next request on, this caller may use ' : 'From its next request on, this caller is refused for '}${what}.
      It is known by its ${each.kind.replace('_', ' ')}${each.request && html`, and last sent <code>${each.request}</code>`}.</p>
    ${each.kind === 'address' && html`<p class="note">An address may be another's tomorrow.</p>`}
    <${Field} label="Until" hint=${'A date, a time or a duration, such as 2027-01-31 or 8 hours. ' + end(each, isApproval)}><input name="until" autocomplete="off" /><//>
    <${Field} label="Comment" hint="Goes to the audit log"><input name="comment" maxlength="200" autocomplete="off" /><//>
  <//>`;
}
