/**
 * Commands at the vehicle's door: decode, check, act once, answer each time. A command that came before is answered with
 * its latest outcome and not done again. What arrives is bytes from a radio: nothing in it is trusted, everything is
 * bounded, and nothing is dropped without a log line. Signatures are not checked yet (see README).
 */
import { commandAckSchema, commandSchema, type Command, type CommandAck } from "../fleet-core/contract/command.ts";
import { decodeJson, decodeValue, encodeJson } from "../fleet-core/contract/json.ts";
import { missionSchema, type Mission } from "../fleet-core/contract/mission.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { invariant } from "../fleet-core/kernel/invariant.ts";
import type { Log, Transport } from "../fleet-core/kernel/ports.ts";
import { formatDiagnostic } from "../fleet-core/kernel/result.ts";
import { isoUtc, parseIsoUtc, US_PER_MS } from "../fleet-core/kernel/time.ts";

export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/** What a command may ask of the vehicle; each answers why not, or when it counts as done. */
export interface Duties {
  assign(mission: Mission, commandId: string): Refusal | "later";
  cancel(missionId: string | undefined): Refusal | "now";
  pause(commandId: string): Refusal | "later";
  resume(release: boolean): Refusal | "now";
  stop(emergency: boolean, commandId: string): "later";
}

export interface Commands {
  /** Handles one payload now. */
  receive(payload: Uint8Array, nowUs: number): void;
  /** Reports the end of a command accepted earlier. */
  settle(commandId: string, outcome: "EXECUTED" | "FAILED", code: string, text: string, nowUs: number): void;
  /** Sends answers that found the queue full. */
  flush(): void;
  hashInto(hash: StateHash): void;
}

/** Outcomes remembered for duplicates, and answers waiting for a free queue. */
export const REMEMBERED_MAX = 256;
const WAITING_MAX = 64;
const ID_CHARS_MAX = 128;
const idSchema = commandSchema.pick({ command_id: true });
const COMMAND_LIMITS = { bytes: 64_000, depth: 16 };
/** Half a surrogate pair, left over where a text was cut. */
const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Orders that set how the vehicle drives: a late copy of an older one must not undo a newer one. */
const CONTROLS: ReadonlySet<Command["command_type"]> = new Set(["PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP"]);
/** A command from further in the future than clocks may differ is not believed. */
const CLOCK_SKEW_MS = 5_000;

