/** The vehicle's telemetry message, made from what the agent estimates; never from the truth, never late data as new. */
import type { AgentStatus } from "../fleet-core/contract/agent-status.ts";
import type { Telemetry } from "../fleet-core/contract/telemetry.ts";
import type { EnuFrame } from "../fleet-core/kernel/frames.ts";
import { isoUtc } from "../fleet-core/kernel/time.ts";
import { clamp, headingDegFromYaw } from "../fleet-core/kernel/units.ts";

export interface TelemetryInput {
  readonly vehicleId: string;
  readonly epochMs: number;
  readonly nowUs: number;
  /** From 1. */
  readonly sequence: number;
  readonly frame: EnuFrame;
  readonly zM: number;
  readonly status: AgentStatus;
  readonly socRatio: number;
  /** 1 is fit. */
  readonly healthRatio: number;
  readonly assist: "NONE" | "REQUESTED" | "ACTIVE";
}

export function telemetryOf(input: TelemetryInput): Telemetry {
  const { status } = input;
  const place = input.frame.toGeodetic(status.estimate.xM, status.estimate.yM, input.zM);
  return {
    vehicle_id: input.vehicleId,
    timestamp: isoUtc(input.epochMs, input.nowUs),
    sequence: input.sequence,
    position: {
      latitude: place[0] as number,
      longitude: place[1] as number,
      altitude: place[2] as number,
      heading: headingDegFromYaw(status.estimate.yawRad),
      speed: Math.abs(status.estimate.speedMps),
      accuracy: status.estimate.sigmaM,
    },
    status: {
      operational_state: status.operationalState,
      energy_level: clamp(100 * input.socRatio, 0, 100),
      health_score: clamp(Math.round(100 * input.healthRatio), 0, 100),
      assist_state: input.assist,
    },
    ...(status.missionId === undefined ? {} : { mission: { mission_id: status.missionId, progress: clamp(100 * status.missionProgressRatio, 0, 100) } }),
  };
}
