/**
 * The vehicle port: the only way an agent senses and acts, in the twin and on the vehicle. Types only. Vehicle frame
 * ISO 8855 (x forward, y left, origin mid rear axle on the ground). Each reading carries the time it was measured,
 * not the time it arrived; a reading that stays away is silence, never a repeat of the last.
 */
import type { TimeUs } from "../../fleet-core/kernel/time.ts";

export interface GnssFix {
  readonly measuredUs: TimeUs;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  readonly altitudeM: number;
  /** Dual-antenna yaw, counter-clockwise from east, of the vehicle's x axis. */
  readonly yawRad: number;
  readonly speedMps: number;
  readonly sigmaM: number;
}

export interface ImuSample {
  readonly measuredUs: TimeUs;
  readonly accelXMps2: number;
  readonly accelYMps2: number;
  readonly yawRateRadps: number;
}

export interface OdometrySample {
  readonly measuredUs: TimeUs;
  /** Signed: negative in reverse. */
  readonly speedMps: number;
}

export interface SensedObject {
  /** Stable per sensor while in view; not the entity's name. */
  readonly trackId: number;
  readonly kind: "vehicle" | "pedestrian" | "object";
  /** Centre of the object's box in the vehicle frame, at `measuredUs`. */
  readonly xM: number;
  readonly yM: number;
  /** Velocity over ground, in vehicle axes. */
  readonly vxMps: number;
  readonly vyMps: number;
  readonly yawRad: number;
  readonly lengthM: number;
  readonly widthM: number;
}

export interface ObjectList {
  readonly sensorId: string;
  readonly measuredUs: TimeUs;
  readonly objects: readonly SensedObject[];
}

export interface VehicleFeedback {
  readonly measuredUs: TimeUs;
  readonly steerRad: number;
  /** Signed acceleration achieved by drive and brakes, as the drive-by-wire unit reports it. */
  readonly accelMps2: number;
  readonly socRatio: number;
  /** Share of nominal brake pressure that answers (self-test of the drive-by-wire unit), 0 to 1. */
  readonly brakeHealthRatio: number;
  readonly steeringHealthRatio: number;
  readonly parkingBrake: boolean;
}

/** Weather as the vehicle's own rain, light and fog sensors see it. */
export interface Ambient {
  readonly measuredUs: TimeUs;
  readonly rainMmph: number;
  readonly fogVisibilityM: number;
  readonly night: boolean;
}

/**
 * All readings that arrived since the last tick, oldest first within each kind. Good until the next `read` only: whoever
 * wants to know a reading later copies what it needs, so that a driver may fill the same objects again and again.
 */
export interface HalInputs {
  readonly gnss: readonly GnssFix[];
  readonly imu: readonly ImuSample[];
  readonly odometry: readonly OdometrySample[];
  readonly objects: readonly ObjectList[];
  readonly feedback: VehicleFeedback;
  readonly ambient: Ambient;
}

export interface HalCommand {
  /** Road-wheel angle of the single-track model, positive left. */
  readonly steerRad: number;
  /** Signed demand; negative brakes. */
  readonly accelMps2: number;
  readonly gear: "drive" | "reverse" | "park";
  readonly hazard: boolean;
  readonly indicator: "off" | "left" | "right";
}

export interface Hal {
  read(): HalInputs;
  /** The command holds, and stays as it is, until the next `write`. */
  write(command: HalCommand): void;
}
