/**
 * NURBS curves (Piegl and Tiller, The NURBS Book): place at a parameter by the Cox-de Boor recursion, sampled to lengths
 * and times. The time of a place is interpolated between control points at the parameters where each has most influence.
 */
import { atan2 } from "../../fleet-core/kernel/math/index.ts";
import { angleDifference, SMALL, wrap2Pi } from "./angles.ts";
import type { TrajectoryPoint } from "./trajectory.ts";

export type ControlPoint = TrajectoryPoint & { readonly weight: number };

export interface NurbsSampler {
  readonly samples: readonly TrajectoryPoint[];
  readonly parameters: readonly number[];
  /** Exact x, y (and z, angles where the control points state them) at a parameter. */
  place(u: number, out: TrajectoryPoint): void;
}

const SAMPLE_M = 1;
const MAX_SAMPLES = 20_000;

/** Values of all basis functions at u, by the triangular scheme in place. */
function basis(order: number, knots: readonly number[], count: number, u: number, out: Float64Array): void {
  const k = (i: number): number => knots[i] as number;
  for (let i = 0; i < count + order - 1; i += 1) out[i] = k(i) <= u && u < k(i + 1) ? 1 : 0;
  for (let degree = 2; degree <= order; degree += 1) {
    for (let i = 0; i < count + order - degree; i += 1) {
      const left = k(i + degree - 1) - k(i);
      const right = k(i + degree) - k(i + 1);
      out[i] = (left > 0 ? ((u - k(i)) / left) * (out[i] as number) : 0) + (right > 0 ? ((k(i + degree) - u) / right) * (out[i + 1] as number) : 0);
    }
  }
}

/** Undefined when the control points have no length. Knots: as many as control points + order (checked by the reader). */
export function nurbsSampler(order: number, knots: readonly number[], points: readonly ControlPoint[]): NurbsSampler | undefined {
  let rough = 0;
  for (let i = 1; i < points.length; i += 1) {
    const a = points[i - 1] as ControlPoint;
    const b = points[i] as ControlPoint;
    rough += Math.sqrt((b.xM - a.xM) * (b.xM - a.xM) + (b.yM - a.yM) * (b.yM - a.yM));
  }
  const uMin = knots[0] ?? 0;
  const uMax = knots[knots.length - 1] ?? 0;
  if (rough < SMALL || uMax - uMin < SMALL) return undefined;
  const first = points[0] as ControlPoint;
  const d = new Float64Array(points.length + order);
  const peak = new Float64Array(points.length);
  const peakAt = new Float64Array(points.length);

  function place(u: number, out: TrajectoryPoint): void {
    const at = Math.max(uMin, Math.min(u, uMax - SMALL));
    basis(order, knots, points.length, at, d);
    let weight = 0;
    for (let i = 0; i < points.length; i += 1) weight += (d[i] as number) * (points[i] as ControlPoint).weight;
    let x = 0;
    let y = 0;
    let z = 0;
    for (let i = 0; i < points.length; i += 1) {
      const p = points[i] as ControlPoint;
      const w = ((d[i] as number) * p.weight) / weight;
      x += w * p.xM;
      y += w * p.yM;
      z += w * p.zM;
    }
    out.xM = x;
    out.yM = y;
    out.zM = z;
    out.zSet = first.zSet;
    // Angles the control points state are mixed like their places, the short way round.
    if (first.hSet) out.h = out.hTrue = wrap2Pi(mix(weight, (p) => p.h));
    if (first.pSet) out.p = mix(weight, (p) => p.p);
    if (first.rSet) out.r = mix(weight, (p) => p.r);
    out.hSet = first.hSet;
    out.pSet = first.pSet;
    out.rSet = first.rSet;
  }

  function mix(weight: number, angle: (p: ControlPoint) => number): number {
    const base = angle(first);
    let sum = base;
    points.forEach((p, i) => {
      sum += (((d[i] as number) * p.weight) / weight) * angleDifference(angle(p), base);
    });
    return sum;
  }

  const steps = Math.min(MAX_SAMPLES, Math.floor(1 + rough / SAMPLE_M));
  const samples: TrajectoryPoint[] = [];
  const parameters: number[] = [];
  const near: TrajectoryPoint = { ...(points[0] as ControlPoint) };
  const du = (uMax - uMin) / steps;
  for (let i = 0; i <= steps; i += 1) {
    const u = uMin + i * du;
    const s: TrajectoryPoint = { ...near };
    place(u, s);
    const before = samples[samples.length - 1];
    s.sM = before === undefined ? 0 : before.sM + Math.sqrt((s.xM - before.xM) * (s.xM - before.xM) + (s.yM - before.yM) * (s.yM - before.yM));
    const small = Math.min(0.001, du);
    place(i < steps ? u + small : u - small, near);
    // Influence, like direction, is that a little further on.
    for (let j = 0; j < points.length; j += 1) {
      if ((d[j] as number) > (peak[j] as number)) {
        peak[j] = d[j] as number;
        peakAt[j] = u;
      }
    }
    const forward = i < steps ? 1 : -1;
    const dx = near.xM - s.xM;
    const dy = near.yM - s.yM;
    if (!first.hSet) s.h = s.hTrue = wrap2Pi(atan2(forward * dy, forward * dx));
    if (!first.pSet) s.p = first.zSet ? -forward * atan2(near.zM - s.zM, Math.sqrt(dx * dx + dy * dy)) : 0;
    if (!first.rSet) s.r = 0;
    samples.push(s);
    parameters.push(u);
  }
  // Control points may coincide at the start, where the curve has no direction: the first sample looks as the second does.
  const [start, second] = samples;
  if (start !== undefined && second !== undefined) {
    if (!first.hSet) start.h = start.hTrue = second.h;
    if (!first.pSet) start.p = second.p;
  }
  let c = 0;
  samples.forEach((s, i) => {
    const u = parameters[i] as number;
    while (c < points.length - 2 && u >= (peakAt[c + 1] as number)) c += 1;
    const a = points[c] as ControlPoint;
    const b = points[c + 1] as ControlPoint;
    const span = (peakAt[c + 1] as number) - (peakAt[c] as number);
    s.timeS = a.timeS + (span > 0 ? (u - (peakAt[c] as number)) / span : 0) * (b.timeS - a.timeS);
  });
  return { samples, parameters, place };
}
