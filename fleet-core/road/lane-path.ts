/**
 * Samples a chain of lane stretches into one continuous path: centre line in driving direction with exact heading and
 * curvature, changes of lane blended by a fifth-degree step. Must never emit two samples at one place, a jump in
 * heading by a full turn, or a sample behind the one before.
 */
import { atan2, wrapAngle } from "../kernel/math/index.ts";
import { invariant } from "../kernel/invariant.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import type { LaneNode } from "./graph.ts";
import { createLaneEdges, evaluateEdges, heightAt, speedLimitAt } from "./lanes.ts";
import type { Profile } from "./profile.ts";
import { evaluateReference } from "./reference-line.ts";
import { createPlanOffset, createSurface, evaluateSurface, planOffset } from "./surface.ts";
import type { LanePath, LaneRef } from "./types.ts";

/** From `fromM` to `toM` (descending against s), on one lane, or on the way from one lane to another of the section. */
export interface PathSpan {
  readonly node: LaneNode;
  /** Lane at the end of the span when it changes. */
  readonly into: LaneNode | undefined;
  readonly fromM: number;
  readonly toM: number;
}

const STEP_STRAIGHT_M = 5;
const STEP_CURVE_M = 1;
const SAMPLES_MAX = 1_000_000;
/** Evaluated this much before the end of a stretch, so that its own records answer and not the next one's. */
const INSIDE_M = 1e-9;
/** A lane is at most this many times longer than its reference line before it is sampled more coarsely. */
const SPEED_MAX = 20;
/** Joints that gape less than this are one sample. */
const JOINT_M = 1e-3;

interface Sample {
  x: number;
  y: number;
  z: number;
  heading: number;
  curvature: number;
  /** |d position / ds|. */
  speed: number;
  width: number;
}

