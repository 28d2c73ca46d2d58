import { expect, test } from "vitest";
import type { VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import { createDetailsLog } from "./details-log.ts";

const detail = (id: string, speedMps: number): VehicleDetail => ({
  id, socRatio: 1, actual: { xM: 0, yM: 0, yawRad: 0, speedMps, accelMps2: 0, steerRad: 0 }, localisationErrorM: 0, faults: [], link: { path: "lte", coreAgeUs: 0 }, tracked: 0,
  agent: { timeUs: 0, behaviour: "cruise", reason: { code: "drive", text: "" }, mrm: { kind: "none" }, operationalState: "BUSY", targetSpeedMps: 9, accelMps2: 0, steerRad: 0, missionId: undefined, missionProgressRatio: 0, estimate: { xM: 0, yM: 0, yawRad: 0, speedMps, sigmaM: 0 }, lead: undefined, degraded: [] },
});

test("a moment shows the newest details at or before it", () => {
  const log = createDetailsLog();
  log.add(100, [detail("a", 1)]);
  log.add(120, [detail("a", 2)]);
  expect(log.at(119)?.tick).toBe(100);
  expect(log.at(120)?.details.get("a")?.actual.speedMps).toBe(2);
  expect(log.at(5)?.tick).toBe(100);
});

test("a plot gets only its vehicle and its window", () => {
  const log = createDetailsLog();
  for (let tick = 0; tick <= 1000; tick += 20) log.add(tick, [detail("a", tick), detail("b", -tick)]);
  const series = log.series("a", 500, 600, 10_000);
  expect(series.timeS).toEqual([5, 5.2, 5.4, 5.6, 5.8, 6]);
  expect(series.speedMps[0]).toBe(500);
});

test("the log is bounded", () => {
  const log = createDetailsLog(100);
  for (let tick = 0; tick < 1000; tick += 1) log.add(tick, [detail("a", 0)]);
  expect(log.series("a", 0, 2000, 10_000).timeS.length).toBeLessThanOrEqual(100);
  expect(log.at(999)?.tick).toBe(999);
});
