/**
 * What the vehicle is to do: nothing, cruise along its lane, or a mission from stop to stop. Keeps the path to drive on
 * and where the vehicle is on it; plans again after each stop and after each interruption. Never moves the vehicle.
 */
import type { Mission } from "../fleet-core/contract/mission.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { err, ok, type Result } from "../fleet-core/kernel/result.ts";
import { US_PER_S } from "../fleet-core/kernel/time.ts";
import type { LanePosition, RoadNetwork } from "../fleet-core/road/types.ts";
import { WIDTH_M, canFollow, createDrivePath, newProjection, projectNear, projectWithin, valueAt, type DrivePath, type Projection } from "./drive-path.ts";
import type { Estimate } from "./localisation.ts";

export type Task =
  | { readonly kind: "none" }
  | { readonly kind: "cruise"; readonly speedMps: number }
  | { readonly kind: "mission"; readonly mission: Mission; readonly commandId: string };

export type TaskEvent = "none" | "stop-reached" | "mission-completed" | "no-route";

export interface TaskRunner {
  task(): Task;
  path(): DrivePath | undefined;
  readonly at: Projection;
  /** Distance left to the point where this path must end at rest; Infinity when it goes on. */
  toStopM(): number;
  /** Name of the stop ahead or dwelt at. */
  stopName(): string | undefined;
  dwelling(): boolean;
  progressRatio(): number;
  /** Half of what the lane leaves free beside the vehicle, here [m]. */
  laneMarginM(): number;
  cruise(speedMps: number): void;
  /** Refused with a reason code when a stop does not exist or cannot be reached. */
  assign(mission: Mission, commandId: string, estimate: Readonly<Estimate>): Result<void, { readonly code: string; readonly text: string }>;
  /** Ends the task; the path stays until the vehicle has come to rest on it. */
  drop(): void;
  /** Forgets the path, to plan anew from where the vehicle is. */
  replan(): void;
  /** Once per tick while localised. `mayPlan` is false while the vehicle is not to go on (paused, manoeuvre). */
  update(nowUs: number, estimate: Readonly<Estimate>, mayPlan: boolean): TaskEvent;
  hashInto(hash: StateHash): void;
}

/** A stop counts as reached within this distance at rest, at once or after having stood a while. */
const ARRIVED_M = 0.25;
const ARRIVED_LATE_M = 0.5;
const STOOD_US = 500_000;
const REST_MPS = 0.05;
const CRUISE_AHEAD_M = 400;
const CRUISE_RENEW_M = 160;
/** Planning again after a failure, at most this often. */
const RETRY_US = 1_000_000;

