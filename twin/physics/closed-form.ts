/**
 * Holds a vehicle model against mechanics: each check drives the model through one manoeuvre and compares with a formula
 * of `formulas.ts`. Shared by tests and by conformance gates. A check must be able to fail: see the planted faults in
 * `closed-form.test.ts`.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { atan } from "../../fleet-core/kernel/math/index.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { createBicycle } from "./bicycle.ts";
import { accelerationTimeS, brakingDistanceM, dragKgpm, frictionOf, radiusAtSpeedM, rollingN, rollingRadiusM, slipAt, topSpeedMps } from "./formulas.ts";
import { createRaycast } from "./raycast.ts";
import { STEP_S, type ActuatorFaults, type DriveDemand, type Ground, type VehicleModel } from "./types.ts";

export type MakeModel = (profile: VehicleProfile) => VehicleModel;
export const MODELS = { raycast: createRaycast, bicycle: createBicycle } as const satisfies Record<VehicleModel["kind"], MakeModel>;

export interface PhysicsCheck {
  readonly name: string;
  readonly measured: number;
  readonly expected: number;
  readonly unit: string;
  /** Greatest |measured - expected|. */
  readonly tolerance: number;
  readonly pass: boolean;
}

const HEALTHY: ActuatorFaults = { brakeLoss: 0, steerLoss: 0, lagS: 0 };
/** Steepest slope of the demo world. */
export const STEEPEST_GRADE = 0.08;

function within(name: string, measured: number, expected: number, unit: string, share: number): PhysicsCheck {
  const tolerance = Math.abs(expected) * share;
  return { name, measured, expected, unit, tolerance, pass: Math.abs(measured - expected) <= tolerance };
}

function atMost(name: string, measured: number, most: number, unit: string): PhysicsCheck {
  return { name, measured, expected: 0, unit, tolerance: most, pass: Math.abs(measured) <= most };
}

/** A model on an endless plane rising `grade` towards +x and `crossfall` towards +y. */
interface Rig {
  readonly model: VehicleModel;
  ticks: number;
  step(demand: Partial<DriveDemand>, faults?: ActuatorFaults): void;
  run(seconds: number, demand: Partial<DriveDemand>, faults?: ActuatorFaults): void;
}

function rigOf(profile: VehicleProfile, make: MakeModel, at: { speedMps?: number; friction?: number; grade?: number; crossfall?: number; yawRad?: number }): Rig {
  const model = make(profile);
  const grade = at.grade ?? 0;
  const crossfall = at.crossfall ?? 0;
  const nz = 1 / Math.sqrt(1 + grade * grade + crossfall * crossfall);
  const ground: Ground = { zM: 0, nx: -grade * nz, ny: -crossfall * nz, nz, friction: at.friction ?? frictionOf(profile, "dry"), rollingScale: 1 };
  model.place({ xM: 0, yM: 0, zM: 0, yawRad: at.yawRad ?? 0 }, at.speedMps ?? 0, ground);
  const rig: Rig = {
    model,
    ticks: 0,
    step(demand, faults = HEALTHY) {
      ground.zM = grade * model.state.xM + crossfall * model.state.yM;
      model.step({ steerRad: 0, accelMps2: 0, gear: "drive", ...demand }, faults, ground, []);
      rig.ticks += 1;
    },
    run(seconds, demand, faults) {
      const ticks = Math.round(seconds / STEP_S);
      for (let i = 0; i < ticks; i += 1) rig.step(demand, faults);
    },
  };
  return rig;
}

/** Cruises until drive force and springs are steady, then demands full braking; distance from the demand to rest. */
function brakingRunM(profile: VehicleProfile, make: MakeModel, speedMps: number, friction: number, faults: ActuatorFaults): { metres: number; fromMps: number } {
  const rig = rigOf(profile, make, { speedMps, friction });
  rig.run(4, {});
  const { state } = rig.model;
  const fromM = state.xM;
  const fromMps = state.speedMps;
  for (let i = 0; i < 30_000 && state.speedMps > 0.01; i += 1) rig.step({ accelMps2: -profile.brake.decelMps2Max }, faults);
  return { metres: state.xM - fromM, fromMps };
}

/** Stopping distance from 80 % of top speed. On ice from 30 %, so that the run stays of a sane length. */
export function checkBraking(profile: VehicleProfile, make: MakeModel, condition: "dry" | "wet" | "ice" = "dry"): PhysicsCheck {
  const friction = frictionOf(profile, condition);
  const { metres, fromMps } = brakingRunM(profile, make, (condition === "ice" ? 0.3 : 0.8) * topSpeedMps(profile), friction, HEALTHY);
  return within(`braking distance, ${condition}`, metres, brakingDistanceM(profile, fromMps, friction), "m", 0.02);
}

