/**
 * One telemetry message as bytes, made into records or refused with a reason: JSON or MessagePack, one record or a batch.
 * Schema first (the public contract), then what no schema can say. Must never let a vehicle speak for another.
 */
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { Unpackr } from "msgpackr";
import { contractJsonSchema } from "../../contract/schemas.ts";
import type { Telemetry } from "../../contract/telemetry.ts";
import { parseIsoUtc } from "../../kernel/time.ts";

export interface TelemetryRecord {
  readonly vehicleId: string;
  /** Names one start of the vehicle's agent; sequences count within it. */
  readonly bootId: string;
  readonly sequence: number;
  readonly atMs: number;
  readonly telemetry: Telemetry;
}

export interface Refused {
  readonly code: "too-large" | "unreadable" | "schema" | "wrong-sender" | "impossible" | "from-the-future" | "too-old";
  readonly reason: string;
  /** The refused part, as JSON text or, when it could not be read, base64. */
  readonly payload: string;
}

export interface Judged {
  readonly records: readonly TelemetryRecord[];
  readonly refused: readonly Refused[];
}

export const MESSAGE_BYTES_MAX = 1_048_576;
export const BATCH_MAX = 2000;
export const FUTURE_MS_MAX = 5000;
export const PAST_MS_MAX = 7 * 86_400_000;
const PAYLOAD_KEPT = 16_384;
const BOOT = /^[A-Za-z0-9._-]{1,64}$/;
/** For vehicles that do not name their boots, as the public contract has no field for it. */
export const UNNAMED_BOOT = "0";

export type Judge = (from: string, payload: Uint8Array, nowMs: number) => Judged;

export function createJudge(): Judge {
  const ajv = new Ajv({ strict: false, allErrors: false, coerceTypes: false });
  addFormats.default(ajv);
  const valid: ValidateFunction<Telemetry> = ajv.compile<Telemetry>(contractJsonSchema("telemetry"));
  const unpackr = new Unpackr({ mapsAsObjects: true, int64AsType: "number" });

  function judgeOne(from: string, boot: string | undefined, value: unknown, nowMs: number): TelemetryRecord | Refused {
    const no = (code: Refused["code"], reason: string): Refused => ({ code, reason, payload: textOf(value) });
    if (!valid(value)) {
      const fault = valid.errors?.[0];
      return no("schema", `${fault?.instancePath ?? ""} ${fault?.message ?? "does not fit the schema"}`.trim());
    }
    if (value.vehicle_id !== from) return no("wrong-sender", `${from} sends in the name of ${value.vehicle_id.slice(0, 128)}`);
    const named = boot ?? (value as { readonly boot_id?: unknown }).boot_id ?? UNNAMED_BOOT;
    if (typeof named !== "string" || !BOOT.test(named)) return no("impossible", "boot_id is 1 to 64 letters, digits and . _ -");
    const { latitude, longitude, heading, speed } = value.position;
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || Math.abs(heading) > 360) return no("impossible", `there is no place ${latitude}, ${longitude}, heading ${heading}`);
    if (speed !== undefined && Math.abs(speed) > 150) return no("impossible", `nothing of ours drives ${speed} m/s`);
    if (value.sequence < 0 || !Number.isSafeInteger(value.sequence)) return no("impossible", `there is no sequence ${value.sequence}`);
    if ((value.mission?.mission_id ?? "").length > 128 || hasNul(value)) return no("impossible", "a text is too long or holds NUL");
    const atMs = parseIsoUtc(value.timestamp);
    if (atMs === undefined) return no("schema", "/timestamp is no date and time");
    if (atMs - nowMs > FUTURE_MS_MAX) return no("from-the-future", `dated ${value.timestamp}, ${Math.round((atMs - nowMs) / 1000)} s ahead`);
    if (nowMs - atMs > PAST_MS_MAX) return no("too-old", `dated ${value.timestamp}`);
    return { vehicleId: from, bootId: named, sequence: value.sequence, atMs, telemetry: value };
  }

  return (from, payload, nowMs) => {
    const unreadable = (code: Refused["code"], reason: string): Judged => ({ records: [], refused: [{ code, reason, payload: Buffer.from(payload.subarray(0, PAYLOAD_KEPT)).toString("base64") }] });
    if (payload.length > MESSAGE_BYTES_MAX) return unreadable("too-large", `${payload.length} bytes, at most ${MESSAGE_BYTES_MAX}`);
    let value: unknown;
    try {
      const first = payload[0];
      // `{`, `[` or white space: JSON. Everything else: MessagePack, whose maps and arrays never begin with these.
      value = first === 0x7b || first === 0x5b || first === 0x20 || first === 0x0a ? (JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8")) as unknown) : (unpackr.unpack(payload) as unknown);
    } catch {
      return unreadable("unreadable", "neither JSON nor MessagePack");
    }
    const batch = typeof value === "object" && value !== null && "records" in value ? (value as { readonly boot_id?: unknown; readonly records: unknown }) : undefined;
    const rows = batch === undefined ? [value] : batch.records;
    if (!Array.isArray(rows) || rows.length > BATCH_MAX) return unreadable("schema", `records is a list of at most ${BATCH_MAX}`);
    const boot = typeof batch?.boot_id === "string" ? batch.boot_id : undefined;
    const records: TelemetryRecord[] = [];
    const refused: Refused[] = [];
    for (const row of rows) {
      const judged = judgeOne(from, boot, row, nowMs);
      if ("code" in judged) refused.push(judged);
      else records.push(judged);
    }
    return { records, refused };
  };
}

/** NUL in the texts that become columns; PostgreSQL's text holds none. */
const hasNul = (value: Telemetry): boolean => (value.mission?.mission_id ?? "").includes("\u0000");

function textOf(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? "undefined").slice(0, PAYLOAD_KEPT);
  } catch {
    return "not writable as JSON";
  }
}
