/**
 * Telemetry in: what a message means for what is known of its vehicle. Order, doubles and late arrivals are told apart
 * by (vehicle, boot, sequence, timestamp); the contract carries no boot number, so a boot is seen when the sequence
 * falls while the timestamp rises. Must never let an older message replace a newer one, or one vehicle speak for another.
 */
import type { Telemetry } from "../contract/telemetry.ts";
import { canonicalJson } from "../contract/json.ts";
import type { StateHash } from "../kernel/hash.ts";
import { invariant } from "../kernel/invariant.ts";
import { parseIsoUtc, US_PER_MS } from "../kernel/time.ts";

export interface VehicleReport {
  readonly sequence: number;
  /** Vehicle's clock, microseconds since run start. */
  readonly sentUs: number;
  readonly receivedUs: number;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Clockwise from north. */
  readonly headingDeg: number;
  readonly altitudeM: number | undefined;
  readonly speedMps: number | undefined;
  readonly operationalState: Telemetry["status"]["operational_state"];
  /** 0 to 1. */
  readonly energyRatio: number;
  readonly missionId: string | undefined;
  readonly progressRatio: number | undefined;
}

/** Hot state of one vehicle: lives in memory only, rebuilt from the next messages after a restart. */
export interface HotVehicle {
  readonly vehicleId: string;
  /** Newest report. */
  readonly report: VehicleReport;
  /** Boots seen, 1 for the first. */
  readonly boot: number;
  /** Sequences of this boot that were seen, newest last, at most `RECENT_MAX`. */
  readonly recent: readonly number[];
  /** Sending time of the first of the unbroken row of reports that name the same mission (or none). */
  readonly missionSinceUs: number;
  /** The last mission it named, with the highest progress heard of it. */
  readonly lastMission: { readonly missionId: string; readonly progressRatioMax: number } | undefined;
  readonly counts: { readonly newest: number; readonly late: number; readonly duplicate: number };
}

/** How far back a double is recognised; older ones count as late, which changes nothing either. */
export const RECENT_MAX = 64;
/** A timestamp further ahead of our clock than this would make all later messages look old. */
export const FUTURE_US_MAX = 5_000_000;
/** Longer than any vehicle buffers. */
export const PAST_US_MAX = 7 * 86_400_000_000;
const MISSION_ID_MAX = 128;

export type Admission =
  | { readonly kind: "newest"; readonly hot: HotVehicle; readonly rebooted: boolean }
  /** Valid but overtaken: belongs into history, says nothing about now. */
  | { readonly kind: "late"; readonly hot: HotVehicle; readonly report: VehicleReport }
  | { readonly kind: "duplicate"; readonly hot: HotVehicle }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly text: string };

export type RefusalCode = "wrong-sender" | "impossible" | "from-the-future" | "too-old";

/**
 * Judges one schema-valid message that came `from` an endpoint at `nowUs`; `epochMs` is run start since 1970. `hot` is
 * what was known before, undefined for a vehicle not heard since start.
 */
export function admitTelemetry(hot: HotVehicle | undefined, from: string, telemetry: Telemetry, nowUs: number, epochMs: number): Admission {
  if (telemetry.vehicle_id !== from) return { kind: "refused", code: "wrong-sender", text: `${from} sends telemetry in the name of ${telemetry.vehicle_id}` };
  const { latitude, longitude, heading } = telemetry.position;
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180 || Math.abs(heading) > 360) {
    return { kind: "refused", code: "impossible", text: `${from} sends a position that does not exist: latitude ${latitude}, longitude ${longitude}, heading ${heading}` };
  }
  if (telemetry.sequence < 0 || (telemetry.mission?.mission_id ?? "").length > MISSION_ID_MAX) {
    return { kind: "refused", code: "impossible", text: `${from} sends sequence ${telemetry.sequence} and a mission id of ${(telemetry.mission?.mission_id ?? "").length} characters` };
  }
  const report = reportOf(telemetry, nowUs, epochMs);
  if (nowUs - report.sentUs > PAST_US_MAX) return { kind: "refused", code: "too-old", text: `${from} sends telemetry dated ${telemetry.timestamp}` };
  if (report.sentUs - nowUs > FUTURE_US_MAX) {
    return { kind: "refused", code: "from-the-future", text: `${from} sends telemetry dated ${((report.sentUs - nowUs) / 1e6).toFixed(1)} s ahead` };
  }
  if (hot === undefined) {
    return { kind: "newest", rebooted: false, hot: follow({ vehicleId: from, report, boot: 1, recent: [], missionSinceUs: report.sentUs, lastMission: undefined, counts: { newest: 0, late: 0, duplicate: 0 } }, report, 1) };
  }
  const newest = hot.report;
  if (hot.recent.includes(report.sequence) && report.sentUs <= newest.sentUs) return { kind: "duplicate", hot: { ...hot, counts: { ...hot.counts, duplicate: hot.counts.duplicate + 1 } } };
  const rebooted = report.sequence <= newest.sequence && report.sentUs > newest.sentUs;
  if (rebooted) return { kind: "newest", rebooted, hot: follow({ ...hot, recent: [] }, report, hot.boot + 1) };
  // A higher sequence with an older date is buffered data of an earlier boot.
  if (report.sequence > newest.sequence && report.sentUs >= newest.sentUs) return { kind: "newest", rebooted: false, hot: follow(hot, report, hot.boot) };
  const recent = report.sequence < newest.sequence ? remember(hot.recent, report.sequence) : hot.recent;
  return { kind: "late", report, hot: { ...hot, recent, counts: { ...hot.counts, late: hot.counts.late + 1 } } };
}

function follow(hot: HotVehicle, report: VehicleReport, boot: number): HotVehicle {
  const lastMission = report.missionId === undefined ? hot.lastMission : { missionId: report.missionId, progressRatioMax: Math.max(report.progressRatio ?? 0, hot.lastMission?.missionId === report.missionId ? hot.lastMission.progressRatioMax : 0) };
  return {
    ...hot,
    report,
    boot,
    recent: remember(hot.recent, report.sequence),
    missionSinceUs: hot.report.missionId === report.missionId ? hot.missionSinceUs : report.sentUs,
    lastMission,
    counts: { ...hot.counts, newest: hot.counts.newest + 1 },
  };
}

const remember = (recent: readonly number[], sequence: number): readonly number[] => [...recent.slice(-(RECENT_MAX - 1)), sequence];

function reportOf(telemetry: Telemetry, receivedUs: number, epochMs: number): VehicleReport {
  const sentMs = parseIsoUtc(telemetry.timestamp);
  invariant(sentMs !== undefined, `the contract lets only date-times through, got ${telemetry.timestamp}`);
  return {
    sequence: telemetry.sequence,
    sentUs: (sentMs - epochMs) * US_PER_MS,
    receivedUs,
    latitudeDeg: telemetry.position.latitude,
    longitudeDeg: telemetry.position.longitude,
    headingDeg: telemetry.position.heading,
    altitudeM: telemetry.position.altitude,
    speedMps: telemetry.position.speed,
    operationalState: telemetry.status.operational_state,
    energyRatio: telemetry.status.energy_level / 100,
    missionId: telemetry.mission?.mission_id,
    progressRatio: telemetry.mission?.progress === undefined ? undefined : telemetry.mission.progress / 100,
  };
}

export function hashHotVehicle(hot: HotVehicle, hash: StateHash): void {
  hash.text(canonicalJson(hot));
}
