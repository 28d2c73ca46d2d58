/**
 * One trip: one vehicle doing one itinerary, phase by phase. Policy is asked before it exists, before a vehicle gets it and
 * before it goes on after a pause; each answer stands with the event it allowed. Must never be driven on a denial, nor be
 * given to a second vehicle while the first may still drive it.
 *
 *     created -> planned -> assigned -> dispatched -> underway <-> paused -> completed
 *                   ^--- given back ----'   |             '--> rolling-back -> rolled-back
 *     cancelled, failed: from any of these, final, whatever the vehicle says
 */
import { z } from "zod";
import { canonicalJson } from "../contract/json.ts";
import { idSchema, policyVerdictSchema, sentenceSchema, type PolicyVerdict } from "../contract/ids.ts";
import { itinerarySchema, type Itinerary } from "../contract/phase.ts";
import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";

const route = z.strictObject({ lengthM: z.number().min(0), durationS: z.number().min(0) });
const policy = policyVerdictSchema;
const index = z.int().min(0);
const reason = sentenceSchema;
const made = z.strictObject({ id: idSchema, itinerary: itinerarySchema, planId: idSchema.optional(), priority: z.int().min(0).max(9) });

export const tripCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("create"), ...made.shape, policy }),
  z.strictObject({ kind: z.literal("plan"), route }),
  z.strictObject({ kind: z.literal("assign"), vehicleId: idSchema, why: reason, policy }),
  z.strictObject({ kind: z.literal("dispatch"), commandId: idSchema }),
  /** The vehicle refused, or is known not to drive it. */
  z.strictObject({ kind: z.literal("give-back"), vehicleId: idSchema, reason }),
  z.strictObject({ kind: z.literal("start"), vehicleId: idSchema }),
  z.strictObject({ kind: z.literal("finish-phase"), vehicleId: idSchema, index }),
  z.strictObject({ kind: z.literal("skip-phase"), index, reason }),
  z.strictObject({ kind: z.literal("pause"), reason }),
  z.strictObject({ kind: z.literal("resume"), policy }),
  /** Policy, asked while it is driven, says no: the trip is paused. */
  z.strictObject({ kind: z.literal("violate"), policy }),
  z.strictObject({ kind: z.literal("roll-back"), reason }),
  z.strictObject({ kind: z.literal("undo-phase"), vehicleId: idSchema, index }),
  z.strictObject({ kind: z.literal("cancel"), reason }),
  z.strictObject({ kind: z.literal("fail"), reason }),
]);
export type TripCommand = z.infer<typeof tripCommandSchema>;

