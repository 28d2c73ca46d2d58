import fc from "fast-check";
import { expect, test } from "vitest";
import { COMMAND_TYPES } from "../fleet-core/contract/command.ts";
import { createTestWorld, profileOf } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";

const profile = profileOf("light-industrial-utv");
const map = createTestMap([{ id: "1", pieces: [{ lengthM: 300, curvature: 0 }], lanes: [-1] }]);
/** Orders that may lawfully stop the vehicle are left out: whatever else arrives must not. */
const harmless = COMMAND_TYPES.filter((type) => type !== "SAFE_STOP" && type !== "EMERGENCY_STOP");
const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("no message, however broken, throws or stops the vehicle", () => {
  const command = fc.record({
    command_id: fc.oneof(anyText, fc.constant(undefined), fc.integer()),
    vehicle_id: fc.oneof(fc.constant("v1"), anyText),
    timestamp: fc.oneof(fc.constant("2026-01-01T06:00:01.000Z"), anyText),
    command_type: fc.oneof(fc.constantFrom(...harmless), anyText),
    expiration: fc.oneof(fc.constant(undefined), fc.constant("2027-01-01T00:00:00Z"), anyText),
    payload: fc.oneof(fc.constant(undefined), fc.dictionary(anyText, fc.jsonValue()), fc.record({ mission: fc.jsonValue() })),
  });
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), command.map((value) => new TextEncoder().encode(JSON.stringify(value))), fc.json().map((text) => new TextEncoder().encode(text)));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), (messages) => {
      const world = createTestWorld({ map, vehicles: [{ profile }], noise: false });
      const v = world.vehicles[0]!;
      world.run(0.3);
      for (const message of messages) v.sendBytes("command", message);
      world.run(0.1);
      expect(v.status().mrm.kind, v.log.join("\n")).toBe("none");
      expect(v.log.filter((line) => line.includes("invariant"))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
