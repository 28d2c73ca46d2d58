/**
 * Signed notes (C2SP signed-note): a text, a blank line, and lines `— name base64(key id | signature)`. Strict: one
 * spelling per note. A signature by an unknown key is ignored, a bad one by a known key spoils the note.
 */
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { base64, concat, equalBytes, fromBase64, fromHex, hex, textOf, u64Bytes, u64Of, utf8 } from "./bytes.ts";
import type { AuditCrypto, Ed25519Verdict, Sha256, Signer } from "./crypto.ts";

/** Ed25519 over the text, and the witnesses' Ed25519 over time and text. */
export type NoteKeyKind = "ed25519" | "cosignature";
const TYPE: Readonly<Record<NoteKeyKind, number>> = { ed25519: 0x01, cosignature: 0x04 };
const NOTE_BYTES_MAX = 1 << 20;
const SIGNATURES_MAX = 100;
const NAME = /^[^\s+\u0000-\u001f]{1,255}$/u;

export interface NoteKey {
  readonly kind: NoteKeyKind;
  readonly name: string;
  /** First 4 bytes of SHA256(name, newline, type, public key). */
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface NoteSigner {
  readonly key: NoteKey;
  readonly signer: Signer;
}

export type NoteFault =
  | "note-size" | "note-encoding" | "note-carriage-return" | "note-control-character" | "note-no-signatures" | "note-extra-blank" | "note-signature-line"
  | "note-signature-base64" | "note-too-many-signatures" | "note-unknown-keys" | "note-key-id" | "note-bad-signature" | "note-signature-encoding";

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ParsedNote {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface OpenedNote extends ParsedNote {
  readonly verified: readonly { readonly key: NoteKey; /** Seconds since 1970 UTC; cosignatures only. */ readonly timeS: bigint | undefined }[];
}

export function noteKey(sha256: Sha256, kind: NoteKeyKind, name: string, publicKey: Uint8Array): NoteKey {
  return { kind, name, id: sha256(concat(utf8(`${name}\n`), Uint8Array.of(TYPE[kind]), publicKey)).slice(0, 4), publicKey };
}

/** `name+keyid+base64(type | key)`. */
export const verifierKeyText = (key: NoteKey): string => `${key.name}+${hex(key.id)}+${base64(concat(Uint8Array.of(TYPE[key.kind]), key.publicKey))}`;

/** Fails with what is wrong with the text of a verifier key. */
export function parseVerifierKey(sha256: Sha256, text: string): Result<NoteKey, string> {
  const [, name = "", id = "", encoded = ""] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  const wanted = fromHex(id);
  if (!NAME.test(name) || wanted?.length !== 4 || typeof bytes === "string") return err("expected NAME+KEYID(8 hex digits)+BASE64");
  const kind = bytes[0] === TYPE.ed25519 ? "ed25519" : bytes[0] === TYPE.cosignature ? "cosignature" : undefined;
  if (kind === undefined || bytes.length !== 33) return err(`key type ${bytes[0] ?? "none"} is not supported; expected Ed25519 (1) or its cosignature (4), 32 bytes`);
  const key = noteKey(sha256, kind, name, bytes.slice(1));
  return equalBytes(key.id, wanted) ? ok(key) : err(`key id ${id} does not belong to this name and key; expected ${hex(key.id)}`);
}

/** What a witness signs: time and the whole text. */
export const cosignatureMessage = (timeS: bigint, text: string): Uint8Array => utf8(`cosignature/v1\ntime ${timeS}\n${text}`);

const line = (key: NoteKey, signature: Uint8Array): string => `— ${key.name} ${base64(concat(key.id, signature))}\n`;

/** Signature lines for `text`; `timeS` is needed by cosigning keys and by them only. */
export function signatureLine(by: NoteSigner, text: string, timeS?: bigint): string {
  if (by.key.kind === "ed25519") return line(by.key, by.signer.sign(utf8(text)));
  const time = timeS ?? 0n;
  return line(by.key, concat(u64Bytes(time), by.signer.sign(cosignatureMessage(time, text))));
}

export const signNote = (text: string, by: NoteSigner): string => `${text}\n${signatureLine(by, text)}`;

export function parseNote(bytes: Uint8Array): Result<ParsedNote, NoteFault> {
  if (bytes.length > NOTE_BYTES_MAX) return err("note-size");
  const whole = textOf(bytes);
  if (whole === undefined) return err("note-encoding");
  if (whole.includes("\r")) return err("note-carriage-return");
  if (/[\u0000-\u0009\u000b-\u001f\u007f]/.test(whole)) return err("note-control-character");
  if (!whole.endsWith("\n")) return err("note-signature-line");
  const end = whole.lastIndexOf("\n\n");
  if (end < 0) return err("note-no-signatures");
  const text = whole.slice(0, end + 1);
  const lines = whole.slice(end + 2).split("\n").slice(0, -1);
  if (lines.length === 0) return err(text.trim() === "" ? "note-no-signatures" : "note-extra-blank");
  if (lines.length > SIGNATURES_MAX) return err("note-too-many-signatures");
  const signatures: NoteSignature[] = [];
  for (const row of lines) {
    const [, name = "", encoded = ""] = /^— (\S+) (\S+)$/u.exec(row) ?? [];
    if (!NAME.test(name)) return err("note-signature-line");
    const decoded = fromBase64(encoded);
    if (typeof decoded === "string" || decoded.length < 5) return err("note-signature-base64");
    signatures.push({ name, id: decoded.slice(0, 4), signature: decoded.slice(4) });
  }
  return ok({ text, signatures });
}

/** The note with at least one verified signature, all by known keys good. */
export function openNote(crypto: AuditCrypto, bytes: Uint8Array, keys: readonly NoteKey[]): Result<OpenedNote, NoteFault> {
  const parsed = parseNote(bytes);
  if (!parsed.ok) return parsed;
  const verified: OpenedNote["verified"][number][] = [];
  let namedButOther = false;
  for (const { name, id, signature } of parsed.value.signatures) {
    const key = keys.find((candidate) => candidate.name === name && equalBytes(candidate.id, id));
    if (key === undefined) {
      namedButOther ||= keys.some((candidate) => candidate.name === name);
      continue;
    }
    if (verified.some((known) => known.key === key)) continue;
    const verdict = check(crypto, key, signature, parsed.value.text);
    if (verdict !== "valid") return err(verdict === "key-not-canonical" || verdict === "r-not-canonical" || verdict === "s-out-of-range" || verdict === "length" ? "note-signature-encoding" : "note-bad-signature");
    verified.push({ key, timeS: key.kind === "cosignature" ? u64Of(signature) : undefined });
  }
  if (verified.length === 0) return err(namedButOther ? "note-key-id" : "note-unknown-keys");
  return ok({ ...parsed.value, verified });
}

function check(crypto: AuditCrypto, key: NoteKey, signature: Uint8Array, text: string): Ed25519Verdict {
  if (key.kind === "ed25519") return crypto.verify(signature, utf8(text), key.publicKey);
  if (signature.length !== 72) return "length";
  return crypto.verify(signature.slice(8), cosignatureMessage(u64Of(signature), text), key.publicKey);
}
