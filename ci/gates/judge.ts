/**
 * The same-bits verdict: equal hashes at every simulated second and at the end, or the first difference by second, tick,
 * entity and field. Pure; who executes where is given from outside.
 */
import { firstDifference } from "../../replay/compare/first-difference.ts";
import type { DumpRange, Execution, TickState } from "./execute.ts";

export interface Runtime {
  /** e.g. `Node 24.21.0`. */
  readonly name: string;
  execute(range?: DumpRange): Promise<Execution>;
}

/** An execution of which only the end is known: the command line prints no hash for each second. */
export type EndOnly = Pick<Execution, "hash" | "ticks">;

export interface FirstDifference {
  /** First tick whose hashes differ. */
  readonly tick: number;
  /** Tick at which the field below shows it; later than `tick` while the difference is in hidden state. */
  readonly seenTick: number;
  readonly entity: string;
  readonly field: string;
  readonly a: unknown;
  readonly b: unknown;
}

const SECOND_TICKS = 100;

/** First simulated second (from 1) whose hashes differ; the second after the last common one when only the ends differ. */
export function firstDifferingSecond(a: Execution, b: Execution): number | undefined {
  const common = Math.min(a.seconds.length, b.seconds.length);
  for (let i = 0; i < common; i += 1) if (a.seconds[i] !== b.seconds[i]) return i + 1;
  if (a.hash !== b.hash || a.ticks !== b.ticks) return common + 1;
  return undefined;
}

/** First tick whose hashes differ, and in it the first field that shows it; where none does, the first later one. */
export function firstDifferingField(a: readonly TickState[], b: readonly TickState[]): FirstDifference | undefined {
  let hidden: FirstDifference | undefined;
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [left, right] = [a[i], b[i]];
    if (left === undefined || right === undefined) return hidden ?? { tick: (left ?? right)?.tick ?? 0, seenTick: (left ?? right)?.tick ?? 0, entity: "run", field: "end", a: left === undefined ? "ended" : "goes on", b: right === undefined ? "ended" : "goes on" };
    if (left.hash === right.hash) continue;
    for (const part of ["entities", "agents", "missions"] as const) {
      const found = firstDifference(left[part], right[part]);
      if (found === undefined) continue;
      const index = Number(/^\[(\d+)\]/.exec(found.path)?.[1] ?? -1);
      const item = (left[part][index] ?? right[part][index]) as Record<string, unknown> | undefined;
      const id = item?.["id"] ?? item?.["missionId"];
      return { tick: hidden?.tick ?? left.tick, seenTick: left.tick, entity: typeof id === "string" ? id : part, field: found.path.replace(/^\[\d+\]\.?/, "") || part, a: found.a, b: found.b };
    }
    hidden ??= { tick: left.tick, seenTick: left.tick, entity: "run", field: "state that no field shows", a: left.hash, b: right.hash };
  }
  return hidden;
}

/** Compares two runtimes; on a difference executes both again around it. `undefined` when every bit is the same. */
export async function difference(a: Runtime, ofA: Execution, b: Runtime, ofB: Execution): Promise<string | undefined> {
  const second = firstDifferingSecond(ofA, ofB);
  if (second === undefined) return undefined;
  const range = { fromTick: (second - 1) * SECOND_TICKS + 1, toTick: (second + 1) * SECOND_TICKS };
  const [againA, againB] = [await a.execute(range), await b.execute(range)];
  const head = `${b.name} differs from ${a.name} first in second ${second}`;
  const found = firstDifferingField(againA.dump, againB.dump);
  if (found === undefined) return `${head}; executed again they agree up to tick ${range.toTick}: one of them does not repeat itself`;
  return `${head}, at tick ${found.tick}${found.seenTick === found.tick ? "" : ` in hidden state, seen at tick ${found.seenTick}`}, entity ${found.entity}, field ${found.field}: ${a.name} ${show(found.a)}, ${b.name} ${show(found.b)}`;
}

/** The command line's word against the gate's. */
export function endDifference(name: string, end: EndOnly, reference: string, of: Execution): string | undefined {
  if (end.hash === of.hash && end.ticks === of.ticks) return undefined;
  return `${name} ends at tick ${end.ticks} with hash ${end.hash}, ${reference} at tick ${of.ticks} with hash ${of.hash}`;
}

const show = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing"));
