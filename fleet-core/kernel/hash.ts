/**
 * Canonical state hash: 64 bits over the little-endian bits of canonical doubles. Finds differences, proves nothing to
 * an adversary (evidence uses SHA-256). -0 counts as 0; NaN and infinities are refused, they never enter the state.
 *
 * Two 32-bit lanes, each MurmurHash3 x86_32's body and finaliser (A. Appleby, public domain) with its own constants.
 */
import { invariant } from "./invariant.ts";

export interface StateHash {
  number(value: number): void;
  text(value: string): void;
  /** Sixteen hexadecimal digits; the state goes on, so a running hash may be read each second. */
  digest(): string;
}

/** Goes before each text, so that no row of numbers reads as one by accident. */
const TEXT_MARK = 0x54455854;

const fmix = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const hex8 = (n: number): string => n.toString(16).padStart(8, "0");

export function createStateHash(): StateHash {
  let a = 0x2f0b4f11;
  let b = 0x68e31da4;
  let length = 0;
  const bits = new DataView(new ArrayBuffer(8));

  function word(k: number): void {
    const ka = Math.imul(k, 0xcc9e2d51);
    a ^= Math.imul((ka << 15) | (ka >>> 17), 0x1b873593);
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    const kb = Math.imul(k, 0x239b961b);
    b ^= Math.imul((kb << 16) | (kb >>> 16), 0xab0e9789);
    b = (Math.imul((b << 19) | (b >>> 13), 5) + 0x561ccd1b) | 0;
    length += 1;
  }

  return {
    number(value) {
      if (!(Number.isFinite(value))) invariant(false, `state holds only finite numbers, got ${value}`);
      bits.setFloat64(0, value + 0, true);
      word(bits.getUint32(0, true));
      word(bits.getUint32(4, true));
    },
    text(value) {
      word(TEXT_MARK);
      word(value.length);
      for (let i = 0; i < value.length; i += 1) word(value.charCodeAt(i));
    },
    digest() {
      const x = fmix(a ^ length);
      const y = fmix(b ^ length);
      const low = fmix((x + y) | 0);
      return hex8(low) + hex8(fmix((low + y) | 0));
    },
  };
}

/** One-shot form for texts: build identifiers, attachment labels. */
export function hashText(value: string): string {
  const h = createStateHash();
  h.text(value);
  return h.digest();
}
