/**
 * planView: the pieces of a reference line. Checks that they follow on each other in s and in space; a gap is reported,
 * never repaired.
 */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import { createArc } from "../geometry/arc.ts";
import type { Curve, CurveStart } from "../geometry/curve.ts";
import { createCurvePoint } from "../geometry/curve.ts";
import { createLine } from "../geometry/line.ts";
import { createParamPoly3 } from "../geometry/param-poly3.ts";
import type { PlanarCubic } from "../geometry/planar-cubic.ts";
import { createPoly3 } from "../geometry/poly3.ts";
import { createSpiral, SPIRAL_PIECES_MAX, spiralPieces } from "../geometry/spiral.ts";
import { ROAD_M_MAX, SANE } from "./units.ts";

/** Wider gaps between two pieces than this are a fault of the map [m]. */
const GAP_M_MAX = 0.1;

/** A piece that turns more often than this is a fault of the map [rad]. */
const TURN_RAD_MAX = 2000;

/** Polynomials may be this many times longer than their geometry says: more is another curve. */
const ARC_SHARE_MAX = 20;

export interface PlanView {
  readonly startM: Float64Array;
  readonly curves: readonly Curve[];
}

const shapes = ["line", "arc", "spiral", "poly3", "paramPoly3"] as const;

function readCurve(r: XmlReader, e: XmlElement, start: CurveStart): Curve | undefined {
  const shape = r.oneOf(e, shapes);
  if (shape === undefined) return undefined;
  switch (shape.name as (typeof shapes)[number]) {
    case "line":
      return createLine(start);
    case "arc":
      return createArc(start, turning(r, shape, start.lengthM, r.requiredNumber(shape, "curvature", SANE)));
    case "spiral": {
      const from = r.requiredNumber(shape, "curvStart", SANE);
      const to = r.requiredNumber(shape, "curvEnd", SANE);
      const pieces = start.lengthM > 0 ? spiralPieces(start.lengthM, from, to) : 1;
      if (pieces > SPIRAL_PIECES_MAX) {
        r.error(shape, `the spiral turns too far (curvature ${from} to ${to} over ${start.lengthM} m)`, { expected: `at most ${TURN_RAD_MAX} rad`, rule: "geometry-turn" });
        return undefined;
      }
      return start.lengthM > 0 ? createSpiral(start, from, to) : createLine(start);
    }
    case "poly3": {
      const cubic = { a: r.requiredNumber(shape, "a", SANE), b: r.requiredNumber(shape, "b", SANE), c: r.requiredNumber(shape, "c", SANE), d: r.requiredNumber(shape, "d", SANE) };
      return checked(r, shape, start, createPoly3(start, cubic));
    }
    case "paramPoly3": {
      const u = { a: r.requiredNumber(shape, "aU", SANE), b: r.requiredNumber(shape, "bU", SANE), c: r.requiredNumber(shape, "cU", SANE), d: r.requiredNumber(shape, "dU", SANE) };
      const v = { a: r.requiredNumber(shape, "aV", SANE), b: r.requiredNumber(shape, "bV", SANE), c: r.requiredNumber(shape, "cV", SANE), d: r.requiredNumber(shape, "dV", SANE) };
      const range = r.optionalEnum(shape, "pRange", ["arcLength", "normalized"]) ?? "normalized";
      const curve = createParamPoly3(start, u, v, range);
      if (Math.abs(curve.arcLengthM - start.lengthM) > 0.01 + 0.01 * start.lengthM) {
        r.complain(shape, `the polynomials are ${curve.arcLengthM.toFixed(3)} m long, the geometry says ${start.lengthM}`, { expected: "equal lengths", rule: "geometry-length" });
      }
      return checked(r, shape, start, curve);
    }
  }
}

function turning(r: XmlReader, shape: XmlElement, lengthM: number, curvature: number): number {
  if (Math.abs(curvature) * lengthM <= TURN_RAD_MAX) return curvature;
  r.error(shape, `the arc turns by ${Math.abs(curvature) * lengthM} rad`, { attribute: "curvature", expected: `at most ${TURN_RAD_MAX}`, rule: "geometry-turn" });
  return 0;
}

function checked(r: XmlReader, shape: XmlElement, start: CurveStart, curve: PlanarCubic): Curve | undefined {
  if (start.lengthM <= 0) return createLine(start);
  if (curve.arcLengthM < ARC_SHARE_MAX * start.lengthM + 1 && curve.slowest * 1e6 > curve.arcLengthM / start.lengthM) return curve;
  r.error(shape, "the curve stands still or runs away", { expected: "polynomials with a heading everywhere", rule: "geometry-runaway" });
  return undefined;
}

export function readPlanView(r: XmlReader, road: XmlElement, lengthM: number): PlanView | undefined {
  const planView = r.requiredChild(road, "planView");
  if (planView === undefined) return undefined;
  const starts: number[] = [];
  const curves: Curve[] = [];
  const end = createCurvePoint();
  const begin = createCurvePoint();
  let previous: { sM: number; curve: Curve } | undefined;
  for (const e of r.children(planView, "geometry", { min: 1 })) {
    const sM = r.requiredNumber(e, "s", { min: 0, max: ROAD_M_MAX });
    const start = { xM: r.requiredNumber(e, "x", SANE), yM: r.requiredNumber(e, "y", SANE), headingRad: r.requiredNumber(e, "hdg", SANE), lengthM: r.requiredNumber(e, "length", { min: 0, max: ROAD_M_MAX, unit: "m" }) };
    const curve = readCurve(r, e, start);
    if (curve === undefined) continue;
    if (previous === undefined) {
      if (sM > 1e-6) r.complain(e, `the first geometry starts at s = ${sM}`, { attribute: "s", expected: "0", rule: "geometry-start" });
    } else {
      const endM = previous.sM + previous.curve.lengthM;
      if (sM < previous.sM) {
        r.error(e, `geometry at s = ${sM} stands after s = ${previous.sM}`, { attribute: "s", expected: "ascending s", rule: "geometry-order" });
        continue;
      }
      if (Math.abs(sM - endM) > GAP_M_MAX) r.complain(e, `geometry starts at s = ${sM}, the one before ends at ${endM}`, { attribute: "s", expected: "no gap in s", rule: "geometry-s-gap" });
      previous.curve.evaluate(previous.curve.lengthM, end);
      curve.evaluate(0, begin);
      const dx = begin.xM - end.xM;
      const dy = begin.yM - end.yM;
      const gapM = Math.sqrt(dx * dx + dy * dy);
      if (gapM > GAP_M_MAX) r.complain(e, `the reference line jumps by ${gapM.toFixed(3)} m`, { expected: `at most ${GAP_M_MAX} m`, rule: "reference-line-gap" });
    }
    previous = { sM, curve };
    // A piece without length holds no point of its own.
    if (curve.lengthM > 0) {
      starts.push(sM);
      curves.push(curve);
    }
  }
  if (curves.length === 0) {
    if (previous !== undefined) r.error(planView, "the reference line has no length", { expected: "a geometry with length > 0", rule: "geometry-missing" });
    return undefined;
  }
  const total = (starts[starts.length - 1] as number) + (curves[curves.length - 1] as Curve).lengthM;
  if (Math.abs(total - lengthM) > GAP_M_MAX) r.complain(road, `the road is ${lengthM} m long, its geometry ${total.toFixed(3)} m`, { attribute: "length", expected: "equal lengths", rule: "road-length" });
  return { startM: Float64Array.from(starts), curves };
}
