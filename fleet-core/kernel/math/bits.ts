/**
 * The bits of a double as two 32-bit words, the same on machines of either byte order.
 * The one scratch pair here holds nothing between calls; it must never be read before it is written.
 */

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);

value[0] = 1; // 0x3ff00000_00000000: the non-zero word is the high one
const HIGH = words[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

/** Sign, exponent and upper 20 mantissa bits, as a signed 32-bit integer. */
export function highWord(x: number): number {
  value[0] = x;
  return words[HIGH]! | 0;
}

/** Lower 32 mantissa bits, 0 … 2^32 − 1. */
export function lowWord(x: number): number {
  value[0] = x;
  return words[LOW]!;
}

/** The double with these two words; both are taken modulo 2^32. */
export function fromWords(high: number, low: number): number {
  words[HIGH] = high;
  words[LOW] = low;
  return value[0]!;
}
