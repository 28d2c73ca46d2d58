/**
 * From task, surroundings and fitness to one command: the lowest acceleration that anybody demands, and the steering that
 * keeps the path. Remembers only what smoothness needs. Says what it does as a behaviour, and why as a reason.
 */
import type { AgentBehaviour, AgentReason, AgentStatus, MrmState } from "../fleet-core/contract/agent-status.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { HEADING_RAD, SPEED_MPS, segmentAt, valueAt, type DrivePath } from "./drive-path.ts";
import { speedAccel, stopAccel, type LongitudinalLimits } from "./following.ts";
import type { HalCommand } from "./hal/types.ts";
import type { Finding } from "./health.ts";
import type { Estimate } from "./localisation.ts";
import { REST_MPS, type Mrm } from "./mrm.ts";
import { newCause, reasonOf } from "./reason.ts";
import { createSteering } from "./steering.ts";
import { createSurround, type Surround, type SurroundInput } from "./surround.ts";
import type { TaskRunner } from "./task.ts";
import type { Track } from "./tracking.ts";

/** What a plan is made from; the agent keeps one and brings it up to date in each tick. */
export interface PlanInput {
  nowUs: number;
  dtS: number;
  ready: boolean;
  readonly estimate: Readonly<Estimate>;
  readonly tracks: readonly Track[];
  /** Tracks begun since the start. */
  begun: number;
  readonly task: TaskRunner;
  readonly mrm: Mrm;
  capMps: number;
  cappedBy: Finding | undefined;
  paused: boolean;
  limits: LongitudinalLimits;
  brakeHealthRatio: number;
  /** Lag of the actuators beyond the profile's [s]. */
  lateS: number;
  /** For how long the vehicle has been at rest. */
  restS: number;
  /** The last command. */
  command: HalCommand;
}

export interface Planner {
  /** Good until the call after next. */
  plan(input: PlanInput): HalCommand;
  behaviour(): AgentBehaviour;
  reason(): AgentReason;
  targetMps(): number;
  lead(): AgentStatus["lead"];
  /** Behaviour after a broken assumption, without planning. */
  brace(state: MrmState): void;
  hashInto(hash: StateHash): void;
}

/** Longest time between two looks around, and what others must allow for them to be that far apart. */
const LOOK_US = 40_000;
const CALM_MPS2 = 0.5;
/** Indicators are set this often. */
const INDICATE_US = 100_000;
/** Holds the vehicle at rest. */
const HOLD_MPS2 = -0.5;

const newCommand = (): { -readonly [K in keyof HalCommand]: HalCommand[K] } => ({ steerRad: 0, accelMps2: 0, gear: "drive", hazard: false, indicator: "off" });

