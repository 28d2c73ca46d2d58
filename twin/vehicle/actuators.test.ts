import { describe, expect, it } from "vitest";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { readProfile } from "../physics/test-profiles.ts";
import { STEP_S, type ActuatorFaults, type DriveDemand } from "../physics/types.ts";
import { createActuators, hashActuators, resetActuators, stepActuators, type Actuators, type DriveFeel } from "./actuators.ts";

const bus = readProfile("public-transit-bus");
const healthy: ActuatorFaults = { brakeLoss: 0, steerLoss: 0, lagS: 0 };
const mass = bus.mass.totalKg;
const feelAt = (speedMps: number, resistN = 0, slopeN = 0): DriveFeel => ({ speedMps, resistN, rollingN: 0, slopeN, empty: false });
const demand = (accelMps2: number, steerRad = 0, gear: DriveDemand["gear"] = "drive"): DriveDemand => ({ accelMps2, steerRad, gear });

function rolling(speedMps: number): Actuators {
  const a = createActuators(bus);
  resetActuators(a, speedMps);
  return a;
}

/** Ticks until `reached`, at most 1000. */
function ticksUntil(step: () => void, reached: () => boolean): number {
  let ticks = 0;
  while (!reached() && ticks < 1000) {
    step();
    ticks += 1;
  }
  return ticks;
}

describe("service brake", () => {
  const full = mass * bus.brake.decelMps2Max;

  it("gives nothing in the dead time, then rises by full force per build-up time", () => {
    const a = rolling(15);
    const forces: number[] = [];
    for (let i = 0; i < 100; i += 1) {
      stepActuators(a, demand(-20), healthy, feelAt(15));
      forces.push(a.brakeN);
    }
    const dead = Math.round(bus.brake.deadTimeS / STEP_S);
    expect(forces.slice(0, dead)).toEqual(forces.slice(0, dead).map(() => 0));
    expect(forces[dead]).toBeCloseTo((full * STEP_S) / bus.brake.buildUpS, 6);
    expect(forces.findIndex((f) => f >= full - 1e-6) + 1).toBe(dead + Math.round(bus.brake.buildUpS / STEP_S));
  });

  it("has no dead time while it is applied already", () => {
    const a = rolling(15);
    for (let i = 0; i < 200; i += 1) stepActuators(a, demand(-1), healthy, feelAt(15));
    const before = a.brakeN;
    stepActuators(a, demand(-2), healthy, feelAt(15));
    expect(a.brakeN).toBeGreaterThan(before);
  });

  it("takes over from resistance only what is missing, and nothing when resistance is enough", () => {
    const a = rolling(15);
    for (let i = 0; i < 300; i += 1) stepActuators(a, demand(-1), healthy, feelAt(15, 5000));
    expect(a.brakeN).toBeCloseTo(mass - 5000, 6);
    for (let i = 0; i < 300; i += 1) stepActuators(a, demand(-0.2), healthy, feelAt(15, 5000));
    expect(a.brakeN).toBe(0);
    expect(a.driveN).toBeCloseTo(5000 - 0.2 * mass, 3);
  });

  it.each([0.25, 0.5, 1])("fade by %f leaves the rest of the force", (brakeLoss) => {
    const a = rolling(15);
    for (let i = 0; i < 300; i += 1) stepActuators(a, demand(-20), { ...healthy, brakeLoss }, feelAt(15));
    expect(a.brakeN).toBeCloseTo(full * (1 - brakeLoss), 6);
  });
});

describe("drive", () => {
  it("approaches the force with its lag: 63 % after one time constant", () => {
    const a = rolling(5);
    const ticks = ticksUntil(() => stepActuators(a, demand(0.5), healthy, feelAt(5)), () => a.driveN >= 0.632 * 0.5 * mass);
    expect(Math.abs(ticks * STEP_S - bus.drive.lagS)).toBeLessThanOrEqual(2 * STEP_S);
  });

  it("is limited by force when slow and by power when fast", () => {
    const slow = rolling(1);
    const fast = rolling(15);
    for (let i = 0; i < 300; i += 1) {
      stepActuators(slow, demand(20), healthy, feelAt(1));
      stepActuators(fast, demand(20), healthy, feelAt(15));
    }
    expect(slow.driveN).toBeCloseTo(bus.drive.forceNMax, 3);
    expect(fast.driveN).toBeCloseTo(bus.drive.powerWMax / 15, 3);
  });

  it("fades at the governed speed and brakes gently above it", () => {
    const at = rolling(bus.drive.speedMpsMax);
    const above = rolling(bus.drive.speedMpsMax + 2);
    for (let i = 0; i < 300; i += 1) {
      stepActuators(at, demand(5), healthy, feelAt(bus.drive.speedMpsMax));
      stepActuators(above, demand(5), healthy, feelAt(bus.drive.speedMpsMax + 2));
    }
    expect(at.driveN).toBe(0);
    expect(above.brakeN).toBeCloseTo(mass, 6);
  });

  it("gives nothing from an empty store", () => {
    const a = rolling(5);
    for (let i = 0; i < 100; i += 1) stepActuators(a, demand(1), healthy, feelAt(5));
    stepActuators(a, demand(1), healthy, { ...feelAt(5), empty: true });
    expect(a.driveN).toBe(0);
  });

  it("pushes backwards in reverse", () => {
    const a = rolling(-1);
    for (let i = 0; i < 300; i += 1) stepActuators(a, demand(0.5, 0, "reverse"), healthy, feelAt(-1));
    expect(a.driveN).toBeCloseTo(-0.5 * mass, 3);
  });
});