export function createCommands(options: { readonly vehicleId: string; readonly epochMs: number; readonly uplink: Transport; readonly log: Log; readonly duties: Duties }): Commands {
  const { vehicleId, epochMs, uplink, log, duties } = options;
  const remembered = new Map<string, CommandAck>();
  const waiting: Uint8Array[] = [];
  let handled = 0;
  /** Answers given: what is remembered of commands changes with these only. */
  let answers = 0;
  /** Sending time of the newest control order obeyed. */
  let obeyedMs = -1;

  function send(ack: CommandAck): void {
    const bytes = encodeJson(ack);
    if (waiting.length === 0 && uplink.send("core", "ack", bytes).ok) return;
    if (waiting.length >= WAITING_MAX) {
      log.write("error", "command.ack-lost", `${vehicleId}: the answer to ${ack.command_id} was dropped, ${WAITING_MAX} answers are waiting`);
      return;
    }
    waiting.push(bytes);
  }

  function answer(commandId: string, nowUs: number, outcome: CommandAck["outcome"], code: string, text: string): void {
    const ack: CommandAck = { command_id: commandId, vehicle_id: vehicleId, timestamp: isoUtc(epochMs, nowUs), outcome, reason_code: code, reason: text.slice(0, 512).replace(HALF_PAIR, "?") };
    invariant(commandAckSchema.safeParse(ack).success, `an answer to ${commandId} must satisfy its own contract`);
    remembered.delete(commandId);
    if (remembered.size >= REMEMBERED_MAX) {
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest);
        break;
      }
    }
    remembered.set(commandId, ack);
    answers += 1;
    log.write(outcome === "REJECTED" || outcome === "FAILED" ? "warn" : "info", "command.answer", `${vehicleId}: ${commandId} ${outcome} ${code}: ${text}`);
    send(ack);
  }

  /** Why a command comes to the wrong vehicle or at the wrong time, if it does. */
  function untimely(command: Command, nowUs: number): Refusal | undefined {
    if (command.vehicle_id !== vehicleId) return { code: "wrong-vehicle", text: `this is ${vehicleId}, the command is for ${command.vehicle_id}` };
    const nowMs = epochMs + Math.floor(nowUs / US_PER_MS);
    const nowText = isoUtc(epochMs, nowUs);
    if (command.expiration !== undefined && (parseIsoUtc(command.expiration) ?? -Infinity) < nowMs) return { code: "expired", text: `expired at ${command.expiration}, it is ${nowText}` };
    const sentMs = parseIsoUtc(command.timestamp);
    if (sentMs === undefined || sentMs > nowMs + CLOCK_SKEW_MS) return { code: "from-the-future", text: `sent at ${command.timestamp}, it is ${nowText}` };
    if (CONTROLS.has(command.command_type) && sentMs < obeyedMs) return { code: "stale", text: `sent at ${command.timestamp}, before an order already obeyed` };
    return undefined;
  }

  function act(command: Command): Refusal | "now" | "later" {
    switch (command.command_type) {
      case "ASSIGN_MISSION": {
        const mission = decodeValue(command.payload?.["mission"], missionSchema, "payload.mission");
        if (!mission.ok) return { code: "invalid-mission", text: mission.error.slice(0, 3).map(formatDiagnostic).join("; ") };
        return duties.assign(mission.value, command.command_id);
      }
      case "CANCEL_MISSION": {
        const missionId = command.payload?.["mission_id"];
        if (missionId !== undefined && typeof missionId !== "string") return { code: "invalid-payload", text: "payload.mission_id must be a text" };
        return duties.cancel(missionId);
      }
      case "PAUSE":
        return duties.pause(command.command_id);
      case "RESUME": {
        const release = command.payload?.["release"];
        if (release !== undefined && typeof release !== "boolean") return { code: "invalid-payload", text: "payload.release must be true or false" };
        return duties.resume(release === true);
      }
      case "SAFE_STOP":
        return duties.stop(false, command.command_id);
      case "EMERGENCY_STOP":
        return duties.stop(true, command.command_id);
      case "CHANGE_OPERATIONAL_MODE":
      case "UPDATE_ROUTE":
      case "DIAGNOSTICS":
      case "OTA_UPDATE":
        return { code: "unsupported-in-this-version", text: `${command.command_type} is not supported by this version of the agent` };
    }
  }

  return {
    receive(payload, nowUs) {
      handled += 1;
      const decoded = decodeJson(payload, commandSchema, "command", COMMAND_LIMITS);
      if (!decoded.ok) {
        const text = decoded.error.slice(0, 3).map(formatDiagnostic).join("; ");
        const commandId = commandIdOf(payload);
        // Without an id there is nobody to answer; the log keeps it.
        if (commandId === undefined) log.write("warn", "command.unreadable", `${vehicleId}: ${text}`);
        else if (!remembered.has(commandId)) answer(commandId, nowUs, "REJECTED", "invalid", text);
        return;
      }
      const command = decoded.value;
      if (!usableId(command.command_id)) {
        log.write("warn", "command.unreadable", `${vehicleId}: a command id must have 1 to ${ID_CHARS_MAX} characters, this one has ${command.command_id.length}`);
        return;
      }
      const before = remembered.get(command.command_id);
      if (before !== undefined) {
        send(before);
        return;
      }
      const refusal = untimely(command, nowUs);
      const done = refusal ?? act(command);
      if (typeof done === "object") {
        answer(command.command_id, nowUs, "REJECTED", done.code, done.text);
        return;
      }
      if (CONTROLS.has(command.command_type)) obeyedMs = Math.max(obeyedMs, parseIsoUtc(command.timestamp) ?? obeyedMs);
      answer(command.command_id, nowUs, "ACCEPTED", "accepted", `${command.command_type} accepted`);
      if (done === "now") answer(command.command_id, nowUs, "EXECUTED", "done", `${command.command_type} done`);
    },
    settle(commandId, outcome, code, text, nowUs) {
      answer(commandId, nowUs, outcome, code, text);
    },
    flush() {
      while (waiting.length > 0) {
        if (!uplink.send("core", "ack", waiting[0] as Uint8Array).ok) return;
        waiting.shift();
      }
    },
    hashInto(hash) {
      hash.number(handled);
      hash.number(obeyedMs);
      hash.number(waiting.length);
      hash.number(remembered.size);
      hash.number(answers);
    },
  };
}

/** The id of a command that is otherwise wrong, if it has a usable one. */
function commandIdOf(payload: Uint8Array): string | undefined {
  const loose = decodeJson(payload, idSchema, "command", COMMAND_LIMITS);
  return loose.ok && usableId(loose.value.command_id) ? loose.value.command_id : undefined;
}

const usableId = (id: string): boolean => id.length >= 1 && id.length <= ID_CHARS_MAX && id.search(HALF_PAIR) === -1;
