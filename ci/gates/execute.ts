/**
 * Executes one run for the same-bits gate: the same code in every Node version and in the browser. Gives the state hash at
 * every simulated second and, on demand, the whole visible state tick by tick. Must never decide whether bits are the same.
 */
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import { faultPlanSchema, type FaultPlan } from "../../fleet-core/contract/fault.ts";
import { POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import { advance } from "../../twin/drive.ts";
import { createRun } from "../../twin/run.ts";
import type { Run, RunSpec } from "../../twin/types.ts";

/** A RunSpec as JSON, its texts by number: many scenarios share a map. */
export interface GateSpec {
  readonly scenario: string;
  readonly files: readonly (readonly [path: string, text: number])[];
  readonly profiles: readonly (readonly [id: string, text: number])[];
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly lenient: boolean;
  readonly egoProfile: string | undefined;
  /** Seed of the first run; the next ones count on. */
  readonly seed: number;
  readonly faults: FaultPlan;
  readonly untilS: number;
  /** Runs with further seeds are added until so much is simulated. */
  readonly simulateS: number;
}

/** Everything a gate executes, for one engine in one go. */
export interface GateSet {
  readonly texts: readonly string[];
  readonly specs: readonly GateSpec[];
}

/** What can be seen of one tick. Numbers survive JSON bit for bit. */
export interface TickState {
  readonly tick: number;
  readonly hash: string;
  readonly entities: readonly Readonly<Record<string, unknown>>[];
  readonly agents: readonly unknown[];
  readonly missions: readonly unknown[];
}

export interface Execution {
  readonly hash: string;
  readonly ticks: number;
  readonly simulatedS: number;
  readonly endedBy: string;
  /** State hash at the end of simulated second i + 1. */
  readonly seconds: readonly string[];
  readonly numerics: string;
  /** Ticks from..to, when asked for; the run ends there. */
  readonly dump: readonly TickState[];
  /** Why it broke down, if it did. */
  readonly broke: string | undefined;
}

export interface DumpRange {
  readonly fromTick: number;
  readonly toTick: number;
}

const SECOND_TICKS = 100;
const RUNS_MAX = 8;

/** The run that `index` (from 0) of the spec's runs is. */
export function specOf({ texts, specs }: GateSet, of: number, index: number): RunSpec {
  const spec = specs[of];
  if (spec === undefined) throw new Error(`the set has no spec ${of}`);
  const named = (list: GateSpec["files"]): ReadonlyMap<string, string> => new Map(list.map(([name, text]) => [name, texts[text] ?? ""]));
  return {
    scenario: spec.scenario,
    files: named(spec.files),
    parameters: new Map(spec.parameters),
    lenient: spec.lenient,
    profiles: named(spec.profiles),
    egoProfile: spec.egoProfile,
    seed: String(spec.seed + index),
    faults: faultPlanSchema.parse(spec.faults),
    operator: [],
    backend: "native",
    untilUs: timeFromS(spec.untilS),
    disableControllers: false,
  };
}

/** All runs of a spec: at least one, and as many as it takes to simulate what it asks for. */
export function executeAll(set: GateSet, of: number): readonly Execution[] {
  const executions: Execution[] = [];
  const wanted = set.specs[of]?.simulateS ?? 0;
  let simulatedS = 0;
  do {
    const execution = execute(set, of, executions.length);
    executions.push(execution);
    simulatedS += execution.simulatedS;
  } while (simulatedS < wanted && executions.length < RUNS_MAX);
  return executions;
}

/** One run to its end, or to `range.toTick`. A run that breaks down ends there, and says how. */
export function execute(set: GateSet, of: number, index: number, range?: DumpRange): Execution {
  const seconds: string[] = [];
  const dump: TickState[] = [];
  let run: Run | undefined;
  try {
    run = createRun(specOf(set, of, index), { build: "same-bits gate", runtime: "same-bits gate" });
    const running = run;
    while (running.ended === undefined && (range === undefined || running.tick < range.toTick)) {
      advance(running, 1, (tick) => {
        if (tick % SECOND_TICKS === 0) seconds.push(running.hash());
        if (range !== undefined && tick >= range.fromTick) dump.push(stateOf(running));
      });
    }
    return { hash: running.hash(), ticks: running.tick, simulatedS: running.timeUs / 1e6, endedBy: running.ended ?? "dump", seconds, numerics: running.info.numerics, dump, broke: undefined };
  } catch (error) {
    // The first line: what follows names places in a bundle, and those differ.
    const broke = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    return { hash: broke, ticks: run?.tick ?? 0, simulatedS: (run?.timeUs ?? 0) / 1e6, endedBy: "broke down", seconds, numerics: "", dump, broke };
  }
}

function stateOf(run: Run): TickState {
  const { poses } = run.frame();
  const names = ["xM", "yM", "zM", "yawRad", "pitchRad", "rollRad", "speedMps", "steerRad", "accelMps2", "flags"];
  return {
    tick: run.tick,
    hash: run.hash(),
    entities: run.roster().map(({ id }, i) => ({ id, ...Object.fromEntries(names.map((name, column) => [name, poses[i * POSE_STRIDE + column]])) })),
    agents: JSON.parse(JSON.stringify(run.details())) as unknown[],
    missions: JSON.parse(JSON.stringify(run.missions())) as unknown[],
  };
}
