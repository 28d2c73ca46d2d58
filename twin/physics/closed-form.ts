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
/** A little more than the steepest slope of the demo world (9.6 % on its mine ramp). */
export const STEEPEST_GRADE = 0.1;

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

/** Cruises until drive force and springs are steady, then demands full braking; distance [m] from the demand to rest. */
export function brakingRunM(profile: VehicleProfile, make: MakeModel, speedMps: number, friction: number, faults: ActuatorFaults = HEALTHY): { metres: number; fromMps: number } {
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
function turnRun(profile: VehicleProfile, make: MakeModel, speedMps: number, steerRad: number): { radiusM: number; lateralMps: number; speedMps: number; lateralMps2: number; twoTracks: boolean } {
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
  return { radiusM: way / turned, lateralMps: sideways, speedMps: speed, lateralMps2: lateral, twoTracks: rig.model.kind === "raycast" };
}

/** Walking pace, 80 % of full lock, both sides: R = L / tan(angle). */
export function checkSlowTurn(profile: VehicleProfile, make: MakeModel, side: 1 | -1 = 1): PhysicsCheck {
  const steer = side * 0.8 * profile.steering.angleRadMax;
  const { radiusM } = turnRun(profile, make, 1.5, steer);
  return within(`turning radius at 1.5 m/s, ${side > 0 ? "left" : "right"}`, radiusM, rollingRadiusM(profile, steer), "m", 0.02);
}

/** At the highest speed and side acceleration the agent may ask for: tyres slip on both axles, the radius hardly grows. */
export function checkFastTurn(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const speed = profile.limits.speedMps;
  const steer = atan((profile.geometry.wheelbaseM * profile.limits.lateralMps2) / (speed * speed));
  const { radiusM, lateralMps2, twoTracks } = turnRun(profile, make, speed, steer);
  return within(`turning radius at ${speed} m/s`, radiusM, radiusAtSpeedM(profile, steer, speed, lateralMps2, frictionOf(profile, "dry"), twoTracks), "m", 0.03);
}

/** In that turn the rear axle slips sideways by the tyre curve; a merely rolling model would show none. */
export function checkSideSlip(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const speed = profile.limits.speedMps;
  const steer = atan((profile.geometry.wheelbaseM * profile.limits.lateralMps2) / (speed * speed));
  const turn = turnRun(profile, make, speed, steer);
  return within("side slip of the rear axle", -turn.lateralMps / turn.speedMps, slipAt(profile, turn.lateralMps2, frictionOf(profile, "dry")), "rad", 0.06);
}

/** Full lock at speed on ice: the centre of gravity is accelerated by no more than friction, and by most of it. */
export function checkGripLimit(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const friction = frictionOf(profile, "ice");
  const rig = rigOf(profile, make, { speedMps: 0.5 * profile.drive.speedMpsMax, friction });
  const { state } = rig.model;
  const armM = profile.geometry.cgToRearAxleM;
  let sum = 0;
  let ticks = 0;
  for (let i = 0; i < 250; i += 1) {
    const before = state.yawRateRadps;
    rig.step({ steerRad: profile.steering.angleRadMax });
    // The first second and a half winds up.
    if (i < 150) continue;
    // From the origin to the centre of gravity: turning faster pulls sideways, turning at all pulls back.
    const side = state.lateralAccelMps2 + ((state.yawRateRadps - before) / STEP_S) * armM;
    const ahead = state.accelMps2 - state.yawRateRadps * state.yawRateRadps * armM;
    sum += Math.sqrt(side * side + ahead * ahead);
    ticks += 1;
  }
  const bound = friction * G_MPS2;
  const measured = sum / ticks;
  return { name: "acceleration at full lock on ice", measured, expected: bound, unit: "m/s²", tolerance: 0.4 * bound, pass: measured <= 1.03 * bound && measured >= 0.6 * bound };
}

/** Time from rest to 80 % of top speed at full drive. */
export function checkAcceleration(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, {});
  const target = 0.8 * topSpeedMps(profile);
  rig.run(3, {});
  const from = rig.ticks;
  while (rig.model.state.speedMps < target && rig.ticks - from < 30_000) rig.step({ accelMps2: 20 });
  return within("time to 80 % of top speed", (rig.ticks - from) * STEP_S, accelerationTimeS(profile, target, frictionOf(profile, "dry")), "s", 0.03);
}

