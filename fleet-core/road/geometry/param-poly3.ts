/** paramPoly3: u(p), v(p), p in [0, 1] (normalized) or [0, length] (arcLength). Must treat both by true arc length. */
import type { CurveStart } from "./curve.ts";
import type { Cubic, PlanarCubic } from "./planar-cubic.ts";
import { createPlanarCubic } from "./planar-cubic.ts";

export function createParamPoly3(start: CurveStart, u: Cubic, v: Cubic, range: "arcLength" | "normalized"): PlanarCubic {
  return createPlanarCubic("paramPoly3", start, u, v, range === "normalized" ? 1 : start.lengthM, true);
}
