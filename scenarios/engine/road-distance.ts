/**
 * Distance between two places along the road network: the shortest way over road links and junctions, whichever lane.
 * Ways between road ends never change, so each pair of roads is searched once per player and remembered (bounded).
 */
import type { RoadLink, RoadModel } from "../../fleet-core/road/model.ts";
import { laneIn, sideOf } from "../../fleet-core/road/lanes.ts";
import { isForward } from "./angles.ts";
import { drivesAlongS, laneAcross, type Pose, type RoadMap } from "./pose.ts";

export interface RoadDifference {
  /** Along the road, positive ahead of the first place's heading. */
  dsM: number;
  /** Sideways, in the first place's road direction. */
  dtM: number;
  /** Lanes between, not counting the centre line. */
  dLane: number;
  opposite: boolean;
  /** Both look the same way along the road. */
  sameDirection: boolean;
}

export const createDifference = (): RoadDifference => ({ dsM: 0, dtM: 0, dLane: 0, opposite: false, sameDirection: true });

type End = "start" | "end";

interface Leg {
  readonly road: RoadModel;
  /** End at which this road is entered. */
  readonly entry: End;
}

/** A way from one end of a road to the entry of another: length between, and the roads in order, the target last. */
interface Way {
  readonly lengthM: number;
  readonly legs: readonly Leg[];
}

export interface RoadDistances {
  /** False when no way is found within `maxM`. `forwardOnly`: only ahead of the first place's heading. */
  between(a: Pose, b: Pose, out: RoadDifference, forwardOnly?: boolean): boolean;
}

const CACHE_MAX = 4096;
const VISITS_MAX = 2000;

/** Roads reached over one end of a road. */
export function neighbours(map: RoadMap, road: RoadModel, end: End): readonly Leg[] {
  const link: RoadLink | undefined = end === "end" ? road.successor : road.predecessor;
  if (link === undefined) return [];
  if (link.kind === "road") {
    const next = map.model.roadById.get(link.id);
    return next === undefined || link.contact === undefined ? [] : [{ road: next, entry: link.contact }];
  }
  const legs: Leg[] = [];
  const seen = new Set<string>();
  for (const connection of map.model.junctions.get(link.id)?.connections ?? []) {
    if (connection.incomingRoad !== road.id || seen.has(connection.connectingRoad)) continue;
    seen.add(connection.connectingRoad);
    const next = map.model.roadById.get(connection.connectingRoad);
    if (next !== undefined) legs.push({ road: next, entry: connection.contact });
  }
  return legs;
}

