/**
 * The commands of one vehicle as pure functions: issued once, answered, expired or overtaken by a later one. Must never
 * send anything itself, and never let an old order come back after a newer one.
 */
import { canonicalJson } from "../contract/json.ts";
import type { Command, CommandAck, COMMAND_TYPES } from "../contract/command.ts";
import type { StateHash } from "../kernel/hash.ts";
import { invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { VehicleEvent } from "./events.ts";

export type CommandType = (typeof COMMAND_TYPES)[number];
export type CommandStatus = "open" | "accepted" | "rejected" | "executed" | "failed" | "expired" | "superseded";

export interface CommandRecord {
  readonly command: Command;
  readonly issuedUs: number;
  readonly expirationUs: number;
  readonly status: CommandStatus;
  readonly statusUs: number;
  readonly reasonCode: string;
  readonly reason: string;
}

export interface VehicleCommands {
  readonly vehicleId: string;
  /** By command id, oldest first: all open ones, the newest of each type, and up to `KEPT` others. */
  readonly commands: ReadonlyMap<string, CommandRecord>;
  readonly version: number;
}

/** Commands that may wait for an answer at once. */
export const OPEN_MAX = 32;
/** Finished commands remembered for late answers. */
export const KEPT = 64;

/** What an unanswered command of another type is dropped by: resuming undoes stops, a stop undoes what is weaker. */
const SUPERSEDES: Readonly<Record<CommandType, readonly CommandType[]>> = {
  PAUSE: ["PAUSE", "RESUME"],
  RESUME: ["PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP"],
  SAFE_STOP: ["PAUSE", "RESUME", "SAFE_STOP"],
  EMERGENCY_STOP: ["PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP"],
  ASSIGN_MISSION: [],
  CANCEL_MISSION: [],
  CHANGE_OPERATIONAL_MODE: ["CHANGE_OPERATIONAL_MODE"],
  UPDATE_ROUTE: ["UPDATE_ROUTE"],
  DIAGNOSTICS: [],
  OTA_UPDATE: [],
};

/** Priority each type travels with; the contract leaves it to the sender. */
export const PRIORITY: Readonly<Record<CommandType, Command["priority"]>> = {
  EMERGENCY_STOP: "CRITICAL",
  SAFE_STOP: "CRITICAL",
  PAUSE: "HIGH",
  RESUME: "HIGH",
  CANCEL_MISSION: "HIGH",
  ASSIGN_MISSION: "NORMAL",
  CHANGE_OPERATIONAL_MODE: "NORMAL",
  UPDATE_ROUTE: "NORMAL",
  DIAGNOSTICS: "LOW",
  OTA_UPDATE: "LOW",
};

export type VehicleCommand =
  | { readonly kind: "issue"; readonly command: Command; readonly expirationUs: number }
  | { readonly kind: "answer"; readonly ack: CommandAck }
  | { readonly kind: "expire"; readonly commandId: string; readonly attempts: number };

export const noCommands = (vehicleId: string): VehicleCommands => ({ vehicleId, commands: new Map(), version: 0 });

/** How far each status is from the beginning; an answer only moves a command forward. */
const RANK: Readonly<Record<CommandStatus, number>> = { open: 0, superseded: 1, expired: 1, accepted: 2, rejected: 3, executed: 3, failed: 3 };
const STATUS = { ACCEPTED: "accepted", REJECTED: "rejected", EXECUTED: "executed", FAILED: "failed" } as const;

/** Events that `command` causes; none when it says nothing new. */
export function decideVehicle(state: VehicleCommands, command: VehicleCommand): Result<readonly VehicleEvent[], string> {
  switch (command.kind) {
    case "issue": {
      const issued = command.command;
      if (issued.vehicle_id !== state.vehicleId) return err(`command ${issued.command_id} is for ${issued.vehicle_id}, not ${state.vehicleId}`);
      if (state.commands.has(issued.command_id)) return ok([]);
      const open = [...state.commands.values()].filter((record) => record.status === "open");
      const dropped = open.filter((record) => SUPERSEDES[issued.command_type].includes(record.command.command_type));
      // A full queue must never stand between an operator and a stop.
      if (open.length - dropped.length >= OPEN_MAX && issued.priority !== "CRITICAL") return err(`${state.vehicleId} has ${open.length} commands waiting for an answer already`);
      return ok([
        ...dropped.map((record): VehicleEvent => ({ type: "command.superseded", data: { commandId: record.command.command_id, by: issued.command_id, reason: `${issued.command_type} overtakes it` } })),
        { type: "command.issued", data: { command: issued, expirationUs: command.expirationUs } },
      ]);
    }
    case "answer": {
      const { ack } = command;
      const record = state.commands.get(ack.command_id);
      if (record === undefined) return err(`${state.vehicleId} answers a command nobody issued or that is long over: ${ack.command_id}`);
      if (RANK[STATUS[ack.outcome]] <= RANK[record.status]) return ok([]);
      const reasonCode = ack.reason_code === undefined ? {} : { reasonCode: ack.reason_code };
      const reason = ack.reason === undefined ? {} : { reason: ack.reason };
      return ok([{ type: "command.answered", data: { commandId: ack.command_id, outcome: ack.outcome, ...reasonCode, ...reason } }]);
    }
    case "expire":
      return ok(state.commands.get(command.commandId)?.status === "open" ? [{ type: "command.expired", data: { commandId: command.commandId, attempts: command.attempts } }] : []);
  }
}

/** State after `event` at `atUs`; an event about an unknown command is a corrupt log. */
export function evolveVehicle(state: VehicleCommands, event: VehicleEvent, atUs: number): VehicleCommands {
  const commands = new Map(state.commands);
  if (event.type === "command.issued") {
    const command = event.data.command;
    invariant(!commands.has(command.command_id), `command ${command.command_id} was issued twice`);
    commands.set(command.command_id, { command, issuedUs: atUs, expirationUs: event.data.expirationUs, status: "open", statusUs: atUs, reasonCode: "", reason: "" });
    forget(commands);
    return { ...state, commands, version: state.version + 1 };
  }
  const record = commands.get(event.data.commandId);
  invariant(record !== undefined, `${event.type} about ${event.data.commandId}, which was never issued`);
  commands.set(event.data.commandId, { ...record, statusUs: atUs, ...change(event) });
  return { ...state, commands, version: state.version + 1 };
}

function change(event: Exclude<VehicleEvent, { type: "command.issued" }>): Pick<CommandRecord, "status" | "reason" | "reasonCode"> {
  switch (event.type) {
    case "command.answered":
      return { status: STATUS[event.data.outcome], reasonCode: event.data.reasonCode ?? "", reason: event.data.reason ?? event.data.reasonCode ?? "no reason given" };
    case "command.expired":
      return { status: "expired", reasonCode: "expired", reason: `no answer to ${event.data.attempts} attempts` };
    case "command.superseded":
      return { status: "superseded", reasonCode: "superseded", reason: event.data.reason };
  }
}

/** Drops the oldest finished commands beyond `KEPT`; the newest of each type stays, a mission may still ask about it. */
function forget(commands: Map<string, CommandRecord>): void {
  let over = [...commands.values()].filter((record) => record.status !== "open").length - KEPT;
  if (over <= 0) return;
  const newest = new Map<CommandType, string>();
  for (const [id, record] of commands) newest.set(record.command.command_type, id);
  for (const [id, record] of commands) {
    if (over <= 0) return;
    if (record.status === "open" || newest.get(record.command.command_type) === id) continue;
    commands.delete(id);
    over -= 1;
  }
}

export function hashVehicleCommands(state: VehicleCommands, hash: StateHash): void {
  hash.text(state.vehicleId);
  hash.number(state.version);
  hash.text(canonicalJson([...state.commands.values()]));
}
