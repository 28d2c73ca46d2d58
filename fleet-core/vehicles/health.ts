/** One number for how well a vehicle is, and why: the weighted mean of its parts, never better than its worst vital part allows. */
import { z } from "zod";

const ratio = z.number().min(0).max(1);

/** 1: as new. A part nobody measured is left out. */
export const healthReadingSchema = z.strictObject({
  brakes: ratio.optional(),
  steering: ratio.optional(),
  sensors: ratio.optional(),
  compute: ratio.optional(),
  energy: ratio.optional(),
  tyres: ratio.optional(),
  connectivity: ratio.optional(),
});
export type HealthReading = Readonly<z.infer<typeof healthReadingSchema>>;
type Part = keyof HealthReading;

/** Weight in the mean; `vital`: the score is at most this part's own (a vehicle without brakes is not 85 % well). */
const PARTS: readonly { readonly part: Part; readonly weight: number; readonly vital: boolean }[] = [
  { part: "brakes", weight: 3, vital: true },
  { part: "steering", weight: 3, vital: true },
  { part: "sensors", weight: 3, vital: true },
  { part: "compute", weight: 2, vital: true },
  { part: "energy", weight: 2, vital: false },
  { part: "tyres", weight: 2, vital: false },
  { part: "connectivity", weight: 1, vital: false },
];

/** Below these the vehicle is degraded, or must stand still. Score 0 to 100. */
export const DEGRADED_BELOW = 70;
export const GROUNDED_BELOW = 40;

export interface HealthScore {
  /** 0 to 100, whole; 0 when nothing was measured: unknown is not well. */
  readonly score: number;
  /** Parts below `DEGRADED_BELOW`, worst first. */
  readonly reasons: readonly string[];
}

export function healthScore(reading: HealthReading): HealthScore {
  let sum = 0;
  let weights = 0;
  let cap = 1;
  const weak: { readonly part: Part; readonly value: number }[] = [];
  for (const { part, weight, vital } of PARTS) {
    const value = reading[part];
    if (value === undefined) continue;
    sum += weight * value;
    weights += weight;
    if (vital) cap = Math.min(cap, value);
    if (value * 100 < DEGRADED_BELOW) weak.push({ part, value });
  }
  if (weights === 0) return { score: 0, reasons: ["nothing was measured"] };
  weak.sort((a, b) => a.value - b.value);
  return { score: Math.round(100 * Math.min(sum / weights, cap)), reasons: weak.map(({ part, value }) => `${part} ${Math.round(value * 100)} %`) };
}
