import fc from "fast-check";
import { expect, test } from "vitest";
import { createAggregator, type Aggregate } from "./aggregate.ts";
import { select } from "./plan.ts";
import { parseVerdictLine, verdictLine, type VariationVerdict } from "./verdict.ts";

const hash = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n.toString(16).padStart(16, "0"));
const seconds = fc.option(fc.integer({ min: 0, max: 1e9 }).map((us) => us / 1e6), { nil: undefined });
const verdict = fc.record({
  variation: fc.nat(1e9),
  verdict: fc.constantFrom("pass", "fail", "none", "error"),
  reasons: fc.array(fc.string(), { maxLength: 3 }),
  endedBy: fc.constantFrom("stop-trigger", "storyboard-complete", "until", undefined),
  durationS: seconds,
  collision: fc.option(fc.record({ with: fc.string(), atS: fc.nat(300), relativeMps: fc.nat(60) }), { nil: undefined }),
  minTtcS: seconds,
  minThwS: seconds,
  hash: fc.option(hash, { nil: undefined }),
  map: fc.option(fc.string(), { nil: undefined }),
  inputs: fc.option(hash, { nil: undefined }),
  parameters: fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  internal: fc.boolean(),
}) as fc.Arbitrary<VariationVerdict>;
const verdicts = fc.uniqueArray(verdict, { selector: (v) => v.variation, maxLength: 40 });

function aggregate(list: readonly VariationVerdict[]): Aggregate {
  const aggregator = createAggregator(5);
  for (const v of list) aggregator.add(v);
  return aggregator.result();
}

test("the aggregate does not depend on the order of the verdicts", () => {
  fc.assert(fc.property(verdicts.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
    expect(aggregate(shuffled)).toEqual(aggregate(list));
  }));
});

test("the hash differs when one verdict differs, is missing or is doubled", () => {
  fc.assert(fc.property(verdicts.filter((list) => list.length > 0), fc.nat(), (list, n) => {
    const at = n % list.length;
    const own = list[at] as VariationVerdict;
    const whole = aggregate(list).hash;
    const changed: readonly VariationVerdict[] = [
      { ...own, verdict: own.verdict === "pass" ? "fail" : "pass" }, { ...own, variation: 2e9 }, { ...own, durationS: (own.durationS ?? 0) + 1 },
      { ...own, hash: own.hash === "0123456789abcdef" ? undefined : "0123456789abcdef" }, { ...own, reasons: [...own.reasons, "x"] },
    ];
    for (const other of changed) expect(aggregate(list.map((v, i) => (i === at ? other : v))).hash).not.toBe(whole);
    expect(aggregate(list.filter((_, i) => i !== at)).hash).not.toBe(whole);
    expect(aggregate([...list, own]).hash).not.toBe(whole);
  }));
});

test("what is counted adds up", () => {
  fc.assert(fc.property(verdicts, (list) => {
    const { count, verdicts: kinds, failing, minTtcS } = aggregate(list);
    expect(count).toBe(list.length);
    expect(kinds.pass + kinds.fail + kinds.none + kinds.error).toBe(list.length);
    expect(failing.map((v) => v.variation)).toEqual(list.filter((v) => v.verdict === "fail").map((v) => v.variation).sort((a, b) => a - b).slice(0, 5));
    const least = list.filter((v) => v.minTtcS !== undefined).sort((a, b) => (a.minTtcS ?? 0) - (b.minTtcS ?? 0) || a.variation - b.variation)[0];
    expect(minTtcS).toEqual(least === undefined ? undefined : { valueS: least.minTtcS, variation: least.variation });
  }));
});

test("a verdict's line reads back as the same line; any other text is refused", () => {
  fc.assert(fc.property(verdict, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (v, n, letter) => {
    const line = verdictLine(v);
    const read = parseVerdictLine(line);
    expect(read.ok && verdictLine(read.value)).toBe(line);
    const at = n % line.length;
    expect(parseVerdictLine(line.slice(0, at)).ok).toBe(false);
    const spoiled = line.slice(0, at) + letter + line.slice(at + 1);
    const parsed = parseVerdictLine(spoiled);
    // A changed letter may give another verdict, never a line that is not as we write it.
    if (parsed.ok) expect(verdictLine(parsed.value)).toBe(spoiled);
  }));
});

test("a selection is ascending, within its range, each variation once, and knows its members", () => {
  fc.assert(fc.property(fc.nat(2000), fc.nat(300), fc.integer({ min: 1, max: 400 }), fc.nat(60), (of, from, limit, sample) => {
    const selection = select(of, from, limit, sample);
    const chosen = Array.from({ length: selection.count }, (_, k) => selection.at(k));
    expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
    const range = Array.from({ length: Math.max(0, Math.min(of, from + limit) - from) }, (_, k) => from + k);
    expect(chosen.every((v) => range.includes(v))).toBe(true);
    expect(selection.count).toBe(sample > 0 ? Math.min(sample, range.length) : range.length);
    expect(Array.from({ length: of + 5 }, (_, v) => v).filter((v) => selection.has(v))).toEqual(chosen);
  }), { numRuns: 60 });
});
