/**
 * log, log1p, log2, log10, and the pair-valued logarithm behind pow and the inverse hyperbolic functions.
 * Method: table-driven (P. T. P. Tang, "Table-driven implementation of the logarithm function", ACM TOMS 16, 1990).
 * x = 2^k·z with z in [0.7057, 1.4114); the table gives c ≈ 1/z of 9 bits, so z·c = 1 + r with |r| < 0.0059 and
 * ln x = k·ln 2 − ln c + ln(1 + r). r is formed without error from two halves of z, the terms r and r²/2 keep their
 * errors, the rest is the Taylor series. Around 1, c is 1 and the relative accuracy holds down to the last bit.
 */
import { highWord } from "./bits.ts";
import { powerOfTwo, productError, sumError, TAIL } from "./double.ts";
import { LOG_TABLE } from "./log-table.ts";

const TABLE = LOG_TABLE;
const LOWEST_MANTISSA = 0x3fe69555; // high word of 0.7057

const LN2_HIGH = 0.6931471805598903; // a multiple of 2^-42: k·LN2_HIGH plus a table entry is exact
const LN2_LOW = 5.497923018708371e-14;

/** Natural logarithm. */
export function log(x: number): number {
  if (x > 0 && x < Infinity) return logPair(x);
  return logOfOther(x);
}

function logOfOther(x: number): number {
  if (x === 0) return -Infinity;
  return x > 0 ? x : NaN;
}

/** ln x as a pair (high half returned, low half in TAIL), relative error below 2^-65; x finite and > 0. */
export function logPair(x: number): number {
  let bias = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54: leave the subnormal range
    bias = 54;
  }
  const offset = (highWord(x) - LOWEST_MANTISSA) | 0;
  const exponent = offset >> 20;
  const i = ((offset >> 13) & 127) * 3;
  const z = x * powerOfTwo(-exponent);
  const k = exponent - bias;

  const c = TABLE[i]!;
  const zHigh = z + 6442450944 - 6442450944; // to a multiple of 2^-20
  const base = k * LN2_HIGH + TABLE[i + 1]!;
  return onePlus(zHigh * c - 1, (z - zHigh) * c, base, k * LN2_LOW + TABLE[i + 2]!);
}

/**
 * base + baseLow + ln(1 + rHigh + rLow) as a pair; rHigh² must be exact, |r| < 0.006, base 0 or above |r|.
 */
function onePlus(rHigh: number, rLow: number, base: number, baseLow: number): number {
  const r = rHigh + rLow;
  const rError = rLow - (r - rHigh);
  const sum = base + r;
  const square = -0.5 * rHigh * rHigh;
  const high = sum + square;
  const rr = r * r;
  const series =
    rr * r * (1 / 3 - r * (1 / 4) + rr * (1 / 5 - r * (1 / 6) + rr * (1 / 7 - r * (1 / 8) + rr * (1 / 9))));
  const low =
    base - sum + r +
    (sum - high + square) +
    (baseLow + rError - 0.5 * rLow * (r + rHigh) + series);
  const result = high + low;
  TAIL[0] = high - result + low;
  return result;
}

/** ln(1 + x), accurate also where x is tiny. */
export function log1p(x: number): number {
  if (x > -0.005 && x < 0.005) {
    if (x > -1e-17 && x < 1e-17) return x;
    const high = x + 786432 - 786432; // to a multiple of 2^-33
    return onePlus(high, x - high, 0, 0);
  }
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x > 0 ? x : NaN;
  const s = 1 + x;
  return logOfPair(s, sumError(1, x, s));
}

/** ln(hi + lo) rounded, for |lo| ≤ ulp(hi), hi finite and > 0. */
export function logOfPair(hi: number, lo: number): number {
  const high = logPair(hi);
  return high + (TAIL[0]! + lo / hi);
}

/** ln(2x) rounded, also where 2x overflows; x finite and > 0. */
export function logOfTwice(x: number): number {
  const high = logPair(x);
  const s = high + 0.6931471805599453;
  return s + (sumError(high, 0.6931471805599453, s) + (TAIL[0]! + 2.3190468138462996e-17));
}

/** Base-2 logarithm; exact for powers of two. */
export function log2(x: number): number {
  if (!(x > 0 && x < Infinity)) return logOfOther(x);
  return timesConstant(logPair(x), 1.4426950408889634, 2.0355273740931033e-17);
}

/** Base-10 logarithm; exact for powers of ten. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return logOfOther(x);
  return timesConstant(logPair(x), 0.4342944819032518, 1.098319650216765e-17);
}

/** (high + TAIL)·(c + cLow). */
function timesConstant(high: number, c: number, cLow: number): number {
  const p = high * c;
  return p + (productError(high, c, p) + (TAIL[0]! * c + high * cLow));
}
