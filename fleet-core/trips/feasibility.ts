/**
 * The dry run: can anyone do this itinerary, who best, and why not the others. The same judgement assigns for real. Looks
 * at facts it is given; changes nothing and promises nothing.
 */
import type { Itinerary } from "../contract/phase.ts";
import { byNumber, byText } from "../kernel/order.ts";

/** What is known of a vehicle now. */
export interface Candidate {
  readonly vehicleId: string;
  readonly vehicleClass: string;
  readonly fleetId: string;
  /** By its books: not in service, not connected, uncertified…; undefined when fit. */
  readonly unfit: string | undefined;
  /** Trip or stray trip it is bound by. */
  readonly boundBy: string | undefined;
  readonly fleetStopped: string | undefined;
  readonly health: number | undefined;
  /** 0 to 1; undefined when not heard of. */
  readonly energyRatio: number | undefined;
  readonly energyRatioMin: number;
  /** Way to the first place [m]; undefined when unknown. */
  readonly approachM: number | undefined;
  /** Policy's reasons against it; undefined when allowed. */
  readonly denied: readonly string[] | undefined;
}

export type Judgement = { readonly vehicleId: string; readonly able: true; readonly approachM: number | undefined } | { readonly vehicleId: string; readonly able: false; readonly code: ReasonCode; readonly reason: string };
export type ReasonCode = "class" | "not-named" | "fleet" | "fleet-stopped" | "unfit" | "busy" | "health" | "energy-unknown" | "energy" | "policy";

export interface Feasibility {
  readonly feasible: boolean;
  readonly best: string | undefined;
  /** Able ones first, nearest first; then the others by id. */
  readonly judgements: readonly Judgement[];
  /** One sentence. */
  readonly summary: string;
}

function judge(itinerary: Itinerary, candidate: Candidate): Judgement {
  const { requirements } = itinerary;
  const { vehicleId } = candidate;
  const no = (code: ReasonCode, reason: string): Judgement => ({ vehicleId, able: false, code, reason });
  if (candidate.vehicleClass !== requirements.vehicleClass) return no("class", `is a ${candidate.vehicleClass}, not a ${requirements.vehicleClass}`);
  if (requirements.vehicleId !== undefined && requirements.vehicleId !== vehicleId) return no("not-named", `is not ${requirements.vehicleId}`);
  if (requirements.fleetId !== undefined && requirements.fleetId !== candidate.fleetId) return no("fleet", `belongs to fleet ${candidate.fleetId}`);
  if (candidate.unfit !== undefined) return no("unfit", candidate.unfit);
  if (candidate.fleetStopped !== undefined) return no("fleet-stopped", candidate.fleetStopped);
  if (candidate.boundBy !== undefined) return no("busy", `is bound by ${candidate.boundBy}`);
  if ((candidate.health ?? 0) < requirements.healthMin) return no("health", candidate.health === undefined ? `has unknown health, ${requirements.healthMin} is needed` : `has health ${candidate.health}, ${requirements.healthMin} is needed`);
  const energyMin = Math.max(requirements.energyRatioMin, candidate.energyRatioMin);
  if (energyMin > 0 && candidate.energyRatio === undefined) return no("energy-unknown", "has not told its energy");
  if ((candidate.energyRatio ?? 0) < energyMin) return no("energy", `has ${Math.floor(100 * (candidate.energyRatio ?? 0))} % energy, ${Math.ceil(100 * energyMin)} % is needed`);
  if (candidate.denied !== undefined) return no("policy", candidate.denied.join("; ") || "denied by policy");
  return { vehicleId, able: true, approachM: candidate.approachM };
}

/** Ties go to the smaller id; a vehicle whose way is unknown comes after those whose way is known. */
export function feasibilityOf(itinerary: Itinerary, candidates: readonly Candidate[]): Feasibility {
  const judgements = candidates.map((candidate) => judge(itinerary, candidate));
  const able = judgements.filter((judgement) => judgement.able).sort((a, b) => byNumber(a.approachM ?? Number.MAX_VALUE, b.approachM ?? Number.MAX_VALUE) || byText(a.vehicleId, b.vehicleId));
  const others = judgements.filter((judgement) => !judgement.able).sort((a, b) => byText(a.vehicleId, b.vehicleId));
  const best = able[0]?.vehicleId;
  return { feasible: best !== undefined, best, judgements: [...able, ...others], summary: best === undefined ? none(itinerary, others) : `${best} can, and ${able.length - 1} more` };
}

function none(itinerary: Itinerary, others: readonly Extract<Judgement, { able: false }>[]): string {
  if (others.length === 0) return "there is no vehicle";
  const near = others.filter((other) => other.code !== "class");
  if (near.length === 0) return `none of ${others.length} vehicles is a ${itinerary.requirements.vehicleClass}`;
  const shown = near.slice(0, 4).map((other) => `${other.vehicleId} ${other.reason}`);
  return `nobody can: ${shown.join("; ")}${near.length > 4 ? `; and ${near.length - 4} more` : ""}`;
}
