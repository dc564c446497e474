// The page: signing in, the frame around the views, and which of them is shown.

import { Component, h, render } from './preact.js';
import { useEffect, useRef, useState } from './hooks.js';
import { isStale, onSignedOut, setServerTime, signIn, signOut, useData } from './api.js';
import { Badge, html, span, useSecond } from './ui.js';
import { Now } from './now.js';
import { Overview } from './overview.js';
import { Services } from './services.js';
import { Calls } from './calls.js';
import { Callers } from './callers.js';
import { Rules } from './rules.js';
import { Rejections } from './rejections.js';
import { Tenants } from './tenants.js';
import { Settings } from './settings.js';

const VIEWS = [
  ['now', 'Now', Now],
  ['overview', 'Overview', Overview],
  ['services', 'Services', Services],
  ['calls', 'Calls', Calls],
  ['callers', 'Callers', Callers],
  ['rules', 'Rules and policies', Rules],
  ['rejections', 'Rejections', Rejections],
  ['tenants', 'Tenants', Tenants],
  ['settings', 'Configuration', Settings],
];

/** What the part of the address after # says; it never leaves the browser. */
function here() {
  const [view, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { hash: location.hash, view: VIEWS.some(([name]) => name === view) ? view : VIEWS[0][0], query: Object.fromEntries(new URLSearchParams(query)) };
}

function useHere() {
  const [at, setAt] = useState(here);
  useEffect(() => {
    const moved = () => setAt(here());
    addEventListener('hashchange', moved);
    if (location.hash !== at.hash) {
      moved(); // before this ran
    }
    return () => removeEventListener('hashchange', moved);
  }, []);
  return at;
}

function Door({ said, onEnter }) {
  const [fault, setFault] = useState(said);
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  const submit = event => {
    event.preventDefault();
    setBusy(true);
    signIn(event.target.elements.token.value.trim()).then(onEnter, problem => {
      setBusy(false);
      setFault(problem.message + '.');
    });
  };
  return html`<main class="door"><form onSubmit=${submit}>
    <h1><img src=${icon()} alt="" />Countersign</h1>
    <label class="field"><span>Token</span>
      <input ref=${field} name="token" type="password" autocomplete="off" spellcheck="false" required placeholder="csgn_…" />
      <small>Printed by <code>countersign run --console</code>, or made by <code>countersign token add NAME --role viewer</code>.
        It is kept in this page's memory, until you leave the page.</small>
    </label>
    ${fault && html`<p class="fault" role="alert">${fault}</p>`}
    <button class="primary" disabled=${busy}>Sign in</button>
  </form></main>`;
}

function icon() {
  return document.querySelector('link[rel=icon]').getAttribute('href');
}

function Frame({ you }) {
  const at = useHere();
  const status = useData('/api/v1/status', 3);
  useEffect(() => {
    if (status.data) {
      setServerTime(status.data.time);
    }
  }, [status.at]);
  const [, title, View] = VIEWS.find(([name]) => name === at.view);
  useEffect(() => {
    document.title = title + ' · Countersign';
    // On a phone the views are in one line, also once it is turned.
    const reveal = () => document.querySelector('nav [aria-current]').scrollIntoView({ block: 'nearest', inline: 'nearest' });
    reveal();
    addEventListener('resize', reveal);
    return () => removeEventListener('resize', reveal);
  }, [title]);
  return html`<div class="frame">
    <a class="skip" href="#content" onClick=${skip}>Skip to content</a>
    <header class="bar">
      <span class="brand"><img src=${icon()} alt="" />Countersign</span>
      <${Bar} status=${status} />
      <span class="grow"></span>
      <span class="fact"><b>${you.name}</b> · ${you.role}</span>
      <button type="button" class="small" onClick=${() => signOut()}>Sign out</button>
    </header>
    <nav aria-label="Views"><ul>${VIEWS.map(([name, text]) => html`<li key=${name}>
      <a href=${'#/' + name} aria-current=${name === at.view ? 'page' : undefined}>${text}</a></li>`)}</ul></nav>
    <main id="content" tabindex="-1"><h1>${title}</h1><${Guarded} key=${at.view}><${View} query=${at.query} you=${you} /><//></main>
  </div>`;
}

/** Keeps a fault of one view from taking the others along. */
class Guarded extends Component {
  componentDidCatch(fault) {
    console.error(fault);
    this.setState({ fault });
  }

  render({ children }, { fault }) {
    return fault ? html`<p class="fault" role="alert">This view failed: ${String(fault.message)}</p>` : children;
  }
}

function skip(event) {
  event.preventDefault();
  document.getElementById('content').focus();
}

function Bar({ status }) {
  useSecond();
  const { data } = status;
  if (!data) {
    return status.fault ? html`<${Badge} kind="bad">${status.fault.message}<//>` : null;
  }
  return html`
    ${isStale(status)
      ? html`<${Badge} kind="warn">stale for ${span((Date.now() - status.at) / 1000)}<//>`
      : html`<${Badge} kind=${data.phase === 'serving' ? 'ok' : 'warn'}>${data.phase}<//>`}
    ${!data.configuration.newest_taken && html`<a href="#/settings"><${Badge} kind="bad">configuration refused<//></a>`}
    <span class="fact">version <b>${data.version}</b></span>
    <span class="fact more">configuration <b class="mono">${data.configuration.hash.slice(0, 12)}</b></span>
    <span class="fact more">up <b>${span(data.uptime_seconds)}</b></span>`;
}

function App() {
  const [you, setYou] = useState(null);
  const [said, setSaid] = useState('');
  useEffect(() => onSignedOut(why => {
    setSaid(why);
    setYou(null);
  }), []);
  return you ? html`<${Frame} you=${you} />` : html`<${Door} key=${said} said=${said} onEnter=${setYou} />`;
}

render(h(App), document.getElementById('page'));
