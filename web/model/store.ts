/**
 * What the panels show: changed a few times a second at most, never once per frame. Frames themselves live in the
 * session's history and are read by the scene directly.
 */
import { create } from "zustand";
import type { EntityView, MissionView, RunInfo, TwinNote, VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Fault } from "../../fleet-core/contract/fault.ts";
import type { RoadMesh } from "../../fleet-core/road/types.ts";
import type { Decision, OperatorView, ProfileView, RunStatus, ScenarioListItem } from "../protocol.ts";
import type { SourceState } from "../source/types.ts";
import type { Difference } from "../worker/messages.ts";
import type { PlayheadMode } from "./playhead.ts";

export type CameraMode = 1 | 2 | 3 | 4 | 5;

export interface RunHeader {
  readonly info: RunInfo;
  readonly untilTick: number;
  readonly mapName: string;
  readonly mesh: RoadMesh;
  readonly profiles: ReadonlyMap<string, ProfileView>;
  readonly egoProfile: string | undefined;
}

/** What was done to the run from outside; with scenario and seed it makes the run again. */
export interface Plan {
  readonly faults: readonly Fault[];
  readonly operator: readonly OperatorView[];
}

export type EvidenceState =
  | { readonly kind: "none" }
  | { readonly kind: "recording" }
  | { readonly kind: "ready"; readonly bytes: number; readonly tampered: string | undefined }
  | { readonly kind: "verifying"; readonly tick: number; readonly totalTicks: number; readonly tampered: string | undefined }
  | { readonly kind: "identical"; readonly totalTicks: number; readonly hash: string; readonly elapsedMs: number }
  | { readonly kind: "different"; readonly tick: number; readonly totalTicks: number; readonly difference: Difference; readonly tampered: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

export interface AppState {
  readonly mode: "live" | "local" | undefined;
  readonly source: SourceState;
  readonly header: RunHeader | undefined;
  readonly plan: Plan;
  readonly status: RunStatus | undefined;
  readonly scenarios: readonly ScenarioListItem[];
  /** Roster and details of the shown moment. */
  readonly roster: readonly EntityView[];
  readonly details: ReadonlyMap<string, VehicleDetail>;
  readonly detailsTick: number;
  readonly missions: readonly MissionView[];
  readonly notes: readonly TwinNote[];
  readonly decisions: readonly Decision[];
  readonly selected: string | undefined;
  readonly camera: CameraMode;
  readonly view: PlayheadMode;
  readonly moving: boolean;
  readonly refusal: { readonly control: string; readonly reason: string } | undefined;
  /** A short-lived message for everybody, screen readers included. */
  readonly toast: string | undefined;
  readonly problems: readonly string[];
  readonly evidence: EvidenceState;
  readonly help: boolean;
  readonly webgl: "yes" | "no" | "lost";
}

export const useApp = create<AppState>()(() => ({
  mode: undefined,
  source: { kind: "connecting" },
  header: undefined,
  plan: { faults: [], operator: [] },
  status: undefined,
  scenarios: [],
  roster: [],
  details: new Map(),
  detailsTick: 0,
  missions: [],
  notes: [],
  decisions: [],
  selected: undefined,
  camera: 2,
  view: "live",
  moving: false,
  refusal: undefined,
  toast: undefined,
  problems: [],
  evidence: { kind: "none" },
  help: false,
  webgl: "yes",
}));

export type AppStore = typeof useApp;
