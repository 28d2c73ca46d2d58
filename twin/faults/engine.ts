/**
 * Fault plan at work: sets and clears faults at their times and says which effects hold now. Faults of one kind on one
 * target combine to the worst of them. What is not an effect but an event (a pedestrian, energy that disappears, a core
 * that crashes) comes out as a change for the run to act on. Times become whole microseconds once, on the way in.
 */
import type { Fault, FaultKind, FaultPlan } from "../../fleet-core/contract/fault.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { type TimeUs, timeFromS } from "../../fleet-core/kernel/time.ts";
import type { FaultChange, FaultEngine, VehicleEffects } from "./types.ts";

/** Planned and injected faults of one run; as many as a plan may hold, twice over. */
export const FAULTS_MAX = 2000;
/** `gnss-jump` severity is in tens of metres. */
const JUMP_M_PER_SEVERITY = 10;

export const HEALTHY: VehicleEffects = Object.freeze({
  brakeLoss: 0,
  steerLoss: 0,
  lagS: 0,
  gnssLoss: 0,
  gnssJumpM: 0,
  lidarLoss: 0,
  cameraLoss: 0,
  wheelSpeedBias: 0,
  computeStall: 0,
  linkLoss: 0,
});

interface Entry {
  readonly fault: Fault;
  readonly atUs: number;
  /** Undefined: never clears. */
  readonly clearUs: number | undefined;
  state: "waiting" | "set" | "cleared";
}

type MutableEffects = { -readonly [K in keyof VehicleEffects]: VehicleEffects[K] };

function worsen(effects: MutableEffects, kind: FaultKind, severity: number): void {
  switch (kind) {
    case "brake-fade":
      effects.brakeLoss = Math.max(effects.brakeLoss, severity);
      return;
    case "steering-stuck":
      effects.steerLoss = Math.max(effects.steerLoss, severity);
      return;
    case "actuator-lag":
      effects.lagS = Math.max(effects.lagS, severity);
      return;
    case "gnss-loss":
      effects.gnssLoss = Math.max(effects.gnssLoss, severity);
      return;
    case "gnss-jump":
      effects.gnssJumpM = Math.max(effects.gnssJumpM, severity * JUMP_M_PER_SEVERITY);
      return;
    case "lidar-dropout":
      effects.lidarLoss = Math.max(effects.lidarLoss, severity);
      return;
    case "camera-dropout":
      effects.cameraLoss = Math.max(effects.cameraLoss, severity);
      return;
    case "wheel-speed-bias":
      effects.wheelSpeedBias = Math.max(effects.wheelSpeedBias, severity);
      return;
    case "compute-stall":
      effects.computeStall = Math.max(effects.computeStall, severity);
      return;
    case "link-loss":
      effects.linkLoss = Math.max(effects.linkLoss, severity);
      return;
    case "low-battery":
    case "sudden-pedestrian":
    case "core-crash":
      return;
  }
}

/** `plan` has passed `parseFaultPlan` or is otherwise valid; a clear time not after the set time is a broken assumption. */
export function createFaultEngine(plan: FaultPlan): FaultEngine {
  const none: readonly FaultChange[] = Object.freeze([]);
  const nothing: readonly FaultKind[] = Object.freeze([]);
  const entries: Entry[] = [];
  /** What holds now, for targets with an active fault only. */
  const now = new Map<string, { readonly effects: VehicleEffects; readonly kinds: readonly FaultKind[] }>();
  let nowUs = 0;
  let nextUs = Infinity;

  function enter(fault: Fault): void {
    const atUs = timeFromS(fault.atS);
    const clearUs = fault.clearS === undefined ? undefined : timeFromS(fault.clearS);
    invariant(clearUs === undefined || clearUs > atUs, `fault ${fault.kind} on ${fault.target} must clear after it is set at ${fault.atS} s`);
    invariant(entries.length < FAULTS_MAX, `at most ${FAULTS_MAX} faults in a run`);
    entries.push({ fault, atUs, clearUs, state: "waiting" });
    nextUs = Math.min(nextUs, atUs);
  }

  function refresh(target: string): void {
    const effects: MutableEffects = { ...HEALTHY };
    const kinds: FaultKind[] = [];
    for (const entry of entries) {
      if (entry.state !== "set" || entry.fault.target !== target) continue;
      worsen(effects, entry.fault.kind, entry.fault.severity);
      if (!kinds.includes(entry.fault.kind)) kinds.push(entry.fault.kind);
    }
    if (kinds.length === 0) now.delete(target);
    else now.set(target, { effects, kinds });
  }

  for (const fault of plan.faults) enter(fault);

  return {
    advance(timeUs: TimeUs) {
      if (!(timeUs >= nowUs)) invariant(false, `time runs forward: now ${nowUs}, asked for ${timeUs}`);
      nowUs = timeUs;
      if (timeUs < nextUs) return none;
      const changes: FaultChange[] = [];
      nextUs = Infinity;
      for (const entry of entries) {
        if (entry.state === "waiting" && entry.atUs <= timeUs) {
          entry.state = "set";
          changes.push({ fault: entry.fault, change: "set" });
        }
        if (entry.state === "set" && entry.clearUs !== undefined && entry.clearUs <= timeUs) {
          entry.state = "cleared";
          changes.push({ fault: entry.fault, change: "clear" });
        }
        if (entry.state === "waiting") nextUs = Math.min(nextUs, entry.atUs);
        else if (entry.state === "set" && entry.clearUs !== undefined) nextUs = Math.min(nextUs, entry.clearUs);
      }
      for (const { fault } of changes) refresh(fault.target);
      return changes;
    },
    effects: (target) => now.get(target)?.effects ?? HEALTHY,
    active: (target) => now.get(target)?.kinds ?? nothing,
    add(fault) {
      invariant(timeFromS(fault.atS) >= nowUs, `a fault cannot be added in the past: now ${nowUs} us, at ${fault.atS} s`);
      enter(fault);
    },
    plan: () => ({ schema: "atlasmesh.fault-plan/1", faults: entries.map((entry) => entry.fault) }),
  };
}
