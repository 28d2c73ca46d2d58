/**
 * Watches the agent of a vehicle after a fault was put on it and writes down what it decided, tick by tick, so that the
 * page can say how long the decision took without guessing from five looks a second. It only reads details; it must
 * never influence the run.
 */
import type { Fault } from "../../fleet-core/contract/fault.ts";
import type { VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Decision, DecisionChange } from "../protocol.ts";

export interface DecisionWatch {
  /** Begins to watch; `before` is the vehicle's detail at the tick of the injection, undefined for the core. */
  open(fault: Fault, tick: number, before: VehicleDetail | undefined): Decision;
  /** Some vehicle is being watched now. */
  watching(): boolean;
  /** Whether `look` has anything to do at this tick. */
  due(tick: number): boolean;
  /** Decisions that changed with these details. */
  look(tick: number, details: readonly VehicleDetail[]): readonly Decision[];
  all(): readonly Decision[];
}

/** Agents think each second tick. */
const EVERY_TICKS = 2;
const WATCH_TICKS = 3000;
const CHANGES_MAX = 8;
const DECISIONS_MAX = 32;

const changeOf = (tick: number, d: VehicleDetail): DecisionChange => ({ tick, behaviour: d.agent.behaviour, reason: d.agent.reason, mrm: d.agent.mrm, targetSpeedMps: d.agent.targetSpeedMps });
const keyOf = (c: DecisionChange): string => `${c.behaviour}|${c.reason.code}|${c.mrm.kind}|${c.mrm.kind === "none" ? "" : c.mrm.behaviour}`;
const IDLE: Omit<DecisionChange, "tick"> = { behaviour: "idle", reason: { code: "core", text: "" }, mrm: { kind: "none" }, targetSpeedMps: 0 };

export function createDecisionWatch(): DecisionWatch {
  let decisions: Decision[] = [];
  let count = 0;
  let openCount = 0;

  const replace = (next: Decision): void => {
    decisions = decisions.map((d) => (d.id === next.id ? next : d));
    openCount = decisions.filter((d) => !d.closed).length;
  };

  return {
    open(fault, tick, before) {
      count += 1;
      const first = before === undefined ? { tick, ...IDLE } : changeOf(tick, before);
      const decision: Decision = { id: count, fault, vehicleId: fault.target, injectedTick: tick, before: first, changes: [], closed: before === undefined };
      // Only the newest fault of a vehicle is watched: later changes answer both.
      decisions = decisions.map((d) => (d.vehicleId === fault.target ? { ...d, closed: true } : d));
      decisions = [...decisions, decision].slice(-DECISIONS_MAX);
      openCount = decisions.filter((d) => !d.closed).length;
      return decision;
    },
    watching: () => openCount > 0,
    due: (tick) => openCount > 0 && tick % EVERY_TICKS === 0,
    look(tick, details) {
      const changed: Decision[] = [];
      for (const d of decisions) {
        if (d.closed) continue;
        const detail = details.find((row) => row.id === d.vehicleId);
        const late = tick - d.injectedTick > WATCH_TICKS || detail === undefined;
        const last = d.changes[d.changes.length - 1] ?? d.before;
        const present = detail === undefined ? last : changeOf(tick, detail);
        const fresh = keyOf(present) !== keyOf(last);
        if (!fresh && !late) continue;
        const changes = fresh ? [...d.changes, present] : d.changes;
        // Back to what it did before: the story is over, whatever comes next has other causes.
        const over = fresh && keyOf(present) === keyOf(d.before);
        const next: Decision = { ...d, changes, closed: late || over || changes.length >= CHANGES_MAX };
        replace(next);
        changed.push(next);
      }
      return changed;
    },
    all: () => decisions,
  };
}
