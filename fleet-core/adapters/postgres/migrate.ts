/**
 * Brings a database forward to this build's schema, and refuses one whose past differs from ours: each applied migration
 * is remembered with its digest. Runs as the migrator, never as the application; never goes backward.
 */
import { createHash } from "node:crypto";
import pg from "pg";
import { MIGRATIONS } from "./migrations/index.ts";

export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

export class MigrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MigrationError";
  }
}

/** Owner of all tables (never logs in), what the server runs as, and who may list tenant names. */
export const ROLES = { owner: "atlasmesh_owner", app: "atlasmesh_app", relay: "atlasmesh_relay" } as const;
const LOCK = 0x41544c41;

export const migrationDigest = (migration: Migration): string => createHash("sha256").update(`${migration.id}\n${migration.name}\n${migration.sql}`).digest("hex");

/**
 * Applies what is missing, one transaction each, under a lock that lets only one process migrate. Gives the names applied
 * now. Throws MigrationError when the database was made by a newer build or by changed migrations.
 */
export async function migrate(connectionString: string, migrations: readonly Migration[] = MIGRATIONS): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString, application_name: "atlasmesh-migrate" });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await ensureRoles(client);
    await client.query(`create schema if not exists atlasmesh authorization ${ROLES.owner}`);
    await client.query(`set role ${ROLES.owner}`);
    await client.query("create table if not exists atlasmesh.migrations (id integer primary key, name text not null, digest text not null, applied_at timestamptz not null default now())");
    const { rows } = await client.query<{ id: number; name: string; digest: string }>("select id, name, digest from atlasmesh.migrations order by id");
    const missing = check(rows, migrations);
    for (const migration of missing) {
      await client.query("begin");
      try {
        await client.query(migration.sql);
        await client.query("insert into atlasmesh.migrations (id, name, digest) values ($1, $2, $3)", [migration.id, migration.name, migrationDigest(migration)]);
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw new MigrationError(`migration ${migration.id} (${migration.name}) failed, nothing of it was kept: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** The migrations still to be applied, or a MigrationError saying what does not fit. */
export function check(applied: readonly { readonly id: number; readonly name: string; readonly digest: string }[], migrations: readonly Migration[]): readonly Migration[] {
  migrations.forEach((migration, i) => {
    if (migration.id !== i + 1) throw new MigrationError(`migrations are numbered from 1 without gaps; found ${migration.id} at place ${i + 1}`);
  });
  applied.forEach((row, i) => {
    const ours = migrations[i];
    if (ours === undefined) throw new MigrationError(`the database has migration ${row.id} (${row.name}), which this build does not know: it was made by a newer build`);
    if (row.id !== ours.id || row.digest !== migrationDigest(ours)) throw new MigrationError(`migration ${row.id} (${row.name}) was applied with other contents than this build has (${row.digest.slice(0, 12)}… there, ${migrationDigest(ours).slice(0, 12)}… here); migrations never change after their release`);
  });
  return migrations.slice(applied.length);
}

async function ensureRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>("select rolname from pg_roles where rolname = any($1)", [Object.values(ROLES)]);
  const held = new Set(rows.map((row) => row.rolname));
  for (const role of Object.values(ROLES)) if (!held.has(role)) await client.query(`create role ${role} nologin`);
  // Who migrates may act as owner; the owner may hand the list of names to the relay.
  await client.query(`do $$ begin
    if not pg_has_role(current_user, '${ROLES.owner}', 'MEMBER') then execute format('grant ${ROLES.owner} to %I', current_user); end if;
    if not pg_has_role(current_user, '${ROLES.app}', 'MEMBER') then execute format('grant ${ROLES.app} to %I', current_user); end if;
    if not pg_has_role('${ROLES.owner}', '${ROLES.relay}', 'MEMBER') then grant ${ROLES.relay} to ${ROLES.owner}; end if;
  end $$`);
}
