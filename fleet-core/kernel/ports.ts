/**
 * What the core and the agents need from the outside, as parameters. In the twin the deterministic versions in
 * `memory.ts` and `twin/network` fill them; in production, adapters do. All calls are synchronous: a port that must wait
 * (disk, socket) queues and reports through its callback or `flush` in the adapter.
 */
import type { Result } from "./result.ts";
import type { TimeUs } from "./time.ts";

/** Addressed datagrams: may be lost, delayed, doubled or reordered. Bytes, so every transport carries the same. */
export interface Transport {
  /** Sends from this endpoint. Never throws for a lost message; refuses what could never be sent. */
  send(to: string, topic: string, payload: Uint8Array): Result<void, "too-large" | "queue-full">;
  /** The one receiver of this endpoint; called on the scheduler, never inside `send`. */
  onReceive(receive: (from: string, topic: string, payload: Uint8Array) => void): void;
}

export interface LoggedEvent {
  readonly stream: string;
  /** 1 for the first event of its stream. */
  readonly version: number;
  /** 1 for the first event of the log. */
  readonly position: number;
  readonly timeUs: TimeUs;
  readonly type: string;
  readonly data: unknown;
  readonly correlationId: string;
  readonly causationId?: string;
}

export type NewEvent = Pick<LoggedEvent, "type" | "data" | "correlationId"> & { readonly causationId?: string };

/** Append-only. `expectedVersion` is the stream's version the caller decided on. */
export interface EventLog {
  append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Result<readonly LoggedEvent[], "conflict">;
  read(stream: string): readonly LoggedEvent[];
  /** All events with position > `afterPosition`, in order. */
  readAll(afterPosition: number): readonly LoggedEvent[];
}

export interface Storage {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): Result<void, "full">;
  delete(key: string): void;
  /** Keys with this prefix, sorted by UTF-16 units. */
  keys(prefix: string): readonly string[];
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "fatal";

export interface Log {
  write(level: LogLevel, name: string, message: string): void;
}

export interface RecorderChannel {
  readonly topic: string;
  /** Foxglove schema name (`foxglove.SceneUpdate`) or ours (`atlasmesh.EntityState`). */
  readonly schemaName: string;
  /** JSON Schema of the messages. */
  readonly jsonSchema: Readonly<Record<string, unknown>>;
}

/** Where a run writes what happened. Synchronous; whoever drives the run empties the queue (see `replay/recording`). */
export interface Recorder {
  channel(channel: RecorderChannel): number;
  /** `message` is plain JSON data; it is serialised before the call returns. */
  write(channelId: number, timeUs: TimeUs, message: unknown): void;
  attach(name: string, mediaType: string, bytes: Uint8Array): void;
  metadata(name: string, entries: Readonly<Record<string, string>>): void;
}
