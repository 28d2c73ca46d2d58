/**
 * Lanes kept level (`level="true"`) on a banked road: such a lane lies horizontally from its inner edge outwards, and the
 * lanes outside of it go on from its outer edge, banked again. So a lateral coordinate t splits into a part that follows
 * the road's bank and a part that runs level. Must never allocate; only roads with such lanes come here.
 */
import { sectionIndex, widthAt } from "./lanes.ts";
import type { LaneModel, RoadModel } from "./model.ts";
import { profileBend, profileSlope, profileValue } from "./profile.ts";

export interface LevelPart {
  /** The part of t that follows the bank; the rest of t runs level. */
  bankedM: number;
  /** Its derivatives by s at fixed t. */
  slope: number;
  bend: number;
  /** Whether the place itself lies in a level lane. */
  inside: boolean;
}

export const createLevelPart = (): LevelPart => ({ bankedM: 0, slope: 0, bend: 0, inside: false });

const slopeOf = (lane: LaneModel, sM: number): number => (lane.border.length > 0 ? 0 : profileSlope(lane.width, sM));
const bendOf = (lane: LaneModel, sM: number): number => (lane.border.length > 0 ? 0 : profileBend(lane.width, sM));

/** Splits t at s. */
export function levelPart(road: RoadModel, sM: number, tM: number, out: LevelPart): void {
  walk(road, sM, tM, 1, out);
}

/** The t whose place lies `leftM` left of the reference line as seen from above, on a bank of this cosine. */
export function tOfLeft(road: RoadModel, sM: number, leftM: number, cosBank: number): number {
  return walk(road, sM, leftM, cosBank, undefined);
}

/** Walks outwards over the lanes until `target` is reached, a banked metre counting `stretch`; returns t. */
function walk(road: RoadModel, sM: number, target: number, stretch: number, out: LevelPart | undefined): number {
  const offset = profileValue(road.laneOffset, sM);
  const sign = target > offset * stretch ? 1 : -1;
  const side = sign > 0 ? road.left : road.right;
  const section = side[sectionIndex(side, sM)];
  // What is left of the way from lane 0 outwards.
  let left = sign * (target - offset * stretch);
  let d = 0;
  let level = 0;
  let slope = 0;
  let bend = 0;
  let edgeSlope = sign * profileSlope(road.laneOffset, sM);
  let edgeBend = sign * profileBend(road.laneOffset, sM);
  let inside = false;
  for (const lane of section?.lanes ?? []) {
    const width = widthAt(lane, sM, d);
    const seen = lane.level ? width : width * stretch;
    if (left <= seen && lane.level) {
      inside = true;
      level += left;
      d += left;
      left = 0;
      break;
    }
    if (left <= seen) break;
    left -= seen;
    d += width;
    if (lane.level) {
      level += width;
      slope += slopeOf(lane, sM);
      bend += bendOf(lane, sM);
    }
    edgeSlope += slopeOf(lane, sM);
    edgeBend += bendOf(lane, sM);
  }
  d += left / stretch;
  const t = offset + sign * d;
  if (out !== undefined) {
    out.bankedM = t - sign * level;
    // In a level lane the banked part ends at the lane's inner edge, wherever that moves; beyond one it gives way to its width.
    out.slope = inside ? sign * (edgeSlope - slope) : -sign * slope;
    out.bend = inside ? sign * (edgeBend - bend) : -sign * bend;
    out.inside = inside;
  }
  return t;
}
