import { describe, expect, it } from "vitest";
import { readProfile } from "../physics/test-profiles.ts";
import { createEnergyStore, drainEnergy, stepEnergy } from "./energy.ts";

const sedan = readProfile("ride-hail-sedan");
const truck = readProfile("mine-haul-truck");
const KWH_PER_J = 1 / 3.6e6;

describe("energy store", () => {
  it("starts at the profile's state of charge", () => {
    const store = createEnergyStore(sedan);
    expect(store.remainingKwh / store.capacityKwh).toBeCloseTo(sedan.energy.socInitial, 12);
  });

  it("draws traction over efficiency plus auxiliaries", () => {
    const store = createEnergyStore(sedan);
    stepEnergy(store, 20_000, 0, 0.01);
    expect(store.drawnKwh).toBeCloseTo((20_000 / sedan.drive.efficiency + sedan.energy.auxiliaryW) * 0.01 * KWH_PER_J, 12);
  });

  it("a battery takes back its share of braking, at most the drive's power; a tank takes nothing", () => {
    const battery = createEnergyStore(sedan);
    stepEnergy(battery, 0, 50_000, 0.01);
    expect(battery.drawnKwh).toBeCloseTo((sedan.energy.auxiliaryW - 50_000 * sedan.drive.regenRatio) * 0.01 * KWH_PER_J, 12);
    const hard = createEnergyStore(sedan);
    stepEnergy(hard, 0, 1e9, 0.01);
    expect(hard.drawnKwh).toBeCloseTo((sedan.energy.auxiliaryW - sedan.drive.powerWMax) * 0.01 * KWH_PER_J, 9);
    const tank = createEnergyStore({ ...truck, drive: { ...truck.drive, regenRatio: 0.5 } });
    stepEnergy(tank, 0, 50_000, 0.01);
    expect(tank.drawnKwh).toBeGreaterThan(0);
  });

  it("never goes below empty nor above full, and counts only what it gave", () => {
    const store = createEnergyStore({ ...sedan, energy: { ...sedan.energy, capacityKwh: 0.001, socInitial: 0.5 } });
    for (let i = 0; i < 1000; i += 1) stepEnergy(store, 100_000, 0, 0.01);
    expect(store.remainingKwh).toBe(0);
    expect(store.drawnKwh).toBeCloseTo(0.0005, 12);
    for (let i = 0; i < 1000; i += 1) stepEnergy(store, 0, 100_000, 0.01);
    expect(store.remainingKwh).toBe(0.001);
    expect(store.drawnKwh).toBeCloseTo(-0.0005, 12);
  });

  it("a drain removes a share of what is left without counting it as drawn", () => {
    const store = createEnergyStore(sedan);
    const before = store.remainingKwh;
    drainEnergy(store, 0.9);
    expect(store.remainingKwh).toBeCloseTo(0.1 * before, 12);
    expect(store.drawnKwh).toBe(0);
    expect(() => drainEnergy(store, 1.5)).toThrow(/0 to 1/);
  });
});
