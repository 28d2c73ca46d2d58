/**
 * The reference line of a road: point at s, and the foot of a world point on it. Newton's method on the true geometry,
 * piece by piece, because pieces may meet with a small kink or gap. Must never allocate.
 */
import { cos, sin } from "../kernel/math/index.ts";
import type { Curve, CurvePoint } from "./geometry/curve.ts";
import type { RoadModel } from "./model.ts";
import { tOfLeft } from "./level.ts";
import { profileSlope, profileValue } from "./profile.ts";

/** Index of the piece that holds s; s outside the road takes the first or last. */
export function pieceAt(road: RoadModel, sM: number): number {
  const starts = road.geometryStartM;
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= sM) low = middle;
    else high = middle;
  }
  return low;
}

export function evaluateReference(road: RoadModel, sM: number, out: CurvePoint): void {
  const piece = pieceAt(road, sM);
  (road.geometry[piece] as Curve).evaluate(sM - (road.geometryStartM[piece] as number), out);
}

/** s where a piece ends: at the next one's start, the last at the road's end. */
export function pieceEndM(road: RoadModel, piece: number): number {
  return piece + 1 < road.geometry.length ? (road.geometryStartM[piece + 1] as number) : road.lengthM;
}

/** Foot of a point; t lies in the surface (see `surface.ts`). `alongM` is what is left in the direction of the line: 0 unless the foot is held at an end. */
export interface Foot {
  sM: number;
  tM: number;
  alongM: number;
}

/**
 * Foot of (x, y) on one piece within [fromM, toM] of road s, searched from `startM`: Newton's method, held in a bracket
 * that bisection closes where Newton leaves it (near the centre of curvature). Converges to 1e-9 m; beyond the centre of
 * curvature some foot or a held end is a good answer too. `point` is left at the foot.
 */
export function footOnPiece(road: RoadModel, piece: number, fromM: number, toM: number, startM: number, xM: number, yM: number, point: CurvePoint, out: Foot): void {
  const curve = road.geometry[piece] as Curve;
  const offset = road.geometryStartM[piece] as number;
  let s = startM < fromM ? fromM : startM > toM ? toM : startM;
  let low = fromM;
  let high = toM;
  let lowSeen = false;
  let highSeen = false;
  let along = 0;
  let t = 0;
  for (let i = 0; i < 80; i += 1) {
    curve.evaluate(s - offset, point);
    const dx = xM - point.xM;
    const dy = yM - point.yM;
    along = dx * point.cosHeading + dy * point.sinHeading;
    t = dy * point.cosHeading - dx * point.sinHeading;
    const slope = (1 - point.curvature * t) * point.metresPerS;
    if (road.superelevation.length > 0) {
      // Looking from above, a banked t axis is shorter, and on a slope it leans along the line.
      const bank = profileValue(road.superelevation, s);
      const rise = profileSlope(road.elevation, s);
      const cosBank = cos(bank);
      if (cosBank > 0.01) {
        if (road.hasLevel) {
          const left = t;
          t = tOfLeft(road, s, left, cosBank);
          // What runs level leans nowhere: left = banked cos + (t - banked).
          const banked = cosBank < 1 ? (t - left) / (1 - cosBank) : 0;
          along += (banked * sin(bank) * rise) / Math.sqrt(1 + rise * rise);
        } else {
          t /= cosBank;
          along += (t * sin(bank) * rise) / Math.sqrt(1 + rise * rise);
        }
      }
    }
    if (along > 0) {
      low = s;
      lowSeen = true;
      if (s >= toM) break;
    } else if (along < 0) {
      high = s;
      highSeen = true;
      if (s <= fromM) break;
    } else break;
    const step = slope > 1e-3 ? along / slope : along;
    if (step < 1e-9 && step > -1e-9) {
      // The rest is taken linearly; it is far below what anybody asks for.
      const next = s + step;
      if (next >= fromM && next <= toM) {
        s = next;
        along = 0;
      }
      break;
    }
    let next = s + step;
    if (next <= low) next = lowSeen ? 0.5 * (low + high) : low;
    else if (next >= high) next = highSeen ? 0.5 * (low + high) : high;
    if (high - low < 1e-10 && lowSeen && highSeen) break;
    s = next;
  }
  out.sM = s;
  out.tM = t;
  out.alongM = along;
}

/** Foot near `startM`, walking over to neighbouring pieces where it must. */
export function footNear(road: RoadModel, startM: number, xM: number, yM: number, point: CurvePoint, out: Foot): void {
  let piece = pieceAt(road, startM);
  let start = startM;
  let came = 0;
  for (let hop = 0; hop < 64; hop += 1) {
    const from = piece === 0 ? 0 : (road.geometryStartM[piece] as number);
    const to = pieceEndM(road, piece);
    footOnPiece(road, piece, from, to, start, xM, yM, point, out);
    const way = out.alongM > 1e-9 && out.sM >= to ? 1 : out.alongM < -1e-9 && out.sM <= from ? -1 : 0;
    // On the outer side of a kink neither piece has a foot: stay at the joint instead of going back and forth.
    if (way === 0 || way === -came || piece + way < 0 || piece + way >= road.geometry.length) return;
    piece += way;
    came = way;
    start = out.sM;
  }
}
