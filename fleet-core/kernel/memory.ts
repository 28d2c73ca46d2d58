/**
 * The ports of `ports.ts` in memory: for the twin, for tests, and for a page that has no disk. Deterministic: what comes
 * out depends only on the calls and on the clock given. Each store has a limit and says when it is reached.
 */
import type { Clock } from "./clock.ts";
import { invariant } from "./invariant.ts";
import { byText } from "./order.ts";
import type { EventLog, Log, LoggedEvent, LogLevel, Recorder, RecorderChannel, Storage, Transport } from "./ports.ts";
import { err, ok } from "./result.ts";
import { timeUs, type TimeUs } from "./time.ts";

/**
 * Plain data copied and frozen, so that neither writer nor reader can change what the log said. Fails on what would not
 * survive a log on disk: functions, class instances, NaN.
 */
function frozenCopy(value: unknown, depth = 0): unknown {
  invariant(depth <= 32, "plain data nests at most 32 levels");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    invariant(Number.isFinite(value), `plain data holds only finite numbers, got ${value}`);
    return value + 0;
  }
  if (Array.isArray(value)) return Object.freeze(Array.from(value, (item: unknown) => frozenCopy(item, depth + 1)));
  invariant(typeof value === "object", `plain data cannot hold a ${typeof value}`);
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(prototype === Object.prototype || prototype === null, "plain data holds no instance of a class");
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) copy[key] = frozenCopy(member, depth + 1);
  }
  return Object.freeze(copy);
}

/** Event log on the given clock. `limit`: events in all; one more is a broken assumption (nothing may be forgotten). */
export function createMemoryEventLog(options: { readonly clock: Pick<Clock, "nowUs">; readonly limit?: number }): EventLog {
  const limit = options.limit ?? 1_000_000;
  const all: LoggedEvent[] = [];
  const streams = new Map<string, LoggedEvent[]>();
  return {
    append(stream, expectedVersion, events) {
      const held = streams.get(stream);
      const version = held?.length ?? 0;
      if (version !== expectedVersion) return err("conflict");
      invariant(all.length + events.length <= limit, `the event log holds at most ${limit} events`);
      const logged = events.map((event, i): LoggedEvent =>
        Object.freeze({
          stream,
          version: version + i + 1,
          position: all.length + i + 1,
          timeUs: options.clock.nowUs(),
          type: event.type,
          data: frozenCopy(event.data),
          correlationId: event.correlationId,
          ...(event.causationId === undefined ? {} : { causationId: event.causationId }),
        }),
      );
      if (logged.length > 0) {
        if (held === undefined) streams.set(stream, [...logged]);
        else held.push(...logged);
        all.push(...logged);
      }
      return ok(logged);
    },
    read: (stream) => [...(streams.get(stream) ?? [])],
    readAll: (afterPosition) => all.slice(Math.max(0, afterPosition)),
  };
}

/** Key-value store; `limitBytes` counts values and two bytes for each unit of a key. */
export function createMemoryStorage(options: { readonly limitBytes: number }): Storage & { readonly usedBytes: number } {
  const values = new Map<string, Uint8Array>();
  let used = 0;
  const costOf = (key: string, value: Uint8Array): number => 2 * key.length + value.length;
  return {
    get: (key) => values.get(key)?.slice(),
    put(key, value) {
      const old = values.get(key);
      const after = used - (old === undefined ? 0 : costOf(key, old)) + costOf(key, value);
      if (after > options.limitBytes) return err("full");
      used = after;
      values.set(key, value.slice());
      return ok(undefined);
    },
    delete(key) {
      const old = values.get(key);
      if (old === undefined) return;
      used -= costOf(key, old);
      values.delete(key);
    },
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(byText),
    get usedBytes() {
      return used;
    },
  };
}

export interface LogLine {
  readonly timeUs: TimeUs;
  readonly level: LogLevel;
  readonly name: string;
  readonly message: string;
}

export interface MemoryLog extends Log {
  /** The newest lines, oldest first. */
  lines(): readonly LogLine[];
  /** Lines written since the start, those no longer held included. */
  readonly written: number;
}

