/** Vehicle command v1, the public contract, and the vehicle's answer to it. */
import { z } from "zod";

export const COMMAND_TYPES = ["ASSIGN_MISSION", "CANCEL_MISSION", "PAUSE", "RESUME", "SAFE_STOP", "EMERGENCY_STOP", "CHANGE_OPERATIONAL_MODE", "UPDATE_ROUTE", "DIAGNOSTICS", "OTA_UPDATE"] as const;

export const commandSchema = z.strictObject({
  command_id: z.string().min(1).max(128),
  vehicle_id: z.string().min(1).max(128),
  timestamp: z.iso.datetime({ offset: true }),
  command_type: z.enum(COMMAND_TYPES),
  priority: z.enum(["LOW", "NORMAL", "HIGH", "CRITICAL"]).default("NORMAL"),
  expiration: z.iso.datetime({ offset: true }).optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
  authentication: z.strictObject({ issuer: z.string().optional(), signature: z.string().optional() }).optional(),
});

export type Command = z.infer<typeof commandSchema>;

/** Sent by the vehicle for each command: at once (accepted or rejected), and again when it is done. */
export const commandAckSchema = z.strictObject({
  command_id: z.string().min(1).max(128),
  vehicle_id: z.string().min(1).max(128),
  timestamp: z.iso.datetime({ offset: true }),
  outcome: z.enum(["ACCEPTED", "REJECTED", "EXECUTED", "FAILED"]),
  reason_code: z.string().max(64).optional(),
  reason: z.string().max(512).optional(),
});

export type CommandAck = z.infer<typeof commandAckSchema>;
