/** What gates read off a trace. Times in seconds since the start, ends included. */
import type { Trace } from "./drive.ts";

const STEP_S = 0.01;

const indices = (trace: Trace, fromS: number, toS: number): readonly [number, number] => [Math.max(0, Math.round(fromS / STEP_S)), Math.min(trace.timeS.length - 1, Math.round(toS / STEP_S))];

function extreme(trace: Trace, column: readonly number[], fromS: number, toS: number, pick: (a: number, b: number) => number, start: number): number {
  const [from, to] = indices(trace, fromS, toS);
  let value = start;
  for (let i = from; i <= to; i += 1) value = pick(value, column[i] ?? start);
  return value;
}

/** Greatest deceleration, as the mean over 0.2 s: what a body feels, without the ringing of springs [m/s²]. */
export function decelMps2Max(trace: Trace, fromS = 0, toS = Infinity): number {
  const [from, to] = indices(trace, fromS, toS);
  const width = 20;
  let most = 0;
  for (let i = from; i + width <= to; i += 1) most = Math.max(most, ((trace.speedMps[i] ?? 0) - (trace.speedMps[i + width] ?? 0)) / (width * STEP_S));
  return most;
}

export const gapMMin = (trace: Trace, fromS = 0, toS = Infinity): number => extreme(trace, trace.gapM, fromS, toS, Math.min, Infinity);
export const speedMpsMax = (trace: Trace, fromS = 0, toS = Infinity): number => extreme(trace, trace.speedMps, fromS, toS, Math.max, 0);
export const offsetMMax = (trace: Trace, fromS = 0, toS = Infinity): number => extreme(trace, trace.offsetM, fromS, toS, (a, b) => Math.max(a, Math.abs(b)), 0);

/** Row of the trace at a second. */
export const rowAt = (trace: Trace, s: number): number => Math.min(trace.timeS.length - 1, Math.round(s / STEP_S));
export const endS = (trace: Trace): number => trace.timeS.at(-1) ?? 0;

/** First time [s] from `fromS` on at which the vehicle has been at rest for half a second; undefined when it never is. */
export function restAtS(trace: Trace, fromS: number): number | undefined {
  const [from, to] = indices(trace, fromS, Infinity);
  let since = -1;
  for (let i = from; i <= to; i += 1) {
    if (Math.abs(trace.speedMps[i] ?? 0) > 0.05) since = -1;
    else if (since < 0) since = i;
    else if (i - since >= 50) return since * STEP_S;
  }
  return undefined;
}
