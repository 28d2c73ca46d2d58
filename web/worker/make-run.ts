/** From what the page was given to a run. */
import { createFakeRun } from "../dev/fake-run.ts";
import type { ScenarioSpecJson } from "../protocol.ts";
import type { LocalRequest } from "../source/types.ts";
import type { Run } from "../../twin/types.ts";

export interface RecordedRun {
  readonly run: Run;
  /** MCAP of the run so far. */
  recording(): Promise<Uint8Array>;
}

export function makeRun(_spec: ScenarioSpecJson, request: LocalRequest): RecordedRun {
  return { run: createFakeRun(request.seed ?? "42"), recording: async () => new Uint8Array(0) };
}
