import fc from "fast-check";
import { expect, it } from "vitest";
import type { Command } from "../contract/command.ts";
import { commandSigningText } from "../contract/command-signature.ts";
import { isoUtc } from "../kernel/time.ts";
import { checkContext, START_MS } from "../contract/test-context.ts";
import { BREAKER, CLOSED, failed, permit, succeeded, type Breaker } from "./breaker.ts";
import { commandCommandSchema, commandEventSchema, commands, isSettled, type CommandCommand } from "./command.ts";
import { CONFIRM_WITHIN_MS, fleetStopCommandSchema, fleetStopEventSchema, fleetStops, type FleetStopCommand } from "./fleet-stop.ts";

const wire = (change: Partial<Command> = {}): Command => ({ command_id: "c-1", vehicle_id: "v-1", timestamp: isoUtc(START_MS, 0), command_type: "PAUSE", priority: "HIGH", expiration: isoUtc(START_MS + 60_000, 0), authentication: { issuer: "core", signature: "s" }, ...change });
const answers = fc.record({ kind: fc.constant("answer" as const), outcome: fc.constantFrom("ACCEPTED" as const, "REJECTED" as const, "EXECUTED" as const, "FAILED" as const), reasonCode: fc.constant("busy") });
const kinds: fc.Arbitrary<CommandCommand>[] = [
  fc.record({ kind: fc.constant("issue" as const), command: fc.constantFrom(wire(), wire(), wire(), wire({ authentication: { issuer: "core" } }), wire({ expiration: isoUtc(START_MS, 0) }), wire({ expiration: isoUtc(START_MS + 3_600_000, 0) })) }),
  fc.record({ kind: fc.constant("deliver" as const), attempt: fc.integer({ min: 1, max: 5 }) }),
  answers,
  fc.record({ kind: fc.constant("cancel" as const), reason: fc.constant("no longer needed") }),
  fc.constant({ kind: "expire" as const }),
];

it("an unsigned or expired command is never issued, and an end is final except for what the vehicle has done after all", () => {
  checkContext({
    context: commands,
    eventSchema: commandEventSchema,
    commandSchema: commandCommandSchema,
    commands: kinds,
    runs: 300,
    openings: [[{ kind: "issue", command: wire() }], [{ kind: "issue", command: wire() }, { kind: "cancel", reason: "no" }]],
    gapMs: fc.nat(20_000),
    model: () => ({ told: false }),
    follow(model, { before, command, events, after, nowMs, refused }) {
      if (command.kind === "issue" && before === undefined && refused === undefined) {
        expect(command.command.authentication?.signature).toBe("s");
        expect(nowMs).toBeLessThan(START_MS + 60_000);
      }
      if (before !== undefined && isSettled(before.status) && events.length > 0) {
        expect(["expired", "cancelled"]).toContain(before.status);
        expect(["command.executed", "command.failed"]).toContain(events[0]?.type);
      }
      if (model.told) expect(events).toEqual([]);
      if (events.some((event) => event.type === "command.executed" || event.type === "command.failed" || event.type === "command.refused")) model.told = true;
      if (events.some((event) => event.type === "command.expired")) expect(nowMs).toBeGreaterThanOrEqual(after?.expiresMs ?? 0);
    },
    mustReach: ["command.issued", "command.delivered", "command.accepted", "command.executed", "command.refused", "command.failed", "command.expired", "command.cancelled", "refused unsigned", "refused expired", "refused lives-too-long", "refused too-early"],
  });
});

it("what is signed covers every field but the signature", () => {
  const text = commandSigningText(wire());
  expect(commandSigningText(wire({ authentication: { issuer: "core", signature: "another" } }))).toBe(text);
  for (const change of [{ vehicle_id: "v-2" }, { command_type: "RESUME" as const }, { expiration: isoUtc(START_MS + 61_000, 0) }, { payload: { a: 1 } }, { authentication: { issuer: "mallory", signature: "s" } }]) expect(commandSigningText(wire(change))).not.toBe(text);
});

