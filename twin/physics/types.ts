/** Vehicle dynamics behind one shape. A model integrates exactly one fixed step of `STEP_S`; it never sees a clock. */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";

export const STEP_S = 0.01;

/** Map frame ENU; velocities in vehicle axes at the origin (mid rear axle). Mutated in place. */
export interface VehicleState {
  xM: number;
  yM: number;
  zM: number;
  yawRad: number;
  pitchRad: number;
  rollRad: number;
  /** Signed speed along x. */
  speedMps: number;
  lateralMps: number;
  yawRateRadps: number;
  accelMps2: number;
  lateralAccelMps2: number;
  /** Road-wheel angle after actuator. */
  steerRad: number;
}

/** What the drive-by-wire unit is asked for. */
export interface DriveDemand {
  readonly steerRad: number;
  readonly accelMps2: number;
  readonly gear: "drive" | "reverse" | "park";
}

/** Present effect of faults on the actuators; all zero when healthy. */
export interface ActuatorFaults {
  /** Share of brake force lost. */
  readonly brakeLoss: number;
  /** Share of steering rate lost. */
  readonly steerLoss: number;
  /** Added lag of drive, brake and steering. */
  readonly lagS: number;
}

/** Road under the vehicle as a plane, and how slippery it is. */
export interface Ground {
  /** Height of the plane at the vehicle's origin (x, y) before the step. */
  zM: number;
  /** Normal of the surface in the map frame, unit length. */
  nx: number;
  ny: number;
  nz: number;
  /** Peak tyre-road friction coefficient for this vehicle here and now. */
  friction: number;
  /** Multiplies the profile's rolling coefficient. */
  rollingScale: number;
}

/** An upright box: x, y, z is its centre in the map frame; velocity over ground. */
export interface SolidBox {
  readonly id: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly yawRad: number;
  readonly vxMps: number;
  readonly vyMps: number;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  /** Shares the shock by mass; absent: it does not give way. */
  readonly massKg?: number;
}

export interface VehicleModel {
  readonly kind: "raycast" | "bicycle";
  readonly profile: VehicleProfile;
  readonly state: VehicleState;
  /** 0 to 1. */
  readonly socRatio: number;
  /** Energy drawn since the start [kWh], regeneration subtracted. */
  readonly energyKwh: number;
  /** Removes this share of the remaining energy at once. */
  drain(share: number): void;
  /** `near`: solid things close enough to be touched in this step. */
  step(demand: DriveDemand, faults: ActuatorFaults, ground: Ground, near: readonly SolidBox[]): void;
  /** Puts the origin at (x, y), moving straight ahead. With `ground` the body lies on it at once, else from the next step on. */
  place(pose: { readonly xM: number; readonly yM: number; readonly zM: number; readonly yawRad: number }, speedMps: number, ground?: Ground): void;
  /** Adds every number that decides the future to the hash. */
  hashInto(hash: StateHash): void;
}
