/**
 * Assigned routes: waypoints joined by the shortest way over the road network, as a list of roads with the direction they
 * are driven. Decides turns at junctions and measures a place along the route. Never moves anybody.
 */
import type { RoadModel } from "../../fleet-core/road/model.ts";
import { isForward } from "./angles.ts";
import { drivesAlongS, type Pose, type RoadMap } from "./pose.ts";
import { neighbours } from "./road-distance.ts";

export interface RouteLeg {
  readonly road: RoadModel;
  /** Driven towards +s. */
  readonly forward: boolean;
  /** s at which the route enters and leaves this road. */
  readonly fromS: number;
  readonly toS: number;
  /** Route length at `fromS`. */
  readonly startM: number;
}

export interface ActiveRoute {
  readonly legs: readonly RouteLeg[];
  readonly roads: readonly string[];
  readonly lengthM: number;
}

interface Step {
  readonly road: RoadModel;
  readonly forward: boolean;
}

const VISITS_MAX = 4000;

/** Shortest sequence of roads from one place to another; the start road may be left forwards or backwards as `way` says. */
function roadsBetween(map: RoadMap, from: Pose, to: Pose, way: boolean | undefined): readonly Step[] | undefined {
  const start = from.road;
  const goal = to.road;
  if (start === undefined || goal === undefined) return undefined;
  if (start === goal && (way === undefined || way === to.sM >= from.sM)) return [{ road: start, forward: to.sM >= from.sM }];
  interface Open extends Step {
    readonly lengthM: number;
    readonly previous: Open | undefined;
  }
  const open: Open[] = [];
  for (const forward of way === undefined ? [true, false] : [way]) open.push({ road: start, forward, lengthM: forward ? start.lengthM - from.sM : from.sM, previous: undefined });
  const done = new Set<string>();
  for (let visits = 0; visits < VISITS_MAX && open.length > 0; visits += 1) {
    let best = 0;
    for (let i = 1; i < open.length; i += 1) if ((open[i] as Open).lengthM < (open[best] as Open).lengthM) best = i;
    const here = open.splice(best, 1)[0] as Open;
    const key = `${here.road.index}${here.forward ? "+" : "-"}`;
    if (done.has(key)) continue;
    done.add(key);
    if (here.road === goal && here.previous !== undefined) {
      const steps: Step[] = [];
      for (let o: Open | undefined = here; o !== undefined; o = o.previous) steps.unshift({ road: o.road, forward: o.forward });
      return steps;
    }
    for (const leg of neighbours(map, here.road, here.forward ? "end" : "start")) {
      const forward = leg.entry === "start";
      open.push({ road: leg.road, forward, lengthM: here.lengthM + leg.road.lengthM, previous: here });
    }
  }
  return undefined;
}

/** Joins waypoints; undefined when two of them are not connected. The first direction is that of the first waypoint's lane. */
export function createRoute(map: RoadMap, waypoints: readonly Pose[]): ActiveRoute | undefined {
  const steps: Step[] = [];
  const stops: { readonly s: number; readonly step: number }[] = [];
  const first = waypoints[0];
  if (first?.road === undefined) return undefined;
  // A route starts in the direction the lane is driven or the pose looks, when a way exists there at all.
  let way: boolean | undefined = first.hRel === 0 ? drivesAlongS(first.road, first.lane) : isForward(first.hRel);
  for (let i = 1; i < waypoints.length; i += 1) {
    const from = waypoints[i - 1] as Pose;
    const to = waypoints[i] as Pose;
    const found: readonly Step[] | undefined = roadsBetween(map, from, to, way) ?? roadsBetween(map, from, to, undefined);
    if (found === undefined) return undefined;
    for (const step of found) {
      const last = steps[steps.length - 1];
      if (last !== undefined && last.road === step.road && last.forward === step.forward) continue;
      steps.push(step);
    }
    way = found[found.length - 1]?.forward;
    stops.push({ s: to.sM, step: steps.length - 1 });
  }
  const legs: RouteLeg[] = [];
  let startM = 0;
  steps.forEach((step, i) => {
    const fromS = i === 0 ? first.sM : step.forward ? 0 : step.road.lengthM;
    const toS = i === steps.length - 1 ? (stops[stops.length - 1]?.s ?? fromS) : step.forward ? step.road.lengthM : 0;
    legs.push({ ...step, fromS, toS, startM });
    startM += Math.abs(toS - fromS);
  });
  return { legs, roads: legs.map((l) => l.road.id), lengthM: startM };
}

/** Road, s and direction at a length along the route; held at its ends. */
export function placeOnRoute(route: ActiveRoute, atM: number): { readonly leg: RouteLeg; readonly sM: number } | undefined {
  for (let i = route.legs.length - 1; i >= 0; i -= 1) {
    const leg = route.legs[i] as RouteLeg;
    if (atM < leg.startM && i > 0) continue;
    const along = Math.max(0, Math.min(atM - leg.startM, Math.abs(leg.toS - leg.fromS)));
    return { leg, sM: leg.forward ? leg.fromS + along : leg.fromS - along };
  }
  return undefined;
}

/** Length along the route of a place on it; undefined when its road is not part of it. */
export function lengthOnRoute(route: ActiveRoute, pose: Pose): number | undefined {
  const leg = route.legs.find((l) => l.road === pose.road);
  return leg === undefined ? undefined : leg.startM + (leg.forward ? pose.sM - leg.fromS : leg.fromS - pose.sM);
}
