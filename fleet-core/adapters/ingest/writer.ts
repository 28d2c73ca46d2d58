/**
 * Records to disk, many in one transaction: COPY into a temporary table, then into the day's partition (doubles fall out),
 * the newest of each vehicle and the minute's averages. Who handed them in is told after the commit and not before. What
 * waits is limited; who comes when it is full waits at the door.
 */
import { once } from "node:events";
import type { PoolClient } from "pg";
import copy from "pg-copy-streams";
import type { TenantPool } from "../postgres/pool.ts";
import type { TelemetryRecord } from "./record.ts";

export interface IngestWriter {
  /** Resolves when all `records` are committed (or known to be doubles). Rejects only when the writer is closed before. */
  write(tenant: string, records: readonly TelemetryRecord[]): Promise<void>;
  readonly waiting: number;
  close(): Promise<void>;
}

export interface IngestOptions {
  readonly pool: TenantPool;
  /** Records of one transaction at most. */
  readonly batchMax?: number;
  /** How long the first of a batch waits for company. */
  readonly lingerMs?: number;
  readonly onCommit?: (tenant: string, given: number, stored: number, durationMs: number) => void;
  readonly onError?: (error: unknown) => void;
}

interface Waiting {
  readonly tenant: string;
  readonly records: readonly TelemetryRecord[];
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

const RETRY_MS = 200;
const RETRY_MS_MAX = 2000;

const escape = (text: string): string => text.replace(/[\\\t\n\r]/g, (c) => (c === "\\" ? "\\\\" : c === "\t" ? "\\t" : c === "\n" ? "\\n" : "\\r"));
const cell = (value: number | string | undefined): string => (value === undefined ? "\\N" : typeof value === "number" ? String(value) : escape(value));

function line({ vehicleId, bootId, sequence, atMs, telemetry }: TelemetryRecord): string {
  const { position, status, mission, diagnostics } = telemetry;
  const extra = diagnostics === undefined ? undefined : JSON.stringify({ diagnostics });
  return `${[vehicleId, bootId, sequence, new Date(atMs).toISOString(), position.latitude, position.longitude, position.heading, position.speed, position.altitude, status.operational_state, status.energy_level, status.health_score, mission?.mission_id, mission?.progress, extra].map(cell).join("\t")}\n`;
}

const COLUMNS = "vehicle_id, boot_id, sequence, at, latitude, longitude, heading, speed, altitude, state, energy, health, mission_id, progress, extra";

/** Stores `records` in the open transaction of their tenant; gives how many were new. */
export async function storeRecords(client: PoolClient, tenant: string, records: readonly TelemetryRecord[], knownDays: Set<string>): Promise<number> {
  for (const day of new Set(records.map((record) => new Date(record.atMs).toISOString().slice(0, 10)))) {
    if (knownDays.has(day)) continue;
    await client.query("select ensure_day($1)", [day]);
    knownDays.add(day);
  }
  await client.query("create temporary table if not exists stage (vehicle_id text, boot_id text, sequence bigint, at timestamptz, latitude double precision, longitude double precision, heading double precision, speed double precision, altitude double precision, state text, energy double precision, health double precision, mission_id text, progress double precision, extra json) on commit delete rows");
  const stream = client.query(copy.from(`copy pg_temp.stage (${COLUMNS}) from stdin`));
  for (let i = 0; i < records.length; i += 500) {
    if (!stream.write(records.slice(i, i + 500).map(line).join(""))) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  const { rows } = await client.query<{ stored: string }>(
    `with added as (
      insert into telemetry (tenant, ${COLUMNS}) select $1, ${COLUMNS} from pg_temp.stage on conflict do nothing returning vehicle_id, boot_id, sequence, at, latitude, longitude, heading, speed, state, energy, health, mission_id, progress
    ), newest as (
      insert into latest (tenant, vehicle_id, boot_id, sequence, at, latitude, longitude, heading, speed, state, energy, health, mission_id, progress)
      select distinct on (vehicle_id) $1, vehicle_id, boot_id, sequence, at, latitude, longitude, heading, speed, state, energy, health, mission_id, progress from added order by vehicle_id, at desc, sequence desc
      on conflict (tenant, vehicle_id) do update set boot_id = excluded.boot_id, sequence = excluded.sequence, at = excluded.at, latitude = excluded.latitude, longitude = excluded.longitude, heading = excluded.heading, speed = excluded.speed, state = excluded.state, energy = excluded.energy, health = excluded.health, mission_id = excluded.mission_id, progress = excluded.progress
      where (latest.at, latest.sequence) < (excluded.at, excluded.sequence)
    ), minutes as (
      insert into telemetry_minute (tenant, vehicle_id, minute, records, speed_sum, speed_records, speed_max, energy_min, energy_max)
      select $1, vehicle_id, date_trunc('minute', at), count(*), coalesce(sum(speed), 0), count(speed), max(speed), min(energy), max(energy) from added group by vehicle_id, date_trunc('minute', at) order by vehicle_id, 3
      on conflict (tenant, vehicle_id, minute) do update set records = telemetry_minute.records + excluded.records, speed_sum = telemetry_minute.speed_sum + excluded.speed_sum, speed_records = telemetry_minute.speed_records + excluded.speed_records, speed_max = greatest(telemetry_minute.speed_max, excluded.speed_max), energy_min = least(telemetry_minute.energy_min, excluded.energy_min), energy_max = greatest(telemetry_minute.energy_max, excluded.energy_max)
    ) select count(*) as stored from added`,
    [tenant],
  );
  return Number(rows[0]?.stored ?? 0);
}

export function createIngestWriter(options: IngestOptions): IngestWriter {
  const { pool } = options;
  const batchMax = options.batchMax ?? 5000;
  const lingerMs = options.lingerMs ?? 5;
  const knownDays = new Set<string>();
  let queue: Waiting[] = [];
  let waiting = 0;
  let running = false;
  let closed = false;
  let idle: (() => void) | undefined;

  /** The longest row of one tenant at the head, at least one, at most a batch. */
  function next(): readonly Waiting[] {
    const tenant = queue[0]?.tenant;
    let count = 0;
    let records = 0;
    while (count < queue.length && queue[count]?.tenant === tenant && (count === 0 || records + (queue[count]?.records.length ?? 0) <= batchMax)) {
      records += queue[count]?.records.length ?? 0;
      count += 1;
    }
    const taken = queue.slice(0, count);
    queue = queue.slice(count);
    return taken;
  }

  async function run(): Promise<void> {
    running = true;
    await new Promise((done) => setTimeout(done, lingerMs));
    while (queue.length > 0) {
      const batch = next();
      const tenant = batch[0]?.tenant ?? "";
      const records = batch.flatMap((one) => one.records);
      for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(RETRY_MS_MAX, pauseMs * 2)) {
        const from = performance.now();
        try {
          const stored = await pool.inTenant(tenant, (client) => storeRecords(client, tenant, records, knownDays));
          options.onCommit?.(tenant, records.length, stored, performance.now() - from);
          break;
        } catch (error) {
          options.onError?.(error);
          // A day's partition may have been dropped or made anew meanwhile.
          knownDays.clear();
          if (closed) {
            for (const one of batch) one.fail(new Error("closed before it was stored"));
            break;
          }
          await new Promise((done) => setTimeout(done, pauseMs));
        }
      }
      waiting -= records.length;
      for (const one of batch) one.done();
    }
    running = false;
    idle?.();
  }

  return {
    write(tenant, records) {
      if (closed) return Promise.reject(new Error("the writer is closed"));
      if (records.length === 0) return Promise.resolve();
      waiting += records.length;
      return new Promise((done, fail) => {
        queue.push({ tenant, records, done, fail });
        if (!running) void run();
      });
    },
    get waiting() {
      return waiting;
    },
    async close() {
      closed = true;
      if (running) await new Promise<void>((done) => (idle = done));
    },
  };
}
