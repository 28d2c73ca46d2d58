/** What the evidence commands share: the user's own identity and log, trust files, and building a bundle from the command line's words. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { decodeJson } from "../../../fleet-core/contract/json.ts";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { createFolderStorage } from "../../../replay/audit/adapters/folder-storage.ts";
import { createKeyFile, readKeyFile, type KeyRing } from "../../../replay/audit/adapters/key-file.ts";
import { nodeCrypto } from "../../../replay/audit/adapters/node-hash.ts";
import { askWitness } from "../../../replay/audit/adapters/witness-client.ts";
import { base64, utf8 } from "../../../replay/audit/bytes.ts";
import { RETENTION_YEARS, type RetentionClass } from "../../../replay/audit/event.ts";
import { openAuditLog } from "../../../replay/audit/log.ts";
import { verifierKeyText } from "../../../replay/audit/note.ts";
import { writeBundle } from "../../../replay/evidence/adapters/bundle-io.ts";
import { sealFor } from "../../../replay/evidence/adapters/recipient.ts";
import { draftBundle } from "../../../replay/evidence/build.ts";
import { gateResultsSchema } from "../../../replay/evidence/documents.ts";
import { standingOrderDraft, stvg1g } from "../../../replay/evidence/incident.ts";
import { occurrencesOf, profilesOf, seriesOf, vehiclesOf } from "../../../replay/evidence/occurrences.ts";
import { safetyCaseSchema } from "../../../replay/evidence/safety-case.ts";
import { sealBundle } from "../../../replay/evidence/seal.ts";
import type { LockFile } from "../../../replay/evidence/supply-chain.ts";
import { packTar } from "../../../replay/evidence/tar.ts";
import { parseTrust, type Trust, type TrustFile } from "../../../replay/evidence/trust.ts";
import { readRecording } from "../../../replay/recording/read.ts";
import { runOfRecording } from "../../../replay/run-record.ts";
import { stringOption, UsageError, type Output, type Parsed } from "../command.ts";
import { projectRoot, readBytes, readText, writeWhole } from "./files.ts";
import { runtimeLabel } from "./spec.ts";

export const BUILD_OPTIONS = {
  recording: { type: "string", multiple: true, value: "F", help: "a recording; may be repeated" },
  out: { type: "string", value: "DIR|FILE", help: "a new folder, or a file ending in .tar (.jwe when sealed)" },
  key: { type: "string", value: "F", help: "signing key (default: your own, made on first use)" },
  "passphrase-env": { type: "string", value: "V", help: "environment variable with the key's passphrase" },
  log: { type: "string", value: "DIR", help: "audit log (default: beside the key)" },
  witness: { type: "string", multiple: true, value: "URL", help: "ask this witness to cosign; may be repeated" },
  recipient: { type: "string", value: "F.pub", help: "seal the bundle for this recipient" },
  purpose: { type: "string", value: "TEXT", help: "why the bundle was made" },
  retention: { type: "string", value: "CLASS", help: "public, internal, confidential or restricted (default restricted: 10 years)" },
  gates: { type: "string", value: "F", help: "gate results (in-toto test-result) to carry and judge" },
  "safety-case": { type: "string", value: "F", help: "safety case in place of the plain one" },
  confidential: { type: "string", multiple: true, value: "NAME=VALUE", help: "custodian, responsible or vin/VEHICLE: committed to, disclosed apart, can be redacted" },
} as const;

const home = (): string => process.env["ATLASMESH_HOME"] ?? join(homedir(), ".config", "atlasmesh");
export const ownTrustPath = (): string => join(home(), "evidence.key.trust.json");

export function passphraseOf(args: Parsed): string | undefined {
  const name = stringOption(args, "passphrase-env");
  if (name === undefined) return undefined;
  const passphrase = process.env[name];
  if (passphrase === undefined || passphrase.length < 12) throw new UsageError(`--passphrase-env ${name}: expected an environment variable with at least 12 characters`);
  return passphrase;
}

export const trustFileOf = (ring: KeyRing): TrustFile => ({ schema: "atlasmesh.trust/1", threshold: 1, signers: [{ name: ring.name, publicKey: base64(ring.signer("dsse").publicKey) }], logs: [verifierKeyText(ring.log.key)], witnesses: [], witnessThreshold: 0 });

export function readTrust(path: string): Trust {
  const trust = parseTrust(nodeCrypto.sha256, readBytes(path), path);
  if (!trust.ok) throw new InputError(trust.error);
  return trust.value;
}

/** The user's own identity: made on first use, for this machine and account. */
function ownKey(out: Output): { readonly ring: KeyRing; readonly path: string } {
  const path = join(home(), "evidence.key");
  if (existsSync(path)) return { ring: readKeyFile(path, undefined), path };
  mkdirSync(home(), { recursive: true, mode: 0o700 });
  const ring = createKeyFile(path, `${hostname().replace(/[^A-Za-z0-9.-]/g, "-") || "this-machine"}.local`, undefined);
  writeFileSync(ownTrustPath(), `${JSON.stringify(trustFileOf(ring), null, 2)}\n`);
  out.error(`made your own signing key: ${path}`);
  return { ring, path };
}

