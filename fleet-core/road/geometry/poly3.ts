/** poly3: v(u) = a + b u + c u² + d u³ in the local frame; s is arc length, so u is searched for, never set to s. */
import type { CurveStart } from "./curve.ts";
import type { Cubic, PlanarCubic } from "./planar-cubic.ts";
import { createPlanarCubic } from "./planar-cubic.ts";

/** The arc is never shorter than u, so u in [0, lengthM] covers it. */
export function createPoly3(start: CurveStart, v: Cubic): PlanarCubic {
  return createPlanarCubic("poly3", start, { a: 0, b: 1, c: 0, d: 0 }, v, start.lengthM, false);
}
