/**
 * cbrt and hypot: no series, only a root, a correction and care for the ends of the range.
 */
import { fromWords, highWord } from "./bits.ts";
import { powerOfTwo, productError, squareError, sumError } from "./double.ts";

/**
 * Cube root. Method: dividing the exponent bits by three gives t to 5 bits (the idea of fdlibm s_cbrt.c, Sun
 * Microsystems 1993); the series of (1 + d)^(-1/3) with d = t³/x − 1 gives 18 or more; one step of Halley's iteration,
 * whose residual x − t³ is exact, gives the rest.
 */
export function cbrt(x: number): number {
  const a = Math.abs(x);
  if (!(a > 0 && a < Infinity)) return x;
  if (a > 1e290) return cbrtOfModerate(x * 4.909093465297727e-91) * 1.2676506002282294e30; // 2^-300, 2^100
  if (a < 1e-240) return cbrtOfModerate(x * 4.149515568880993e180) * 6.223015277861142e-61; // 2^600, 2^-200
  return cbrtOfModerate(x);
}

function cbrtOfModerate(x: number): number {
  const a = Math.abs(x);
  // 715094163 = (1023 − 1023/3 − 0.0330624)·2^20: the exponent bias, and the mean error of dividing mantissas
  const t = fromWords(Math.trunc(highWord(a) / 3) + 715094163, 0);
  const d = (t * t * t) / a - 1;
  const u = t + t * d * (-1 / 3 + d * (2 / 9 + d * (-14 / 81 + d * (35 / 243 + d * (-91 / 729)))));
  const carry = 134217729 * u;
  const r = carry - (carry - u); // to 26 bits: r² is exact
  const rr = r * r;
  const cube = rr * r;
  const residual = a - cube - productError(rr, r, cube);
  const result = r + r * (residual / (2 * cube + a));
  return x > 0 ? result : -result;
}

/**
 * Length of the vector, without overflow or underflow on the way. Two arguments take the short path.
 * Method: sqrt of the sum of squares as a pair, one exact Newton correction; powers of two against the range.
 */
export function hypot(x = 0, y = 0, ...more: readonly number[]): number {
  if (more.length > 0) return hypotOfMany([x, y, ...more]);
  return hypot2(x, y);
}

function hypot2(x: number, y: number): number {
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  const big = ax > ay ? ax : ay;
  const small = ax > ay ? ay : ax;
  if (big < 1e150 && small > 1e-130) return rootOfSquares(big, small);
  if (ax === Infinity || ay === Infinity) return Infinity;
  if (ax !== ax || ay !== ay) return NaN;
  if (small <= big * 1e-18) return big + small;
  return big < 1 // both are near one end of the range
    ? rootOfSquares(big * 4.149515568880993e180, small * 4.149515568880993e180) * 2.409919865102884e-181
    : rootOfSquares(big * 2.409919865102884e-181, small * 2.409919865102884e-181) * 4.149515568880993e180;
}

/** sqrt(a² + b²) for a ≥ b. */
function rootOfSquares(a: number, b: number): number {
  const aa = a * a;
  const bb = b * b;
  const s = aa + bb;
  const low = aa - s + bb + (squareError(a, aa) + squareError(b, bb));
  return correctedRoot(s, low);
}

/** sqrt(s + low). */
function correctedRoot(s: number, low: number): number {
  const root = Math.sqrt(s);
  const square = root * root;
  return root + (s - square - squareError(root, square) + low) / (2 * root);
}

function hypotOfMany(values: readonly number[]): number {
  let largest = 0;
  let someNaN = false;
  for (const value of values) {
    const a = Math.abs(value);
    if (a === Infinity) return Infinity;
    if (a !== a) someNaN = true;
    else if (a > largest) largest = a;
  }
  if (someNaN) return NaN;
  if (largest === 0) return 0;
  const up = largest > 1e120 ? -600 : largest < 1e-120 ? 600 : 0;
  const scale = powerOfTwo(up);
  let s = 0;
  let low = 0;
  for (const value of values) {
    const v = value * scale;
    const vv = v * v;
    const next = s + vv;
    low += sumError(s, vv, next) + squareError(v, vv);
    s = next;
  }
  return correctedRoot(s, low) * powerOfTwo(-up);
}
