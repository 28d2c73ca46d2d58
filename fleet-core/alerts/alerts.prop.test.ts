import fc from "fast-check";
import { expect, it } from "vitest";
import { checkContext } from "../contract/test-context.ts";
import { ACKNOWLEDGE_WITHIN_MS, alertCommandSchema, alertEventSchema, alerts, LEVELS_MAX, type AlertCommand, type Severity } from "./alert.ts";
import { incidentCommandSchema, incidentEventSchema, incidents, type IncidentCommand } from "./incident.ts";

const by = fc.constantFrom("user:amira", "user:bo");
const severity = fc.constantFrom<Severity>(1, 2, 3, 4);
const kinds: fc.Arbitrary<AlertCommand>[] = [
  fc.record({ kind: fc.constant("raise" as const), id: fc.constant("a-1"), code: fc.constantFrom("brake-fade", "brake-fade", "lost"), severity, subject: fc.constant("vehicle/v-1"), message: fc.constant("hot"), runbook: fc.constant("/runbooks/brakes") }),
  fc.record({ kind: fc.constant("acknowledge" as const), by }),
  fc.record({ kind: fc.constant("escalate" as const), by, reason: fc.constant("not mine") }),
  fc.constant({ kind: "tick" as const }),
  fc.oneof({ weight: 4, arbitrary: fc.constant({ kind: "tick" as const }) }, { weight: 1, arbitrary: fc.record({ kind: fc.constant("resolve" as const), by, note: fc.constant("cooled down") }) }),
];

it("an alert is one while it lasts, gets only worse, and does not stay unseen: overdue ones climb", () => {
  checkContext({
    context: alerts,
    eventSchema: alertEventSchema,
    commandSchema: alertCommandSchema,
    commands: kinds,
    runs: 250,
    openings: [[{ kind: "raise", id: "a-1", code: "brake-fade", severity: 2, subject: "vehicle/v-1", message: "hot" }]],
    gapMs: fc.oneof(fc.nat(10_000), fc.constant(100_000)),
    model: () => ({ severity: 5, sinceMs: 0, acknowledged: false }),
    follow(model, { before, command, events, after, nowMs }) {
      if (before?.status === "resolved") expect(events).toEqual([]);
      for (const event of events) {
        if (event.type === "alert.raised" || event.type === "alert.worsened") {
          expect(event.data.severity).toBeLessThan(model.severity);
          Object.assign(model, { severity: event.data.severity, sinceMs: nowMs, acknowledged: false });
        }
        if (event.type === "alert.escalated") model.sinceMs = nowMs;
        if (event.type === "alert.acknowledged") model.acknowledged = true;
      }
      if (after === undefined) return;
      expect(after.severity).toBe(model.severity);
      expect(after.level).toBeLessThanOrEqual(LEVELS_MAX);
      const overdue = before !== undefined && before.status === "open" && before.level < LEVELS_MAX && nowMs >= before.dueMs;
      if (command.kind === "tick") expect(events.map((event) => event.type)).toEqual(overdue ? ["alert.escalated"] : []);
      if (after.status === "open") expect(after.dueMs).toBe(model.sinceMs + ACKNOWLEDGE_WITHIN_MS[after.severity]);
    },
    mustReach: ["alert.raised", "alert.repeated", "alert.worsened", "alert.acknowledged", "alert.escalated", "alert.resolved", "refused resolved", "refused exists", "refused top-level"],
  });
});

const incidentKinds: fc.Arbitrary<IncidentCommand>[] = [
  fc.record({ kind: fc.constant("open" as const), id: fc.constant("i-1"), title: fc.constantFrom("Fire", "Flood"), severity, alerts: fc.constant(["a-1", "a-1"]), by }),
  fc.record({ kind: fc.constant("attach" as const), alertId: fc.constantFrom("a-1", "a-2") }),
  fc.record({ kind: fc.constant("assign" as const), to: by }),
  fc.record({ kind: fc.constant("note" as const), by, text: fc.constant("looking") }),
  fc.record({ kind: fc.constant("set-severity" as const), severity, reason: fc.constant("worse") }),
  fc.record({ kind: fc.constant("mitigate" as const), by, text: fc.constant("put out") }),
  fc.record({ kind: fc.constant("close" as const), by, rootCause: fc.constant("short circuit") }),
  fc.record({ kind: fc.constant("reopen" as const), by, reason: fc.constant("again") }),
];

it("an incident is closed after it is mitigated, the worst by a second person, and holds each alert once", () => {
  checkContext({
    context: incidents,
    eventSchema: incidentEventSchema,
    commandSchema: incidentCommandSchema,
    commands: incidentKinds,
    runs: 250,
    openings: [[{ kind: "open", id: "i-1", title: "Fire", severity: 1, alerts: [], by: "user:amira" }, { kind: "assign", to: "user:bo" }, { kind: "mitigate", by: "user:bo", text: "put out" }]],
    model: () => ({ mitigated: false, assignee: "" }),
    follow(model, { before, command, events, after }) {
      for (const event of events) {
        if (event.type === "incident.assigned") model.assignee = event.data.to;
        if (event.type === "incident.mitigated") model.mitigated = true;
        if (event.type === "incident.reopened") model.mitigated = false;
        if (event.type === "incident.closed") {
          expect(model.mitigated).toBe(true);
          if (before?.severity === 1) expect(event.data.by).not.toBe(model.assignee);
        }
      }
      if (before?.status === "closed" && command.kind !== "reopen") expect(events).toEqual([]);
      if (after !== undefined) expect(new Set(after.alerts).size).toBe(after.alerts.length);
    },
    mustReach: ["incident.opened", "incident.closed", "incident.reopened", "incident.mitigated", "incident.attached", "incident.severity-set", "refused same-person", "refused not-mitigated", "refused closed"],
  });
});