export interface IncidentWindow {
  readonly vehicle: string;
  readonly fromUs: number;
  readonly toUs: number;
}

export interface BuiltEvidence {
  readonly out: string;
  readonly bundleId: string;
  readonly files: number;
  readonly bytes: number;
  readonly log: string;
  readonly entry: string;
  readonly witnesses: readonly string[];
  readonly refusals: readonly { readonly url: string; readonly status: number; readonly text: string }[];
  readonly occurrences: number;
}

function json<S extends Parameters<typeof decodeJson>[1]>(path: string, schema: S): ReturnType<typeof decodeJson<S>> & { readonly ok: true } {
  const decoded = decodeJson(readBytes(path), schema, path, { bytes: 64 << 20, depth: 32 });
  if (!decoded.ok) throw new InputError(decoded.error);
  return decoded;
}

function commitOf(root: string): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/** Builds, signs, logs, witnesses and writes. Throws InputError and UsageError. A witness's refusal is reported, not hidden. */
export async function buildEvidence(args: Parsed, out: Output, window: IncidentWindow | undefined): Promise<BuiltEvidence> {
  const recordings = (args.values["recording"] ?? []) as readonly string[];
  const target = stringOption(args, "out");
  if (recordings.length === 0 || target === undefined) throw new UsageError("expected --recording F.mcap and --out DIR|FILE.tar");
  const retention = (stringOption(args, "retention") ?? "restricted") as RetentionClass;
  if (!Object.hasOwn(RETENTION_YEARS, retention)) throw new UsageError(`--retention ${retention}: expected one of ${Object.keys(RETENTION_YEARS).join(", ")}`);
  const confidential = new Map(((args.values["confidential"] ?? []) as readonly string[]).map((pair): [string, string] => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw new UsageError(`--confidential ${pair}: expected NAME=VALUE`);
    return [name, value];
  }));
  const recipient = stringOption(args, "recipient");
  if (recipient !== undefined && existsSync(target)) throw new InputError([{ severity: "error", file: target, message: "is there already", expected: "a new file for a sealed bundle" }]);

  const keyPath = stringOption(args, "key");
  const { ring, path } = keyPath === undefined ? ownKey(out) : { ring: readKeyFile(keyPath, passphraseOf(args)), path: keyPath };
  const root = projectRoot();
  const gates = stringOption(args, "gates");
  const safetyCase = stringOption(args, "safety-case");
  const page = join(root, "dist", "verifier", "index.html");
  const createdMs = Date.now();
  const sources = recordings.map((file) => ({ name: file, bytes: readBytes(file) }));
  const drafted = draftBundle({
    recordings: sources, createdMs, createdBy: ring.name, purpose: stringOption(args, "purpose") ?? (window === undefined ? "evidence" : `incident of ${window.vehicle}`),
    build: __ATLASMESH_BUILD__, version: (JSON.parse(readText(join(root, "package.json"))) as { version: string }).version, commit: commitOf(root), runtime: runtimeLabel(),
    lock: JSON.parse(readText(join(root, "package-lock.json"))) as LockFile, retention,
    gates: gates === undefined ? undefined : json(gates, gateResultsSchema).value, waivers: [], updates: [],
    safetyCase: safetyCase === undefined ? undefined : json(safetyCase, safetyCaseSchema).value,
    verifierPage: existsSync(page) ? new Uint8Array(readFileSync(page)) : undefined, confidential, salt: () => new Uint8Array(randomBytes(16)),
  }, nodeCrypto.sha256);
  if (!drafted.ok) throw new InputError(drafted.error);
  if (!drafted.value.files.has("14-verifier.html")) out.error("the verifier page was not built; the bundle goes without it (npm run build)");
  let occurrences = drafted.value.occurrences.length;
  if (window !== undefined) occurrences = addIncident(drafted.value.files, sources, window);

  const log = openAuditLog({ storage: createFolderStorage(stringOption(args, "log") ?? `${path}.log`), crypto: nodeCrypto, signer: ring.log, origin: ring.log.key.name });
  if (!log.ok) throw new InputError([{ severity: "error", file: stringOption(args, "log") ?? `${path}.log`, message: log.error, expected: "an unchanged audit log of this key" }]);
  const sealed = sealBundle({ draft: drafted.value, signers: [{ name: ring.name, signer: ring.signer("dsse") }], log: log.value, origin: ring.log.key.name, crypto: nodeCrypto, createdMs, createdBy: ring.name, build: __ATLASMESH_BUILD__, retention, revocations: [] });
  const refusals: { url: string; status: number; text: string }[] = [];
  const witnesses: string[] = [];
  for (const url of (args.values["witness"] ?? []) as readonly string[]) {
    const answer = await askWitness(url.endsWith("/") ? url : `${url}/`, log.value, nodeCrypto);
    if (typeof answer === "string") {
      log.value.cosign([answer]);
      witnesses.push(/^— (\S+)/u.exec(answer)?.[1] ?? url);
    } else {
      refusals.push(answer);
      out.error(`${url} refused to cosign: ${answer.status} ${answer.text}`);
    }
  }
  const files = sealed.finish();
  if (recipient !== undefined) writeWhole(target, await sealFor(recipient, packTar(files)));
  else writeBundle(target, files);
  let bytes = 0;
  for (const content of files.values()) bytes += content.length;
  return { out: target, bundleId: sealed.bundleId, files: files.size, bytes, log: ring.log.key.name, entry: String(log.value.size - 1n), witnesses, refusals, occurrences };
}

