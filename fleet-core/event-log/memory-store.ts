/**
 * The event store in memory: for the twin, for tests, for a page without a disk. Deterministic: what comes out depends
 * only on the calls, the clock and the digest function given. Must never let one tenant's call touch another's data.
 */
import { canonicalJson } from "../contract/json.ts";
import { invariant } from "../kernel/invariant.ts";
import { byText } from "../kernel/order.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { checkAppends } from "./check.ts";
import { GENESIS, type Sha256 } from "./chain.ts";
import { tenantIdSchema, type StoredEvent } from "./event.ts";
import { planAppend } from "./plan.ts";
import { registerNext } from "./schema-registry.ts";
import type { DeadLetter, DeadLetterRefusal, EventStore, Idempotency, OutboxEntry, RegisteredSchema, Snapshot } from "./store.ts";
import { topicOf } from "./topics.ts";

export interface MemoryStoreOptions {
  /** Milliseconds since 1970, UTC. */
  readonly nowMs: () => number;
  readonly sha256: Sha256;
  /** Events of one tenant; one more is a broken assumption (nothing may be forgotten). */
  readonly limit?: number;
}

interface TenantData {
  readonly all: StoredEvent[];
  readonly streams: Map<string, StoredEvent[]>;
  readonly replies: Map<string, Idempotency>;
  readonly snapshots: Map<string, Snapshot>;
  readonly outbox: Map<number, OutboxEntry>;
  readonly letters: DeadLetter[];
  readonly schemas: Map<string, RegisteredSchema[]>;
}

const frozen = <T>(value: T): T => JSON.parse(canonicalJson(value)) as T;

export function createMemoryEventStore(options: MemoryStoreOptions): EventStore {
  const limit = options.limit ?? 1_000_000;
  const tenants = new Map<string, TenantData>();

  /** What there is of a tenant; nothing is remembered of one that only asks. */
  function look(tenant: string): TenantData {
    invariant(tenantIdSchema.safeParse(tenant).success, `${tenant} is no tenant id`);
    return tenants.get(tenant) ?? { all: [], streams: new Map(), replies: new Map(), snapshots: new Map(), outbox: new Map(), letters: [], schemas: new Map() };
  }

  function open(tenant: string): TenantData {
    const data = look(tenant);
    tenants.set(tenant, data);
    return data;
  }

  function change(tenant: string, id: number, to: (letter: DeadLetter) => DeadLetter): Result<DeadLetter, DeadLetterRefusal> {
    const { letters } = look(tenant);
    const held = letters[id - 1];
    if (held === undefined) return err("unknown");
    if (held.status !== "open") return err("resolved");
    const next = to(held);
    letters[id - 1] = next;
    return ok(next);
  }

  return {
    append(tenant, appends) {
      const data = look(tenant);
      const checked = checkAppends(appends);
      if (checked !== undefined) return err(checked);
      const nowMs = options.nowMs();
      const last = data.all.at(-1);
      const unexpired = (key: string): Idempotency | undefined => {
        const reply = data.replies.get(key);
        return reply === undefined || reply.expiresMs <= nowMs ? undefined : reply;
      };
      const planned = planAppend(tenant, appends, { head: { position: last?.position ?? 0, hash: last?.hash ?? GENESIS, timeMs: last?.timeMs ?? 0 }, versionOf: (stream) => data.streams.get(stream)?.length ?? 0, replyOf: unexpired }, nowMs, options.sha256);
      if (!planned.ok) return planned;
      invariant(data.all.length + planned.value.events.length <= limit, `the event log of a tenant holds at most ${limit} events`);
      tenants.set(tenant, data);
      for (const reply of planned.value.replies) data.replies.set(reply.key, reply);
      for (const event of planned.value.events) {
        data.all.push(event);
        const stream = data.streams.get(event.stream) ?? [];
        stream.push(event);
        data.streams.set(event.stream, stream);
        data.outbox.set(event.position, { position: event.position, topic: topicOf(event.type), event });
      }
      return ok(planned.value.results);
    },
    readStream: (tenant, stream, fromVersion, count) => (look(tenant).streams.get(stream) ?? []).slice(Math.max(0, fromVersion - 1), Math.max(0, fromVersion - 1) + count),
    readAll: (tenant, afterPosition, count) => look(tenant).all.slice(Math.max(0, afterPosition), Math.max(0, afterPosition) + count),
    head(tenant) {
      const last = look(tenant).all.at(-1);
      return { position: last?.position ?? 0, hash: last?.hash ?? GENESIS };
    },
    tenants: () => [...tenants.keys()].sort(byText),
    reply(tenant, key) {
      const held = look(tenant).replies.get(key);
      return held === undefined || held.expiresMs <= options.nowMs() ? undefined : { requestDigest: held.requestDigest, reply: held.reply };
    },
    saveSnapshot(tenant, snapshot) {
      const data = open(tenant);
      const held = data.snapshots.get(snapshot.name);
      if (held === undefined || held.position < snapshot.position) data.snapshots.set(snapshot.name, frozen(snapshot));
    },
    snapshot: (tenant, name) => look(tenant).snapshots.get(name),
    outbox: (tenant, count) => [...look(tenant).outbox.values()].slice(0, count),
    confirmPublished(tenant, positions) {
      for (const position of positions) look(tenant).outbox.delete(position);
    },
    bury(tenant, draft) {
      const { letters } = open(tenant);
      const letter: DeadLetter = { ...frozen(draft), id: letters.length + 1, atMs: options.nowMs(), status: "open", fixedPayload: undefined, attempts: 0, resolvedBy: "" };
      letters.push(letter);
      return letter;
    },
    deadLetters: (tenant, filter, count) =>
      look(tenant)
        .letters.filter((letter) => (filter.status === undefined || letter.status === filter.status) && (filter.topic === undefined || letter.topic === filter.topic) && letter.id > (filter.afterId ?? 0))
        .slice(0, count),
    repairDeadLetter: (tenant, id, payload) => change(tenant, id, (letter) => ({ ...letter, fixedPayload: payload })),
    resolveDeadLetter: (tenant, id, outcome, by) => change(tenant, id, (letter) => ({ ...letter, status: outcome, resolvedBy: outcome === "open" ? "" : by, attempts: letter.attempts + (outcome === "discarded" ? 0 : 1) })),
    registerSchema(tenant, subject, schema) {
      const held = look(tenant).schemas.get(subject) ?? [];
      const next = registerNext(held.at(-1), subject, frozen(schema));
      if (!next.ok) return next;
      if (next.value.version > held.length) open(tenant).schemas.set(subject, [...held, next.value]);
      return next;
    },
    schema(tenant, subject, version) {
      const held = look(tenant).schemas.get(subject) ?? [];
      return version === undefined ? held.at(-1) : held[version - 1];
    },
  };
}
