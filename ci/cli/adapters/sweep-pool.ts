/**
 * Spreads a sweep over worker threads and hands the verdicts back in the order they were asked for, whoever was faster.
 * Memory is bounded: nobody runs further ahead of the slowest than a window.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import type { VariationVerdict } from "../../../scenarios/sweep/verdict.ts";
import type { SweepJob } from "./sweep-job.ts";
import type { FromWorker } from "./sweep-worker.ts";

/** Variations handed to a worker at a time, and how many may wait for an earlier one. */
const BATCH = 8;
const WINDOW = 4096;

/** The worker's file lies beside the command line's, or above its chunk. */
function workerFile(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const found = [here, dirname(here)].map((folder) => join(folder, "sweep-worker.mjs")).find((file) => existsSync(file));
  if (found === undefined) throw new Error("sweep-worker.mjs is missing from the build");
  return found;
}

/**
 * `at(k)`: the k-th variation to play, 0 <= k < count. `take` gets each verdict in that order. Rejects with InputError when
 * the files cannot be read, else when a worker breaks down.
 */
export function runPool(job: SweepJob, workers: number, count: number, at: (k: number) => number, take: (verdict: VariationVerdict) => void): Promise<void> {
  if (count === 0) return Promise.resolve();
  const file = workerFile();
  return new Promise((resolve, reject) => {
    const pool: Worker[] = [];
    /** Verdicts by place in the order, until those before them are there. */
    const early = new Map<number, VariationVerdict>();
    const waiting = new Set<Worker>();
    const work = new Map<Worker, number[]>();
    let handedOut = 0;
    let taken = 0;
    let over = false;

    const end = (error?: Error): void => {
      if (over) return;
      over = true;
      void Promise.all(pool.map((worker) => worker.terminate())).then(() => (error === undefined ? resolve() : reject(error)));
    };

    function hand(worker: Worker): void {
      if (over) return;
      if (handedOut >= count || handedOut - taken >= WINDOW) {
        waiting.add(worker);
        return;
      }
      waiting.delete(worker);
      const places = Array.from({ length: Math.min(BATCH, count - handedOut) }, (_, i) => handedOut + i);
      handedOut += places.length;
      work.set(worker, places);
      worker.postMessage(places.map(at));
    }

    function receive(worker: Worker, message: FromWorker): void {
      if (over) return;
      switch (message.kind) {
        case "refused":
          return end(new InputError(message.diagnostics));
        case "ready":
        case "idle":
          return hand(worker);
        case "verdict": {
          early.set(work.get(worker)?.shift() ?? -1, message.verdict);
          for (let next = early.get(taken); next !== undefined; next = early.get(taken)) {
            early.delete(taken);
            taken += 1;
            try {
              take(next);
            } catch (error) {
              return end(error instanceof Error ? error : new Error(String(error)));
            }
          }
          if (taken === count) return end();
          for (const idle of [...waiting]) hand(idle);
        }
      }
    }

    for (let i = 0; i < Math.min(workers, count); i += 1) {
      const worker = new Worker(file, { workerData: job });
      pool.push(worker);
      worker.on("message", (message: FromWorker) => receive(worker, message));
      worker.on("error", end);
      worker.on("exit", (code) => end(new Error(`a worker of the sweep ended with ${code}`)));
    }
  });
}