/** Adds the incident's records to the draft; gives the count of occurrences in the window. */
function addIncident(files: Map<string, Uint8Array>, sources: readonly { readonly name: string; readonly bytes: Uint8Array }[], window: IncidentWindow): number {
  const [source] = sources;
  if (source === undefined || sources.length > 1) throw new UsageError("expected one --recording for an incident");
  const read = readRecording(source.bytes, source.name);
  if (!read.ok) throw new InputError(read.error);
  const recorded = runOfRecording(read.value, source.name);
  if (!recorded.ok) throw new InputError(recorded.error);
  const vehicles = vehiclesOf(read.value.contents);
  if (!vehicles.includes(window.vehicle)) throw new InputError([{ severity: "error", file: source.name, path: "--vehicle", message: `has no vehicle "${window.vehicle}"`, expected: `one of ${vehicles.join(", ")}` }]);
  const within = (timeUs: number): boolean => timeUs >= window.fromUs && timeUs <= window.toUs;
  const { spec, build, epochMs } = recorded.value;
  const occurrences = occurrencesOf(read.value.contents, build, source.name).filter((o) => o.vehicle === window.vehicle && within(o.timeUs));
  const input = {
    ...window, profile: profilesOf(read.value.contents).get(window.vehicle) ?? spec.egoProfile ?? "", epochMs, build, scenario: spec.scenario, map: [...spec.files.keys()].find((path) => path.endsWith(".xodr")) ?? "", occurrences,
    series: seriesOf(read.value.contents, window.vehicle).filter((s) => within(s.timeUs)),
    faults: spec.faults.faults.filter((f) => f.target === window.vehicle && f.atS * 1e6 <= window.toUs && (f.clearS === undefined || f.clearS * 1e6 >= window.fromUs)).map((f) => `${f.kind} from ${f.atS} s`),
  };
  const document = { schema: "atlasmesh.evidence-incident/1", vehicle: window.vehicle, fromS: window.fromUs / 1e6, toS: window.toUs / 1e6, records: [stvg1g(input), standingOrderDraft(input)], occurrences, series: input.series };
  files.set("15-incident.json", utf8(`${JSON.stringify(document, null, 1)}\n`));
  return occurrences.length;
}

