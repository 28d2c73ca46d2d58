/**
 * Conditions and triggers over time: edges, delays, groups. What a condition measures is given as a function; this file
 * only knows when its answer counts.
 *
 * Edges compare with the value at the last evaluation, so an edge never fires at the first one. A delay repeats what the
 * edge-checked value was `delay` earlier. In a group a condition after a false one is not evaluated in that step, unless
 * it has a delay of its own running.
 */
import type { Condition, StoryboardState, Trigger } from "../schema/model.ts";
import { SMALL } from "./angles.ts";

/** Measures once; `timeS` is the simulation time. */
export type Probe = (timeS: number) => boolean;

export interface ConditionRun {
  readonly model: Condition;
  readonly probe: Probe;
  evaluated: boolean;
  last: boolean;
  /** Changes of the edge-checked value: times and values, oldest first, `next` not yet passed by the delay. */
  readonly times: number[];
  readonly values: boolean[];
  next: number;
  /** Called when the trigger is reset. */
  readonly forget: () => void;
}

export interface TriggerRun {
  readonly groups: readonly (readonly ConditionRun[])[];
  /** Value without any condition group. */
  readonly empty: boolean;
}

export function createTrigger(model: Trigger | undefined, empty: boolean, probeOf: (condition: Condition) => { probe: Probe; forget: () => void }): TriggerRun {
  const groups = (model?.groups ?? []).map((group) =>
    group.map((condition): ConditionRun => {
      const { probe, forget } = probeOf(condition);
      return { model: condition, probe, evaluated: false, last: false, times: [], values: [], next: 0, forget };
    }),
  );
  return { groups, empty };
}

export function evaluateTrigger(trigger: TriggerRun, timeS: number): boolean {
  if (trigger.groups.length === 0) return trigger.empty;
  let result = false;
  for (const group of trigger.groups) {
    let all = group.length > 0;
    for (const condition of group) {
      if (all || condition.model.delayS > 0) {
        const value = evaluateCondition(condition, timeS);
        all = all && value;
      }
    }
    result = result || all;
  }
  // After a trigger has fired its edges start afresh.
  if (result) for (const group of trigger.groups) for (const condition of group) condition.evaluated = false;
  return result;
}

export function resetTrigger(trigger: TriggerRun | undefined): void {
  if (trigger === undefined) return;
  for (const group of trigger.groups) {
    for (const c of group) {
      c.times.length = 0;
      c.values.length = 0;
      c.next = 0;
      c.forget();
    }
  }
}

function evaluateCondition(c: ConditionRun, timeS: number): boolean {
  const now = c.probe(timeS);
  const value = withEdge(c, now);
  c.last = now;
  c.evaluated = true;
  register(c, timeS, value);
  return delayed(c, timeS - c.model.delayS);
}

function withEdge(c: ConditionRun, now: boolean): boolean {
  switch (c.model.edge) {
    case "none":
      return now;
    case "rising":
      return c.evaluated && now && !c.last;
    case "falling":
      return c.evaluated && !now && c.last;
    case "risingOrFalling":
      return c.evaluated && now !== c.last;
  }
}

function register(c: ConditionRun, timeS: number, value: boolean): void {
  const n = c.times.length;
  const last = n - 1;
  if (n > 0 && timeS < (c.times[last] as number) + SMALL) {
    // A second look at the same instant corrects the first.
    if (value === c.values[last]) return;
    if (last === 0) c.values[0] = value;
    else {
      c.times.pop();
      c.values.pop();
      if (c.next > c.times.length) c.next = c.times.length;
    }
    return;
  }
  if (n === 0 || value !== c.values[last]) {
    c.times.push(timeS);
    c.values.push(value);
  }
  // What lies behind the delay is not needed again, but for its last value.
  if (c.next > 64) {
    c.times.splice(0, c.next - 1);
    c.values.splice(0, c.next - 1);
    c.next = 1;
  }
}

/** Value at a past time; true also when it was true for a moment since the last look. */
function delayed(c: ConditionRun, timeS: number): boolean {
  const n = c.times.length;
  if (n === 0) return false;
  if (c.next >= n) return c.values[n - 1] as boolean;
  if (timeS > (c.times[c.next] as number) - SMALL) {
    let any = false;
    while (c.next < n && timeS > (c.times[c.next] as number) - SMALL) {
      any = any || (c.values[c.next] as boolean);
      c.next += 1;
    }
    return any;
  }
  return c.next > 0 ? (c.values[c.next - 1] as boolean) : false;
}

export type Transition = "start" | "end" | "stop" | "skip" | "to-standby" | "none";

/** What a StoryboardElementStateCondition watches: the changes since its last evaluation, else the last state. */
export interface StateWatch {
  readonly wanted: StoryboardState;
  readonly changes: { readonly state: string; readonly transition: Transition }[];
  lastState: string;
}

export function stateProbe(watch: StateWatch): Probe {
  return () => {
    let result = false;
    if (watch.changes.length === 0) result = matches(watch.wanted, watch.lastState, "none");
    for (const change of watch.changes) {
      if (matches(watch.wanted, change.state, change.transition)) {
        result = true;
        break;
      }
    }
    const last = watch.changes[watch.changes.length - 1];
    if (last !== undefined) watch.lastState = last.state;
    watch.changes.length = 0;
    return result;
  };
}

function matches(wanted: StoryboardState, state: string, transition: Transition): boolean {
  switch (wanted) {
    case "standbyState":
      return state === "standby";
    case "runningState":
      return state === "running";
    case "completeState":
      return state === "complete";
    case "startTransition":
      return transition === "start";
    case "endTransition":
      return transition === "end";
    case "stopTransition":
      return transition === "stop";
    case "skipTransition":
      return transition === "skip";
  }
}
