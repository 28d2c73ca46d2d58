/**
 * Where the database is: `DATABASE_URL`, else a PostgreSQL of our own in a data folder, on loopback, with random
 * passwords in a file only we can read. Must never listen on the network and never have a password anybody could know.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import pg from "pg";
import { InputError } from "../../kernel/result.ts";
import { ROLES } from "./migrate.ts";
import { initialise, launch, postgresUser, stopLeftover } from "./process.ts";

export interface DatabaseServer {
  /** For migrations only. */
  readonly migratorUrl: string;
  /** For the server: may read and write rows, nothing else. */
  readonly appUrl: string;
  readonly kind: "external" | "embedded";
  stop(): Promise<void>;
}

interface Secrets {
  readonly superuser: string;
  readonly migrator: string;
  readonly app: string;
}

const DATABASE = "atlasmesh";
const randomPassword = (): string => randomBytes(24).toString("base64url");
const urlOf = (user: string, password: string, port: number, database: string): string => `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

/** The given server. `migratorUrl` may be another login with more rights; without it the one login does both. */
export const externalDatabase = (databaseUrl: string, migratorUrl: string = databaseUrl): DatabaseServer => ({ kind: "external", appUrl: databaseUrl, migratorUrl, stop: () => Promise.resolve() });

/** A PostgreSQL in `folder`, made on first use. A server left running by a crash is stopped first (its data is whole: it has a log too). */
export async function embeddedDatabase(folder: string, log: (line: string) => void = () => undefined): Promise<DatabaseServer> {
  const dataFolder = join(resolve(folder), "postgres");
  mkdirSync(folder, { recursive: true });
  refuseUnreachable(folder);
  await stopLeftover(dataFolder);
  const secretsFile = join(folder, "database-secrets.json");
  const isNew = !existsSync(join(dataFolder, "PG_VERSION"));
  if (isNew && existsSync(dataFolder)) rmSync(dataFolder, { recursive: true, force: true });
  const secrets = secretsOf(secretsFile, isNew);
  const port = await freePort();
  const user = postgresUser();
  if (isNew) await initialise({ dataFolder, user, superuserPassword: secrets.superuser, log });
  const stop = await launch({ dataFolder, user, port, log });
  if (isNew) {
    try {
      await setUp(urlOf("postgres", secrets.superuser, port, "postgres"), secrets);
    } catch (error) {
      // Half a set-up would look like a whole one next time.
      await stop();
      rmSync(dataFolder, { recursive: true, force: true });
      throw error;
    }
  }
  return {
    kind: "embedded",
    migratorUrl: urlOf("atlasmesh_migrator", secrets.migrator, port, DATABASE),
    appUrl: urlOf("atlasmesh_server", secrets.app, port, DATABASE),
    stop,
  };
}

/** Logins with no more rights than they need: one migrates, one serves, neither is a superuser. */
async function setUp(superuserUrl: string, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const literal = pg.escapeLiteral;
    await client.query(`create role ${ROLES.owner} nologin`);
    await client.query(`create role ${ROLES.app} nologin`);
    await client.query(`create role ${ROLES.relay} nologin`);
    await client.query(`grant ${ROLES.relay} to ${ROLES.owner}`);
    await client.query(`create role atlasmesh_migrator login nosuperuser password ${literal(secrets.migrator)} in role ${ROLES.owner}, ${ROLES.app}`);
    await client.query(`create role atlasmesh_server login nosuperuser password ${literal(secrets.app)} in role ${ROLES.app}`);
    await client.query(`create database ${DATABASE} owner ${ROLES.owner}`);
    await client.query(`revoke all on database ${DATABASE} from public`);
    await client.query(`grant connect on database ${DATABASE} to atlasmesh_migrator, atlasmesh_server`);
  } finally {
    await client.end();
  }
}

function secretsOf(file: string, isNew: boolean): Secrets {
  if (!isNew) {
    if (!existsSync(file)) throw new Error(`${file} is missing, and without it the database beside it cannot be opened`);
    return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  }
  const secrets: Secrets = { superuser: randomPassword(), migrator: randomPassword(), app: randomPassword() };
  writeFileSync(file, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return secrets;
}

/** Run by root, PostgreSQL lives under another user, who must be able to reach the folder. */
function refuseUnreachable(folder: string): void {
  if (process.getuid?.() !== 0) return;
  for (let at = resolve(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) {
      if (at === resolve(folder)) chmodSync(at, (statSync(at).mode & 0o777) | 0o011);
      else throw new InputError([{ severity: "error", file: at, message: "is closed to other users, and PostgreSQL does not run as root", expected: "a data folder elsewhere, or atlasmesh run by an ordinary user" }]);
    }
    if (at === dirname(at)) return;
  }
}

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const probe = createServer();
    probe.on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => done(port));
    });
  });
