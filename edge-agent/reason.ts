/**
 * Why the vehicle does what it does, as a code and one sentence. A plan only notes the cause, in each tick; the sentence is
 * made when somebody asks. Must never decide anything.
 */
import type { AgentReason, MrmState } from "../fleet-core/contract/agent-status.ts";
import type { Finding } from "./health.ts";
import type { ThreatKind } from "./surround.ts";

export type CauseKind = "start" | "idle" | "no-way" | "paused" | "mrm" | "braced" | "cap" | "cruise" | "drive" | "approach-stop" | "dwell" | Exclude<ThreatKind, "none">;

/** One object per planner, changed in place. Only what `kind` needs is up to date. */
export interface Cause {
  kind: CauseKind;
  /** What caps the speed. */
  finding: Finding | undefined;
  /** Speed capped to, or cruised at. */
  mps: number;
  /** The stop ahead, if it has a name. */
  stop: string | undefined;
  /** The object that matters. */
  trackId: number;
  mrm: MrmState;
}

export const newCause = (): Cause => ({ kind: "start", finding: undefined, mps: 0, stop: undefined, trackId: 0, mrm: { kind: "none" } });

export function reasonOf(cause: Cause): AgentReason {
  const { kind, finding, stop, mrm } = cause;
  const mps = cause.mps.toFixed(1);
  const who = `object ${cause.trackId}`;
  switch (kind) {
    case "start":
      return { code: kind, text: "waiting for the first position fix" };
    case "idle":
      return { code: kind, text: "there is nothing to do" };
    case "no-way":
      return { code: "idle", text: "there is no way to drive on" };
    case "paused":
      return { code: kind, text: "paused by command" };
    case "mrm":
    case "braced":
      return mrm.kind === "none" ? { code: "idle", text: "released" } : { code: mrm.reason.code, text: kind === "braced" ? mrm.reason.text : mrmText(mrm) };
    case "cap":
      return { code: finding?.code ?? "cap", text: `speed capped at ${mps} m/s because ${finding?.say(finding) ?? "of a condition"}` };
    case "cruise":
      return { code: kind, text: `cruising at the wanted ${mps} m/s` };
    case "drive":
      return { code: kind, text: stop === undefined ? "following the lane" : `driving to stop "${stop}"` };
    case "approach-stop":
      return { code: kind, text: stop === undefined ? "the road ends here" : `stopping at "${stop}"` };
    case "dwell":
      return { code: kind, text: stop === undefined ? "the road ends here" : `waiting at stop "${stop}"` };
    case "lead":
      return { code: "follow", text: `keeping the gap to ${who} ahead` };
    case "cut-in":
      return { code: kind, text: `making room for ${who}, which is moving into the lane` };
    case "blocked":
      return { code: kind, text: `${who} stands in the way` };
    case "person":
      return { code: kind, text: `a person (${who}) is in the way or about to be` };
    case "crossing":
      return { code: kind, text: `${who} crosses and goes first` };
  }
}

function mrmText(mrm: Exclude<MrmState, { kind: "none" }>): string {
  if (mrm.kind === "succeeded") return `at rest until released: ${mrm.reason.text}`;
  return `${mrm.behaviour === "emergency-stop" ? "emergency stop" : "comfortable stop"} because ${mrm.reason.text}`;
}
