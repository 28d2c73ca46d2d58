import fc from "fast-check";
import { expect, it } from "vitest";
import type { Itinerary } from "../contract/phase.ts";
import { checkContext, START_MS } from "../contract/test-context.ts";
import { dueMs, LATE_MS, planCommandSchema, planEventSchema, plans, tripIdOf, type PlanCommand, type Schedule } from "./plan.ts";
import { templateCommandSchema, templateEventSchema, templates, type TemplateCommand } from "./template.ts";

const itinerary = (name: string): Itinerary => ({ requirements: { vehicleClass: "bus", healthMin: 0, energyRatioMin: 0 }, phases: [{ name, kind: "go-to", durationS: 0 }] });
const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  fc.record({ kind: fc.constant("at" as const), atMs: fc.integer({ min: START_MS, max: START_MS + 400_000 }) }),
  fc.record({ kind: fc.constant("every" as const), fromMs: fc.integer({ min: START_MS, max: START_MS + 100_000 }), everyS: fc.constantFrom(60, 90), times: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ kind: fc.constant("every" as const), fromMs: fc.constant(START_MS), everyS: fc.constant(60), untilMs: fc.constantFrom(START_MS, START_MS + 200_000) }),
);
const kinds: fc.Arbitrary<PlanCommand>[] = [
  fc.record({ kind: fc.constant("order" as const), id: fc.constant("m-1"), itinerary: fc.constant(itinerary("a")), schedule, priority: fc.constant(3) }),
  fc.constant({ kind: "tick" as const }),
  fc.constant({ kind: "tick" as const }),
  fc.record({ kind: fc.constant("pause" as const), reason: fc.constant("storm") }),
  fc.constant({ kind: "resume" as const }),
  fc.record({ kind: fc.constant("cancel" as const), reason: fc.constant("not needed") }),
];

it("each time due becomes one trip, in time or marked as skipped, and none twice", () => {
  checkContext({
    context: plans,
    eventSchema: planEventSchema,
    commandSchema: planCommandSchema,
    commands: kinds,
    runs: 200,
    openings: [[{ kind: "order", id: "m-1", itinerary: itinerary("a"), schedule: { kind: "every", fromMs: START_MS, everyS: 60 }, priority: 3 }]],
    gapMs: fc.oneof(fc.nat(90_000), fc.constant(3_000_000)),
    model: () => ({ trips: new Set<string>(), paused: false }),
    follow(model, { command, events, nowMs, after, refused }) {
      if (refused === undefined && command.kind === "pause") model.paused = true;
      if (refused === undefined && command.kind === "resume") model.paused = false;
      for (const event of events) {
        if (event.type !== "plan.occurred" || after === undefined) continue;
        const trip = tripIdOf(after.id, event.data.occurrence);
        expect(model.trips.has(trip)).toBe(false);
        model.trips.add(trip);
        expect(event.data.dueMs).toBe(dueMs(after.schedule, event.data.occurrence));
        expect(event.data.dueMs).toBeLessThanOrEqual(nowMs);
        expect(event.data.skipped).toBe(model.paused || nowMs - event.data.dueMs > LATE_MS);
      }
      if (after === undefined) return;
      expect(after.occurrences).toBe(model.trips.size);
      const next = dueMs(after.schedule, after.occurrences + 1);
      if (command.kind === "tick" && events.length < 100 && after.status === "active") expect(next === undefined || next > nowMs).toBe(true);
      if (after.status === "finished") expect(next).toBeUndefined();
    },
    mustReach: ["plan.ordered", "plan.occurred", "plan.finished", "plan.cancelled", "plan.paused", "plan.resumed", "refused never", "refused exists"],
  });
});

const templateKinds: fc.Arbitrary<TemplateCommand>[] = [
  fc.record({ kind: fc.constant("draft" as const), id: fc.constant("t-1"), name: fc.constant("Shuttle"), itinerary: fc.constantFrom(itinerary("a"), itinerary("b")) }),
  fc.constant({ kind: "publish" as const }),
  fc.constant({ kind: "publish" as const }),
  fc.oneof({ weight: 5, arbitrary: fc.constant({ kind: "publish" as const }) }, { weight: 1, arbitrary: fc.constant({ kind: "retire" as const }) }),
];

it("a published version of a template never changes", () => {
  checkContext({
    context: templates,
    eventSchema: templateEventSchema,
    commandSchema: templateCommandSchema,
    commands: templateKinds,
    model: () => ({ published: [] as string[] }),
    follow(model, { events, after }) {
      if (events.some((event) => event.type === "template.published")) model.published.push(JSON.stringify(after?.draft));
      expect((after?.published ?? []).map((version) => JSON.stringify(version))).toEqual(model.published);
      model.published.forEach((version, i) => i > 0 && expect(version).not.toBe(model.published[i - 1]));
    },
    mustReach: ["template.drafted", "template.published", "template.retired", "refused retired", "refused unknown"],
  });
});
