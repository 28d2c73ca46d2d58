/**
 * The log part of a bundle: the checkpoint is signed by a known log and witnessed, the leaves lead to its root, the entries
 * are the leaves in order, and the manifest is one of them. Says as exactly as the hashes allow what was changed.
 */
import { equalBytes, hex, textOf, utf8 } from "../audit/bytes.ts";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { parseCanonical } from "../audit/canonical.ts";
import { parseCheckpoint, type Checkpoint } from "../audit/checkpoint.ts";
import type { AuditCrypto } from "../audit/crypto.ts";
import { auditEventSchema, type AuditEvent } from "../audit/event.ts";
import { leafHash, rootOfInclusion, rootOfLeaves } from "../audit/merkle.ts";
import { openNote, parseNote } from "../audit/note.ts";
import { parseTlogProof } from "../audit/tlog-proof.ts";
import { CHECKPOINT, ENTRIES, LEAVES, MANIFEST, PROOF, type BundleFiles } from "./layout.ts";
import type { Trust } from "./trust.ts";
import type { Finding } from "./verdict.ts";

export const MANIFEST_EVENT = "evidence.manifest";
const HASH_BYTES = 32;
const LEAVES_MAX = 4_000_000;

export interface LogCheck {
  readonly findings: readonly Finding[];
  /** No known log key signs the checkpoint; everything else may still fit together. */
  readonly untrusted: readonly Finding[];
  readonly checkpoint: Checkpoint | undefined;
  readonly witnesses: readonly { readonly name: string; readonly timeMs: number }[];
  readonly events: readonly AuditEvent[];
}

interface Entry {
  readonly index: number;
  readonly hash: Uint8Array;
  readonly event: AuditEvent;
}

