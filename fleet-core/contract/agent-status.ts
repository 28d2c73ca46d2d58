/** What an agent says about itself at each tick: recorded, shown on the page, judged by gates. Autoware AD API words. */
export type MrmBehaviour = "comfortable-stop" | "pull-over" | "emergency-stop";

export type MrmState =
  | { readonly kind: "none" }
  | { readonly kind: "operating"; readonly behaviour: MrmBehaviour; readonly reason: AgentReason; readonly sinceUs: number }
  | { readonly kind: "succeeded"; readonly behaviour: MrmBehaviour; readonly reason: AgentReason; readonly mrcUs: number }
  | { readonly kind: "failed"; readonly behaviour: MrmBehaviour; readonly reason: AgentReason };

export type AgentBehaviour = "idle" | "cruise" | "follow" | "yield" | "approach-stop" | "dwell" | "paused" | "mrm" | "held";

/** Why the agent does what it does: a stable code for machines, one sentence for people. */
export interface AgentReason {
  readonly code: string;
  readonly text: string;
}

export interface AgentStatus {
  readonly timeUs: number;
  readonly behaviour: AgentBehaviour;
  readonly reason: AgentReason;
  readonly mrm: MrmState;
  readonly operationalState: "READY" | "BUSY" | "CHARGING" | "MAINTENANCE" | "ERROR";
  readonly targetSpeedMps: number;
  /** Signed acceleration asked of the vehicle. */
  readonly accelMps2: number;
  readonly steerRad: number;
  readonly missionId: string | undefined;
  readonly missionProgressRatio: number;
  /** Estimated pose in the map frame, and its 1-sigma position bound. */
  readonly estimate: { readonly xM: number; readonly yM: number; readonly yawRad: number; readonly speedMps: number; readonly sigmaM: number };
  readonly lead: { readonly id: string; readonly gapM: number; readonly speedMps: number } | undefined;
  /** Inputs the agent considers unfit, by sensor id, with the reason code. */
  readonly degraded: readonly { readonly input: string; readonly code: string }[];
}
