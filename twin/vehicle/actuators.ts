/**
 * Drive-by-wire unit: turns a demand (road-wheel angle, acceleration, gear) into a steering angle, a drive force and a
 * braking capability, with the profile's lags, limits and the present faults. Feeds forward the resistance it is told
 * of, so that the achieved acceleration equals the demand once lags have passed. It never integrates motion and never
 * looks at the tyres: what the road can carry is the vehicle model's business.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { STEP_S, type ActuatorFaults, type DriveDemand } from "../physics/types.ts";

/** Slower than this the vehicle counts as standing: gears engage, brakes hold. */
export const STANDSTILL_MPS = 0.05;
/** Time constant with which the speed governor approaches the top speed. */
const GOVERNOR_S = 0.5;
/** The governor brakes an overspeeding vehicle (downhill) at most this hard. */
const GOVERNOR_MPS2 = 1;
/** Deceleration against rolling the wrong way for the gear. */
const ROLL_BACK_MPS2 = 1;
/** Spring-applied parking brake: released to fully on, and back. */
const PARK_BUILD_UP_S = 0.5;
/** Held at rest: half again as much as the slope pulls, and this much more. */
const HOLD_MPS2 = 0.5;
/** A lag fault delays by at most this. */
export const FAULT_LAG_S_MAX = 1;
const LAG_TICKS_MAX = Math.round(FAULT_LAG_S_MAX / STEP_S);

type Gear = DriveDemand["gear"];
const GEARS = ["park", "drive", "reverse"] as const satisfies readonly Gear[];
const gearCode = (gear: Gear): number => (gear === "park" ? 0 : gear === "drive" ? 1 : 2);

export interface Actuators {
  /** Read in place: vehicles of one class share it, which keeps a large fleet in the processor's cache. */
  readonly profile: VehicleProfile;
  /** Road-wheel angle of the single-track model. */
  steerRad: number;
  /** Drive force along the vehicle's x axis; negative in reverse. */
  driveN: number;
  /** Service brake force that the present pressure gives when healthy; >= 0. */
  pressureN: number;
  /** Service brake force after fade, and parking brake force: what the brakes can hold against motion. */
  brakeN: number;
  parkN: number;
  engaged: Gear;
  /** Ticks since the service brake was first asked for while released. */
  waitTicks: number;
  /** Demands of the last second while a lag fault is active; ring of (steer, accel, gear). */
  readonly delayed: Float64Array;
  delayTicks: number;
  head: number;
  lastSteerRad: number;
  lastAccelMps2: number;
  lastGear: Gear;
}

export function createActuators(profile: VehicleProfile): Actuators {
  const actuators: Actuators = {
    profile,
    steerRad: 0, driveN: 0, pressureN: 0, brakeN: 0, parkN: 0, engaged: "park", waitTicks: 0,
    delayed: new Float64Array(3 * (LAG_TICKS_MAX + 1)), delayTicks: 0, head: 0,
    lastSteerRad: 0, lastAccelMps2: 0, lastGear: "park",
  };
  resetActuators(actuators, 0);
  return actuators;
}

/** Start of a vehicle's life: at rest with the parking brake on, else rolling in gear with everything released. */
export function resetActuators(a: Actuators, speedMps: number): void {
  a.steerRad = 0;
  a.driveN = 0;
  a.pressureN = 0;
  a.brakeN = 0;
  const rolling = speedMps > STANDSTILL_MPS || speedMps < -STANDSTILL_MPS;
  a.engaged = !rolling ? "park" : speedMps > 0 ? "drive" : "reverse";
  a.parkN = rolling ? 0 : a.profile.mass.totalKg * a.profile.brake.parkMps2;
  a.waitTicks = 0;
  a.delayTicks = 0;
  a.head = 0;
  a.lastSteerRad = 0;
  a.lastAccelMps2 = 0;
  a.lastGear = a.engaged;
}

