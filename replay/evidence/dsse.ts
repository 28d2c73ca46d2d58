/**
 * DSSE envelopes: a payload, its type, signatures over both (pre-authentication encoding). A threshold counts keys, not
 * signatures. Strict about spelling: standard base64 only.
 */
import { z } from "zod";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { base64, concat, fromBase64, hex, utf8, type Base64Fault } from "../audit/bytes.ts";
import { parseStrict } from "../audit/canonical.ts";
import type { AuditCrypto, Ed25519Verdict, Sha256, Signer } from "../audit/crypto.ts";

export const INTOTO_PAYLOAD = "application/vnd.in-toto+json";

const envelopeSchema = z.strictObject({
  payload: z.string(),
  payloadType: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string().max(256), sig: z.string().max(1024) })).min(1).max(100),
});

/** `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`, lengths in bytes. */
export const preAuthEncoding = (type: string, body: Uint8Array): Uint8Array => concat(utf8(`DSSEv1 ${utf8(type).length} ${type} ${body.length} `), body);

/** Key ids are ours to choose: SHA-256 of the public key. */
export const keyIdOf = (sha256: Sha256, publicKey: Uint8Array): string => hex(sha256(publicKey));

export function signEnvelope(sha256: Sha256, payloadType: string, payload: Uint8Array, signers: readonly Signer[]): Uint8Array {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = signers.map((signer) => ({ keyid: keyIdOf(sha256, signer.publicKey), sig: base64(signer.sign(message)) }));
  return utf8(canonicalJson({ payload: base64(payload), payloadType, signatures }));
}

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { readonly keyid: string; readonly signature: Uint8Array }[];
}

export interface EnvelopeFault {
  readonly fault: string;
  readonly text: string;
}

export function parseEnvelope(bytes: Uint8Array, file: string): Result<Envelope, EnvelopeFault> {
  const value = parseStrict(bytes, file);
  if (!value.ok) return value;
  const parsed = envelopeSchema.safeParse(value.value);
  if (!parsed.success) return err({ fault: "dsse-form", text: `${file} is no DSSE envelope: ${parsed.error.issues[0]?.path.join(".") ?? ""} ${parsed.error.issues[0]?.message ?? ""}` });
  const decode = (text: string, what: string): Result<Uint8Array, EnvelopeFault> => {
    const decoded: Uint8Array | Base64Fault = fromBase64(text);
    return typeof decoded === "string" ? err({ fault: decoded, text: `${file}: ${what} is not standard base64` }) : ok(decoded);
  };
  const payload = decode(parsed.data.payload, "the payload");
  if (!payload.ok) return payload;
  const signatures: { keyid: string; signature: Uint8Array }[] = [];
  for (const { keyid, sig } of parsed.data.signatures) {
    const signature = decode(sig, `the signature of ${keyid.slice(0, 12)}`);
    if (!signature.ok) return signature;
    signatures.push({ keyid, signature: signature.value });
  }
  return ok({ payloadType: parsed.data.payloadType, payload: payload.value, signatures });
}

export interface KnownKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

/** Distinct keys whose signatures hold; a bad signature by a known key, and a key counted twice, are faults. */
export function verifyEnvelope(crypto: AuditCrypto, envelope: Envelope, keys: readonly KnownKey[]): Result<readonly KnownKey[], EnvelopeFault> {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const good: KnownKey[] = [];
  const seen = new Set<string>();
  for (const { keyid, signature } of envelope.signatures) {
    if (seen.has(keyid)) return err({ fault: "dsse-key-twice", text: `key ${keyid.slice(0, 12)} signs twice: one key counts once` });
    seen.add(keyid);
    const key = keys.find((candidate) => keyIdOf(crypto.sha256, candidate.publicKey) === keyid);
    if (key === undefined) continue;
    const verdict = crypto.verify(signature, message, key.publicKey);
    if (verdict !== "valid") return err({ fault: FAULT_OF[verdict], text: `the signature of ${key.name} does not hold (${verdict})` });
    good.push(key);
  }
  return ok(good);
}

const FAULT_OF: Readonly<Record<Exclude<Ed25519Verdict, "valid">, string>> = {
  length: "signature-length",
  "key-not-canonical": "ed25519-key-not-canonical",
  "key-small-order": "ed25519-key-small-order",
  "key-not-a-point": "ed25519-key-not-a-point",
  "r-not-canonical": "ed25519-r-not-canonical",
  "r-not-a-point": "ed25519-r-not-a-point",
  "s-out-of-range": "ed25519-s-out-of-range",
  equation: "dsse-signature",
};
