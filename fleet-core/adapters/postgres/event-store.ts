/**
 * The event store on PostgreSQL. Each call is one transaction of one tenant; an append holds the tenant's head row locked,
 * so positions have no gaps and the chain no forks, however many servers write. What it accepts is decided by `planAppend`.
 */
import { checkAppends } from "../../event-log/check.ts";
import { GENESIS, type Sha256 } from "../../event-log/chain.ts";
import type { StoredEvent } from "../../event-log/event.ts";
import { planAppend, type AppendPlan } from "../../event-log/plan.ts";
import { registerNext } from "../../event-log/schema-registry.ts";
import type { DeadLetter, DeadLetterRefusal, DeadLetterStatus, Idempotency, RegisteredSchema } from "../../event-log/store.ts";
import { topicOf, type Topic } from "../../event-log/topics.ts";
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import { err, ok, type Result } from "../../kernel/result.ts";
import type { PoolClient } from "pg";
import type { TenantPool } from "./pool.ts";

interface EventRow {
  readonly tenant: string;
  readonly position: string;
  readonly stream: string;
  readonly version: string;
  readonly type: string;
  readonly schema_version: number;
  readonly time_ms: string;
  readonly actor: string;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly data: Record<string, unknown>;
  readonly previous_hash: string;
  readonly hash: string;
}

interface LetterRow {
  readonly id: string;
  readonly at_ms: string;
  readonly topic: string;
  readonly source: string;
  readonly reason_code: string;
  readonly reason: string;
  readonly payload: Buffer;
  readonly schema_subject: string;
  readonly status: DeadLetterStatus;
  readonly fixed_payload: Buffer | null;
  readonly attempts: number;
  readonly resolved_by: string;
}

const COLUMNS = "tenant, position, stream, version, type, schema_version, time_ms, actor, correlation_id, causation_id, data, previous_hash, hash";
const LETTER = "id, at_ms, topic, source, reason_code, reason, payload, schema_subject, status, fixed_payload, attempts, resolved_by";

const eventOf = (row: EventRow): StoredEvent => ({
  tenant: row.tenant,
  position: Number(row.position),
  stream: row.stream,
  version: Number(row.version),
  type: row.type,
  schemaVersion: row.schema_version,
  timeMs: Number(row.time_ms),
  actor: row.actor,
  correlationId: row.correlation_id,
  causationId: row.causation_id,
  data: row.data,
  previousHash: row.previous_hash,
  hash: row.hash,
});

const letterOf = (row: LetterRow): DeadLetter => ({
  id: Number(row.id),
  atMs: Number(row.at_ms),
  topic: row.topic as Topic,
  source: row.source,
  reasonCode: row.reason_code,
  reason: row.reason,
  payload: row.payload.toString("utf8"),
  schemaSubject: row.schema_subject,
  status: row.status,
  fixedPayload: row.fixed_payload?.toString("utf8"),
  attempts: row.attempts,
  resolvedBy: row.resolved_by,
});

/** PostgreSQL's text holds no NUL. */
const textOf = (value: string): string => value.replaceAll("\u0000", "\uFFFD");

/** The tenant's head, locked until the transaction ends. */
export async function lockHead(client: PoolClient, tenant: string): Promise<{ position: number; hash: string; timeMs: number }> {
  const select = "select position, hash, time_ms from heads where tenant = $1 for update";
  type Row = { position: string; hash: string; time_ms: string };
  let { rows } = await client.query<Row>(select, [tenant]);
  if (rows.length === 0) {
    await client.query("insert into heads (tenant, position, hash, time_ms) values ($1, 0, $2, 0) on conflict do nothing", [tenant, GENESIS]);
    ({ rows } = await client.query<Row>(select, [tenant]));
  }
  const row = rows[0];
  if (row === undefined) throw new Error(`tenant ${tenant} has no head`);
  return { position: Number(row.position), hash: row.hash, timeMs: Number(row.time_ms) };
}

