/**
 * Where something is, on the road and in the world, both kept true at once. The road part is (road, lane, s, t); headings
 * relative to the road are kept when it moves along, so an actor follows bends, slopes and widening lanes. The world part
 * follows from it, or is set and the road part looked up. Never decides where to go: that is `move.ts`.
 */
import { atan, cos, wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import { createCurvePoint, type CurvePoint } from "../../fleet-core/road/geometry/curve.ts";
import { createLaneEdges, evaluateEdges, isDrivable, laneIn, nearestLane, sectionIndex, sideOf, widthAt, type LaneEdges, type NearLane } from "../../fleet-core/road/lanes.ts";
import type { NetworkModel, RoadModel } from "../../fleet-core/road/model.ts";
import { profileSlope, profileValue } from "../../fleet-core/road/profile.ts";
import { evaluateReference } from "../../fleet-core/road/reference-line.ts";
import { createSurface, evaluateSurface, type Surface } from "../../fleet-core/road/surface.ts";
import type { LanePosition, RoadNetwork } from "../../fleet-core/road/types.ts";
import { angleDifference, eulerInto, multiplyInto, rotationInto, SMALL, wrap2Pi } from "./angles.ts";

export interface Pose {
  road: RoadModel | undefined;
  lane: number;
  sM: number;
  tM: number;
  /** From the lane's centre along +t. */
  offsetM: number;
  xM: number;
  yM: number;
  zM: number;
  h: number;
  p: number;
  r: number;
  /** Relative to the road there; heading in [0, 2π). */
  hRel: number;
  pRel: number;
  rRel: number;
  zRel: number;
  hRoad: number;
  pRoad: number;
  rRoad: number;
  curvature: number;
  /** Slope along s that the road's twist adds at this t. */
  twist: number;
  /** At an end of a road that leads nowhere. */
  endOfRoad: boolean;
  /** Of a walker: counts by footpaths as well. Belongs to who stands here, so it is not copied. */
  walks: boolean;
}

export const createPose = (): Pose => ({ walks: false, road: undefined, lane: 0, sM: 0, tM: 0, offsetM: 0, xM: 0, yM: 0, zM: 0, h: 0, p: 0, r: 0, hRel: 0, pRel: 0, rRel: 0, zRel: 0, hRoad: 0, pRoad: 0, rRoad: 0, curvature: 0, twist: 0, endOfRoad: false });

export function copyPose(to: Pose, from: Pose): void {
  to.road = from.road;
  to.lane = from.lane;
  to.sM = from.sM;
  to.tM = from.tM;
  to.offsetM = from.offsetM;
  to.xM = from.xM;
  to.yM = from.yM;
  to.zM = from.zM;
  to.h = from.h;
  to.p = from.p;
  to.r = from.r;
  to.hRel = from.hRel;
  to.pRel = from.pRel;
  to.rRel = from.rRel;
  to.zRel = from.zRel;
  to.hRoad = from.hRoad;
  to.pRoad = from.pRoad;
  to.rRoad = from.rRoad;
  to.curvature = from.curvature;
  to.twist = from.twist;
  to.endOfRoad = from.endOfRoad;
}

/** The map with scratch space for allocation-free queries; one per player. */
export interface RoadMap {
  readonly model: NetworkModel;
  readonly network: RoadNetwork;
  readonly point: CurvePoint;
  readonly surface: Surface;
  readonly edges: LaneEdges;
  readonly near: NearLane;
  readonly roadMatrix: Float64Array;
  readonly relativeMatrix: Float64Array;
  readonly matrix: Float64Array;
  readonly euler: Float64Array;
}

export function createRoadMap(model: NetworkModel, network: RoadNetwork): RoadMap {
  return {
    model,
    network,
    point: createCurvePoint(),
    surface: createSurface(),
    edges: createLaneEdges(),
    near: { lane: undefined, distanceM: 0, offsetM: 0 },
    roadMatrix: new Float64Array(9),
    relativeMatrix: new Float64Array(9),
    matrix: new Float64Array(9),
    euler: new Float64Array(3),
  };
}

/** t of the lane's centre and its slope dt/ds into `map.edges` fields; lane 0 is the centre line itself. False: no such lane. */
function laneCentre(map: RoadMap, road: RoadModel, lane: number, sM: number): boolean {
  const { edges } = map;
  if (lane === 0) {
    edges.innerT = edges.outerT = profileValue(road.laneOffset, sM);
    edges.innerSlope = edges.outerSlope = profileSlope(road.laneOffset, sM);
    return true;
  }
  const side = sideOf(road, lane);
  return evaluateEdges(road, side[sectionIndex(side, sM)], lane, sM, edges);
}

/** t of the lane's centre at s; undefined when there is no such lane there. */
export function centreT(map: RoadMap, road: RoadModel, lane: number, sM: number): number | undefined {
  return laneCentre(map, road, lane, sM) ? 0.5 * (map.edges.innerT + map.edges.outerT) : undefined;
}

/** Width of a lane at s; 0 when there is none. */
export function laneWidth(map: RoadMap, road: RoadModel, lane: number, sM: number): number {
  return laneCentre(map, road, lane, sM) ? Math.abs(map.edges.outerT - map.edges.innerT) : 0;
}

export const drivesAlongS = (road: RoadModel, lane: number): boolean => (road.rule === "LHT" ? lane > 0 : lane <= 0);

/** Puts the pose on a lane. s is held on the road. False when the lane does not exist there: then t = 0 is taken as its centre. */
export function setLane(map: RoadMap, pose: Pose, road: RoadModel, lane: number, sM: number, offsetM: number): boolean {
  const s = sM < 0 ? 0 : sM > road.lengthM ? road.lengthM : sM;
  const found = laneCentre(map, road, lane, s);
  pose.road = road;
  pose.lane = lane;
  pose.sM = s;
  pose.offsetM = offsetM;
  pose.tM = (found ? 0.5 * (map.edges.innerT + map.edges.outerT) : 0) + offsetM;
  setEnd(pose, road);
  evaluateRoad(map, pose, road, found ? 0.5 * (map.edges.innerSlope + map.edges.outerSlope) : 0);
  return found;
}

/** Puts the pose at (s, t); the lane is the nearest drivable one. */
export function setTrack(map: RoadMap, pose: Pose, road: RoadModel, sM: number, tM: number): void {
  const s = sM < 0 ? 0 : sM > road.lengthM ? road.lengthM : sM;
  pose.road = road;
  pose.sM = s;
  pose.tM = tM;
  snapToLane(map, pose, road);
  setEnd(pose, road);
  evaluateRoad(map, pose, road, laneSlope(map, pose, road));
}

function setEnd(pose: Pose, road: RoadModel): void {
  pose.endOfRoad = (pose.sM < SMALL && road.predecessor === undefined) || (pose.sM > road.lengthM - SMALL && road.successor === undefined);
}

function laneSlope(map: RoadMap, pose: Pose, road: RoadModel): number {
  return laneCentre(map, road, pose.lane, pose.sM) ? 0.5 * (map.edges.innerSlope + map.edges.outerSlope) : 0;
}

/** Nearest drivable lane at the pose's (s, t), for walkers also a footpath; any lane when the road has no such one. */
export function snapToLane(map: RoadMap, pose: Pose, road: RoadModel): void {
  nearestLane(road, pose.sM, pose.tM, true, map.near);
  if (pose.walks) nearerFootpath(road, pose.sM, pose.tM, map.near);
  if (map.near.lane === undefined) nearestLane(road, pose.sM, pose.tM, false, map.near);
  pose.lane = map.near.lane?.id ?? 0;
  pose.offsetM = map.near.lane === undefined ? pose.tM : map.near.offsetM;
}

/** Takes a footpath into `near` when the point is on it, or, between lanes, when its centre is nearer than what stands there. */
function nearerFootpath(road: RoadModel, sM: number, tM: number, near: NearLane): void {
  for (const sign of [-1, 1] as const) {
    const side = sign < 0 ? road.right : road.left;
    const away = sign * (tM - profileValue(road.laneOffset, sM));
    let inner = 0;
    for (const lane of side[sectionIndex(side, sM)]?.lanes ?? []) {
      const width = widthAt(lane, sM, inner);
      const distance = away < inner ? inner - away : away > inner + width ? away - inner - width : 0;
      if (width > 0 && (lane.type === "sidewalk" || lane.type === "walking") && near.distanceM > 0 && (distance === 0 || Math.abs(away - inner - 0.5 * width) < Math.abs(near.offsetM))) {
        near.lane = lane;
        near.distanceM = distance;
        near.offsetM = sign * (away - inner - 0.5 * width);
      }
      inner += width;
    }
  }
}

/** Changes the lane the pose counts by, without moving it. */
export function forceLane(map: RoadMap, pose: Pose, lane: number): void {
  if (pose.road === undefined) return;
  const centre = centreT(map, pose.road, lane, pose.sM);
  pose.lane = lane;
  pose.offsetM = pose.tM - (centre ?? 0);
}

/**
 * Height [m] of the lane the pose counts by, above the road's surface. Beside that lane its edge's height goes on, so a
 * walker that counts by the driving lane does not climb the kerb; esmini does the same.
 */
function laneHeight(map: RoadMap, pose: Pose, road: RoadModel): number {
  if (pose.lane === 0) return 0;
  const side = sideOf(road, pose.lane);
  const heights = laneIn(side[sectionIndex(side, pose.sM)], pose.lane)?.heights ?? [];
  let i = heights.length - 1;
  while (i > 0 && (heights[i] as (typeof heights)[0]).sM > pose.sM) i -= 1;
  const own = heights[i];
  if (own === undefined) return 0;
  const next = heights[i + 1];
  const along = next === undefined ? 0 : (pose.sM - own.sM) / (next.sM - own.sM);
  const width = laneWidth(map, road, pose.lane, pose.sM);
  const away = pose.lane < 0 ? -pose.offsetM : pose.offsetM;
  const share = width > 0 ? Math.min(1, Math.max(0, away / width + 0.5)) : 0;
  const inner = own.innerM + along * ((next?.innerM ?? 0) - own.innerM);
  const outer = own.outerM + along * ((next?.outerM ?? 0) - own.outerM);
  return inner + share * (outer - inner);
}

/** World part from the road part and the relative orientation; `slope`: dt/ds of the lane's centre. */
function evaluateRoad(map: RoadMap, pose: Pose, road: RoadModel, slope: number): void {
  const { point, surface } = map;
  evaluateReference(road, pose.sM, point);
  evaluateSurface(road, pose.sM, pose.tM, point.curvature, surface);
  pose.xM = point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading;
  pose.yM = point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading;
  pose.zM = surface.zM + pose.zRel + (road.hasHeights ? laneHeight(map, pose, road) : 0);
  pose.hRoad = point.headingRad;
  pose.twist = 0;
  if (road.superelevation.length > 0 && road.shape.length === 0 && road.crossfallLeft.length === 0 && road.crossfallRight.length === 0) {
    // On a banked road the reference line's own attitude, and what its twist adds beside it: so the heading is that of the
    // way driven, which leaves the reference line's where the bank grows.
    pose.pRoad = -atan(profileSlope(road.elevation, pose.sM));
    pose.rRoad = profileValue(road.superelevation, pose.sM);
    pose.twist = -pose.tM * profileSlope(road.superelevation, pose.sM);
  } else {
    pose.pRoad = surface.pitchRad;
    pose.rRoad = surface.rollRad;
  }
  pose.curvature = point.curvature;
  orient(map, pose, slope === 0 ? 0 : atan(slope));
}

/** Absolute orientation from the road's and the relative one. */
function orient(map: RoadMap, pose: Pose, laneHeading: number): void {
  const h = pose.hRel + laneHeading;
  if (pose.pRoad === 0 && pose.rRoad === 0 && pose.pRel === 0 && pose.rRel === 0 && pose.twist === 0) {
    pose.h = wrap2Pi(pose.hRoad + h);
    pose.p = 0;
    pose.r = 0;
    return;
  }
  rotationInto(map.roadMatrix, pose.hRoad, pose.pRoad, pose.rRoad);
  rotationInto(map.relativeMatrix, h, pose.pRel + (pose.twist === 0 ? 0 : cos(pose.hRel) * atan(pose.twist)), pose.rRel);
  multiplyInto(map.matrix, map.roadMatrix, map.relativeMatrix, false);
  eulerInto(map.euler, map.matrix);
  pose.h = wrap2Pi(map.euler[0] as number);
  pose.p = map.euler[1] as number;
  pose.r = map.euler[2] as number;
}

/** Evaluates the orientation again after a change of the relative one. */
export function reorient(map: RoadMap, pose: Pose): void {
  if (pose.road === undefined) {
    pose.h = wrap2Pi(pose.hRel);
    return;
  }
  const slope = laneSlope(map, pose, pose.road);
  orient(map, pose, slope === 0 ? 0 : atan(slope));
}

/** Sets the relative heading; `alongTravel`: measured from the direction along the road the actor already faces. */
export function setRelativeHeading(map: RoadMap, pose: Pose, heading: number, alongTravel: boolean): void {
  const backwards = alongTravel && pose.hRel > Math.PI / 2 && pose.hRel < 1.5 * Math.PI;
  pose.hRel = wrap2Pi(backwards ? heading + Math.PI : heading);
  reorient(map, pose);
}

/** Sets absolute angles; undefined keeps lying on the road with the present relative angle. */
export function setOrientation(map: RoadMap, pose: Pose, h: number | undefined, p: number | undefined, r: number | undefined): void {
  reorient(map, pose);
  if (h === undefined && p === undefined && r === undefined) return;
  // Heading alone on a banked or sloped road turns about the road's normal; pitch and roll given replace the road's.
  const slope = pose.road === undefined ? 0 : laneSlope(map, pose, pose.road);
  const laneHeading = slope === 0 ? 0 : atan(slope);
  if (h !== undefined) {
    pose.hRel = wrap2Pi(angleDifference(h, pose.hRoad + laneHeading));
    orient(map, pose, laneHeading);
    if (p !== undefined || r !== undefined) pose.h = wrap2Pi(h);
  }
  if (p !== undefined) pose.p = wrapAngle(p);
  if (r !== undefined) pose.r = wrapAngle(r);
  if (p === undefined && r === undefined) return;
  rotationInto(map.roadMatrix, pose.hRoad + laneHeading, pose.pRoad, pose.rRoad);
  rotationInto(map.matrix, pose.h, pose.p, pose.r);
  multiplyInto(map.relativeMatrix, map.roadMatrix, map.matrix, true);
  eulerInto(map.euler, map.relativeMatrix);
  pose.hRel = wrap2Pi(map.euler[0] as number);
  pose.pRel = map.euler[1] as number;
  pose.rRel = map.euler[2] as number;
}

/**
 * Puts the pose at a world point and finds its road. `z` undefined: on the road (its relative height stays 0). Angles
 * undefined: as they were relative to the road.
 */
export function setWorld(map: RoadMap, pose: Pose, x: number, y: number, z: number | undefined, h: number | undefined, p: number | undefined, r: number | undefined): void {
  locate(map, pose, x, y, h ?? pose.h);
  pose.xM = x;
  pose.yM = y;
  if (z !== undefined) {
    pose.zRel = pose.road === undefined ? 0 : z - (pose.zM - pose.zRel);
    pose.zM = z;
  }
  setOrientation(map, pose, h, p, r);
}

/**
 * As `setWorld` with a heading only, but finds nothing beyond the road part (road, lane, s, t, relative heading): a third of
 * the work, for whoever measures along roads. The world part is left as it was.
 */
export function setRoadPart(map: RoadMap, pose: Pose, x: number, y: number, h: number): void {
  const found = map.model.roads.length === 0 ? undefined : map.network.locate(x, y, pose.road === undefined ? { headingRad: h } : { hint: { road: pose.road.id, lane: pose.lane, sM: pose.sM, offsetM: pose.offsetM }, headingRad: h });
  const road = found === undefined ? pose.road : map.model.roadById.get(found.road);
  if (found === undefined || road === undefined) {
    setWorld(map, pose, x, y, undefined, h, undefined, undefined);
    return;
  }
  const s = found.sM < 0 ? 0 : found.sM > road.lengthM ? road.lengthM : found.sM;
  pose.road = road;
  pose.sM = s;
  pose.tM = found.tM;
  snapToLane(map, pose, road);
  evaluateReference(road, s, map.point);
  const slope = laneSlope(map, pose, road);
  pose.hRel = wrap2Pi(angleDifference(h, map.point.headingRad + (slope === 0 ? 0 : atan(slope))));
}

function locate(map: RoadMap, pose: Pose, x: number, y: number, headingRad: number): void {
  if (map.model.roads.length === 0) {
    pose.road = undefined;
    pose.hRoad = pose.pRoad = pose.rRoad = 0;
    pose.hRel = pose.h;
    return;
  }
  const hint: LanePosition | undefined = pose.road === undefined ? undefined : { road: pose.road.id, lane: pose.lane, sM: pose.sM, offsetM: pose.offsetM };
  const found = map.network.locate(x, y, hint === undefined ? { headingRad } : { hint, headingRad });
  const road = found === undefined ? undefined : map.model.roadById.get(found.road);
  if (found === undefined || road === undefined) return;
  setTrack(map, pose, road, found.sM, found.tM);
}

/** The lane reached when moving from `fromS` to `toS` along one road, section by section; 0 stays 0. */
export function laneAcross(map: RoadMap, road: RoadModel, lane: number, fromS: number, toS: number): number {
  if (lane === 0) return 0;
  const side = sideOf(road, lane);
  let i = sectionIndex(side, fromS);
  const end = sectionIndex(side, toS);
  let id = lane;
  while (i !== end) {
    const here = laneIn(side[i], id);
    const next = i < end ? here?.successor : here?.predecessor;
    i += i < end ? 1 : -1;
    const target = next === undefined ? undefined : laneIn(side[i], next);
    if (target !== undefined && (isDrivable(target.type) || !isDrivable(here?.type ?? ""))) {
      id = target.id;
      continue;
    }
    // The lane ends here: take the nearest drivable one beside it.
    const centre = here === undefined ? undefined : centreT(map, road, id, i < end ? (side[i - 1]?.sEndM ?? toS) - 1e-9 : (side[i + 1]?.sStartM ?? toS));
    nearestLane(road, side[i]?.sStartM ?? toS, centre ?? 0, true, map.near);
    id = map.near.lane?.id ?? id;
    if (Math.sign(id) !== Math.sign(lane)) return id;
  }
  return id;
}
