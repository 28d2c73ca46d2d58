/**
 * A mission as it was ordered: what is to be driven, and when (at once, at a time, again and again). Each time due becomes
 * one trip. Must never make two trips for one time due, whoever asks how often.
 */
import { z } from "zod";
import { canonicalJson } from "../contract/json.ts";
import { idSchema, momentMsSchema, sentenceSchema } from "../contract/ids.ts";
import { itinerarySchema, type Itinerary } from "../contract/phase.ts";
import { refuse, type Context } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok } from "../kernel/result.ts";

export const scheduleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("at"), atMs: momentMsSchema }),
  /** From `fromMs` on every `everyS` seconds; `untilMs` excluded, `times` at most. */
  z.strictObject({ kind: z.literal("every"), fromMs: momentMsSchema, everyS: z.int().min(60).max(31_622_400), untilMs: momentMsSchema.optional(), times: z.int().min(1).max(1_000_000).optional() }),
]);
export type Schedule = Readonly<z.infer<typeof scheduleSchema>>;

const templateRef = z.strictObject({ id: idSchema, version: z.int().min(1) });
const order = z.strictObject({ id: idSchema, itinerary: itinerarySchema, template: templateRef.optional(), schedule: scheduleSchema, priority: z.int().min(0).max(9) });

export const planCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("order"), ...order.shape }),
  /** Marks all times due until now; what is due comes back as events. */
  z.strictObject({ kind: z.literal("tick") }),
  z.strictObject({ kind: z.literal("pause"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("resume") }),
  z.strictObject({ kind: z.literal("cancel"), reason: sentenceSchema }),
]);
export type PlanCommand = z.infer<typeof planCommandSchema>;

export const planEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("plan.ordered"), data: order }),
  /** `skipped`: it was due while the plan was paused or the core was away for longer than `LATE_MS`. */
  z.strictObject({ type: z.literal("plan.occurred"), data: z.strictObject({ occurrence: z.int().min(1), dueMs: momentMsSchema, skipped: z.boolean() }) }),
  z.strictObject({ type: z.literal("plan.paused"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("plan.resumed"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("plan.finished"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("plan.cancelled"), data: z.strictObject({ reason: sentenceSchema }) }),
]);
export type PlanEvent = z.infer<typeof planEventSchema>;

export interface Plan {
  readonly id: string;
  readonly itinerary: Itinerary;
  readonly template: Readonly<z.infer<typeof templateRef>> | undefined;
  readonly schedule: Schedule;
  readonly priority: number;
  readonly status: "active" | "paused" | "finished" | "cancelled";
  readonly reason: string;
  /** Times due so far, skipped ones included. */
  readonly occurrences: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

/** A time due is still worth a trip this long after. */
export const LATE_MS = 600_000;
/** Times marked by one tick; the next tick goes on. */
export const PER_TICK = 100;

/** When the n-th time (from 1) is due; undefined when there is no such time. */
export function dueMs(schedule: Schedule, n: number): number | undefined {
  if (schedule.kind === "at") return n === 1 ? schedule.atMs : undefined;
  if (schedule.times !== undefined && n > schedule.times) return undefined;
  const at = schedule.fromMs + (n - 1) * schedule.everyS * 1000;
  return schedule.untilMs !== undefined && at >= schedule.untilMs ? undefined : at;
}

/** The trip of a plan's n-th time: the same name however often it is asked for. */
export const tripIdOf = (planId: string, occurrence: number): string => `${planId}.${occurrence}`;

export const plans: Context<Plan, PlanCommand, PlanEvent> = {
  name: "plan",
  decide(state, command, nowMs) {
    if (command.kind === "order") {
      const { kind: _, ...data } = command;
      if (state !== undefined) {
        const { id, itinerary, template, schedule, priority } = state;
        return canonicalJson({ id, itinerary, template, schedule, priority }) === canonicalJson(data) ? ok([]) : refuse("conflict", "exists", `mission ${id} exists already with other content`);
      }
      // Trip ids are made of it, and must stay ids.
      if (command.id.length > 48) return refuse("invalid", "id-length", "a mission id has at most 48 characters");
      if (dueMs(command.schedule, 1) === undefined) return refuse("invalid", "never", "this schedule never comes due");
      return ok([{ type: "plan.ordered", data }]);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such mission");
    const over = state.status === "finished" || state.status === "cancelled";
    switch (command.kind) {
      case "tick": {
        const events: PlanEvent[] = [];
        if (over) return ok(events);
        let n = state.occurrences + 1;
        for (; events.length < PER_TICK; n += 1) {
          const due = dueMs(state.schedule, n);
          if (due === undefined || due > nowMs) break;
          events.push({ type: "plan.occurred", data: { occurrence: n, dueMs: due, skipped: state.status === "paused" || nowMs - due > LATE_MS } });
        }
        return ok(dueMs(state.schedule, n) === undefined ? [...events, { type: "plan.finished", data: {} }] : events);
      }
      case "pause":
        if (over) return refuse("conflict", state.status, `mission ${state.id} is ${state.status}`);
        return ok(state.status === "paused" ? [] : [{ type: "plan.paused", data: { reason: command.reason } }]);
      case "resume":
        if (over) return refuse("conflict", state.status, `mission ${state.id} is ${state.status}`);
        return ok(state.status === "active" ? [] : [{ type: "plan.resumed", data: {} }]);
      case "cancel":
        if (state.status === "finished") return refuse("conflict", "finished", `mission ${state.id} is finished`);
        return ok(state.status === "cancelled" ? [] : [{ type: "plan.cancelled", data: { reason: command.reason } }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "plan.ordered") {
      invariant(state === undefined, `mission ${event.data.id} was ordered twice`);
      const { id, itinerary, template, schedule, priority } = event.data;
      return { id, itinerary, template, schedule, priority, status: "active", reason: "", occurrences: 0, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined && state.status !== "finished" && state.status !== "cancelled", `${event.type} for a mission that is over or never was`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "plan.occurred":
        invariant(event.data.occurrence === state.occurrences + 1, `mission ${state.id} came due ${state.occurrences} times, not ${event.data.occurrence - 1}`);
        return { ...next, occurrences: event.data.occurrence };
      case "plan.paused":
        return { ...next, status: "paused", reason: event.data.reason };
      case "plan.resumed":
        return { ...next, status: "active", reason: "" };
      case "plan.finished":
        return { ...next, status: "finished" };
      case "plan.cancelled":
        return { ...next, status: "cancelled", reason: event.data.reason };
    }
  },
};
