/**
 * One mission's life as pure functions: `decide` says which events a command causes or why it is refused, `evolve` says
 * what an event makes of the state. Must never look at a clock, a vehicle or another mission.
 *
 *     requested <-> unassignable -> assigned -> underway -> completed | failed
 *         ^------------ declined ------'            '--> cancelled (after the vehicle confirmed)
 */
import { canonicalJson } from "../contract/json.ts";
import type { Mission, MissionState } from "../contract/mission.ts";
import type { StateHash } from "../kernel/hash.ts";
import { InvariantError, invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import type { MissionEvent } from "./events.ts";

export interface MissionRecord {
  readonly mission: Mission;
  readonly requestedUs: number;
  readonly state: MissionState;
  /** Present while a vehicle has it, and after its end: who had it last, by which command, since when. */
  readonly assignment: { readonly vehicleId: string; readonly commandId: string; readonly atUs: number } | undefined;
  readonly startedUs: number | undefined;
  /** A cancellation on its way to the vehicle. */
  readonly cancel: { readonly commandId: string; readonly reason: string } | undefined;
  /** Assignments that fell through, oldest first, at most `DECLINES_MAX`. */
  readonly declines: readonly { readonly vehicleId: string; readonly atUs: number; readonly reason: string }[];
  readonly endedUs: number | undefined;
  /** Events so far; the version of its stream. */
  readonly version: number;
}

/** More assignments than this fell through: the mission fails, instead of going round for ever. */
export const DECLINES_MAX = 16;

export type MissionCommand =
  | { readonly kind: "request"; readonly mission: Mission }
  | { readonly kind: "assign"; readonly vehicleId: string; readonly commandId: string; readonly why: string }
  | { readonly kind: "find-none"; readonly reason: string }
  | { readonly kind: "decline"; readonly vehicleId: string; readonly reason: string }
  | { readonly kind: "start"; readonly vehicleId: string }
  | { readonly kind: "complete"; readonly vehicleId: string; readonly evidence: "acknowledged" | "telemetry" }
  | { readonly kind: "fail"; readonly vehicleId: string | undefined; readonly reason: string }
  | { readonly kind: "cancel"; readonly reason: string; readonly commandId: string }
  | { readonly kind: "refuse-cancel"; readonly reason: string }
  | { readonly kind: "confirm-cancel"; readonly reason: string };

export const isEnded = (state: MissionState): boolean => state.kind === "completed" || state.kind === "failed" || state.kind === "cancelled";
const isWaiting = (state: MissionState): boolean => state.kind === "requested" || state.kind === "unassignable";
/** The vehicle that has the mission now, if one has. */
export const holderOf = (record: MissionRecord): string | undefined => (record.state.kind === "assigned" || record.state.kind === "underway" ? record.state.vehicleId : undefined);

const text = (value: string): string => {
  if (value.length <= 1024) return value;
  // Not in the middle of a surrogate pair: an event must stay writable as JSON.
  const cut = value.charCodeAt(1020) >= 0xdc00 && value.charCodeAt(1020) <= 0xdfff ? 1019 : 1020;
  return `${value.slice(0, cut)} ...`;
};

/**
 * Events that `command` causes in `state` (undefined: no such mission yet); none when it changes nothing. An error is a
 * sentence saying why not.
 */
export function decideMission(state: MissionRecord | undefined, command: MissionCommand): Result<readonly MissionEvent[], string> {
  if (command.kind === "request") {
    if (state === undefined) return ok([{ type: "mission.requested", data: { mission: command.mission } }]);
    // Asked twice with the same content is one request; the same name for another mission is a mistake.
    return canonicalJson(state.mission) === canonicalJson(command.mission) ? ok([]) : err(`mission ${command.mission.mission_id} exists already with other content`);
  }
  if (state === undefined) return err("there is no such mission");
  const id = state.mission.mission_id;
  const holder = holderOf(state);
  const wrong = (what: string): Result<never, string> => err(`mission ${id} is ${state.state.kind}${holder === undefined ? "" : ` with ${holder}`}: ${what}`);
  switch (command.kind) {
    case "assign":
      if (!isWaiting(state.state)) return wrong("it cannot be assigned");
      return ok([{ type: "mission.assigned", data: { vehicleId: command.vehicleId, commandId: command.commandId, why: text(command.why) } }]);
    case "find-none": {
      if (!isWaiting(state.state)) return wrong("it is not looking for a vehicle");
      const reason = text(command.reason);
      return ok(state.state.kind === "unassignable" && state.state.reason === reason ? [] : [{ type: "mission.unassignable", data: { reason } }]);
    }
    case "decline": {
      if (state.state.kind !== "assigned" || holder !== command.vehicleId) return wrong(`${command.vehicleId} cannot decline it`);
      const declined: MissionEvent = { type: "mission.declined", data: { vehicleId: command.vehicleId, reason: text(command.reason) } };
      const last = state.declines.length + 1 >= DECLINES_MAX;
      return ok(last ? [declined, { type: "mission.failed", data: { reason: text(`${DECLINES_MAX} assignments fell through; the last: ${command.reason}`) } }] : [declined]);
    }
    case "start":
      if (state.state.kind === "underway" && holder === command.vehicleId) return ok([]);
      if (state.state.kind !== "assigned" || holder !== command.vehicleId) return wrong(`${command.vehicleId} cannot start it`);
      return ok([{ type: "mission.started", data: { vehicleId: command.vehicleId } }]);
    case "complete":
      if (holder === undefined || holder !== command.vehicleId) return wrong(`${command.vehicleId} cannot complete it`);
      return ok([{ type: "mission.completed", data: { vehicleId: command.vehicleId, evidence: command.evidence } }]);
    case "fail":
      if (isEnded(state.state) || holder !== command.vehicleId) return wrong("it cannot fail now");
      return ok([{ type: "mission.failed", data: { ...(holder === undefined ? {} : { vehicleId: holder }), reason: text(command.reason) } }]);
    case "cancel":
      if (isEnded(state.state)) return wrong("it is over");
      if (state.cancel !== undefined) return ok([]);
      return ok([holder === undefined ? { type: "mission.cancelled", data: { reason: text(command.reason) } } : { type: "mission.cancel-requested", data: { commandId: command.commandId, reason: text(command.reason) } }]);
    case "refuse-cancel":
      return state.cancel === undefined ? wrong("no cancellation is pending") : ok([{ type: "mission.cancel-refused", data: { reason: text(command.reason) } }]);
    case "confirm-cancel":
      if (state.cancel === undefined || holder === undefined) return wrong("no cancellation is pending");
      return ok([{ type: "mission.cancelled", data: { vehicleId: holder, reason: text(command.reason) } }]);
  }
}

/** State after `event`, which happened at `atUs`. An event that cannot follow is a corrupt log: it fails. */
export function evolveMission(state: MissionRecord | undefined, event: MissionEvent, atUs: number): MissionRecord {
  if (event.type === "mission.requested") {
    invariant(state === undefined, `mission ${event.data.mission.mission_id} was requested twice`);
    return { mission: event.data.mission, requestedUs: atUs, state: { kind: "requested" }, assignment: undefined, startedUs: undefined, cancel: undefined, declines: [], endedUs: undefined, version: 1 };
  }
  invariant(state !== undefined, `${event.type} for a mission nobody requested`);
  const next = { ...state, version: state.version + 1 };
  const holder = holderOf(state);
  const expect = (condition: boolean): void => {
    if (!condition) throw new InvariantError(`${event.type} cannot follow when mission ${state.mission.mission_id} is ${state.state.kind}${holder === undefined ? "" : ` with ${holder}`}`);
  };
  switch (event.type) {
    case "mission.unassignable":
      expect(isWaiting(state.state));
      return { ...next, state: { kind: "unassignable", reason: event.data.reason } };
    case "mission.assigned": {
      expect(isWaiting(state.state));
      const { vehicleId, commandId } = event.data;
      return { ...next, state: { kind: "assigned", vehicleId, commandId }, assignment: { vehicleId, commandId, atUs } };
    }
    case "mission.declined":
      expect(state.state.kind === "assigned" && holder === event.data.vehicleId);
      return { ...next, state: { kind: "requested" }, assignment: undefined, cancel: undefined, declines: [...state.declines, { vehicleId: event.data.vehicleId, atUs, reason: event.data.reason }] };
    case "mission.started":
      expect(state.state.kind === "assigned" && holder === event.data.vehicleId);
      return { ...next, state: { kind: "underway", vehicleId: event.data.vehicleId, progressRatio: 0 }, startedUs: atUs };
    case "mission.completed":
      expect(holder === event.data.vehicleId);
      return { ...next, state: { kind: "completed", vehicleId: event.data.vehicleId }, cancel: undefined, endedUs: atUs };
    case "mission.failed":
      expect(!isEnded(state.state) && holder === event.data.vehicleId);
      return { ...next, state: { kind: "failed", vehicleId: event.data.vehicleId, reason: event.data.reason }, cancel: undefined, endedUs: atUs };
    case "mission.cancel-requested":
      expect(holder !== undefined && state.cancel === undefined);
      return { ...next, cancel: { commandId: event.data.commandId, reason: event.data.reason } };
    case "mission.cancel-refused":
      expect(state.cancel !== undefined);
      return { ...next, cancel: undefined };
    case "mission.cancelled":
      expect(!isEnded(state.state) && holder === event.data.vehicleId);
      return { ...next, state: { kind: "cancelled", vehicleId: event.data.vehicleId, reason: event.data.reason }, cancel: undefined, endedUs: atUs };
  }
}

/** Every part of the record, so that a replay that differs anywhere shows it. */
export function hashMission(record: MissionRecord, hash: StateHash): void {
  hash.text(canonicalJson(record));
}
