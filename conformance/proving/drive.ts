/** Drives a subject through a script of the proving ground and keeps what the gates judge. Deterministic. */
import type { MrmState } from "../../fleet-core/contract/agent-status.ts";
import type { Fault } from "../../fleet-core/contract/fault.ts";
import { FLAG, POSE_STRIDE, type TwinNote } from "../../fleet-core/contract/twin-view.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { advance } from "../../twin/drive.ts";
import { createRun } from "../../twin/run.ts";
import type { OperatorAction, Run, RunSpec } from "../../twin/types.ts";
import type { CaseRun, Subject } from "../types.ts";
import { laneYM, trackText } from "./map.ts";
import { scenarioText, type Script } from "./scenario.ts";

/** Columns at 100 Hz, row 0 at t = 0. */
export interface Trace {
  readonly run: Run;
  readonly timeS: readonly number[];
  readonly speedMps: readonly number[];
  readonly accelMps2: readonly number[];
  /** To the left of the middle of the ego's lane. */
  readonly offsetM: readonly number[];
  /** Bumper to bumper to the first other entity ahead; Infinity without one. */
  readonly gapM: readonly number[];
  readonly otherMps: readonly number[];
  readonly hazard: readonly boolean[];
  readonly mrm: readonly MrmState["kind"][];
  readonly notes: readonly TwinNote[];
  /** When the manoeuvre began, and when it was over. */
  readonly mrmBeganS: number | undefined;
  readonly restS: number | undefined;
  readonly reason: string | undefined;
  readonly contact: string | undefined;
}

export interface Trial {
  readonly script: Script;
  readonly untilS: number;
  readonly faults?: readonly Fault[];
  readonly operator?: readonly OperatorAction[];
  readonly seed?: string;
}

const NO_MRM: MrmState = { kind: "none" };
export const SCENARIO = "proving-ground.xosc";

export const specOf = (subject: Subject, trial: Trial): RunSpec => ({
  scenario: SCENARIO,
  files: new Map([[SCENARIO, scenarioText(trial.script)], ["track.xodr", trackText(subject.claimed, trial.script.surface)]]),
  parameters: new Map(),
  lenient: false,
  profiles: new Map([[subject.claimed.id, subject.text]]),
  egoProfile: undefined,
  seed: trial.seed ?? "1",
  faults: { schema: "atlasmesh.fault-plan/1", faults: trial.faults ?? [] },
  operator: trial.operator ?? [],
  backend: "native",
  untilUs: timeUs(Math.round(trial.untilS * 1e6)),
  disableControllers: false,
});

/** Runs a trial to its end. Throws InputError when the profile or the script cannot be run. */
export function drive(subject: Subject, trial: Trial): Trace {
  const run = createRun(specOf(subject, trial), {
    build: "conformance",
    runtime: "conformance",
    physical: new Map([[subject.claimed.id, subject.physical]]),
    ...(subject.makeAgent === undefined ? {} : { makeAgent: subject.makeAgent }),
  });
  invariant(run.roster().some((entity) => entity.id === "Ego" && entity.driven === "agent"), "the ego of a trial is driven by the agent");
  const { lengthM, rearOverhangM } = subject.claimed.geometry;
  const frontM = lengthM - rearOverhangM;
  const middleYM = laneYM(subject.claimed, trial.script.ego.lane);
  const trace = { timeS: [] as number[], speedMps: [] as number[], accelMps2: [] as number[], offsetM: [] as number[], gapM: [] as number[], otherMps: [] as number[], hazard: [] as boolean[], mrm: [] as MrmState["kind"][] };
  const notes: TwinNote[] = [];
  let mrmBeganS: number | undefined;
  let restS: number | undefined;
  let reason: string | undefined;
  const sample = (): void => {
    const { poses } = run.frame();
    const roster = run.roster();
    const ego = roster.findIndex((entity) => entity.id === "Ego");
    const other = roster.findIndex((entity) => entity.id !== "Ego");
    const at = (row: number, column: number): number => poses[row * POSE_STRIDE + column] ?? 0;
    const otherShape = roster[other];
    const t = run.timeUs / 1e6;
    // Asking costs; the flags say whether there is anything to ask.
    const mrm = (at(ego, 9) & (FLAG.mrm | FLAG.hazard)) === 0 ? NO_MRM : (run.details().find(({ id }) => id === "Ego")?.agent.mrm ?? NO_MRM);
    trace.timeS.push(t);
    trace.speedMps.push(at(ego, 6));
    trace.accelMps2.push(at(ego, 8));
    trace.offsetM.push(at(ego, 1) - middleYM);
    trace.gapM.push(otherShape === undefined ? Infinity : at(other, 0) + otherShape.centreXM - otherShape.lengthM / 2 - at(ego, 0) - frontM);
    trace.otherMps.push(otherShape === undefined ? 0 : at(other, 6));
    trace.hazard.push((at(ego, 9) & FLAG.hazard) !== 0);
    trace.mrm.push(mrm.kind);
    if (mrm.kind === "operating" && mrmBeganS === undefined) {
      mrmBeganS = t;
      reason = mrm.reason.code;
    }
    if (mrm.kind === "succeeded" && restS === undefined) restS = mrm.mrcUs / 1e6;
    notes.push(...run.takeNotes());
  };
  sample();
  while (run.ended === undefined) advance(run, 1000, sample);
  const hit = run.result().criteria.find(({ name, pass }) => name === "no-collision/Ego" && !pass);
  return { ...trace, run, notes, mrmBeganS, restS, reason, contact: hit?.text };
}

export const runOf = (trial: Trial, { run }: Trace, atS?: number): CaseRun => ({ scenario: trial.script.title, seed: run.info.seed, simulatedS: run.timeUs / 1e6, hash: run.hash(), ...(atS === undefined ? {} : { atS }) });
