/**
 * The server as a whole: database, log, platform, policy, API; started in the order they need each other, stopped in the
 * reverse one, nothing told that is not on disk. The one place where the parts are put together for production.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import { createJournal } from "../../event-log/journal.ts";
import { createUpcasters } from "../../event-log/upcast.ts";
import { createPlatform, type Ask, type Platform } from "../../platform.ts";
import { loadOpaPolicy } from "../../policy/adapters/opa-wasm.ts";
import { createPolicy, type Policy } from "../../policy/policy.ts";
import { statusOf } from "../../vehicles/vehicle.ts";
import { createPostgresEventStore } from "../postgres/event-store.ts";
import { migrate } from "../postgres/migrate.ts";
import { ForeignWriteError, persist } from "../postgres/persist.ts";
import { openPool, type TenantPool } from "../postgres/pool.ts";
import { embeddedDatabase, externalDatabase, type DatabaseServer } from "../postgres/server.ts";
import { createStoreWriter } from "../store-writer.ts";
import { createIngest, type Ingest } from "../ingest/ingest.ts";
import { createIngestWriter } from "../ingest/writer.ts";
import { openBroker } from "../messaging/broker.ts";
import { createApp } from "./app.ts";
import { addServiceToken, createAuth } from "./auth.ts";
import { openAuthority } from "./authority.ts";
import type { Config } from "./config.ts";
import { readSecret, writeSecret } from "./files.ts";
import { createLogger, type Logger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import type { Services } from "./operation.ts";
import { recover, saveSnapshots, SNAPSHOT_EVERY } from "./recover.ts";
import { createRelay, type Listener } from "./relay.ts";
import { disconnectAll, vehicleDoor } from "./vehicle-door.ts";
import { boundVehicles, dueTrips, type EnergyOf } from "./trips.ts";
import { sha256 } from "./trust.ts";

export const FIRST_TENANT = "home";
const TICK_MS = 1000;
const ENERGY_FRESH_MS = 30_000;
const RETENTION_EVERY_MS = 3_600_000;
const DRAIN_MS = 10_000;
const TOKEN_DAYS = 365;
const ADMIN_TOKEN_FILE = "admin-token";

export interface RunningServer {
  readonly url: string;
  readonly mqttPort: number;
  readonly adminTokenFile: string;
  readonly app: FastifyInstance;
  readonly platform: Platform;
  readonly pool: TenantPool;
  readonly warnings: readonly string[];
  /** Resolves when the server has ended by itself: an error no retry can mend. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly config: Config;
  /** Folder of the compiled rules. */
  readonly policyFolder: string;
  readonly nowMs?: () => number;
  readonly write?: (line: string) => void;
}

async function openPolicy(folder: string, log: Logger): Promise<Policy> {
  try {
    return await loadOpaPolicy(folder);
  } catch (error) {
    log.error(`policy could not be loaded, nothing will be allowed: ${error instanceof Error ? error.message : String(error)}`);
    return createPolicy({ evaluate: undefined, bundle: "none", sha256 });
  }
}

