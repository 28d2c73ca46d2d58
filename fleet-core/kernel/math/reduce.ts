/**
 * Argument reduction for the trigonometric functions: x = n·π/2 + y with |y| ≤ π/4 and y as a pair.
 * Two ways. Below 2^20·π/2: Cody and Waite, π/2 in pieces of 33 bits so that n times a piece is exact (the scheme of
 * fdlibm e_rem_pio2.c, Sun Microsystems 1993). Above: Payne and Hanek, "Radian reduction for trigonometric
 * functions", SIGNUM 18 (1983): only those digits of 2/π are multiplied that decide x·2/π modulo 4.
 */
import { highWord } from "./bits.ts";
import { powerOfTwo, productError, sumError } from "./double.ts";
import { TWO_OVER_PI } from "./pi-digits.ts";

/** The reduced argument of the latest call: y and its low half. Shared scratch, read at once by the caller. */
export const REDUCED: Float64Array = new Float64Array(2);

const OUT = REDUCED;
const ROUNDER = 6755399441055744; // 1.5·2^52
const PIO2_1 = 1.5707963267341256; // three pieces of 33 bits and the rest: 152 bits of π/2
const PIO2_2 = 6.077100506303966e-11;
const PIO2_3 = 2.0222662487111665e-21;
const PIO2_4 = 8.4784276603689e-32;
const PIO2_34 = 2.0222662487959506e-21;

/** Leaves y in REDUCED and returns n modulo 4 (0 … 3). Infinities and NaN leave NaN. */
export function reduce(x: number): number {
  if (!(x > -1647000 && x < 1647000)) return reduceLarge(x);
  const n = x * 0.6366197723675814 + ROUNDER - ROUNDER;
  const first = x - n * PIO2_1;
  const second = n * PIO2_2;
  let y = first - second;
  let low = sumError(first, -second, y);
  if (y < 1e-6 && y > -1e-6) {
    // x is next to a multiple of π/2: the leading bits are gone, take more of π/2
    const third = n * PIO2_3;
    const rest = y - third;
    low += sumError(y, -third, rest) - n * PIO2_4;
    y = rest;
  } else {
    low -= n * PIO2_34;
  }
  const high = y + low;
  OUT[0] = high;
  OUT[1] = y - high + low;
  return n & 3;
}

const DIGITS = TWO_OVER_PI;
const column = new Float64Array(9);

/**
 * x = M·2^(24q) with an integer M of up to four digits in base 2^24. The product with 2/π is summed by columns of
 * weight 2^0 (only modulo 4), 2^-24, … 2^-192; each column stays below 2^51, so every sum is exact.
 */
function reduceLarge(x: number): number {
  const a = Math.abs(x);
  if (!(a < Infinity)) {
    OUT[0] = OUT[1] = NaN;
    return 0;
  }
  const exponent = ((highWord(a) >>> 20) & 0x7ff) - 1075;
  const q = Math.floor(exponent / 24);
  let m = a * powerOfTwo(-24 * q);
  const m3 = Math.floor(m / 4722366482869645213696);
  m -= m3 * 4722366482869645213696;
  const m2 = Math.floor(m / 281474976710656);
  m -= m2 * 281474976710656;
  const m1 = Math.floor(m / 16777216);
  const m0 = m - m1 * 16777216;

  for (let w = 0; w < 9; w++) {
    const i = q - 1 + w;
    column[w] = m0 * digit(i) + m1 * digit(i + 1) + m2 * digit(i + 2) + m3 * digit(i + 3);
  }
  for (let w = 8; w > 0; w--) {
    const carry = Math.floor(column[w]! / 16777216);
    column[w] = column[w]! - carry * 16777216;
    column[w - 1] = column[w - 1]! + carry;
  }
  let n = column[0]! % 4;

  // The fraction as four exact doubles of 48 bits; above one half the next multiple is nearer.
  let f1 = column[1]! * 5.960464477539063e-8 + column[2]! * 3.552713678800501e-15;
  const f2 = column[3]! * 2.117582368135751e-22 + column[4]! * 1.262177448353619e-29;
  const f3 = column[5]! * 7.52316384526264e-37 + column[6]! * 4.484155085839415e-44;
  const f4 = column[7]! * 2.6727647100921956e-51 + column[8]! * 1.5930919111324523e-58;
  if (f1 >= 0.5) {
    f1 -= 1;
    n += 1;
  }
  const s = f1 + f2;
  const low = sumError(f1, f2, s) + (f3 + f4);
  const f = s + low;
  const fLow = s - f + low;

  const p = f * 1.5707963267948966;
  const pLow = productError(f, 1.5707963267948966, p) + (f * 6.123233995736766e-17 + fLow * 1.5707963267948966);
  const y = p + pLow;
  const yLow = p - y + pLow;
  OUT[0] = x < 0 ? -y : y;
  OUT[1] = x < 0 ? -yLow : yLow;
  return (x < 0 ? -n : n) & 3;
}

/** Digit i of 2/π after the point, in base 2^24; 0 before the point. */
function digit(i: number): number {
  return i < 0 ? 0 : DIGITS[i]!;
}
