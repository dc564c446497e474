// The configuration as it acts, with the origin of each value; who changed what; and reading it again.

import { useState } from './hooks.js';
import { post, refresh, useData } from './api.js';
import { Badge, Confirm, Facts, Field, Panel, Place, Table, Time, html, mayDo, number } from './ui.js';
import { Reloaded } from './now.js';

export function Settings({ you }) {
  const status = useData('/api/v1/status', 3);
  const configuration = useData('/api/v1/configuration', 10);
  const audit = useData('/api/v1/audit', 5);
  const tokens = useData('/api/v1/tokens', 10);
  const [filter, setFilter] = useState('');
  const [withDefaults, setWithDefaults] = useState(false);
  const [reloading, setReloading] = useState(false);
  const settings = configuration.data?.settings || [];
  const shown = settings.filter(each => withDefaults || each.origin !== 'default')
    .filter(each => (each.path + ' ' + each.value + ' ' + each.origin).toLowerCase().includes(filter.toLowerCase()));
  const may = mayDo(you, 'admin');
  return html`
    <${Panel} title="In force" source=${status} id="inforce" tools=${html`<button type="button" disabled=${!may}
        title=${may ? '' : 'This takes the role admin; yours is ' + you.role} onClick=${() => setReloading(true)}>Read it again …</button>`}>
      ${status.data && html`<${Reloaded} configuration=${status.data.configuration} />
      <${Facts} of=${[
        ['Hash', html`<code>${status.data.configuration.hash}</code>`],
        ['In force since', html`<${Time} at=${status.data.configuration.taken} />`],
        ['Configurations read', number(status.data.configuration.number)],
        ['Newest', html`<${Time} at=${status.data.configuration.newest} /> ${status.data.configuration.newest_taken ? html`<${Badge} kind="ok">taken<//>` : html`<${Badge} kind="bad">refused<//>`}`],
      ]} />
      ${status.data.lists.length > 0 && html`<h3>Lists from elsewhere</h3><${Table} label="Lists" rows=${status.data.lists} id=${each => each.list} columns=${[
        { name: 'List', wide: true, cell: each => html`<code>${each.list}</code>` },
        { name: 'Last fetched', cell: each => html`<${Time} at=${each.last_success} />` },
        { name: 'Failures', num: true, cell: each => number(each.failures) },
      ]} />`}`}
      ${reloading && status.data && html`<${Confirm} title="Read the configuration again" action="Read it again" onClose=${() => setReloading(false)}
          run=${() => post('/api/v1/reload').then(() => setTimeout(() => refresh('/api/v1/status', '/api/v1/configuration', '/api/v1/audit'), 500))}>
        <p>The gateway reads its files anew. If they are sound, they replace configuration <code>${status.data.configuration.hash}</code> at once;
          else that one stays in force, and the faults are shown here.</p>
      <//>`}
    <//>
    <${Panel} title="Settings" source=${configuration} id="settings"
        note=${number(shown.length) + ' of ' + number(settings.length) + (configuration.data?.left ? '; ' + number(configuration.data.left) + ' more are not shown' : '')}>
      <div class="row"><${Field} label="Find"><input value=${filter} spellcheck="false" onInput=${event => setFilter(event.target.value)} /><//>
        <label class="check"><input type="checkbox" checked=${withDefaults} onChange=${event => setWithDefaults(event.target.checked)} /> Defaults too</label></div>
      <${Table} label="Settings" rows=${shown.slice(0, 500)} id=${each => each.path} empty="No setting matches." columns=${[
        { name: 'Setting', wide: true, cell: each => html`<code>${each.path}</code>` },
        { name: 'Value', wide: true, cell: each => html`<code>${each.value}</code>` },
        { name: 'Written', wide: true, cell: each => html`<${Place}>${each.origin}<//>` },
      ]} />
    <//>
    <${Panel} title="Audit log" source=${audit} id="audit" note=${audit.data && !audit.data.kept && 'Ends with the process: state.dir is not set'}>
      <${Table} label="Audit log" rows=${audit.data?.entries || []} empty="Nothing was changed yet." columns=${[
        { name: 'Time', cell: each => html`<${Time} at=${each.time} />` },
        { name: 'Who', cell: each => each.actor },
        { name: 'Did', cell: each => each.action },
        { name: 'To', wide: true, cell: each => each.subject || '–' },
        { name: 'Detail', wide: true, cell: each => each.detail || '–' },
      ]} />
    <//>
    <${Panel} title="Tokens" source=${tokens} id="tokens" note="Names alone; nobody can read a token again">
      <${Table} label="Tokens" rows=${tokens.data?.tokens || []} id=${each => each.name} empty="None are in a file." columns=${[
        { name: 'Name', cell: each => each.name },
        { name: 'Role', cell: each => each.role || 'caller' },
        { name: 'Until', cell: each => each.ended ? html`<${Badge} kind="warn">ended<//>` : html`<${Time} at=${each.until} />` },
      ]} />
    <//>`;
}