export function createPlanner(profile: VehicleProfile, leftHandTraffic: boolean): Planner {
  const steering = createSteering(profile);
  const surround = createSurround(profile, leftHandTraffic);
  const seen: Surround = { accelMps2: Infinity, threat: "none", threatId: 0, leadId: 0, leadGapM: Infinity, leadSpeedMps: 0 };
  let behaviour: AgentBehaviour = "idle";
  // Two commands take turns: while one is made the last one is still read.
  const first = newCommand();
  const second = newCommand();
  const cause = newCause();
  let targetMps = 0;
  let around: SurroundInput | undefined;
  const wanted = { mps: 0, plannedMps2: 0 };
  /** Segments of the last look-ups ahead: the next are found near them. */
  let lookUs = -1;
  let begunSeen = 0;
  let indicateUs = -1;
  let indicator: HalCommand["indicator"] = "off";
  let aheadI = 0;
  let turnI = 0;

  /**
   * Each tick while somebody around matters, is new, or the vehicle stands; else every other one: with nobody near the way
   * there is nothing to decide, and sensors do not see more than 20 times a second.
   */
  function lookAround(input: PlanInput, path: DrivePath): void {
    const calm = seen.accelMps2 > CALM_MPS2 && input.begun === begunSeen && path === around?.path && input.restS === 0;
    if (calm && input.nowUs < lookUs) return;
    lookUs = input.nowUs + LOOK_US;
    begunSeen = input.begun;
    around ??= { nowUs: 0, path, at: input.task.at, estimate: input.estimate, limits: input.limits, restS: 0 };
    around.nowUs = input.nowUs;
    around.path = path;
    around.limits = input.limits;
    around.restS = input.restS;
    surround.look(input.tracks, around, seen);
  }

  /** Fills `wanted` and says what sets it. */
  function wantSpeed(input: PlanInput, path: DrivePath): "path" | "cruise" | "health" {
    const { at } = input.task;
    const aheadM = Math.max(1, 0.4 * input.estimate.speedMps);
    aheadI = segmentAt(path, at.sM + aheadM, aheadI);
    const here = valueAt(path, SPEED_MPS, at.index, at.sM);
    const next = valueAt(path, SPEED_MPS, aheadI, at.sM + aheadM);
    const task = input.task.task();
    const cruise = task.kind === "cruise" ? task.speedMps : Infinity;
    const mps = Math.min(next, cruise, input.capMps);
    wanted.mps = mps;
    wanted.plannedMps2 = next < here && mps === next ? (next * next - here * here) / (2 * aheadM) : 0;
    return mps === input.capMps ? "health" : mps === cruise && cruise < next ? "cruise" : "path";
  }

  function indicatorFor(path: DrivePath, input: PlanInput): HalCommand["indicator"] {
    if (input.nowUs < indicateUs) return indicator;
    indicateUs = input.nowUs + INDICATE_US;
    const { at } = input.task;
    turnI = segmentAt(path, at.sM + 25, turnI);
    const turn = valueAt(path, HEADING_RAD, turnI, at.sM + 25) - valueAt(path, HEADING_RAD, at.index, at.sM);
    indicator = turn > 0.5 ? "left" : turn < -0.5 ? "right" : "off";
    return indicator;
  }

  /** Drives on: the lowest of wanted speed, stop ahead and everybody around. */
  function drive(input: PlanInput, path: DrivePath): number {
    const { estimate, limits, task } = input;
    const setBy = wantSpeed(input, path);
    targetMps = wanted.mps;
    let accel = speedAccel(wanted.mps, estimate.speedMps, wanted.plannedMps2, limits);
    behaviour = "cruise";
    cause.kind = setBy === "path" || (setBy === "health" && input.cappedBy === undefined) ? "drive" : setBy === "health" ? "cap" : "cruise";
    cause.mps = wanted.mps;
    cause.finding = input.cappedBy;
    cause.stop = task.stopName();

    const leftM = task.toStopM();
    if (leftM < Infinity) {
      const stop = task.dwelling() ? HOLD_MPS2 : stopAccel(leftM, estimate.speedMps, 0.8 * limits.decelMps2, limits.brakeMps2, limits.brakeLagS);
      if (stop < accel) {
        accel = stop;
        behaviour = cause.kind = task.dwelling() ? "dwell" : "approach-stop";
      }
    }
    if (seen.accelMps2 < accel && seen.threat !== "none") {
      accel = seen.accelMps2;
      behaviour = seen.threat === "lead" || seen.threat === "cut-in" ? "follow" : "yield";
      cause.kind = seen.threat;
      cause.trackId = seen.threatId;
    }
    return accel;
  }

  function smooth(input: PlanInput, accel: number, urgent: boolean): number {
    const last = input.command.accelMps2;
    const step = profile.limits.jerkMps3 * clamp(input.dtS, 0.005, 0.1);
    const floor = urgent || accel < -1.5 * input.limits.decelMps2 ? -Infinity : last - 2 * step;
    return Math.min(Math.max(accel, floor), Math.max(last, -input.limits.decelMps2) + 1.5 * step);
  }

  return {
    plan(input) {
      const { estimate, limits, task, mrm } = input;
      const path = task.path();
      const state = mrm.state();
      const atRest = input.restS > 0.3;
      let accel: number;
      let steerRad = input.command.steerRad;
      targetMps = 0;

      if (path !== undefined && input.ready) {
        lookAround(input, path);
        steerRad = steering.steer(path, task.at, estimate, input.dtS, input.lateS);
      } else {
        seen.accelMps2 = Infinity;
        seen.threat = "none";
        seen.leadId = 0;
      }

      if (state.kind !== "none") {
        // Brakes of a weak system are asked for more, so that the vehicle gets what was meant.
        accel = Math.min(-mrm.decelMps2(), seen.accelMps2);
        behaviour = state.kind === "succeeded" ? "held" : "mrm";
        cause.kind = "mrm";
        cause.mrm = state;
      } else if (!input.ready) {
        // The pose comes within a fraction of a second; braking before that would only disturb a moving start.
        accel = estimate.speedMps > REST_MPS ? 0 : HOLD_MPS2;
        behaviour = "idle";
        cause.kind = "start";
      } else if (input.paused) {
        accel = Math.min(-limits.decelMps2, seen.accelMps2);
        behaviour = "paused";
        cause.kind = "paused";
      } else if (path === undefined || task.task().kind === "none") {
        accel = Math.min(-limits.decelMps2, seen.accelMps2);
        behaviour = task.dwelling() ? "dwell" : "idle";
        cause.kind = task.task().kind === "none" ? "idle" : "no-way";
      } else {
        accel = drive(input, path);
      }

      const resting = atRest && accel < 0;
      accel = smooth(input, accel, state.kind !== "none" && state.behaviour === "emergency-stop");
      if (resting) accel = Math.min(accel, HOLD_MPS2);
      if (accel < 0) accel = Math.max(accel / Math.max(0.2, input.brakeHealthRatio), -profile.brake.decelMps2Max);
      const parked = resting && (behaviour === "held" || behaviour === "dwell" || behaviour === "idle" || behaviour === "paused") && input.restS > 1;
      const command = input.command === first ? second : first;
      command.steerRad = steerRad;
      command.accelMps2 = accel;
      command.gear = parked ? "park" : "drive";
      command.hazard = state.kind !== "none";
      command.indicator = state.kind === "none" && path !== undefined && behaviour !== "idle" ? indicatorFor(path, input) : "off";
      return command;
    },
    behaviour: () => behaviour,
    reason: () => reasonOf(cause),
    targetMps: () => targetMps,
    lead: () => (seen.leadId === 0 ? undefined : { id: `track-${seen.leadId}`, gapM: seen.leadGapM, speedMps: seen.leadSpeedMps }),
    brace(state) {
      behaviour = state.kind === "succeeded" ? "held" : "mrm";
      targetMps = 0;
      cause.kind = "braced";
      cause.mrm = state;
    },
    hashInto(hash) {
      hash.text(behaviour);
      hash.number(targetMps);
      surround.hashInto(hash);
      steering.hashInto(hash);
      hash.number(seen.leadId);
      hash.number(lookUs);
    },
  };
}
