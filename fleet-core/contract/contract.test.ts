import { describe, expect, test } from "vitest";
import { commandAckSchema, commandSchema } from "./command.ts";
import { faultPlanSchema } from "./fault.ts";
import { decodeJson, encodeJson } from "./json.ts";
import { missionSchema } from "./mission.ts";
import { telemetrySchema } from "./telemetry.ts";

const telemetry = {
  vehicle_id: "v07",
  timestamp: "2026-01-01T06:00:00.250Z",
  sequence: 12,
  position: { latitude: 48.1, longitude: 11.5, heading: 90 },
  status: { operational_state: "READY", energy_level: 81.5 },
};
const command = { command_id: "cmd-1", vehicle_id: "v07", timestamp: "2026-01-01T06:00:00Z", command_type: "PAUSE" };
const faults = (schema: Parameters<typeof decodeJson>[1], value: unknown): string[] => {
  const read = decodeJson(encodeJson(value), schema, "m");
  return read.ok ? [] : read.error.map((d) => `${d.path ?? ""}: ${d.message}${d.expected === undefined ? "" : ` (${d.expected})`}`);
};
const without = (value: object, ...keys: string[]): object => Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

describe("telemetry", () => {
  test("the smallest message the contract allows passes; so does every optional field, and one it does not name", () => {
    expect(faults(telemetrySchema, telemetry)).toEqual([]);
    const full = {
      ...telemetry,
      position: { ...telemetry.position, altitude: 500, speed: 3, accuracy: 0.1 },
      status: { ...telemetry.status, health_score: 99, assist_state: "NONE" },
      diagnostics: { cpu_usage: 1, memory_usage: 2, disk_usage: 3, temperature: 4, network_quality: 5 },
      mission: { mission_id: "m", route_id: "r", progress: 50, eta: "2026-01-01T07:00:00+02:00" },
      vendor_extension: { anything: [1, 2] },
    };
    expect(faults(telemetrySchema, full)).toEqual([]);
    const read = decodeJson(encodeJson(full), telemetrySchema, "m");
    expect(read.ok && read.value).toEqual(full);
  });

  test.each([
    ["vehicle_id"], ["timestamp"], ["sequence"], ["position"], ["status"],
  ])("%s may not be missing", (field) => {
    expect(faults(telemetrySchema, without(telemetry, field))).toHaveLength(1);
    expect(faults(telemetrySchema, without(telemetry, field))[0]).toMatch(new RegExp(`^${field}: is missing`));
  });

  test.each([
    [{ ...telemetry, sequence: 1.5 }, "sequence: is 1.5 (a whole number)"],
    [{ ...telemetry, timestamp: "yesterday" }, 'timestamp: is "yesterday" (a date and time such as 2026-01-01T06:00:00Z)'],
    [{ ...telemetry, timestamp: "2026-01-01T06:00Z" }, 'timestamp: is "2026-01-01T06:00Z" (a date and time such as 2026-01-01T06:00:00Z)'],
    [{ ...telemetry, status: { ...telemetry.status, energy_level: 100.1 } }, "status.energy_level: is 100.1 (at most 100)"],
    [{ ...telemetry, status: { ...telemetry.status, energy_level: -1 } }, "status.energy_level: is -1 (at least 0)"],
    [{ ...telemetry, status: { ...telemetry.status, operational_state: "ready" } }, 'status.operational_state: is "ready" (one of "READY", "BUSY", "CHARGING", "MAINTENANCE", "ERROR")'],
    [{ ...telemetry, position: { latitude: "48", longitude: 11, heading: 0 } }, 'position.latitude: is "48" (a number)'],
    [{ ...telemetry, mission: { progress: 101 } }, "mission.progress: is 101 (at most 100)"],
    [{ ...telemetry, mission: null }, "mission: is null (an object)"],
  ])("message %# is refused by field, with what was expected", (value, expected) => {
    expect(faults(telemetrySchema, value)).toEqual([expected]);
  });
});

describe("command and answer", () => {
  test("priority is NORMAL when nothing is said", () => {
    const read = decodeJson(encodeJson(command), commandSchema, "m");
    expect(read.ok && read.value.priority).toBe("NORMAL");
  });

  test.each([
    [{ ...command, command_type: "FLY" }, /^command_type: is "FLY" \(one of "ASSIGN_MISSION"/],
    [{ ...command, priority: "URGENT" }, /^priority: is "URGENT"/],
    [{ ...command, payload: [1] }, /^payload: is a list of 1 \(a record\)/],
    [without(command, "command_id"), /^command_id: is missing \(a string\)/],
  ])("command %# is refused", (value, expected) => {
    expect(faults(commandSchema, value)).toEqual([expect.stringMatching(expected)]);
  });

  test("an answer is ours, so a field it does not know is refused", () => {
    const ack = { command_id: "c", vehicle_id: "v", timestamp: "2026-01-01T06:00:00Z", outcome: "ACCEPTED" };
    expect(faults(commandAckSchema, ack)).toEqual([]);
    expect(faults(commandAckSchema, { ...ack, resaon: "typo" })).toEqual(["resaon: is not a known field"]);
  });
});

describe("mission and fault plan", () => {
  const mission = { mission_id: "m", vehicle_class: "bus", requested_at_s: 0, stops: [{ name: "A", road: "1", lane: -1, sM: 3, dwellS: 10 }] };
  test("a mission has at least one stop and repeats only when it says so", () => {
    const read = decodeJson(encodeJson(mission), missionSchema, "m");
    expect(read.ok && read.value.repeat).toBe(false);
    expect(faults(missionSchema, { ...mission, stops: [] })).toEqual(["stops: has 0 items (at least 1 items)"]);
    expect(faults(missionSchema, { ...mission, stops: [{ ...mission.stops[0], lane: 0.5 }] })).toEqual(["stops[0].lane: is 0.5 (a whole number)"]);
  });

  test("a fault has a known kind, a severity of 0 to 1 and the schema's name", () => {
    expect(faults(faultPlanSchema, { schema: "atlasmesh.fault-plan/1", faults: [{ kind: "brake-fade", target: "v1", atS: 1, severity: 0.5 }] })).toEqual([]);
    expect(faults(faultPlanSchema, { schema: "atlasmesh.fault-plan/2", faults: [] })).toEqual(['schema: is "atlasmesh.fault-plan/2" ("atlasmesh.fault-plan/1")']);
    expect(faults(faultPlanSchema, { schema: "atlasmesh.fault-plan/1", faults: [{ kind: "brake-fade", target: "v1", atS: 1, severity: 2 }] })).toEqual(["faults[0].severity: is 2 (at most 1)"]);
  });
});
