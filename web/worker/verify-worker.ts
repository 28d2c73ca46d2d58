/** Executes a recording again beside the page and reports how far it is identical. Judges nothing by itself. */
import "../no-eval.ts";
import { verifyRecording } from "../../replay/adapters/verify-file.ts";
import { explain } from "./make-run.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import type { FromVerifyWorker, ToVerifyWorker } from "./messages.ts";

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromVerifyWorker): void => self.postMessage(message);

async function verify(bytes: Uint8Array): Promise<void> {
  const startMs = performance.now();
  let tick = 0;
  const outcome = await verifyRecording(bytes, "recording", {
    build: __ATLASMESH_BUILD__,
    batch: 50,
    onProgress(progress) {
      tick = progress.tick;
      post({ kind: "progress", tick: progress.tick, totalTicks: progress.ticks });
    },
  });
  const elapsedMs = performance.now() - startMs;
  switch (outcome.kind) {
    case "identical":
      post({ kind: "done", identical: true, tick: outcome.ticks, totalTicks: outcome.ticks, hash: outcome.hash, difference: undefined, elapsedMs });
      break;
    case "different": {
      const d = outcome.divergence;
      const difference = { tick: d.tick, entity: d.entity ?? d.topic, field: d.field, recorded: d.recorded, replayed: d.recomputed, text: d.text };
      post({ kind: "done", identical: false, tick: d.tick ?? tick, totalTicks: outcome.ticks, hash: "", difference, elapsedMs });
      break;
    }
    case "truncated":
      post({ kind: "failed", reason: `All ${outcome.ticks} recorded ticks are identical, but the recording ran full there: the rest of the run is not in it.` });
      break;
    case "refused":
      post({ kind: "failed", reason: outcome.diagnostics.map(formatDiagnostic).join("\n") });
      break;
  }
}

self.onmessage = (event: MessageEvent<ToVerifyWorker>) => {
  verify(event.data.bytes).catch((problem: unknown) => post({ kind: "failed", reason: explain(problem) }));
};
