/**
 * What a viewer gets of a twin, whether it runs behind a socket or in a Web Worker: a roster when entities change, a
 * frame per shown tick, and notes. Encoded with msgpackr on the wire. Map frame ENU [m, rad].
 */
import type { AgentStatus } from "./agent-status.ts";
import type { Fault, FaultKind } from "./fault.ts";

export interface EntityView {
  readonly id: string;
  readonly kind: "vehicle" | "pedestrian" | "object";
  /** `appearance.model` of the profile, or the OpenSCENARIO category. */
  readonly model: string;
  readonly colour: string;
  readonly profile: string | undefined;
  readonly lengthM: number;
  readonly widthM: number;
  readonly heightM: number;
  /** Box centre in the entity frame (origin mid rear axle on the ground). */
  readonly centreXM: number;
  readonly centreYM: number;
  readonly centreZM: number;
  readonly driven: "agent" | "scenario";
}

/** Columns of `TwinFrame.poses`, in this order. */
export const POSE_COLUMNS = ["xM", "yM", "zM", "yawRad", "pitchRad", "rollRad", "speedMps", "steerRad", "accelMps2", "flags"] as const;
export const POSE_STRIDE = POSE_COLUMNS.length;
/** Bits of the `flags` column. */
export const FLAG = { brake: 1, hazard: 2, left: 4, right: 8, reverse: 16, faulted: 32, mrm: 64, collided: 128 } as const;

export interface TwinFrame {
  readonly tick: number;
  readonly timeUs: number;
  /** Goes up when `roster` must be asked for again. */
  readonly rosterVersion: number;
  /** Rows in roster order, `POSE_STRIDE` columns each. */
  readonly poses: Float64Array;
}

export interface VehicleDetail {
  readonly id: string;
  readonly agent: AgentStatus;
  readonly socRatio: number;
  readonly actual: { readonly xM: number; readonly yM: number; readonly yawRad: number; readonly speedMps: number; readonly accelMps2: number; readonly steerRad: number };
  readonly localisationErrorM: number;
  readonly faults: readonly FaultKind[];
  readonly link: { readonly path: string | undefined; readonly coreAgeUs: number };
  readonly tracked: number;
}

/** One thing that happened, for the timeline and the log. */
export interface TwinNote {
  readonly tick: number;
  readonly timeUs: number;
  readonly level: "info" | "warn" | "error";
  readonly source: string;
  /** Stable code: `fault.set`, `fault.clear`, `mrm.operating`, `mission.completed`, `collision`, `storyboard`… */
  readonly code: string;
  readonly text: string;
}

export interface MissionView {
  readonly missionId: string;
  readonly vehicleId: string | undefined;
  /** `MissionState["kind"]`, or `cancelling` while the vehicle has not confirmed yet. */
  readonly state: string;
  readonly progressRatio: number;
  /** Why it waits, failed or was cancelled. */
  readonly reason?: string;
}

export interface RunInfo {
  readonly scenario: string;
  readonly title: string;
  readonly seed: string;
  readonly tickUs: number;
  readonly build: string;
  readonly numerics: string;
  readonly runtime: string;
}

/** Control messages a viewer may send; the same for socket and worker. */
export type TwinControl =
  | { readonly kind: "play" }
  | { readonly kind: "pause" }
  | { readonly kind: "step"; readonly ticks: number }
  | { readonly kind: "speed"; readonly factor: number }
  | { readonly kind: "inject"; readonly fault: Omit<Fault, "atS"> & { readonly forS: number | undefined } }
  | { readonly kind: "release"; readonly vehicleId: string };
