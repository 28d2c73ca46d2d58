/**
 * Random parameter values: the distributions of the standard as samplers. A value is a function of the seed, the
 * parameter's name and the number of the run, so runs may be taken in any order and give the same bits everywhere. Must
 * never keep state between draws.
 */
import { exp, log } from "../fleet-core/kernel/math/index.ts";
import { createRng, type Rng } from "../fleet-core/kernel/rng.ts";
import type { XmlElement } from "../fleet-core/contract/xml.ts";
import { child, children, first, needed, number, text, unsupported, type Reading } from "./schema/reading.ts";
import { readRange } from "./schema/read-traffic.ts";

/** Draws one value, as the text a parameter takes. */
export type Sampler = (rng: Rng) => string;

const MAX_POISSON = 1e8;
const MAX_DEVIATIONS = 1e6;

/** The stream of one parameter in one run. */
export function streamOf(seed: string, parameter: string, run: number): Rng {
  return createRng(`parameters ${seed}`).fork(parameter).fork(String(run));
}

/** `e`: the distribution inside a StochasticDistribution; undefined after saying why not. */
export function readSampler(r: Reading, e: XmlElement): Sampler | undefined {
  switch (e.name) {
    case "ProbabilityDistributionSet": {
      const elements = children(e, "Element").map((c) => ({ weight: weightOf(r, c), value: text(r, c, "value") }));
      const pick = picker(r, e, elements.map((c) => c.weight));
      return pick === undefined ? undefined : (rng) => elements[pick(rng)]?.value ?? "";
    }
    case "Histogram": {
      const bins = children(e, "Bin").map((b) => ({ weight: weightOf(r, b), range: rangeOf(r, b) ?? { min: 0, max: 0 } }));
      const pick = picker(r, e, bins.map((b) => b.weight));
      if (pick === undefined) return undefined;
      return (rng) => {
        const { min, max } = bins[pick(rng)]?.range ?? { min: 0, max: 0 };
        return String(between(rng, min, max));
      };
    }
    case "UniformDistribution": {
      const range = rangeOf(r, e, true);
      return range === undefined ? undefined : (rng) => String(between(rng, range.min, range.max));
    }
    case "NormalDistribution": {
      const mean = number(r, e, "expectedValue");
      const deviation = Math.sqrt(number(r, e, "variance", { min: 0 }));
      const draw = normalIn(r, e, mean, deviation, rangeOf(r, e));
      return draw === undefined ? undefined : (rng) => String(draw(rng));
    }
    case "LogNormalDistribution": {
      // Expected value and variance are those of the parameter itself, as for the other distributions.
      const mean = number(r, e, "expectedValue", { above: 0 });
      const variance = number(r, e, "variance", { min: 0 });
      if (!(mean > 0)) return undefined;
      const s2 = log(1 + variance / mean / mean);
      const range = rangeOf(r, e);
      if (range !== undefined && !(range.max > 0)) {
        r.problems.error(r.file, e, `no value of the distribution lies in the range from ${range.min} to ${range.max}`, { expected: "an upperLimit > 0" });
        return undefined;
      }
      const limits = range === undefined ? undefined : { min: range.min > 0 ? log(range.min) : -700, max: log(range.max) };
      const draw = normalIn(r, e, log(mean) - s2 / 2, Math.sqrt(s2), limits);
      // Rounding of exp and log must not lead out of the stated range.
      return draw === undefined ? undefined : (rng) => String(range === undefined ? exp(draw(rng)) : Math.min(range.max, Math.max(range.min, exp(draw(rng)))));
    }
    case "PoissonDistribution": {
      const mean = number(r, e, "expectedValue", { above: 0, max: MAX_POISSON });
      return mean > 0 ? poisson(r, e, mean, rangeOf(r, e)) : undefined;
    }
    default:
      return unsupported(r, e, e.name);
  }
}

const weightOf = (r: Reading, e: XmlElement): number => number(r, e, "weight", { min: 0 });

/** The Range child of `e`; undefined when there is none. */
function rangeOf(r: Reading, e: XmlElement, must = false): { readonly min: number; readonly max: number } | undefined {
  const range = must || e.name === "Bin" ? needed(r, e, "Range") : child(e, "Range");
  return range === undefined ? undefined : readRange(r, range);
}

/** 53 random bits in [0, 1). */
const unit = (rng: Rng): number => ((rng.u32() >>> 5) * 67_108_864 + (rng.u32() >>> 6)) / 9_007_199_254_740_992;

function between(rng: Rng, min: number, max: number): number {
  const u = unit(rng);
  return Math.min(max, min * (1 - u) + max * u);
}

