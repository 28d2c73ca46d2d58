/** A small real bundle for tests: half a second of the demo, a log, a witness, and everybody's keys. */
import { createMemoryStorage } from "../../fleet-core/kernel/memory.ts";
import { advance } from "../../twin/drive.ts";
import { createRun } from "../../twin/run.ts";
import { demoSpec } from "../../twin/test-spec.ts";
import { base64, utf8 } from "../audit/bytes.ts";
import { ephemeralKeyRing, type KeyRing } from "../audit/adapters/key-file.ts";
import { nodeCrypto } from "../audit/adapters/node-hash.ts";
import { openAuditLog } from "../audit/log.ts";
import { signatureLine, verifierKeyText } from "../audit/note.ts";
import { readMcap } from "../adapters/mcap/read-file.ts";
import { writeMcap } from "../recording/adapters/mcap-file.ts";
import { createRecordingBuffer } from "../recording/buffer.ts";
import { recordRunSpec } from "../run-record.ts";
import { draftBundle } from "./build.ts";
import type { BundleFiles } from "./layout.ts";
import type { Occurrence } from "./occurrences.ts";
import { sealBundle } from "./seal.ts";
import { parseTrust, type Trust, type TrustFile } from "./trust.ts";
import { verifyBundle } from "./verify.ts";
import type { BundleVerdict } from "./verdict.ts";

export const NOW_MS = 1_793_600_000_000;

export interface TestBundle {
  readonly files: BundleFiles;
  readonly trust: TrustFile;
  readonly operator: KeyRing;
  readonly witness: KeyRing;
}

export async function recordDemo(build: string, seconds = 0.5): Promise<Uint8Array> {
  const spec = demoSpec(seconds);
  const host = { build, runtime: "test", epochMs: 1_793_512_800_000 };
  const buffer = createRecordingBuffer({ epochMs: host.epochMs });
  recordRunSpec(buffer, spec, host);
  const run = createRun(spec, { ...host, recorder: buffer });
  while (run.ended === undefined) advance(run, 100);
  return writeMcap(buffer.sealed((recorder) => run.seal(recorder)));
}

export function bundleOf(recording: Uint8Array, build: string, options: { readonly rings?: readonly KeyRing[] } = {}): TestBundle {
  const operator = options.rings?.[0] ?? ephemeralKeyRing("operator.example");
  const rings = options.rings ?? [operator];
  const witness = ephemeralKeyRing("witness.example");
  const log = openAuditLog({ storage: createMemoryStorage({ limitBytes: 1 << 26 }), crypto: nodeCrypto, signer: operator.log, origin: operator.log.key.name });
  if (!log.ok) throw new Error(log.error);
  for (let i = 0; i < 5; i += 1) log.value.append(utf8(`{"earlier":${i}}`));
  const draft = draftBundle({
    recordings: [{ name: "demo.mcap", bytes: recording }], createdMs: NOW_MS, createdBy: "operator.example", purpose: "test", build, version: "0", commit: "unknown", runtime: "test",
    lock: { packages: { "": {}, "node_modules/zod": { version: "4.0.0", integrity: "sha512-AAAA" } } }, retention: "restricted", gates: undefined, waivers: [], updates: [], safetyCase: undefined, verifierPage: undefined,
    confidential: new Map([["custodian", "A. Person"], ["vin/bus-1", "WMA00000000000001"]]), salt: () => Uint8Array.from({ length: 16 }, (_, i) => i * 11),
  }, nodeCrypto.sha256);
  if (!draft.ok) throw new Error(draft.error[0]?.message);
  // A second of driving may hold no occurrence: the log gets some whatever the agents do.
  const occurrences = (["activation", "mrm-start", "mrc-reached"] as const).map((kind, i): Occurrence => ({ kind, vehicle: "bus-1", timeUs: i * 100_000, utcMs: NOW_MS + i, reason: "for the test", behaviour: "idle", softwareBuild: build, recording: "06-runs/demo.mcap", state: null }));
  const sealed = sealBundle({ draft: { ...draft.value, occurrences }, signers: rings.map((ring) => ({ name: ring.name, signer: ring.signer("dsse") })), log: log.value, origin: operator.log.key.name, crypto: nodeCrypto, createdMs: NOW_MS, createdBy: "operator.example", build, retention: "restricted", revocations: [] });
  const text = log.value.last.slice(0, log.value.last.indexOf("\n\n") + 1);
  log.value.cosign([signatureLine(witness.witness, text, BigInt(NOW_MS / 1000))]);
  const trust: TrustFile = {
    schema: "atlasmesh.trust/1", threshold: rings.length, signers: rings.map((ring) => ({ name: ring.name, publicKey: base64(ring.signer("dsse").publicKey) })),
    logs: [verifierKeyText(operator.log.key)], witnesses: [verifierKeyText(witness.witness.key)], witnessThreshold: 1,
  };
  return { files: sealed.finish(), trust, operator, witness };
}

export function trustOf(file: TrustFile): Trust {
  const trust = parseTrust(nodeCrypto.sha256, JSON.stringify(file), "trust.json");
  if (!trust.ok) throw new Error(trust.error.map((d) => `${d.path}: ${d.message}`).join());
  return trust.value;
}

export const judge = (files: BundleFiles, trust: TrustFile | undefined): BundleVerdict =>
  verifyBundle(files, trust === undefined ? undefined : trustOf(trust), { crypto: nodeCrypto, nowMs: NOW_MS, crcsHold: (bytes) => readMcap(bytes).complete });
