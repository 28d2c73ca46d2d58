/** Whom a verifier believes: signers with the time their keys are valid, logs, witnesses, and what it saw of a log before. */
import { z } from "zod";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { err, ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { fromBase64 } from "../audit/bytes.ts";
import { parseSize } from "../audit/checkpoint.ts";
import type { Sha256 } from "../audit/crypto.ts";
import { parseVerifierKey, type NoteKey } from "../audit/note.ts";

const trustSchema = z.strictObject({
  schema: z.literal("atlasmesh.trust/1"),
  /** Signers a manifest needs. */
  threshold: z.int().min(1).max(16),
  signers: z.array(z.strictObject({ name: z.string().min(1).max(256), publicKey: z.string().max(64), validFromMs: z.int().optional(), validUntilMs: z.int().optional() })).min(1).max(100),
  /** Verifier keys of logs and of witnesses, as `NAME+ID+KEY`. A log's origin is its key's name. */
  logs: z.array(z.string().max(512)).min(1).max(100),
  witnesses: z.array(z.string().max(512)).max(100),
  witnessThreshold: z.int().min(0).max(16),
  /** Newest checkpoint this verifier saw of a log: later ones must continue it. */
  seen: z.array(z.strictObject({ origin: z.string().min(1), size: z.string(), root: z.string() })).max(100).optional(),
});
export type TrustFile = z.infer<typeof trustSchema>;

export interface Trust {
  readonly threshold: number;
  readonly signers: readonly { readonly name: string; readonly publicKey: Uint8Array; readonly validFromMs: number; readonly validUntilMs: number }[];
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly NoteKey[];
  readonly witnessThreshold: number;
  readonly seen: readonly { readonly origin: string; readonly size: bigint; readonly root: Uint8Array }[];
}

export function parseTrust(sha256: Sha256, bytes: Uint8Array | string, file: string): Result<Trust, readonly Diagnostic[]> {
  const parsed = decodeJson(bytes, trustSchema, file);
  if (!parsed.ok) return parsed;
  const problems: Diagnostic[] = [];
  const problem = (path: string, message: string, expected: string): void => void problems.push({ severity: "error", file, path, message, expected });
  const keys = (texts: readonly string[], path: string, kind: NoteKey["kind"]): readonly NoteKey[] => texts.flatMap((text, i) => {
    const key = parseVerifierKey(sha256, text);
    if (key.ok && key.value.kind === kind) return [key.value];
    problem(`${path}[${i}]`, key.ok ? `is a key for ${key.value.kind}` : key.error, `a verifier key for ${kind}`);
    return [];
  });
  const { data } = { data: parsed.value };
  const signers = data.signers.map((signer, i) => {
    const publicKey = fromBase64(signer.publicKey);
    if (typeof publicKey === "string" || publicKey.length !== 32) problem(`signers[${i}].publicKey`, "is no Ed25519 public key", "32 bytes in base64");
    return { name: signer.name, publicKey: typeof publicKey === "string" ? new Uint8Array(32) : publicKey, validFromMs: signer.validFromMs ?? Number.MIN_SAFE_INTEGER, validUntilMs: signer.validUntilMs ?? Number.MAX_SAFE_INTEGER };
  });
  const seen = (data.seen ?? []).map(({ origin, size, root }, i) => {
    const [n, hash] = [parseSize(size), fromBase64(root)];
    if (!n.ok || typeof hash === "string" || hash.length !== 32) problem(`seen[${i}]`, "is no checkpoint", "size in decimal, root of 32 bytes in base64");
    return { origin, size: n.ok ? n.value : 0n, root: typeof hash === "string" ? new Uint8Array(32) : hash };
  });
  const trust: Trust = { threshold: data.threshold, signers, logs: keys(data.logs, "logs", "ed25519"), witnesses: keys(data.witnesses, "witnesses", "cosignature"), witnessThreshold: data.witnessThreshold, seen };
  return problems.length > 0 ? err(problems) : ok(trust);
}

/** Both together: what one or the other trusts; the stricter numbers. */
export function mergeTrust(a: Trust, b: Trust): Trust {
  return {
    threshold: Math.max(a.threshold, b.threshold),
    signers: [...a.signers, ...b.signers],
    logs: [...a.logs, ...b.logs],
    witnesses: [...a.witnesses, ...b.witnesses],
    witnessThreshold: Math.max(a.witnessThreshold, b.witnessThreshold),
    seen: [...a.seen, ...b.seen],
  };
}
