/** Which variations of a distribution a sweep plays. Nothing is kept per variation. Pure. */
import { invariant } from "../../fleet-core/kernel/invariant.ts";

export interface Selection {
  /** Variations in all. */
  readonly of: number;
  readonly count: number;
  /** The k-th variation, 0 <= k < count; ascending, each once. */
  at(k: number): number;
  has(variation: number): boolean;
}

/**
 * `limit` variations from number `from` on, or of these `sample` evenly spread ones (0: all). `of` >= 0, `from` >= 0;
 * what lies beyond the last variation is not selected.
 */
export function select(of: number, from: number, limit: number, sample: number): Selection {
  const width = Math.max(0, Math.min(limit, of - from));
  const count = sample > 0 ? Math.min(sample, width) : width;
  const at = (k: number): number => {
    invariant(Number.isInteger(k) && k >= 0 && k < count, `the selection has ${count} variations, there is no ${k}`);
    // Exact: k * width stays below 2^53 for every distribution that can be enumerated.
    return from + (count === width ? k : Math.floor((k * width) / count));
  };
  return {
    of,
    count,
    at,
    has(variation) {
      const offset = variation - from;
      if (!Number.isInteger(offset) || offset < 0 || offset >= width) return false;
      if (count === width) return true;
      const k = Math.ceil((offset * count) / width);
      return k < count && at(k) === variation;
    },
  };
}
