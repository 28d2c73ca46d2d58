/** Fault plan v1: what goes wrong, where, when, how badly and until when. Data; the same from file, CLI and page. */
import { z } from "zod";

/** `severity` is 0 to 1 everywhere; this table says what it scales. */
export const FAULT_KINDS = {
  "brake-fade": { target: "vehicle", title: "Brake fade", severity: "share of brake force lost", defaultSeverity: 0.5 },
  "steering-stuck": { target: "vehicle", title: "Steering stuck", severity: "share of steering rate lost; 1 holds the present angle", defaultSeverity: 1 },
  "actuator-lag": { target: "vehicle", title: "Actuator lag", severity: "added lag of all actuators, in seconds", defaultSeverity: 0.4 },
  "gnss-loss": { target: "vehicle", title: "GNSS loss", severity: "share of fixes lost", defaultSeverity: 1 },
  "gnss-jump": { target: "vehicle", title: "GNSS jump", severity: "position offset, in tens of metres", defaultSeverity: 0.6 },
  "lidar-dropout": { target: "vehicle", title: "Lidar dropout", severity: "share of scans lost", defaultSeverity: 1 },
  "camera-dropout": { target: "vehicle", title: "Camera dropout", severity: "share of frames lost", defaultSeverity: 1 },
  "wheel-speed-bias": { target: "vehicle", title: "Wheel-speed bias", severity: "relative over-reading of wheel speed", defaultSeverity: 0.2 },
  "compute-stall": { target: "vehicle", title: "Compute stall", severity: "share of agent ticks skipped", defaultSeverity: 1 },
  "link-loss": { target: "vehicle", title: "Link loss", severity: "share of radio messages lost, both ways, on every path", defaultSeverity: 1 },
  "low-battery": { target: "vehicle", title: "Low energy", severity: "share of the remaining energy that disappears at once", defaultSeverity: 0.9 },
  "sudden-pedestrian": { target: "vehicle", title: "Sudden pedestrian", severity: "how late: 0 steps out 3 s of travel ahead, 1 steps out 1 s ahead", defaultSeverity: 0.4 },
  "core-crash": { target: "core", title: "Core crash and restart", severity: "not graded: the core is down until the fault clears, then restarts from its event log", defaultSeverity: 1 },
} as const satisfies Record<string, { target: "vehicle" | "core"; title: string; severity: string; defaultSeverity: number }>;

export type FaultKind = keyof typeof FAULT_KINDS;
const kinds = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];

export const faultSchema = z.strictObject({
  kind: z.enum(kinds),
  /** Entity name of a vehicle, or `core`. */
  target: z.string().min(1).max(128),
  /** Seconds since the run began; at most a microsecond's resolution. */
  atS: z.number().min(0).max(1e6),
  severity: z.number().min(0).max(1),
  /** Absent: never clears. */
  clearS: z.number().min(0).max(1e6).optional(),
});

export const faultPlanSchema = z.strictObject({
  schema: z.literal("atlasmesh.fault-plan/1"),
  faults: z.array(faultSchema).max(1000),
});

export type Fault = Readonly<z.infer<typeof faultSchema>>;
export interface FaultPlan {
  readonly schema: "atlasmesh.fault-plan/1";
  readonly faults: readonly Fault[];
}
export const NO_FAULTS: FaultPlan = { schema: "atlasmesh.fault-plan/1", faults: [] };