export function createRoadDistances(map: RoadMap): RoadDistances {
  const cache = new Map<string, Way | undefined>();

  function way(from: RoadModel, exit: End, to: RoadModel, entry: End): Way | undefined {
    const key = `${from.index}${exit === "end" ? ">" : "<"}${to.index}${entry === "end" ? "<" : ">"}`;
    if (cache.has(key)) return cache.get(key);
    if (cache.size >= CACHE_MAX) cache.clear();
    const found = search(from, exit, to, entry);
    cache.set(key, found);
    return found;
  }

  function search(from: RoadModel, exit: End, to: RoadModel, entry: End): Way | undefined {
    interface Open {
      readonly leg: Leg;
      readonly lengthM: number;
      readonly previous: Open | undefined;
    }
    const open: Open[] = neighbours(map, from, exit).map((leg) => ({ leg, lengthM: 0, previous: undefined }));
    const done = new Set<string>();
    for (let visits = 0; visits < VISITS_MAX && open.length > 0; visits += 1) {
      let best = 0;
      for (let i = 1; i < open.length; i += 1) if ((open[i] as Open).lengthM < (open[best] as Open).lengthM) best = i;
      const here = open.splice(best, 1)[0] as Open;
      const key = `${here.leg.road.index}${here.leg.entry}`;
      if (done.has(key)) continue;
      done.add(key);
      if (here.leg.road === to && here.leg.entry === entry) {
        const legs: Leg[] = [];
        for (let o: Open | undefined = here; o !== undefined; o = o.previous) legs.unshift(o.leg);
        return { lengthM: here.lengthM, legs };
      }
      const lengthM = here.lengthM + here.leg.road.lengthM;
      for (const leg of neighbours(map, here.leg.road, here.leg.entry === "start" ? "end" : "start")) open.push({ leg, lengthM, previous: here });
    }
    return undefined;
  }

  /** Lane on the last road of the way that the first one's lane leads to; 0 when it leads nowhere. */
  function follow(a: Pose, from: RoadModel, exit: End, w: Way, toS: number): number {
    let road = from;
    let lane = laneAcross(map, road, a.lane, a.sM, exit === "end" ? road.lengthM : 0);
    let out = exit;
    for (const leg of w.legs) {
      lane = nextLane(road, lane, out, leg);
      if (lane === 0) return 0;
      road = leg.road;
      const entryS = leg.entry === "start" ? 0 : road.lengthM;
      const last = leg === w.legs[w.legs.length - 1];
      out = leg.entry === "start" ? "end" : "start";
      lane = laneAcross(map, road, lane, entryS, last ? toS : out === "end" ? road.lengthM : 0);
    }
    return lane;
  }

  function nextLane(road: RoadModel, lane: number, exit: End, leg: Leg): number {
    const link = exit === "end" ? road.successor : road.predecessor;
    if (link?.kind === "junction") {
      for (const c of map.model.junctions.get(link.id)?.connections ?? []) {
        if (c.incomingRoad === road.id && c.connectingRoad === leg.road.id) {
          const found = c.laneLinks.find((l) => l.from === lane);
          if (found !== undefined) return found.to;
        }
      }
      return 0;
    }
    const side = sideOf(road, lane);
    const own = laneIn(side[exit === "end" ? side.length - 1 : 0], lane);
    return (exit === "end" ? own?.successor : own?.predecessor) ?? 0;
  }

  function finish(a: Pose, b: Pose, laneA: number, forwardA: boolean, out: RoadDifference): void {
    const forwardB = isForward(b.hRel);
    out.sameDirection = forwardA === forwardB;
    let d = b.lane - laneA;
    out.opposite = b.lane < 0 !== laneA < 0;
    if (out.opposite) d = (Math.abs(d) - 1) * (d < 0 ? -1 : 1);
    out.dLane = d;
    out.dtM = laneA < 0 === a.lane < 0 ? b.tM - a.tM : b.tM + a.tM;
  }

  return {
    between(a, b, out, forwardOnly = false) {
      const from = a.road;
      const to = b.road;
      if (from === undefined || to === undefined) return false;
      const forward = isForward(a.hRel);
      if (from === to) {
        out.dsM = forward ? b.sM - a.sM : a.sM - b.sM;
        finish(a, b, laneAcross(map, from, a.lane, a.sM, b.sM), forward, out);
        return true;
      }
      let best: Way | undefined;
      let bestLength = Infinity;
      let bestExit: End = "end";
      let bestEntry: End = "start";
      for (const exit of ["start", "end"] as const) {
        if (forwardOnly && (exit === "end") !== forward) continue;
        const toExit = exit === "end" ? from.lengthM - a.sM : a.sM;
        for (const entry of ["start", "end"] as const) {
          const w = way(from, exit, to, entry);
          if (w === undefined) continue;
          const length = toExit + w.lengthM + (entry === "start" ? b.sM : to.lengthM - b.sM);
          if (length < bestLength) {
            best = w;
            bestLength = length;
            bestExit = exit;
            bestEntry = entry;
          }
        }
      }
      if (best === undefined) return false;
      out.dsM = (bestExit === "end") === forward ? bestLength : -bestLength;
      const lane = follow(a, from, bestExit, best, b.sM);
      // Entered at its start, the target road is seen along +s. A way behind reverses what ahead means.
      finish(a, b, lane === 0 ? (drivesAlongS(to, b.lane) === (bestEntry === "start") ? b.lane : -b.lane) : lane, (bestEntry === "start") === (out.dsM >= 0), out);
      return true;
    },
  };
}
