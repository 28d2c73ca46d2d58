/**
 * Error-free steps: the rounding error of one sum or product as a double of its own, and scaling by powers of two.
 * With them a value is carried as hi + lo ("a pair", about 106 bits) where 53 bits are not enough.
 * Source: Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971);
 * Knuth, TAOCP 2, 4.2.2. No fused multiply-add: JavaScript has none, so the results are the same on every processor.
 */

/** Veltkamp's constant 2^27 + 1: splits 53 bits into 26 + 26 and a sign. */
const SPLITTER = 134217729;

/**
 * Where a function that computes a pair leaves its low half; its caller reads it at once.
 * Shared scratch, never state: nothing survives from one exported call to the next.
 */
export const TAIL: Float64Array = new Float64Array(1);

/** (a + b) − s, exactly, for s = a + b. */
export function sumError(a: number, b: number, s: number): number {
  const bb = s - a;
  return a - (s - bb) + (b - bb);
}

/** a·b − p, exactly, for p = a·b; |a|, |b| < 2^996 and p far from underflow. */
export function productError(a: number, b: number, p: number): number {
  const ca = SPLITTER * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLITTER * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
}

/** a² − p, exactly, for p = a·a; limits as for productError. */
export function squareError(a: number, p: number): number {
  const c = SPLITTER * a;
  const h = c - (c - a);
  const l = a - h;
  return h * h - p + 2 * h * l + l * l;
}

const POWERS = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2098);
  for (let k = 0, up = 1; k <= 1023; k++, up *= 2) powers[k + 1074] = up;
  for (let k = 0, down = 1; k >= -1074; k--, down *= 0.5) powers[k + 1074] = down;
  return powers;
}

/** 2^k for an integer k from −1074 to 1023. */
export function powerOfTwo(k: number): number {
  return POWERS[k + 1074]!;
}

/** m·2^k rounded once, for |m| in [1/2, 4] and an integer k from −1080 to 1080. */
export function scaled(m: number, k: number): number {
  if (k > 1020) return m * POWERS[k + 1074 - 80]! * 1208925819614629174706176;
  if (k < -1000) return m * POWERS[k + 1074 + 80]! * 8.271806125530277e-25;
  return m * POWERS[k + 1074]!;
}
