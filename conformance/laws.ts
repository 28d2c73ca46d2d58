/**
 * Limits that come from rules, by what the profile says of the vehicle (category and mass), never by its class. Each limit
 * names its source and how far that source was read.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { Source } from "./types.ts";

const LB_KG = 0.45359237;
const FT_M = 0.3048;

export interface BrakeLaw {
  readonly source: Source;
  /** Longest way to rest from this speed, from the demand on [m]. */
  stopM(speedMps: number): number;
}

/** System response time of 30 CFR 56/57.14101 Table M-1 [s] by gross weight; the rule's steps. */
export function mshaResponseS(massKg: number): number {
  const lb = massKg / LB_KG;
  if (lb <= 36_000) return 0.5;
  if (lb <= 70_000) return 1;
  if (lb <= 140_000) return 1.5;
  if (lb <= 250_000) return 2;
  if (lb <= 400_000) return 2.25;
  return 2.5;
}

/** Way of Table M-1 [m]: an operator's second included when `operatorS` is 1, as the table prints it. */
export function mshaStopM(massKg: number, speedMps: number, operatorS: 0 | 1): number {
  const v = speedMps / FT_M;
  return (v * (operatorS + mshaResponseS(massKg)) + (v * v) / (2 * 9.66)) * FT_M;
}

export function brakeLaw(p: VehicleProfile): BrakeLaw {
  if (p.category === "M1" || p.category === "N1") {
    return { source: { text: "UN R13-H: s <= 0.1 v + 0.0060 v^2, v in km/h", mark: "memory" }, stopM: (v) => 0.1 * v * 3.6 + 0.006 * (v * 3.6) * (v * 3.6) };
  }
  if (/^[MN][23]$/.test(p.category)) {
    return { source: { text: "UN R13: s <= 0.15 v + v^2 / 130, v in km/h", mark: "memory" }, stopM: (v) => 0.15 * v * 3.6 + ((v * 3.6) * (v * 3.6)) / 130 };
  }
  if (p.mass.totalKg / LB_KG > 36_000) {
    return { source: { text: "30 CFR 56/57.14101 Table M-1 without the operator's second: d = v r + v^2 / (2 x 9.66), ft and ft/s", mark: "read" }, stopM: (v) => mshaStopM(p.mass.totalKg, v, 0) };
  }
  return { source: { text: "light off-road vehicles: 3.5 m/s2 after 0.5 s", mark: "proposal" }, stopM: (v) => 0.5 * v + (v * v) / 7 };
}

/** Greatest deceleration of a minimal risk manoeuvre [m/s²]. */
export function mrmDecelMps2(p: VehicleProfile): { readonly value: number; readonly source: Source } {
  if (p.category === "M3") return { value: 2.4, source: { text: "(EU) 2022/1426 Annex II 1.3.2, standing occupants: 2.4 m/s2", mark: "secondary" } };
  if (/^[MN][123]$/.test(p.category)) return { value: 4, source: { text: "UN R157 5.5.1 and (EU) 2022/1426 Annex II 5.1: 4.0 m/s2", mark: "read" } };
  if (p.mass.totalKg > 16_000) return { value: 2, source: { text: "heavy off-road vehicles: 2.0 m/s2", mark: "proposal" } };
  return { value: 2.4, source: { text: "light off-road vehicles: 2.4 m/s2", mark: "proposal" } };
}

const R157_KMH = [7.2, 10, 20, 30, 40, 50, 60] as const;
const R157_LIGHT_S = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] as const;
const R157_HEAVY_S = [1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4] as const;

export const r157Applies = (p: VehicleProfile): boolean => /^[MN][123]$/.test(p.category);

/** Smallest following distance of UN R157 5.2.3.3 [m]; linear between the table's speeds, the last time gap beyond 60 km/h. */
export function r157FollowingM(p: VehicleProfile, speedMps: number): number {
  const light = p.category === "M1" || p.category === "N1";
  const table = light ? R157_LIGHT_S : R157_HEAVY_S;
  const floorM = light ? 2 : 2.4;
  if (speedMps < 2) return floorM;
  const kmh = speedMps * 3.6;
  let gapS: number = table[table.length - 1] as number;
  for (let i = 1; i < R157_KMH.length; i += 1) {
    const [a, b] = [R157_KMH[i - 1] as number, R157_KMH[i] as number];
    if (kmh <= b) {
      const share = Math.max(0, (kmh - a) / (b - a));
      gapS = (table[i - 1] as number) + share * ((table[i] as number) - (table[i - 1] as number));
      break;
    }
  }
  return Math.max(floorM, speedMps * gapS);
}

/** Deceleration and delay with which a cut-in must still be avoidable, (EU) 2022/1426 Annex III Part 1 1.4.2. */
export function cutInLaw(p: VehicleProfile): { readonly decelMps2: number; readonly delayS: number; readonly source: Source } {
  const source: Source = { text: "(EU) 2022/1426 Annex III Part 1 1.4.2: TTC >= v_rel / (2 a) + 0.1 s + tau / 2", mark: "read" };
  if (p.category === "M3") return { decelMps2: 2.4, delayS: 0.16, source };
  if (/^[MN][123]$/.test(p.category)) return { decelMps2: 6, delayS: 0.25, source };
  const proposal: Source = { text: "off-road vehicles: the same law with the vehicle's own braking", mark: "proposal" };
  if (p.mass.totalKg > 16_000) return { decelMps2: 2.94, delayS: mshaResponseS(p.mass.totalKg), source: proposal };
  return { decelMps2: 3.5, delayS: 0.25, source: proposal };
}