/** The newest `limit` lines; `sink` sees every line as it is written. */
export function createMemoryLog(options: { readonly clock: Pick<Clock, "nowUs">; readonly limit: number; readonly sink?: (line: LogLine) => void }): MemoryLog {
  invariant(Number.isInteger(options.limit) && options.limit >= 1, `a log holds at least one line, asked for ${options.limit}`);
  const ring: LogLine[] = [];
  let written = 0;
  return {
    write(level, name, message) {
      const line: LogLine = { timeUs: options.clock.nowUs(), level, name, message };
      ring[written % options.limit] = line;
      written += 1;
      options.sink?.(line);
    },
    lines() {
      const first = written % ring.length;
      return written <= options.limit ? [...ring] : [...ring.slice(first), ...ring.slice(0, first)];
    },
    get written() {
      return written;
    },
  };
}

/** What a recorder was given, for tests and for readers in the same process. */
export interface Recorded {
  readonly channels: readonly RecorderChannel[];
  /** `json` is the message as it was when written. */
  readonly messages: readonly { readonly channelId: number; readonly timeUs: TimeUs; readonly json: string }[];
  readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array }[];
  readonly metadata: readonly { readonly name: string; readonly entries: Readonly<Record<string, string>> }[];
}

/** Keeps everything; more than `limit` messages is a broken assumption. */
export function createMemoryRecorder(options: { readonly limit?: number } = {}): Recorder & { recorded(): Recorded } {
  const limit = options.limit ?? 1_000_000;
  const channels: RecorderChannel[] = [];
  const messages: { channelId: number; timeUs: TimeUs; json: string }[] = [];
  const attachments: { name: string; mediaType: string; bytes: Uint8Array }[] = [];
  const metadata: { name: string; entries: Readonly<Record<string, string>> }[] = [];
  return {
    channel(channel) {
      channels.push(channel);
      return channels.length;
    },
    write(channelId, at, message) {
      invariant(channelId >= 1 && channelId <= channels.length, `there is no channel ${channelId}`);
      invariant(messages.length < limit, `the recorder holds at most ${limit} messages`);
      messages.push({ channelId, timeUs: at, json: JSON.stringify(message) });
    },
    attach(name, mediaType, bytes) {
      attachments.push({ name, mediaType, bytes: bytes.slice() });
    },
    metadata(name, entries) {
      metadata.push({ name, entries: { ...entries } });
    },
    recorded: () => ({ channels, messages, attachments, metadata }),
  };
}

/** What happens to one datagram: delivered after each of these delays, in microseconds. None: lost. Two: doubled. */
export type Delivery = (from: string, to: string, topic: string, payload: Uint8Array) => readonly number[];

export interface TransportHub {
  /** The transport of one endpoint; asking again gives the same endpoint (a restarted program takes over its address). */
  endpoint(name: string): Transport;
  readonly sent: number;
  readonly delivered: number;
}

const AT_ONCE: Delivery = () => [0];

/**
 * Endpoints joined by a scheduler. Without `delivery` each datagram arrives at the present time, after the running
 * deadline has finished; equal times keep the order of sending. A datagram to nobody is lost, as on a real network.
 */
export function createTransportHub(options: { readonly clock: Clock; readonly delivery?: Delivery; readonly payloadBytesMax?: number; readonly queueMax?: number }): TransportHub {
  const delivery = options.delivery ?? AT_ONCE;
  const payloadBytesMax = options.payloadBytesMax ?? 65_536;
  const queueMax = options.queueMax ?? 10_000;
  const receivers = new Map<string, (from: string, topic: string, payload: Uint8Array) => void>();
  const endpoints = new Map<string, Transport>();
  let sent = 0;
  let delivered = 0;
  let waiting = 0;

  function createEndpoint(name: string): Transport {
    return {
      send(to, topic, payload) {
        if (payload.length > payloadBytesMax) return err("too-large");
        const delays = delivery(name, to, topic, payload);
        if (waiting + delays.length > queueMax) return err("queue-full");
        sent += 1;
        const copy = payload.slice();
        for (const delayUs of delays) {
          waiting += 1;
          options.clock.at(timeUs(options.clock.nowUs() + delayUs), () => {
            waiting -= 1;
            const receive = receivers.get(to);
            if (receive === undefined) return;
            delivered += 1;
            receive(name, topic, copy);
          });
        }
        return ok(undefined);
      },
      onReceive(receive) {
        receivers.set(name, receive);
      },
    };
  }

  return {
    endpoint(name) {
      const held = endpoints.get(name) ?? createEndpoint(name);
      endpoints.set(name, held);
      return held;
    },
    get sent() {
      return sent;
    },
    get delivered() {
      return delivered;
    },
  };
}
