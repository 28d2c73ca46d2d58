/**
 * What a vehicle step costs: the raw cannon-es `RaycastVehicle` as peer, our ray-cast model and our bicycle model, same
 * inputs. The clock comes from outside; the hash says that the work was the same work.
 */
import { Body, Box, Plane, RaycastVehicle, Vec3, World } from "cannon-es";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { createBicycle } from "./bicycle.ts";
import { createRaycast } from "./raycast.ts";
import { STEP_S, type ActuatorFaults, type Ground, type VehicleModel } from "./types.ts";

export interface PhysicsBench {
  readonly nsPerVehicleStepRawCannon: number;
  readonly nsPerVehicleStepRaycast: number;
  readonly nsPerVehicleStepBicycle: number;
  /** Raycast model, actuators and energy included, over the raw cannon-es vehicle. */
  readonly raycastOverRaw: number;
  readonly hash: string;
}

const HEALTHY: ActuatorFaults = { brakeLoss: 0, steerLoss: 0, lagS: 0 };
/** Timed in this many rounds, kinds in turn; the quickest round counts, as the least disturbed. */
const ROUNDS = 5;

/** `vehicles` of `profile` on a plane, `steps` ticks of slow swerving per round. `nowNs` is the driver's clock. */
export function benchPhysics(options: { readonly profile: VehicleProfile; readonly vehicles: number; readonly steps: number; readonly nowNs: () => number }): PhysicsBench {
  const { profile, vehicles, steps, nowNs } = options;
  const ids = Array.from({ length: vehicles }, (_, i) => i);
  const raw = ids.map((i) => createRawCannon(profile, i));
  const ours = ids.map((i) => placed(createRaycast(profile), i));
  const bicycles = ids.map((i) => placed(createBicycle(profile), i));
  const ground: Ground = { zM: 0, nx: 0, ny: 0, nz: 1, friction: 0.8, rollingScale: 1 };
  const demand = { steerRad: 0, accelMps2: 0, gear: "drive" as const };

  const time = (work: (tick: number) => void): number => {
    const from = nowNs();
    for (let tick = 0; tick < steps; tick += 1) work(tick);
    return (nowNs() - from) / (steps * vehicles);
  };
  const drive = (models: readonly VehicleModel[]) => (tick: number): void => {
    demand.steerRad = swerve(tick);
    demand.accelMps2 = surge(tick);
    for (const model of models) model.step(demand, HEALTHY, ground, []);
  };
  let rawNs = Infinity;
  let raycastNs = Infinity;
  let bicycleNs = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    rawNs = Math.min(rawNs, time((tick) => { for (const car of raw) car.step(swerve(tick), surge(tick)); }));
    raycastNs = Math.min(raycastNs, time(drive(ours)));
    bicycleNs = Math.min(bicycleNs, time(drive(bicycles)));
  }

  const hash = createStateHash();
  for (const car of raw) hash.number(car.body.position.x);
  for (const model of [...ours, ...bicycles]) model.hashInto(hash);
  return { nsPerVehicleStepRawCannon: rawNs, nsPerVehicleStepRaycast: raycastNs, nsPerVehicleStepBicycle: bicycleNs, raycastOverRaw: raycastNs / rawNs, hash: hash.digest() };
}

/** Triangle waves: steering within 0.05 rad over 4 s, acceleration within 0.5 m/s² over 10 s. */
const wave = (tick: number, period: number): number => Math.abs(((tick % period) / period) * 4 - 2) - 1;
const swerve = (tick: number): number => 0.05 * wave(tick, 400);
const surge = (tick: number): number => 0.5 * wave(tick, 1000);

function placed(model: VehicleModel, i: number): VehicleModel {
  model.place({ xM: 0, yM: 10 * i, zM: 0, yawRad: 0 }, 8);
  return model;
}

/** The library's own vehicle as its examples set it up: four wheels, a box, a plane, one world. */
function createRawCannon(profile: VehicleProfile, i: number): { readonly body: Body; step(steerRad: number, accelMps2: number): void } {
  const { geometry, mass, axles } = profile;
  const world = new World({ gravity: new Vec3(0, 0, -G_MPS2) });
  const body = new Body({ mass: mass.totalKg, position: new Vec3(0, 10 * i, geometry.cgHeightM), velocity: new Vec3(8, 0, 0) });
  body.addShape(new Box(new Vec3(geometry.lengthM / 2, geometry.widthM / 2, 0.3)), new Vec3(0, 0, 0.2));
  world.addBody(new Body({ mass: 0, shape: new Plane() }));
  const car = new RaycastVehicle({ chassisBody: body, indexRightAxis: 1, indexForwardAxis: 0, indexUpAxis: 2 });
  const front = axles[0];
  if (front === undefined) return { body, step: () => undefined };
  for (const x of [geometry.wheelbaseM - geometry.cgToRearAxleM, -geometry.cgToRearAxleM]) {
    for (const side of [0.5, -0.5]) {
      car.addWheel({
        radius: front.wheelRadiusM, directionLocal: new Vec3(0, 0, -1), axleLocal: new Vec3(0, 1, 0),
        chassisConnectionPointLocal: new Vec3(x, side * front.trackM, front.wheelRadiusM + 0.3 - geometry.cgHeightM), suspensionRestLength: 0.3,
        suspensionStiffness: 40, dampingCompression: 3, dampingRelaxation: 3, frictionSlip: 1.4, rollInfluence: 0.05, maxSuspensionForce: 1e7,
      });
    }
  }
  car.addToWorld(world);
  return {
    body,
    step(steerRad, accelMps2) {
      car.setSteeringValue(steerRad, 0);
      car.setSteeringValue(steerRad, 1);
      car.applyEngineForce((mass.totalKg * accelMps2) / 2, 2);
      car.applyEngineForce((mass.totalKg * accelMps2) / 2, 3);
      world.step(STEP_S);
    },
  };
}
