/** Where a page's twin comes from. One shape for the socket and for the worker; the page never asks which it is. */
import type { Fault } from "../../fleet-core/contract/fault.ts";
import type { OperatorView, ServerMessage, ViewerMessage } from "../protocol.ts";

export type SourceState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** The socket is gone; it is tried again at `retryAtMs` (same clock as `performance.now`). */
  | { readonly kind: "lost"; readonly sinceMs: number; readonly retryAtMs: number }
  /** Nothing will come any more without a restart. */
  | { readonly kind: "failed"; readonly reason: string };

export interface SourceEvents {
  onMessage(message: ServerMessage): void;
  onState(state: SourceState): void;
}

export interface TwinSource {
  readonly mode: "live" | "local";
  send(message: ViewerMessage): void;
  /** MCAP of the run so far. Fails with a sentence. */
  recording(): Promise<Uint8Array>;
  close(): void;
}

/** What a local run is made from. */
export interface LocalRequest {
  readonly scenario: string;
  readonly seed: string | undefined;
  readonly faults: readonly Fault[];
  readonly operator: readonly OperatorView[];
  /** Profile that drives the scenario's ego, if any. */
  readonly egoProfile: string | undefined;
  /** Re-simulated to here as fast as it goes before it is shown. */
  readonly startS: number | undefined;
}
