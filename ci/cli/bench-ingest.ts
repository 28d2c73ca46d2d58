/**
 * `bench ingest`: telemetry from vehicle to disk (MQTT over TLS, QoS 1, judged, committed, then acknowledged), single and
 * batched, beside its two limits in the same run: the broker alone and COPY alone. Vehicles run in a process of their own.
 */
import { fork, type ChildProcess } from "node:child_process";
import { createHash, generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import { projectRoot } from "./adapters/files.ts";
import type { BenchResult, Figure } from "./bench.ts";

const VEHICLES = 20;
const BATCH = 100;
/** Messages a vehicle has under way: many small ones, few large ones. */
const inFlightOf = (batch: number): number => (batch === 1 ? 20 : 2);
const TENANT = "bench";
const round = (value: number): number => Number(value.toPrecision(4));

/** What one vehicle process reports: acknowledged messages and their times [ms]. */
interface Told {
  readonly acknowledged: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function ingestBench(quick: boolean): Promise<BenchResult> {
  const [{ embeddedDatabase }, { migrate }, { openPool }, { createPostgresEventStore }, { createIngest }, { createIngestWriter, storeRecords }, { createJudge }, { openBroker }, { openAuthority }] = await Promise.all([
    import("../../fleet-core/adapters/postgres/server.ts"),
    import("../../fleet-core/adapters/postgres/migrate.ts"),
    import("../../fleet-core/adapters/postgres/pool.ts"),
    import("../../fleet-core/adapters/postgres/event-store.ts"),
    import("../../fleet-core/adapters/ingest/ingest.ts"),
    import("../../fleet-core/adapters/ingest/writer.ts"),
    import("../../fleet-core/adapters/ingest/record.ts"),
    import("../../fleet-core/adapters/messaging/broker.ts"),
    import("../../fleet-core/adapters/server/authority.ts"),
  ]);
  const seconds = quick ? 3 : 8;
  const folder = mkdtempSync(join(tmpdir(), "atlasmesh-bench-"));
  chmodSync(folder, 0o711);
  const database = await embeddedDatabase(join(folder, "data"));
  try {
    await migrate(database.migratorUrl);
    const pool = openPool(database.appUrl);
    const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
    const store = createPostgresEventStore({ pool, nowMs: Date.now, sha256 });
    let stored = 0;
    const writer = createIngestWriter({ pool, onCommit: (_, __, fresh) => (stored += fresh) });
    const ingest = createIngest({ writer, store, nowMs: Date.now });
    const authority = await openAuthority(join(folder, "data"), Date.now());

    const identities = await Promise.all(Array.from({ length: VEHICLES }, (_, i) => identityOf(authority, `v-${i + 1}`)));
    const file = join(folder, "vehicles.json");
    writeFileSync(file, JSON.stringify(identities), { mode: 0o600 });
    const onTelemetry = { full: (address: { tenant: string; vehicleId: string }, payload: Uint8Array) => ingest.accept(address.tenant, address.vehicleId, payload), raw: () => Promise.resolve() };
    let mode: keyof typeof onTelemetry = "raw";
    const broker = await openBroker({ host: "127.0.0.1", port: 0, keyPem: authority.server.keyPem, certificatePem: authority.server.certificatePem, caPem: authority.caPem, admit: () => undefined, onTelemetry: (address, payload) => onTelemetry[mode](address, payload), onConnection: () => undefined, log: () => undefined });

    const measure = async (name: keyof typeof onTelemetry, batch: number): Promise<{ perSecond: number; told: Told; cpuPerRecordUs: number }> => {
      mode = name;
      const cpu = process.cpuUsage();
      const told = await vehicles(join(projectRoot(), "ci/cli/adapters/bench-vehicles.mjs"), { file, port: broker.port, seconds, batch, inFlight: inFlightOf(batch), boot: `${name}-${batch}` });
      const used = process.cpuUsage(cpu);
      return { perSecond: (told.acknowledged * batch) / seconds, told, cpuPerRecordUs: (used.user + used.system) / Math.max(1, told.acknowledged * batch) };
    };
    const rawBroker = await measure("raw", 1);
    const single = await measure("full", 1);
    const batched = await measure("full", BATCH);
    await broker.close();
    await writer.close();
    const acknowledged = single.told.acknowledged + BATCH * batched.told.acknowledged;

    // COPY alone: the same statement, batches of 5000, no broker and no judging.
    const judge = createJudge();
    const days = new Set<string>();
    let copied = 0;
    const from = performance.now();
    for (let batch = 0; performance.now() - from < seconds * 1000; batch += 1) {
      const at = Date.now();
      const records = Array.from({ length: 5000 }, (_, i) => ({ vehicle_id: "v-copy", boot_id: "copy", timestamp: new Date(at).toISOString(), sequence: batch * 5000 + i, position: { latitude: 1, longitude: 2, heading: 3, speed: 4 }, status: { operational_state: "READY", energy_level: 50 } })).flatMap((record) => judge("v-copy", Buffer.from(JSON.stringify(record)), at).records);
      copied += await pool.inTenant(TENANT, (client) => storeRecords(client, TENANT, records, days));
    }
    const copyPerSecond = copied / ((performance.now() - from) / 1000);
    await pool.end();
    if (stored < acknowledged) throw new Error(`${acknowledged} records were acknowledged, ${stored} are stored`);
    const limit = Math.min(rawBroker.perSecond, copyPerSecond);
    const figures: Figure[] = [
      { metric: "records/s durable, one a message", unit: "1/s", value: round(single.perSecond), better: "higher", peer: { name: "broker alone", value: round(rawBroker.perSecond) }, limit: 10_000 },
      { metric: `records/s durable, ${BATCH} a message`, unit: "1/s", value: round(batched.perSecond), better: "higher", peer: { name: "COPY alone", value: round(copyPerSecond) }, limit: 100_000 },
      { metric: "single over the slower limit", unit: "ratio", value: round(single.perSecond / limit), better: "higher", limit: 0.5 },
      { metric: "acknowledgement, one a message, median", unit: "ms", value: round(single.told.p50Ms), better: "lower" },
      { metric: "acknowledgement, one a message, 99th percentile", unit: "ms", value: round(single.told.p99Ms), better: "lower" },
      { metric: `acknowledgement, ${BATCH} a message, 99th percentile`, unit: "ms", value: round(batched.told.p99Ms), better: "lower" },
      { metric: "server CPU a message, broker alone", unit: "us", value: round(rawBroker.cpuPerRecordUs), better: "lower" },
      { metric: "server CPU a record, one a message", unit: "us", value: round(single.cpuPerRecordUs), better: "lower" },
      { metric: `server CPU a record, ${BATCH} a message`, unit: "us", value: round(batched.cpuPerRecordUs), better: "lower" },
    ];
    return { figures, hash: hashText(`${VEHICLES} ${BATCH} ${inFlightOf(1)} ${inFlightOf(BATCH)}`), seed: "fixed load" };
  } finally {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  async function identityOf(authority: Awaited<ReturnType<typeof openAuthority>>, id: string): Promise<{ id: string; tenant: string; key: string; cert: string; ca: string }> {
    const { requestFor } = await import("../../fleet-core/adapters/server/csr.ts");
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const made = await authority.sign(await requestFor(pair), TENANT, id, Date.now());
    return { id, tenant: TENANT, key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert: made.pem, ca: authority.caPem };
  }
}

function vehicles(program: string, load: Readonly<Record<string, unknown>>): Promise<Told> {
  return new Promise((done, fail) => {
    const child: ChildProcess = fork(program, [JSON.stringify(load)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.once("message", (told) => done(told as Told));
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`the vehicles ended with ${code}`)));
  });
}
