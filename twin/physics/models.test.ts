import { describe, expect, it } from "vitest";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { chassisOf } from "../vehicle/chassis.ts";
import { MODELS } from "./closed-form.ts";
import { frictionOf } from "./formulas.ts";
import { readProfile, readProfiles, threeAxles } from "./test-profiles.ts";
import type { ActuatorFaults, DriveDemand, Ground, SolidBox, VehicleModel } from "./types.ts";

const kinds = ["raycast", "bicycle"] as const;
const healthy: ActuatorFaults = { brakeLoss: 0, steerLoss: 0, lagS: 0 };
const flat: Ground = { zM: 0, nx: 0, ny: 0, nz: 1, friction: 0.8, rollingScale: 1 };
const sedan = readProfile("ride-hail-sedan");
const hashOf = (model: VehicleModel): string => {
  const h = createStateHash();
  model.hashInto(h);
  return h.digest();
};
const drive = (accelMps2: number, steerRad = 0): DriveDemand => ({ accelMps2, steerRad, gear: "drive" });
const origin = { xM: 0, yM: 0, zM: 0, yawRad: 0 };

interface Inputs {
  speedMps: number;
  yawRad: number;
  demand: DriveDemand;
  faults: ActuatorFaults;
  ground: Ground;
}
const usual: Inputs = { speedMps: 8, yawRad: 0.4, demand: drive(0.5, 0.05), faults: healthy, ground: flat };

function play(kind: (typeof kinds)[number], inputs: Inputs, near: readonly SolidBox[] = []): VehicleModel {
  const model = MODELS[kind](sedan);
  model.place({ ...origin, yawRad: inputs.yawRad }, inputs.speedMps, inputs.ground);
  for (let i = 0; i < 300; i += 1) {
    // The input under test comes late, so that it must show in the state, not only in the start.
    const late = i > 250;
    model.step(late ? inputs.demand : usual.demand, late ? inputs.faults : healthy, late ? inputs.ground : flat, late ? near : []);
  }
  return model;
}

describe.each(kinds)("%s: same inputs, same bits", (kind) => {
  it("two runs of equal inputs end in equal hashes", () => {
    expect(hashOf(play(kind, usual))).toBe(hashOf(play(kind, usual)));
  });

  it.each<[string, Partial<Inputs>]>([
    ["speed", { speedMps: 8.000001 }],
    ["heading", { yawRad: 0.4000001 }],
    ["steering", { demand: drive(0.5, 0.0500001) }],
    ["acceleration", { demand: drive(0.5000001, 0.05) }],
    ["gear", { demand: { ...usual.demand, gear: "park" } }],
    ["brake fade while braking", { demand: drive(-1, 0.05), faults: { ...healthy, brakeLoss: 0.01 } }],
    ["steering loss while steering", { demand: drive(0.5, 0.2), faults: { ...healthy, steerLoss: 0.5 } }],
    ["lag", { demand: drive(-1, 0.2), faults: { ...healthy, lagS: 0.1 } }],
    ["slope", { ground: { ...flat, nx: -0.01, nz: Math.sqrt(1 - 0.0001) } }],
    ["rolling resistance", { ground: { ...flat, rollingScale: 1.1 } }],
    ["friction", { demand: drive(-9, 0.2), ground: { ...flat, friction: 0.3 } }],
  ])("another %s gives another hash", (_, change) => {
    const base: Inputs = { ...usual, ...(change.faults === undefined && change.ground?.friction === undefined ? {} : { demand: change.demand ?? usual.demand }) };
    expect(hashOf(play(kind, { ...usual, ...change }))).not.toBe(hashOf(play(kind, base)));
  });

  it("energy is part of the hash", () => {
    const a = play(kind, usual);
    const b = play(kind, usual);
    b.drain(0.001);
    expect(hashOf(b)).not.toBe(hashOf(a));
  });

  it("placing a used vehicle again gives the state of a new one, energy apart", () => {
    const used = play(kind, usual);
    const fresh = MODELS[kind](sedan);
    const record = (model: VehicleModel): string[] => {
      model.place(origin, 5, flat);
      const states: string[] = [];
      for (let i = 0; i < 200; i += 1) {
        model.step(drive(0.2, 0.1), healthy, flat, []);
        states.push(JSON.stringify(model.state));
      }
      return states;
    };
    expect(record(used)).toEqual(record(fresh));
  });
});

