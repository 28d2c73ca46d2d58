/** Units and small things every OpenDRIVE element shares. Must never guess a unit: an unknown one is an error. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { Validity } from "../model.ts";
import type { CubicRecord } from "../profile.ts";

export const MPS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["m/s", 1],
  ["km/h", 1 / 3.6],
  ["mph", 0.44704],
]);

/** `max` and `unit` of a speed element [m/s]; Infinity for "no limit", undefined for "undefined" or after an error. */
export function readSpeed(r: XmlReader, e: XmlElement): number | undefined {
  const raw = r.requiredString(e, "max").trim();
  const factor = MPS_PER_UNIT.get(r.optionalEnum(e, "unit", [...MPS_PER_UNIT.keys()]) ?? "m/s") ?? 1;
  if (raw === "no limit") return Infinity;
  if (raw === "undefined" || raw === "") return undefined;
  const max = r.requiredNumber(e, "max");
  // Exporters write -1 for "none stated"; the standard has no negative speeds.
  return max < 0 ? undefined : max * factor;
}

/** Beyond this no coordinate or coefficient describes a road on Earth; it keeps all later arithmetic finite. */
export const SANE = { min: -1e9, max: 1e9 } as const;

/** No lane edge lies farther from the reference line, no road higher, no bank steeper. */
export const REACH_M_MAX = 1000;
export const HEIGHT_M_MAX = 20_000;
export const BANK_RAD_MAX = 1.5;

/** Longest road [m]. */
export const ROAD_M_MAX = 200_000;

/** A cubic record; `at` names its position attribute (`s`, `sOffset`, `t`). */
export function readCubic(r: XmlReader, e: XmlElement, at: string, shiftM = 0): CubicRecord {
  const number = (name: string): number => r.requiredNumber(e, name, SANE);
  return { sM: number(at) + shiftM, a: number("a"), b: number("b"), c: number("c"), d: number("d") };
}

/**
 * Each cubic must stay within ±`limit` from its place to the next one's: one that runs off describes no road, and what is
 * computed from it (paths, meshes) would grow without bound. Checked at nine points of each record.
 */
export function checkReach(r: XmlReader, elements: readonly XmlElement[], records: readonly CubicRecord[], endM: number, limit: number, unit: string): void {
  records.forEach((record, i) => {
    const lengthM = Math.max(0, Math.min(endM, records[i + 1]?.sM ?? endM) - record.sM);
    for (let k = 0; k <= 8; k += 1) {
      const u = (lengthM * k) / 8;
      const value = record.a + u * (record.b + u * (record.c + u * record.d));
      if (Math.abs(value) <= limit) continue;
      const e = elements[i] as XmlElement;
      r.error(e, `${e.name} reaches ${value.toPrecision(4)} ${unit} at s = ${record.sM + u}`, { expected: `at most ${limit} ${unit} either way`, rule: "record-reach" });
      return;
    }
  });
}

/** Records must ascend; those that do not are reported and put in order. Equal places are fine: the last one counts. `mild`: always a warning. */
export function ascending<T extends { readonly sM: number }>(r: XmlReader, elements: readonly XmlElement[], records: readonly T[], mild = false): readonly T[] {
  let sorted = true;
  for (let i = 1; i < records.length; i += 1) {
    if ((records[i] as T).sM >= (records[i - 1] as T).sM) continue;
    sorted = false;
    const e = elements[i] as XmlElement;
    const report = mild ? r.warning : r.complain;
    report(e, `${e.name} at ${(records[i] as T).sM} stands after ${(records[i - 1] as T).sM}`, { expected: "ascending order", rule: "record-order" });
  }
  return sorted ? records : [...records].sort((a, b) => a.sM - b.sM);
}

/** CARLA and others write -1 for "no junction". */
export const idOrNone = (id: string | undefined): string | undefined => (id === undefined || id === "-1" || id === "" ? undefined : id);

export function readValidity(r: XmlReader, e: XmlElement): Validity[] {
  return r.children(e, "validity").map((v) => ({ fromLane: r.requiredInteger(v, "fromLane"), toLane: r.requiredInteger(v, "toLane") }));
}

export function readOrientation(r: XmlReader, e: XmlElement): "+" | "-" | "none" {
  return r.optionalEnum(e, "orientation", ["+", "-", "none"]) ?? "none";
}
