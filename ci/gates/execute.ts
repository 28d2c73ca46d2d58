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

/** A RunSpec as JSON. */
export interface GateSpec {
  readonly scenario: string;
  readonly files: readonly (readonly [path: string, text: string])[];
  readonly profiles: readonly (readonly [id: string, json: string])[];
  readonly egoProfile: string | undefined;
  readonly seed: string;
  readonly faults: FaultPlan;
  readonly untilS: number;
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
}

export interface DumpRange {
  readonly fromTick: number;
  readonly toTick: number;
}

const SECOND_TICKS = 100;

export function specOf(spec: GateSpec): RunSpec {
  return {
    scenario: spec.scenario,
    files: new Map(spec.files),
    parameters: new Map(),
    lenient: false,
    profiles: new Map(spec.profiles),
    egoProfile: spec.egoProfile,
    seed: spec.seed,
    faults: faultPlanSchema.parse(spec.faults),
    operator: [],
    backend: "native",
    untilUs: timeFromS(spec.untilS),
    disableControllers: false,
  };
}

/** Runs `spec` to its end, or to `range.toTick`. Throws what the run throws. */
export function execute(spec: GateSpec, range?: DumpRange): Execution {
  const run = createRun(specOf(spec), { build: "same-bits gate", runtime: "same-bits gate" });
  const seconds: string[] = [];
  const dump: TickState[] = [];
  while (run.ended === undefined && (range === undefined || run.tick < range.toTick)) {
    advance(run, 1, (tick) => {
      if (tick % SECOND_TICKS === 0) seconds.push(run.hash());
      if (range !== undefined && tick >= range.fromTick) dump.push(stateOf(run));
    });
  }
  return { hash: run.hash(), ticks: run.tick, simulatedS: run.timeUs / 1e6, endedBy: run.ended ?? "dump", seconds, numerics: run.info.numerics, dump };
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
