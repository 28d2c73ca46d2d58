/**
 * A thread of `atlasmesh sweep`: opens the session once, then gives the verdicts it is asked for, one message each. Messages
 * in: an array of variations. Messages out: `ready` with what the session is, `verdict`, `idle` after each array.
 */
import { parentPort, workerData } from "node:worker_threads";
import { InputError, type Diagnostic } from "../../../fleet-core/kernel/result.ts";
import type { VariationVerdict } from "../../../scenarios/sweep/verdict.ts";
import { openFileSession, type SweepJob } from "./sweep-job.ts";

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "verdict"; readonly verdict: VariationVerdict }
  | { readonly kind: "idle" }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

function serve(port: NonNullable<typeof parentPort>): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  try {
    const session = openFileSession(workerData as SweepJob);
    port.on("message", (variations: readonly number[]) => {
      for (const variation of variations) say({ kind: "verdict", verdict: session.verdict(variation) });
      say({ kind: "idle" });
    });
    say({ kind: "ready" });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    say({ kind: "refused", diagnostics: error.diagnostics });
  }
}

if (parentPort !== null) serve(parentPort);