describe.each(kinds)("%s: state", (kind) => {
  it("accelerations are those of the origin: the path's curvature times speed squared in a steady turn", () => {
    const model = MODELS[kind](sedan);
    model.place(origin, 10, flat);
    for (let i = 0; i < 1000; i += 1) model.step(drive(0, 0.05), healthy, flat, []);
    const { state } = model;
    expect(state.lateralAccelMps2).toBeCloseTo(state.yawRateRadps * state.speedMps, 2);
    expect(state.accelMps2).toBeCloseTo(-state.yawRateRadps * state.lateralMps, 2);
  });

  it("going up a grade the nose points up, and height follows the plane", () => {
    const model = MODELS[kind](sedan);
    const nz = 1 / Math.sqrt(1 + 0.0064);
    const ground = { ...flat, nx: -0.08 * nz, nz };
    model.place(origin, 5, ground);
    for (let i = 0; i < 500; i += 1) model.step(drive(0), healthy, { ...ground, zM: 0.08 * model.state.xM }, []);
    expect(model.state.zM).toBeCloseTo(0.08 * model.state.xM, 1);
    expect(model.state.pitchRad).toBeLessThan(-0.075);
    expect(model.state.pitchRad).toBeGreaterThan(-0.085);
    expect(model.state.xM).toBeCloseTo(25 * Math.cos(Math.atan(0.08)), 0);
  });

  it("reverse goes backwards and turns the tail to the steered side", () => {
    const model = MODELS[kind](sedan);
    model.place(origin, 0, flat);
    for (let i = 0; i < 600; i += 1) model.step({ accelMps2: 0.5, steerRad: 0.3, gear: "reverse" }, healthy, flat, []);
    expect(model.state.speedMps).toBeLessThan(-1);
    expect(model.state.xM).toBeLessThan(-1);
    expect(model.state.yawRateRadps).toBeLessThan(0);
    expect(model.state.yM).toBeGreaterThan(0);
  });

  it("asking for reverse in motion stops first", () => {
    const model = MODELS[kind](sedan);
    model.place(origin, 5, flat);
    let least = 5;
    for (let i = 0; i < 400; i += 1) {
      model.step({ accelMps2: 1.5, steerRad: 0, gear: "reverse" }, healthy, flat, []);
      if (i < 150) least = Math.min(least, model.state.speedMps);
    }
    expect(least).toBeGreaterThan(0);
    for (let i = 0; i < 400; i += 1) model.step({ accelMps2: 1.5, steerRad: 0, gear: "reverse" }, healthy, flat, []);
    expect(model.state.speedMps).toBeLessThan(-1);
  });

  it("an empty tank drives no more, but brakes", () => {
    const model = MODELS[kind](readProfile("defense-vehicle"));
    model.place(origin, 10, flat);
    model.drain(1);
    expect(model.socRatio).toBe(0);
    for (let i = 0; i < 500; i += 1) model.step(drive(2), healthy, flat, []);
    expect(model.state.speedMps).toBeLessThan(10);
    for (let i = 0; i < 500; i += 1) model.step(drive(-3), healthy, flat, []);
    expect(Math.abs(model.state.speedMps)).toBeLessThan(1e-6);
    for (let i = 0; i < 500; i += 1) model.step(drive(2), healthy, flat, []);
    expect(Math.abs(model.state.speedMps)).toBeLessThan(1e-6);
  });
});

