/** The real database: the conformance suite of the event store, migrations, rights, and a server that was killed. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEventStore, sha256 } from "../../event-log/adapters/test-conformance.ts";
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import { createPostgresEventStore } from "./event-store.ts";
import { check, migrate, MigrationError, migrationDigest } from "./migrate.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { openPool, type TenantPool } from "./pool.ts";
import { embeddedDatabase, type DatabaseServer } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-pg-"));
let server: DatabaseServer;
let pool: TenantPool;
let store: AsyncEventStore;

beforeAll(async () => {
  server = await embeddedDatabase(folder);
  await migrate(server.migratorUrl);
  pool = openPool(server.appUrl);
  store = createPostgresEventStore({ pool, nowMs: () => 1_800_000_000_000, sha256 });
}, 60_000);

afterAll(async () => {
  await pool.end();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describeEventStore("on PostgreSQL", () => store);

const append = (tenant: string, stream: string, version: number) => store.append(tenant, [{ cause: { actor: "user:a", correlationId: "c", causationId: "" }, writes: [{ stream, expectedVersion: version, events: [{ type: "fleet.noted", schemaVersion: 1, data: { n: version } }] }] }]);
const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

describe("rights", () => {
  it("the server's login sees no row without a tenant, and only its tenant's rows with one", async () => {
    await append("rights-a", "fleet/x", 0);
    await append("rights-b", "fleet/x", 0);
    expect(await pool.query("select * from events")).toEqual([]);
    const seen = await pool.inTenant("rights-a", async (client) => (await client.query<{ tenant: string }>("select distinct tenant from events")).rows);
    expect(seen).toEqual([{ tenant: "rights-a" }]);
    await expect(pool.inTenant("rights-a", (client) => client.query("insert into heads (tenant, position, hash, time_ms) values ('rights-b2', 0, '', 0)"))).rejects.toThrow(/row-level security/);
  });

  it("nobody can change, delete or truncate events: not the server, not the owner", async () => {
    for (const statement of ["update events set actor = 'x'", "delete from events", "truncate events"]) {
      await expect(pool.inTenant("rights-a", (client) => client.query(statement)), statement).rejects.toThrow(/permission denied/);
    }
    await withClient(server.migratorUrl, async (client) => {
      await client.query("set role atlasmesh_owner");
      await client.query("select set_config('atlasmesh.tenant', 'rights-a', false)");
      for (const statement of ["update atlasmesh.events set actor = 'x'", "delete from atlasmesh.events", "truncate atlasmesh.events cascade"]) await expect(client.query(statement), statement).rejects.toThrow(/append-only/);
    });
  });

  it("the server's login can create nothing and is no superuser", async () => {
    await withClient(server.appUrl, async (client) => {
      await expect(client.query("create table atlasmesh.mine (a int)")).rejects.toThrow(/permission denied/);
      expect((await client.query<{ s: boolean }>("select rolsuper or rolcreaterole or rolcreatedb or rolbypassrls as s from pg_roles where rolname = session_user")).rows).toEqual([{ s: false }]);
    });
  });

  it("passwords stand in one file only the owner can read, and a wrong one is refused", async () => {
    const file = join(folder, "database-secrets.json");
    expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
    const secrets = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThanOrEqual(32);
    await expect(withClient(server.appUrl.replace(/:[^:@]+@/, ":password@"), () => Promise.resolve())).rejects.toThrow(/password authentication failed/);
  });
});

describe("migrations", () => {
  it("a second run applies nothing", async () => {
    expect(await migrate(server.migratorUrl)).toEqual([]);
  });

  it("a changed, a missing and a newer migration are refused by name", () => {
    const applied = MIGRATIONS.map((migration) => ({ ...migration, digest: migrationDigest(migration) }));
    expect(check(applied, MIGRATIONS)).toEqual([]);
    const first = MIGRATIONS[0] as (typeof MIGRATIONS)[0];
    expect(() => check(applied, [{ ...first, sql: `${first.sql} ` }])).toThrow(/other contents than this build/);
    expect(() => check([...applied, { id: applied.length + 1, name: "later", digest: "x" }], MIGRATIONS)).toThrow(/newer build/);
    expect(() => check([], [{ id: 2, name: "gap", sql: "" }])).toThrow(/without gaps/);
  });

  it("a migration that fails leaves nothing behind", async () => {
    const broken = [...MIGRATIONS, { id: MIGRATIONS.length + 1, name: "broken", sql: "create table atlasmesh.half (a int); select 1/0" }];
    await expect(migrate(server.migratorUrl, broken)).rejects.toThrow(MigrationError);
    expect(await pool.query("select to_regclass('atlasmesh.half') as t")).toEqual([{ t: null }]);
    expect(await migrate(server.migratorUrl)).toEqual([]);
  });
});

it("a database whose server was left running by a killed process opens again with everything in it", async () => {
  await append("left", "fleet/x", 0);
  const again = await embeddedDatabase(folder);
  await pool.end();
  // Its process is gone already; stopping it twice is no fault.
  await server.stop();
  server = again;
  pool = openPool(server.appUrl);
  store = createPostgresEventStore({ pool, nowMs: () => 1_800_000_000_000, sha256 });
  expect((await store.readAll("left", 0, 10)).length).toBe(1);
  expect((await append("left", "fleet/x", 1)).ok).toBe(true);
});
