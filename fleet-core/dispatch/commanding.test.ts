import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Command, CommandAck } from "../contract/command.ts";
import { COMMAND_TYPES } from "../contract/command.ts";
import { decideVehicle, evolveVehicle, KEPT, noCommands, OPEN_MAX, PRIORITY, type CommandType, type VehicleCommand, type VehicleCommands } from "./commanding.ts";
import { vehicleEventSchema, type VehicleEvent } from "./events.ts";

const command = (id: string, type: CommandType = "DIAGNOSTICS", vehicle = "v1"): Command => ({ command_id: id, vehicle_id: vehicle, timestamp: "2026-01-01T00:00:00Z", command_type: type, priority: PRIORITY[type] });
const issue = (id: string, type: CommandType = "DIAGNOSTICS"): VehicleCommand => ({ kind: "issue", command: command(id, type), expirationUs: 30 });
const answer = (id: string, outcome: CommandAck["outcome"], reason?: string): VehicleCommand => ({ kind: "answer", ack: { command_id: id, vehicle_id: "v1", timestamp: "2026-01-01T00:00:00Z", outcome, ...(reason === undefined ? {} : { reason }) } });
function after(...commands: readonly VehicleCommand[]): VehicleCommands {
  let state = noCommands("v1");
  for (const one of commands) {
    const decided = decideVehicle(state, one);
    if (!decided.ok) throw new Error(decided.error);
    for (const event of decided.value) state = evolveVehicle(state, event, 7);
  }
  return state;
}
const statuses = (state: VehicleCommands): string => [...state.commands].map(([id, record]) => `${id} ${record.status}`).join(", ");