/** Index i with probability weights[i] / sum. */
function picker(r: Reading, e: XmlElement, weights: readonly number[]): ((rng: Rng) => number) | undefined {
  const sums: number[] = [];
  let sum = 0;
  for (const w of weights) {
    sum += w;
    sums.push(sum);
  }
  if (!(sum > 0) || !Number.isFinite(sum)) {
    r.problems.error(r.file, e, `the weights of ${e.name} add up to ${sum}`, { expected: "a finite sum > 0" });
    return undefined;
  }
  return (rng) => indexOf(sums, unit(rng) * sum);
}

/** First index whose running sum is above `x`; entries without weight are never met. */
function indexOf(sums: readonly number[], x: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Normal variates, within limits when there are some. */
function normalIn(r: Reading, e: XmlElement, mean: number, deviation: number, limits: { readonly min: number; readonly max: number } | undefined): ((rng: Rng) => number) | undefined {
  if (limits === undefined) return (rng) => mean + deviation * rng.normal();
  if (deviation === 0) {
    if (mean >= limits.min && mean <= limits.max) return () => mean;
    r.problems.error(r.file, e, `the variance is 0 and ${mean} lies outside the range`, { attribute: "variance", expected: "a variance > 0" });
    return undefined;
  }
  const low = (limits.min - mean) / deviation;
  const high = (limits.max - mean) / deviation;
  if (low > MAX_DEVIATIONS || high < -MAX_DEVIATIONS) {
    r.problems.error(r.file, e, `the range lies more than ${MAX_DEVIATIONS} standard deviations from the expected value`, { expected: "a range that can be met" });
    return undefined;
  }
  const draw = truncatedNormal(low, high);
  return (rng) => Math.min(limits.max, Math.max(limits.min, mean + deviation * draw(rng)));
}

/**
 * Standard normal between `low` and `high` by rejection from the proposal that fits: the normal itself, an exponential in
 * the tail, or the uniform. Source: C. P. Robert, "Simulation of truncated normal variables", 1995. Each accepts with
 * a probability that is bounded from below, so a draw ends soon.
 */
function truncatedNormal(low: number, high: number): (rng: Rng) => number {
  if (low > 0 || high < 0) {
    const mirrored = high < 0;
    const a = mirrored ? -high : low;
    const b = mirrored ? -low : high;
    const rate = (a + Math.sqrt(a * a + 4)) / 2;
    const draw = (b - a) * rate > 1 ? tail(a, b, rate) : uniformIn(a, b, a);
    return mirrored ? (rng) => -draw(rng) : draw;
  }
  // More than a third of the normal's mass lies in an interval with 0 in it that is this wide.
  if (high - low > 2.5) {
    return (rng) => {
      let z = rng.normal();
      while (z < low || z > high) z = rng.normal();
      return z;
    };
  }
  return uniformIn(low, high, 0);
}

function tail(a: number, b: number, rate: number): (rng: Rng) => number {
  return (rng) => {
    for (;;) {
      const z = a - log(1 - unit(rng)) / rate;
      if (z <= b && unit(rng) <= exp(-((z - rate) * (z - rate)) / 2)) return z;
    }
  };
}

/** `nearest`: the point of the interval nearest to 0, where the density is greatest. */
function uniformIn(low: number, high: number, nearest: number): (rng: Rng) => number {
  return (rng) => {
    for (;;) {
      const z = between(rng, low, high);
      if (unit(rng) <= exp((nearest * nearest - z * z) / 2)) return z;
    }
  };
}

/** By inversion of the sums of probabilities, taken relative to the likeliest number; what is left out is below 1e-18. */
function poisson(r: Reading, e: XmlElement, mean: number, range: { readonly min: number; readonly max: number } | undefined): Sampler | undefined {
  const low = Math.max(0, Math.ceil(range?.min ?? 0));
  const high = Math.floor(range?.max ?? Number.MAX_SAFE_INTEGER);
  if (high < low) {
    r.problems.error(r.file, e, "no whole number >= 0 lies in the range", { expected: "a range with a whole number" });
    return undefined;
  }
  const mode = Math.min(high, Math.max(low, Math.floor(mean)));
  const below: number[] = [];
  for (let k = mode, p = 1; k > low; k -= 1) {
    p *= k / mean;
    if (p < 1e-20) break;
    below.push(p);
  }
  const weights = [...below.reverse(), 1];
  const from = mode - below.length;
  for (let k = mode + 1, p = 1; k <= high; k += 1) {
    p *= mean / k;
    if (p < 1e-20) break;
    weights.push(p);
  }
  const pick = picker(r, e, weights);
  return pick === undefined ? undefined : (rng) => String(from + pick(rng));
}

/** `e`: a StochasticDistribution. */
export function readStochastic(r: Reading, e: XmlElement): { readonly name: string; readonly draw: Sampler } | undefined {
  const name = text(r, e, "parameterName");
  const distribution = first(e);
  const draw = distribution === undefined ? undefined : readSampler(r, distribution);
  return draw === undefined ? undefined : { name, draw };
}
