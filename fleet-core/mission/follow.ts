/**
 * What a vehicle's answers and telemetry mean for the mission it has. Looks at levels (what is known now), not at edges
 * (what just happened), so that it may be asked again at any time, after a restart too, and gives the same answer.
 * Must never conclude from silence that a vehicle is not driving a mission.
 */
import type { MissionCommand, MissionRecord } from "./mission.ts";

/** What is known of one command: not sent yet, on its way (`open`), or the last word about it. */
export interface CommandStanding {
  readonly status: "unsent" | "open" | "accepted" | "rejected" | "executed" | "failed" | "expired" | "superseded";
  readonly reason: string;
  /** From then on the vehicle must refuse it. */
  readonly expirationUs: number;
}

/** The newest telemetry of the vehicle that has the mission. */
export interface MissionReport {
  readonly sentUs: number;
  readonly missionId: string | undefined;
  /** Sending time of the first of the unbroken row of reports that name this same mission (or none). */
  readonly missionSinceUs: number;
  /** Highest progress heard for the mission that is asked about. */
  readonly progressRatioMax: number;
}

/** The vehicle says for this long that it has no such mission before the core believes that an answer was lost. */
export const ABSENT_US = 3_000_000;
/** After this long without an answer to a question a second the core concludes from telemetry alone. */
export const ABSENT_FINAL_US = 60_000_000;
/** Progress from which a mission that vanished counts as done. */
export const DONE_RATIO = 0.99;

export type MissionStep =
  | { readonly kind: "nothing" }
  | { readonly kind: "decide"; readonly command: MissionCommand }
  | { readonly kind: "send-assign" }
  | { readonly kind: "send-cancel" }
  /** Send the ASSIGN_MISSION command again, same id: the vehicle answers with its latest outcome. */
  | { readonly kind: "ask-again" };

const NOTHING: MissionStep = { kind: "nothing" };
const decide = (command: MissionCommand): MissionStep => ({ kind: "decide", command });

/** Next step of a mission that a vehicle has; `report` is undefined until the vehicle was heard. */
export function followMission(record: MissionRecord, assign: CommandStanding, cancel: CommandStanding, report: MissionReport | undefined): MissionStep {
  const state = record.state;
  if (state.kind !== "assigned" && state.kind !== "underway") return NOTHING;
  const vehicleId = state.vehicleId;
  const sinceUs = Math.max(record.assignment?.atUs ?? 0, record.startedUs ?? 0);
  // A report from before the assignment may name the mission from an earlier try.
  const driving = report !== undefined && report.missionId === record.mission.mission_id && report.sentUs >= sinceUs;
  /** How long its reports since the start have said that it does not have the mission. */
  const absentUs = report === undefined || driving ? 0 : report.sentUs - Math.max(report.missionSinceUs, sinceUs);

  if (assign.status === "executed") return decide({ kind: "complete", vehicleId, evidence: "acknowledged" });
  if (assign.status === "failed") {
    return decide(record.cancel === undefined ? { kind: "fail", vehicleId, reason: assign.reason } : { kind: "confirm-cancel", reason: record.cancel.reason });
  }
  if (state.kind === "assigned" && (assign.status === "accepted" || driving)) return decide({ kind: "start", vehicleId });
  if (record.cancel !== undefined) return followCancel(record.cancel.reason, assign, cancel, driving, absentUs, report);

  if (state.kind === "assigned") {
    if (assign.status === "unsent") return { kind: "send-assign" };
    if (assign.status === "rejected") return decide({ kind: "decline", vehicleId, reason: assign.reason });
    // It may have accepted, and even finished, while its answers got lost: only its own later word frees the mission.
    if (!isUnanswered(assign) || report === undefined || report.sentUs <= assign.expirationUs) return NOTHING;
    const askedUs = Math.min(absentUs, report.sentUs - assign.expirationUs);
    return askedUs < ABSENT_FINAL_US ? { kind: "ask-again" } : decide({ kind: "decline", vehicleId, reason: "the vehicle never answered" });
  }
  if (absentUs < ABSENT_US) return NOTHING;
  if (assign.status === "rejected") return decide({ kind: "fail", vehicleId, reason: `the vehicle gave it up: ${assign.reason}` });
  if (absentUs < ABSENT_FINAL_US) return { kind: "ask-again" };
  const progressRatio = report?.progressRatioMax ?? 0;
  if (progressRatio >= DONE_RATIO) return decide({ kind: "complete", vehicleId, evidence: "telemetry" });
  return decide({ kind: "fail", vehicleId, reason: `the vehicle no longer reports it; last known progress ${Math.floor(progressRatio * 100)} %` });
}

const isUnanswered = (command: CommandStanding): boolean => command.status === "expired" || command.status === "superseded";

function followCancel(reason: string, assign: CommandStanding, cancel: CommandStanding, driving: boolean, absentUs: number, report: MissionReport | undefined): MissionStep {
  if (cancel.status === "executed" || assign.status === "rejected" || assign.status === "unsent") return decide({ kind: "confirm-cancel", reason });
  // The cancellation waits until the assignment is answered or dead: overtaking it on the way, it would cancel nothing.
  if (cancel.status === "unsent") return assign.status === "open" ? NOTHING : { kind: "send-cancel" };
  if (cancel.status === "open") return NOTHING;
  const assignDead = assign.status === "accepted" || (report !== undefined && report.sentUs > assign.expirationUs);
  if (absentUs >= ABSENT_US && assignDead) return absentUs < ABSENT_FINAL_US ? { kind: "ask-again" } : decide({ kind: "confirm-cancel", reason });
  if (driving && cancel.status !== "accepted" && report !== undefined && (!isUnanswered(cancel) || report.sentUs > cancel.expirationUs)) {
    return decide({ kind: "refuse-cancel", reason: isUnanswered(cancel) ? "the vehicle never answered" : cancel.reason });
  }
  return NOTHING;
}
