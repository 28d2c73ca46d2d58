/**
 * Emergency stop of a whole fleet: one person asks, another confirms, then every vehicle gets its own command, and the list
 * of outcomes is complete: no vehicle is left out because it was silent. (A single vehicle is stopped by one person, with
 * an ordinary command.)
 */
import { z } from "zod";
import { actorSchema, idSchema, sentenceSchema } from "../contract/ids.ts";
import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";

/** A confirmation later than this confirms another situation. */
export const CONFIRM_WITHIN_MS = 60_000;
export const VEHICLES_MAX = 10_000;

const target = z.strictObject({ vehicleId: idSchema, commandId: idSchema });
export const OUTCOMES = ["stopped", "refused", "failed", "unreachable"] as const;

export const fleetStopCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ask"), id: idSchema, fleetId: idSchema, by: actorSchema, reason: sentenceSchema }),
  /** `targets`: every vehicle of the fleet now, each with the command that will stop it. */
  z.strictObject({ kind: z.literal("confirm"), by: actorSchema, targets: z.array(target).max(VEHICLES_MAX) }),
  z.strictObject({ kind: z.literal("withdraw"), by: actorSchema, reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("lapse") }),
  z.strictObject({ kind: z.literal("record"), vehicleId: idSchema, outcome: z.enum(OUTCOMES), reason: z.string().max(512) }),
]);
export type FleetStopCommand = z.infer<typeof fleetStopCommandSchema>;

export const fleetStopEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("stop.asked"), data: z.strictObject({ id: idSchema, fleetId: idSchema, by: actorSchema, reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("stop.confirmed"), data: z.strictObject({ by: actorSchema, targets: z.array(target).max(VEHICLES_MAX) }) }),
  z.strictObject({ type: z.literal("stop.withdrawn"), data: z.strictObject({ by: actorSchema, reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("stop.lapsed"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("stop.recorded"), data: z.strictObject({ vehicleId: idSchema, outcome: z.enum(OUTCOMES), reason: z.string().max(512) }) }),
  z.strictObject({ type: z.literal("stop.finished"), data: z.strictObject({}) }),
]);
export type FleetStopEvent = z.infer<typeof fleetStopEventSchema>;

export interface StopOutcome {
  readonly vehicleId: string;
  readonly commandId: string;
  readonly outcome: (typeof OUTCOMES)[number] | "pending";
  readonly reason: string;
}

export interface FleetStop {
  readonly id: string;
  readonly fleetId: string;
  readonly askedBy: string;
  readonly reason: string;
  readonly confirmedBy: string | undefined;
  readonly status: "asked" | "stopping" | "finished" | "withdrawn" | "lapsed";
  /** One for each vehicle of the fleet at the moment of confirmation. */
  readonly outcomes: readonly StopOutcome[];
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

export const fleetStops: Context<FleetStop, FleetStopCommand, FleetStopEvent> = {
  name: "stop",
  decide(state, command, nowMs): Result<readonly FleetStopEvent[], Refusal> {
    if (command.kind === "ask") {
      const { id, fleetId, by, reason } = command;
      if (state === undefined) return ok([{ type: "stop.asked", data: { id, fleetId, by, reason } }]);
      return state.fleetId === fleetId && state.askedBy === by && state.reason === reason ? ok([]) : refuse("conflict", "exists", `stop ${id} exists already`);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such stop");
    const late = nowMs - state.createdMs > CONFIRM_WITHIN_MS;
    switch (command.kind) {
      case "confirm": {
        if (state.status !== "asked") return state.confirmedBy === command.by ? ok([]) : refuse("conflict", state.status, `stop ${state.id} is ${state.status}`);
        if (command.by === state.askedBy) return refuse("forbidden", "same-person", "a fleet is stopped by two people: another one must confirm");
        if (late) return refuse("conflict", "too-late", `stop ${state.id} was asked for more than ${CONFIRM_WITHIN_MS / 1000} s ago`);
        const ids = new Set(command.targets.map((one) => one.vehicleId));
        if (ids.size !== command.targets.length) return refuse("invalid", "doubled", "each vehicle is stopped once");
        const confirmed: FleetStopEvent = { type: "stop.confirmed", data: { by: command.by, targets: command.targets } };
        return ok(command.targets.length === 0 ? [confirmed, { type: "stop.finished", data: {} }] : [confirmed]);
      }
      case "withdraw":
        if (state.status === "withdrawn") return ok([]);
        return state.status === "asked" ? ok([{ type: "stop.withdrawn", data: { by: command.by, reason: command.reason } }]) : refuse("conflict", state.status, `stop ${state.id} is ${state.status}; it cannot be taken back`);
      case "lapse":
        return ok(state.status === "asked" && late ? [{ type: "stop.lapsed", data: {} }] : []);
      case "record": {
        const held = state.outcomes.find((one) => one.vehicleId === command.vehicleId);
        if (held === undefined) return refuse("not-found", "not-a-target", `${command.vehicleId} is not part of stop ${state.id}`);
        // A vehicle given up for unreachable that stopped after all has stopped.
        const news = held.outcome === "pending" || (held.outcome === "unreachable" && command.outcome !== "unreachable");
        if (!news) return ok([]);
        const recorded: FleetStopEvent = { type: "stop.recorded", data: { vehicleId: command.vehicleId, outcome: command.outcome, reason: command.reason } };
        const last = state.status === "stopping" && state.outcomes.every((one) => one.outcome !== "pending" || one.vehicleId === command.vehicleId);
        return ok(last ? [recorded, { type: "stop.finished", data: {} }] : [recorded]);
      }
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "stop.asked") {
      invariant(state === undefined, `stop ${event.data.id} was asked for twice`);
      return { id: event.data.id, fleetId: event.data.fleetId, askedBy: event.data.by, reason: event.data.reason, confirmedBy: undefined, status: "asked", outcomes: [], createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined, `${event.type} for a stop nobody asked for`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "stop.confirmed":
        invariant(state.status === "asked" && event.data.by !== state.askedBy, "a stop is confirmed once, by another person");
        return { ...next, status: "stopping", confirmedBy: event.data.by, outcomes: event.data.targets.map((one): StopOutcome => ({ ...one, outcome: "pending", reason: "" })) };
      case "stop.withdrawn":
        return { ...next, status: "withdrawn" };
      case "stop.lapsed":
        return { ...next, status: "lapsed" };
      case "stop.recorded":
        return { ...next, outcomes: state.outcomes.map((one) => (one.vehicleId === event.data.vehicleId ? { ...one, outcome: event.data.outcome, reason: event.data.reason } : one)) };
      case "stop.finished":
        invariant(state.outcomes.every((one) => one.outcome !== "pending"), "a stop is finished when every vehicle has an outcome");
        return { ...next, status: "finished" };
    }
  },
};
