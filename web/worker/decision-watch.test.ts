import { expect, test } from "vitest";
import type { VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import { createDecisionWatch } from "./decision-watch.ts";

const FAULT = { kind: "gnss-loss", target: "bus-1", atS: 1, severity: 1 } as const;
const detail = (code: string, id = "bus-1"): VehicleDetail => ({
  id, socRatio: 1, actual: { xM: 0, yM: 0, yawRad: 0, speedMps: 1, accelMps2: 0, steerRad: 0 }, localisationErrorM: 0, faults: [], link: { path: "lte", coreAgeUs: 0 }, tracked: 0,
  agent: { timeUs: 0, behaviour: "cruise", reason: { code, text: code }, mrm: { kind: "none" }, operationalState: "BUSY", targetSpeedMps: 9, accelMps2: 0, steerRad: 0, missionId: undefined, missionProgressRatio: 0, estimate: { xM: 0, yM: 0, yawRad: 0, speedMps: 1, sigmaM: 0 }, lead: undefined, degraded: [] },
});

test("each change of mind is written down once, with its tick", () => {
  const watch = createDecisionWatch();
  watch.open(FAULT, 100, detail("drive"));
  expect(watch.look(102, [detail("drive")])).toEqual([]);
  expect(watch.look(104, [detail("gnss-lost")])[0]?.changes.map((c) => [c.tick, c.reason.code])).toEqual([[104, "gnss-lost"]]);
  expect(watch.look(106, [detail("gnss-lost")])).toEqual([]);
});

test("the story ends when the vehicle does again what it did before", () => {
  const watch = createDecisionWatch();
  watch.open(FAULT, 100, detail("drive"));
  watch.look(104, [detail("gnss-lost")]);
  expect(watch.look(200, [detail("drive")])[0]).toMatchObject({ closed: true });
  expect(watch.watching()).toBe(false);
  expect(watch.look(300, [detail("approach-stop")])).toEqual([]);
});

test("a vehicle that never reacts is let go after a while, and one that vanished at once", () => {
  const watch = createDecisionWatch();
  watch.open(FAULT, 100, detail("drive"));
  expect(watch.look(3102, [detail("drive")])[0]).toMatchObject({ closed: true, changes: [] });
  watch.open(FAULT, 4000, detail("drive"));
  expect(watch.look(4002, [])[0]).toMatchObject({ closed: true });
});

test("a second fault on the same vehicle closes the first; other vehicles are not touched", () => {
  const watch = createDecisionWatch();
  watch.open(FAULT, 100, detail("drive"));
  watch.open({ ...FAULT, target: "bus-2" }, 110, detail("drive", "bus-2"));
  watch.open(FAULT, 120, detail("drive"));
  expect(watch.all().map((d) => [d.id, d.vehicleId, d.closed])).toEqual([[1, "bus-1", true], [2, "bus-2", false], [3, "bus-1", false]]);
});

test("the core's fault has no vehicle to watch", () => {
  const watch = createDecisionWatch();
  watch.open({ ...FAULT, kind: "core-crash", target: "core" }, 100, undefined);
  expect(watch.watching()).toBe(false);
});