export async function store(client: PoolClient, tenant: string, plan: AppendPlan): Promise<void> {
  const { events, replies } = plan;
  const last = events.at(-1);
  if (last !== undefined) {
    const column = <T>(of: (event: StoredEvent) => T): T[] => events.map(of);
    await client.query(
      `with new_events as (
        insert into events (tenant, position, stream, version, type, schema_version, topic, time_ms, actor, correlation_id, causation_id, data, previous_hash, hash)
        select $1, t.* from unnest($2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::integer[], $7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::json[], $13::text[], $14::text[]) as t
        returning tenant, position, topic)
      insert into outbox (tenant, position, topic) select tenant, position, topic from new_events`,
      [tenant, column((e) => e.position), column((e) => e.stream), column((e) => e.version), column((e) => e.type), column((e) => e.schemaVersion), column((e) => topicOf(e.type)), column((e) => e.timeMs), column((e) => e.actor), column((e) => e.correlationId), column((e) => e.causationId), column((e) => JSON.stringify(e.data)), column((e) => e.previousHash), column((e) => e.hash)],
    );
    await client.query("update heads set position = $2, hash = $3, time_ms = $4 where tenant = $1", [tenant, last.position, last.hash, last.timeMs]);
  }
  for (const reply of replies) {
    await client.query(
      "insert into replies (tenant, key, request_digest, reply, expires_ms) values ($1, $2, $3, $4, $5) on conflict (tenant, key) do update set request_digest = excluded.request_digest, reply = excluded.reply, expires_ms = excluded.expires_ms",
      [tenant, reply.key, reply.requestDigest, JSON.stringify(reply.reply), reply.expiresMs],
    );
  }
}

