import { describe, expect, it } from "vitest";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import * as checks from "./closed-form.ts";
import { MODELS, type MakeModel, type PhysicsCheck } from "./closed-form.ts";
import { readProfile, readProfiles } from "./test-profiles.ts";
import type { ActuatorFaults, DriveDemand, Ground } from "./types.ts";

const kinds = ["raycast", "bicycle"] as const;
const line = (c: PhysicsCheck): string => `${c.pass ? "ok  " : "FAIL"} ${c.name.padEnd(46)} measured ${c.measured.toPrecision(5).padStart(11)}  expected ${c.expected.toPrecision(5).padStart(11)}  ± ${c.tolerance.toPrecision(2).padStart(8)} ${c.unit}`;

describe.each(readProfiles().map((profile) => ({ id: profile.id, profile })))("$id", ({ id, profile }) => {
  it.each(kinds)("the %s model keeps to mechanics", (kind) => {
    const all = checks.checkAll(profile, MODELS[kind]);
    // The table: ATLASMESH_TABLES=1 npx vitest run --config ci/vitest.config.ts twin/physics/closed-form.test.ts
    if (process.env["ATLASMESH_TABLES"] === "1") process.stdout.write(`\n${id}, ${kind}\n${all.map(line).join("\n")}\n`);
    expect(all.filter((c) => !c.pass).map(line)).toEqual([]);
  });
});

/** A model built from another profile than the one it is held against. */
const builtFrom = (change: (p: VehicleProfile) => VehicleProfile) => (make: MakeModel): MakeModel => (p) => make(change(p));

/** A model whose inputs are tampered with on the way in. */
const meddled = (change: { demand?: (d: DriveDemand) => DriveDemand; faults?: (f: ActuatorFaults) => ActuatorFaults; ground?: (g: Ground) => Ground }) => (make: MakeModel): MakeModel => (p) => {
  const model = make(p);
  const step = model.step.bind(model);
  return Object.assign(model, {
    step: (demand: DriveDemand, faults: ActuatorFaults, ground: Ground) => step(change.demand?.(demand) ?? demand, change.faults?.(faults) ?? faults, change.ground?.(ground) ?? ground, []),
  });
};

const deaf = meddled({ faults: () => ({ brakeLoss: 0, steerLoss: 0, lagS: 0 }) });
const slippery = (factor: number) => meddled({ ground: (g) => ({ ...g, friction: g.friction * factor }) });
const oversteered = meddled({ demand: (d) => ({ ...d, steerRad: d.steerRad * 1.1 }) });

const planted: readonly [string, (make: MakeModel) => MakeModel, (p: VehicleProfile, make: MakeModel) => PhysicsCheck][] = [
  ["brakes at half force", builtFrom((p) => ({ ...p, brake: { ...p.brake, decelMps2Max: p.brake.decelMps2Max / 2 } })), (p, m) => checks.checkBraking(p, m, "dry")],
  ["brakes 5 % too weak", builtFrom((p) => ({ ...p, brake: { ...p.brake, decelMps2Max: p.brake.decelMps2Max * 0.95 } })), (p, m) => checks.checkBraking(p, m, "dry")],
  ["a dead time of 0.3 s more", builtFrom((p) => ({ ...p, brake: { ...p.brake, deadTimeS: p.brake.deadTimeS + 0.3 } })), (p, m) => checks.checkBraking(p, m, "dry")],
  ["a wet road with a tenth more grip", slippery(1.1), (p, m) => checks.checkBraking(p, m, "wet")],
  ["ice with a tenth less grip", slippery(0.9), (p, m) => checks.checkBraking(p, m, "ice")],
  ["brake fade without effect", deaf, checks.checkBrakeFade],
  ["actuator lag without effect", deaf, checks.checkActuatorLag],
  ["a steering ratio 10 % off", oversteered, (p, m) => checks.checkSlowTurn(p, m, 1)],
  ["a steering ratio 10 % off, to the right", oversteered, (p, m) => checks.checkSlowTurn(p, m, -1)],
  ["a steering ratio 10 % off, at speed", oversteered, checks.checkFastTurn],
  ["tyres half as stiff again", builtFrom((p) => ({ ...p, tyre: { ...p.tyre, corneringPerRad: p.tyre.corneringPerRad * 1.5 } })), checks.checkSideSlip],
  ["ice that grips like snow", slippery(3), checks.checkGripLimit],
  ["a fifth more mass", builtFrom((p) => ({ ...p, mass: { ...p.mass, totalKg: p.mass.totalKg * 1.2 } })), checks.checkAcceleration],
  ["a tenth less power", builtFrom((p) => ({ ...p, drive: { ...p.drive, powerWMax: p.drive.powerWMax * 0.9 } })), checks.checkAcceleration],
  ["a governor set too low", builtFrom((p) => ({ ...p, drive: { ...p.drive, speedMpsMax: p.drive.speedMpsMax * 0.95 } })), checks.checkTopSpeed],
  ["a demand that loses a tenth", meddled({ demand: (d) => ({ ...d, accelMps2: d.accelMps2 * 0.9 }) }), (p, m) => checks.checkDemand(p, m, 0)],
  ["a slope nobody feeds forward", meddled({ ground: (g) => ({ ...g, friction: 0.06 }) }), (p, m) => checks.checkDemand(p, m, checks.STEEPEST_GRADE)],
  ["a hold that slides", slippery(0.05), (p, m) => checks.checkHill(p, m, 1)],
  ["a hold that slides, facing down", slippery(0.05), (p, m) => checks.checkHill(p, m, -1)],
  ["a drive too weak for the hill", builtFrom((p) => ({ ...p, drive: { ...p.drive, forceNMax: 500 } })), checks.checkHillStart],
  ["a parking place of ice", slippery(0.04), checks.checkParked],
  ["a drive that wastes a tenth", builtFrom((p) => ({ ...p, drive: { ...p.drive, efficiency: p.drive.efficiency * 0.9 } })), checks.checkEnergyOut],
  ["brakes that give too much back", builtFrom((p) => ({ ...p, drive: { ...p.drive, regenRatio: p.drive.regenRatio + 0.1 } })), checks.checkEnergyBack],
  ["a stuck steering that moves", deaf, checks.checkSteeringStuck],
  ["a steering a fifth too slow", builtFrom((p) => ({ ...p, steering: { ...p.steering, rateRadpsMax: p.steering.rateRadpsMax * 0.8 } })), checks.checkSteeringRate],
];

describe.each(kinds)("planted faults, %s", (kind) => {
  it.each(planted)("the check rejects %s", (_, plant, check) => {
    const sedan = readProfile("ride-hail-sedan");
    expect(line(check(sedan, MODELS[kind]))).toMatch(/^ok/);
    expect(line(check(sedan, plant(MODELS[kind])))).toMatch(/^FAIL/);
  });
});
