/**
 * One thing in the world, as everybody in the twin sees it: sensors, collision check, recording, page. Poses are those at
 * the end of the last tick, map frame ENU. The run owns these objects and changes them in place.
 */
import type { ActorBox } from "../../scenarios/types.ts";
import { sincos } from "../../fleet-core/kernel/math/index.ts";
import type { VisibleBody } from "../sensors/types.ts";
import type { SolidBox } from "../physics/types.ts";

export interface BodyPose {
  xM: number;
  yM: number;
  zM: number;
  yawRad: number;
  pitchRad: number;
  rollRad: number;
  speedMps: number;
  lateralMps: number;
  accelMps2: number;
  steerRad: number;
}

export interface Body extends VisibleBody, SolidBox {
  readonly id: string;
  readonly serial: number;
  readonly kind: "vehicle" | "pedestrian" | "object";
  readonly driven: "agent" | "scenario";
  readonly model: string;
  readonly colour: string;
  readonly profile: string | undefined;
  readonly box: ActorBox;
  readonly massKg: number;
  /** Box centre. */
  xM: number;
  yM: number;
  zM: number;
  yawRad: number;
  cosYaw: number;
  sinYaw: number;
  vxMps: number;
  vyMps: number;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  /** Pose of the entity's own origin (vehicles: mid rear axle on the ground). An agent's vehicle shows its backend's state here. */
  readonly pose: BodyPose;
  flags: number;
  collided: boolean;
}

export type BodySpec = Pick<Body, "id" | "kind" | "driven" | "model" | "colour" | "profile" | "box" | "massKg">;

export const createPose = (): BodyPose => ({ xM: 0, yM: 0, zM: 0, yawRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, lateralMps: 0, accelMps2: 0, steerRad: 0 });

/** `serial`: see VisibleBody. */
export function createBody(spec: BodySpec, serial: number, pose: BodyPose = createPose()): Body {
  return {
    ...spec,
    serial,
    lengthM: spec.box.lengthM,
    widthM: spec.box.widthM,
    heightM: spec.box.heightM,
    xM: 0,
    yM: 0,
    zM: 0,
    yawRad: 0,
    cosYaw: 1,
    sinYaw: 0,
    vxMps: 0,
    vyMps: 0,
    pose,
    flags: 0,
    collided: false,
  };
}

/** Recomputes box centre and velocity over ground from the entity's pose. Lateral speed is that of the origin. `yaw`: scratch, two numbers. */
export function settle(body: Body, yaw: Float64Array): void {
  const { pose, box } = body;
  sincos(pose.yawRad, yaw);
  const s = yaw[0] as number;
  const c = yaw[1] as number;
  body.xM = pose.xM + c * box.centreXM - s * box.centreYM;
  body.yM = pose.yM + s * box.centreXM + c * box.centreYM;
  body.zM = pose.zM + box.centreZM;
  body.yawRad = pose.yawRad;
  body.cosYaw = c;
  body.sinYaw = s;
  body.vxMps = c * pose.speedMps - s * pose.lateralMps;
  body.vyMps = s * pose.speedMps + c * pose.lateralMps;
}
