/**
 * The lane path an agent drives on, with what the controllers need ready: the highest speed at each sample (limits,
 * bends, braking into bends) and the unwrapped heading. Made once per route; looked up in each tick without allocation.
 * Distances s along the path, d to its left [m].
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { LanePath } from "../fleet-core/road/types.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { atan, tan, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import { invariant } from "../fleet-core/kernel/invariant.ts";

/**
 * Columns of a sample: distance along the path, place, driving direction without jumps of 2π, highest speed, mean curvature
 * over a few metres around it, width of the lane. Samples are rows, because who asks for one number of a place asks for most.
 */
export const [S_M, X_M, Y_M, HEADING_RAD, SPEED_MPS, BEND, WIDTH_M] = [0, 1, 2, 3, 4, 5, 6] as const;
export type Column = typeof HEADING_RAD | typeof SPEED_MPS | typeof BEND | typeof WIDTH_M;
/** One more than needed: a row is one line of a processor's cache. */
const ROW = 8;

export interface DrivePath {
  /** Row i begins at 8 i. */
  readonly rows: Float64Array;
  readonly count: number;
  readonly lengthM: number;
  /** Sharpest bend [1/m], as a mean over a few metres. */
  readonly tightest: number;
  /** Samples per about four metres: the stride of the coarse search. */
  readonly stride: number;
}

/** A place relative to the path; `index` is the segment. Reused by the caller. */
export interface Projection {
  sM: number;
  dM: number;
  index: number;
  /** Unit direction of the path there. */
  tx: number;
  ty: number;
}

export const newProjection = (): Projection => ({ sM: 0, dM: 0, index: 0, tx: 1, ty: 0 });

/** Curvature is read over this length: lane joints and sampling make single samples unreliable. */
const BEND_M = 4;
/** A change of bend is looked for this far to both sides, and may miss the path by so much. */
const CHANGE_M = 4;
const MISS_M = 0.06;
/** Sharper than this are turns at junctions [1/m]. */
const JUNCTION_BEND = 1 / 28;
/** Share of the comfortable deceleration planned for bends; the rest corrects errors. */
const PLANNED_DECEL = 0.8;

/** Needs a path of at least two samples. */
export function createDrivePath(lane: LanePath, profile: VehicleProfile): DrivePath {
  const count = lane.sM.length;
  invariant(count >= 2 && lane.lengthM > 0, `a path to drive on has two samples or more, this one has ${count}`);
  const { wheelbaseM } = profile.geometry;
  const at = (column: Float64Array, i: number): number => column[i] as number;
  const headingRad = new Float64Array(count);
  headingRad[0] = at(lane.headingRad, 0);
  for (let i = 1; i < count; i += 1) headingRad[i] = at(headingRad, i - 1) + wrapAngle(at(lane.headingRad, i) - at(lane.headingRad, i - 1));

  /** Mean curvature over `spanM` around each sample. */
  function curvatureOver(spanM: number): Float64Array {
    const out = new Float64Array(count);
    let a = 0;
    let b = 0;
    for (let i = 0; i < count; i += 1) {
      const s = at(lane.sM, i);
      while (a < i && at(lane.sM, a) < s - spanM / 2) a += 1;
      while (b < count - 1 && at(lane.sM, b) < s + spanM / 2) b += 1;
      const span = at(lane.sM, b) - at(lane.sM, a);
      out[i] = span > 0 ? (at(headingRad, b) - at(headingRad, a)) / span : 0;
    }
    return out;
  }

  const bend = curvatureOver(BEND_M);
  const speedMps = new Float64Array(count);
  let tightest = 0;
  let a = 0;
  let b = 0;
  for (let i = 0; i < count; i += 1) {
    const curvature = Math.abs(at(bend, i));
    tightest = Math.max(tightest, curvature);
    const bendMps = curvature > 1e-6 ? Math.sqrt(profile.limits.lateralMps2 / curvature) : Infinity;
    // Where the bend changes abruptly the wheels need time: turning them over w metres misses the path by change x w² / 24.
    while (a < i && at(lane.sM, a) < at(lane.sM, i) - CHANGE_M) a += 1;
    while (b < count - 1 && at(lane.sM, b) < at(lane.sM, i) + CHANGE_M) b += 1;
    const change = Math.abs(at(bend, b) - at(bend, a));
    const turnRad = Math.abs(atan(wheelbaseM * at(bend, b)) - atan(wheelbaseM * at(bend, a)));
    const changeMps = change > 1e-3 && turnRad > 1e-3 ? (Math.sqrt((24 * MISS_M) / change) * profile.steering.rateRadpsMax) / turnRad : Infinity;
    speedMps[i] = Math.min(at(lane.limitMps, i), profile.limits.speedMps, bendMps, changeMps);
  }
  const decel = PLANNED_DECEL * profile.limits.decelMps2;
  for (let i = count - 2; i >= 0; i -= 1) {
    const ds = at(lane.sM, i + 1) - at(lane.sM, i);
    const next = at(speedMps, i + 1);
    speedMps[i] = Math.min(at(speedMps, i), Math.sqrt(next * next + 2 * decel * ds));
  }
  const stride = Math.max(1, Math.round((4 * (count - 1)) / lane.lengthM));
  const rows = new Float64Array(count * ROW);
  for (let i = 0; i < count; i += 1) {
    rows[i * ROW + S_M] = at(lane.sM, i);
    rows[i * ROW + X_M] = at(lane.xM, i);
    rows[i * ROW + Y_M] = at(lane.yM, i);
    rows[i * ROW + HEADING_RAD] = at(headingRad, i);
    rows[i * ROW + SPEED_MPS] = at(speedMps, i);
    rows[i * ROW + BEND] = at(bend, i);
    rows[i * ROW + WIDTH_M] = at(lane.widthM, i);
  }
  return { rows, count, lengthM: lane.lengthM, tightest, stride };
}

