/** From what the page was given to a recorded run, the same way the command line makes one. */
import type { FaultPlan } from "../../fleet-core/contract/fault.ts";
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import { writeMcap } from "../../replay/recording/adapters/mcap-file.ts";
import { createRecordingBuffer } from "../../replay/recording/buffer.ts";
import { recordRunSpec } from "../../replay/run-record.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { createRun } from "../../twin/run.ts";
import type { Run, RunSpec } from "../../twin/types.ts";
import type { ScenarioSpecJson } from "../protocol.ts";
import type { LocalRequest } from "../source/types.ts";

/** Recordings in a page stop growing here and say so in the file. */
const RECORDING_BYTES_MAX = 256 * 1024 * 1024;

export interface RecordedRun {
  readonly run: Run;
  /** MCAP of the run so far. */
  recording(): Promise<Uint8Array>;
}

export function specOf(json: ScenarioSpecJson, request: LocalRequest): RunSpec {
  const faults: FaultPlan = { schema: "atlasmesh.fault-plan/1", faults: [...(json.faults ?? []), ...request.faults] };
  const untilS = Math.max(json.untilS ?? 300, (request.startS ?? 0) + 60);
  return {
    scenario: json.scenario,
    files: new Map(json.files),
    parameters: new Map(),
    lenient: false,
    profiles: new Map(json.profiles),
    egoProfile: request.egoProfile ?? json.egoProfile ?? undefined,
    seed: request.seed ?? json.seed ?? "1",
    faults,
    operator: request.operator,
    backend: "native",
    untilUs: timeFromS(untilS),
    disableControllers: json.disableControllers ?? false,
  };
}

/** Throws with what the readers said about a scenario that cannot be run. */
export function makeRun(json: ScenarioSpecJson, request: LocalRequest, runtime: string): RecordedRun {
  const spec = specOf(json, request);
  const { scenario, diagnostics } = loadScenario(spec.scenario, (path) => spec.files.get(path));
  if (scenario === undefined) throw new InputError(diagnostics.filter((d) => d.severity === "error"));
  const host = { build: __ATLASMESH_BUILD__, runtime, epochMs: scenario.epochMs };
  const recorder = createRecordingBuffer({ epochMs: scenario.epochMs, limitBytes: RECORDING_BYTES_MAX });
  recordRunSpec(recorder, spec, host);
  const run = createRun(spec, { ...host, recorder, scenario });
  return { run, recording: () => writeMcap(recorder.sealed((target) => run.seal(target))) };
}

/** One line per problem for people. */
export function explain(problem: unknown): string {
  if (problem instanceof InputError) return problem.diagnostics.map(formatDiagnostic).join("\n");
  return problem instanceof Error ? problem.message : String(problem);
}