export function checkTopSpeed(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const top = topSpeedMps(profile);
  const rig = rigOf(profile, make, { speedMps: 0.9 * top });
  rig.run(180, { accelMps2: 20 });
  return within("top speed", rig.model.state.speedMps, top, "m/s", 0.01);
}

/** The unit feeds resistance forward: what is asked for is what happens, up the grade as on the level. */
export function checkDemand(profile: VehicleProfile, make: MakeModel, grade: number): PhysicsCheck {
  const asked = 0.3;
  const rig = rigOf(profile, make, { grade });
  rig.run(2, {});
  rig.run(3, { accelMps2: asked });
  const before = rig.model.state.speedMps;
  rig.run(4, { accelMps2: asked });
  return within(`acceleration asked and achieved, grade ${100 * grade} %`, (rig.model.state.speedMps - before) / 4, asked, "m/s²", 0.02);
}

/** Held by the parking brake, then by the service brake, on the steepest grade facing up (1) or down (-1). */
export function checkHill(profile: VehicleProfile, make: MakeModel, facing: 1 | -1): PhysicsCheck {
  const rig = rigOf(profile, make, { grade: facing * STEEPEST_GRADE });
  const { state } = rig.model;
  const { xM, yM } = state;
  rig.run(10, { gear: "park" });
  rig.run(10, { gear: "drive" });
  return atMost(`way on a hold, facing ${facing > 0 ? "up" : "down"} ${100 * STEEPEST_GRADE} %`, distance(state, xM, yM), 0.005, "m");
}

/** Furthest the vehicle rolls back when it starts up the steepest grade. It must also get going. */
export function checkHillStart(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, { grade: STEEPEST_GRADE });
  const { state } = rig.model;
  rig.run(2, { gear: "park" });
  const from = state.xM;
  let back = 0;
  for (let i = 0; i < 600; i += 1) {
    rig.step({ accelMps2: 0.3 });
    back = Math.max(back, from - state.xM);
  }
  const check = atMost("roll-back at a hill start", back, 0.01, "m");
  return { ...check, pass: check.pass && state.speedMps > 1 };
}

/** 60 s parked on a road that falls both ways. */
export function checkParked(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, { grade: 0.04, crossfall: 0.025, yawRad: 0.7 });
  const { state } = rig.model;
  let most = 0;
  const { xM, yM } = state;
  for (let i = 0; i < 6000; i += 1) {
    rig.step({ gear: "park" });
    most = Math.max(most, distance(state, xM, yM));
  }
  return atMost("drift in 60 s parked", most, 0.001, "m");
}

/** Energy drawn over acceleration and cruise: kinetic energy plus work against resistance, over efficiency, plus auxiliaries. */
export function checkEnergyOut(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, {});
  const { state } = rig.model;
  const target = 0.6 * topSpeedMps(profile);
  rig.run(1, {});
  let work = 0;
  for (let i = 0; i < 60_000 && rig.ticks < 6000; i += 1) {
    rig.step({ accelMps2: state.speedMps < target ? 0.5 : 0 });
    work += (rollingN(profile) + dragKgpm(profile) * state.speedMps * state.speedMps) * state.speedMps * STEP_S;
  }
  const joules = (work + 0.5 * profile.mass.totalKg * state.speedMps * state.speedMps) / profile.drive.efficiency + profile.energy.auxiliaryW * rig.ticks * STEP_S;
  return within("energy drawn in a minute", rig.model.energyKwh, joules / 3.6e6, "kWh", 0.02);
}