/** Whether the steering can follow every bend of the path. */
export function canFollow(path: DrivePath, profile: VehicleProfile): boolean {
  return path.tightest <= tan(profile.steering.angleRadMax) / profile.geometry.wheelbaseM;
}

/** Projects a point, searching from segment `hint` downhill; beyond the ends the path goes on straight. */
export function projectNear(path: DrivePath, xM: number, yM: number, hint: number, out: Projection): void {
  const { rows } = path;
  const last = path.count - 2;
  let i = hint < 0 ? 0 : hint > last ? last : hint;
  let backed = false;
  for (;;) {
    const row = i * ROW;
    const x0 = rows[row + X_M] as number;
    const y0 = rows[row + Y_M] as number;
    const ex = (rows[row + ROW + X_M] as number) - x0;
    const ey = (rows[row + ROW + Y_M] as number) - y0;
    const length2 = ex * ex + ey * ey;
    const along = length2 > 0 ? ((xM - x0) * ex + (yM - y0) * ey) / length2 : 0;
    if (along > 1 && i < last && !backed) {
      i += 1;
      continue;
    }
    if (along < 0 && i > 0) {
      i -= 1;
      backed = true;
      continue;
    }
    const length = Math.sqrt(length2);
    // Inside a bend a point may fall between two segments; there the joint itself is the nearest place.
    const share = i < last && along > 1 ? 1 : along;
    out.index = i;
    out.tx = length > 0 ? ex / length : 1;
    out.ty = length > 0 ? ey / length : 0;
    const s0 = rows[row + S_M] as number;
    out.sM = s0 + share * ((rows[row + ROW + S_M] as number) - s0);
    out.dM = (yM - y0) * out.tx - (xM - x0) * out.ty;
    return;
  }
}

/** Projects a point on the part of the path between two segments, nearest place first found by a coarse search. */
export function projectWithin(path: DrivePath, xM: number, yM: number, from: number, to: number, out: Projection): void {
  const { rows } = path;
  const end = to > path.count - 1 ? path.count - 1 : to;
  let best = from < 0 ? 0 : from;
  let bestD2 = Infinity;
  for (let i = best; ; i = i + path.stride > end && i < end ? end : i + path.stride) {
    if (i > end) break;
    const dx = xM - (rows[i * ROW + X_M] as number);
    const dy = yM - (rows[i * ROW + Y_M] as number);
    const d2 = dx * dx + dy * dy;
    if (d2 < bestD2) {
      bestD2 = d2;
      best = i;
    }
  }
  projectNear(path, xM, yM, best, out);
}

/** Segment that holds `sM`, walking from `hint`. */
export function segmentAt(path: DrivePath, sM: number, hint: number): number {
  const { rows } = path;
  const last = path.count - 2;
  let i = clamp(hint, 0, last);
  while (i < last && (rows[(i + 1) * ROW + S_M] as number) <= sM) i += 1;
  while (i > 0 && (rows[i * ROW + S_M] as number) > sM) i -= 1;
  return i;
}

/** Linear value of a column at `sM` inside segment `i`; flat beyond the ends. */
export function valueAt(path: DrivePath, column: Column, i: number, sM: number): number {
  const { rows } = path;
  const row = i * ROW;
  const s0 = rows[row + S_M] as number;
  const s1 = rows[row + ROW + S_M] as number;
  const share = s1 > s0 ? clamp((sM - s0) / (s1 - s0), 0, 1) : 0;
  const value = rows[row + column] as number;
  return value + share * ((rows[row + ROW + column] as number) - value);
}

/**
 * Distance along the path of the first sharp turn between two segments; Infinity when there is none. Who has to let others
 * through waits before it, where neither its own front nor theirs swings.
 */
export function turnAheadM(path: DrivePath, fromI: number, toI: number): number {
  for (let i = fromI; i <= toI && i < path.count; i += 1) if (Math.abs(path.rows[i * ROW + BEND] as number) > JUNCTION_BEND) return path.rows[i * ROW + S_M] as number;
  return Infinity;
}
