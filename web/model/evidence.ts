/**
 * Record, tamper, verify: keeps the bytes of one recording and drives the verify worker. It never judges by itself; what
 * it shows is what the re-execution said.
 */
import type { FromVerifyWorker, ToVerifyWorker } from "../worker/messages.ts";
import type { AppStore } from "./store.ts";
import { tamper } from "./tamper.ts";

export interface Evidence {
  /** Takes the run so far; resolves with its bytes. */
  record(fetchBytes: () => Promise<Uint8Array>): Promise<Uint8Array | undefined>;
  tamper(): void;
  verify(): void;
  reset(): void;
}

export function createEvidence(store: AppStore): Evidence {
  let original: Uint8Array | undefined;
  let bytes: Uint8Array | undefined;
  let tampered: string | undefined;
  let worker: Worker | undefined;

  const set = (evidence: ReturnType<AppStore["getState"]>["evidence"]): void => store.setState({ evidence });
  const failed = (problem: unknown): void => set({ kind: "failed", reason: problem instanceof Error ? problem.message : String(problem) });

  function stop(): void {
    worker?.terminate();
    worker = undefined;
  }

  return {
    async record(fetchBytes) {
      stop();
      set({ kind: "recording" });
      try {
        original = await fetchBytes();
        bytes = original;
        tampered = undefined;
        set({ kind: "ready", bytes: original.byteLength, tampered });
        return original;
      } catch (problem) {
        failed(problem);
        return undefined;
      }
    },
    tamper() {
      stop();
      if (original === undefined) return;
      try {
        const changed = tamper(original);
        bytes = changed.bytes;
        tampered = changed.what;
        set({ kind: "ready", bytes: bytes.byteLength, tampered });
      } catch (problem) {
        failed(problem);
      }
    },
    verify() {
      stop();
      if (bytes === undefined) return;
      set({ kind: "verifying", tick: 0, totalTicks: 0, tampered });
      worker = new Worker(new URL("../worker/verify-worker.ts", import.meta.url), { type: "module", name: "verify" });
      worker.onerror = (event) => failed(event.message === "" ? "the verifier could not be loaded" : event.message);
      worker.onmessage = (event: MessageEvent<FromVerifyWorker>) => {
        const message = event.data;
        switch (message.kind) {
          case "progress":
            set({ kind: "verifying", tick: message.tick, totalTicks: message.totalTicks, tampered });
            return;
          case "done":
            if (message.identical) set({ kind: "identical", totalTicks: message.totalTicks, hash: message.hash, elapsedMs: message.elapsedMs });
            else if (message.difference !== undefined) set({ kind: "different", tick: message.tick, totalTicks: message.totalTicks, difference: message.difference, tampered });
            break;
          case "failed":
            failed(message.reason);
            break;
        }
        stop();
      };
      const copy = bytes.slice();
      worker.postMessage({ kind: "verify", bytes: copy } satisfies ToVerifyWorker, [copy.buffer]);
    },
    reset() {
      stop();
      original = undefined;
      bytes = undefined;
      tampered = undefined;
      set({ kind: "none" });
    },
  };
}
