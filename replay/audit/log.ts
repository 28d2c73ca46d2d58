/**
 * The audit log: events in, tree and tiles on a Storage, signed checkpoints out. Append-only: what a checkpoint covers is
 * never written again with other bytes. Events since the last checkpoint are in memory only, so whoever appends keeps
 * them (event log, outbox) until `checkpoint` said that they are in; a log that is opened stands at its last checkpoint.
 */
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { Storage } from "../../fleet-core/kernel/ports.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { concat, equalBytes, hex, utf8 } from "./bytes.ts";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import type { AuditCrypto } from "./crypto.ts";
import { EVENT_BYTES_MAX } from "./event.ts";
import { consistencyProof, emptyRoot, inclusionProof, leafHash, nodeHash, rangeHash, type NodeReader } from "./merkle.ts";
import { openNote, signNote, type NoteSigner } from "./note.ts";
import { hashesOf, nodesFromTiles, tilePath, TILE_WIDTH, type TilePlace } from "./tiles.ts";

export interface AuditLog {
  /** Events so far, those not yet in a checkpoint included. */
  readonly size: bigint;
  /** Appends one event's bytes; gives its index. Fails for more than 65535 bytes and for a full storage. */
  append(bytes: Uint8Array): Result<bigint, "too-large">;
  /** Writes tiles and a signed checkpoint over everything appended; the note's text. */
  checkpoint(): Result<string, "storage-full">;
  /** Adds signature lines of witnesses to the last checkpoint. */
  cosign(lines: readonly string[]): Result<string, "storage-full">;
  /** The last checkpoint with its cosignatures. */
  readonly last: string;
  readonly lastSize: bigint;
  entry(index: bigint): Uint8Array | undefined;
  leaf(index: bigint): Uint8Array;
  inclusion(index: bigint, size: bigint): readonly Uint8Array[];
  consistency(size1: bigint, size2: bigint): readonly Uint8Array[];
  root(size: bigint): Uint8Array;
  /** Forgets the bytes of an event; its leaf hash and so the tree stay. */
  erase(index: bigint): Result<void, "storage-full">;
}

export interface AuditLogPorts {
  readonly storage: Storage;
  readonly crypto: AuditCrypto;
  readonly signer: NoteSigner;
  readonly origin: string;
}

export const CHECKPOINT_KEY = "checkpoint";
const ERASED = 0;

/** Entries of one bundle, each behind its length in 16 bits (C2SP tlog-tiles); length 0 stands for an erased one. */
const encodeEntries = (entries: readonly (Uint8Array | undefined)[]): Uint8Array => concat(...entries.flatMap((entry) => [Uint8Array.of((entry?.length ?? ERASED) >> 8, (entry?.length ?? ERASED) & 255), entry ?? new Uint8Array()]));

function decodeEntries(bytes: Uint8Array): readonly (Uint8Array | undefined)[] | undefined {
  const entries: (Uint8Array | undefined)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) return undefined;
    entries.push(length === ERASED ? undefined : bytes.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries;
}

