// What every view is made of. Texts are set as text by Preact; nothing here takes HTML.

import { h } from './preact.js';
import { useEffect, useRef, useState } from './hooks.js';
import htm from './htm.js';
import { isStale, now } from './api.js';

export const html = htm.bind(h);

const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

export function number(value) {
  return value == null ? '–' : NUMBER.format(value);
}

export function bytes(value) {
  if (value == null) {
    return '–';
  }
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  while (value >= 1024 && power < units.length - 1) {
    value /= 1024;
    power++;
  }
  return (power === 0 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)) + ' ' + units[power];
}

export function millis(value) {
  if (value == null) {
    return '–';
  }
  if (value < 0.01) {
    return value > 0 ? '< 0.01 ms' : '0 ms';
  }
  return value >= 10_000 ? (value / 1000).toFixed(1) + ' s' : value >= 100 ? value.toFixed(0) + ' ms' : value.toFixed(value < 10 ? 2 : 1) + ' ms';
}

/** A span of time in its two largest units. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  if (days > 0) {
    return days + ' d ' + hours + ' h';
  }
  if (hours > 0) {
    return hours + ' h ' + minutes + ' min';
  }
  return minutes > 0 ? minutes + ' min ' + (whole % 60) + ' s' : whole + ' s';
}

export function rate(value) {
  return value == null ? '–' : value === 0 ? '0' : value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : NUMBER.format(Math.round(value));
}

const two = value => String(value).padStart(2, '0');

function clock(time) {
  const date = new Date(time);
  const at = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? at : [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-') + ' ' + at;
}

/** A moment, in the reader's time zone; the whole of it, in UTC, when pointed at. */
export function Time({ at }) {
  return at ? html`<time datetime=${at} title=${at}>${clock(at)}</time>` : '–';
}

/** How long ago, or how long from now; goes on by itself. */
export function Ago({ at, suffix = ' ago' }) {
  useSecond();
  if (!at) {
    return '–';
  }
  const seconds = (now() - Date.parse(at)) / 1000;
  return html`<time datetime=${at} title=${at}>${seconds < -1 ? 'in ' + span(-seconds) : span(seconds) + suffix}</time>`;
}

const seconds = new Set();
setInterval(() => document.hidden || seconds.forEach(each => each(Date.now())), 1000);

/** Shows the component again each second. */
export function useSecond() {
  const [, set] = useState(0);
  useEffect(() => {
    seconds.add(set);
    return () => seconds.delete(set);
  }, []);
}

/** A state: its word, with a shape, so that nothing is said by colour alone. */
export function Badge({ kind = 'plain', children }) {
  const mark = { ok: '●', warn: '▲', bad: '■', plain: '' }[kind];
  return html`<span class=${'badge ' + kind}>${mark && html`<span aria-hidden="true">${mark} </span>`}${children}</span>`;
}

/** A part of a view, with what it shows; what is stale looks stale. */
export function Panel({ title, source, note, wide, id, tools, children }) {
  useSecond();
  const sources = source ? [source].flat() : [];
  const stale = sources.find(isStale);
  const failed = sources.find(each => each.at === 0 && each.fault !== null);
  const waiting = !failed && sources.some(each => each.at === 0);
  return html`<section class=${'panel' + (wide ? ' wide' : '') + (stale ? ' stale' : '')} id=${id} aria-label=${title}>
    <header><h2>${title}</h2>${note && html`<p class="note">${note}</p>`}${tools && html`<div class="tools">${tools}</div>`}</header>
    ${stale && html`<p class="staleness"><b>Stale</b>: as of ${span((Date.now() - stale.at) / 1000)} ago${stale.fault && ' · ' + stale.fault.message}</p>`}
    ${failed ? html`<p class="fault">${failed.fault.message}</p>` : waiting ? html`<p class="empty">Loading …</p>` : children}
  </section>`;
}

/**
 * A table; on a phone each row becomes a block of its own.
 *
 * columns: `{name, cell: row => content, num, wide, head}`
 */
export function Table({ label, columns, rows, id, empty = 'Nothing here.', rowClass }) {
  if (rows.length === 0) {
    return html`<p class="empty">${empty}</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}>
    <table role="table" aria-label=${label}>
      <thead role="rowgroup"><tr role="row">
        ${columns.map(each => html`<th role="columnheader" scope="col" class=${each.num ? 'num' : ''}>${each.name}</th>`)}
      </tr></thead>
      <tbody role="rowgroup">
        ${rows.map((row, i) => html`<tr role="row" key=${id ? id(row) : i} class=${rowClass ? rowClass(row) : ''}>
          ${columns.map(each => {
            const content = each.cell(row);
            return html`<td role="cell" data-name=${each.name}
              class=${(each.num ? 'num' : '') + (each.wide ? ' broad' : '') + (content === '–' ? ' none' : '')}><div>${content}</div></td>`;
          })}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}

/** Names and values; a third `true` gives one a line of its own. */
export function Facts({ of }) {
  return html`<dl class="facts">${of.filter(each => each && each[1] != null && each[1] !== '' && each[1] !== false)
    .map(([name, value, wide]) => html`<div key=${name} class=${wide ? 'wide' : ''}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** How much of a limit is used. */
export function Meter({ name, used, limit, show = number }) {
  const ratio = limit > 0 ? Math.min(1, used / limit) : 0;
  const kind = ratio >= 0.9 ? 'bad' : ratio >= 0.7 ? 'warn' : 'ok';
  const percent = Math.round(ratio * 100);
  return html`<div class="meter">
    <span class="name">${name}</span>
    <span class="value">${show(used)}${limit > 0 && html`<span class="muted"> of ${show(limit)}</span>`}</span>
    ${limit > 0 && html`<div class="bar" role="meter" aria-label=${name} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}
      aria-valuetext=${show(used) + ' of ' + show(limit)}><i class=${kind} style=${{ width: percent + '%' }}></i></div>`}
  </div>`;
}

/**
 * The second step of a change: says exactly what is going to be done, and does it.
 *
 * `run` gets the form's values; a problem is shown in place.
 */
export function Confirm({ title, action, danger, run, onClose, children }) {
  const dialog = useRef(null);
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current.showModal(), []);
  const submit = event => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.target));
    setBusy(true);
    setFault('');
    run(values).then(onClose, problem => {
      setBusy(false);
      setFault(problem.message);
    });
  };
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="dialog-title">
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      ${fault && html`<p class="fault" role="alert">${fault}</p>`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button type="submit" class=${danger ? 'danger' : 'primary'} disabled=${busy}>${action}</button>
      </div>
    </form>
  </dialog>`;
}

export function Field({ label, hint, children }) {
  return html`<label class="field"><span>${label}</span>${children}${hint && html`<small>${hint}</small>`}</label>`;
}

/** Where a list or a setting says something. */
export function Place({ children }) {
  return children ? html`<code class="place">${children}</code>` : '–';
}

/** Which of the console's roles may do at least that. */
export function mayDo(you, role) {
  const roles = ['viewer', 'approver', 'admin'];
  return roles.indexOf(you.role) >= roles.indexOf(role);
}