it("the breaker opens after failures in a row, tries once at a time, and its pauses stay within their limit", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("ask", "fail", "succeed"), fc.nat(30_000)), { maxLength: 80 }), (steps) => {
      let breaker: Breaker = CLOSED;
      let nowMs = 0;
      let inARow = 0;
      for (const [what, gapMs] of steps) {
        nowMs += gapMs;
        if (what === "ask") {
          const asked = permit(breaker, nowMs);
          if (inARow < BREAKER.failures) expect(asked.kind).toBe("send");
          if (asked.kind === "send") {
            // A second one while the first is being tried waits.
            if (asked.breaker.kind === "trying") expect(permit(asked.breaker, nowMs).kind).toBe("wait");
            breaker = asked.breaker;
          } else expect(asked.untilMs - nowMs).toBeLessThanOrEqual(BREAKER.pauseMsMax);
        } else if (what === "fail") {
          breaker = failed(breaker, nowMs);
          inARow += 1;
          if (inARow >= BREAKER.failures) expect(breaker.kind).toBe("open");
        } else {
          breaker = succeeded();
          inARow = 0;
        }
      }
    }),
    { seed: 3 },
  );
});

const person = fc.constantFrom("user:amira", "user:bo");
const stopKinds: fc.Arbitrary<FleetStopCommand>[] = [
  fc.record({ kind: fc.constant("ask" as const), id: fc.constant("s-1"), fleetId: fc.constant("f-1"), by: person, reason: fc.constant("fire") }),
  fc.record({ kind: fc.constant("confirm" as const), by: person, targets: fc.constantFrom<{ vehicleId: string; commandId: string }[]>([], [{ vehicleId: "v-1", commandId: "c-1" }, { vehicleId: "v-2", commandId: "c-2" }], [{ vehicleId: "v-1", commandId: "c-1" }, { vehicleId: "v-1", commandId: "c-3" }]) }),
  fc.record({ kind: fc.constant("record" as const), vehicleId: fc.constantFrom("v-1", "v-2", "v-3"), outcome: fc.constantFrom("stopped" as const, "unreachable" as const, "refused" as const), reason: fc.constant("") }),
  fc.record({ kind: fc.constant("record" as const), vehicleId: fc.constantFrom("v-1", "v-2"), outcome: fc.constant("stopped" as const), reason: fc.constant("") }),
  fc.oneof({ weight: 5, arbitrary: fc.constant({ kind: "lapse" as const }) }, { weight: 1, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), by: person, reason: fc.constant("false alarm") }) }),
];

it("a fleet is stopped by two people in time, and finished means that every vehicle has an outcome", () => {
  checkContext({
    context: fleetStops,
    eventSchema: fleetStopEventSchema,
    commandSchema: fleetStopCommandSchema,
    commands: stopKinds,
    runs: 300,
    openings: [[{ kind: "ask", id: "s-1", fleetId: "f-1", by: "user:amira", reason: "fire" }, { kind: "confirm", by: "user:bo", targets: [{ vehicleId: "v-1", commandId: "c-1" }, { vehicleId: "v-2", commandId: "c-2" }] }], [{ kind: "ask", id: "s-1", fleetId: "f-1", by: "user:amira", reason: "fire" }]],
    gapMs: fc.oneof(fc.nat(9000), fc.constant(40_000)),
    model: () => ({ askedBy: "", askedMs: 0, outcomes: new Map<string, string>() }),
    follow(model, { command, events, after, nowMs }) {
      for (const event of events) {
        if (event.type === "stop.asked") Object.assign(model, { askedBy: event.data.by, askedMs: nowMs });
        if (event.type === "stop.confirmed") {
          expect(event.data.by).not.toBe(model.askedBy);
          expect(nowMs - model.askedMs).toBeLessThanOrEqual(CONFIRM_WITHIN_MS);
          for (const target of event.data.targets) model.outcomes.set(target.vehicleId, "pending");
        }
        if (event.type === "stop.recorded") {
          expect(["pending", "unreachable"]).toContain(model.outcomes.get(event.data.vehicleId));
          model.outcomes.set(event.data.vehicleId, event.data.outcome);
        }
      }
      if (after === undefined) return;
      expect(Object.fromEntries(after.outcomes.map((one) => [one.vehicleId, one.outcome]))).toEqual(Object.fromEntries(model.outcomes));
      const confirmed = after.status === "stopping" || after.status === "finished";
      if (confirmed) expect(after.status === "finished").toBe(![...model.outcomes.values()].includes("pending"));
      if (command.kind === "withdraw" && confirmed) expect(events).toEqual([]);
    },
    mustReach: ["stop.asked", "stop.confirmed", "stop.recorded", "stop.finished", "stop.lapsed", "stop.withdrawn", "refused same-person", "refused too-late", "refused doubled", "refused not-a-target"],
  });
});
