/**
 * Which vehicle takes a mission, and for each other one why not. Pure: what it knows comes in. Must never choose a
 * vehicle that is not READY, of another class, short of energy or already booked.
 */
import type { Mission } from "../contract/mission.ts";
import { byNumber, byText } from "../kernel/order.ts";

export interface Candidate {
  readonly vehicleId: string;
  readonly vehicleClass: string;
  /** Share of energy that must be left after the mission. */
  readonly socReserve: number;
  /** Distance that full energy lasts for; undefined: the reserve alone is asked for. */
  readonly rangeM: number | undefined;
  /** Mission it has already. */
  readonly bookedFor: string | undefined;
  /** Why this mission must not go to it (again) now; undefined: it may. */
  readonly barred: string | undefined;
  /** Newest telemetry; undefined when it was never heard or not for too long. */
  readonly report: { readonly operationalState: string; readonly socRatio: number } | undefined;
}

/** Distances the caller knows how to measure; undefined when there is no way (or no position). */
export interface Distances {
  /** As the crow flies to the first stop: cheap, asked for every fit vehicle. */
  straightM(vehicleId: string): number | undefined;
  /** Along lanes to the first stop: asked for the nearest few only. */
  routeM(vehicleId: string): number | undefined;
  /** Along lanes from the first stop to the last. */
  readonly tripM: number;
}

export type WhyNotCode = "class" | "not-named" | "barred" | "booked" | "silent" | "not-ready" | "no-position" | "energy" | "unreachable" | "farther";

export interface WhyNot {
  readonly vehicleId: string;
  readonly code: WhyNotCode;
  readonly text: string;
}

export type Choice =
  | { readonly kind: "chosen"; readonly vehicleId: string; readonly approachM: number; readonly why: string; readonly others: readonly WhyNot[] }
  | { readonly kind: "none"; readonly others: readonly WhyNot[] };

/** Nearest fit vehicles (in a straight line) whose lane route is measured; the rest count as farther. */
export const ROUTED_MAX = 8;

/** Vehicles whose lane route is measured when none of the nearer ones can come. */
export const SEARCHED_MAX = 64;

/** `others` in order of vehicle id. Nearest along lanes wins; equal distances go to the smaller id. */
export function chooseVehicle(mission: Mission, candidates: readonly Candidate[], distances: Distances): Choice {
  const others: WhyNot[] = [];
  const fit: { readonly candidate: Candidate; readonly soc: number; readonly straightM: number }[] = [];
  for (const candidate of candidates) {
    const verdict = judge(mission, candidate);
    const straightM = verdict === undefined ? distances.straightM(candidate.vehicleId) : undefined;
    if (verdict !== undefined) others.push({ vehicleId: candidate.vehicleId, ...verdict });
    else if (straightM === undefined) others.push({ vehicleId: candidate.vehicleId, code: "no-position", text: "is not on a road of the map" });
    else fit.push({ candidate, soc: candidate.report?.socRatio ?? 0, straightM });
  }
  fit.sort((a, b) => byNumber(a.straightM, b.straightM) || byText(a.candidate.vehicleId, b.candidate.vehicleId));

  const reached: { readonly vehicleId: string; readonly routeM: number }[] = [];
  fit.forEach(({ candidate, soc, straightM }, rank) => {
    const { vehicleId } = candidate;
    // A route search costs; beyond the nearest few it goes on only while none of them can come.
    if (rank >= ROUTED_MAX && (reached.length > 0 || rank >= SEARCHED_MAX)) {
      others.push({ vehicleId, code: "farther", text: `is ${metres(straightM)} away in a straight line, behind ${rank} nearer ones` });
      return;
    }
    const routeM = distances.routeM(vehicleId);
    if (routeM === undefined) {
      others.push({ vehicleId, code: "unreachable", text: `has no lane route to stop ${mission.stops[0]?.name ?? ""}` });
      return;
    }
    const neededRatio = candidate.socReserve + (candidate.rangeM === undefined ? 0 : (routeM + distances.tripM) / candidate.rangeM);
    if (soc <= neededRatio) {
      others.push({ vehicleId, code: "energy", text: `has ${percent(soc)} energy, needs more than ${percent(neededRatio)} for ${metres(routeM + distances.tripM)} and its reserve` });
      return;
    }
    reached.push({ vehicleId, routeM });
  });
  reached.sort((a, b) => byNumber(a.routeM, b.routeM) || byText(a.vehicleId, b.vehicleId));
  const best = reached[0];
  for (const other of reached.slice(1)) others.push({ vehicleId: other.vehicleId, code: "farther", text: `is ${metres(other.routeM)} away by lane, ${best?.vehicleId ?? ""} ${metres(best?.routeM ?? 0)}` });
  others.sort((a, b) => byText(a.vehicleId, b.vehicleId));
  if (best === undefined) return { kind: "none", others };
  const why = `nearest of ${reached.length} fit vehicle${reached.length === 1 ? "" : "s"}: ${metres(best.routeM)} by lane to ${mission.stops[0]?.name ?? ""}`;
  return { kind: "chosen", vehicleId: best.vehicleId, approachM: best.routeM, why, others };
}

function judge(mission: Mission, candidate: Candidate): Pick<WhyNot, "code" | "text"> | undefined {
  if (mission.vehicle_id !== undefined && mission.vehicle_id !== candidate.vehicleId) return { code: "not-named", text: `the mission is for ${mission.vehicle_id}` };
  if (candidate.vehicleClass !== mission.vehicle_class) return { code: "class", text: `is a ${candidate.vehicleClass}, the mission needs a ${mission.vehicle_class}` };
  if (candidate.bookedFor !== undefined) return { code: "booked", text: `has mission ${candidate.bookedFor}` };
  if (candidate.barred !== undefined) return { code: "barred", text: candidate.barred };
  if (candidate.report === undefined) return { code: "silent", text: "has not been heard lately" };
  if (candidate.report.operationalState !== "READY") return { code: "not-ready", text: `is ${candidate.report.operationalState}` };
  return candidate.report.socRatio <= candidate.socReserve
    ? { code: "energy", text: `has ${percent(candidate.report.socRatio)} energy, its reserve is ${percent(candidate.socReserve)}` }
    : undefined;
}

/** One line for people: why none could take it. Vehicles of other classes are left out, they are not news. */
export function explainNone(mission: Mission, others: readonly WhyNot[]): string {
  const news = others.filter((other) => other.code !== "class" && other.code !== "not-named");
  if (news.length === 0) return mission.vehicle_id === undefined ? `there is no ${mission.vehicle_class} in the fleet` : `there is no ${mission.vehicle_class} called ${mission.vehicle_id} in the fleet`;
  const shown = news.slice(0, 8).map((other) => `${other.vehicleId} ${other.text}`).join("; ");
  return news.length > 8 ? `${shown}; and ${news.length - 8} more` : shown;
}

const metres = (m: number): string => `${m.toFixed(0)} m`;
const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
