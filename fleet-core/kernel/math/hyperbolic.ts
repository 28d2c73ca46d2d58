/**
 * sinh, cosh, tanh and their inverses.
 * Method: the defining identities (the ones of fdlibm e_sinh.c, e_cosh.c, s_tanh.c, s_asinh.c, e_acosh.c, e_atanh.c,
 * Sun Microsystems 1993), but evaluated on pairs from the kernels of `exp.ts` and `log.ts`; the result is rounded
 * once, and no case distinction for small arguments is needed above 2^-28.
 */
import { productError, squareError, sumError, TAIL } from "./double.ts";
import { expm1Pair, expOfPair } from "./exp.ts";
import { logOfPair, logOfTwice } from "./log.ts";

const TINY = 3.725290298461914e-9; // 2^-28: below, the cubic term is under a quarter of an ulp
const LARGE = 45; // from here on e^-x is lost beside e^x
const HUGE = 1073741824; // 2^30: from here on sqrt(x² ± 1) is x

/** Hyperbolic sine: (E + E/(E + 1))/2 with E = e^|x| − 1. */
export function sinh(x: number): number {
  const a = Math.abs(x);
  if (!(a > TINY)) return x;
  if (a > LARGE) return x > 0 ? halfExp(a) : -halfExp(a);
  const e = expm1Pair(a);
  const eLow = TAIL[0]!;
  const d = 1 + e;
  const dLow = sumError(1, e, d) + eLow;
  const q = e / d;
  const s = e + q;
  const result = 0.5 * (s + (sumError(e, q, s) + (eLow + quotientTail(e, eLow, d, dLow, q))));
  return x > 0 ? result : -result;
}

/** Hyperbolic cosine: (F + 1/F)/2 with F = e^|x|. */
export function cosh(x: number): number {
  const a = Math.abs(x);
  if (!(a <= LARGE)) return halfExp(a);
  if (a < TINY) return 1;
  const e = expm1Pair(a);
  const f = 1 + e;
  const fLow = sumError(1, e, f) + TAIL[0]!;
  const q = 1 / f;
  const s = f + q;
  return 0.5 * (s + (sumError(f, q, s) + (fLow + quotientTail(1, 0, f, fLow, q))));
}

/** Hyperbolic tangent: E/(E + 2) with E = e^(2|x|) − 1. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  if (!(a > TINY)) return x;
  if (a > 22) return x > 0 ? 1 : -1;
  const e = expm1Pair(2 * a);
  const eLow = TAIL[0]!;
  const d = 2 + e;
  const q = e / d;
  const result = q + quotientTail(e, eLow, d, sumError(2, e, d) + eLow, q);
  return x > 0 ? result : -result;
}

/** Inverse hyperbolic sine: ln(a + sqrt(a² + 1)). */
export function asinh(x: number): number {
  const a = Math.abs(x);
  if (!(a > TINY && a < Infinity)) return x;
  const result = a > HUGE ? logOfTwice(a) : logOfSumWithRoot(a, 1);
  return x > 0 ? result : -result;
}

/** Inverse hyperbolic cosine, ≥ 0: ln(x + sqrt(x² − 1)); NaN below 1. */
export function acosh(x: number): number {
  if (x > HUGE) return x === Infinity ? x : logOfTwice(x);
  if (x > 1) return logOfSumWithRoot(x, -1);
  return x === 1 ? 0 : NaN;
}

/** Inverse hyperbolic tangent: ln((1 + a)/(1 − a))/2; NaN outside [−1, 1]. */
export function atanh(x: number): number {
  const a = Math.abs(x);
  if (!(a > TINY)) return x;
  if (a >= 1) return a === 1 ? x / 0 : NaN;
  const n = 1 + a;
  const d = 1 - a;
  const q = n / d;
  const result = 0.5 * logOfPair(q, quotientTail(n, sumError(1, a, n), d, sumError(1, -a, d), q));
  return x > 0 ? result : -result;
}

/** e^a/2 for a > 45, Infinity where that overflows. */
function halfExp(a: number): number {
  return a > 711 ? Infinity : expOfPair(a, 0, -1);
}

/** (n + nLow)/(d + dLow) − q for q = n/d. */
function quotientTail(n: number, nLow: number, d: number, dLow: number, q: number): number {
  const p = q * d;
  return (n - p - productError(q, d, p) + nLow - q * dLow) / d;
}

/** ln(a + sqrt(a² + one)) for one = ±1, root and sum as pairs. */
function logOfSumWithRoot(a: number, one: number): number {
  const p = a * a;
  const raw = p + one;
  const rawLow = sumError(p, one, raw) + squareError(a, p);
  const q = raw + rawLow;
  const qLow = raw - q + rawLow;
  const root = Math.sqrt(q);
  const s = root * root;
  const rootLow = (q - s - squareError(root, s) + qLow) / (2 * root);
  const w = a + root;
  return logOfPair(w, sumError(a, root, w) + rootLow);
}
