import { describe, expect, it } from "vitest";
import { FLAG } from "../../fleet-core/contract/twin-view.ts";
import { utf8 } from "../audit/bytes.ts";
import type { RecordingContents, RecordingRecord } from "../recording/contents.ts";
import { standingOrderDraft, stvg1g, type IncidentInput } from "./incident.ts";
import { occurrencesOf, seriesOf, vehiclesOf } from "./occurrences.ts";

const channels = ["/atlasmesh/tick", "/vehicle/v1/agent", "/vehicle/v1/location", "/atlasmesh/note"].map((topic) => ({ topic, schemaName: "x", jsonSchema: {} }));
const message = (channel: number, timeUs: number, value: unknown): RecordingRecord => ({ kind: "message", channel, timeUs, data: utf8(JSON.stringify(value)) });
const agent = (timeUs: number, behaviour: string, mrm: Record<string, unknown> = { kind: "none" }): RecordingRecord => message(1, timeUs, { behaviour, reason: { code: behaviour, text: `now ${behaviour}` }, mrm });
/** 10 m/s on a circle of 50 m radius: 2 m/s² to the left. */
const tick = (timeUs: number, flags = 0): RecordingRecord => message(0, timeUs, { entities: [{ id: "v1", xM: 1, yM: 2, yawRad: (timeUs / 1e6) * 0.2, speedMps: 10, accelMps2: -1, flags }] });
const contents: RecordingContents = {
  epochMs: 1_000_000, channels,
  records: [
    message(2, 0, { latitude: 24.5, longitude: 54.6 }), tick(0), agent(0, "idle"),
    tick(500_000), agent(500_000, "cruise"),
    tick(1_000_000, FLAG.brake | FLAG.hazard), message(3, 1_000_000, { source: "twin", code: "fault.set", text: "v1: brake-fade" }),
    agent(1_100_000, "mrm", { kind: "operating", behaviour: "emergency-stop", reason: { code: "b", text: "brakes fade" } }),
    tick(1_500_000, FLAG.collided), tick(2_000_000, FLAG.collided),
    agent(2_000_000, "held", { kind: "succeeded", behaviour: "emergency-stop", reason: { code: "b", text: "at rest" } }),
    agent(3_000_000, "idle"),
  ],
};

describe("occurrences", () => {
  const found = occurrencesOf(contents, "build-1", "r.mcap");
  it("are read off the recording in time order, each with the state at that moment", () => {
    expect(found.map((o) => [o.kind, o.timeUs])).toEqual([
      ["activation", 500_000], ["severe-vehicle-failure", 1_000_000], ["mrm-start", 1_100_000], ["emergency-manoeuvre-start", 1_100_000], ["collision", 1_500_000],
      ["deactivation", 2_000_000], ["mrc-reached", 2_000_000], ["release", 3_000_000],
    ]);
    expect(found[2]).toMatchObject({ vehicle: "v1", utcMs: 1_001_100, reason: "brakes fade", softwareBuild: "build-1", state: { speedMps: 10, longitudinalMps2: -1, latitudeDeg: 24.5, braking: true, hazardLights: true, indicators: "none" } });
    expect(found[2]?.state?.lateralMps2).toBeCloseTo(2, 9);
    expect(vehiclesOf(contents)).toEqual(["v1"]);
    expect(seriesOf(contents, "v1").map((s) => s.timeUs)).toEqual([0, 1_000_000, 2_000_000]);
  });

  it("fill every mechanical column of an incident's records, and say what no recording knows", () => {
    const input: IncidentInput = { vehicle: "v1", profile: "sedan", fromUs: 0, toUs: 3_000_000, epochMs: contents.epochMs, build: "build-1", scenario: "s.xosc", map: "m.xodr", occurrences: found, series: seriesOf(contents, "v1"), faults: ["link-loss from 1 s"] };
    const { records } = stvg1g(input) as { records: Readonly<Record<string, unknown>>[] };
    expect(records).toHaveLength(found.length);
    for (const record of records) {
      expect(Object.keys(record)).toHaveLength(13);
      expect(Object.entries(record).filter(([, value]) => value === "not in the recording").map(([name]) => name)).toEqual(["12 supply voltage"]);
    }
    expect(standingOrderDraft(input)).toMatchObject({ basis: expect.stringContaining("secondary source") as string, ads_engaged_within_30_s: true, incident_utc: 1_001_500, latitude: 24.5, pre_crash_movement: "slowing", vin: "to be filled by a person" });
    expect((standingOrderDraft(input) as { pre_crash_speed_mph: number }).pre_crash_speed_mph).toBeCloseTo(22.37, 2);
  });
});
