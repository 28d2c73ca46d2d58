/** Beside the page: opens bundles, verifies them, executes recordings again. The same code as the command line; asks no network. */
import "../no-eval.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { nobleCrypto } from "../../replay/audit/adapters/noble.ts";
import { readMcap } from "../../replay/adapters/mcap/read-file.ts";
import { verifyRecording } from "../../replay/adapters/verify-file.ts";
import { pathFault, type BundleFiles } from "../../replay/evidence/layout.ts";
import { looksLikeTar, unpackTar } from "../../replay/evidence/tar.ts";
import { parseTrust } from "../../replay/evidence/trust.ts";
import { verifyBundle } from "../../replay/evidence/verify.ts";
import type { Executed, FromWorker, InputFile, ToWorker } from "./messages.ts";

declare const self: DedicatedWorkerGlobalScope;

let files: BundleFiles = new Map();
const post = (message: FromWorker): void => self.postMessage(message);

/** One container, or the files of a folder with the folder's own name taken off. */
function openInput(input: readonly InputFile[]): { readonly files: BundleFiles } | { readonly code: string; readonly text: string } {
  const [only] = input;
  if (input.length === 1 && only !== undefined && looksLikeTar(only.bytes)) {
    const opened = unpackTar(only.bytes);
    return opened.ok ? { files: opened.value } : { code: opened.error.fault, text: opened.error.text };
  }
  const found = new Map<string, Uint8Array>();
  const top = only?.path.split("/")[0] ?? "";
  const inFolder = input.every(({ path }) => path.startsWith(`${top}/`));
  for (const { path, bytes } of input) {
    const name = inFolder ? path.slice(top.length + 1) : path;
    const fault = pathFault(name);
    if (fault !== undefined) return { code: fault, text: `"${name}" is no path of a bundle` };
    found.set(name, bytes);
  }
  if (!found.has("manifest.dsse.json") && found.size < 2) return { code: "no-bundle", text: "this is no bundle: expected a .tar file or a folder made by atlasmesh evidence build" };
  return { files: found };
}

function judge(message: Extract<ToWorker, { kind: "bundle" }>): void {
  const startMs = performance.now();
  const { request } = message;
  const opened = openInput(message.files);
  if (!("files" in opened)) return post({ kind: "refused", request, ...opened });
  files = opened.files;
  const trust = message.trust === undefined ? undefined : parseTrust(nobleCrypto.sha256, message.trust, "trust file");
  if (trust?.ok === false) return post({ kind: "refused", request, code: "trust-file", text: trust.error.map(formatDiagnostic).join("\n") });
  const verdict = verifyBundle(files, trust?.value, { crypto: nobleCrypto, nowMs: message.nowMs, crcsHold: (bytes) => readMcap(bytes).complete });
  post({ kind: "verdict", request, verdict, elapsedMs: performance.now() - startMs });
}

async function execute(file: string, request: number): Promise<void> {
  const startMs = performance.now();
  const outcome = await verifyRecording((files.get(file) ?? new Uint8Array()).slice(), file, {
    build: __ATLASMESH_BUILD__,
    batch: 50,
    onProgress: ({ tick, ticks }) => post({ kind: "progress", request, file, tick, ticks }),
  });
  let executed: Executed;
  switch (outcome.kind) {
    case "identical":
      executed = { kind: "identical", ticks: outcome.ticks, hash: outcome.hash };
      break;
    case "different": {
      const d = outcome.divergence;
      executed = { kind: "different", tick: d.tick, ticks: outcome.ticks, entity: d.entity ?? d.topic, field: d.field, recorded: d.recorded, recomputed: d.recomputed, text: d.text };
      break;
    }
    case "truncated":
      executed = { kind: "truncated", ticks: outcome.ticks };
      break;
    case "refused":
      executed = { kind: "refused", text: outcome.diagnostics.map(formatDiagnostic).join("\n") };
      break;
  }
  post({ kind: "executed", request, file, outcome: executed, elapsedMs: performance.now() - startMs });
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  const failed = (problem: unknown): void => post({ kind: "failed", text: problem instanceof Error ? problem.message : String(problem) });
  try {
    if (data.kind === "bundle") judge(data);
    else execute(data.file, data.request).catch(failed);
  } catch (problem) {
    failed(problem);
  }
};
