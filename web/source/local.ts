/** The same twin in a Web Worker of this page. Notices when the worker dies and says why. */
import type { ScenarioSpecJson } from "../protocol.ts";
import type { FromTwinWorker, ToTwinWorker } from "../worker/messages.ts";
import type { LocalRequest, SourceEvents, TwinSource } from "./types.ts";

/** A busy worker still breathes once a second; this much silence while a page is visible is a death. */
const SILENCE_MS = 20_000;

export function openLocal(events: SourceEvents, base: URL, request: LocalRequest): TwinSource {
  const worker = new Worker(new URL("../worker/twin-worker.ts", import.meta.url), { type: "module", name: "twin" });
  let closed = false;
  let waiting: { resolve: (bytes: Uint8Array) => void; reject: (reason: Error) => void }[] = [];
  let heardMs = performance.now();

  function fail(reason: string): void {
    if (closed) return;
    close();
    events.onState({ kind: "failed", reason });
  }
  function close(): void {
    closed = true;
    window.clearInterval(watchdog);
    worker.terminate();
    for (const w of waiting) w.reject(new Error("the run was closed"));
    waiting = [];
  }
  const post = (message: ToTwinWorker): void => worker.postMessage(message);

  worker.onmessage = (event: MessageEvent<FromTwinWorker>) => {
    heardMs = performance.now();
    const message = event.data;
    switch (message.kind) {
      case "server":
        events.onMessage(message.message);
        break;
      case "recording":
        for (const w of waiting) w.resolve(message.bytes);
        waiting = [];
        break;
      case "recording-failed":
        for (const w of waiting) w.reject(new Error(message.reason));
        waiting = [];
        break;
      case "alive":
        break;
      case "failed":
        fail(message.reason);
        break;
    }
  };
  worker.onerror = (event) => fail(event.message === "" ? "the worker could not be loaded" : event.message);
  const watchdog = window.setInterval(() => {
    if (document.hidden) heardMs = performance.now();
    else if (performance.now() - heardMs > SILENCE_MS) fail("the worker has been silent for 20 s");
  }, 2000);

  fetch(new URL(`api/scenarios/${request.scenario.split("/").map(encodeURIComponent).join("/")}/spec`, base))
    .then(async (response) => {
      if (!response.ok) throw new Error(`the server answered ${response.status} for scenario "${request.scenario}"`);
      const spec = (await response.json()) as ScenarioSpecJson;
      if (closed) return;
      heardMs = performance.now();
      events.onState({ kind: "open" });
      post({ kind: "start", request, spec });
    })
    .catch((reason: unknown) => fail(reason instanceof Error ? reason.message : String(reason)));

  return {
    mode: "local",
    send: (message) => post({ kind: "viewer", message }),
    recording: () =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error("the run was closed"));
        waiting.push({ resolve, reject });
        post({ kind: "recording" });
      }),
    close,
  };
}
