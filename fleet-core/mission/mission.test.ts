import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mission } from "../contract/mission.ts";
import { createStateHash } from "../kernel/hash.ts";
import { missionEventSchema, type MissionEvent } from "./events.ts";
import { decideMission, DECLINES_MAX, evolveMission, hashMission, holderOf, isEnded, type MissionCommand, type MissionRecord } from "./mission.ts";

const mission: Mission = { mission_id: "m1", vehicle_class: "bus", requested_at_s: 0, stops: [{ name: "A", road: "1", lane: -1, sM: 3, dwellS: 0 }], repeat: false };
/** Plays commands; a refused one is a mistake of the test. */
function after(...commands: readonly MissionCommand[]): MissionRecord {
  let state: MissionRecord | undefined;
  commands.forEach((command, i) => {
    const decided = decideMission(state, command);
    if (!decided.ok) throw new Error(decided.error);
    for (const event of decided.value) state = evolveMission(state, event, i * 10);
  });
  if (state === undefined) throw new Error("nothing happened");
  return state;
}
const request: MissionCommand = { kind: "request", mission };
const assign: MissionCommand = { kind: "assign", vehicleId: "v1", commandId: "c1", why: "nearest" };
const start: MissionCommand = { kind: "start", vehicleId: "v1" };

describe("a mission's life", () => {
  test("requested, assigned, underway, completed; each with its facts and times", () => {
    expect(after(request)).toMatchObject({ state: { kind: "requested" }, requestedUs: 0, version: 1 });
    expect(after(request, assign)).toMatchObject({ state: { kind: "assigned", vehicleId: "v1", commandId: "c1" }, assignment: { vehicleId: "v1", commandId: "c1", atUs: 10 } });
    expect(after(request, assign, start)).toMatchObject({ state: { kind: "underway", vehicleId: "v1", progressRatio: 0 }, startedUs: 20 });
    const done = after(request, assign, start, { kind: "complete", vehicleId: "v1", evidence: "acknowledged" });
    expect(done).toMatchObject({ state: { kind: "completed", vehicleId: "v1" }, endedUs: 30, version: 4 });
    expect(isEnded(done.state)).toBe(true);
    expect(holderOf(done)).toBeUndefined();
  });

  test("waiting and assigned again after a refusal", () => {
    const waiting = after(request, { kind: "find-none", reason: "all busy" });
    expect(waiting.state).toEqual({ kind: "unassignable", reason: "all busy" });
    const again = after(request, assign, { kind: "decline", vehicleId: "v1", reason: "held" });
    expect(again).toMatchObject({ state: { kind: "requested" }, assignment: undefined, declines: [{ vehicleId: "v1", atUs: 20, reason: "held" }] });
  });

  test("the same news twice is no event", () => {
    expect(decideMission(after(request, { kind: "find-none", reason: "x" }), { kind: "find-none", reason: "x" })).toEqual({ ok: true, value: [] });
    expect(decideMission(after(request, assign, start), start)).toEqual({ ok: true, value: [] });
    expect(decideMission(after(request), request)).toEqual({ ok: true, value: [] });
  });

  test(`after ${DECLINES_MAX} assignments that fell through it fails`, () => {
    const rounds = Array.from({ length: DECLINES_MAX }, (): MissionCommand[] => [assign, { kind: "decline", vehicleId: "v1", reason: "no" }]).flat();
    expect(after(request, ...rounds).state).toEqual({ kind: "failed", vehicleId: undefined, reason: "16 assignments fell through; the last: no" });
  });

  test.each([
    [[request, assign], { kind: "assign", vehicleId: "v2", commandId: "c2", why: "" }, "mission m1 is assigned with v1: it cannot be assigned"],
    [[request], start, "mission m1 is requested: v1 cannot start it"],
    [[request, assign], { kind: "start", vehicleId: "v2" }, "mission m1 is assigned with v1: v2 cannot start it"],
    [[request, assign, start], { kind: "decline", vehicleId: "v1", reason: "" }, "mission m1 is underway with v1: v1 cannot decline it"],
    [[request, assign, start], { kind: "complete", vehicleId: "v2", evidence: "telemetry" }, "mission m1 is underway with v1: v2 cannot complete it"],
    [[request, assign, start], { kind: "find-none", reason: "" }, "mission m1 is underway with v1: it is not looking for a vehicle"],
    [[request, { kind: "cancel", reason: "", commandId: "c" }], { kind: "fail", vehicleId: undefined, reason: "" }, "mission m1 is cancelled: it cannot fail now"],
    [[request], { kind: "confirm-cancel", reason: "" }, "mission m1 is requested: no cancellation is pending"],
    [[request, assign], { kind: "refuse-cancel", reason: "" }, "mission m1 is assigned with v1: no cancellation is pending"],
  ] as const)("what cannot follow is refused with a sentence (%#)", (history, command, error) => {
    expect(decideMission(after(...history), command)).toEqual({ ok: false, error });
  });

  test("a reason is cut to what an event may hold, never inside a character", () => {
    for (let pad = 0; pad < 4; pad += 1) {
      const decided = decideMission(after(request), { kind: "find-none", reason: "x".repeat(pad) + "😀".repeat(1000) });
      const event = decided.ok ? decided.value[0] : undefined;
      expect(missionEventSchema.safeParse(event).success).toBe(true);
      expect(JSON.stringify(event)).not.toMatch(/\\ud/);
    }
  });

  test("an event that cannot follow is a corrupt log and says where", () => {
    const started: MissionEvent = { type: "mission.started", data: { vehicleId: "v1" } };
    expect(() => evolveMission(undefined, started, 0)).toThrow("mission.started for a mission nobody requested");
    expect(() => evolveMission(after(request), started, 0)).toThrow("mission.started cannot follow when mission m1 is requested");
    expect(() => evolveMission(after(request), { type: "mission.requested", data: { mission } }, 0)).toThrow("requested twice");
  });
});

