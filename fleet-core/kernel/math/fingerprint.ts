/**
 * One short text that says which mathematics a run used: equal fingerprints, equal bits.
 */
import { fromWords, highWord, lowWord } from "./bits.ts";
import { exp, expm1 } from "./exp.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./hyperbolic.ts";
import { acos, asin, atan, atan2 } from "./inverse-trig.ts";
import { log, log10, log1p, log2 } from "./log.ts";
import { cbrt, hypot } from "./misc.ts";
import { pow } from "./pow.ts";
import { cos, sin, tan, wrapAngle } from "./trig.ts";

const ROUNDS = 40;

/**
 * 16 hex digits: a 64-bit hash over the bits of 1,080 probe values, 27 for each of 40 fixed arguments.
 * Two FNV-1a hashes with different offsets side by side, over high and low word of each value.
 */
export function numericsFingerprint(): string {
  let a = 0x811c9dc5;
  let b = 0x6b43a9b5;
  const absorb = (value: number): void => {
    // NaN has many patterns and engines choose; every NaN counts as one
    const high = value === value ? highWord(value) : 0x7ff80000;
    const low = value === value ? lowWord(value) : 0;
    a = Math.imul(Math.imul(a ^ high, 0x01000193) ^ low, 0x01000193);
    b = Math.imul(Math.imul(b ^ low, 0x01000193) ^ high, 0x01000193);
    a ^= a >>> 15;
    b ^= b >>> 13;
  };

  let state = 0x2545f491;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  /** A number of either sign with magnitude in [2^low, 2^(low + span)). */
  const draw = (low: number, span: number): number => {
    const exponent = 1023 + low + ((next() >>> 8) % span);
    const sign = next() & 0x80000000;
    return fromWords(sign | (exponent << 20) | (next() >>> 12), next());
  };

  for (let i = 0; i < ROUNDS; i++) {
    const x = draw(-4, 8);
    const wide = draw(-30, 1000);
    const unit = draw(-12, 12);
    const positive = Math.abs(wide);
    for (const value of [
      sin(x), cos(x), tan(x), sin(wide), cos(wide), tan(wide), wrapAngle(x),
      asin(unit), acos(unit), atan(x), atan2(x, unit),
      sinh(x), cosh(x), tanh(unit), asinh(x), acosh(1 + Math.abs(x)), atanh(unit),
      exp(x), expm1(unit), log(positive), log1p(Math.abs(unit)), log2(positive), log10(positive),
      pow(positive, unit), hypot(x, unit), hypot(x, unit, wide), cbrt(wide),
    ]) absorb(value);
  }
  return hex(a) + hex(b);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