describe("a vehicle's commands", () => {
  test("issued, accepted, executed; the last word carries its reason", () => {
    const state = after(issue("c1"), answer("c1", "ACCEPTED"), answer("c1", "FAILED", "tyre"));
    expect(state.commands.get("c1")).toMatchObject({ status: "failed", reason: "tyre", statusUs: 7, expirationUs: 30 });
    expect(state.version).toBe(3);
  });

  test("answers may come twice, late and in the wrong order: a command only moves forward", () => {
    expect(statuses(after(issue("c1"), answer("c1", "EXECUTED"), answer("c1", "ACCEPTED"), answer("c1", "EXECUTED")))).toBe("c1 executed");
    expect(after(issue("c1"), answer("c1", "EXECUTED"), answer("c1", "ACCEPTED")).version).toBe(2);
    expect(statuses(after(issue("c1"), { kind: "expire", commandId: "c1", attempts: 3 }, answer("c1", "ACCEPTED")))).toBe("c1 accepted");
    expect(statuses(after(issue("c1"), answer("c1", "ACCEPTED"), { kind: "expire", commandId: "c1", attempts: 3 }))).toBe("c1 accepted");
    expect(statuses(after(issue("c1"), answer("c1", "REJECTED"), answer("c1", "EXECUTED")))).toBe("c1 rejected");
  });

  test("the same command twice is one", () => {
    expect(after(issue("c1"), issue("c1")).version).toBe(1);
  });

  test.each([
    ["RESUME", ["PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP"]],
    ["PAUSE", ["PAUSE", "RESUME"]],
    ["SAFE_STOP", ["PAUSE", "RESUME", "SAFE_STOP"]],
    ["EMERGENCY_STOP", ["PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP"]],
    ["CANCEL_MISSION", []],
  ] as const)("%s overtakes the unanswered %j and nothing else", (type, overtaken) => {
    const all = COMMAND_TYPES.map((one): VehicleCommand => ({ kind: "issue", command: command(`old ${one}`, one), expirationUs: 30 }));
    // Issued one vehicle each, so that they do not overtake each other beforehand.
    for (const one of all) {
      const state = after(one, issue("new", type));
      const id = one.kind === "issue" ? one.command.command_type : "";
      expect(state.commands.get(`old ${id}`)?.status, id).toBe((overtaken as readonly string[]).includes(id) ? "superseded" : "open");
    }
  });

  test("an answered stop is not overtaken: it has happened", () => {
    expect(statuses(after(issue("s", "SAFE_STOP"), answer("s", "ACCEPTED"), issue("r", "RESUME")))).toBe("s accepted, r open");
  });

  test("a weaker stop does not overtake a stronger one", () => {
    expect(statuses(after(issue("e", "EMERGENCY_STOP"), issue("p", "PAUSE"), issue("s", "SAFE_STOP")))).toBe("e open, p superseded, s open");
  });

  test("the queue is bounded, except for what must stop a vehicle", () => {
    const full = after(...Array.from({ length: OPEN_MAX }, (_, i) => issue(`c${i}`)));
    expect(decideVehicle(full, issue("more"))).toEqual({ ok: false, error: "v1 has 32 commands waiting for an answer already" });
    expect(decideVehicle(full, issue("stop", "SAFE_STOP")).ok).toBe(true);
  });

  test("finished ones are forgotten oldest first; open ones and the newest of each type never", () => {
    const history: VehicleCommand[] = [issue("mission", "ASSIGN_MISSION"), answer("mission", "ACCEPTED"), issue("open")];
    for (let i = 0; i < 300; i += 1) history.push(issue(`c${i}`), answer(`c${i}`, "EXECUTED"));
    const state = after(...history, issue("last"));
    expect(state.commands.size).toBeLessThanOrEqual(KEPT + 3);
    expect(state.commands.get("mission")?.status).toBe("accepted");
    expect(state.commands.get("open")?.status).toBe("open");
    expect(state.commands.has("c0")).toBe(false);
    expect(state.commands.has("c299")).toBe(true);
    expect(decideVehicle(state, answer("c0", "EXECUTED"))).toEqual({ ok: false, error: "v1 answers a command nobody issued or that is long over: c0" });
  });

  test("a command for another vehicle is refused", () => {
    expect(decideVehicle(noCommands("v1"), { kind: "issue", command: command("c", "PAUSE", "v2"), expirationUs: 1 })).toEqual({ ok: false, error: "command c is for v2, not v1" });
  });

  test("an event about an unknown command is a corrupt log", () => {
    expect(() => evolveVehicle(noCommands("v1"), { type: "command.expired", data: { commandId: "c", attempts: 1 } }, 0)).toThrow("command.expired about c, which was never issued");
  });

  test("any history of orders and answers can be written, read and folded again to the same state", () => {
    const id = fc.constantFrom("a", "b", "c", "d");
    const any = fc.oneof(
      fc.record({ id, type: fc.constantFrom(...COMMAND_TYPES) }).map(({ id: one, type }) => issue(one, type)),
      fc.record({ id, outcome: fc.constantFrom("ACCEPTED", "REJECTED", "EXECUTED", "FAILED") }).map(({ id: one, outcome }) => answer(one, outcome as CommandAck["outcome"])),
      id.map((one): VehicleCommand => ({ kind: "expire", commandId: one, attempts: 1 })),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (history) => {
        let state = noCommands("v1");
        const events: VehicleEvent[] = [];
        for (const one of history) {
          const decided = decideVehicle(state, one);
          if (!decided.ok) continue;
          for (const event of decided.value) {
            state = evolveVehicle(state, event, 0);
            events.push(vehicleEventSchema.parse(JSON.parse(JSON.stringify(event))));
          }
        }
        expect(events.reduce((so, event) => evolveVehicle(so, event, 0), noCommands("v1"))).toEqual(state);
        // At most one unanswered word about moving or standing: no two can contradict each other on the way.
        const open = [...state.commands.values()].filter((record) => record.status === "open").map((record) => record.command.command_type);
        expect(open.includes("RESUME") && (open.includes("PAUSE") || open.includes("SAFE_STOP") || open.includes("EMERGENCY_STOP"))).toBe(false);
      }),
      { numRuns: 1000, seed: 71 },
    );
  });
});
