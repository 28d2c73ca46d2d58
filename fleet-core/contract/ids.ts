/** Names and sentences as they appear in events, commands and addresses of the fleet core. */
import { z } from "zod";

/** Fits into a URL path, an MQTT topic and a stream name without escaping. */
export const idSchema = z.string().min(1).max(64).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "letters, digits and . _ -, beginning with a letter or digit");
/** A sentence for people; bounded so that no event grows without limit. */
export const sentenceSchema = z.string().min(1).max(1024);
export const titleSchema = z.string().min(1).max(128);
/** SHA-256, lower-case hexadecimal. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
/** Milliseconds since 1970, UTC. */
export const momentMsSchema = z.int().min(0).max(253_402_300_799_999);
/** Who acts: kind and name, such as `user:amira` or `service:scheduler`. */
export const actorSchema = z.string().min(3).max(256).regex(/^(user|service|vehicle|system):[^\s]+$/, "user:, service:, vehicle: or system: and a name");

/** What policy said when it was asked: kept with the event it allowed. */
export const policyVerdictSchema = z.strictObject({
  allowed: z.boolean(),
  /** Digest of what it was asked. */
  inputDigest: digestSchema,
  /** Version of the rules it went by. */
  bundle: z.string().min(1).max(128),
  reasons: z.array(z.string().max(256)).max(32),
  constraints: z.record(z.string().max(64), z.union([z.number(), z.string().max(256), z.boolean()])).default({}),
});
export type PolicyVerdict = Readonly<z.infer<typeof policyVerdictSchema>>;
