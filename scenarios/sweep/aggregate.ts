/**
 * What many variations amount to: counts, extremes, the failing ones, one hash. The order in which verdicts are added and
 * how they were spread over workers or machines change nothing: each adds its own hash to a sum, and ties go to the lowest
 * variation. Bounded, however many verdicts there are.
 */
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { verdictLine, type VariationVerdict, type VerdictKind } from "./verdict.ts";

export interface Extreme {
  readonly valueS: number;
  readonly variation: number;
}

export interface Aggregate {
  readonly count: number;
  readonly verdicts: Readonly<Record<VerdictKind, number>>;
  readonly endedBy: { readonly "stop-trigger": number; readonly "storyboard-complete": number; readonly until: number };
  readonly collisions: number;
  /** Simulated time of all. */
  readonly simulatedS: number;
  readonly minTtcS: Extreme | undefined;
  readonly minThwS: Extreme | undefined;
  /** The lowest-numbered ones of each kind, ascending. */
  readonly failing: readonly VariationVerdict[];
  readonly notBuilt: readonly VariationVerdict[];
  readonly internal: number;
  /** Over all verdicts, parameters and state hashes. */
  readonly hash: string;
}

export interface Aggregator {
  /** Each variation once. */
  add(verdict: VariationVerdict): void;
  result(): Aggregate;
}

/** `listMax`: how many failing and how many not built are kept. */
export function createAggregator(listMax: number): Aggregator {
  const verdicts = { pass: 0, fail: 0, none: 0, error: 0 };
  const endedBy = { "stop-trigger": 0, "storyboard-complete": 0, until: 0 };
  const failing: VariationVerdict[] = [];
  const notBuilt: VariationVerdict[] = [];
  // 128 bits in words of 32, added with carry.
  const sum = [0, 0, 0, 0];
  let count = 0;
  let collisions = 0;
  let simulatedUs = 0;
  let internal = 0;
  let ttc: Extreme | undefined;
  let thw: Extreme | undefined;

  function addHash(line: string): void {
    const h = createStateHash();
    h.text(line);
    const first = h.digest();
    h.text(first);
    const words = `${first}${h.digest()}`;
    let carry = 0;
    for (let i = 0; i < 4; i += 1) {
      const total = (sum[i] as number) + Number.parseInt(words.slice(8 * i, 8 * i + 8), 16) + carry;
      carry = total > 0xffffffff ? 1 : 0;
      sum[i] = total >>> 0;
    }
  }

  return {
    add(v) {
      count += 1;
      invariant(Number.isSafeInteger(count), "a sweep has a countable number of variations");
      verdicts[v.verdict] += 1;
      if (v.endedBy !== undefined) endedBy[v.endedBy] += 1;
      if (v.collision !== undefined) collisions += 1;
      if (v.internal) internal += 1;
      simulatedUs += Math.round((v.durationS ?? 0) * 1e6);
      ttc = lower(ttc, v.minTtcS, v.variation);
      thw = lower(thw, v.minThwS, v.variation);
      if (v.verdict === "fail") keep(failing, v, listMax);
      if (v.verdict === "error") keep(notBuilt, v, listMax);
      addHash(verdictLine(v));
    },
    result() {
      const h = createStateHash();
      h.number(count);
      for (const word of sum) h.number(word);
      return { count, verdicts: { ...verdicts }, endedBy: { ...endedBy }, collisions, simulatedS: simulatedUs / 1e6, minTtcS: ttc, minThwS: thw, failing: [...failing], notBuilt: [...notBuilt], internal, hash: h.digest() };
    },
  };
}

function lower(known: Extreme | undefined, valueS: number | undefined, variation: number): Extreme | undefined {
  if (valueS === undefined) return known;
  if (known === undefined || valueS < known.valueS || (valueS === known.valueS && variation < known.variation)) return { valueS, variation };
  return known;
}

/** Inserts in ascending order and drops the highest beyond `max`. */
function keep(list: VariationVerdict[], v: VariationVerdict, max: number): void {
  let at = list.length;
  while (at > 0 && (list[at - 1] as VariationVerdict).variation > v.variation) at -= 1;
  if (at >= max) return;
  list.splice(at, 0, v);
  if (list.length > max) list.pop();
}
