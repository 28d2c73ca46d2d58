/**
 * Vehicle command v1, the public contract (section 7.4 of the system design), and the vehicle's answer to it (ours).
 * Field names, required fields, enums and defaults of the command are exactly its own. What both sides rely on:
 * - The core puts a command into its log first, then sends it again and again until it is answered or expired.
 * - The same `command_id` again is the same command: the vehicle does not carry it out twice, it repeats its last answer.
 * - After `expiration` a vehicle that does not know the command yet refuses it (REJECTED, reason_code `expired`).
 * - A vehicle refuses PAUSE, RESUME, SAFE_STOP and EMERGENCY_STOP older (by `timestamp`) than one it has obeyed
 *   (reason_code `stale`): copies may arrive late.
 */
import { z } from "zod";
import { dateTime } from "./date-time.ts";

export const COMMAND_TYPES = ["ASSIGN_MISSION", "CANCEL_MISSION", "PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP", "CHANGE_OPERATIONAL_MODE", "UPDATE_ROUTE", "DIAGNOSTICS", "OTA_UPDATE"] as const;

const authentication = { issuer: z.string().optional(), signature: z.string().optional() };

export const commandSchema = z
  .looseObject({
    command_id: z.string().describe("Unique identifier for the command"),
    vehicle_id: z.string().describe("Target vehicle identifier"),
    timestamp: dateTime.describe("ISO 8601 timestamp of the command"),
    command_type: z.enum(COMMAND_TYPES),
    priority: z.enum(["LOW", "NORMAL", "HIGH", "CRITICAL"]).default("NORMAL"),
    expiration: dateTime.describe("ISO 8601 timestamp when the command expires").optional(),
    /** ASSIGN_MISSION: `{ mission }`; CANCEL_MISSION: `{ mission_id }`; RESUME: `{ release: true }` after an MRM. */
    payload: z.record(z.string(), z.unknown()).describe("Command-specific parameters").optional(),
    authentication: z.looseObject(authentication).optional(),
  })
  .meta({ title: "Vehicle Command" });

/** What a vehicle reads: `priority` is always there. */
export interface Command {
  readonly command_id: string;
  readonly vehicle_id: string;
  readonly timestamp: string;
  readonly command_type: (typeof COMMAND_TYPES)[number];
  readonly priority: "LOW" | "NORMAL" | "HIGH" | "CRITICAL";
  readonly expiration?: string | undefined;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
  readonly authentication?: { readonly issuer?: string | undefined; readonly signature?: string | undefined } | undefined;
}

/** Sent by the vehicle for each command: at once (accepted or rejected), and again when it is done. */
export const commandAckSchema = z
  .strictObject({
    command_id: z.string().min(1).max(128),
    vehicle_id: z.string().min(1).max(128),
    timestamp: dateTime,
    outcome: z.enum(["ACCEPTED", "REJECTED", "EXECUTED", "FAILED"]),
    reason_code: z.string().max(64).optional(),
    reason: z.string().max(512).optional(),
  })
  .meta({ title: "Vehicle Command Acknowledgement" });

export type CommandAck = Readonly<z.infer<typeof commandAckSchema>>;
