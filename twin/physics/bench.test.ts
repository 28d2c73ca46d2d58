import { expect, it } from "vitest";
import { benchPhysics } from "./bench.ts";
import { readProfile } from "./test-profiles.ts";

it("the benchmark does the same work each time, whatever the clock says", () => {
  const profile = readProfile("ride-hail-sedan");
  let now = 0;
  const slow = benchPhysics({ profile, vehicles: 2, steps: 50, nowNs: () => (now += 1e6) });
  const fast = benchPhysics({ profile, vehicles: 2, steps: 50, nowNs: () => (now += 1e3) });
  expect(slow.hash).toBe(fast.hash);
  expect(slow.nsPerVehicleStepBicycle).toBe(1e4);
  expect(slow.raycastOverRaw).toBe(1);
});
