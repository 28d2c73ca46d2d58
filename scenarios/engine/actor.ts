/** An entity during one play: its pose, motion and what drives it. Plain data, owned by the player and changed in place. */
import type { Controller, Entity } from "../schema/model.ts";
import { LARGE } from "./angles.ts";
import { createPose, type Pose } from "./pose.ts";
import type { ActiveRoute } from "./route.ts";
import type { ActiveTrajectory } from "./trajectory.ts";

export interface Actor {
  readonly index: number;
  readonly name: string;
  readonly model: Entity;
  readonly pose: Pose;
  speed: number;
  velX: number;
  velY: number;
  velZ: number;
  accX: number;
  accY: number;
  accZ: number;
  /** Path length since it appeared. */
  odometer: number;
  /** In the scene. */
  active: boolean;
  /** Moved from outside. */
  external: boolean;
  /** What the storyboard asks of an external actor. */
  requestedSpeed: number;
  // What happened in the present step.
  movedAlong: boolean;
  movedSideways: boolean;
  speedSet: boolean;
  teleported: boolean;
  /** Seconds at which it came to the end of a road, left the road, stood still; -1: it has not. */
  endOfRoadSince: number;
  offRoadSince: number;
  standStillSince: number;
  oldX: number;
  oldY: number;
  oldZ: number;
  oldVelX: number;
  oldVelY: number;
  oldVelZ: number;
  maxSpeed: number;
  maxAcceleration: number;
  maxDeceleration: number;
  route: ActiveRoute | undefined;
  trajectory: ActiveTrajectory | undefined;
  /** Wished turn at junctions; undefined: random. */
  turn: number | undefined;
  trailer: Actor | undefined;
  tow: Actor | undefined;
  readonly controllers: Controller[];
  visible: { graphics: boolean; sensors: boolean; traffic: boolean };
}

/** Entities that state no performance move without limits. */
export function createActor(index: number, model: Entity): Actor {
  const p = model.performance;
  const limit = (x: number | undefined): number => (x === undefined || !(x < LARGE) ? LARGE : x);
  return {
    index,
    name: model.name,
    model,
    pose: { ...createPose(), walks: model.kind === "pedestrian" },
    speed: 0,
    velX: 0,
    velY: 0,
    velZ: 0,
    accX: 0,
    accY: 0,
    accZ: 0,
    odometer: 0,
    active: false,
    external: false,
    requestedSpeed: 0,
    movedAlong: false,
    movedSideways: false,
    speedSet: false,
    teleported: false,
    endOfRoadSince: -1,
    offRoadSince: -1,
    standStillSince: -1,
    oldX: 0,
    oldY: 0,
    oldZ: 0,
    oldVelX: 0,
    oldVelY: 0,
    oldVelZ: 0,
    maxSpeed: limit(p?.maxSpeed),
    maxAcceleration: limit(p?.maxAcceleration),
    maxDeceleration: limit(p?.maxDeceleration),
    route: undefined,
    trajectory: undefined,
    turn: 0,
    trailer: undefined,
    tow: undefined,
    controllers: [...model.controllers],
    visible: { graphics: true, sensors: true, traffic: true },
  };
}

export function setSpeed(actor: Actor, speed: number): void {
  actor.speed = speed;
  actor.speedSet = true;
}