export const tripEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("trip.created"), data: z.strictObject({ ...made.shape, policy }) }),
  z.strictObject({ type: z.literal("trip.planned"), data: z.strictObject({ route }) }),
  z.strictObject({ type: z.literal("trip.assigned"), data: z.strictObject({ vehicleId: idSchema, why: reason, policy }) }),
  z.strictObject({ type: z.literal("trip.dispatched"), data: z.strictObject({ commandId: idSchema }) }),
  z.strictObject({ type: z.literal("trip.given-back"), data: z.strictObject({ vehicleId: idSchema, reason }) }),
  z.strictObject({ type: z.literal("trip.started"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("trip.phase-finished"), data: z.strictObject({ index }) }),
  z.strictObject({ type: z.literal("trip.phase-skipped"), data: z.strictObject({ index, reason }) }),
  z.strictObject({ type: z.literal("trip.completed"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("trip.paused"), data: z.strictObject({ reason }) }),
  z.strictObject({ type: z.literal("trip.policy-violated"), data: z.strictObject({ policy }) }),
  z.strictObject({ type: z.literal("trip.resumed"), data: z.strictObject({ policy }) }),
  z.strictObject({ type: z.literal("trip.rolling-back"), data: z.strictObject({ reason, steps: z.array(index).max(64) }) }),
  z.strictObject({ type: z.literal("trip.phase-undone"), data: z.strictObject({ index }) }),
  z.strictObject({ type: z.literal("trip.rolled-back"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("trip.cancelled"), data: z.strictObject({ reason }) }),
  z.strictObject({ type: z.literal("trip.failed"), data: z.strictObject({ reason }) }),
]);
export type TripEvent = z.infer<typeof tripEventSchema>;

export type TripStatus = "created" | "planned" | "assigned" | "dispatched" | "underway" | "paused" | "rolling-back" | "completed" | "rolled-back" | "cancelled" | "failed";
export type PhaseState = "pending" | "done" | "skipped" | "undone";

export interface Trip {
  readonly id: string;
  readonly planId: string | undefined;
  readonly itinerary: Itinerary;
  readonly priority: number;
  readonly status: TripStatus;
  /** Why it is paused, cancelled, failed or rolled back. */
  readonly reason: string;
  readonly route: Readonly<z.infer<typeof route>> | undefined;
  readonly vehicleId: string | undefined;
  readonly commandId: string | undefined;
  readonly phases: readonly PhaseState[];
  /** Indices still to be undone, next first. */
  readonly undo: readonly number[];
  readonly givenBack: readonly { readonly vehicleId: string; readonly reason: string }[];
  /** A vehicle that may still drive a trip that is over: told to stop, and not to be used until it has confirmed. */
  readonly stray: string | undefined;
  readonly policy: PolicyVerdict;
  readonly createdMs: number;
  readonly startedMs: number | undefined;
  readonly endedMs: number | undefined;
  readonly updatedMs: number;
  readonly version: number;
}

export const GIVEN_BACK_MAX = 16;
export const isOver = (status: TripStatus): boolean => status === "completed" || status === "rolled-back" || status === "cancelled" || status === "failed";
/** The vehicle bound by this trip now. */
export const heldBy = (trip: Trip): string | undefined => (isOver(trip.status) ? undefined : trip.vehicleId);
/** The phase to be done now; undefined when all are. */
export const currentPhase = (trip: Trip): number | undefined => {
  const at = trip.phases.indexOf("pending");
  return at < 0 ? undefined : at;
};

type Decided = Result<readonly TripEvent[], Refusal>;
const denied = (what: string, verdict: PolicyVerdict): Decided => refuse("forbidden", "policy", `policy denies ${what}: ${verdict.reasons.join("; ") || "no reason given"}`);

/** `index` done or skipped: that event, and completion when it was the last. */
function advance(state: Trip, event: TripEvent, at: number): readonly TripEvent[] {
  const left = state.phases.some((phase, i) => phase === "pending" && i !== at);
  return left ? [event] : [event, { type: "trip.completed", data: {} }];
}

export const trips: Context<Trip, TripCommand, TripEvent> = {
  name: "trip",
  decide(state, command): Decided {
    if (command.kind === "create") {
      const { kind: _, ...data } = command;
      if (state !== undefined) {
        const { id, itinerary, planId, priority } = state;
        const { policy: __, ...asked } = data;
        return canonicalJson({ id, itinerary, planId, priority }) === canonicalJson(asked) ? ok([]) : refuse("conflict", "exists", `trip ${id} exists already with other content`);
      }
      return command.policy.allowed ? ok([{ type: "trip.created", data }]) : denied("this trip", command.policy);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such trip");
    const { id, status } = state;
    const not = (what: string): Decided => refuse("conflict", `is-${status}`, `trip ${id} is ${status}: ${what}`);
    const wrongVehicle = "vehicleId" in command && command.kind !== "assign" && command.vehicleId !== state.vehicleId;
    if (isOver(status)) {
      if (command.kind === "cancel" && status === "cancelled") return ok([]);
      if (command.kind === "give-back" && state.stray === command.vehicleId) return ok([{ type: "trip.given-back", data: { vehicleId: command.vehicleId, reason: command.reason } }]);
      return not("it is over");
    }
    if (wrongVehicle) return not(`it is not with ${(command as { vehicleId: string }).vehicleId}`);
    switch (command.kind) {
      case "plan":
        return status === "created" ? ok([{ type: "trip.planned", data: { route: command.route } }]) : not("it has a route already");
      case "assign":
        if (status !== "planned") return not("it cannot be assigned");
        if (!command.policy.allowed) return denied(`trip ${id} to ${command.vehicleId}`, command.policy);
        return ok([{ type: "trip.assigned", data: { vehicleId: command.vehicleId, why: command.why, policy: command.policy } }]);
      case "dispatch":
        return status === "assigned" ? ok([{ type: "trip.dispatched", data: { commandId: command.commandId } }]) : not("it cannot be sent to a vehicle");
      case "give-back": {
        if (status !== "assigned" && status !== "dispatched") return not("it cannot be given back");
        const back: TripEvent = { type: "trip.given-back", data: { vehicleId: command.vehicleId, reason: command.reason } };
        return ok(state.givenBack.length + 1 >= GIVEN_BACK_MAX ? [back, { type: "trip.failed", data: { reason: `given back ${GIVEN_BACK_MAX} times` } }] : [back]);
      }
      case "start":
        if (status === "underway") return ok([]);
        return status === "dispatched" ? ok([{ type: "trip.started", data: {} }]) : not("it cannot start");
      case "finish-phase":
        if (status !== "underway" && status !== "paused") return not("no phase is being done");
        if (state.phases[command.index] === "done") return ok([]);
        if (currentPhase(state) !== command.index) return refuse("conflict", "phase-order", `trip ${id} is at phase ${String(currentPhase(state))}, not ${command.index}`);
        return ok(advance(state, { type: "trip.phase-finished", data: { index: command.index } }, command.index));
      case "skip-phase":
        if (state.phases[command.index] === undefined) return refuse("invalid", "no-phase", `trip ${id} has ${state.phases.length} phases`);
        if (state.phases[command.index] !== "pending" || status === "rolling-back") return not(`phase ${command.index} cannot be skipped`);
        // One that nobody has begun has nothing to complete: its last phase stays.
        if (status !== "underway" && status !== "paused" && state.phases.filter((phase) => phase === "pending").length === 1) return not("its only phase cannot be skipped; cancel it");
        return ok(advance(state, { type: "trip.phase-skipped", data: { index: command.index, reason: command.reason } }, command.index));
      case "pause":
        if (status === "paused") return ok([]);
        return status === "underway" ? ok([{ type: "trip.paused", data: { reason: command.reason } }]) : not("only what is driven can be paused");
      case "resume":
        if (status === "underway") return ok([]);
        if (status !== "paused") return not("it is not paused");
        return command.policy.allowed ? ok([{ type: "trip.resumed", data: { policy: command.policy } }]) : denied(`resuming trip ${id}`, command.policy);
      case "violate":
        if (command.policy.allowed) return refuse("invalid", "no-violation", "policy allows it");
        return status === "underway" ? ok([{ type: "trip.policy-violated", data: { policy: command.policy } }]) : ok([]);
      case "roll-back": {
        if (status === "rolling-back") return ok([]);
        if (status !== "underway" && status !== "paused") return not("nothing of it was done; cancel it");
        const steps = state.phases.flatMap((phase, i) => (phase === "done" && state.itinerary.phases[i]?.undoneBy !== undefined ? [i] : [])).reverse();
        const begin: TripEvent = { type: "trip.rolling-back", data: { reason: command.reason, steps } };
        return ok(steps.length === 0 ? [begin, { type: "trip.rolled-back", data: {} }] : [begin]);
      }
      case "undo-phase":
        if (status !== "rolling-back") return not("it is not rolling back");
        if (state.phases[command.index] === "undone") return ok([]);
        if (state.undo[0] !== command.index) return refuse("conflict", "phase-order", `trip ${id} undoes phase ${String(state.undo[0])} next, not ${command.index}`);
        return ok(state.undo.length === 1 ? [{ type: "trip.phase-undone", data: { index: command.index } }, { type: "trip.rolled-back", data: {} }] : [{ type: "trip.phase-undone", data: { index: command.index } }]);
      case "cancel":
        return ok([{ type: "trip.cancelled", data: { reason: command.reason } }]);
      case "fail":
        return ok([{ type: "trip.failed", data: { reason: command.reason } }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "trip.created") {
      invariant(state === undefined, `trip ${event.data.id} was created twice`);
      const { id, itinerary, planId, priority, policy: verdict } = event.data;
      return { id, planId, itinerary, priority, status: "created", reason: "", route: undefined, vehicleId: undefined, commandId: undefined, phases: itinerary.phases.map((): PhaseState => "pending"), undo: [], givenBack: [], stray: undefined, policy: verdict, createdMs: atMs, startedMs: undefined, endedMs: undefined, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined, `${event.type} for a trip nobody created`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    if (event.type === "trip.given-back" && isOver(state.status)) return { ...next, stray: undefined };
    invariant(!isOver(state.status), `${event.type} for trip ${state.id}, which is ${state.status}`);
    const set = (at: number, to: PhaseState): readonly PhaseState[] => {
      invariant(state.phases[at] !== undefined, `trip ${state.id} has no phase ${at}`);
      return state.phases.map((phase, i) => (i === at ? to : phase));
    };
    // What was sent to a vehicle may be driven until it confirms that it is not.
    const stray = state.commandId === undefined ? undefined : state.vehicleId;
    switch (event.type) {
      case "trip.planned":
        return { ...next, status: "planned", route: event.data.route };
      case "trip.assigned":
        return { ...next, status: "assigned", vehicleId: event.data.vehicleId, policy: event.data.policy };
      case "trip.dispatched":
        return { ...next, status: "dispatched", commandId: event.data.commandId };
      case "trip.given-back":
        return { ...next, status: "planned", vehicleId: undefined, commandId: undefined, givenBack: [...state.givenBack, event.data] };
      case "trip.started":
        return { ...next, status: "underway", startedMs: atMs };
      case "trip.phase-finished":
        return { ...next, phases: set(event.data.index, "done") };
      case "trip.phase-skipped":
        return { ...next, phases: set(event.data.index, "skipped") };
      case "trip.completed":
        return { ...next, status: "completed", endedMs: atMs };
      case "trip.paused":
        return { ...next, status: "paused", reason: event.data.reason };
      case "trip.policy-violated":
        return { ...next, status: "paused", reason: event.data.policy.reasons.join("; "), policy: event.data.policy };
      case "trip.resumed":
        return { ...next, status: "underway", reason: "", policy: event.data.policy };
      case "trip.rolling-back":
        return { ...next, status: "rolling-back", reason: event.data.reason, undo: event.data.steps };
      case "trip.phase-undone":
        return { ...next, phases: set(event.data.index, "undone"), undo: state.undo.slice(1) };
      case "trip.rolled-back":
        return { ...next, status: "rolled-back", endedMs: atMs };
      case "trip.cancelled":
        return { ...next, status: "cancelled", reason: event.data.reason, endedMs: atMs, stray };
      case "trip.failed":
        return { ...next, status: "failed", reason: event.data.reason, endedMs: atMs, stray };
    }
  },
};