/** Half the brake force lost: the distance of the formula with half the force. */
export function checkBrakeFade(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const friction = frictionOf(profile, "dry");
  const { metres, fromMps } = brakingRunM(profile, make, 0.8 * topSpeedMps(profile), friction, { ...HEALTHY, brakeLoss: 0.5 });
  return within("braking distance, brakes faded by half", metres, brakingDistanceM(profile, fromMps, friction, { brakeLoss: 0.5, lagS: 0 }), "m", 0.03);
}

/** An actuator lag lengthens the stop by speed times lag. */
export function checkActuatorLag(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const friction = frictionOf(profile, "dry");
  const speed = 0.8 * topSpeedMps(profile);
  const healthy = brakingRunM(profile, make, speed, friction, HEALTHY);
  const lagging = brakingRunM(profile, make, speed, friction, { ...HEALTHY, lagS: 0.4 });
  return within("way added by a lag of 0.4 s", lagging.metres - healthy.metres, 0.4 * healthy.fromMps, "m", 0.02);
}

/** Path radius of the origin, as way over change of heading, once the turn is steady. */
function turnRun(profile: VehicleProfile, make: MakeModel, speedMps: number, steerRad: number): { radiusM: number; lateralMps: number; speedMps: number; lateralMps2: number } {
  const rig = rigOf(profile, make, { speedMps });
  rig.run(12, { steerRad });
  const { state } = rig.model;
  let way = 0;
  let turned = 0;
  let sideways = 0;
  let speed = 0;
  let lateral = 0;
  const ticks = 500;
  for (let i = 0; i < ticks; i += 1) {
    const { xM, yM } = state;
    rig.step({ steerRad });
    way += Math.sqrt((state.xM - xM) * (state.xM - xM) + (state.yM - yM) * (state.yM - yM));
    turned += state.yawRateRadps * STEP_S;
    sideways += state.lateralMps / ticks;
    speed += state.speedMps / ticks;
    lateral += state.lateralAccelMps2 / ticks;
  }
  return { radiusM: way / turned, lateralMps: sideways, speedMps: speed, lateralMps2: lateral };
}

/** Walking pace, 80 % of full lock, both sides: R = L / tan(angle). */
export function checkSlowTurn(profile: VehicleProfile, make: MakeModel, side: 1 | -1 = 1): PhysicsCheck {
  const steer = side * 0.8 * profile.steering.angleRadMax;
  const { radiusM } = turnRun(profile, make, 1.5, steer);
  return within(`turning radius at 1.5 m/s, ${side > 0 ? "left" : "right"}`, radiusM, rollingRadiusM(profile, steer), "m", 0.02);
}

/** At the highest speed and side acceleration the agent may ask for: neutral steer keeps the radius. */
export function checkFastTurn(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const speed = profile.limits.speedMps;
  const steer = atan((profile.geometry.wheelbaseM * profile.limits.lateralMps2) / (speed * speed));
  const { radiusM, lateralMps2 } = turnRun(profile, make, speed, steer);
  return within(`turning radius at ${speed} m/s`, radiusM, radiusAtSpeedM(profile, steer, lateralMps2), "m", 0.03);
}

/** In that turn the rear axle slips sideways by the tyre curve; a merely rolling model would show none. */
export function checkSideSlip(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const speed = profile.limits.speedMps;
  const steer = atan((profile.geometry.wheelbaseM * profile.limits.lateralMps2) / (speed * speed));
  const turn = turnRun(profile, make, speed, steer);
  return within("side slip of the rear axle", -turn.lateralMps / turn.speedMps, slipAt(profile, turn.lateralMps2, frictionOf(profile, "dry")), "rad", 0.06);
}

/** Beyond the tyres: full lock at speed on ice cannot turn harder than friction, and slides instead of spinning the numbers. */
export function checkGripLimit(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const friction = frictionOf(profile, "ice");
  const rig = rigOf(profile, make, { speedMps: 0.5 * profile.drive.speedMpsMax, friction });
  let most = 0;
  for (let i = 0; i < 800; i += 1) {
    rig.step({ steerRad: profile.steering.angleRadMax });
    const { state } = rig.model;
    // Acceleration of the centre of gravity, from that of the origin; half a second to load the springs.
    const side = state.lateralAccelMps2;
    if (i > 50 && state.speedMps > 4) most = Math.max(most, Math.abs(side + cgTurn(profile, rig)));
  }
  const bound = friction * G_MPS2;
  return { name: "side acceleration at full lock on ice", measured: most, expected: bound, unit: "m/s²", tolerance: 0.12 * bound, pass: most <= 1.12 * bound && most > 0.5 * bound };
}

/** Change of yaw rate times the arm from origin to centre of gravity, by differences. */
const yawRates = new WeakRefFreeCell();
function cgTurn(profile: VehicleProfile, rig: Rig): number {
  return yawRates.change(rig.ticks, rig.model.state.yawRateRadps) * profile.geometry.cgToRearAxleM;
}
