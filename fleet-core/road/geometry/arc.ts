/**
 * A circular reference line. The chord form s * sin(h)/h, h = curvature * s / 2, keeps all digits when the curvature is
 * almost 0, where the textbook difference of sines would lose them. Must never divide by the curvature.
 */
import { sin, sincos } from "../../kernel/math/index.ts";
import type { Curve, CurveStart } from "./curve.ts";

export function createArc(start: CurveStart, curvature: number): Curve {
  const sc = new Float64Array(2);
  return {
    kind: "arc",
    lengthM: start.lengthM,
    evaluate(sM, out) {
      const half = 0.5 * curvature * sM;
      const chord = half === 0 ? sM : (sM * sin(half)) / half;
      sincos(start.headingRad + half, sc);
      out.xM = start.xM + chord * (sc[1] as number);
      out.yM = start.yM + chord * (sc[0] as number);
      out.headingRad = start.headingRad + curvature * sM;
      sincos(out.headingRad, sc);
      out.cosHeading = sc[1] as number;
      out.sinHeading = sc[0] as number;
      out.curvature = curvature;
      out.curvatureRate = 0;
      out.metresPerS = 1;
    },
  };
}
