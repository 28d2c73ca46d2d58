import fc from "fast-check";
import { describe, it } from "vitest";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { MODELS } from "./closed-form.ts";
import { readProfiles } from "./test-profiles.ts";
import type { Ground } from "./types.ts";

const profiles = readProfiles();
const demand = fc.record({
  steerRad: fc.double({ min: -2, max: 2, noNaN: true }),
  accelMps2: fc.double({ min: -15, max: 15, noNaN: true }),
  gear: fc.constantFrom("drive" as const, "reverse" as const, "park" as const),
  brakeLoss: fc.double({ min: 0, max: 1, noNaN: true }),
  steerLoss: fc.double({ min: 0, max: 1, noNaN: true }),
  lagS: fc.constantFrom(0, 0, 0.1, 1),
  ticks: fc.integer({ min: 1, max: 200 }),
});
const road = fc.record({
  slopeX: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
  slopeY: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
  friction: fc.double({ min: 0.05, max: 1, noNaN: true }),
});

describe.each(["raycast", "bicycle"] as const)("%s under any demand, fault and slope", (kind) => {
  it("keeps finite numbers, its wheels down, its limits, and never gains energy from nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), fc.double({ min: 0, max: 1, noNaN: true }), road, fc.array(demand, { minLength: 1, maxLength: 8 }), (profile, share, { slopeX, slopeY, friction }, demands) => {
        const model = MODELS[kind](profile);
        const nz = 1 / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
        const ground: Ground = { zM: 0, nx: -slopeX * nz, ny: -slopeY * nz, nz, friction, rollingScale: 1 };
        model.place({ xM: 0, yM: 0, zM: 0, yawRad: 1 }, share * profile.drive.speedMpsMax, ground);
        const { state } = model;
        const m = profile.mass.totalKg;
        const mechanical = (): number => m * (0.5 * (state.speedMps * state.speedMps + state.lateralMps * state.lateralMps) + G_MPS2 * (slopeX * state.xM + slopeY * state.yM));
        for (const d of demands) {
          for (let i = 0; i < d.ticks; i += 1) {
            const before = model.energyKwh;
            const had = mechanical();
            model.step(d, d, { ...ground, zM: slopeX * state.xM + slopeY * state.yM }, []);
            for (const value of Object.values(state)) invariant(Number.isFinite(value), `finite state, got ${JSON.stringify(state)}`);
            invariant(Math.abs(state.steerRad) <= profile.steering.angleRadMax + 1e-12, "steering keeps its stop");
            if (kind === "raycast" && (Math.abs(state.rollRad) > 0.5 || Math.abs(state.pitchRad) > 0.5)) {
              // Tipped over: allowed only where grip and slope together can do it.
              const half = Math.min(...profile.axles.map((a) => a.trackM)) / 2;
              invariant(friction + Math.abs(slopeX) + Math.abs(slopeY) > (0.6 * half) / profile.geometry.cgHeightM, `tipped over at friction ${friction}`);
              return;
            }
            invariant(Math.abs(state.zM - slopeX * state.xM - slopeY * state.yM) < 0.6, `stays on the road, is at ${state.zM}`);
            invariant(model.socRatio >= 0 && model.socRatio <= 1, "state of charge is a share");
            if (kind === "bicycle") {
              const got = mechanical() - had;
              const drawn = (model.energyKwh - before) * 3.6e6;
              // At most the drive's own work arrives as motion; a little more is allowed for the finite step.
              const most = profile.drive.powerWMax * 0.01;
              invariant(got <= most * 1.1 + 0.02 * m && drawn >= -most, `gained ${got} J of at most ${most} J`);
            }
          }
        }
      }),
      { numRuns: 60, seed: 20261120 },
    );
  });
});
