/**
 * From task, surroundings and fitness to one command: the lowest acceleration that anybody demands, and the steering that
 * keeps the path. Remembers only what smoothness needs. Says what it does as a behaviour, and why as a reason.
 */
import type { AgentBehaviour, AgentReason, AgentStatus, MrmState } from "../fleet-core/contract/agent-status.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { clamp } from "../fleet-core/kernel/units.ts";
import { segmentAt, valueAt, type DrivePath } from "./drive-path.ts";
import { speedAccel, stopAccel, type LongitudinalLimits } from "./following.ts";
import type { HalCommand } from "./hal/types.ts";
import type { Finding } from "./health.ts";
import type { Estimate } from "./localisation.ts";
import { REST_MPS, type Mrm } from "./mrm.ts";
import { createSteering } from "./steering.ts";
import { createSurround, type Surround } from "./surround.ts";
import type { TaskRunner } from "./task.ts";
import type { Track } from "./tracking.ts";

export interface PlanInput {
  readonly nowUs: number;
  readonly dtS: number;
  readonly ready: boolean;
  readonly estimate: Readonly<Estimate>;
  readonly tracks: readonly Track[];
  readonly task: TaskRunner;
  readonly mrm: Mrm;
  readonly capMps: number;
  readonly cappedBy: Finding | undefined;
  readonly paused: boolean;
  readonly limits: LongitudinalLimits;
  readonly brakeHealthRatio: number;
  /** Lag of the actuators beyond the profile's [s]. */
  readonly lateS: number;
  /** For how long the vehicle has been at rest. */
  readonly restS: number;
  /** The last command. */
  readonly command: HalCommand;
}

export interface Planner {
  plan(input: PlanInput): { readonly command: HalCommand };
  behaviour(): AgentBehaviour;
  reason(): AgentReason;
  targetMps(): number;
  lead(): AgentStatus["lead"];
  /** Behaviour after a broken assumption, without planning. */
  brace(state: MrmState): void;
  hashInto(hash: StateHash): void;
}

/** Holds the vehicle at rest. */
const HOLD_MPS2 = -0.5;

