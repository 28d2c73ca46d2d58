/**
 * The audit trail: one entry for each write somebody asked for, done or refused, in the same hash-chained log as what it
 * did. Holds digests of what changed, never the change itself: secrets stay out.
 */
import { z } from "zod";
import { actorSchema, digestSchema } from "../contract/ids.ts";

export const auditEntrySchema = z.strictObject({
  actor: actorSchema,
  /** Operation of the API: `registerVehicle`. */
  operation: z.string().min(1).max(128),
  /** What it was about: `vehicle/v-1`. */
  resource: z.string().min(1).max(256),
  outcome: z.enum(["done", "unchanged", "refused", "denied", "invalid"]),
  code: z.string().max(64),
  /** SHA-256 of the request's body in canonical JSON. */
  requestDigest: digestSchema,
  ip: z.string().max(64),
  userAgent: z.string().max(256),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;

export const auditEventSchema = z.strictObject({ type: z.literal("audit.recorded"), data: auditEntrySchema });
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** All entries of a tenant in one stream, so that none can be missing. */
export const AUDIT_STREAM = "audit/trail";

export const auditEvent = (entry: AuditEntry): AuditEvent => ({ type: "audit.recorded", data: entry });
