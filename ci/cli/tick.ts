/**
 * `--tick-sensitivity` of `run` and `bank check`: the storyboard played at two steps. Agents and physics have one step, 10 ms,
 * so vehicles of our agent keep their default motion here; what is asked is what the scenario itself owes to its step.
 */
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { driverNamed } from "../../scenarios/drivers/spec.ts";
import { tickSensitivity, type EventShift, type TickSensitivity } from "../../scenarios/sweep/tick-sensitivity.ts";
import type { LoadedScenario } from "../../scenarios/types.ts";
import type { RunSpec } from "../../twin/types.ts";
import { stringOption, UsageError, type Output, type Parsed } from "./command.ts";

export const TICK_OPTIONS = {
  "tick-sensitivity": { type: "boolean", help: "play at two steps and report how far each event moves; exit 1 when events or verdict differ" },
  "tick-ms": { type: "string", value: "A,B", help: "with --tick-sensitivity: the two steps in milliseconds (default 10,5)" },
} as const;

const SHOWN_MAX = 20;
const STEP_MS_MAX = 1000;

/** The two steps asked for, or undefined without --tick-sensitivity. */
export function stepsOf(args: Parsed): readonly [number, number] | undefined {
  const text = stringOption(args, "tick-ms");
  if (args.values["tick-sensitivity"] !== true) {
    if (text !== undefined) throw new UsageError("--tick-ms goes with --tick-sensitivity");
    return undefined;
  }
  const steps = (text ?? "10,5").split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part) * 1000));
  const [a, b] = steps;
  const good = (us: number | undefined): us is number => us !== undefined && Number.isInteger(us) && us >= 1 && us <= STEP_MS_MAX * 1000;
  if (steps.length !== 2 || !good(a) || !good(b) || a === b) throw new UsageError(`--tick-ms ${text ?? ""}: expected two different steps in milliseconds, such as 10,5 (whole microseconds, at most ${STEP_MS_MAX} ms)`);
  return [a, b];
}

/** The play that `spec` describes, without agents, at both steps. */
export function sensitivityOf(scenario: LoadedScenario, spec: Pick<RunSpec, "seed" | "untilUs" | "disableControllers" | "drivers" | "traffic">, stepsUs: readonly [number, number]): TickSensitivity {
  const drivers = spec.drivers === undefined ? undefined : new Map([...spec.drivers].map(([actor, name]) => [actor, driverNamed(name)]));
  return tickSensitivity(scenario, { rng: () => createRng(spec.seed).fork("scenario"), stepsUs, untilUs: spec.untilUs, disableControllers: spec.disableControllers, drivers, traffic: spec.traffic });
}

export const isInsensitive = (found: TickSensitivity): boolean => found.sameEvents && found.sameVerdict;

const seconds = (us: number | undefined): number | undefined => (us === undefined ? undefined : us / 1e6);

export function sensitivityJson(found: TickSensitivity): Record<string, unknown> {
  return {
    steps: found.steps.map(({ stepUs, outcome }) => ({ stepUs, endedBy: outcome.endedBy, durationS: outcome.endUs / 1e6, collision: outcome.collision === undefined ? null : { with: outcome.collision.with, atS: outcome.collision.atUs / 1e6 }, minTtcS: outcome.ttc?.valueS ?? null, minThwS: outcome.thw?.valueS ?? null, hash: outcome.hash })),
    sameEvents: found.sameEvents,
    sameVerdict: found.sameVerdict,
    changes: found.events.length,
    shiftedMoreThanAStep: found.shifted,
    largestShiftS: found.largestShiftUs / 1e6,
    events: found.events.map((e) => ({ element: e.element, state: e.state, path: e.path, occurrence: e.occurrence, firstS: seconds(e.firstUs) ?? null, secondS: seconds(e.secondUs) ?? null, shiftS: seconds(e.shiftUs) ?? null })),
  };
}

/** One line for a table. */
export function sensitivityLine(found: TickSensitivity): string {
  const missing = found.events.filter((e) => e.shiftUs === undefined).length;
  const moved = found.events.filter((e) => e.shiftUs !== undefined && e.shiftUs !== 0).length;
  return `${found.events.length} changes, ${moved} moved, ${found.shifted} by more than a step, largest ${(found.largestShiftUs / 1e6).toFixed(3)} s; ${missing === 0 ? "same events" : `${missing} CHANGES AT ONE STEP ONLY`}, ${found.sameVerdict ? "same verdict" : "ANOTHER VERDICT"}`;
}

export function printSensitivity(out: Output, name: string, found: TickSensitivity): void {
  const [a, b] = found.steps;
  out.line(`${name} at ${a.stepUs / 1000} ms and ${b.stepUs / 1000} ms`);
  for (const { stepUs, outcome } of found.steps) {
    out.line(`  ${(stepUs / 1000).toString().padStart(6)} ms: ended by ${outcome.endedBy} at ${(outcome.endUs / 1e6).toFixed(3)} s, ${outcome.collision === undefined ? "no contact" : `met ${outcome.collision.with} at ${(outcome.collision.atUs / 1e6).toFixed(3)} s`}${outcome.ttc === undefined ? "" : `, least time to collision ${outcome.ttc.valueS.toFixed(3)} s`}`);
  }
  const shown = (e: EventShift): string => `  ${e.shiftUs === undefined ? "only at one" : `${e.shiftUs > 0 ? "+" : ""}${(e.shiftUs / 1e6).toFixed(3)} s`.padStart(11)}  ${e.element} ${e.state} ${e.path}${e.occurrence > 1 ? ` (${e.occurrence})` : ""}: ${seconds(e.firstUs)?.toFixed(3) ?? "never"}, ${seconds(e.secondUs)?.toFixed(3) ?? "never"}`;
  // An end is stamped with the beginning of its step, so a shift of up to one step says nothing.
  const longer = Math.max(a.stepUs, b.stepUs);
  const moved = found.events.filter((e) => e.shiftUs === undefined || Math.abs(e.shiftUs) > longer).sort((x, y) => (y.shiftUs === undefined ? Infinity : Math.abs(y.shiftUs)) - (x.shiftUs === undefined ? Infinity : Math.abs(x.shiftUs)) || (x.path < y.path ? -1 : 1));
  for (const e of moved.slice(0, SHOWN_MAX)) out.line(shown(e));
  if (moved.length > SHOWN_MAX) out.line(`  and ${moved.length - SHOWN_MAX} more: see --json`);
  out.line(sensitivityLine(found));
}