export function createPlanner(profile: VehicleProfile, leftHandTraffic: boolean): Planner {
  const steering = createSteering(profile);
  const surround = createSurround(profile, leftHandTraffic);
  const seen: Surround = { accelMps2: Infinity, threat: "none", threatId: 0, leadId: 0, leadGapM: Infinity, leadSpeedMps: 0 };
  let behaviour: AgentBehaviour = "idle";
  let reason: AgentReason = { code: "start", text: "waiting for the first position fix" };
  let reasonKey = "";
  let targetMps = 0;

  /** The sentence is made only when what it says has changed. */
  function because(key: string, code: string, text: () => string): void {
    if (key === reasonKey) return;
    reasonKey = key;
    reason = { code, text: text() };
  }

  function wantedSpeed(input: PlanInput, path: DrivePath): { mps: number; plannedMps2: number; cap: "path" | "cruise" | "health" } {
    const { at } = input.task;
    const aheadM = Math.max(1, 0.4 * input.estimate.speedMps);
    const nextI = segmentAt(path, at.sM + aheadM, at.index);
    const here = valueAt(path, path.speedMps, at.index, at.sM);
    const next = valueAt(path, path.speedMps, nextI, at.sM + aheadM);
    const task = input.task.task();
    const cruise = task.kind === "cruise" ? task.speedMps : Infinity;
    const mps = Math.min(next, cruise, input.capMps);
    const cap = mps === input.capMps ? "health" : mps === cruise && cruise < next ? "cruise" : "path";
    return { mps, plannedMps2: next < here && mps === next ? (next * next - here * here) / (2 * aheadM) : 0, cap };
  }

  function indicatorFor(path: DrivePath, input: PlanInput): HalCommand["indicator"] {
    const { at } = input.task;
    const turn = valueAt(path, path.headingRad, segmentAt(path, at.sM + 25, at.index), at.sM + 25) - valueAt(path, path.headingRad, at.index, at.sM);
    return turn > 0.5 ? "left" : turn < -0.5 ? "right" : "off";
  }

  /** Drives on: the lowest of wanted speed, stop ahead and everybody around. */
  function drive(input: PlanInput, path: DrivePath): number {
    const { estimate, limits, task } = input;
    const wanted = wantedSpeed(input, path);
    targetMps = wanted.mps;
    let accel = speedAccel(wanted.mps, estimate.speedMps, wanted.plannedMps2, limits);
    behaviour = "cruise";
    if (wanted.cap === "health" && input.cappedBy !== undefined) {
      const finding = input.cappedBy;
      because(`cap/${finding.code}/${finding.input}`, finding.code, () => `speed capped at ${wanted.mps.toFixed(1)} m/s because ${finding.say(finding)}`);
    } else if (wanted.cap === "cruise") {
      because(`cruise/${wanted.mps}`, "cruise", () => `cruising at the wanted ${wanted.mps.toFixed(1)} m/s`);
    } else {
      const name = task.stopName();
      because(`drive/${name ?? ""}`, "drive", () => (name === undefined ? "following the lane" : `driving to stop "${name}"`));
    }

    const leftM = task.toStopM();
    if (leftM < Infinity) {
      const stop = task.dwelling() ? HOLD_MPS2 : stopAccel(leftM, estimate.speedMps, 0.8 * limits.decelMps2, limits.brakeMps2, limits.brakeLagS);
      if (stop < accel) {
        accel = stop;
        const name = task.stopName();
        behaviour = task.dwelling() ? "dwell" : "approach-stop";
        because(`${behaviour}/${name ?? ""}`, behaviour, () => (name === undefined ? "the road ends here" : task.dwelling() ? `waiting at stop "${name}"` : `stopping at "${name}"`));
      }
    }
    if (seen.accelMps2 < accel) {
      accel = seen.accelMps2;
      yieldOrFollow();
    }
    return accel;
  }

  function yieldOrFollow(): void {
    const { threat, threatId } = seen;
    const who = `object ${threatId}`;
    behaviour = threat === "lead" || threat === "cut-in" ? "follow" : "yield";
    switch (threat) {
      case "lead":
        return because(`lead/${threatId}`, "follow", () => `keeping the gap to ${who} ahead`);
      case "cut-in":
        return because(`cut-in/${threatId}`, "cut-in", () => `making room for ${who}, which is moving into the lane`);
      case "blocked":
        return because(`blocked/${threatId}`, "blocked", () => `${who} stands in the way`);
      case "person":
        return because(`person/${threatId}`, "person", () => `a person (${who}) is in the way or about to be`);
      case "crossing":
        return because(`crossing/${threatId}`, "crossing", () => `${who} crosses and goes first`);
      case "none":
    }
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
        surround.look(input.tracks, { nowUs: input.nowUs, path, at: task.at, estimate, limits, restS: input.restS }, seen);
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
        because(`mrm/${state.kind}/${state.behaviour}/${state.reason.code}`, state.reason.code, () => (state.kind === "succeeded" ? `at rest until released: ${state.reason.text}` : `${state.behaviour === "emergency-stop" ? "emergency stop" : "comfortable stop"} because ${state.reason.text}`));
      } else if (!input.ready) {
        // The pose comes within a fraction of a second; braking before that would only disturb a moving start.
        accel = estimate.speedMps > REST_MPS ? 0 : HOLD_MPS2;
        behaviour = "idle";
        because("start", "start", () => "waiting for the first position fix");
      } else if (input.paused) {
        accel = Math.min(-limits.decelMps2, seen.accelMps2);
        behaviour = "paused";
        because("paused", "paused", () => "paused by command");
      } else if (path === undefined || task.task().kind === "none") {
        accel = Math.min(-limits.decelMps2, seen.accelMps2);
        behaviour = task.dwelling() ? "dwell" : "idle";
        because("idle", "idle", () => (task.task().kind === "none" ? "there is nothing to do" : "there is no way to drive on"));
      } else {
        accel = drive(input, path);
      }

      const resting = atRest && accel < 0;
      accel = smooth(input, accel, state.kind !== "none" && state.behaviour === "emergency-stop");
      if (resting) accel = Math.min(accel, HOLD_MPS2);
      if (accel < 0) accel = Math.max(accel / Math.max(0.2, input.brakeHealthRatio), -profile.brake.decelMps2Max);
      const parked = resting && (behaviour === "held" || behaviour === "dwell" || behaviour === "idle" || behaviour === "paused") && input.restS > 1;
      const command: HalCommand = {
        steerRad,
        accelMps2: accel,
        gear: parked ? "park" : "drive",
        hazard: state.kind !== "none",
        indicator: state.kind === "none" && path !== undefined && behaviour !== "idle" ? indicatorFor(path, input) : "off",
      };
      return { command };
    },
    behaviour: () => behaviour,
    reason: () => reason,
    targetMps: () => targetMps,
    lead: () => (seen.leadId === 0 ? undefined : { id: `track-${seen.leadId}`, gapM: seen.leadGapM, speedMps: seen.leadSpeedMps }),
    brace(state) {
      behaviour = state.kind === "succeeded" ? "held" : "mrm";
      targetMps = 0;
      if (state.kind !== "none") because(`brace/${state.kind}/${state.reason.text}`, state.reason.code, () => state.reason.text);
    },
    hashInto(hash) {
      hash.text(behaviour);
      hash.number(targetMps);
      surround.hashInto(hash);
      steering.hashInto(hash);
      hash.number(seen.leadId);
    },
  };
}
