/** An entity during one play: its pose, motion and what drives it. Plain data, owned by the player and changed in place. */
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { Controller, Entity } from "../schema/model.ts";
import type { ActorState } from "../types.ts";
import { LARGE } from "./angles.ts";
import { createPose, type Pose } from "./pose.ts";
import type { ActiveRoute } from "./route.ts";
import type { ActiveTrajectory } from "./trajectory.ts";
import { fromRefpoint, vendorTraits, type VendorTraits } from "./vendor.ts";

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
  /** A driver model chooses its speed. */
  driven: boolean;
  /** What the storyboard asks of an external or driven actor. */
  requestedSpeed: number;
  /** State given from outside for the end of the next step; `given`: not yet taken. */
  readonly outside: ActorState;
  given: boolean;
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
  /** Rear axle of a vehicle whose reference point lies elsewhere (`traits.refpointM`). */
  rearX: number;
  rearY: number;
  readonly traits: VendorTraits;
  trailer: Actor | undefined;
  tow: Actor | undefined;
  readonly controllers: Controller[];
  visible: { graphics: boolean; sensors: boolean; traffic: boolean };
}

/** Entities that state no performance move without limits. */
export function createActor(index: number, entity: Entity): Actor {
  const traits = vendorTraits(entity);
  const model = fromRefpoint(entity, traits);
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
    driven: false,
    outside: { xM: 0, yM: 0, zM: 0, headingRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, accelMps2: 0 },
    given: false,
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
    rearX: -traits.refpointM,
    rearY: 0,
    traits,
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

/** Velocity [m/s] across its heading, to the left. */
export const lateralSpeed = (actor: Actor): number => actor.velY * cos(actor.pose.h) - actor.velX * sin(actor.pose.h);
