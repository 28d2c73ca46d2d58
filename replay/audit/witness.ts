/**
 * A witness (C2SP tlog-witness): remembers the newest checkpoint of each log it knows and cosigns only what continues it.
 * Pure: request and memory in, answer and memory out. The memory must be on disk before the answer leaves, or a restarted
 * witness would cosign a rolled-back log.
 */
import { base64, equalBytes, fromBase64, fromHex, hex, textOf, utf8 } from "./bytes.ts";
import { parseCheckpoint, parseSize } from "./checkpoint.ts";
import type { AuditCrypto } from "./crypto.ts";
import { emptyRoot, verifyConsistency } from "./merkle.ts";
import { openNote, parseNote, signatureLine, type NoteKey, type NoteSigner } from "./note.ts";

export interface WitnessedLog {
  readonly origin: string;
  readonly keys: readonly NoteKey[];
}

export interface Seen {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Newest checkpoint by origin. */
export type WitnessMemory = ReadonlyMap<string, Seen>;

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly mediaType: "text/plain" | "text/x.tlog.size";
  readonly body: string;
  /** Present when the memory changed: to be stored before the answer is given. */
  readonly memory?: WitnessMemory;
}

const PROOF_MAX = 63;

/** Answers `add-checkpoint`. `timeS` is the witness's own clock, seconds since 1970 UTC. */
export function addCheckpoint(body: Uint8Array, logs: readonly WitnessedLog[], memory: WitnessMemory, by: NoteSigner, crypto: AuditCrypto, timeS: bigint): WitnessAnswer {
  const answer = (status: WitnessAnswer["status"], text: string): WitnessAnswer => ({ status, mediaType: "text/plain", body: `${text}\n` });
  const text = textOf(body);
  const end = text?.indexOf("\n\n") ?? -1;
  if (text === undefined || end < 0) return answer(400, "expected: old SIZE, proof lines, a blank line, a checkpoint");
  const [first = "", ...rows] = text.slice(0, end).split("\n");
  const old = parseSize(/^old (.*)$/.exec(first)?.[1] ?? "");
  if (!old.ok || rows.length > PROOF_MAX) return answer(400, "expected: old SIZE and at most 63 proof lines");
  const proof: Uint8Array[] = [];
  for (const row of rows) {
    const hash = fromBase64(row);
    if (typeof hash === "string" || hash.length !== 32) return answer(400, "expected: proof lines of 32 bytes in base64");
    proof.push(hash);
  }
  const noteBytes = utf8(text.slice(end + 2));
  const parsed = parseNote(noteBytes);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed;
  if (!checkpoint.ok) return answer(400, `the checkpoint is malformed: ${checkpoint.error}`);
  const { origin, size, root } = checkpoint.value;
  const log = logs.find((candidate) => candidate.origin === origin);
  if (log === undefined) return answer(404, "this witness does not know the log");
  const note = openNote(crypto, noteBytes, log.keys);
  if (!note.ok) return answer(403, `no good signature by a key of the log: ${note.error}`);
  if (old.value > size) return answer(400, `old size ${old.value} is above the checkpoint's ${size}`);
  const seen = memory.get(origin) ?? { size: 0n, root: emptyRoot(crypto.sha256) };
  if (old.value !== seen.size) return { status: 409, mediaType: "text/x.tlog.size", body: `${seen.size}\n` };
  if (old.value === 0n) {
    if (proof.length > 0) return answer(422, "a proof from size 0 is empty");
    if (size === 0n && !equalBytes(root, emptyRoot(crypto.sha256))) return answer(422, "an empty log has the hash of nothing as its root");
  } else if (size === seen.size) {
    // Same size, other root: the log shows two histories. The specification asks for 409 here.
    if (!equalBytes(root, seen.root)) return { status: 409, mediaType: "text/x.tlog.size", body: `${seen.size}\n` };
    if (proof.length > 0) return answer(422, "a proof between equal sizes is empty");
  } else if (!verifyConsistency(crypto.sha256, old.value, size, proof, seen.root, root)) return answer(422, "the consistency proof does not lead from the checkpoint this witness saw to this one");
  const body200 = signatureLine(by, note.value.text, timeS);
  return { status: 200, mediaType: "text/plain", body: body200, memory: new Map([...memory, [origin, { size, root }]]) };
}

export const addCheckpointRequest = (old: bigint, proof: readonly Uint8Array[], note: string): string => `old ${old}\n${proof.map((hash) => `${base64(hash)}\n`).join("")}\n${note}`;

/** The memory as text: one line per log, `size root-in-hex origin`. */
export const memoryText = (memory: WitnessMemory): string => [...memory].map(([origin, seen]) => `${seen.size} ${hex(seen.root)} ${origin}\n`).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join("");

/** Undefined when the text is not a memory: a witness that does not know what it has seen must not start. */
export function parseMemory(text: string): WitnessMemory | undefined {
  const memory = new Map<string, Seen>();
  for (const row of text.split("\n").slice(0, -1)) {
    const [, sizeText = "", rootText = "", origin = ""] = /^([0-9]+) ([0-9a-f]{64}) (.+)$/.exec(row) ?? [];
    const size = parseSize(sizeText);
    const root = fromHex(rootText);
    if (!size.ok || root === undefined || origin === "" || memory.has(origin)) return undefined;
    memory.set(origin, { size: size.value, root });
  }
  return text === "" || text.endsWith("\n") ? memory : undefined;
}
