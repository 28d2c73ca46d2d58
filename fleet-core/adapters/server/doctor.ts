/**
 * Looks at everything the server needs and says what is wrong and what to do, without changing anything: settings, data
 * folder, secrets, database, migrations, rights, policy.
 */
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import pg from "pg";
import type { Diagnostic } from "../../kernel/result.ts";
import { formatDiagnostic, type Result } from "../../kernel/result.ts";
import { loadOpaPolicy } from "../../policy/adapters/opa-wasm.ts";
import { check, MigrationError, ROLES } from "../postgres/migrate.ts";
import { MIGRATIONS } from "../postgres/migrations/index.ts";
import { withoutSecrets } from "./logger.ts";
import type { Config } from "./config.ts";

export interface Finding {
  readonly part: string;
  readonly state: "good" | "warning" | "bad";
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const SECRET_FILES = ["admin-token", "service-tokens.json", "dev-issuer-secret", "dev-issuer-key.json", "vehicle-ca.json", "database-secrets.json"];

/** Never throws; a part that cannot be looked at is a finding. */
export async function examine(config: Result<Config, readonly Diagnostic[]>, policyFolder: string): Promise<readonly Finding[]> {
  if (!config.ok) return config.error.map((fault) => ({ part: "settings", state: "bad", text: formatDiagnostic(fault) }));
  const { value } = config;
  const looks: readonly (() => Promise<readonly Finding[]> | readonly Finding[])[] = [() => [{ part: "settings", state: "good", text: "all settings are usable" }], () => dataFolder(value), () => secrets(value), () => port(value), () => policy(policyFolder), () => database(value), () => issuer(value)];
  const findings: Finding[] = [];
  for (const look of looks) {
    try {
      findings.push(...(await look()));
    } catch (error) {
      findings.push({ part: "doctor", state: "bad", text: withoutSecrets(error instanceof Error ? error.message : String(error)) });
    }
  }
  return findings;
}

function dataFolder(config: Config): readonly Finding[] {
  const folder = resolve(config.dataFolder);
  if (!existsSync(folder)) return [{ part: "data folder", state: "good", text: `${folder} will be made at the first start` }];
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [{ part: "data folder", state: "bad", text: `${folder} cannot be read and written`, remedy: "give it to the user that runs the server" }];
  }
  return [{ part: "data folder", state: "good", text: `${folder}, ${readdirSync(folder).length} entries` }];
}

function secrets(config: Config): readonly Finding[] {
  const open = SECRET_FILES.filter((name) => existsSync(join(config.dataFolder, name)) && (statSync(join(config.dataFolder, name)).mode & 0o077) !== 0);
  if (process.platform === "win32" || open.length === 0) return [{ part: "secrets", state: "good", text: "no secret is open to others" }];
  return open.map((name) => ({ part: "secrets", state: "bad", text: `${name} can be read by others`, remedy: `chmod 600 ${join(config.dataFolder, name)}, and change the secret: somebody may have read it` }));
}

async function port(config: Config): Promise<readonly Finding[]> {
  if (config.port === 0) return [];
  const free = await new Promise<boolean>((done) => {
    const probe = createServer();
    probe.on("error", () => done(false));
    probe.listen(config.port, config.host, () => probe.close(() => done(true)));
  });
  return [free ? { part: "port", state: "good", text: `${config.host}:${config.port} is free` } : { part: "port", state: "warning", text: `${config.host}:${config.port} is taken`, remedy: "fine if the server runs already; else choose another with ATLASMESH_PORT" }];
}

async function policy(folder: string): Promise<readonly Finding[]> {
  try {
    const loaded = await loadOpaPolicy(folder);
    return [{ part: "policy", state: "good", text: `rules ${loaded.bundle}` }];
  } catch (error) {
    return [{ part: "policy", state: "bad", text: error instanceof Error ? error.message : String(error), remedy: "without rules everything is denied; restore fleet-core/policy or run its build" }];
  }
}

async function database(config: Config): Promise<readonly Finding[]> {
  if (config.databaseUrl === undefined) {
    const made = existsSync(join(config.dataFolder, "postgres", "PG_VERSION"));
    return [{ part: "database", state: "warning", text: `embedded, in ${join(config.dataFolder, "postgres")}${made ? "" : " (made at the first start)"}`, remedy: "set DATABASE_URL for anything real" }];
  }
  const client = new pg.Client({ connectionString: config.databaseUrl, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    return [{ part: "database", state: "bad", text: withoutSecrets(`cannot be reached: ${error instanceof Error ? error.message : String(error)}`), remedy: "check DATABASE_URL and that the server runs" }];
  }
  const findings: Finding[] = [];
  try {
    const about = (await client.query<{ v: number; sync: string; super: boolean; bypass: boolean }>("select current_setting('server_version_num')::int as v, current_setting('synchronous_commit') as sync, rolsuper as super, rolbypassrls as bypass from pg_roles where rolname = current_user")).rows[0];
    if (about !== undefined) {
      findings.push(about.v >= 150_000 ? { part: "database", state: "good", text: `PostgreSQL ${Math.floor(about.v / 10_000)}` } : { part: "database", state: "bad", text: `PostgreSQL ${Math.floor(about.v / 10_000)}`, remedy: "15 or newer is needed" });
      if (about.sync === "off") findings.push({ part: "database", state: "bad", text: "synchronous_commit is off", remedy: "turn it on: what was acknowledged could be lost" });
      if (about.super || about.bypass) findings.push({ part: "database", state: "warning", text: "DATABASE_URL logs in as a superuser", remedy: `the server takes the role ${ROLES.app} at once, but a login that is only a member of it is safer` });
    }
    const there = (await client.query<{ t: string | null }>("select to_regclass('atlasmesh.migrations') as t")).rows[0]?.t !== null;
    if (!there) findings.push({ part: "migrations", state: "good", text: `none yet, ${MIGRATIONS.length} will be applied` });
    else {
      try {
        const { rows } = await client.query<{ id: number; name: string; digest: string }>("select id, name, digest from atlasmesh.migrations order by id");
        const missing = check(rows, MIGRATIONS);
        findings.push({ part: "migrations", state: "good", text: missing.length === 0 ? `all ${rows.length} applied, digests agree` : `${missing.length} will be applied` });
      } catch (error) {
        if (!(error instanceof MigrationError)) findings.push({ part: "migrations", state: "warning", text: "this login may not look at them", remedy: "fine when ATLASMESH_MIGRATOR_URL may" });
        else findings.push({ part: "migrations", state: "bad", text: error.message, remedy: "use the build that made this database, or another database" });
      }
    }
  } finally {
    await client.end();
  }
  return findings;
}

function issuer(config: Config): readonly Finding[] {
  if (config.oidcIssuer !== undefined) return [{ part: "login", state: config.oidcIssuer.startsWith("https:") ? "good" : "warning", text: `people log in at ${config.oidcIssuer}`, ...(config.oidcIssuer.startsWith("https:") ? {} : { remedy: "https keeps keys from being swapped on the way" }) }];
  return [config.devIssuer ? { part: "login", state: "warning", text: "the development issuer is on", remedy: "set ATLASMESH_OIDC_ISSUER for anything real" } : { part: "login", state: "good", text: "service tokens only" }];
}
