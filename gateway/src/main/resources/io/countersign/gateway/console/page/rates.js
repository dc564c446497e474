// Rates of what the API counts since start: from one answer to the next.

import { useEffect, useRef, useState } from './hooks.js';

const SPAN_MS = 20_000;

/** The sum of a route's answers in a class of statuses, such as 2. */
export function answered(route, digit) {
  return route.counts.by_status.filter(each => each.status.startsWith(String(digit)))
    .reduce((sum, each) => sum + each.count, 0);
}

/**
 * How much each name's number grows in a second, over the last 20 s; a map by name, empty until two answers came.
 *
 * `numbers` makes `[[name, number]]` of what was read.
 */
export function useRates(source, numbers) {
  const samples = useRef([]);
  const [rates, setRates] = useState(new Map());
  useEffect(() => {
    if (!source.data || source.fault) {
      return;
    }
    const latest = { at: source.at, values: new Map(numbers(source.data)) };
    const kept = samples.current.filter(each => latest.at - each.at <= SPAN_MS && each.at < latest.at);
    samples.current = [...kept, latest];
    if (kept.length > 0) {
      const first = kept[0];
      const seconds = (latest.at - first.at) / 1000;
      setRates(new Map([...latest.values].filter(([name]) => first.values.has(name))
        // A counter that fell is one of a process that was started anew.
        .map(([name, value]) => [name, Math.max(0, value - first.values.get(name)) / seconds])));
    }
  }, [source.at]);
  return rates;
}