const id = fc.constantFrom("v1", "v2");
const anyCommand: fc.Arbitrary<MissionCommand> = fc.oneof(
  fc.constant(request),
  fc.record({ kind: fc.constant("assign" as const), vehicleId: id, commandId: fc.constantFrom("c1", "c2"), why: fc.constant("") }),
  fc.record({ kind: fc.constant("find-none" as const), reason: fc.constantFrom("a", "b") }),
  fc.record({ kind: fc.constant("decline" as const), vehicleId: id, reason: fc.constant("no") }),
  fc.record({ kind: fc.constant("start" as const), vehicleId: id }),
  fc.record({ kind: fc.constant("complete" as const), vehicleId: id, evidence: fc.constant("telemetry" as const) }),
  fc.record({ kind: fc.constant("fail" as const), vehicleId: fc.option(id, { nil: undefined }), reason: fc.constant("x") }),
  fc.record({ kind: fc.constant("cancel" as const), reason: fc.constant("y"), commandId: fc.constant("c9") }),
  fc.record({ kind: fc.constant("refuse-cancel" as const), reason: fc.constant("z") }),
  fc.record({ kind: fc.constant("confirm-cancel" as const), reason: fc.constant("z") }),
);

test("whatever is asked, in whatever order: what is decided can be evolved, the end is final, and the log tells the state again", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
      let state: MissionRecord | undefined;
      const events: MissionEvent[] = [];
      commands.forEach((command, i) => {
        const decided = decideMission(state, command);
        if (!decided.ok || decided.value.length === 0) return;
        expect(state === undefined || !isEnded(state.state), "nothing happens after the end").toBe(true);
        for (const event of decided.value) {
          expect(missionEventSchema.safeParse(event).success).toBe(true);
          state = evolveMission(state, event, i);
          events.push(event);
          reached.add(state.state.kind);
        }
      });
      if (state === undefined) return;
      expect(state.version).toBe(events.length);
      if (state.cancel !== undefined) expect(holderOf(state)).toBeDefined();
      let again: MissionRecord | undefined;
      for (const event of events) again = evolveMission(again, missionEventSchema.parse(JSON.parse(JSON.stringify(event))), 0);
      expect({ ...again?.state }).toEqual({ ...state.state });
    }),
    { numRuns: 3000, seed: 51 },
  );
  expect([...reached].sort()).toEqual(["assigned", "cancelled", "completed", "failed", "requested", "unassignable", "underway"]);
});

test("the hash sees every field of a record", () => {
  const digest = (record: MissionRecord): string => {
    const hash = createStateHash();
    hashMission(record, hash);
    return hash.digest();
  };
  const base = after(request, assign, start);
  const variants: MissionRecord[] = [base, { ...base, requestedUs: 1 }, { ...base, startedUs: 21 }, { ...base, version: 9 }, { ...base, cancel: { commandId: "c", reason: "" } }, { ...base, mission: { ...mission, repeat: true } }, { ...base, declines: [{ vehicleId: "v", atUs: 1, reason: "" }] }];
  expect(new Set(variants.map(digest)).size).toBe(variants.length);
});