export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { config } = options;
  const nowMs = options.nowMs ?? Date.now;
  const folder = resolve(config.dataFolder);
  mkdirSync(folder, { recursive: true });
  const log = createLogger({ level: config.logLevel, service: "fleet-core", ...(options.write === undefined ? {} : { write: options.write }) });
  const warnings: string[] = [];
  const undo: (() => Promise<void>)[] = [];
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((done) => (fail = done));

  try {
    const database: DatabaseServer = config.databaseUrl === undefined ? await embeddedDatabase(folder, (line) => log.debug(`database: ${line}`)) : externalDatabase(config.databaseUrl, config.migratorUrl);
    undo.push(() => database.stop());
    const applied = await migrate(database.migratorUrl);
    if (applied.length > 0) log.info(`database brought forward: ${applied.join(", ")}`);
    const pool: TenantPool = openPool(database.appUrl, { onError: (error) => log.warn(`database connection lost: ${error.message}`) });
    undo.push(() => pool.end());
    const store = createPostgresEventStore({ pool, nowMs, sha256 });
    const policy = await openPolicy(options.policyFolder, log);

    const journal = createJournal({ nowMs, sha256 });
    const platform = createPlatform({ journal, nowMs });
    const folded = await recover(store, platform, createUpcasters([]), sha256);
    for (const [tenant, events] of folded) log.info(`took up the log, ${events} events folded`, { tenant_id: tenant });

    // The broker opens later than its figures are described.
    const live = { connections: (): number => 0 };
    const metrics = createMetrics({
      activeVehicles: () => everyVehicle(platform).filter((vehicle) => ["online", "degraded"].includes(statusOf(vehicle))).length,
      utilizationPercent: () => {
        const serving = everyVehicle(platform).filter((vehicle) => vehicle.service === "in-service").length;
        const busy = platform.tenants().reduce((sum, tenant) => sum + boundVehicles(platform.tenant(tenant) as never).size, 0);
        return serving === 0 ? 0 : Math.min(100, (100 * busy) / serving);
      },
      journalBacklog: () => journal.backlog,
      connections: () => live.connections(),
      quality: () => ({ ...ingest.quality() }),
    });
    const ingestWriter = createIngestWriter({
      pool,
      onCommit: (_, given, stored) => {
        ingest.stored(given, stored);
        metrics.telemetry.inc({ outcome: "stored" }, stored);
        metrics.telemetry.inc({ outcome: "duplicate" }, given - stored);
      },
      onError: (error) => log.warn(`telemetry is not on disk yet, trying again: ${error instanceof Error ? error.message : String(error)}`),
    });
    const ingest: Ingest = createIngest({ writer: ingestWriter, store, nowMs, count: (outcome, records) => (outcome === "refused" ? metrics.telemetry.inc({ outcome }, records) : undefined) });
    const writer = createStoreWriter({
      journal,
      persist: (tenant, pending) => persist(pool, tenant, pending),
      isFatal: (error) => error instanceof ForeignWriteError,
      fatal: (error) => fail(error instanceof Error ? error : new Error(String(error))),
      nowMs,
      onBatch: (_, durationMs) => metrics.storeBatch.observe(durationMs / 1000),
      onError: (error) => log.warn(`the database does not take writes, trying again: ${error instanceof Error ? error.message : String(error)}`),
    });

    let address = "";
    const auth = await createAuth({ folder, oidcIssuer: config.oidcIssuer, audience: config.oidcAudience, devIssuer: config.devIssuer, ownIssuer: () => address, nowMs });
    if (auth.dev !== undefined) warnings.push(`development issuer: whoever reads ${join(folder, "dev-issuer-secret")} can be anybody; set ATLASMESH_OIDC_ISSUER for anything real`);
    if (policy.bundle === "none") warnings.push("no policy is loaded: every request will be denied");
    const authority = await openAuthority(folder, nowMs());

    bootstrap(platform);
    const adminTokenFile = join(folder, ADMIN_TOKEN_FILE);
    if (readSecret(adminTokenFile) === undefined) writeSecret(adminTokenFile, `${addServiceToken(folder, "admin", FIRST_TENANT, "admin", nowMs() + TOKEN_DAYS * 86_400_000)}\n`);
    await writer.durable(FIRST_TENANT, platform.tenant(FIRST_TENANT)?.position ?? 0, DRAIN_MS);

    const services: Services = { platform, writer, store, policy, auth, authority, log, metrics, ingest, pool, dataFolder: folder, nowMs, newId: (prefix) => `${prefix}-${randomUUID()}` };
    const energyOf = (tenant: string): EnergyOf => (vehicleId) => {
      const known = ingest.hot(tenant, vehicleId);
      // What was told long ago says nothing about now.
      return known === undefined || nowMs() - known.receivedMs > ENERGY_FRESH_MS ? undefined : known.telemetry.status.energy_level / 100;
    };
    disconnectAll(platform);
    const openedBroker = await openBroker({ host: config.host, port: config.mqttPort, keyPem: authority.server.keyPem, certificatePem: authority.server.certificatePem, caPem: authority.caPem, ...vehicleDoor(services) });
    live.connections = openedBroker.connections;
    undo.push(() => openedBroker.close());
    const listeners = new Map<string, Listener>([["metrics", ({ event }) => countEvent(metrics, platform, event.tenant, event.type, event.stream)]]);
    const relay = createRelay({ store, tenants: () => platform.tenants(), listeners, onError: (error) => log.warn(`outbox: ${error instanceof Error ? error.message : String(error)}`) });
    undo.push(() => relay.stop());

    const saved = new Map([...folded].map(([tenant, events]) => [tenant, (platform.tenant(tenant)?.position ?? 0) - events]));
    const ticker = setInterval(() => {
      try {
        tick(services, energyOf);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
      writer.kick();
      saveSnapshots(store, platform, writer, saved, SNAPSHOT_EVERY).catch((error: unknown) => log.warn(`snapshot: ${error instanceof Error ? error.message : String(error)}`));
    }, TICK_MS);
    undo.push(() => Promise.resolve(clearInterval(ticker)));

    // Days whose time is over; asked for at the start and every hour.
    const dropOld = (): void => {
      const day = new Date(nowMs() - config.telemetryDays * 86_400_000).toISOString().slice(0, 10);
      pool.query<{ dropped: number }>("select drop_days_before($1) as dropped", [day]).then(
        ([row]) => (row?.dropped ?? 0) > 0 && log.info(`${row?.dropped ?? 0} days of telemetry before ${day} are gone`),
        (error: unknown) => log.warn(`old telemetry could not be dropped: ${error instanceof Error ? error.message : String(error)}`),
      );
    };
    dropOld();
    const retention = setInterval(dropOld, RETENTION_EVERY_MS);
    undo.push(() => Promise.resolve(clearInterval(retention)));

    let stopping = false;
    const app = await createApp(services, {
      corsOrigins: config.corsOrigins,
      ratePerMinute: config.ratePerMinute,
      energyOf,
      unready: () => [...(stopping ? ["stopping"] : []), ...(writer.failingSinceMs === undefined ? [] : ["database"]), ...(policy.bundle === "none" ? ["policy"] : [])],
    });
    address = await app.listen({ host: config.host, port: config.port });
    undo.push(() => app.close());
    for (const warning of warnings) log.warn(warning);
    log.info(`serving at ${address}`);

    let stopped: Promise<void> | undefined;
    return {
      url: address,
      mqttPort: openedBroker.port,
      adminTokenFile,
      app,
      platform,
      pool,
      warnings,
      failed,
      stop() {
        stopped ??= (async () => {
          stopping = true;
          // Requests first, then what they decided, then the database.
          await app.close();
          clearInterval(ticker);
          clearInterval(retention);
          await openedBroker.close();
          await ingestWriter.close();
          await writer.close(DRAIN_MS).catch((error: unknown) => log.error(error instanceof Error ? error.message : String(error)));
          await saveSnapshots(store, platform, writer, saved, 1).catch((error: unknown) => log.warn(`snapshot: ${error instanceof Error ? error.message : String(error)}`));
          await relay.stop();
          await pool.end();
          await database.stop();
          log.info("stopped");
          log.flush();
        })();
        return stopped;
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    log.flush();
    throw error;
  }
}

const everyVehicle = (platform: Platform) => platform.tenants().flatMap((tenant) => [...(platform.tenant(tenant)?.tables.registry.values() ?? [])]);

/** The first organisation, so that the first caller has somewhere to be. */
function bootstrap(platform: Platform): void {
  if (platform.tenants().length > 0) return;
  const cause = { actor: "system:bootstrap", correlationId: "bootstrap", causationId: "" };
  const asks: Ask[] = [
    { context: "organisation", id: FIRST_TENANT, command: { kind: "create", id: FIRST_TENANT, name: "Home", sector: "logistics", tier: "enterprise" } },
    { context: "organisation", id: FIRST_TENANT, command: { kind: "grant", feature: "vehicles", limit: 1000 } },
  ];
  const made = platform.decide(FIRST_TENANT, { cause, asks });
  if (!made.ok) throw new Error(`the first organisation could not be made: ${made.error.message}`);
}

/** What time brings: missions due, alerts overdue, unconfirmed stops. */
function tick(services: Services, energyOf: (tenant: string) => EnergyOf): void {
  const { platform, policy, log } = services;
  const cause = { actor: "system:clock", correlationId: randomUUID(), causationId: "" };
  for (const tenant of platform.tenants()) {
    const state = platform.tenant(tenant);
    if (state === undefined) continue;
    const ask = { decide: (input: Readonly<Record<string, unknown>>) => policy.decide(input), nowMs: services.nowMs(), subject: { tenant, role: "operator" }, organisation: state.tables.organisation.get(tenant), state, energyOf: energyOf(tenant) };
    const rows: (readonly Ask[])[] = [];
    for (const plan of state.tables.plan.values()) if (plan.status === "active" || plan.status === "paused") rows.push(dueTrips(ask, plan));
    for (const alert of state.tables.alert.values()) if (alert.status === "open" && ask.nowMs >= alert.dueMs) rows.push([{ context: "alert", id: alert.id, command: { kind: "tick" } }]);
    for (const stop of state.tables.stop.values()) if (stop.status === "asked") rows.push([{ context: "stop", id: stop.id, command: { kind: "lapse" } }]);
    for (const asks of rows) {
      if (asks.length === 0) continue;
      const done = platform.decide(tenant, { cause, asks });
      // The next tick tries again; time does not run away from a plan.
      if (!done.ok) log.warn(`what came due was not done: ${done.error.message}`, { tenant_id: tenant });
    }
  }
}

function countEvent(metrics: ReturnType<typeof createMetrics>, platform: Platform, tenant: string, type: string, stream: string): void {
  const id = stream.slice(stream.indexOf("/") + 1);
  if (type === "trip.completed") {
    metrics.trips.inc();
    const trip = platform.tenant(tenant)?.tables.trip.get(id);
    if (trip?.startedMs !== undefined && trip.endedMs !== undefined) metrics.tripDuration.observe((trip.endedMs - trip.startedMs) / 1000);
  }
  if (type === "stop.confirmed") metrics.emergencyStops.inc();
}
