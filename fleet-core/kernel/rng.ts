/**
 * Random numbers that belong to a name. `xoshiro128**` 1.1 (Blackman and Vigna, public domain, prng.di.unimi.it);
 * its state is filled by SplitMix32 from a hash of (root seed, fork path). A fork depends only on its path, never on
 * how many numbers were drawn elsewhere: a new draw in traffic does not move the weather.
 */
import { log } from "./math/index.ts";
import { invariant } from "./invariant.ts";

export interface Rng {
  /** Independent stream for `name` below this one's path. */
  fork(name: string): Rng;
  /** Uniform integer in [0, 2^32). */
  u32(): number;
  /** Uniform in [0, 1), a multiple of 2^-32. */
  float(): number;
  /** Uniform integer in [0, n), 1 <= n <= 2^32, without modulo bias. */
  below(n: number): number;
  /** True with probability numerator / denominator, both integers. */
  chance(numerator: number, denominator: number): boolean;
  /** Normal variate of mean 0 and standard deviation 1 (Marsaglia's polar method; the second of each pair is kept). */
  normal(): number;
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** 32-bit FNV-1a over UTF-16 units, continued from `h`. */
function fnv(h: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return h >>> 0;
}

/** SplitMix32 step (Steele, Lea and Flood's SplitMix with Murmur3's 32-bit finaliser): returns [next state, output]. */
function splitMix32(state: number): readonly [number, number] {
  const next = (state + 0x9e3779b9) | 0;
  let z = next;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return [next, (z ^ (z >>> 16)) >>> 0];
}

/** The bare generator on four 32-bit words; not all zero. Exposed for its published test vectors. */
export function xoshiro128starstar(s0: number, s1: number, s2: number, s3: number): () => number {
  invariant((s0 | s1 | s2 | s3) !== 0, "xoshiro128** needs a state that is not all zero");
  let a = s0 | 0;
  let b = s1 | 0;
  let c = s2 | 0;
  let d = s3 | 0;
  return () => {
    const result = Math.imul(rotl(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11);
    return result;
  };
}

/** Root generator of a run. `seed` is a whole number or any text (a commit hash, say). */
export function createRng(seed: number | string): Rng {
  invariant(typeof seed === "string" ? !seed.includes("\u0000") : Number.isSafeInteger(seed), `a seed is a whole number or a text without NUL, is ${seed}`);
  return createNamed(`${typeof seed}:${seed}`);
}

function createNamed(path: string): Rng {
  const words: number[] = [];
  let low = fnv(0x811c9dc5, path);
  let high = fnv(0x9747b28c, path);
  for (let i = 0; i < 2; i += 1) {
    const [nextLow, outLow] = splitMix32(low);
    const [nextHigh, outHigh] = splitMix32(high);
    low = nextLow;
    high = nextHigh;
    words.push(outLow, outHigh);
  }
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = words;
  const u32 = xoshiro128starstar((s0 | s1 | s2 | s3) === 0 ? 1 : s0, s1, s2, s3);
  const float = (): number => u32() / 4294967296;

  function below(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 4294967296)) invariant(false, `below(n) needs 1 <= n <= 2^32, got ${n}`);
    const limit = 4294967296 - (4294967296 % n);
    let x = u32();
    while (x >= limit) x = u32();
    return x % n;
  }

  let spare = 0;
  let hasSpare = false;
  function normal(): number {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    for (;;) {
      const u = 2 * float() - 1;
      const v = 2 * float() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * log(s)) / s);
      spare = v * scale;
      hasSpare = true;
      return u * scale;
    }
  }

  return {
    // A separator no name holds: fork("a/b") and fork("a").fork("b") are different streams.
    fork(name) {
      invariant(!name.includes("\u0000"), "a stream's name holds no NUL");
      return createNamed(`${path}\u0000${name}`);
    },
    u32,
    float,
    below,
    chance(numerator, denominator) {
      if (!(Number.isInteger(numerator) && numerator >= 0 && numerator <= denominator)) invariant(false, `chance needs 0 <= n <= d whole, got ${numerator}/${denominator}`);
      return below(denominator) < numerator;
    },
    normal,
  };
}
