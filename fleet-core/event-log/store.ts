/**
 * What an event store must do: the words its two implementations (memory, PostgreSQL) share. The conformance suite in
 * `adapters/` says it as tests. A store never changes or forgets an event, and never half-does an append.
 */
import type { Result } from "../kernel/result.ts";
import type { Cause, NewStoredEvent, StoredEvent } from "./event.ts";
import type { Topic } from "./topics.ts";
import type { CompatibilityFault } from "./schema-compat.ts";

/** Events for one stream. `expectedVersion`: the stream's version the caller decided on, 0 for a new one. */
export interface StreamWrite {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly events: readonly NewStoredEvent[];
}

/** The same key with the same request is the same request: it is done once, later asks get the first reply. */
export interface Idempotency {
  readonly key: string;
  /** Digest of the request; another request under the same key is refused. */
  readonly requestDigest: string;
  /** Plain data given back to later asks. */
  readonly reply: unknown;
  readonly expiresMs: number;
}

/** One decision: its writes are stored together or not at all. */
export interface Append {
  readonly cause: Cause;
  readonly writes: readonly StreamWrite[];
  readonly idempotency?: Idempotency;
}

export type Appended = { readonly kind: "appended"; readonly events: readonly StoredEvent[] } | { readonly kind: "replayed"; readonly reply: unknown };

export type AppendRefusal =
  | { readonly kind: "conflict"; readonly stream: string; readonly expectedVersion: number; readonly actualVersion: number }
  | { readonly kind: "key-reused"; readonly key: string }
  | { readonly kind: "invalid"; readonly message: string };

export interface Snapshot {
  readonly name: string;
  /** State after this position. */
  readonly position: number;
  /** Version of the snapshot's own form; a reader that knows another one folds the log instead. */
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** Waits to be published; written in the same transaction as its event. */
export interface OutboxEntry {
  readonly position: number;
  readonly topic: Topic;
  readonly event: StoredEvent;
}

export interface DeadLetterDraft {
  readonly topic: Topic;
  /** Where it came from: consumer, vehicle… */
  readonly source: string;
  readonly reasonCode: string;
  readonly reason: string;
  readonly payload: string;
  readonly schemaSubject: string;
}

export type DeadLetterStatus = "open" | "replayed" | "discarded";

export interface DeadLetter extends DeadLetterDraft {
  readonly id: number;
  readonly atMs: number;
  readonly status: DeadLetterStatus;
  /** Payload after repair; the first one is kept as evidence. */
  readonly fixedPayload: string | undefined;
  readonly attempts: number;
  readonly resolvedBy: string;
}

export type DeadLetterRefusal = "unknown" | "resolved";

export interface RegisteredSchema {
  readonly subject: string;
  readonly version: number;
  readonly schema: Readonly<Record<string, unknown>>;
}

export type SchemaRefusal = { readonly kind: "breaking"; readonly faults: readonly CompatibilityFault[] } | { readonly kind: "invalid"; readonly message: string };

/** All calls are for one tenant; no call can reach another's data. */
export interface EventStore {
  /**
   * All of `appends`, in order, in one transaction, or none of them. Replayed ones write nothing. Result i belongs to
   * append i. Events get consecutive positions.
   */
  append(tenant: string, appends: readonly Append[]): Result<readonly Appended[], AppendRefusal>;
  /** Events of one stream from `fromVersion` on, at most `limit`. */
  readStream(tenant: string, stream: string, fromVersion: number, limit: number): readonly StoredEvent[];
  /** Events after `afterPosition`, at most `limit`. */
  readAll(tenant: string, afterPosition: number, limit: number): readonly StoredEvent[];
  head(tenant: string): { readonly position: number; readonly hash: string };
  tenants(): readonly string[];
  /** Reply stored under a key that has not expired. */
  reply(tenant: string, key: string): { readonly requestDigest: string; readonly reply: unknown } | undefined;

  /** Keeps the newest of each name only. One that is not newer than the kept one changes nothing. */
  saveSnapshot(tenant: string, snapshot: Snapshot): void;
  snapshot(tenant: string, name: string): Snapshot | undefined;

  /** Oldest first; the same entries again until they are confirmed (at least once). */
  outbox(tenant: string, limit: number): readonly OutboxEntry[];
  confirmPublished(tenant: string, positions: readonly number[]): void;

  bury(tenant: string, draft: DeadLetterDraft): DeadLetter;
  deadLetters(tenant: string, filter: { readonly status?: DeadLetterStatus; readonly topic?: string; readonly afterId?: number }, limit: number): readonly DeadLetter[];
  /** A repaired payload beside the first one. */
  repairDeadLetter(tenant: string, id: number, payload: string): Result<DeadLetter, DeadLetterRefusal>;
  /** One more attempt was made; `outcome` open: it failed again. */
  resolveDeadLetter(tenant: string, id: number, outcome: DeadLetterStatus, by: string): Result<DeadLetter, DeadLetterRefusal>;

  /** The same schema again is the same version. A change that old data would not pass is refused. */
  registerSchema(tenant: string, subject: string, schema: Readonly<Record<string, unknown>>): Result<RegisteredSchema, SchemaRefusal>;
  /** The newest, or the given version. */
  schema(tenant: string, subject: string, version?: number): RegisteredSchema | undefined;
}
