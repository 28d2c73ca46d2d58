/**
 * Telemetry from the door to the disk: judge, store, bury what is refused, keep the hot state. Resolves when a message may
 * be acknowledged: its good records are committed and its bad ones are in the dead letters.
 */
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import type { Telemetry } from "../../contract/telemetry.ts";
import { createJudge, type TelemetryRecord } from "./record.ts";
import type { IngestWriter } from "./writer.ts";

export interface HotRecord {
  readonly atMs: number;
  readonly receivedMs: number;
  readonly bootId: string;
  readonly sequence: number;
  readonly telemetry: Telemetry;
}

/** The handbook's six dimensions, each 0 to 1, over what came since the start; 1 when nothing came. */
export interface Quality {
  readonly completeness: number;
  readonly accuracy: number;
  readonly consistency: number;
  readonly timeliness: number;
  readonly validity: number;
  readonly uniqueness: number;
}

export interface Ingest {
  accept(tenant: string, vehicleId: string, payload: Uint8Array): Promise<void>;
  /** A repaired dead letter: stored, or the reason why it is refused again. */
  retry(tenant: string, vehicleId: string, payload: Uint8Array): Promise<string | undefined>;
  hot(tenant: string, vehicleId: string): HotRecord | undefined;
  quality(): Quality;
  /** How many were new and how many doubles, told by the writer after each commit. */
  stored(given: number, fresh: number): void;
}

const TIMELY_MS = 30_000;
/** Optional fields whose presence counts as complete. */
const WANTED: readonly ((telemetry: Telemetry) => unknown)[] = [(t) => t.position.speed, (t) => t.position.accuracy, (t) => t.status.health_score, (t) => t.diagnostics];
const BURY_MS = 200;
const BURY_TRIES = 20;

export function createIngest(options: { readonly writer: Pick<IngestWriter, "write">; readonly store: Pick<AsyncEventStore, "bury">; readonly nowMs: () => number; readonly count?: (outcome: string, records: number) => void; readonly onHot?: (tenant: string, record: TelemetryRecord) => void }): Ingest {
  const judge = createJudge();
  const hot = new Map<string, HotRecord>();
  const seen = { records: 0, refused: 0, impossible: 0, timely: 0, wanted: 0, inOrder: 0, given: 0, doubles: 0 };

  function keepHot(tenant: string, record: TelemetryRecord, nowMs: number): void {
    const key = `${tenant}/${record.vehicleId}`;
    const held = hot.get(key);
    // Late ones are history; they say nothing about now.
    const newer = held === undefined || record.atMs > held.atMs || (record.atMs === held.atMs && record.bootId === held.bootId && record.sequence > held.sequence);
    if (!newer) return;
    seen.inOrder += 1;
    hot.set(key, { atMs: record.atMs, receivedMs: nowMs, bootId: record.bootId, sequence: record.sequence, telemetry: record.telemetry });
    options.onHot?.(tenant, record);
  }

  /** A dead letter that cannot be written is tried again: unacknowledged, the vehicle keeps the message. */
  async function bury(tenant: string, vehicleId: string, refused: { readonly code: string; readonly reason: string; readonly payload: string }): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await options.store.bury(tenant, { topic: "vehicle.telemetry.dlq", source: `vehicle:${vehicleId}`, reasonCode: refused.code, reason: refused.reason.slice(0, 512), payload: refused.payload, schemaSubject: "vehicle.telemetry" });
        return;
      } catch (error) {
        if (tries >= BURY_TRIES) throw error;
        await new Promise((done) => setTimeout(done, BURY_MS));
      }
    }
  }

  const share = (part: number, all: number): number => (all === 0 ? 1 : part / all);

  return {
    async accept(tenant, vehicleId, payload) {
      const nowMs = options.nowMs();
      const { records, refused } = judge(vehicleId, payload, nowMs);
      seen.records += records.length;
      seen.refused += refused.length;
      seen.impossible += refused.filter(({ code }) => code !== "schema" && code !== "unreadable" && code !== "too-large").length;
      for (const record of records) {
        if (nowMs - record.atMs < TIMELY_MS) seen.timely += 1;
        for (const wanted of WANTED) if (wanted(record.telemetry) !== undefined) seen.wanted += 1;
      }
      options.count?.("refused", refused.length);
      await Promise.all([options.writer.write(tenant, records), ...refused.map((one) => bury(tenant, vehicleId, one))]);
      // Hot is what is on disk: a restart must not know less than was shown.
      for (const record of records) keepHot(tenant, record, nowMs);
      options.count?.("accepted", records.length);
    },
    async retry(tenant, vehicleId, payload) {
      const { records, refused } = judge(vehicleId, payload, options.nowMs());
      const first = refused[0];
      if (first !== undefined) return `${first.code}: ${first.reason}`;
      await options.writer.write(tenant, records);
      return undefined;
    },
    hot: (tenant, vehicleId) => hot.get(`${tenant}/${vehicleId}`),
    quality: () => ({
      completeness: share(seen.wanted, seen.records * WANTED.length),
      accuracy: share(seen.records, seen.records + seen.impossible),
      consistency: share(seen.inOrder, seen.records),
      timeliness: share(seen.timely, seen.records),
      validity: share(seen.records + seen.impossible, seen.records + seen.refused),
      uniqueness: share(seen.given - seen.doubles, seen.given),
    }),
    stored(given, fresh) {
      seen.given += given;
      seen.doubles += given - fresh;
    },
  };
}
