// The lists on who may call, with how often each line has decided; and what they say of a request that nobody sends.

import { useState } from './hooks.js';
import { post, useData, withQuery } from './api.js';
import { Ago, Badge, Facts, Field, Panel, Place, Table, Time, html, number } from './ui.js';
import { Verdict } from './callers.js';

const PAGE = 100;

/** Why an entry changes nothing; the entry on account of which follows. */
const BECAUSE = {
  expired: 'it has ended',
  duplicate: 'it repeats',
  shadowed: 'it is within',
  contradictory: 'deny wins:',
};

export function Rules() {
  const [pages, setPages] = useState(['']);
  const rules = useData(withQuery('/api/v1/rules', { limit: PAGE, after: pages.at(-1) }), 5);
  const { data } = rules;
  const columns = [
    { name: 'Entry', wide: true, cell: each => html`<code>${each.text}</code>` },
    { name: 'List', cell: each => each.list ? html`<${Badge} kind=${each.list === 'deny' ? 'bad' : 'ok'}>${each.list}<//>` : '–' },
    { name: 'Kind', cell: each => each.kind || '–' },
    { name: 'Where', cell: each => html`<${Place}>${each.place}<//>` },
    { name: 'Hits', num: true, cell: each => number(each.hits) },
    { name: 'Last hit', num: true, cell: each => html`<${Ago} at=${each.last_hit} />` },
    { name: 'Ends', cell: each => each.ended ? html`<${Badge} kind="warn">ended<//> <${Time} at=${each.until} />` : each.until ? html`<${Time} at=${each.until} />` : '–' },
    { name: 'Changes', cell: each => each.idle ? html`<${Badge} kind="warn">nothing<//> <span class="sub">${BECAUSE[each.idle]} ${each.idle_by
        && html`${each.idle_by_text} at <${Place}>${each.idle_by}<//>`}</span>` : '–' },
    { name: 'Comment', wide: true, cell: each => each.comment || '–' },
  ];
  return html`
    <${Try} />
    <${Panel} title="Entries" source=${rules} id="rules"
        note=${data && number(data.count) + ' entries; mode ' + data.mode + '. Hits since start, or since the line was moved'}
        tools=${data && (pages.length > 1 || data.next != null) && html`
          <button type="button" disabled=${pages.length < 2} onClick=${() => setPages(pages.slice(0, -1))}>Back</button>
          <button type="button" disabled=${data.next == null} onClick=${() => setPages([...pages, String(data.next)])}>Next</button>`}>
      <${Table} label="Entries" rows=${data?.rules || []} empty="No list has entries." columns=${columns} />
    <//>
    ${data?.idle?.length > 0 && html`<${Idle} source=${rules} />`}
    ${data?.others?.length > 0 && html`<${Panel} title="Where no entry decided" source=${rules} id="others">
      <${Table} label="Where no entry decided" rows=${data.others} columns=${[columns[0], columns[3], columns[4], columns[5]]} />
    <//>`}`;
}

/** Those of all lists, also of pages that are not shown. */
function Idle({ source }) {
  const rows = source.data.idle.flatMap(({ why, first }) => first.map(each => ({ why, ...each })));
  const counts = source.data.idle.map(({ why, count }) => number(count) + ' ' + why).join(', ');
  const count = source.data.idle.reduce((sum, each) => sum + each.count, 0);
  return html`<${Panel} title="Entries that change nothing" source=${source} id="idle"
      note=${counts + (count > rows.length ? '; the first of each kind' : '') + '. Without them the same callers may call'}>
    <${Table} label="Entries that change nothing" rows=${rows} columns=${[
      { name: 'Entry', wide: true, cell: each => html`<code>${each.text}</code>` },
      { name: 'Where', cell: each => html`<${Place}>${each.place}<//>` },
      { name: 'Because', wide: true, cell: each => html`<${Badge} kind="warn">${each.why}<//> ${each.by
          ? html`${BECAUSE[each.why]} ${each.by_text} at <${Place}>${each.by}<//>` : html`ended <${Time} at=${each.until} />`}` },
    ]} />
  <//>`;
}

function Try() {
  const [answer, setAnswer] = useState(null);
  const [fault, setFault] = useState('');
  const submit = event => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
    post('/api/v1/rules/test', values).then(said => {
      setAnswer(said);
      setFault('');
    }, problem => {
      setAnswer(null);
      setFault(problem.message);
    });
  };
  return html`<${Panel} title="Test a request" id="try" note="Nothing is sent. With a path all is asked that a request goes through: tenants, approvals, policies">
    <form class="row" onSubmit=${submit} aria-label="Test a request">
      <${Field} label="Address"><input name="address" placeholder="10.0.0.7" spellcheck="false" /><//>
      <${Field} label="or user"><input name="user" spellcheck="false" /><//>
      <${Field} label="Method"><input name="method" placeholder="GET" spellcheck="false" /><//>
      <${Field} label="Path"><input name="path" placeholder="/api/v1/write" spellcheck="false" /><//>
      <${Field} label="Host"><input name="host" spellcheck="false" /><//>
      <button class="primary">Test</button>
    </form>
    <div role="status">
      ${fault && html`<p class="fault">${fault}</p>`}
      ${answer && html`<p class="answer"><${Verdict} of=${answer} /></p>
        <${Facts} of=${[
          ['Caller', answer.client], ['Judged', answer.tried === 'request' ? 'the whole request' : 'the caller alone'],
          ['Goes upstream', answer.taken == null ? null : answer.taken ? 'yes' : 'no'],
          ['Route', answer.route], ['Policies', answer.policy], ['Gets instead', answer.status], ['Because', answer.detail],
        ]} />`}
    </div>
  <//>`;
}
