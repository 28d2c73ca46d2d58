/**
 * Random numbers drawn ahead in blocks. A fleet's generators do not fit a processor's cache; a block is touched for dozens
 * of readings before its generator is needed again. The sequence is that of the generator, so block size changes nothing.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";

const NORMALS = 32;
/** Coins fit the bits of one small integer. */
const COINS = 24;

/** Standard normal variates. */
export class NormalDraws {
  private readonly rng: Rng;
  private readonly values: number[] = [];
  private at = NORMALS;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  next(): number {
    if (this.at === NORMALS) {
      for (let i = 0; i < NORMALS; i += 1) this.values[i] = this.rng.normal();
      this.at = 0;
    }
    const value = this.values[this.at] as number;
    this.at += 1;
    return value;
  }

  hashInto(hash: StateHash): void {
    hash.number(this.at);
    hash.number(this.values[this.at - 1] ?? 0);
  }
}

/** Yes or no with a fixed probability, an integer ratio. */
export class CoinDraws {
  private readonly rng: Rng;
  private readonly numerator: number;
  private readonly denominator: number;
  private bits = 0;
  private left = 0;

  constructor(rng: Rng, ratio: { readonly numerator: number; readonly denominator: number }) {
    this.rng = rng;
    this.numerator = ratio.numerator;
    this.denominator = ratio.denominator;
  }

  next(): boolean {
    if (this.left === 0) {
      this.bits = 0;
      for (let i = 0; i < COINS; i += 1) if (this.rng.chance(this.numerator, this.denominator)) this.bits |= 1 << i;
      this.left = COINS;
    }
    const yes = (this.bits & 1) === 1;
    this.bits >>= 1;
    this.left -= 1;
    return yes;
  }

  hashInto(hash: StateHash): void {
    hash.number(this.left);
    hash.number(this.bits);
  }
}
