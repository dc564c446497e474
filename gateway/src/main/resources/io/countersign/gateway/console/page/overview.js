// What went through: calls, errors, kept data, durations and bytes, over 15 minutes, 3 hours or a day.

import { useEffect, useRef, useState } from './hooks.js';
import { useData, withQuery } from './api.js';
import { Field, Panel, Table, bytes, html, millis, number, rate } from './ui.js';

const WINDOWS = [['15m', '15 minutes', 5], ['3h', '3 hours', 30], ['1d', 'a day', 60]];
const HEIGHT = 170;

/** Between two lines of a chart: whole minutes, and for bytes what is round in binary. */
const MINUTES = [1, 2, 5, 10, 30, 60, 120, 240].map(each => each * 60);
const POWERS = Array.from({ length: 41 }, (_, power) => 2 ** power);

export function Overview({ query }) {
  const [span, setSpan] = useState('15m');
  const [by, setBy] = useState(query.by === 'tenant' ? 'tenant' : 'route');
  const [chosen, setChosen] = useState('');
  const seconds = WINDOWS.find(([name]) => name === span)[2];
  const source = useData(withQuery('/api/v1/overview', { window: span, by }), seconds);
  const { data } = source;
  const parts = data?.[by + 's'] || [];
  const part = parts.find(each => each[by] === chosen) || data?.all;
  const times = part ? part.requests.map((_, i) => Date.parse(data.begin) / 1000 + i * data.step_seconds) : [];
  const perSecond = values => values.map(value => value / data.step_seconds);
  const choose = html`<form class="row" aria-label="What is shown">
    <${Field} label="Over"><select value=${span} onChange=${event => setSpan(event.target.value)}>
      ${WINDOWS.map(([name, text]) => html`<option key=${name} value=${name}>${text}</option>`)}</select><//>
    <${Field} label="By"><select value=${by} onChange=${event => { setBy(event.target.value); setChosen(''); }}>
      <option value="route">route</option><option value="tenant">tenant</option></select><//>
    <${Field} label="Show"><select value=${chosen} onChange=${event => setChosen(event.target.value)}>
      <option value="">all</option>${parts.map(each => html`<option key=${each[by]} value=${each[by]}>${each[by]}</option>`)}</select><//>
  </form>`;
  return html`${choose}
    <div class="grid">
      <${Panel} title="Calls per second" source=${source} id="chart-calls">${part && html`<${Chart} name="Calls per second" times=${times} show=${rate} series=${[
        ['all', perSecond(part.requests), '--accent'], ['acknowledged', perSecond(part.acknowledged), '--ok-bar'], ['errors', perSecond(part.errors), '--bad-bar'],
      ]} />`}<//>
      <${Panel} title="Calls whose agent keeps its data, per second" source=${source} id="chart-held">${part && html`<${Chart} name="Held calls per second" times=${times} show=${rate} series=${[
        ['held', perSecond(part.held), '--warn-bar'], ['503 in place of a 4xx', perSecond(part.kept_data), '--bad-bar'],
      ]} />`}<//>
      <${Panel} title="Duration" source=${source} id="chart-duration">${part && html`<${Chart} name="Duration" times=${times} show=${millis} series=${[
        ['median', part.p50_ms, '--accent'], ['99 of 100', part.p99_ms, '--warn-bar'],
      ]} />`}<//>
      <${Panel} title="Bytes of bodies per second" source=${source} id="chart-bytes">${part && html`<${Chart} name="Bytes per second" times=${times} show=${bytes} series=${[
        ['requests', perSecond(part.request_bytes), '--accent'], ['responses', perSecond(part.response_bytes), '--ok-bar'],
      ]} />`}<//>
    </div>
    <${Panel} title="In all" source=${source} id="totals" note=${data && 'Over ' + WINDOWS.find(([name]) => name === span)[1] + ', as far as this process has been up'}>
      <${Table} label="In all" rows=${data ? [{ [by]: 'all', total: data.all.total }, ...parts] : []} id=${each => each[by]} columns=${[
        { name: by === 'route' ? 'Route' : 'Tenant', cell: each => each[by] },
        { name: 'Calls', num: true, cell: each => number(each.total.requests) },
        { name: 'Acknowledged', num: true, cell: each => number(each.total.acknowledged) },
        { name: 'Errors', num: true, cell: each => number(each.total.errors) },
        { name: 'Held', num: true, cell: each => number(each.total.held) },
        { name: '503 for 4xx', num: true, cell: each => number(each.total.kept_data) },
        { name: 'Median', num: true, cell: each => millis(each.total.p50_ms) },
        { name: '99 of 100', num: true, cell: each => millis(each.total.p99_ms) },
        { name: 'Bytes in', num: true, cell: each => bytes(each.total.request_bytes) },
        { name: 'Bytes out', num: true, cell: each => bytes(each.total.response_bytes) },
      ]} />
    <//>`;
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** One chart; `series` are `[name, values, colour]`, and the last values stand below it as text. */
function Chart({ name, times, series, show }) {
  const place = useRef(null);
  const chart = useRef(null);
  const [scheme, setScheme] = useState(dark.matches);
  useEffect(() => {
    const changed = event => setScheme(event.matches);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  useEffect(() => {
    const colour = variable => getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    chart.current = new uPlot({
      width: place.current.clientWidth || 300,
      height: HEIGHT,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      cursor: { points: { size: 6 }, drag: { x: false, y: false } },
      scales: { y: { range: (_, low, high) => [0, high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, space: 70, size: 24, incrs: MINUTES, values: (_, ticks) => ticks.map(each => clock(each)) },
        { ...axis, size: 68, space: 34, incrs: show === bytes ? POWERS : undefined, values: (_, ticks) => ticks.map(each => show(each)) },
      ],
      series: [{}, ...series.map(([label, , variable]) => ({
        label, stroke: colour(variable), width: 1.5, spanGaps: false, points: { show: values => values.data[0].length < 3 },
      }))],
      hooks: { setCursor: [drawn => setPointed(drawn.cursor.idx ?? null)] },
    }, [times, ...series.map(each => each[1])], place.current);
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: place.current.clientWidth, height: HEIGHT }));
    resized.observe(place.current);
    return () => {
      resized.disconnect();
      chart.current.destroy();
      chart.current = null;
    };
  }, [scheme]);
  const [pointed, setPointed] = useState(null);
  useEffect(() => chart.current?.setData([times, ...series.map(each => each[1])]), [times.length, times[0], times.at(-1), series.map(each => each[1].at(-1)).join()]);
  const at = pointed != null && pointed < times.length ? pointed : times.length - 1;
  const text = series.map(([label, values]) => label + ' ' + show(values[at])).join(', ');
  return html`<div class="chart" ref=${place} role="img" aria-label=${name + ' now: ' + text}></div>
    <p class="legend">${times.length > 0 && html`<span>${clock(times[at], true)}</span>`}${series.map(([label, values, variable]) => html`<span key=${label}>
      <i style=${{ background: 'var(' + variable + ')' }}></i>${label} <b>${show(values[at])}</b></span>`)}</p>`;
}

function clock(seconds, whole) {
  const date = new Date(seconds * 1000);
  return [date.getHours(), date.getMinutes(), ...(whole ? [date.getSeconds()] : [])].map(each => String(each).padStart(2, '0')).join(':');
}