/** Opens what `storage` holds, or an empty log. Fails, naming it, when tiles and checkpoint do not belong together. */
export function openAuditLog(ports: AuditLogPorts): Result<AuditLog, string> {
  const { storage, crypto, signer, origin } = ports;
  const { sha256 } = crypto;
  /** Per tile level the hashes of its last, not yet full tile. */
  const edges: Uint8Array[][] = [];
  /** Full tiles that are not yet on the storage, and entries likewise. */
  const waiting = new Map<string, readonly Uint8Array[]>();
  let entries: (Uint8Array | undefined)[] = [];
  const fullEntries = new Map<string, readonly (Uint8Array | undefined)[]>();
  let size = 0n;
  let last = "";
  let lastSize = 0n;

  function readTile({ level, n, width }: TilePlace): readonly Uint8Array[] {
    const total = size >> BigInt(8 * level);
    const edge = edges[level];
    if (edge !== undefined && n === total / 256n) return edge;
    const path = tilePath(level, n, TILE_WIDTH);
    const kept = waiting.get(path) ?? hashesOf(storage.get(path) ?? new Uint8Array());
    invariant(kept !== undefined && kept.length >= width, `tile ${path} of the audit log is missing or short`);
    return kept;
  }
  const nodeAt = (): NodeReader => nodesFromTiles(sha256, size, readTile);

  function addHash(level: number, hash: Uint8Array): void {
    const edge = (edges[level] ??= []);
    edge.push(hash);
    if (edge.length < TILE_WIDTH) return;
    // The tile is full: it never changes again, and its own hash goes one level up.
    const n = ((size + 1n) >> BigInt(8 * (level + 1))) - 1n;
    waiting.set(tilePath(level, n, TILE_WIDTH), edge.slice());
    let row = edge.slice();
    edges[level] = [];
    for (; row.length > 1; ) row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(sha256, row[2 * i] as Uint8Array, row[2 * i + 1] as Uint8Array));
    addHash(level + 1, row[0] as Uint8Array);
  }

  function root(upTo: bigint): Uint8Array {
    return upTo === 0n ? emptyRoot(sha256) : rangeHash(sha256, nodeAt(), 0n, upTo);
  }

  /** Puts `bytes` under `key`; a full tile that is there already must be the same. */
  function put(key: string, bytes: Uint8Array): boolean {
    return storage.put(key, bytes).ok;
  }

  function flush(): boolean {
    for (const [path, hashes] of waiting) if (!put(path, concat(...hashes))) return false;
    for (const [path, list] of fullEntries) if (!put(path, encodeEntries(list))) return false;
    waiting.clear();
    fullEntries.clear();
    let total = size;
    for (let level = 0; total > 0n; level += 1, total >>= 8n) {
      const edge = edges[level] ?? [];
      if (edge.length > 0 && !put(tilePath(level, total / 256n, edge.length), concat(...edge))) return false;
    }
    return entries.length === 0 || put(tilePath("entries", size / 256n, entries.length), encodeEntries(entries));
  }

  /** Entries bundle that holds `index`, with the key it lies under. */
  function bundleOf(index: bigint): { readonly key: string; readonly list: readonly (Uint8Array | undefined)[] } | undefined {
    const n = index / 256n;
    if (n === size / 256n) return { key: tilePath("entries", n, entries.length), list: entries };
    const key = tilePath("entries", n, TILE_WIDTH);
    const list = fullEntries.get(key) ?? decodeEntries(storage.get(key) ?? new Uint8Array());
    return list === undefined ? undefined : { key, list };
  }

  const stored = storage.get(CHECKPOINT_KEY);
  if (stored !== undefined) {
    const note = openNote(crypto, stored, [signer.key]);
    if (!note.ok) return err(`the checkpoint of the audit log: ${note.error}`);
    const checkpoint = parseCheckpoint(note.value.text);
    if (!checkpoint.ok) return err(`the checkpoint of the audit log: ${checkpoint.error}`);
    if (checkpoint.value.origin !== origin) return err(`the audit log is ${checkpoint.value.origin}, expected ${origin}`);
    size = checkpoint.value.size;
    let total = size;
    for (let level = 0; total > 0n; level += 1, total >>= 8n) {
      const width = Number(total % 256n);
      const hashes = width === 0 ? [] : hashesOf(storage.get(tilePath(level, total / 256n, width)) ?? new Uint8Array());
      if (hashes === undefined) return err(`tile ${tilePath(level, total / 256n, width)} of the audit log is missing or broken`);
      edges[level] = [...hashes];
    }
    const width = Number(size % 256n);
    const kept = width === 0 ? [] : decodeEntries(storage.get(tilePath("entries", size / 256n, width)) ?? new Uint8Array());
    if (kept?.length !== width) return err("the last entries of the audit log are missing or broken");
    entries = [...kept];
    if (!equalBytes(root(size), checkpoint.value.root)) return err(`the tiles of the audit log lead to root ${hex(root(size))}, its checkpoint says ${hex(checkpoint.value.root)}`);
    last = new TextDecoder().decode(stored);
    lastSize = size;
  }

  const save = (note: string): Result<string, "storage-full"> => {
    if (!put(CHECKPOINT_KEY, utf8(note))) return err("storage-full");
    last = note;
    return ok(note);
  };

  return ok({
    get size() {
      return size;
    },
    get last() {
      return last;
    },
    get lastSize() {
      return lastSize;
    },
    append(bytes) {
      if (bytes.length > EVENT_BYTES_MAX || bytes.length === 0) return err("too-large");
      const index = size;
      addHash(0, leafHash(sha256, bytes));
      entries.push(bytes.slice());
      if (entries.length === TILE_WIDTH) {
        fullEntries.set(tilePath("entries", index / 256n, TILE_WIDTH), entries);
        entries = [];
      }
      size += 1n;
      return ok(index);
    },
    checkpoint() {
      if (size === lastSize && last !== "") return ok(last);
      if (!flush()) return err("storage-full");
      const saved = save(signNote(checkpointText({ origin, size, root: root(size) }), signer));
      if (saved.ok) lastSize = size;
      return saved;
    },
    cosign: (lines) => save(`${last}${lines.filter((row) => !last.includes(row)).join("")}`),
    entry: (index) => (index < 0n || index >= size ? undefined : bundleOf(index)?.list[Number(index % 256n)]),
    leaf: (index) => nodeAt()(0, index),
    inclusion: (index, upTo) => inclusionProof(sha256, nodeAt(), index, upTo),
    consistency: (size1, size2) => consistencyProof(sha256, nodeAt(), size1, size2),
    root,
    erase(index) {
      const bundle = bundleOf(index);
      invariant(index < lastSize && bundle !== undefined, `entry ${index} is not in a checkpoint of the audit log`);
      const list = bundle.list.map((entry, i) => (i === Number(index % 256n) ? undefined : entry));
      if (bundle.list === entries) entries = [...list];
      return put(bundle.key, encodeEntries(list)) ? ok(undefined) : err("storage-full");
    },
  });
}