export function createTaskRunner(profile: VehicleProfile, map: RoadNetwork): TaskRunner {
  let task: Task = { kind: "none" };
  let path: DrivePath | undefined;
  const at = newProjection();
  let endsM = Infinity;
  let stopIndex = 0;
  let dwellUntilUs = -1;
  let stoodSinceUs = -1;
  let retryUs = 0;
  let hint: LanePosition | undefined;
  let deadEnd = false;

  function locate(estimate: Readonly<Estimate>): LanePosition | undefined {
    const found = map.locate(estimate.xM, estimate.yM, { ...(hint === undefined ? {} : { hint }), withinM: 6, drivableOnly: true, headingRad: estimate.yawRad });
    hint = found;
    return found;
  }

  function setPath(next: DrivePath, estimate: Readonly<Estimate>): void {
    path = next;
    projectWithin(next, estimate.xM, estimate.yM, 0, next.count - 1, at);
    // A route begins where the vehicle is; a later pass of the same place must not be taken for it.
    if (at.sM > 30) projectNear(next, estimate.xM, estimate.yM, 0, at);
  }

  /** Plans towards the stop; "here" when the vehicle is already at it. */
  function planToStop(estimate: Readonly<Estimate>, from: LanePosition): "planned" | "here" | "unreachable" {
    if (task.kind !== "mission") return "unreachable";
    const stop = task.mission.stops[stopIndex];
    if (stop === undefined) return "unreachable";
    if (from.road === stop.road && from.lane === stop.lane && Math.abs(from.sM - stop.sM) < ARRIVED_LATE_M) return "here";
    const route = map.route(from, { road: stop.road, lane: stop.lane, sM: stop.sM, offsetM: 0 });
    if (route === undefined) return "unreachable";
    if (route.sM.length < 2 || route.lengthM <= 0) return "here";
    const next = createDrivePath(route, profile);
    if (!canFollow(next, profile)) return "unreachable";
    setPath(next, estimate);
    endsM = route.lengthM;
    stoodSinceUs = -1;
    return "planned";
  }

  function planCruise(estimate: Readonly<Estimate>): boolean {
    const from = locate(estimate);
    if (from === undefined) return false;
    const lane = map.straightOn({ ...from, offsetM: 0 }, CRUISE_AHEAD_M);
    if (lane.sM.length < 2 || lane.lengthM <= 0) return false;
    // The network ends before the path does: the last metre belongs to nobody.
    deadEnd = lane.lengthM < CRUISE_AHEAD_M - 1;
    setPath(createDrivePath(lane, profile), estimate);
    endsM = deadEnd ? lane.lengthM - 1 - (profile.geometry.lengthM - profile.geometry.rearOverhangM) : Infinity;
    return true;
  }

  function nextStop(nowUs: number): TaskEvent {
    if (task.kind !== "mission") return "none";
    dwellUntilUs = -1;
    path = undefined;
    stopIndex += 1;
    if (stopIndex < task.mission.stops.length) return "none";
    if (task.mission.repeat) {
      stopIndex = 0;
      return "none";
    }
    task = { kind: "none" };
    retryUs = nowUs;
    return "mission-completed";
  }

  function arrive(nowUs: number): TaskEvent {
    if (task.kind !== "mission") return "none";
    dwellUntilUs = nowUs + Math.round((task.mission.stops[stopIndex]?.dwellS ?? 0) * US_PER_S);
    return "stop-reached";
  }

  function updateMission(nowUs: number, estimate: Readonly<Estimate>, mayPlan: boolean): TaskEvent {
    if (dwellUntilUs >= 0) return nowUs >= dwellUntilUs && mayPlan ? nextStop(nowUs) : "none";
    if (path === undefined) {
      if (!mayPlan || nowUs < retryUs) return "none";
      retryUs = nowUs + RETRY_US;
      const from = locate(estimate);
      const planned = from === undefined ? "unreachable" : planToStop(estimate, from);
      return planned === "unreachable" ? "no-route" : planned === "here" ? arrive(nowUs) : "none";
    }
    const leftM = endsM - at.sM;
    if (Math.abs(estimate.speedMps) > REST_MPS || leftM > ARRIVED_LATE_M) stoodSinceUs = -1;
    else if (stoodSinceUs < 0) stoodSinceUs = nowUs;
    const stoodUs = stoodSinceUs < 0 ? -1 : nowUs - stoodSinceUs;
    return (stoodUs >= 0 && leftM <= ARRIVED_M) || stoodUs >= STOOD_US ? arrive(nowUs) : "none";
  }

  return {
    task: () => task,
    path: () => path,
    at,
    toStopM: () => (path === undefined ? 0 : endsM - at.sM),
    stopName: () => (task.kind === "mission" ? task.mission.stops[stopIndex]?.name : undefined),
    dwelling: () => dwellUntilUs >= 0,
    progressRatio() {
      if (task.kind !== "mission") return 0;
      const share = dwellUntilUs >= 0 ? 1 : path === undefined || !(endsM > 0) || endsM === Infinity ? 0 : Math.min(1, Math.max(0, at.sM / endsM));
      return Math.min(1, (stopIndex + share) / task.mission.stops.length);
    },
    laneMarginM() {
      if (path === undefined) return 0.5;
      return Math.max(0, (valueAt(path, WIDTH_M, at.index, at.sM) - profile.geometry.widthM) / 2);
    },
    cruise(speedMps) {
      if (task.kind === "mission") return;
      if (task.kind !== "cruise") path = undefined;
      if (task.kind !== "cruise" || task.speedMps !== speedMps) task = { kind: "cruise", speedMps };
    },
    assign(mission, commandId, estimate) {
      const from = locate(estimate);
      if (from === undefined) return err({ code: "off-map", text: "the vehicle is not on a lane of its map" });
      let position: LanePosition = from;
      for (const stop of mission.stops) {
        const target: LanePosition = { road: stop.road, lane: stop.lane, sM: stop.sM, offsetM: 0 };
        if (map.pointOfLane(target) === undefined) return err({ code: "no-such-place", text: `stop "${stop.name}" is not on the map: road ${stop.road}, lane ${stop.lane}, s ${stop.sM}` });
        const same = position.road === target.road && position.lane === target.lane && Math.abs(position.sM - target.sM) < ARRIVED_LATE_M;
        const way = same ? undefined : map.route(position, target);
        if (!same && way === undefined) return err({ code: "unreachable", text: `no way leads to stop "${stop.name}"` });
        if (way !== undefined && way.sM.length >= 2 && way.lengthM > 0) {
          const leg = createDrivePath(way, profile);
          if (!canFollow(leg, profile)) return err({ code: "too-tight", text: `on the way to stop "${stop.name}" a bend of ${(1 / leg.tightest).toFixed(1)} m radius is too tight for this vehicle` });
        }
        position = target;
      }
      task = { kind: "mission", mission, commandId };
      stopIndex = 0;
      dwellUntilUs = -1;
      // Moving: keep the old path until the new one is planned in this tick's update.
      path = undefined;
      retryUs = 0;
      return ok(undefined);
    },
    drop() {
      task = { kind: "none" };
      dwellUntilUs = -1;
    },
    replan() {
      if (dwellUntilUs < 0) path = undefined;
      retryUs = 0;
    },
    update(nowUs, estimate, mayPlan) {
      let event: TaskEvent = "none";
      if (path !== undefined) projectNear(path, estimate.xM, estimate.yM, at.index, at);
      switch (task.kind) {
        case "mission":
          event = updateMission(nowUs, estimate, mayPlan);
          break;
        case "cruise":
          if (path === undefined || (!deadEnd && path.lengthM - at.sM < CRUISE_RENEW_M)) {
            if (mayPlan && nowUs >= retryUs && !planCruise(estimate)) {
              retryUs = nowUs + RETRY_US;
              if (path === undefined) event = "no-route";
            }
          }
          break;
        case "none":
          break;
      }
      return event;
    },
    hashInto(hash) {
      hash.text(task.kind);
      hash.text(task.kind === "mission" ? task.commandId : "");
      for (const value of [stopIndex, dwellUntilUs, stoodSinceUs, retryUs, deadEnd ? 1 : 0, path === undefined ? -1 : path.lengthM, at.sM, at.dM, at.index]) hash.number(value);
    },
  };
}