describe("standstill", () => {
  it("starts parked when placed at rest, with the parking brake on", () => {
    const a = rolling(0);
    expect([a.engaged, a.parkN, a.brakeN]).toEqual(["park", mass * bus.brake.parkMps2, 0]);
  });

  it("on a slope the parking brake lets go only after the service brake or the drive holds", () => {
    const slope = 0.08 * mass * 9.8;
    const hold = rolling(0);
    const start = rolling(0);
    for (let i = 0; i < 400; i += 1) {
      stepActuators(hold, demand(0), healthy, feelAt(0, slope, slope));
      stepActuators(start, demand(0.3), healthy, feelAt(0, slope, slope));
      expect(hold.brakeN + hold.parkN + hold.driveN).toBeGreaterThanOrEqual(slope);
      expect(start.brakeN + start.parkN + start.driveN).toBeGreaterThanOrEqual(slope);
    }
    expect(hold.parkN).toBe(0);
    expect(hold.driveN).toBe(0);
    expect(start.brakeN + start.parkN).toBe(0);
  });

  it("a drive too weak for the slope never releases the brakes", () => {
    const slope = 2 * bus.drive.forceNMax;
    const a = rolling(0);
    for (let i = 0; i < 1000; i += 1) stepActuators(a, demand(0.3), healthy, feelAt(0, slope, slope));
    expect(a.parkN).toBe(mass * bus.brake.parkMps2);
  });

  it("faded service brakes do not touch the parking brake", () => {
    const a = rolling(0);
    for (let i = 0; i < 100; i += 1) stepActuators(a, demand(0, 0, "park"), { ...healthy, brakeLoss: 1 }, feelAt(0));
    expect(a.parkN).toBe(mass * bus.brake.parkMps2);
  });
});

describe("steering", () => {
  const { angleRadMax, rateRadpsMax } = bus.steering;

  it("never turns faster than its rate nor beyond its stop, either way", () => {
    const a = rolling(5);
    let last = 0;
    for (let i = 0; i < 1000; i += 1) {
      stepActuators(a, demand(0, i < 500 ? 3 : -3), healthy, feelAt(5));
      expect(Math.abs(a.steerRad - last)).toBeLessThanOrEqual(rateRadpsMax * STEP_S + 1e-12);
      expect(Math.abs(a.steerRad)).toBeLessThanOrEqual(angleRadMax + 1e-12);
      last = a.steerRad;
    }
    expect(a.steerRad).toBeCloseTo(-angleRadMax, 4);
  });

  it("loses rate with a partial fault and holds its angle with a full one", () => {
    const [whole, half, stuck] = [rolling(5), rolling(5), rolling(5)] as const;
    for (let i = 0; i < 20; i += 1) {
      stepActuators(whole, demand(0, 0.7), healthy, feelAt(5));
      stepActuators(half, demand(0, 0.7), { ...healthy, steerLoss: 0.5 }, feelAt(5));
      stepActuators(stuck, demand(0, 0.7), { ...healthy, steerLoss: 1 }, feelAt(5));
    }
    expect(half.steerRad).toBeCloseTo(whole.steerRad / 2, 10);
    expect(stuck.steerRad).toBe(0);
  });
});

describe("lag fault", () => {
  it("delays steering, drive and brake by exactly that time, and ends at once when cleared", () => {
    const healthyRun = rolling(5);
    const lagging = rolling(5);
    const ticks = 30;
    const asked = (i: number): DriveDemand => (i < 150 ? demand(0.5, 0.2) : demand(-2, -0.1));
    const trace: number[][] = [];
    for (let i = 0; i < 400; i += 1) {
      stepActuators(healthyRun, asked(i), healthy, feelAt(5));
      trace.push([healthyRun.steerRad, healthyRun.driveN, healthyRun.brakeN]);
      stepActuators(lagging, asked(i), { ...healthy, lagS: ticks * STEP_S }, feelAt(5));
      if (i >= ticks) expect([lagging.steerRad, lagging.driveN, lagging.brakeN]).toEqual(trace[i - ticks]);
    }
    const before = lagging.steerRad;
    stepActuators(lagging, demand(0, 0.5), healthy, feelAt(5));
    expect(lagging.steerRad).toBeGreaterThan(before);
  });

  it("keeps doing what was asked last until the first delayed demand comes out", () => {
    const a = rolling(5);
    for (let i = 0; i < 300; i += 1) stepActuators(a, demand(0.5, 0.2), healthy, feelAt(5));
    const { steerRad } = a;
    for (let i = 0; i < 40; i += 1) stepActuators(a, demand(0, -0.2), { ...healthy, lagS: 0.4 }, feelAt(5));
    expect(a.steerRad).toBeCloseTo(steerRad, 6);
    stepActuators(a, demand(0, -0.2), { ...healthy, lagS: 0.4 }, feelAt(5));
    expect(a.steerRad).toBeLessThan(steerRad - 1e-4);
  });

  it("what waits in the delay is part of the hash", () => {
    const hash = (late: number): string => {
      const a = rolling(5);
      for (let i = 0; i < 10; i += 1) stepActuators(a, demand(0, i === 9 ? late : 0), { ...healthy, lagS: 0.4 }, feelAt(5));
      // Same last demand, different demand still under way.
      stepActuators(a, demand(0, 0), { ...healthy, lagS: 0.4 }, feelAt(5));
      const h = createStateHash();
      hashActuators(a, h);
      return h.digest();
    };
    expect(hash(0.1)).toBe(hash(0.1));
    expect(hash(0.1)).not.toBe(hash(0.2));
  });
});
