/**
 * One command to one vehicle, from issue to outcome. Signed before it is issued, sent again until answered, dead at its
 * expiry. Must never be taken as done because it was sent, and never come alive again after its end.
 *
 *     issued -> delivered -> accepted -> executed | failed
 *        '---------'------------'--> refused | expired | cancelled
 */
import { z } from "zod";
import { commandSchema, type Command as WireCommand } from "../contract/command.ts";
import { idSchema, momentMsSchema, sentenceSchema } from "../contract/ids.ts";

import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";
import { parseIsoUtc } from "../kernel/time.ts";

const wire: z.ZodType<WireCommand> = commandSchema;
const reason = sentenceSchema;

export const commandCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("issue"), command: wire }),
  z.strictObject({ kind: z.literal("deliver"), attempt: z.int().min(1) }),
  z.strictObject({ kind: z.literal("answer"), outcome: z.enum(["ACCEPTED", "REJECTED", "EXECUTED", "FAILED"]), reasonCode: z.string().max(64).optional(), reason: z.string().max(512).optional() }),
  z.strictObject({ kind: z.literal("cancel"), reason }),
  z.strictObject({ kind: z.literal("expire") }),
]);
export type CommandCommand = z.infer<typeof commandCommandSchema>;

export const commandEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("command.issued"), data: z.strictObject({ command: wire, expiresMs: momentMsSchema }) }),
  /** The broker or the vehicle's link took it; once. */
  z.strictObject({ type: z.literal("command.delivered"), data: z.strictObject({ attempt: z.int().min(1) }) }),
  z.strictObject({ type: z.literal("command.accepted"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("command.executed"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("command.refused"), data: z.strictObject({ code: z.string().max(64), reason: z.string().max(512) }) }),
  z.strictObject({ type: z.literal("command.failed"), data: z.strictObject({ code: z.string().max(64), reason: z.string().max(512) }) }),
  z.strictObject({ type: z.literal("command.expired"), data: z.strictObject({ attempts: z.int().min(0) }) }),
  z.strictObject({ type: z.literal("command.cancelled"), data: z.strictObject({ reason }) }),
]);
export type CommandEvent = z.infer<typeof commandEventSchema>;

export type CommandStatus = "issued" | "delivered" | "accepted" | "executed" | "failed" | "refused" | "expired" | "cancelled";

export interface CommandState {
  readonly id: string;
  readonly vehicleId: string;
  readonly command: WireCommand;
  readonly expiresMs: number;
  readonly status: CommandStatus;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

/** Longest life of a command: what is older was ordered for another situation. */
export const LIFE_MS_MAX = 600_000;
export const isSettled = (status: CommandStatus): boolean => status !== "issued" && status !== "delivered" && status !== "accepted";

type Decided = Result<readonly CommandEvent[], Refusal>;

export const commands: Context<CommandState, CommandCommand, CommandEvent> = {
  name: "command",
  decide(state, command, nowMs): Decided {
    if (command.kind === "issue") {
      const { command: sent } = command;
      if (state !== undefined) return JSON.stringify(state.command) === JSON.stringify(sent) ? ok([]) : refuse("conflict", "exists", `command ${sent.command_id} exists already with other content`);
      if (!idSchema.safeParse(sent.command_id).success || !idSchema.safeParse(sent.vehicle_id).success) return refuse("invalid", "id", "command and vehicle ids are letters, digits and . _ -");
      const expiresMs = parseIsoUtc(sent.expiration ?? "");
      if (expiresMs === undefined) return refuse("invalid", "no-expiry", "a command needs an expiry");
      if (expiresMs <= nowMs) return refuse("invalid", "expired", "a command must expire later than now");
      if (expiresMs - nowMs > LIFE_MS_MAX) return refuse("invalid", "lives-too-long", `a command lives at most ${LIFE_MS_MAX / 1000} s`);
      if ((sent.authentication?.signature ?? "") === "" || (sent.authentication?.issuer ?? "") === "") return refuse("forbidden", "unsigned", "a command must be signed before it is issued");
      return ok([{ type: "command.issued", data: { command: sent, expiresMs } }]);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such command");
    switch (command.kind) {
      case "deliver":
        return ok(state.status === "issued" ? [{ type: "command.delivered", data: { attempt: command.attempt } }] : []);
      case "answer":
        return answer(state, command);
      case "cancel":
        if (state.status === "cancelled") return ok([]);
        return isSettled(state.status) ? refuse("conflict", state.status, `command ${state.id} is ${state.status} already`) : ok([{ type: "command.cancelled", data: { reason: command.reason } }]);
      case "expire":
        if (isSettled(state.status)) return ok([]);
        // An accepted one is being carried out; only its answer is late.
        if (state.status === "accepted") return ok([]);
        return nowMs < state.expiresMs ? refuse("conflict", "too-early", `command ${state.id} has not expired yet`) : ok([{ type: "command.expired", data: { attempts: state.attempts } }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "command.issued") {
      invariant(state === undefined, `command ${event.data.command.command_id} was issued twice`);
      return { id: event.data.command.command_id, vehicleId: event.data.command.vehicle_id, command: event.data.command, expiresMs: event.data.expiresMs, status: "issued", code: "", reason: "", attempts: 0, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined, `${event.type} for a command nobody issued`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "command.delivered":
        return { ...next, status: "delivered", attempts: event.data.attempt };
      case "command.accepted":
        return { ...next, status: "accepted" };
      case "command.executed":
        return { ...next, status: "executed", code: "", reason: "" };
      case "command.refused":
        return { ...next, status: "refused", code: event.data.code, reason: event.data.reason };
      case "command.failed":
        return { ...next, status: "failed", code: event.data.code, reason: event.data.reason };
      case "command.expired":
        return { ...next, status: "expired", code: "expired", reason: `no answer to ${event.data.attempts} attempts` };
      case "command.cancelled":
        return { ...next, status: "cancelled", code: "cancelled", reason: event.data.reason };
    }
  },
};

/**
 * The vehicle's word. It is believed even after expiry or cancellation when it says the command was carried out: what
 * happened, happened. It never turns an end into a beginning.
 */
function answer(state: CommandState, said: Extract<CommandCommand, { kind: "answer" }>): Decided {
  const why = { code: said.reasonCode ?? "", reason: said.reason ?? "" };
  const told = state.status === "executed" || state.status === "failed" || state.status === "refused";
  if (told) return ok([]);
  switch (said.outcome) {
    case "ACCEPTED":
      return ok(state.status === "issued" || state.status === "delivered" ? [{ type: "command.accepted", data: {} }] : []);
    case "REJECTED":
      return ok(isSettled(state.status) ? [] : [{ type: "command.refused", data: why }]);
    case "EXECUTED":
      return ok([{ type: "command.executed", data: {} }]);
    case "FAILED":
      return ok([{ type: "command.failed", data: why }]);
  }
}
