/**
 * A run is a function of (build, scenario, profiles, seed, faults). These are its inputs and what it gives back. A run
 * is synchronous and single-threaded; whoever drives it (command line, socket server, Web Worker, verifier) calls
 * `step` as fast or as slowly as it likes and gets the same bits.
 */
import type { Agent, AgentOptions } from "../edge-agent/agent.ts";
import type { Fault, FaultKind, FaultPlan } from "../fleet-core/contract/fault.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { EntityView, MissionView, RunInfo, TwinFrame, TwinNote, VehicleDetail } from "../fleet-core/contract/twin-view.ts";
import type { Recorder } from "../fleet-core/kernel/ports.ts";
import type { Result } from "../fleet-core/kernel/result.ts";
import type { TimeUs } from "../fleet-core/kernel/time.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import type { DriverName } from "../scenarios/drivers/spec.ts";
import type { LoadedScenario } from "../scenarios/types.ts";

export const TICK_US = 10_000;
/** Agents think at 50 Hz. */
export const AGENT_TICKS = 2;

/** Everything that decides a run, as plain data: this is what a recording carries and `replay verify` runs again. */
export interface RunSpec {
  /** Key of the scenario in `files`. */
  readonly scenario: string;
  /** Scenario, map and catalogs, path relative to the scenario's folder to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Values given to the scenario's declared parameters; the others keep their defaults. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Unknown elements of scenario and map are warnings. */
  readonly lenient: boolean;
  /** Profiles that may be used, by id: JSON text as it was read. */
  readonly profiles: ReadonlyMap<string, string>;
  /** Drives the scenario's ego by our agent with this profile. */
  readonly egoProfile: string | undefined;
  readonly seed: string;
  readonly faults: FaultPlan;
  /** What an operator did by hand, at exact ticks. */
  readonly operator: readonly OperatorAction[];
  readonly backend: "native";
  /** Ends the run here if the scenario has not ended before. */
  readonly untilUs: TimeUs;
  readonly disableControllers: boolean;
  /** Driver models by actor, in charge from the start whatever the file's controllers do. */
  readonly drivers?: ReadonlyMap<string, DriverName>;
  /** So many background vehicles on the whole map. */
  readonly traffic?: number;
}

/** A release after a minimal risk condition, given through the core at the tick that begins at `atUs`. */
export interface OperatorAction {
  readonly kind: "release";
  readonly atUs: number;
  readonly vehicleId: string;
}

export interface Criterion {
  readonly name: string;
  readonly pass: boolean;
  /** What was measured and what was asked, in words with units. */
  readonly text: string;
  readonly atUs?: number;
}

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export type EndedBy = "stop-trigger" | "storyboard-complete" | "until";

export interface RunResult {
  readonly scenario: string;
  readonly map: string;
  readonly seed: string;
  readonly profile: string | undefined;
  readonly build: string;
  readonly ticks: number;
  readonly durationS: number;
  readonly endedBy: EndedBy;
  readonly hash: string;
  readonly verdict: "pass" | "fail" | "none";
  readonly criteria: readonly Criterion[];
  readonly metrics: readonly Metric[];
}

export interface Run {
  readonly info: RunInfo;
  readonly map: RoadNetwork;
  readonly profiles: ReadonlyMap<string, VehicleProfile>;
  /** Completed ticks; the state shown is the one at `tick * TICK_US`. */
  readonly tick: number;
  readonly timeUs: TimeUs;
  readonly ended: EndedBy | undefined;
  /** One tick. Calling it after the end is a broken assumption. */
  step(): void;
  /** Canonical hash of the whole state now. */
  hash(): string;
  readonly rosterVersion: number;
  roster(): readonly EntityView[];
  frame(): TwinFrame;
  details(): readonly VehicleDetail[];
  missions(): readonly MissionView[];
  /** Notes since the last call. */
  takeNotes(): readonly TwinNote[];
  /** Storyboard changes since the start (bounded), for `--events`. */
  storyboard(): readonly { readonly timeUs: number; readonly step: number; readonly element: string; readonly state: string; readonly name: string; readonly path: string }[];
  /** Adds a fault that begins at the next tick; it becomes part of `spec()`. */
  inject(fault: Omit<Fault, "atS">): Result<Fault, string>;
  /** Operator's release after a minimal risk condition, through the core and the radio; becomes part of `spec()`. */
  release(vehicleId: string): Result<void, string>;
  activeFaults(): readonly { readonly target: string; readonly kind: FaultKind }[];
  /** The spec that reproduces this run up to now, injected faults included. */
  spec(): RunSpec;
  /** Judgement of the run as it stands. */
  result(): RunResult;
  /** Writes what closes a recording of the run as it stands: fault plan, operator actions, result. */
  seal(recorder: Recorder): void;
}

export type MakeAgent = (options: AgentOptions) => Agent;

export interface RunPorts {
  readonly recorder?: Recorder;
  /** The scenario of `spec`, when the caller has loaded it already (from the same files): parse once, run many. */
  readonly scenario?: LoadedScenario;
  /** Vehicles as they really are, by profile id, where that differs from what their agents believe: a fault put in on purpose. */
  readonly physical?: ReadonlyMap<string, VehicleProfile>;
  /** Stands in for the agent of this build: an agent spoilt on purpose. */
  readonly makeAgent?: MakeAgent;
  /** Build digest and runtime label, given from outside: the run itself knows neither. */
  readonly build: string;
  readonly runtime: string;
}
