/** What page and workers say to each other around the twin protocol: starting a run, fetching its recording, verifying. */
import type { ScenarioSpecJson, ServerMessage, ViewerMessage } from "../protocol.ts";
import type { LocalRequest } from "../source/types.ts";

export type ToTwinWorker =
  | { readonly kind: "start"; readonly request: LocalRequest; readonly spec: ScenarioSpecJson }
  | { readonly kind: "viewer"; readonly message: ViewerMessage }
  | { readonly kind: "recording" };

export type FromTwinWorker =
  | { readonly kind: "server"; readonly message: ServerMessage }
  | { readonly kind: "recording"; readonly bytes: Uint8Array }
  | { readonly kind: "recording-failed"; readonly reason: string }
  /** Sent each second while alive, so that silence means death. */
  | { readonly kind: "alive" }
  | { readonly kind: "failed"; readonly reason: string };

export type ToVerifyWorker = { readonly kind: "verify"; readonly bytes: Uint8Array };

/** The first thing that differs. Absent parts are not known (a file that cannot be read has no tick). */
export interface Difference {
  readonly tick: number | undefined;
  readonly entity: string | undefined;
  readonly field: string | undefined;
  readonly recorded: string | undefined;
  readonly replayed: string | undefined;
  readonly text: string;
}

export type FromVerifyWorker =
  | { readonly kind: "progress"; readonly tick: number; readonly totalTicks: number }
  | { readonly kind: "done"; readonly identical: boolean; readonly tick: number; readonly totalTicks: number; readonly hash: string; readonly difference: Difference | undefined; readonly elapsedMs: number }
  | { readonly kind: "failed"; readonly reason: string };
