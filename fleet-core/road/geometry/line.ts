/** A straight reference line. Closed form; must never do more than multiply and add after construction. */
import { cos, sin } from "../../kernel/math/index.ts";
import type { Curve, CurveStart } from "./curve.ts";

export function createLine(start: CurveStart): Curve {
  const cosHeading = cos(start.headingRad);
  const sinHeading = sin(start.headingRad);
  return {
    kind: "line",
    lengthM: start.lengthM,
    evaluate(sM, out) {
      out.xM = start.xM + sM * cosHeading;
      out.yM = start.yM + sM * sinHeading;
      out.headingRad = start.headingRad;
      out.cosHeading = cosHeading;
      out.sinHeading = sinHeading;
      out.curvature = 0;
      out.curvatureRate = 0;
      out.metresPerS = 1;
    },
  };
}