export function samplePath(spans: readonly PathSpan[]): LanePath {
  const point = createCurvePoint();
  const edges = createLaneEdges();
  const surface = createSurface();
  const plan = createPlanOffset();
  const sample: Sample = { x: 0, y: 0, z: 0, heading: 0, curvature: 0, speed: 0, width: 0 };
  const columns: number[][] = [[], [], [], [], [], [], [], []];
  const laneIndex: number[] = [];
  const lanes: LaneRef[] = [];
  let lastX = 0;
  let lastY = 0;
  let lastHeading = 0;
  let pathM = 0;

  function evaluate(span: PathSpan, sM: number): void {
    const { road, section, lane } = span.node;
    evaluateReference(road, sM, point);
    evaluateEdges(road, section, lane.id, sM, edges);
    let t = 0.5 * (edges.innerT + edges.outerT);
    let t1 = 0.5 * (edges.innerSlope + edges.outerSlope);
    let t2 = 0.5 * (edges.innerBend + edges.outerBend);
    let width = Math.abs(edges.outerT - edges.innerT);
    if (span.into !== undefined) {
      evaluateEdges(road, section, span.into.lane.id, sM, edges);
      const d = 0.5 * (edges.innerT + edges.outerT) - t;
      const d1 = 0.5 * (edges.innerSlope + edges.outerSlope) - t1;
      const d2 = 0.5 * (edges.innerBend + edges.outerBend) - t2;
      const run = span.toM - span.fromM;
      const u = Math.min(1, Math.max(0, (sM - span.fromM) / run));
      const w = u * u * u * (10 + u * (6 * u - 15));
      const w1 = (30 * u * u * (1 - u) * (1 - u)) / run;
      const w2 = (60 * u * (1 - u) * (1 - 2 * u)) / (run * run);
      t += w * d;
      t1 += w * d1 + w1 * d;
      t2 += w * d2 + 2 * w1 * d1 + w2 * d;
      width += w * (Math.abs(edges.outerT - edges.innerT) - width);
    }
    // With l = left and q = forward offset: r' = a T + b N, r'' = (a' - κ b) T + (b' + κ a) N, a = 1 - κ l + q', b = l' + κ q.
    planOffset(road, sM, t, t1, t2, plan);
    const m = point.metresPerS;
    if (m !== 1) {
      plan.left1 /= m;
      plan.left2 /= m * m;
      plan.forward1 /= m;
    }
    const k = point.curvature;
    const a = 1 - k * plan.left + plan.forward1;
    const a1 = -point.curvatureRate * plan.left - k * plan.left1;
    const b = plan.left1 + k * plan.forward;
    const b1 = plan.left2 + point.curvatureRate * plan.forward + k * plan.forward1;
    const square = a * a + b * b;
    const speed = Math.sqrt(square);
    const forward = lane.direction > 0;
    evaluateSurface(road, sM, t, k, surface);
    sample.x = point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading;
    sample.y = point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading;
    sample.z = road.hasHeights ? surface.zM + heightAt(road, sM, t) : surface.zM;
    sample.heading = point.headingRad + (b === 0 && a > 0 ? 0 : atan2(b, a)) + (forward ? 0 : Math.PI);
    const bend = speed > 1e-9 ? (a * (b1 + k * a) - b * (a1 - k * b)) / (square * speed) : 0;
    sample.curvature = forward ? bend : -bend;
    sample.speed = speed * m;
    sample.width = width;
  }

  function emit(span: PathSpan, sM: number, advanceM: number): void {
    evaluate(span, sM);
    const n = laneIndex.length;
    if (n > 0) {
      const dx = sample.x - lastX;
      const dy = sample.y - lastY;
      const apart = Math.sqrt(dx * dx + dy * dy);
      if (advanceM === 0) {
        if (apart < JOINT_M) return;
        pathM += apart;
      } else pathM += advanceM;
    }
    invariant(n < SAMPLES_MAX, `a path has at most ${SAMPLES_MAX} samples`);
    const heading = n === 0 ? wrapAngle(sample.heading) : lastHeading + wrapAngle(sample.heading - lastHeading);
    const current = span.into !== undefined && Math.abs(sM - span.fromM) > 0.5 * Math.abs(span.toM - span.fromM) ? span.into : span.node;
    const ref = lanes[lanes.length - 1];
    if (ref === undefined || ref.road !== current.road.id || ref.lane !== current.lane.id) lanes.push({ road: current.road.id, lane: current.lane.id });
    const values = [pathM, sample.x, sample.y, sample.z, heading, sample.curvature, speedLimitAt(current.road, current.lane, sM) ?? Infinity, sample.width];
    values.forEach((v, i) => (columns[i] as number[]).push(v));
    laneIndex.push(lanes.length - 1);
    lastX = sample.x;
    lastY = sample.y;
    lastHeading = heading;
  }

  for (const span of spans) {
    const sign = span.toM >= span.fromM ? 1 : -1;
    const cuts = cutsOf(span);
    for (let i = 0; i + 1 < cuts.length; i += 1) {
      const from = cuts[i] as number;
      const to = cuts[i + 1] as number;
      const top = Math.max(from, to);
      const inside = (s: number): number => (s > top - INSIDE_M ? Math.max(top - INSIDE_M, Math.min(from, to)) : s);
      let curved = span.into !== undefined;
      for (let k = 0; k <= 4 && !curved; k += 1) {
        evaluate(span, inside(from + ((to - from) * k) / 4));
        curved = Math.abs(sample.curvature) > 1e-6;
      }
      const steps = Math.max(1, Math.ceil(Math.abs(to - from) / (curved ? STEP_CURVE_M : STEP_STRAIGHT_M) - 1e-9));
      // The outside of a curve is longer than its reference line: step by the lane's own length.
      evaluate(span, inside(0.5 * (from + to)));
      const fine = curved ? Math.max(steps, Math.ceil(steps * Math.min(SPEED_MAX, sample.speed))) : steps;
      emit(span, inside(from), 0);
      for (let k = 1; k <= fine; k += 1) {
        const a = inside(from + ((to - from) * (k - 1)) / fine);
        const b = inside(k === fine ? to : from + ((to - from) * k) / fine);
        const h = Math.abs(b - a);
        // A stretch shorter than this is rounding, not road.
        if (h < 1e-6) continue;
        evaluate(span, a);
        const speedA = sample.speed;
        evaluate(span, a + sign * 0.5 * h);
        const speedM = sample.speed;
        evaluate(span, b);
        emit(span, b, (h * (speedA + 4 * speedM + sample.speed)) / 6);
      }
    }
  }
  const [sM, xM, yM, zM, headingRad, curvature, limitMps, widthM] = columns.map((c) => Float64Array.from(c)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  return { sM, xM, yM, zM, headingRad, curvature, limitMps, widthM, lanes, laneIndex: Uint16Array.from(laneIndex), lengthM: pathM };
}

/** Ends of the span and every place between where a record starts, in driving direction. */
function cutsOf(span: PathSpan): number[] {
  const { road, section } = span.node;
  const low = Math.min(span.fromM, span.toM);
  const high = Math.max(span.fromM, span.toM);
  const found: number[] = [];
  const add = (sM: number): void => {
    if (sM > low + 1e-6 && sM < high - 1e-6) found.push(sM);
  };
  const addAll = (profile: Profile): void => {
    for (let i = 0; i < profile.length; i += 5) add(profile[i] as number);
  };
  for (let i = 0; i < road.geometryStartM.length; i += 1) add(road.geometryStartM[i] as number);
  addAll(road.laneOffset);
  for (const l of section.lanes) {
    addAll(l.width);
    addAll(l.border);
  }
  for (const l of span.into === undefined ? [span.node.lane] : [span.node.lane, span.into.lane]) for (const s of l.speeds) add(s.sM);
  for (const type of road.types) add(type.sM);
  const sorted = [low, ...found.sort((a, b) => a - b), high].filter((s, i, all) => i === 0 || s - (all[i - 1] as number) > 1e-6 || i === all.length - 1);
  return span.toM >= span.fromM ? sorted : sorted.reverse();
}
