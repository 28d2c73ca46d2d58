/**
 * Random numbers for sensor noise, in one integer of state: a fleet has thousands of these streams, and generators with
 * more state would not fit a processor's cache. SplitMix32 (Steele, Lea and Flood's SplitMix with Murmur3's 32-bit
 * finaliser) from a start that the sensor's own generator gives; normal variates by the ziggurat method (Marsaglia and
 * Tsang 2000) with layer and value from separate bits (Doornik 2005). For noise only, never for what decides a scenario.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { exp, log } from "../../fleet-core/kernel/math/index.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";

const LAYERS = 128;
/** Where the tail begins, and the area of each layer, for 128 layers (Marsaglia and Tsang 2000). */
const TAIL_X = 3.442619855899;
const LAYER_AREA = 9.91256303526217e-3;
const density = (x: number): number => exp(-0.5 * x * x);

/** Right edges of the layers, widest first; layer i reaches from 0 to EDGE[i], all of it under the curve up to EDGE[i + 1]. */
const EDGE = layerEdges();

function layerEdges(): Float64Array {
  const edge = new Float64Array(LAYERS + 1);
  edge[0] = LAYER_AREA / density(TAIL_X);
  edge[1] = TAIL_X;
  for (let i = 2; i < LAYERS; i += 1) {
    const below = edge[i - 1] as number;
    edge[i] = Math.sqrt(-2 * log(LAYER_AREA / below + density(below)));
  }
  return edge;
}

export class Draws {
  private state: number;

  constructor(rng: Rng) {
    this.state = rng.u32() | 0;
  }

  /** All of a signed 32-bit integer. */
  bits(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  }

  /** Standard normal variate. */
  normal(): number {
    for (;;) {
      const bits = this.bits();
      const layer = bits & (LAYERS - 1);
      // The upper 25 bits, sign included, in the middle of their step: never 0.
      const u = ((bits >> 7) + 0.5) / 16777216;
      const x = u * (EDGE[layer] as number);
      const inner = EDGE[layer + 1] as number;
      if (x < inner && x > -inner) return x;
      if (layer === 0) return u < 0 ? -this.tail() : this.tail();
      const low = exp(-0.5 * ((EDGE[layer] as number) * (EDGE[layer] as number) - x * x));
      const high = exp(-0.5 * (inner * inner - x * x));
      if (low + this.share() * (high - low) < 1) return x;
    }
  }

  /** True with this probability, an integer ratio of parts below 2^31; the bias is below 2^-31. */
  chance(numerator: number, denominator: number): boolean {
    return numerator > 0 && this.share() * denominator < numerator;
  }

  hashInto(hash: StateHash): void {
    hash.number(this.state);
  }

  /** Uniform in (0, 1). */
  private share(): number {
    return ((this.bits() >>> 0) + 0.5) / 4294967296;
  }

  /** Beyond the last layer (Marsaglia 1964). */
  private tail(): number {
    for (;;) {
      const x = -log(this.share()) / TAIL_X;
      const y = -log(this.share());
      if (2 * y > x * x) return TAIL_X + x;
    }
  }
}
