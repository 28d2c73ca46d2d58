/**
 * One step towards the line at a sideways distance beside another entity, parallel to its heading. Without limits the line
 * is reached at once; with a limit on the acceleration the actor steers onto it in arcs no tighter than that allows. Plain
 * geometry, away from any road.
 */
import { acos, atan2, cos, sin } from "../../../fleet-core/kernel/math/index.ts";
import type { Actor } from "../actor.ts";
import { angleDifference, LARGE, limitAbs, signOf, SMALL, wrap2Pi } from "../angles.ts";
import { setWorld, type RoadMap } from "../pose.ts";

export interface BesideLimits {
  readonly maxAcceleration: number;
  readonly maxSpeed: number;
  readonly dtS: number;
}

const RADIUS_MIN_M = 0.5;
/** Beyond this an acceleration limit is none [m/s²]. */
const ACCELERATION_MAX = 1000;
/** The acceleration peaks in mid-turn at this many times that of a circle. */
const PEAK = 1.5;

/** Moves the actor; the distance [m] from the line that it had before. `wantedM` > 0: to the other's left. */
export function goBeside(map: RoadMap, actor: Actor, other: Actor, wantedM: number, limits: BesideLimits): number {
  const { pose } = actor;
  const { maxAcceleration, maxSpeed, dtS } = limits;
  const axis = other.pose.h;
  const ax = cos(axis);
  const ay = sin(axis);
  /** To the left of the line. */
  const off = (pose.yM - other.pose.yM) * ax - (pose.xM - other.pose.xM) * ay - wantedM;
  const distance = Math.abs(off);
  const step = actor.speed * dtS;
  const put = (along: number, across: number, heading: number): void => setWorld(map, pose, pose.xM + along * ax - across * ay, pose.yM + along * ay + across * ax, undefined, wrap2Pi(heading), undefined, undefined);

  if (maxAcceleration >= LARGE) {
    const across = maxSpeed >= LARGE ? distance : Math.min(distance, Math.abs(step), maxSpeed * dtS);
    const way = Math.abs(step);
    // At once, the way across counts as driven; at a speed, the two make up the way.
    const along = maxSpeed >= LARGE ? Math.max(0, way - across) : Math.sqrt(Math.max(0, way * way - across * across));
    put(signOf(step) * along, -signOf(off) * across, axis);
    return distance;
  }
  if (distance < SMALL) {
    put(step, 0, axis);
    return distance;
  }
  const radius = Math.max(RADIUS_MIN_M, (PEAK * actor.speed * actor.speed) / Math.min(Math.abs(maxAcceleration), ACCELERATION_MAX));
  if (distance < step / 2 - SMALL && step / 2 > radius - SMALL) {
    // So near that this step reaches the line.
    const along = Math.sqrt(step * step - distance * distance);
    put(along, -off, axis + atan2(-off, along));
    return distance;
  }
  const turnMax = Math.min(Math.abs((actor.speed / radius) * dtS) * PEAK, Math.PI - SMALL);
  const across = angleDifference(axis - signOf(off) * (Math.PI / 2), pose.h);
  let turn = across;
  if (distance <= radius - SMALL) {
    // Within the turn: between straight at the line and along it, the more along the nearer.
    const share = step / radius;
    const angle = Math.max(acos(1 - distance / radius), share / 2);
    const w = (2 * angle - share / 2) / Math.PI;
    const smooth = w * w * (3 - 2 * w);
    turn = smooth * across + (1 - smooth) * angleDifference(axis, pose.h);
  }
  const heading = pose.h + limitAbs(turn, turnMax);
  put(step * cos(heading - axis), step * sin(heading - axis), heading);
  return distance;
}
