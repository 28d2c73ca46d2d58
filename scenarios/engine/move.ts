/**
 * Moving along the road network: by a distance along the present heading, over road ends and through junctions. Where a
 * junction offers several ways, an assigned route decides, else the way that turns least (or nearest to a wished angle).
 * The reading of "default motion" is esmini's; `scenarios/README.md` says where the standard leaves it open.
 */
import { evaluateReference } from "../../fleet-core/road/reference-line.ts";
import type { JunctionConnection, RoadLink, RoadModel } from "../../fleet-core/road/model.ts";
import { laneIn, sideOf } from "../../fleet-core/road/lanes.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { absAngleDifference, angleDifference, isForward, wrap2Pi } from "./angles.ts";
import { drivesAlongS, laneAcross, setLane, setTrack, type Pose, type RoadMap } from "./pose.ts";
import { SMALL } from "./angles.ts";

/** How a junction is passed. */
export interface Choice {
  /** Roads of an assigned route, in order; undefined: none. */
  readonly route: readonly string[] | undefined;
  /** Wished turn [rad] in [0, 2π); undefined: at random. */
  readonly angle: number | undefined;
  readonly rng: Rng | undefined;
}

export const STRAIGHT: Choice = { route: undefined, angle: 0, rng: undefined };

export type MoveResult = "moved" | "end-of-road" | "blocked";

/** What a length along the actor's own path is along the reference line: longer on the inside of a bend. */
export function alongReference(pose: Pose, lengthM: number): number {
  const stretch = 1 - pose.curvature * pose.tM;
  return pose.curvature === 0 || stretch < SMALL ? lengthM : lengthM / stretch;
}

export type Direction = "heading" | "road" | "lane";

const MAX_LINKS = 8;

/**
 * Moves by `lengthM` (negative: backwards) along the heading, along +s, or along the lane's driving direction. `actual`:
 * the length is measured on the actor's path, else along the reference line. `sideM` is added to the lane offset.
 */
export function moveAlong(map: RoadMap, pose: Pose, lengthM: number, direction: Direction, actual: boolean, choice: Choice, sideM = 0): MoveResult {
  const start = pose.road;
  if (start === undefined) return "blocked";
  let ds = actual ? alongReference(pose, lengthM) : lengthM;
  if (direction === "heading") ds = isForward(pose.hRel) ? ds : -ds;
  else if (direction === "lane") ds = drivesAlongS(start, pose.lane) ? ds : -ds;
  let side = sideM;
  for (let i = 0; i < MAX_LINKS; i += 1) {
    const road = pose.road as RoadModel;
    const target = pose.sM + ds;
    const over = target > road.lengthM ? 1 : target < 0 ? -1 : 0;
    if (over === 0) return stepOnRoad(map, pose, road, target, side) ? "moved" : "blocked";
    const end = over > 0 ? road.lengthM : 0;
    const rest = over > 0 ? target - road.lengthM : target;
    const lane = laneAcross(map, road, pose.lane, pose.sM, end);
    if (lane !== pose.lane) setLane(map, pose, road, lane, end, pose.offsetM);
    const contact = enterNext(map, pose, over > 0 ? road.successor : road.predecessor, over > 0, choice);
    if (contact === undefined) {
      setLane(map, pose, road, pose.lane, end, pose.offsetM);
      pose.endOfRoad = true;
      return "end-of-road";
    }
    ds = contact === "end" ? -Math.abs(rest) : Math.abs(rest);
    side = contact === "end" ? -sideM : sideM;
  }
  return "moved";
}

function stepOnRoad(map: RoadMap, pose: Pose, road: RoadModel, s: number, side: number): boolean {
  const lane = laneAcross(map, road, pose.lane, pose.sM, s);
  // A lane that ends beside the opposite direction is no way to go on.
  if (lane !== 0 && pose.lane !== 0 && Math.sign(lane) !== Math.sign(pose.lane)) return false;
  const found = setLane(map, pose, road, lane, s, lane === pose.lane ? pose.offsetM + side : 0);
  // The edges are those setLane has just found.
  if (lane !== 0 && (found ? Math.abs(map.edges.outerT - map.edges.innerT) : 0) < SMALL) {
    // The lane has narrowed to nothing: over to the nearest one that has room.
    const own = pose.hRel;
    setTrack(map, pose, road, s, pose.tM);
    pose.hRel = own;
    setLane(map, pose, road, pose.lane, s, 0);
  }
  return true;
}