export function createPostgresEventStore(options: { readonly pool: TenantPool; readonly nowMs: () => number; readonly sha256: Sha256 }): AsyncEventStore {
  const { pool, nowMs } = options;

  async function liveReplies(client: PoolClient, keys: readonly string[]): Promise<ReadonlyMap<string, Pick<Idempotency, "requestDigest" | "reply">>> {
    if (keys.length === 0) return new Map();
    const { rows } = await client.query<{ key: string; request_digest: string; reply: unknown }>("select key, request_digest, reply from replies where key = any($1) and expires_ms > $2", [keys, nowMs()]);
    return new Map(rows.map((row) => [row.key, { requestDigest: row.request_digest, reply: row.reply }]));
  }

  function changeLetter(tenant: string, id: number, change: string, values: readonly unknown[]): Promise<Result<DeadLetter, DeadLetterRefusal>> {
    return pool.inTenant(tenant, async (client) => {
      const changed = await client.query<LetterRow>(`update dead_letters set ${change} where id = $1 and status = 'open' returning ${LETTER}`, [id, ...values]);
      const row = changed.rows[0];
      if (row !== undefined) return ok(letterOf(row));
      const held = await client.query("select 1 from dead_letters where id = $1", [id]);
      return err(held.rows.length > 0 ? "resolved" : "unknown");
    });
  }

  return {
    async append(tenant, appends) {
      const refused = checkAppends(appends);
      if (refused !== undefined) return err(refused);
      const streams = [...new Set(appends.flatMap((append) => append.writes.map((write) => write.stream)))];
      const keys = [...new Set(appends.flatMap((append) => (append.idempotency === undefined ? [] : [append.idempotency.key])))];
      return pool.inTenant(tenant, async (client) => {
        const head = await lockHead(client, tenant);
        const versions = await client.query<{ stream: string; version: string }>("select s.stream, (select version from events e where e.tenant = $2 and e.stream = s.stream order by version desc limit 1) as version from unnest($1::text[]) as s(stream)", [streams, tenant]);
        const versionOf = new Map(versions.rows.map((row) => [row.stream, Number(row.version ?? 0)]));
        const replies = await liveReplies(client, keys);
        const planned = planAppend(tenant, appends, { head, versionOf: (stream) => versionOf.get(stream) ?? 0, replyOf: (key) => replies.get(key) }, nowMs(), options.sha256);
        if (!planned.ok) return planned;
        await store(client, tenant, planned.value);
        return ok(planned.value.results);
      });
    },
    readStream: (tenant, stream, fromVersion, limit) => pool.inTenant(tenant, async (client) => (await client.query<EventRow>(`select ${COLUMNS} from events where stream = $1 and version >= $2 order by version limit $3`, [stream, fromVersion, limit])).rows.map(eventOf)),
    readAll: (tenant, afterPosition, limit) => pool.inTenant(tenant, async (client) => (await client.query<EventRow>(`select ${COLUMNS} from events where tenant = $3 and position > $1 order by position limit $2`, [afterPosition, limit, tenant])).rows.map(eventOf)),
    head: (tenant) =>
      pool.inTenant(tenant, async (client) => {
        const row = (await client.query<{ position: string; hash: string }>("select position, hash from heads")).rows[0];
        return row === undefined ? { position: 0, hash: GENESIS } : { position: Number(row.position), hash: row.hash };
      }),
    tenants: async () => (await pool.query<{ tenant: string }>("select tenant_names() as tenant")).map((row) => row.tenant),
    reply: (tenant, key) => pool.inTenant(tenant, async (client) => (await liveReplies(client, [key])).get(key)),
    saveSnapshot: (tenant, snapshot) =>
      pool.inTenant(tenant, async (client) => {
        await client.query(
          "insert into snapshots (tenant, name, position, schema_version, data) values ($1, $2, $3, $4, $5) on conflict (tenant, name) do update set position = excluded.position, schema_version = excluded.schema_version, data = excluded.data where snapshots.position < excluded.position",
          [tenant, snapshot.name, snapshot.position, snapshot.schemaVersion, JSON.stringify(snapshot.data)],
        );
      }),
    snapshot: (tenant, name) =>
      pool.inTenant(tenant, async (client) => {
        const row = (await client.query<{ position: string; schema_version: number; data: unknown }>("select position, schema_version, data from snapshots where name = $1", [name])).rows[0];
        return row === undefined ? undefined : { name, position: Number(row.position), schemaVersion: row.schema_version, data: row.data };
      }),
    outbox: (tenant, limit) =>
      pool.inTenant(tenant, async (client) => {
        const columns = COLUMNS.split(", ").map((column) => `e.${column}`).join(", ");
        const { rows } = await client.query<EventRow>(`select ${columns} from outbox o join events e on e.tenant = o.tenant and e.position = o.position order by o.position limit $1`, [limit]);
        return rows.map((row) => ({ position: Number(row.position), topic: topicOf(row.type), event: eventOf(row) }));
      }),
    confirmPublished: (tenant, positions) =>
      pool.inTenant(tenant, async (client) => {
        await client.query("delete from outbox where position = any($1::bigint[])", [positions]);
      }),
    bury: (tenant, draft) =>
      pool.inTenant(tenant, async (client) => {
        await lockHead(client, tenant);
        const { rows } = await client.query<LetterRow>(
          `with n as (update heads set dead_letters = dead_letters + 1 where tenant = $1 returning dead_letters)
          insert into dead_letters (tenant, id, at_ms, topic, source, reason_code, reason, payload, schema_subject, status, attempts, resolved_by)
          select $1, n.dead_letters, $2, $3, $4, $5, $6, $7, $8, 'open', 0, '' from n returning ${LETTER}`,
          [tenant, nowMs(), draft.topic, textOf(draft.source), textOf(draft.reasonCode), textOf(draft.reason), Buffer.from(draft.payload, "utf8"), textOf(draft.schemaSubject)],
        );
        return letterOf(rows[0] as LetterRow);
      }),
    deadLetters: (tenant, filter, limit) =>
      pool.inTenant(tenant, async (client) => (await client.query<LetterRow>(`select ${LETTER} from dead_letters where ($1::text is null or status = $1) and ($2::text is null or topic = $2) and id > $3 order by id limit $4`, [filter.status ?? null, filter.topic ?? null, filter.afterId ?? 0, limit])).rows.map(letterOf)),
    repairDeadLetter: (tenant, id, payload) => changeLetter(tenant, id, "fixed_payload = $2", [Buffer.from(payload, "utf8")]),
    resolveDeadLetter: (tenant, id, outcome, by) => changeLetter(tenant, id, "status = $2, resolved_by = $3, attempts = attempts + $4", [outcome, outcome === "open" ? "" : by, outcome === "discarded" ? 0 : 1]),
    registerSchema: (tenant, subject, schema) =>
      pool.inTenant(tenant, async (client) => {
        await lockHead(client, tenant);
        const latest = await newest(client, subject);
        const next = registerNext(latest, subject, schema);
        if (next.ok && next.value.version > (latest?.version ?? 0)) await client.query("insert into schemas (tenant, subject, version, schema) values ($1, $2, $3, $4)", [tenant, subject, next.value.version, JSON.stringify(schema)]);
        return next;
      }),
    schema: (tenant, subject, version) => pool.inTenant(tenant, (client) => newest(client, subject, version)),
  };
}

async function newest(client: PoolClient, subject: string, version?: number): Promise<RegisteredSchema | undefined> {
  const { rows } = await client.query<{ version: number; schema: Record<string, unknown> }>("select version, schema from schemas where subject = $1 and ($2::integer is null or version = $2) order by version desc limit 1", [subject, version ?? null]);
  const row = rows[0];
  return row === undefined ? undefined : { subject, version: row.version, schema: row.schema };
}
