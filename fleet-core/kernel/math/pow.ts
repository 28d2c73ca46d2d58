/**
 * x^y as JavaScript defines it.
 * Method: exp(y·ln x) with ln x as a pair good to 2^-65 and the product with its rounding error, after
 * Tang (see `log.ts` and `exp.ts`). The special cases follow ECMA-262, Number::exponentiate, which differs from C:
 * pow(1, NaN) and pow(±1, ±Infinity) are NaN.
 */
import { productError, TAIL } from "./double.ts";
import { expOfPair } from "./exp.ts";
import { logPair } from "./log.ts";

/** x^y. */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x;
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  const ax = Math.abs(x);
  if (!(ax > 0 && ax < Infinity && ax !== 1 && y !== 0 && y > -Infinity && y < Infinity)) return powOfSpecial(x, y);
  if (x > 0) return y === 0.5 ? Math.sqrt(x) : powOfPositive(x, y);
  if (Math.floor(y) !== y) return NaN;
  return isOdd(y) ? -powOfPositive(ax, y) : powOfPositive(ax, y);
}

function powOfPositive(x: number, y: number): number {
  const high = logPair(x);
  const p = y * high;
  if (p > 711) return Infinity;
  if (p < -746) return 0;
  if (p > -1e-20 && p < 1e-20) return 1;
  return expOfPair(p, productError(y, high, p) + y * TAIL[0]!, 0);
}

/** One of: a NaN, y zero, x zero or infinite or ±1, y infinite. */
function powOfSpecial(x: number, y: number): number {
  if (y !== y) return NaN;
  if (y === 0) return 1;
  if (x !== x) return NaN;
  const ax = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (ax === 1) return NaN;
    return ax > 1 === y > 0 ? Infinity : 0;
  }
  if (x === 1) return 1;
  if (x === -1) return Math.floor(y) !== y ? NaN : isOdd(y) ? -1 : 1;
  const size = ax > 1 === y > 0 ? Infinity : 0; // x is ±0 or ±Infinity
  const negative = x < 0 || (x === 0 && 1 / x < 0);
  return negative && isOdd(y) ? -size : size;
}

/** False for everything that is not an integer; doubles from 2^53 on are even. */
function isOdd(y: number): boolean {
  const half = 0.5 * y;
  return Math.floor(y) === y && Math.floor(half) !== half;
}