describe("three axles", () => {
  const truck = threeAxles();

  it("share the weight by the lever and, within the tandem, by tyres", () => {
    const { loadShare, driveShare } = chassisOf(truck);
    expect(loadShare[0] as number).toBeCloseTo((truck.geometry.cgToRearAxleM - 1.5 / 3) / (5.9 - 1.5 / 3), 10);
    expect((loadShare[1] as number) / (loadShare[2] as number)).toBeCloseTo(2, 10);
    expect([...loadShare].reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect([...driveShare]).toEqual([0, 1, 0]);
  });

  it.each(kinds)("turn wider than two axles by the tandem's scrub (Winkler): %s", (kind) => {
    // Balance of the three axles' side forces, solved by hand for unequal tandem axles at +d and -d with shares p and q.
    const { loadShare } = chassisOf(truck);
    const [f, p, q] = [loadShare[0] as number, loadShare[1] as number, loadShare[2] as number];
    const d = 1.5;
    const L = 5.9;
    const s1 = f * L + (p - q) * d;
    const s2 = f * L * L + (p + q) * d * d;
    const curvaturePerTan = (f * L - s1 * f) / (s2 - s1 * s1);
    const model = MODELS[kind](truck);
    model.place(origin, 1.5, flat);
    const steer = 0.3;
    for (let i = 0; i < 1500; i += 1) model.step(drive(0, steer), healthy, flat, []);
    const curvature = model.state.yawRateRadps / model.state.speedMps;
    expect(curvature / (curvaturePerTan * Math.tan(steer))).toBeGreaterThan(0.97);
    expect(curvature / (curvaturePerTan * Math.tan(steer))).toBeLessThan(1.03);
    expect(curvature).toBeLessThan(0.98 * (Math.tan(steer) / L));
  });

  it("ride level at rest", () => {
    const model = MODELS.raycast(truck);
    model.place(origin, 0, flat);
    for (let i = 0; i < 500; i += 1) model.step({ ...drive(0), gear: "park" }, healthy, flat, []);
    expect(Math.abs(model.state.pitchRad)).toBeLessThan(1e-6);
    expect(Math.abs(model.state.zM)).toBeLessThan(1e-6);
  });
});

describe("contact of the raycast model", () => {
  const wall: SolidBox = { id: "wall", xM: 30, yM: 0, zM: 1, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: 1, widthM: 20, heightM: 3 };
  const nose = sedan.geometry.lengthM - sedan.geometry.rearOverhangM;

  it("a wall stops the vehicle at its face", () => {
    const model = MODELS.raycast(sedan);
    model.place(origin, 8, flat);
    let furthest = 0;
    let back = 0;
    for (let i = 0; i < 800; i += 1) {
      model.step(drive(0), healthy, flat, [wall]);
      furthest = Math.max(furthest, model.state.xM + nose);
      back = Math.min(back, model.state.speedMps);
    }
    expect(furthest).toBeGreaterThan(29.4);
    expect(furthest).toBeLessThan(29.75);
    expect(back).toBeGreaterThan(-1.5);
    expect(model.state.xM + nose).toBeGreaterThan(28);
    expect(Math.abs(model.state.speedMps)).toBeLessThan(0.01);
  });

  it("a box that is near but not touched changes nothing", () => {
    const alone = play("raycast", usual);
    const beside = play("raycast", usual, [{ ...wall, xM: alone.state.xM, yM: alone.state.yM - 30, lengthM: 2, widthM: 2 }]);
    expect(hashOf(beside)).toBe(hashOf(alone));
  });

  it("equal masses share the speed of a rear-end shock; total momentum does not grow", () => {
    // Each in its own world, as the backend does it.
    const boxOf = (m: VehicleModel, id: string): SolidBox => ({ id, xM: m.state.xM + sedan.geometry.lengthM / 2 - sedan.geometry.rearOverhangM, yM: m.state.yM, zM: 0.8, yawRad: m.state.yawRad, vxMps: m.state.speedMps, vyMps: 0, lengthM: sedan.geometry.lengthM, widthM: sedan.geometry.widthM, heightM: 1.5, massKg: sedan.mass.totalKg });
    const a = MODELS.raycast(sedan);
    const b = MODELS.raycast(sedan);
    a.place(origin, 6, flat);
    b.place({ ...origin, xM: 6 }, 0.2, flat);
    let peak = 0;
    for (let i = 0; i < 200; i += 1) {
      const [boxA, boxB] = [boxOf(a, "a"), boxOf(b, "b")];
      a.step(drive(0), healthy, flat, [boxB]);
      b.step(drive(0), healthy, flat, [boxA]);
      peak = Math.max(peak, a.state.speedMps + b.state.speedMps);
    }
    expect(peak).toBeLessThan(6.3);
    expect(b.state.speedMps).toBeGreaterThan(2);
    expect(a.state.speedMps).toBeLessThan(3.5);
    expect(a.state.speedMps).toBeGreaterThan(0);
  });

  it("a pedestrian's mass hardly slows a haul truck", () => {
    const truck = readProfile("mine-haul-truck");
    const model = MODELS.raycast(truck);
    model.place(origin, 5, flat);
    const person: SolidBox = { id: "p", xM: 14, yM: 0, zM: 0.9, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: 0.5, widthM: 0.5, heightM: 1.8, massKg: 75 };
    for (let i = 0; i < 100; i += 1) model.step(drive(0), healthy, flat, [person]);
    expect(model.state.speedMps).toBeGreaterThan(4.5);
  });
});

describe("every profile, raycast", () => {
  it.each(readProfiles().map((p) => [p.id, p] as const))("%s keeps its wheels down and its numbers finite in a hard swerve and stop", (_, profile) => {
    const model = MODELS.raycast(profile);
    const ground = { ...flat, friction: frictionOf(profile, "dry") };
    model.place(origin, profile.limits.speedMps, ground);
    // Twice what its agent may ever ask for.
    const swerve = Math.atan((2 * profile.limits.lateralMps2 * profile.geometry.wheelbaseM) / (profile.limits.speedMps * profile.limits.speedMps));
    let lean = 0;
    for (let i = 0; i < 1500; i += 1) {
      const steer = i < 300 ? swerve : i < 600 ? -swerve : 0;
      model.step(drive(i < 600 ? 0 : -profile.brake.decelMps2Max, steer), healthy, ground, []);
      lean = Math.max(lean, Math.abs(model.state.rollRad), Math.abs(model.state.pitchRad));
    }
    expect(lean).toBeLessThan(0.3);
    expect(Math.abs(model.state.zM)).toBeLessThan(0.02);
    expect(Math.abs(model.state.speedMps)).toBeLessThan(0.01);
    expect(model.state.lateralAccelMps2).toBeLessThan(0.1 * G_MPS2);
  });
});

describe("rolling over", () => {
  it("a tall vehicle thrown into a turn ends on its side with finite numbers, and comes to rest", () => {
    const tall = { ...sedan, geometry: { ...sedan.geometry, cgHeightM: 1.4 } };
    const model = MODELS.raycast(tall);
    model.place(origin, 25, { ...flat, friction: 1 });
    let lean = 0;
    for (let i = 0; i < 3000; i += 1) {
      model.step(drive(-4, 0.4), healthy, { ...flat, friction: 1 }, []);
      lean = Math.max(lean, Math.abs(model.state.rollRad));
    }
    for (const value of Object.values(model.state)) expect(Number.isFinite(value)).toBe(true);
    expect(lean).toBeGreaterThan(1);
    expect(Math.abs(model.state.zM)).toBeLessThan(3);
    expect(Math.abs(model.state.speedMps)).toBeLessThan(0.5);
  });
});
