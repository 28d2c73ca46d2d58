/** All gates, in the order they are tried. */
import type { Gate } from "../types.ts";
import { claimedDomain } from "./domain.ts";
import { linkLoss, localisation, minimalRisk, oddExit } from "./failures.ts";
import { brakingLaw, kinematicEnvelope } from "./kinematics.ts";
import { controlLoop, determinism, faultMatrix } from "./system.ts";
import { cutIn, following, leadBrakes, vruCrossing } from "./traffic.ts";

/** Goes up whenever a gate's demand changes: certificates name it. */
export const GATE_SET = "atlasmesh.gates/1";

/** `nowMs` times the control loop; everything else is deterministic. */
export const gates = (nowMs: () => number): readonly Gate[] => [
  kinematicEnvelope, brakingLaw, following, leadBrakes, cutIn, vruCrossing, claimedDomain,
  minimalRisk, linkLoss, oddExit, localisation, faultMatrix, determinism, controlLoop(nowMs),
];
