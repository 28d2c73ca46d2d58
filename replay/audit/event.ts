/**
 * One event of the audit log: who did what to what, when, in RFC 8785 form. A confidential payload is sealed with a key of
 * its own; destroying that key erases the payload for ever while the event, its hash and the tree stay.
 */
import { z } from "zod";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { base64, fromBase64, hex, utf8 } from "./bytes.ts";
import { parseCanonical } from "./canonical.ts";

/** Retention in years by class. Source: the product's requirements. */
export const RETENTION_YEARS = { public: 7, internal: 5, confidential: 7, restricted: 10 } as const;
export type RetentionClass = keyof typeof RETENTION_YEARS;

/** Event bytes fit an entry of a tile bundle: 16-bit lengths. */
export const EVENT_BYTES_MAX = 65_535;

const sealedSchema = z.strictObject({ alg: z.literal("A256GCM"), keyId: z.string().min(1).max(128), nonce: z.string().max(64), ciphertext: z.string().max(EVENT_BYTES_MAX) });

export const auditEventSchema = z.strictObject({
  schema: z.literal("atlasmesh.audit-event/1"),
  /** e.g. `evidence.manifest`, `vehicle.mrm`, `command.refused`. */
  type: z.string().min(1).max(128),
  /** When it happened, milliseconds since 1970 UTC on the clock of who wrote it. */
  atMs: z.int(),
  actor: z.string().min(1).max(256),
  subject: z.string().min(1).max(256),
  retention: z.enum(Object.keys(RETENTION_YEARS) as [RetentionClass, ...RetentionClass[]]),
  data: z.record(z.string(), z.unknown()).optional(),
  sealed: sealedSchema.optional(),
});
export type AuditEvent = z.infer<typeof auditEventSchema>;

/** Authenticated encryption, AES-256-GCM; `open` gives undefined when the key or the bytes are wrong. */
export interface Sealer {
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, context: Uint8Array): Uint8Array;
  open(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, context: Uint8Array): Uint8Array | undefined;
}

/** Keys of sealed payloads. Whatever backs it must really forget what is destroyed. */
export interface PayloadKeys {
  /** 32 bytes, new and kept. */
  create(keyId: string): Uint8Array;
  get(keyId: string): Uint8Array | undefined;
  destroy(keyId: string): void;
}

export const eventBytes = (event: AuditEvent): Uint8Array => utf8(canonicalJson(event));

/** `fault` is a reason code of `canonical.ts`, or `event-schema`. */
export function parseEvent(bytes: Uint8Array, file: string): Result<AuditEvent, { readonly fault: string; readonly text: string }> {
  if (bytes.length > EVENT_BYTES_MAX) return err({ fault: "event-size", text: `${file} has ${bytes.length} bytes` });
  const value = parseCanonical(bytes, file);
  if (!value.ok) return value;
  const event = auditEventSchema.safeParse(value.value);
  return event.success ? ok(event.data) : err({ fault: "event-schema", text: `${file}: ${event.error.issues[0]?.path.join(".") ?? ""} ${event.error.issues[0]?.message ?? ""}` });
}

/** The event with its data sealed under a new key. `nonce` is 12 fresh bytes; the head of the event is bound to the payload. */
export function sealEvent(event: AuditEvent, keyId: string, nonce: Uint8Array, keys: PayloadKeys, sealer: Sealer): AuditEvent {
  const { data, ...head } = event;
  const ciphertext = sealer.seal(keys.create(keyId), nonce, utf8(canonicalJson(data ?? {})), utf8(canonicalJson(head)));
  return { ...head, sealed: { alg: "A256GCM", keyId, nonce: base64(nonce), ciphertext: base64(ciphertext) } };
}

/** Data of an event: plain, opened, or `erased` when its key is gone. Fails when the key is there and does not fit. */
export function dataOf(event: AuditEvent, keys: PayloadKeys, sealer: Sealer): Result<Readonly<Record<string, unknown>> | "erased", "seal-broken"> {
  if (event.sealed === undefined) return ok(event.data ?? {});
  const { sealed, ...head } = event;
  const key = keys.get(sealed.keyId);
  if (key === undefined) return ok("erased");
  const [nonce, ciphertext] = [fromBase64(sealed.nonce), fromBase64(sealed.ciphertext)];
  if (typeof nonce === "string" || typeof ciphertext === "string") return err("seal-broken");
  const plain = sealer.open(key, nonce, ciphertext, utf8(canonicalJson(head)));
  if (plain === undefined) return err("seal-broken");
  const data = parseCanonical(plain, hex(nonce));
  return data.ok ? ok(data.value as Record<string, unknown>) : err("seal-broken");
}
