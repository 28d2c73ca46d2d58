/** Fault shares (0 to 1) as integer ratios, so that a probability never depends on rounding of a product. */
import type { Rng } from "../../fleet-core/kernel/rng.ts";

const SHARE_PARTS = 1_000_000;

/** True with probability `share`, to a millionth; always at 1, never at 0. */
export const chanceOf = (rng: Rng, share: number): boolean => rng.chance(Math.round(share * SHARE_PARTS), SHARE_PARTS);