/** What the unit measures or estimates about the vehicle before a step. */
export interface DriveFeel {
  /** Signed along x. */
  speedMps: number;
  /** Force along x that would hold the present speed without rolling resistance: drag, slope, cornering. */
  resistN: number;
  /** Rolling resistance, >= 0, always against motion. */
  rollingN: number;
  /** Part of `resistN` due to the slope. */
  slopeN: number;
  /** The energy store is empty: no drive force. */
  empty: boolean;
}

/** One step of `STEP_S`; results are `steerRad`, `driveN`, `brakeN` and `parkN`. */
export function stepActuators(a: Actuators, demand: DriveDemand, faults: ActuatorFaults, feel: DriveFeel): void {
  let steerDemand = demand.steerRad;
  let accelDemand = demand.accelMps2;
  let gear = demand.gear;
  const delayTicks = faults.lagS > 0 ? Math.min(LAG_TICKS_MAX, Math.round(faults.lagS / STEP_S)) : 0;
  if (delayTicks > 0 || a.delayTicks > 0) {
    if (a.delayTicks === 0) fillDelay(a);
    a.delayTicks = delayTicks;
    if (delayTicks > 0) {
      const slots = LAG_TICKS_MAX + 1;
      const write = 3 * a.head;
      a.delayed[write] = steerDemand;
      a.delayed[write + 1] = accelDemand;
      a.delayed[write + 2] = gearCode(gear);
      const read = 3 * ((a.head - delayTicks + slots) % slots);
      a.head = (a.head + 1) % slots;
      steerDemand = a.delayed[read] as number;
      accelDemand = a.delayed[read + 1] as number;
      gear = GEARS[a.delayed[read + 2] as number] as Gear;
    }
  }
  a.lastSteerRad = demand.steerRad;
  a.lastAccelMps2 = demand.accelMps2;
  a.lastGear = demand.gear;

  stepSteering(a, steerDemand, faults.steerLoss);
  stepForces(a, accelDemand, gear, faults.brakeLoss, feel);
}

/** A beginning lag repeats the last demand until the first delayed one comes out. */
function fillDelay(a: Actuators): void {
  for (let i = 0; i < a.delayed.length; i += 3) {
    a.delayed[i] = a.lastSteerRad;
    a.delayed[i + 1] = a.lastAccelMps2;
    a.delayed[i + 2] = gearCode(a.lastGear);
  }
  a.head = 0;
}

/** First-order lag (implicit Euler, so any lag is stable), rate-limited. */
function stepSteering(a: Actuators, demandRad: number, steerLoss: number): void {
  const { angleRadMax, rateRadpsMax, lagS } = a.profile.steering;
  const target = demandRad > angleRadMax ? angleRadMax : demandRad < -angleRadMax ? -angleRadMax : demandRad;
  const rateMax = rateRadpsMax * (1 - steerLoss);
  let rate = (target - a.steerRad) / (lagS + STEP_S);
  if (rate > rateMax) rate = rateMax;
  else if (rate < -rateMax) rate = -rateMax;
  a.steerRad += rate * STEP_S;
}

