/**
 * Boxes on the ground: do they touch, how far apart are they, when will they meet. Separating axes over oriented
 * rectangles; pure. Results that mean "never" are Infinity and must stay out of the state.
 */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";

/** Rectangle about its centre in the map frame. */
export interface GroundBox {
  readonly xM: number;
  readonly yM: number;
  readonly yawRad: number;
  readonly lengthM: number;
  readonly widthM: number;
}

export interface MovingBox extends GroundBox {
  readonly vxMps: number;
  readonly vyMps: number;
}

/**
 * Separation of the two boxes along each of their four side directions, as the largest: at most 0 when they overlap or
 * touch. A lower bound of the true distance, exact when side faces side.
 */
export function separationM(a: GroundBox, b: GroundBox): number {
  const dx = b.xM - a.xM;
  const dy = b.yM - a.yM;
  const ca = cos(a.yawRad);
  const sa = sin(a.yawRad);
  const cb = cos(b.yawRad);
  const sb = sin(b.yawRad);
  const c = Math.abs(ca * cb + sa * sb);
  const s = Math.abs(sa * cb - ca * sb);
  const al = a.lengthM / 2;
  const aw = a.widthM / 2;
  const bl = b.lengthM / 2;
  const bw = b.widthM / 2;
  return Math.max(
    Math.abs(dx * ca + dy * sa) - (al + bl * c + bw * s),
    Math.abs(dy * ca - dx * sa) - (aw + bl * s + bw * c),
    Math.abs(dx * cb + dy * sb) - (bl + al * c + aw * s),
    Math.abs(dy * cb - dx * sb) - (bw + al * s + aw * c),
  );
}

/** True when the boxes share a point. Boxes whose circles are apart are refused without a sine. */
export function boxesOverlap(a: GroundBox, b: GroundBox): boolean {
  const dx = b.xM - a.xM;
  const dy = b.yM - a.yM;
  // Twice the sum of half diagonals, squared generously: (p + q)² <= 2 p² + 2 q².
  const reach2 = (a.lengthM * a.lengthM + a.widthM * a.widthM + b.lengthM * b.lengthM + b.widthM * b.widthM) / 2;
  if (dx * dx + dy * dy > reach2) return false;
  return separationM(a, b) <= 0;
}

/** Shortest distance between the boxes [m]; 0 when they overlap. */
export function boxDistanceM(a: GroundBox, b: GroundBox): number {
  if (boxesOverlap(a, b)) return 0;
  return Math.sqrt(Math.min(cornerDistance2(a, b), cornerDistance2(b, a)));
}

/** Squared distance from the nearest corner of `from` to the rectangle `to`; disjoint convex shapes are nearest at a corner of one. */
function cornerDistance2(from: GroundBox, to: GroundBox): number {
  const cf = cos(from.yawRad);
  const sf = sin(from.yawRad);
  const ct = cos(to.yawRad);
  const st = sin(to.yawRad);
  let best = Infinity;
  for (let corner = 0; corner < 4; corner += 1) {
    const l = ((corner & 1) === 0 ? 1 : -1) * (from.lengthM / 2);
    const w = ((corner & 2) === 0 ? 1 : -1) * (from.widthM / 2);
    const x = from.xM + l * cf - w * sf - to.xM;
    const y = from.yM + l * sf + w * cf - to.yM;
    const outL = Math.max(0, Math.abs(x * ct + y * st) - to.lengthM / 2);
    const outW = Math.max(0, Math.abs(y * ct - x * st) - to.widthM / 2);
    best = Math.min(best, outL * outL + outW * outW);
  }
  return best;
}

/**
 * Bumper-to-bumper gap [m] along `ego`'s heading to a box ahead that reaches into the strip ego is about to cover (its
 * width plus `marginM` on each side); 0 when they overlap; undefined when the other is beside or behind.
 */
export function gapAheadM(ego: GroundBox, other: GroundBox, marginM = 0): number | undefined {
  if (boxesOverlap(ego, other)) return 0;
  const c = cos(ego.yawRad);
  const s = sin(ego.yawRad);
  const dx = other.xM - ego.xM;
  const dy = other.yM - ego.yM;
  const relativeRad = other.yawRad - ego.yawRad;
  const cr = Math.abs(cos(relativeRad));
  const sr = Math.abs(sin(relativeRad));
  const ahead = dx * c + dy * s;
  const aside = Math.abs(dy * c - dx * s);
  if (aside > ego.widthM / 2 + marginM + (other.lengthM * sr + other.widthM * cr) / 2) return undefined;
  const gap = ahead - ego.lengthM / 2 - (other.lengthM * cr + other.widthM * sr) / 2;
  // A box at an angle beside the front corner may lie partly beside ego: then it is 0 ahead when its centre is ahead.
  return gap >= 0 ? gap : ahead > ego.lengthM / 2 ? 0 : undefined;
}

/** Time to collision [s] at constant closing speed: 0 when touching, Infinity when the gap does not close. */
export function timeToCollisionS(gapM: number, closingMps: number): number {
  if (gapM <= 0) return 0;
  return closingMps > 0 ? gapM / closingMps : Infinity;
}

/**
 * Time [s] until the boxes first touch if both keep velocity and heading: 0 when they overlap now, Infinity when they never
 * do. Source: separating axes swept in time; the boxes touch while they overlap on all four axes at once.
 */
export function timeToContactS(a: MovingBox, b: MovingBox): number {
  const ca = cos(a.yawRad);
  const sa = sin(a.yawRad);
  const cb = cos(b.yawRad);
  const sb = sin(b.yawRad);
  const c = Math.abs(ca * cb + sa * sb);
  const s = Math.abs(sa * cb - ca * sb);
  const dx = b.xM - a.xM;
  const dy = b.yM - a.yM;
  const vx = b.vxMps - a.vxMps;
  const vy = b.vyMps - a.vyMps;
  let enterS = 0;
  let leaveS = Infinity;
  for (let axis = 0; axis < 4; axis += 1) {
    const ofA = axis < 2;
    const along = (axis & 1) === 0;
    const cosAxis = ofA ? ca : cb;
    const sinAxis = ofA ? sa : sb;
    const ux = along ? cosAxis : -sinAxis;
    const uy = along ? sinAxis : cosAxis;
    const own = ofA ? a : b;
    const other = ofA ? b : a;
    const reach = along ? own.lengthM / 2 + (other.lengthM * c + other.widthM * s) / 2 : own.widthM / 2 + (other.lengthM * s + other.widthM * c) / 2;
    const d = dx * ux + dy * uy;
    const v = vx * ux + vy * uy;
    if (v === 0) {
      if (Math.abs(d) > reach) return Infinity;
      continue;
    }
    const t1 = (-reach - d) / v;
    const t2 = (reach - d) / v;
    enterS = Math.max(enterS, Math.min(t1, t2));
    leaveS = Math.min(leaveS, Math.max(t1, t2));
    if (enterS > leaveS) return Infinity;
  }
  return enterS;
}
