/** A twin in a Web Worker: makes the run it is told to, lets the shared host pace it, hands out its recording. */
import "../no-eval.ts";
import type { ServerMessage, ViewerMessage } from "../protocol.ts";
import { createTwinHost, type TwinHost } from "./host.ts";
import { explain, makeRun, type RecordedRun } from "./make-run.ts";
import type { FromTwinWorker, ToTwinWorker } from "./messages.ts";

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromTwinWorker, transfer: Transferable[] = []): void => self.postMessage(message, transfer);
const now = (): number => performance.now();

let host: TwinHost | undefined;
let recorded: RecordedRun | undefined;
let aliveMs = 0;

function fail(problem: unknown): void {
  host = undefined;
  post({ kind: "failed", reason: explain(problem) });
}

/** Everything from outside goes through here: an exception in the run ends it with a message, never in silence. */
function guarded(work: () => void): void {
  try {
    work();
  } catch (problem) {
    fail(problem);
  }
}

/** Engine for the recording's host metadata; it decides nothing. */
function engineLabel(): string {
  const found = /(Firefox|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent);
  return `browser ${found === null ? "unknown" : found[0].replace("/", " ")}`;
}

const send = (message: ServerMessage): void => post({ kind: "server", message });

function loop(): void {
  guarded(() => host?.pump(now()));
  if (now() - aliveMs > 1000) {
    aliveMs = now();
    post({ kind: "alive" });
  }
  const status = host?.status;
  const eager = status !== undefined && (status.goalTick !== undefined || (status.playing && status.speed > 1));
  setTimeout(loop, eager ? 0 : 8);
}

function start(message: Extract<ToTwinWorker, { kind: "start" }>): void {
  const fresh = (): RecordedRun => makeRun(message.spec, message.request, engineLabel());
  recorded = fresh();
  host = createTwinHost({
    run: recorded.run,
    send,
    now,
    renew: () => {
      recorded = fresh();
      return recorded.run;
    },
    budgetMs: 40,
  });
  for (const hello of host.welcome()) send(hello);
  const startS = message.request.startS;
  if (startS !== undefined && startS > 0) host.receive({ kind: "goto", tick: Math.round((startS * 1e6) / recorded.run.info.tickUs), pause: true });
}

function viewer(message: ViewerMessage): void {
  host?.receive(message);
}

self.onmessage = (event: MessageEvent<ToTwinWorker>) => {
  const message = event.data;
  guarded(() => {
    switch (message.kind) {
      case "start":
        start(message);
        loop();
        break;
      case "viewer":
        viewer(message.message);
        break;
      case "recording":
        if (recorded === undefined) post({ kind: "recording-failed", reason: "no run yet" });
        else
          recorded.recording().then(
            (bytes) => post({ kind: "recording", bytes }, [bytes.buffer]),
            (problem: unknown) => post({ kind: "recording-failed", reason: explain(problem) }),
          );
        break;
    }
  });
};
