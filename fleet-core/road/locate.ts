/**
 * Nearest lane to a world point. The hint (the answer of a moment ago) is tried first on its own road: some vehicles ask
 * 50 times a second. Only when the point has left the hint's road or lies between the diverging roads of a junction are
 * all roads near it compared. With a height the road nearest in space wins (bridges, multi-storey car parks); without
 * one the hint or the heading decides there.
 */
import { wrapAngle } from "../kernel/math/index.ts";
import { createCurvePoint } from "./geometry/curve.ts";
import type { NearLane } from "./lanes.ts";
import { heightAt, nearestLane } from "./lanes.ts";
import type { LaneModel, RoadModel } from "./model.ts";
import type { Foot } from "./reference-line.ts";
import { footNear, footOnPiece } from "./reference-line.ts";
import type { SpatialIndex } from "./spatial-index.ts";
import { createSurface, evaluateSurface } from "./surface.ts";
import type { LanePosition } from "./types.ts";

export interface LocateOptions {
  readonly hint?: LanePosition;
  readonly withinM?: number;
  readonly drivableOnly?: boolean;
  readonly headingRad?: number;
  /** Height of the point: a road above or below counts as that much farther away. */
  readonly zM?: number;
}

export type Located = LanePosition & { readonly tM: number; readonly distanceM: number };

/** A radian of wrong heading weighs like this many metres; half a turn less than a lane's width. */
const HEADING_M_PER_RAD = 0.3;
/** A metre off the centre weighs like this: among overlapping roads the better centred lane wins. */
const OFFSET_WEIGHT = 0.1;
/** To be outside of the lane at all weighs like this, so that a lane the point lies in wins however far from its centre. */
const OUTSIDE_M = 0.3;
/** What the hint's road is ahead of others, so that answers do not flicker. */
const HINT_M = 0.02;
/** In a junction the hint alone decides only this near the lane's centre, a little farther when the heading agrees. */
const JUNCTION_OFFSET_M = 0.25;
const JUNCTION_HEADED_OFFSET_M = 0.75;
const JUNCTION_TURN_RAD = 0.15;
/** The hint's road is not believed when it lies this far above or below. */
const HINT_HEIGHT_M = 1.5;

export function createLocate(roads: readonly RoadModel[], roadById: ReadonlyMap<string, RoadModel>, index: SpatialIndex): (xM: number, yM: number, options?: LocateOptions) => Located | undefined {
  const point = createCurvePoint();
  const foot: Foot = { sM: 0, tM: 0, alongM: 0 };
  const near: NearLane = { lane: undefined, distanceM: 0, offsetM: 0 };

  const surface = createSurface();

  /** How far the road's surface at the foot found last lies above or below z. */
  function above(road: RoadModel, zM: number): number {
    evaluateSurface(road, foot.sM, foot.tM, point.curvature, surface);
    const height = road.hasHeights ? heightAt(road, foot.sM, foot.tM) : 0;
    return Math.abs(zM - surface.zM - height);
  }

  const turn = (headingRad: number, lane: LaneModel): number => Math.abs(wrapAngle(headingRad - point.headingRad - (lane.direction > 0 ? 0 : Math.PI)));

  function byHint(xM: number, yM: number, hint: LanePosition, drivableOnly: boolean, headingRad: number | undefined, zM: number | undefined): Located | undefined {
    const road = roadById.get(hint.road);
    if (road === undefined) return undefined;
    footNear(road, hint.sM, xM, yM, point, foot);
    if (foot.alongM > 1e-6 || foot.alongM < -1e-6) return undefined;
    if (zM !== undefined && above(road, zM) > HINT_HEIGHT_M) return undefined;
    nearestLane(road, foot.sM, foot.tM, drivableOnly, near);
    const lane = near.lane;
    if (lane === undefined || near.distanceM > 0) return undefined;
    if (road.junction !== undefined) {
      const off = Math.abs(near.offsetM);
      if (off > JUNCTION_HEADED_OFFSET_M) return undefined;
      if (off > JUNCTION_OFFSET_M && (headingRad === undefined || turn(headingRad, lane) > JUNCTION_TURN_RAD)) return undefined;
    }
    if (headingRad !== undefined && lane.id !== hint.lane && turn(headingRad, lane) > 1.5) return undefined;
    return { road: road.id, lane: lane.id, sM: foot.sM, offsetM: near.offsetM, tM: foot.tM, distanceM: 0 };
  }

  return (xM, yM, options = {}) => {
    const { hint, headingRad, zM } = options;
    const drivableOnly = options.drivableOnly ?? false;
    if (hint !== undefined) {
      const found = byHint(xM, yM, hint, drivableOnly, headingRad, zM);
      if (found !== undefined) return found;
    }
    const withinM = options.withinM ?? Infinity;
    let best: RoadModel | undefined;
    let [bestLane, bestS, bestOffset, bestT, bestDistance] = [0, 0, 0, 0, 0];
    let bestScore = Infinity;
    index.search(xM, yM, withinM, (stretch) => {
      const road = roads[index.road[stretch] as number] as RoadModel;
      const from = index.fromM[stretch] as number;
      const to = index.toM[stretch] as number;
      footOnPiece(road, index.piece[stretch] as number, from, to, 0.5 * (from + to), xM, yM, point, foot);
      nearestLane(road, foot.sM, foot.tM, drivableOnly, near);
      const lane = near.lane;
      if (lane !== undefined) {
        const along = foot.alongM;
        const distance = Math.abs(along) <= 1e-7 ? near.distanceM : Math.sqrt(along * along + near.distanceM * near.distanceM);
        if (distance <= withinM) {
          const score =
            distance + (distance > 0 ? OUTSIDE_M : 0) + OFFSET_WEIGHT * Math.abs(near.offsetM) + (headingRad === undefined ? 0 : HEADING_M_PER_RAD * turn(headingRad, lane)) + (zM === undefined ? 0 : above(road, zM)) - (hint !== undefined && hint.road === road.id ? HINT_M : 0);
          if (score < bestScore || (score === bestScore && best !== undefined && road.index < best.index)) {
            bestScore = score;
            best = road;
            bestLane = lane.id;
            bestS = foot.sM;
            bestOffset = near.offsetM;
            bestT = foot.tM;
            bestDistance = distance;
          }
        }
      }
      return Math.min(withinM, bestScore + HINT_M);
    });
    return best === undefined ? undefined : { road: best.id, lane: bestLane, sM: bestS, offsetM: bestOffset, tM: bestT, distanceM: bestDistance };
  };
}
