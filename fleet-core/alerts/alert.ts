/**
 * An alert: something somebody must look at. The same thing raised again while it is open is counted, not doubled. One that
 * nobody acknowledges in time is escalated. Severity 1 is the worst.
 */
import { z } from "zod";
import { actorSchema, idSchema, sentenceSchema } from "../contract/ids.ts";
import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";

export type Severity = 1 | 2 | 3 | 4;
export const severitySchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
/** Time to acknowledge before the next level is called, by severity. */
export const ACKNOWLEDGE_WITHIN_MS: Readonly<Record<Severity, number>> = { 1: 60_000, 2: 300_000, 3: 1_800_000, 4: 14_400_000 };
export const LEVELS_MAX = 3;

const runbook = z.string().max(512).regex(/^(https:\/\/|\/)[^\s]*$/, "an https address or a path");
const raised = z.strictObject({ id: idSchema, code: idSchema, severity: severitySchema, subject: z.string().min(1).max(256), message: sentenceSchema, runbook: runbook.optional() });

export const alertCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("raise"), ...raised.shape }),
  z.strictObject({ kind: z.literal("acknowledge"), by: actorSchema }),
  z.strictObject({ kind: z.literal("escalate"), by: actorSchema, reason: sentenceSchema }),
  /** Time passed: escalates what is overdue. */
  z.strictObject({ kind: z.literal("tick") }),
  z.strictObject({ kind: z.literal("resolve"), by: actorSchema, note: sentenceSchema }),
]);
export type AlertCommand = z.infer<typeof alertCommandSchema>;

export const alertEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("alert.raised"), data: raised }),
  z.strictObject({ type: z.literal("alert.repeated"), data: z.strictObject({ message: sentenceSchema }) }),
  z.strictObject({ type: z.literal("alert.worsened"), data: z.strictObject({ severity: severitySchema, message: sentenceSchema }) }),
  z.strictObject({ type: z.literal("alert.acknowledged"), data: z.strictObject({ by: actorSchema }) }),
  z.strictObject({ type: z.literal("alert.escalated"), data: z.strictObject({ level: z.int().min(1).max(LEVELS_MAX), by: actorSchema, reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("alert.resolved"), data: z.strictObject({ by: actorSchema, note: sentenceSchema }) }),
]);
export type AlertEvent = z.infer<typeof alertEventSchema>;

export interface Alert {
  readonly id: string;
  readonly code: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly message: string;
  readonly runbook: string | undefined;
  readonly status: "open" | "acknowledged" | "resolved";
  readonly acknowledgedBy: string | undefined;
  /** 0: nobody was called yet beyond the first line. */
  readonly level: number;
  readonly count: number;
  /** When the present level must have acknowledged. */
  readonly dueMs: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

/** What makes two alerts the same: what it is and whom it is about. The open one is found by this key. */
export const alertKey = (code: string, subject: string): string => `${code} ${subject}`;
/** Repeats beyond this are not logged. */
export const REPEATS_LOGGED = 100;

export const alerts: Context<Alert, AlertCommand, AlertEvent> = {
  name: "alert",
  decide(state, command, nowMs): Result<readonly AlertEvent[], Refusal> {
    if (command.kind === "raise") {
      const { kind: _, ...data } = command;
      if (state === undefined) return ok([{ type: "alert.raised", data }]);
      if (state.code !== data.code || state.subject !== data.subject) return refuse("conflict", "exists", `alert ${state.id} is about something else`);
      if (state.status === "resolved") return refuse("conflict", "resolved", `alert ${state.id} is resolved; raise a new one`);
      if (data.severity < state.severity) return ok([{ type: "alert.worsened", data: { severity: data.severity, message: data.message } }]);
      // A flapping sensor must not fill the log.
      return ok(state.count >= REPEATS_LOGGED ? [] : [{ type: "alert.repeated", data: { message: data.message } }]);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such alert");
    if (state.status === "resolved") return command.kind === "resolve" || command.kind === "tick" ? ok([]) : refuse("conflict", "resolved", `alert ${state.id} is resolved`);
    switch (command.kind) {
      case "acknowledge":
        return ok(state.status === "acknowledged" ? [] : [{ type: "alert.acknowledged", data: { by: command.by } }]);
      case "escalate":
        return state.level >= LEVELS_MAX ? refuse("limit", "top-level", `alert ${state.id} is at the highest level`) : ok([{ type: "alert.escalated", data: { level: state.level + 1, by: command.by, reason: command.reason } }]);
      case "tick":
        if (state.status !== "open" || nowMs < state.dueMs || state.level >= LEVELS_MAX) return ok([]);
        return ok([{ type: "alert.escalated", data: { level: state.level + 1, by: "system:escalation", reason: `nobody acknowledged it within ${ACKNOWLEDGE_WITHIN_MS[state.severity] / 1000} s` } }]);
      case "resolve":
        return ok([{ type: "alert.resolved", data: { by: command.by, note: command.note } }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "alert.raised") {
      invariant(state === undefined, `alert ${event.data.id} was raised twice`);
      const { id, code, severity, subject, message, runbook: link } = event.data;
      return { id, code, severity, subject, message, runbook: link, status: "open", acknowledgedBy: undefined, level: 0, count: 1, dueMs: atMs + ACKNOWLEDGE_WITHIN_MS[severity], createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined && state.status !== "resolved", `${event.type} for an alert that is resolved or never was`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "alert.repeated":
        return { ...next, message: event.data.message, count: state.count + 1 };
      case "alert.worsened":
        // Worse than what was acknowledged: somebody must look again.
        return { ...next, severity: event.data.severity, message: event.data.message, count: state.count + 1, status: "open", acknowledgedBy: undefined, dueMs: atMs + ACKNOWLEDGE_WITHIN_MS[event.data.severity] };
      case "alert.acknowledged":
        return { ...next, status: "acknowledged", acknowledgedBy: event.data.by };
      case "alert.escalated":
        return { ...next, level: event.data.level, dueMs: atMs + ACKNOWLEDGE_WITHIN_MS[state.severity] };
      case "alert.resolved":
        return { ...next, status: "resolved" };
    }
  },
};
