// The console's API: one token, kept in this module's memory alone, and what is asked for again and again.

import { useEffect, useState } from './hooks.js';

const TIMEOUT_MS = 10_000;
const MAX_PAUSE_MS = 30_000;

/** What a gateway answers that is not configured for it: it stays so until its next start. */
const CONFLICT = 409;

let token = null;
let signedOut = () => {};
let skew = 0;

/** An answer that says why not. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** What is to be done when the token no longer counts. */
export function onSignedOut(step) {
  signedOut = step;
}

export function isSignedIn() {
  return token !== null;
}

/** Keeps the token if the console takes it; returns whose it is. */
export async function signIn(typed) {
  token = typed;
  try {
    return (await get('/api/v1/tokens')).you;
  } catch (fault) {
    token = null;
    throw fault;
  }
}

/** Forgets the token and everything that was read with it. */
export function signOut(why = '') {
  token = null;
  polls.forEach(poll => poll.end());
  polls.clear();
  signedOut(why);
}

/** Now, by the gateway's clock: this machine's may be off. */
export function now() {
  return Date.now() + skew;
}

export function setServerTime(text) {
  skew = Date.parse(text) - Date.now();
}

async function send(path, options) {
  if (token === null) {
    throw new Problem(401, 'signed out');
  }
  let answer;
  try {
    answer = await fetch(path, {
      credentials: 'omit',
      redirect: 'error',
      ...options,
      headers: { Authorization: 'Bearer ' + token, ...options.headers },
    });
  } catch (fault) {
    throw fault.name === 'AbortError' ? fault : new Problem(0, 'the console cannot be reached');
  }
  if (!answer.ok) {
    const detail = await answer.json().then(body => String(body.detail || body.title), () => answer.statusText);
    if (answer.status === 401 && token !== null) {
      signOut('This token is not in force here; countersign token list shows those that are.');
    }
    throw new Problem(answer.status, detail);
  }
  return answer;
}

export async function get(path, timeout = TIMEOUT_MS) {
  return (await send(path, { signal: AbortSignal.timeout(timeout) })).json();
}

/** Changes something; `body` may be absent. */
export async function post(path, body) {
  const options = { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'Content-Type': 'application/json' };
  }
  return (await send(path, options)).json();
}

/** `path` with those parameters that have a value. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '' && value != null));
  const text = query.toString();
  return text === '' ? path : path + '?' + text;
}

/** Reads server-sent events until the signal aborts or the stream ends: EventSource cannot send the token. */
export async function stream(path, signal, onEvent) {
  const answer = await send(path, { signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const text of events) {
      const fields = {};
      for (const line of text.split('\n')) {
        const colon = line.indexOf(': ');
        if (colon > 0) {
          fields[line.slice(0, colon)] = line.slice(colon + 2);
        }
      }
      if (fields.event && fields.data) {
        onEvent(fields.event, JSON.parse(fields.data));
      }
    }
  }
}

/** One path that is asked again and again while somebody shows it. */
class Poll {
  constructor(path, seconds) {
    this.path = path;
    this.seconds = seconds;
    this.state = { data: null, at: 0, fault: null, seconds };
    this.listeners = new Set();
    this.failures = 0;
    this.ended = false;
    this.visible = () => document.hidden || this.again();
    document.addEventListener('visibilitychange', this.visible);
    this.again();
  }

  /** At once, and from then on at its pace. */
  again() {
    clearTimeout(this.timer);
    if (this.running) {
      return;
    }
    this.running = true;
    get(this.path).then(
      data => this.set({ data, at: Date.now(), fault: null }),
      fault => this.set({ fault })
    );
  }

  set(change) {
    this.running = false;
    if (this.ended) {
      return;
    }
    this.failures = change.fault ? this.failures + 1 : 0;
    this.state = { ...this.state, ...change };
    this.listeners.forEach(listener => listener(this.state));
    if (!document.hidden && change.fault?.status !== CONFLICT) {
      const pause = this.seconds * 1000 * 2 ** Math.min(this.failures, 3);
      this.timer = setTimeout(() => this.again(), Math.min(pause, Math.max(MAX_PAUSE_MS, this.seconds * 1000)));
    }
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    document.removeEventListener('visibilitychange', this.visible);
  }
}

const polls = new Map();

/** What a path last answered, kept fresh: `{data, at, fault, seconds}`; those who ask for the same share one question. */
export function useData(path, seconds) {
  const [state, setState] = useState(() => polls.get(path)?.state || { data: null, at: 0, fault: null, seconds });
  useEffect(() => {
    let poll = polls.get(path);
    if (!poll) {
      poll = new Poll(path, seconds);
      polls.set(path, poll);
    }
    poll.listeners.add(setState);
    setState(poll.state);
    return () => {
      poll.listeners.delete(setState);
      if (poll.listeners.size === 0) {
        poll.end();
        if (polls.get(path) === poll) {
          polls.delete(path);
        }
      }
    };
  }, [path]);
  return state;
}

/** Asks again at once, after a change. */
export function refresh(...paths) {
  polls.forEach(poll => {
    if (paths.some(path => poll.path === path || poll.path.startsWith(path + '?'))) {
      poll.again();
    }
  });
}

/** Whether what was read may no longer be so: its source failed, or has not answered for three turns. */
export function isStale(source) {
  return source.at > 0 && (source.fault !== null || Date.now() - source.at > source.seconds * 3000 + 2000);
}
