/**
 * exp and expm1, and the two kernels behind pow and the hyperbolic functions.
 * Method: table-driven (P. T. P. Tang, "Table-driven implementation of the exponential function", ACM TOMS 15, 1989).
 * x = (k/128)·ln 2 + r with |r| ≤ ln 2/256, k = 128·e + j, so exp x = 2^e · 2^(j/128) · exp r. The table carries each
 * power as a pair, exp r is its Taylor series, and ln 2/128 comes in pieces short enough that k times them is exact.
 */
import { productError, powerOfTwo, scaled, sumError, TAIL } from "./double.ts";
import { EXP_TABLE } from "./exp-table.ts";

const TABLE = EXP_TABLE;

/** Adding and subtracting 1.5·2^52 rounds to the nearest integer, ties to even. */
const ROUNDER = 6755399441055744;

const STEPS_PER_UNIT = 184.6649652337873; // 128/ln 2
const STEP_1 = 0.005415212347998022; // ln 2/128 = STEP_1 + STEP_2 + STEP_3, the first two of 34 bits
const STEP_2 = 1.2655086083012853e-13;
const STEP_3 = 3.1258479278239995e-24;

/** e^x. */
export function exp(x: number): number {
  if (x > -708 && x < 709) {
    const n = x * STEPS_PER_UNIT + ROUNDER - ROUNDER;
    const r = x - n * STEP_1 - n * STEP_2;
    const k = n | 0;
    const j = (k & 127) << 1;
    const rr = r * r;
    const p = r + rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120)));
    const t = TABLE[j]!;
    return (t + (TABLE[j + 1]! + t * p)) * powerOfTwo(k >> 7);
  }
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  return expOfPair(x, 0, 0);
}

/** e^(hi + lo)·2^shift rounded once; −746 ≤ hi ≤ 711, |lo| ≤ ulp(hi), NaN passes through. */
export function expOfPair(hi: number, lo: number, shift: number): number {
  const n = hi * STEPS_PER_UNIT + ROUNDER - ROUNDER;
  const r = hi - n * STEP_1 - n * STEP_2 + lo;
  const k = n | 0;
  const j = (k & 127) << 1;
  const rr = r * r;
  const p = r + rr * (0.5 + r * (1 / 6) + rr * (1 / 24 + r * (1 / 120) + rr * (1 / 720)));
  const t = TABLE[j]!;
  return scaled(t + (TABLE[j + 1]! + t * p), (k >> 7) + shift);
}

/** e^x − 1, accurate also where x is tiny. */
export function expm1(x: number): number {
  if (x > -1e-17 && x < 1e-17) return x;
  if (x > 45) return exp(x);
  if (x < -45) return -1;
  return expm1Pair(x);
}

/**
 * e^x − 1 as a pair (high half returned, low half in TAIL), relative error below 2^-65; 2^-60 ≤ |x| ≤ 45.
 */
export function expm1Pair(x: number): number {
  const n = x * STEPS_PER_UNIT + ROUNDER - ROUNDER;
  const first = x - n * STEP_1;
  const second = n * STEP_2;
  const r = first - second;
  const rLow = sumError(first, -second, r) - n * STEP_3;
  const k = n | 0;
  const j = (k & 127) << 1;
  const scale = powerOfTwo(k >> 7);

  // exp(r) − 1 = r + r²/2 + …, the first two terms with their errors
  const rr = r * r;
  const half = 0.5 * rr;
  const series = rr * r * (1 / 6 + r * (1 / 24) + rr * (1 / 120 + r * (1 / 720)));
  const p = r + half;
  const pLow = r - p + half + (0.5 * productError(r, r, rr) + (rLow + rLow * r) + series);

  // 2^e·T·exp(r) − 1, every sum with its error
  const t = TABLE[j]!;
  const tp = t * p;
  const low = productError(t, p, tp) + t * pLow + TABLE[j + 1]! * (1 + p);
  const power = t * scale;
  const a = power - 1;
  const b = tp * scale;
  const s = a + b;
  const sLow = sumError(power, -1, a) + sumError(a, b, s) + low * scale;
  const result = s + sLow;
  TAIL[0] = s - result + sLow;
  return result;
}