export function checkLog(files: BundleFiles, trust: Trust | undefined, crypto: AuditCrypto): LogCheck {
  const findings: Finding[] = [];
  const untrusted: Finding[] = [];
  const find = (code: string, path: string, text: string): void => void findings.push({ code, path, text });
  const none: LogCheck = { findings, untrusted, checkpoint: undefined, witnesses: [], events: [] };
  const { sha256 } = crypto;

  const noteBytes = files.get(CHECKPOINT) ?? new Uint8Array();
  const note = parseNote(noteBytes);
  if (!note.ok) {
    find(note.error, CHECKPOINT, `the checkpoint is no signed note (${note.error})`);
    return none;
  }
  const parsed = parseCheckpoint(note.value.text);
  if (!parsed.ok) {
    find(parsed.error, CHECKPOINT, `the checkpoint is malformed (${parsed.error})`);
    return none;
  }
  const checkpoint = parsed.value;

  const leafBytes = files.get(LEAVES) ?? new Uint8Array();
  const count = leafBytes.length / HASH_BYTES;
  if (!Number.isInteger(count) || count > LEAVES_MAX) {
    find("log-leaves", LEAVES, `${leafBytes.length} bytes are no list of hashes`);
    return none;
  }
  const leaves = Array.from({ length: count }, (_, i) => leafBytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  const root = rootOfLeaves(sha256, leaves);
  const rootFits = equalBytes(root, checkpoint.root);
  const sizeFits = BigInt(count) === checkpoint.size;

  // The signature is judged with what the hashes say, so that the finding names the place and not just "bad signature".
  const witnesses: { name: string; timeMs: number }[] = [];
  if (trust !== undefined) {
    const known = trust.logs.find((key) => key.name === checkpoint.origin);
    const opened = openNote(crypto, noteBytes, [...(known === undefined ? trust.logs : [known]), ...trust.witnesses]);
    if (!opened.ok) {
      const strange = opened.error === "note-unknown-keys" || opened.error === "note-key-id";
      if (strange && known === undefined) (note.value.signatures.some((s) => trust.logs.some((key) => key.name === s.name && equalBytes(key.id, s.id))) ? findings : untrusted).push({ code: "log-unknown", path: CHECKPOINT, text: `no trusted key belongs to the log ${checkpoint.origin}` });
      else if (known === undefined) find("checkpoint-origin", CHECKPOINT, `the origin ${checkpoint.origin} is not the log whose key signed`);
      else if (strange) find(opened.error, CHECKPOINT, opened.error === "note-key-id" ? `a signature bears the name ${checkpoint.origin} and another key id` : "only unknown keys sign the checkpoint");
      else if (opened.error === "note-bad-signature" && !sizeFits && rootFits) find("checkpoint-size-altered", CHECKPOINT, `the checkpoint says size ${checkpoint.size}, its root is that of ${count} entries`);
      else if (opened.error === "note-bad-signature" && !rootFits && sizeFits) find("checkpoint-root-altered", CHECKPOINT, "the root is not that of the log's leaves, and the log did not sign it");
      else find(opened.error, CHECKPOINT, `a signature by a known key does not hold (${opened.error})`);
    } else {
      for (const { key, timeS } of opened.value.verified) if (timeS !== undefined) witnesses.push({ name: key.name, timeMs: Number(timeS) * 1000 });
      if (known === undefined || !opened.value.verified.some(({ key }) => key === known)) find(known === undefined ? "checkpoint-origin" : "log-signature-missing", CHECKPOINT, `the log ${checkpoint.origin} itself did not sign its checkpoint`);
      if (witnesses.length < trust.witnessThreshold) find("witness-missing", CHECKPOINT, `${witnesses.length} known witnesses cosigned, ${trust.witnessThreshold} are asked for`);
    }
    for (const seen of trust.seen.filter((s) => s.origin === checkpoint.origin)) {
      if (checkpoint.size < seen.size) find("log-rolled-back", CHECKPOINT, `the log has ${checkpoint.size} entries, ${seen.size} were seen before`);
      else if (!equalBytes(rootOfLeaves(sha256, leaves.slice(0, Number(seen.size))), seen.root)) find("log-split-view", LEAVES, `the first ${seen.size} entries are not the ones seen before: the log shows two histories`);
    }
  }
  const signatureHeld = findings.length === 0;
  if (!sizeFits && signatureHeld) find(BigInt(count) < checkpoint.size ? "log-leaves-missing" : "log-leaves-extra", LEAVES, `${count} leaves for a checkpoint of ${checkpoint.size}`);
  else if (!rootFits && signatureHeld) find("log-leaf-altered", LEAVES, "the leaves do not lead to the signed root");

  const entries = readEntries(files.get(ENTRIES) ?? new Uint8Array(), crypto, find);
  if (entries !== undefined) checkEntries(entries, leaves, find);
  const last = entries?.at(-1);
  checkProof(files, last, checkpoint, rootFits && sizeFits, crypto, find);
  if (last !== undefined && (last.event.type !== MANIFEST_EVENT || last.event.data?.["sha256"] !== hex(sha256(files.get(MANIFEST) ?? new Uint8Array())))) find("manifest-not-logged", ENTRIES, "the last entry of the log does not name this manifest");
  return { findings, untrusted, checkpoint, witnesses, events: (entries ?? []).map((entry) => entry.event) };
}

type Find = (code: string, path: string, text: string) => void;

/** Undefined, with a finding, when a line is not an event. */
function readEntries(bytes: Uint8Array, crypto: AuditCrypto, find: Find): readonly Entry[] | undefined {
  const text = textOf(bytes);
  if (text === undefined || !text.endsWith("\n")) {
    find("log-entries", ENTRIES, "the entries are no lines of text");
    return undefined;
  }
  const entries: Entry[] = [];
  for (const [i, line] of text.slice(0, -1).split("\n").entries()) {
    const value = parseCanonical(utf8(line), `${ENTRIES}:${i + 1}`);
    if (!value.ok) {
      find(value.error.fault, ENTRIES, value.error.text);
      return undefined;
    }
    const { index, event } = (value.value ?? {}) as { index?: unknown; event?: unknown };
    const checked = auditEventSchema.safeParse(event);
    if (!checked.success || typeof index !== "number" || !Number.isSafeInteger(index)) {
      find("event-schema", ENTRIES, `line ${i + 1} is no entry of an audit log`);
      return undefined;
    }
    entries.push({ index, event: checked.data, hash: leafHash(crypto.sha256, utf8(canonicalJson(event))) });
  }
  return entries;
}

function checkEntries(entries: readonly Entry[], leaves: readonly Uint8Array[], find: Find): void {
  const where = new Map<string, number>();
  leaves.forEach((leaf, i) => where.set(hex(leaf), i));
  let before = (entries[0]?.index ?? 0) - 1;
  for (const { index, hash } of entries) {
    if (index === before) return find("event-duplicated", ENTRIES, `entry ${index} stands twice`);
    if (index < before) return find("events-reordered", ENTRIES, `entry ${index} stands after entry ${before}`);
    if (index !== before + 1) return find("event-missing", ENTRIES, `entry ${before + 1} is missing`);
    before = index;
    const leaf = leaves[index];
    if (leaf === undefined || !equalBytes(leaf, hash)) {
      const other = where.get(hex(hash));
      if (other !== undefined) return find("events-reordered", ENTRIES, `what stands as entry ${index} is entry ${other} of the log`);
      return find("event-altered", ENTRIES, `entry ${index} does not have the hash the log has for it`);
    }
  }
  if (before !== leaves.length - 1) find("log-truncated", ENTRIES, `the entries end at ${before}, the log at ${leaves.length - 1}`);
}

function checkProof(files: BundleFiles, last: Entry | undefined, checkpoint: Checkpoint, treeFits: boolean, crypto: AuditCrypto, find: Find): void {
  const proof = parseTlogProof(files.get(PROOF) ?? new Uint8Array());
  if (!proof.ok) return find(proof.error, PROOF, `the inclusion proof is malformed (${proof.error})`);
  if (!equalBytes(proof.value.checkpoint, files.get(CHECKPOINT) ?? new Uint8Array())) find("proof-other-checkpoint", PROOF, "the proof leads to another checkpoint than the bundle's");
  if (last === undefined) return;
  if (proof.value.index !== BigInt(last.index)) return find("proof-other-entry", PROOF, `the proof is for entry ${proof.value.index}, the manifest is entry ${last.index}`);
  const root = rootOfInclusion(crypto.sha256, proof.value.index, checkpoint.size, last.hash, proof.value.hashes);
  // With altered leaves or a forged root the proof cannot fit either; that has been said already.
  if (treeFits && (typeof root === "string" || !equalBytes(root, checkpoint.root))) find(root === "length" ? "proof-length" : "proof-altered", PROOF, "the inclusion proof does not lead to the root");
}