/** Puts the pose at the touching end of the next road; undefined when there is none. `atEnd`: leaving at the road's end. */
function enterNext(map: RoadMap, pose: Pose, link: RoadLink | undefined, atEnd: boolean, choice: Choice): "start" | "end" | undefined {
  const road = pose.road as RoadModel;
  if (link === undefined) return undefined;
  if (link.kind === "junction") {
    const way = chooseConnection(map, pose, road, link.id, choice);
    const next = way === undefined ? undefined : map.model.roadById.get(way.connection.connectingRoad);
    if (way === undefined || next === undefined) return undefined;
    enter(map, pose, next, way.lane, way.connection.contact, atEnd);
    return way.connection.contact;
  }
  const next = map.model.roadById.get(link.id);
  if (next === undefined || link.contact === undefined) return undefined;
  const side = sideOf(road, pose.lane);
  const here = laneIn(side[atEnd ? side.length - 1 : 0], pose.lane);
  const lane = pose.lane === 0 ? 0 : atEnd ? here?.successor : here?.predecessor;
  if (lane !== undefined) enter(map, pose, next, lane, link.contact, atEnd);
  else {
    // No link for this lane: on to the nearest lane of the next road, in its middle.
    const turned = (link.contact === "end") === atEnd;
    if (turned) pose.hRel = wrap2Pi(pose.hRel + Math.PI);
    const s = link.contact === "start" ? 0 : next.lengthM;
    setTrack(map, pose, next, s, turned ? -pose.tM : pose.tM);
    setLane(map, pose, next, pose.lane, s, 0);
  }
  return link.contact;
}

function enter(map: RoadMap, pose: Pose, next: RoadModel, lane: number, contact: "start" | "end", atEnd: boolean): void {
  const turned = (contact === "end") === atEnd;
  const offset = turned ? -pose.offsetM : pose.offsetM;
  if (turned) pose.hRel = wrap2Pi(pose.hRel + Math.PI);
  setLane(map, pose, next, lane, contact === "start" ? 0 : next.lengthM, offset);
}

interface Way {
  readonly connection: JunctionConnection;
  readonly lane: number;
}

/** Road at the far end of a connecting road that is entered at `contact`. */
export function farRoad(map: RoadMap, connection: JunctionConnection): string | undefined {
  const road = map.model.roadById.get(connection.connectingRoad);
  if (road === undefined) return undefined;
  if (road.junction === undefined) return road.id;
  const link = connection.contact === "start" ? road.successor : road.predecessor;
  return link?.kind === "road" ? link.id : undefined;
}

function chooseConnection(map: RoadMap, pose: Pose, road: RoadModel, junction: string, choice: Choice): Way | undefined {
  const ways: Way[] = [];
  for (const connection of map.model.junctions.get(junction)?.connections ?? []) {
    if (connection.incomingRoad !== road.id) continue;
    const laneLink = connection.laneLinks.find((l) => l.from === pose.lane);
    if (laneLink !== undefined) ways.push({ connection, lane: laneLink.to });
  }
  if (ways.length < 2) return ways[0];
  if (choice.route !== undefined) {
    const at = choice.route.lastIndexOf(road.id);
    const ahead = at < 0 ? [] : choice.route.slice(at + 1);
    const direct = ways.find((w) => w.connection.connectingRoad === ahead[0]);
    if (direct !== undefined) return direct;
    const wanted = ahead.find((id) => map.model.roadById.get(id)?.junction === undefined);
    return ways.find((w) => wanted !== undefined && farRoad(map, w.connection) === wanted) ?? ways[0];
  }
  if (choice.angle === undefined) return choice.rng === undefined ? ways[0] : ways[choice.rng.below(ways.length)];
  let best = ways[0];
  let bestDifference = Infinity;
  const from = pose.hRoad + (drivesAlongS(road, pose.lane) ? 0 : Math.PI);
  for (const way of ways) {
    const next = map.model.roadById.get(way.connection.connectingRoad);
    if (next === undefined) continue;
    const start = way.connection.contact === "start";
    evaluateReference(next, start ? next.lengthM : 0, map.point);
    const out = map.point.headingRad + (start ? 0 : Math.PI);
    const difference = absAngleDifference(angleDifference(out, from), choice.angle);
    // Of ways that turn equally much the last one listed is taken.
    if (difference < bestDifference + SMALL) {
      bestDifference = Math.min(difference, bestDifference);
      best = way;
    }
  }
  return best;
}