/** Energy a stop brings back: regenerated share of the kinetic energy less what resistance took; none for an engine. */
export function checkEnergyBack(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, { speedMps: 0.5 * topSpeedMps(profile) });
  const { state } = rig.model;
  rig.run(4, {});
  const before = rig.model.energyKwh;
  const startMps = state.speedMps;
  const startTick = rig.ticks;
  let resisted = 0;
  let drive = 0;
  for (let i = 0; i < 6000 && state.speedMps > 0.01; i += 1) {
    const was = state.speedMps;
    rig.step({ accelMps2: -1 });
    const against = rollingN(profile) + dragKgpm(profile) * was * was;
    // While the drive force fades it still works: force = mass × acceleration + resistance.
    drive += Math.max(0, profile.mass.totalKg * ((state.speedMps - was) / STEP_S) + against) * was * STEP_S;
    resisted += against * was * STEP_S;
  }
  const seconds = (rig.ticks - startTick) * STEP_S;
  const share = profile.energy.kind === "battery" ? profile.drive.regenRatio : 0;
  const joules = drive / profile.drive.efficiency + profile.energy.auxiliaryW * seconds - share * (0.5 * profile.mass.totalKg * startMps * startMps + drive - resisted);
  const expected = joules / 3.6e6;
  const scale = (0.5 * profile.mass.totalKg * startMps * startMps) / 3.6e6;
  const measured = rig.model.energyKwh - before;
  return { name: "energy of a stop (negative: brought back)", measured, expected, unit: "kWh", tolerance: 0.02 * scale, pass: Math.abs(measured - expected) <= 0.02 * scale };
}

/** A stuck steering holds its angle whatever is asked. */
export function checkSteeringStuck(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const rig = rigOf(profile, make, { speedMps: 3 });
  rig.run(2, { steerRad: 0.1 });
  const held = rig.model.state.steerRad;
  rig.run(2, { steerRad: -0.2 }, { ...HEALTHY, steerLoss: 1 });
  return atMost("steering angle moved while stuck", rig.model.state.steerRad - held, 1e-12, "rad");
}

/** A full swing of the steering takes at least angle over rate, and at most its lag more. */
export function checkSteeringRate(profile: VehicleProfile, make: MakeModel): PhysicsCheck {
  const { angleRadMax, rateRadpsMax, lagS } = profile.steering;
  const rig = rigOf(profile, make, { speedMps: 1 });
  while (rig.model.state.steerRad < 0.95 * angleRadMax && rig.ticks < 5000) rig.step({ steerRad: angleRadMax });
  // Rate-limited until the rest is rate × lag, exponential from there on.
  const rest = Math.min(angleRadMax, rateRadpsMax * (lagS + STEP_S));
  const target = 0.05 * angleRadMax;
  const linear = (angleRadMax - Math.max(rest, target)) / rateRadpsMax;
  let tail = 0;
  for (let left = rest; left > target; left -= (left * STEP_S) / (lagS + STEP_S)) tail += STEP_S;
  return within("time to 95 % of full lock", rig.ticks * STEP_S, linear + tail, "s", 0.03);
}

const distance = (s: { readonly xM: number; readonly yM: number }, xM: number, yM: number): number => Math.sqrt((s.xM - xM) * (s.xM - xM) + (s.yM - yM) * (s.yM - yM));

/** Every check of one profile and one model, in a fixed order. */
export function checkAll(profile: VehicleProfile, make: MakeModel): readonly PhysicsCheck[] {
  return [
    checkBraking(profile, make, "dry"),
    checkBraking(profile, make, "wet"),
    checkBraking(profile, make, "ice"),
    checkBrakeFade(profile, make),
    checkActuatorLag(profile, make),
    checkSlowTurn(profile, make, 1),
    checkSlowTurn(profile, make, -1),
    checkFastTurn(profile, make),
    checkSideSlip(profile, make),
    checkGripLimit(profile, make),
    checkAcceleration(profile, make),
    checkTopSpeed(profile, make),
    checkDemand(profile, make, 0),
    checkDemand(profile, make, STEEPEST_GRADE),
    checkDemand(profile, make, -STEEPEST_GRADE),
    checkHill(profile, make, 1),
    checkHill(profile, make, -1),
    checkHillStart(profile, make),
    checkParked(profile, make),
    checkEnergyOut(profile, make),
    checkEnergyBack(profile, make),
    checkSteeringStuck(profile, make),
    checkSteeringRate(profile, make),
  ];
}