function stepForces(a: Actuators, accelDemand: number, gear: Gear, brakeLoss: number, feel: DriveFeel): void {
  const { drive: d, brake: b, mass } = a.profile;
  const massKg = mass.totalKg;
  const v = feel.speedMps;
  const standing = v < STANDSTILL_MPS && v > -STANDSTILL_MPS;
  if (gear !== a.engaged && standing) a.engaged = gear;
  const direction = a.engaged === "reverse" ? -1 : 1;

  let accel = accelDemand;
  if (gear !== a.engaged) {
    // Another gear than the one in motion: stop first, as hard as was asked; coast into park, its own brake is on.
    accel = gear === "park" ? Math.min(accel, 0) : accel < 0 ? accel : -accel;
  }
  // Rolling against the gear (pushed, or after a shock) without being asked to drive: stop.
  if (accel <= 0 && v * direction < -STANDSTILL_MPS && accel > -ROLL_BACK_MPS2) accel = -ROLL_BACK_MPS2;
  if (accel < -b.decelMps2Max) accel = -b.decelMps2Max;
  const topMps = a.engaged === "reverse" ? d.reverseMpsMax : d.speedMpsMax;
  let governed = (topMps - v * direction) / GOVERNOR_S;
  if (governed < -GOVERNOR_MPS2) governed = -GOVERNOR_MPS2;
  if (accel > governed) accel = governed;

  const needN = massKg * accel + direction * feel.resistN + feel.rollingN;
  const uphillN = direction * feel.slopeN;
  const drivable = a.engaged !== "park" && gear === a.engaged && !feel.empty;
  let driveTarget = needN > 0 && drivable ? needN : 0;
  let pressureTarget = needN < 0 ? -needN : 0;
  let parkTarget = gear === "park" ? massKg * b.parkMps2 : 0;
  if (standing) {
    const pullN = uphillN < 0 ? -uphillN : uphillN;
    const holdN = 1.5 * pullN + HOLD_MPS2 * massKg;
    if (gear === "park") {
      if (a.parkN < parkTarget) pressureTarget = Math.max(pressureTarget, Math.min(holdN, a.pressureN));
      driveTarget = 0;
    } else if (accel <= 0 || !drivable) {
      // Stop and hold: the drive lets go once the brake has taken over, the parking brake once either holds.
      pressureTarget = Math.max(pressureTarget, holdN);
      if (a.pressureN >= pullN + feel.rollingN) driveTarget = 0;
      if (a.pressureN < holdN) parkTarget = a.parkN;
    } else if (uphillN > 0 && a.driveN * direction < uphillN) {
      // Hill start: brakes stay on until the drive carries the slope; for ever if it cannot.
      pressureTarget = a.pressureN;
      parkTarget = a.parkN;
    }
  }

  const pressureMax = massKg * b.decelMps2Max;
  if (pressureTarget > pressureMax) pressureTarget = pressureMax;
  if (pressureTarget > 0 && a.pressureN === 0 && a.waitTicks * STEP_S < b.deadTimeS - 0.5 * STEP_S) {
    a.waitTicks += 1;
  } else {
    a.pressureN = ramp(a.pressureN, pressureTarget, b.buildUpS, pressureMax);
    a.waitTicks = 0;
  }
  a.brakeN = a.pressureN * (1 - brakeLoss);
  a.parkN = ramp(a.parkN, parkTarget, PARK_BUILD_UP_S, massKg * b.parkMps2);

  const pace = v < 0 ? -v : v;
  const powerN = pace * d.forceNMax > d.powerWMax ? d.powerWMax / pace : d.forceNMax;
  let target = driveTarget > powerN ? powerN : driveTarget;
  if (feel.empty) target = 0;
  let force = a.driveN * direction;
  if (force < 0) force = 0;
  force = feel.empty ? 0 : force + ((target - force) * STEP_S) / (d.lagS + STEP_S);
  a.driveN = direction * (force > powerN ? powerN : force < 1e-6 ? 0 : force);
}

/** Moves `now` towards `target` at `full` per `fullS` seconds. */
function ramp(now: number, target: number, fullS: number, full: number): number {
  const by = fullS > STEP_S ? (full * STEP_S) / fullS : full;
  return target > now + by ? now + by : target < now - by ? now - by : target;
}

export function hashActuators(a: Actuators, hash: StateHash): void {
  hash.number(a.steerRad);
  hash.number(a.driveN);
  hash.number(a.pressureN);
  hash.number(a.brakeN);
  hash.number(a.parkN);
  hash.number(gearCode(a.engaged));
  hash.number(a.waitTicks);
  hash.number(a.lastSteerRad);
  hash.number(a.lastAccelMps2);
  hash.number(gearCode(a.lastGear));
  hash.number(a.delayTicks);
  if (a.delayTicks === 0) return;
  hash.number(a.head);
  for (let i = 0; i < a.delayed.length; i += 1) hash.number(a.delayed[i] as number);
}
