/**
 * Where traffic actions put vehicles and take them away: discs, ellipses, polygons and stretches of road as predicates
 * over spots of the road network. Pure geometry.
 */
import { cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import type { TrafficArea } from "../../schema/model.ts";
import { createPose, type Pose } from "../pose.ts";
import type { Positions } from "../positions.ts";
import type { Spot, TrafficLane, TrafficNet } from "./lanes.ts";

export interface Place {
  readonly xM: number;
  readonly yM: number;
}
export type Region = (place: Place) => boolean;

export const disc = (centre: Place, radiusM: number): Region => {
  const limit = radiusM * radiusM;
  return ({ xM, yM }) => (xM - centre.xM) * (xM - centre.xM) + (yM - centre.yM) * (yM - centre.yM) <= limit;
};

export interface Ellipse {
  readonly semiMajorM: number;
  readonly semiMinorM: number;
  /** Of its centre ahead of the central object. */
  readonly offsetM: number;
}

/** How far out a place lies in the ellipse around a pose, major axis along its heading: 1 on the outline, 0 in the centre. */
export function ellipseShare(e: Ellipse, central: Pose, place: Place): number {
  const c = cos(central.h);
  const s = sin(central.h);
  const dx = place.xM - central.xM - e.offsetM * c;
  const dy = place.yM - central.yM - e.offsetM * s;
  const u = (dx * c + dy * s) / e.semiMajorM;
  const v = (dy * c - dx * s) / e.semiMinorM;
  return Math.sqrt(u * u + v * v);
}

/** Even-odd rule; corners in order, the last joined to the first. */
export function polygon(corners: readonly Place[]): Region {
  return ({ xM, yM }) => {
    let inside = false;
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length] as Place;
      if (a.yM > yM !== b.yM > yM && xM < a.xM + ((b.xM - a.xM) * (yM - a.yM)) / (b.yM - a.yM)) inside = !inside;
    });
    return inside;
  };
}

/** Membership of a TrafficAreaAction's area: by place for polygons, by lane and s for road ranges. */
export type AreaTest = (place: Place, road: string, lane: number, sM: number) => boolean;

export function areaOf(area: TrafficArea, positions: Positions, roadLengthM: (road: string) => number | undefined): AreaTest {
  if (area.kind === "polygon") {
    const pose = createPose();
    const corners = area.corners.flatMap((corner) => (positions.resolve(corner, pose) ? [{ xM: pose.xM, yM: pose.yM }] : []));
    const inside = polygon(corners);
    return (place) => inside(place);
  }
  const stretches: { readonly road: string; readonly fromM: number; readonly toM: number; readonly lanes: readonly number[] }[] = [];
  for (const range of area.ranges) {
    let leftM = range.lengthM ?? Infinity;
    range.cursors.forEach((cursor, i) => {
      const length = roadLengthM(cursor.road);
      if (length === undefined || leftM <= 0) return;
      const next = range.cursors[i + 1];
      const last = i === range.cursors.length - 1;
      // Two cursors on one road bound a stretch of it; a single one goes on to the road's end.
      const from = cursor.s ?? 0;
      const to = next !== undefined && next.road === cursor.road ? (next.s ?? length) : last && i > 0 && cursor.s !== undefined ? cursor.s : length;
      const begin = last && i > 0 ? (range.cursors[i - 1]?.road === cursor.road ? from : 0) : from;
      const [low, high] = begin <= to ? [begin, to] : [to, begin];
      const cut = Math.min(high - low, leftM);
      leftM -= cut;
      if (cut > 0) stretches.push({ road: cursor.road, fromM: begin <= to ? low : high - cut, toM: begin <= to ? low + cut : high, lanes: cursor.lanes });
    });
  }
  return (_place, road, lane, sM) => stretches.some((r) => r.road === road && sM >= r.fromM && sM <= r.toM && (r.lanes.length === 0 || r.lanes.includes(lane)));
}

/** Spots within a radius; when it holds none (a radius of 0, say), the one nearest to the centre if that is near at all. */
export function spotsAround(net: TrafficNet, centre: Pose, radiusM: number): readonly Spot[] {
  const inside = disc(centre, radiusM);
  const found = net.spots.filter(inside);
  if (found.length > 0) return found;
  const lane = centre.road === undefined ? undefined : net.laneAt(centre.road.id, centre.lane, centre.sM);
  if (lane !== undefined && centre.road !== undefined) return [spotOn(net, lane, centre)];
  return [];
}

const spotOn = (net: TrafficNet, lane: TrafficLane, pose: Pose): Spot => {
  const turn = lane.forward ? 0 : Math.PI;
  return { lane, atM: net.atOf(lane, pose.sM), xM: pose.xM, yM: pose.yM, cos: cos(pose.hRoad + turn), sin: sin(pose.hRoad + turn) };
};
