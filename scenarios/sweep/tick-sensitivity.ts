/**
 * What a scenario's result owes to its time step: the same play at two steps, change by change. The k-th time an element
 * takes a state at one step is held against the k-th time at the other. Pure.
 */
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { LoadedScenario, StoryboardChange } from "../types.ts";
import { playOut, type Outcome, type PlayOutOptions } from "./play-out.ts";

export interface EventShift {
  readonly element: string;
  readonly state: string;
  readonly path: string;
  /** Which time it took this state, from 1. */
  readonly occurrence: number;
  /** Undefined: it never did at this step. */
  readonly firstUs: number | undefined;
  readonly secondUs: number | undefined;
  /** second - first; undefined when one of them is missing. */
  readonly shiftUs: number | undefined;
}

export interface StepOutcome {
  readonly stepUs: number;
  readonly outcome: Outcome;
}

export interface TickSensitivity {
  readonly steps: readonly [StepOutcome, StepOutcome];
  /** In the order of the first step, then what only the second has. */
  readonly events: readonly EventShift[];
  /** Events whose shift is more than one of the longer steps: the step alone does not explain them. */
  readonly shifted: number;
  readonly largestShiftUs: number;
  readonly sameEvents: boolean;
  /** Same end, same contact. */
  readonly sameVerdict: boolean;
}

export interface SensitivityOptions extends Pick<PlayOutOptions, "untilUs" | "disableControllers" | "drivers" | "traffic"> {
  /** A fresh generator of the same seed for each play. */
  readonly rng: () => Rng;
  readonly stepsUs: readonly [number, number];
}

export function tickSensitivity(scenario: LoadedScenario, options: SensitivityOptions): TickSensitivity {
  const play = (stepUs: number): StepOutcome & { readonly changes: readonly StoryboardChange[] } => {
    const changes: StoryboardChange[] = [];
    const outcome = playOut(scenario, { rng: options.rng(), stepUs, untilUs: options.untilUs, disableControllers: options.disableControllers, drivers: options.drivers, traffic: options.traffic, onChange: (change) => void changes.push(change) });
    // Nobody declines, so there is an outcome.
    return { stepUs, outcome: outcome as Outcome, changes };
  };
  const [a, b] = [play(options.stepsUs[0]), play(options.stepsUs[1])];
  const events = shifts(a.changes, b.changes);
  const longer = Math.max(a.stepUs, b.stepUs);
  const moved = events.map((e) => Math.abs(e.shiftUs ?? 0));
  return {
    steps: [{ stepUs: a.stepUs, outcome: a.outcome }, { stepUs: b.stepUs, outcome: b.outcome }],
    events,
    shifted: moved.filter((us) => us > longer).length,
    largestShiftUs: moved.reduce((most, us) => Math.max(most, us), 0),
    sameEvents: events.every((e) => e.shiftUs !== undefined),
    sameVerdict: a.outcome.endedBy === b.outcome.endedBy && a.outcome.collision?.with === b.outcome.collision?.with,
  };
}

/** The changes of two plays side by side. */
export function shifts(first: readonly StoryboardChange[], second: readonly StoryboardChange[]): readonly EventShift[] {
  const key = (c: StoryboardChange): string => `${c.element}\n${c.state}\n${c.path === "" ? c.name : c.path}`;
  const times = new Map<string, number[]>();
  for (const c of second) {
    const list = times.get(key(c));
    if (list === undefined) times.set(key(c), [c.timeUs]);
    else list.push(c.timeUs);
  }
  const counts = new Map<string, number>();
  const rows: EventShift[] = [];
  for (const c of first) {
    const occurrence = (counts.get(key(c)) ?? 0) + 1;
    counts.set(key(c), occurrence);
    const secondUs = times.get(key(c))?.[occurrence - 1];
    rows.push({ element: c.element, state: c.state, path: c.path === "" ? c.name : c.path, occurrence, firstUs: c.timeUs, secondUs, shiftUs: secondUs === undefined ? undefined : secondUs - c.timeUs });
  }
  const extra = new Map<string, number>();
  for (const c of second) {
    const occurrence = (extra.get(key(c)) ?? 0) + 1;
    extra.set(key(c), occurrence);
    if (occurrence > (counts.get(key(c)) ?? 0)) rows.push({ element: c.element, state: c.state, path: c.path === "" ? c.name : c.path, occurrence, firstUs: undefined, secondUs: c.timeUs, shiftUs: undefined });
  }
  return rows;
}
