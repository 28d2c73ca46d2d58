import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Telemetry } from "../contract/telemetry.ts";
import { createStateHash } from "../kernel/hash.ts";
import { isoUtc } from "../kernel/time.ts";
import { admitTelemetry, hashHotVehicle, RECENT_MAX, type Admission, type HotVehicle } from "./ingest.ts";

const EPOCH_MS = 1_767_225_600_000;
const S = 1_000_000;
const message = (sequence: number, sentS: number, more: Partial<Telemetry> = {}): Telemetry => ({
  vehicle_id: "v1",
  timestamp: isoUtc(EPOCH_MS, sentS * S),
  sequence,
  position: { latitude: 48, longitude: 11, heading: 90 },
  status: { operational_state: "READY", energy_level: 50 },
  ...more,
});
const admit = (hot: HotVehicle | undefined, telemetry: Telemetry, nowS = 1000): Admission => admitTelemetry(hot, "v1", telemetry, nowS * S, EPOCH_MS);
function feed(...messages: readonly Telemetry[]): { readonly kinds: string; readonly hot: HotVehicle } {
  let hot: HotVehicle | undefined;
  const kinds = messages.map((one) => {
    const admission = admit(hot, one);
    if (admission.kind !== "refused") hot = admission.hot;
    return admission.kind === "newest" && admission.rebooted ? "reboot" : admission.kind;
  });
  if (hot === undefined) throw new Error("nothing was admitted");
  return { kinds: kinds.join(" "), hot };
}

describe("telemetry in", () => {
  test("a message becomes a report in SI units and run time", () => {
    const { hot } = feed(message(1, 10.5, { position: { latitude: 48, longitude: 11, heading: 90, speed: 3 }, mission: { mission_id: "m1", progress: 25 } }));
    expect(hot.report).toEqual({ sequence: 1, sentUs: 10.5 * S, receivedUs: 1000 * S, latitudeDeg: 48, longitudeDeg: 11, headingDeg: 90, altitudeM: undefined, speedMps: 3, operationalState: "READY", energyRatio: 0.5, missionId: "m1", progressRatio: 0.25 });
    expect(hot).toMatchObject({ boot: 1, missionSinceUs: 10.5 * S, lastMission: { missionId: "m1", progressRatioMax: 0.25 } });
  });

  test.each([
    ["in order", [message(1, 1), message(2, 2), message(3, 3)], "newest newest newest", 3],
    ["doubled", [message(1, 1), message(2, 2), message(2, 2), message(1, 1)], "newest newest duplicate duplicate", 2],
    ["overtaken", [message(1, 1), message(3, 3), message(2, 2), message(4, 4)], "newest newest late newest", 4],
    ["overtaken and doubled", [message(1, 1), message(3, 3), message(2, 2), message(2, 2)], "newest newest late duplicate", 3],
    ["after a reboot", [message(8, 8), message(1, 9), message(2, 10)], "newest reboot newest", 2],
    ["after a reboot with the same number", [message(1, 1), message(1, 5)], "newest reboot", 1],
    ["buffered by the boot before, sent after the reboot", [message(8, 8), message(1, 20), message(9, 9), message(2, 21)], "newest reboot late newest", 2],
    ["two in one millisecond", [message(1, 1), message(2, 1)], "newest newest", 2],
  ])("%s", (_name, messages, kinds, newest) => {
    const fed = feed(...messages);
    expect(fed.kinds).toBe(kinds);
    expect(fed.hot.report.sequence).toBe(newest);
  });

  test("late data changes nothing that is known of now", () => {
    const { hot } = feed(message(1, 1), message(3, 3, { mission: { mission_id: "m1", progress: 50 } }));
    const late = admit(hot, message(2, 2, { status: { operational_state: "ERROR", energy_level: 1 } }));
    expect(late.kind === "late" && late.hot.report).toEqual(hot.report);
    expect(late.kind === "late" && late.report.operationalState).toBe("ERROR");
    expect(late.kind === "late" && late.hot.counts).toEqual({ newest: 2, late: 1, duplicate: 0 });
  });

  test("since when it names its mission, and how far it came, survive the end of the mission", () => {
    const on = (progress: number): Partial<Telemetry> => ({ mission: { mission_id: "m1", progress } });
    const { hot } = feed(message(1, 1), message(2, 2, on(0)), message(3, 3, on(40)), message(4, 4, on(30)), message(5, 5), message(6, 6));
    expect(hot).toMatchObject({ missionSinceUs: 5 * S, lastMission: { missionId: "m1", progressRatioMax: 0.4 } });
  });

  test.each([
    ["another one's name", message(1, 1, { vehicle_id: "v2" }), "wrong-sender", "v1 sends telemetry in the name of v2"],
    ["the future", message(1, 1006), "from-the-future", "v1 sends telemetry dated 6.0 s ahead"],
    ["a place that does not exist", message(1, 1, { position: { latitude: 91, longitude: 11, heading: 0 } }), "impossible", "v1 sends a position that does not exist: latitude 91, longitude 11, heading 0"],
    ["a negative sequence", message(-1, 1), "impossible", "v1 sends sequence -1 and a mission id of 0 characters"],
    ["a mission id without end", message(1, 1, { mission: { mission_id: "m".repeat(200) } }), "impossible", "v1 sends sequence 1 and a mission id of 200 characters"],
    ["the distant past", message(1, 1, { timestamp: "0001-01-01T00:00:00Z" }), "too-old", "v1 sends telemetry dated 0001-01-01T00:00:00Z"],
  ])("%s is refused", (_name, telemetry, code, text) => {
    expect(admit(undefined, telemetry)).toEqual({ kind: "refused", code, text });
  });

  test("a future within clock tolerance is believed", () => {
    expect(admit(undefined, message(1, 1004)).kind).toBe("newest");
  });

  test("whatever the network does to one boot's messages, the newest one heard is what is known, and none counts twice", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 120 }), (order) => {
        const { hot } = feed(...order.map((n) => message(n, n)));
        expect(hot.report.sequence).toBe(Math.max(...order));
        expect(hot.boot).toBe(1);
        const distinct = new Set(order).size;
        expect(hot.counts.newest + hot.counts.late).toBe(distinct);
        expect(hot.counts.duplicate).toBe(order.length - distinct);
      }),
      { numRuns: 2000, seed: 81 },
    );
  });

  test("what is remembered is bounded", () => {
    const { hot } = feed(...Array.from({ length: 500 }, (_, i) => message(i + 1, i / 10)));
    expect(hot.recent).toHaveLength(RECENT_MAX);
  });

  test("the hash sees what changes", () => {
    const digest = (hot: HotVehicle): string => {
      const hash = createStateHash();
      hashHotVehicle(hot, hash);
      return hash.digest();
    };
    const { hot } = feed(message(1, 1));
    expect(digest(feed(message(1, 1)).hot)).toBe(digest(hot));
    expect(digest(feed(message(1, 1), message(2, 2)).hot)).not.toBe(digest(hot));
    expect(digest({ ...hot, counts: { ...hot.counts, late: 1 } })).not.toBe(digest(hot));
  });
});
