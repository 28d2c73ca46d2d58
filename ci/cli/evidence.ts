/** `atlasmesh evidence …`: bundles for regulators: keys, building, verifying, reports, incidents. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { nodeCrypto } from "../../replay/audit/adapters/node-hash.ts";
import { createKeyFile } from "../../replay/audit/adapters/key-file.ts";
import { verifierKeyText } from "../../replay/audit/note.ts";
import { readMcap } from "../../replay/adapters/mcap/read-file.ts";
import { verifyRecording } from "../../replay/adapters/verify-file.ts";
import { readBundle } from "../../replay/evidence/adapters/bundle-io.ts";
import { createRecipient, looksSealed, openSealed } from "../../replay/evidence/adapters/recipient.ts";
import type { BundleFiles } from "../../replay/evidence/layout.ts";
import { reportHtml } from "../../replay/evidence/report.ts";
import { unpackTar } from "../../replay/evidence/tar.ts";
import type { Trust } from "../../replay/evidence/trust.ts";
import type { BundleVerdict } from "../../replay/evidence/verdict.ts";
import { verifyBundle } from "../../replay/evidence/verify.ts";
import { buildEvidence, BUILD_OPTIONS, ownTrustPath, passphraseOf, readTrust, trustFileOf } from "./adapters/evidence.ts";
import { readBytes, writeWhole } from "./adapters/files.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command, type Output, type Parsed } from "./command.ts";

const keygen: Command = {
  name: "evidence keygen",
  summary: "makes a signing identity, or a recipient's key",
  usage: "--out F --name NAME [options]",
  positionals: { min: 0, max: 0 },
  options: {
    out: { type: "string", value: "F", help: "the key file; beside it F.trust.json (or F.pub for a recipient)" },
    name: { type: "string", value: "NAME", help: "whose key, e.g. operator.example" },
    recipient: { type: "boolean", help: "a key to receive sealed bundles with, not to sign" },
    "passphrase-env": { type: "string", value: "V", help: "seal the key with the passphrase in this environment variable (else the file is mode 0600 and outside any source tree)" },
    json: { type: "boolean", help: "print the public part as one JSON document" },
  },
  examples: ["evidence keygen --name operator.example --out ~/operator.key", "evidence keygen --recipient --name regulator.example --out ~/regulator.key"],
  async run(args, out) {
    const [path, name] = [stringOption(args, "out"), stringOption(args, "name")];
    if (path === undefined || name === undefined) throw new UsageError("expected --out F --name NAME");
    if (args.values["recipient"] === true) {
      const pub = await createRecipient(path, name);
      if (args.values["json"] === true) out.json({ key: path, public: pub });
      else out.line(`${path} (private, mode 0600)\n${pub} (give this one away)`);
      return EXIT.good;
    }
    const ring = createKeyFile(path, name, passphraseOf(args));
    const trust = trustFileOf(ring);
    writeFileSync(`${path}.trust.json`, `${JSON.stringify(trust, null, 2)}\n`);
    const witness = verifierKeyText(ring.witness.key);
    if (args.values["json"] === true) out.json({ key: path, trust: `${path}.trust.json`, log: trust.logs[0], witness });
    else out.line(`${path} (private)\n${path}.trust.json (give this one to verifiers)\nas a witness this key is ${witness}`);
    return EXIT.good;
  },
};

const build: Command = {
  name: "evidence build",
  summary: "makes a signed, logged bundle from recordings",
  usage: "--recording F.mcap... --out DIR|FILE.tar [options]",
  positionals: { min: 0, max: 0 },
  options: { ...BUILD_OPTIONS, json: { type: "boolean", help: "print the outcome as one JSON document" } },
  examples: ["evidence build --recording out.mcap --out bundle.tar", "evidence build --recording a.mcap --recording b.mcap --out bundle --key ~/operator.key --witness http://127.0.0.1:8420/"],
  async run(args, out) {
    const made = await buildEvidence(args, out, undefined);
    if (args.values["json"] === true) out.json(made);
    else out.line(`${made.out}: bundle ${made.bundleId}, ${made.files} files, ${made.bytes} bytes, entry ${made.entry} of ${made.log}${made.witnesses.length === 0 ? ", no witness" : `, witnessed by ${made.witnesses.join(", ")}`}`);
    return made.refusals.length === 0 ? EXIT.good : EXIT.negative;
  },
};

const incident: Command = {
  name: "evidence incident",
  summary: "makes a bundle about one vehicle and a stretch of time",
  usage: "--recording F.mcap --vehicle ID --from S --to S --out DIR|FILE.tar [options]",
  positionals: { min: 0, max: 0 },
  options: {
    ...BUILD_OPTIONS,
    vehicle: { type: "string", value: "ID", help: "the vehicle" },
    from: { type: "string", value: "S", help: "first run second" },
    to: { type: "string", value: "S", help: "last run second" },
    json: { type: "boolean", help: "print the outcome as one JSON document" },
  },
  examples: ["evidence incident --recording out.mcap --vehicle sedan-1 --from 10 --to 25 --out incident.tar"],
  async run(args, out) {
    const vehicle = stringOption(args, "vehicle");
    if (vehicle === undefined) throw new UsageError("expected --vehicle ID");
    const fromS = numberOption(args, "from", 0, 0);
    const toS = numberOption(args, "to", 0, 1e6);
    if (toS < fromS) throw new UsageError(`--to ${toS}: expected at least --from ${fromS}`);
    const made = await buildEvidence(args, out, { vehicle, fromUs: Math.round(fromS * 1e6), toUs: Math.round(toS * 1e6) });
    if (args.values["json"] === true) out.json(made);
    else out.line(`${made.out}: bundle ${made.bundleId}, ${made.occurrences} occurrences of ${vehicle} from ${fromS} to ${toS} s`);
    return made.refusals.length === 0 ? EXIT.good : EXIT.negative;
  },
};

interface Reexecuted {
  readonly file: string;
  readonly identical: boolean;
  readonly text: string;
  readonly outcome: unknown;
}

/** The bundle, or a verdict that it must not be opened. */
async function open(args: Parsed): Promise<{ readonly files: BundleFiles } | { readonly verdict: BundleVerdict }> {
  const path = args.positionals[0] ?? "";
  const key = stringOption(args, "key");
  let opened: ReturnType<typeof readBundle>;
  if (existsSync(path) && looksSealed(readHead(path))) {
    if (key === undefined) throw new InputError([{ severity: "error", file: path, message: "is sealed for a recipient", expected: "--key F, the recipient's private key" }]);
    opened = unpackTar(await openSealed(key, readBytes(path), path));
  } else opened = readBundle(path);
  if (opened.ok) return { files: opened.value };
  if (opened.error.fault === "no-bundle") throw new InputError([{ severity: "error", file: path, message: opened.error.text, expected: "a bundle: a folder or a .tar file" }]);
  const finding = { code: opened.error.fault, path, text: opened.error.text };
  return { verdict: { authenticity: { verdict: "broken", findings: [finding] }, conformance: { verdict: "not-judged", findings: [] }, bundleId: undefined, build: undefined, createdMs: undefined, signers: [], log: undefined, files: 0, bytes: 0, runs: [], redacted: 0, disclosed: 0 } };
}

function readHead(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path).subarray(0, 16));
  } catch {
    return new Uint8Array();
  }
}

async function reexecute(files: BundleFiles, runs: BundleVerdict["runs"], out: Output): Promise<readonly Reexecuted[]> {
  const done: Reexecuted[] = [];
  for (const { file } of runs) {
    const outcome = await verifyRecording(files.get(file) ?? new Uint8Array(), file, { build: __ATLASMESH_BUILD__, batch: 1000 });
    const text = outcome.kind === "identical" ? `identical: ${outcome.ticks} ticks, state hash ${outcome.hash}` : outcome.kind === "different" ? outcome.divergence.text : outcome.kind === "truncated" ? `identical for ${outcome.ticks} ticks, where the recording ends early` : outcome.diagnostics.map((d) => `${d.path ?? ""} ${d.message} (expected ${d.expected ?? "another"})`).join("; ");
    done.push({ file, identical: outcome.kind === "identical", text, outcome });
    out.error(`${file}: ${text}`);
  }
  return done;
}

function judge(args: Parsed, files: BundleFiles, out: Output): { readonly verdict: BundleVerdict; readonly trustFrom: string } {
  const given = stringOption(args, "trust");
  const own = ownTrustPath();
  const path = given ?? (existsSync(own) ? own : undefined);
  const trust: Trust | undefined = path === undefined ? undefined : readTrust(path);
  if (given === undefined && path !== undefined) out.error(`trusting your own keys (${path}); name others with --trust`);
  return { verdict: verifyBundle(files, trust, { crypto: nodeCrypto, nowMs: Date.now(), crcsHold: (bytes) => readMcap(bytes).complete }), trustFrom: given !== undefined ? given : path === undefined ? "nobody" : "own keys" };
}

const VERIFY_OPTIONS = {
  trust: { type: "string", value: "F", help: "whom to believe (default: your own keys)" },
  key: { type: "string", value: "F", help: "recipient's private key, for a sealed bundle" },
  "re-execute": { type: "boolean", help: "execute every recording again and compare each bit" },
} as const;

const verify: Command = {
  name: "evidence verify",
  summary: "verifies a bundle offline: authenticity and conformance",
  usage: "BUNDLE [--trust F] [--re-execute] [--json]",
  positionals: { min: 1, max: 1 },
  options: { ...VERIFY_OPTIONS, json: { type: "boolean", help: "print both verdicts as one JSON document" } },
  examples: ["evidence verify bundle.tar --trust operator.key.trust.json --re-execute"],
  async run(args, out) {
    const opened = await open(args);
    const { verdict, trustFrom } = "files" in opened ? judge(args, opened.files, out) : { verdict: opened.verdict, trustFrom: "nobody" };
    const again = args.values["re-execute"] === true && "files" in opened ? await reexecute(opened.files, verdict.runs, out) : undefined;
    if (args.values["json"] === true) out.json({ bundle: args.positionals[0], trust: trustFrom, ...verdict, reexecution: again ?? null });
    else {
      out.line(`authenticity: ${verdict.authenticity.verdict}${verdict.signers.length === 0 ? "" : `, signed by ${verdict.signers.join(", ")}`}${verdict.log === undefined ? "" : `, in ${verdict.log.origin} (${verdict.log.size} entries${verdict.log.witnesses.length === 0 ? ", no witness" : `, witnessed by ${verdict.log.witnesses.join(", ")}`})`}`);
      for (const f of verdict.authenticity.findings) out.line(`  ${f.code}: ${f.path === undefined ? "" : `${f.path}: `}${f.text}`);
      out.line(`conformance: ${verdict.conformance.verdict}`);
      for (const f of verdict.conformance.findings) out.line(`  ${f.code}: ${f.text}`);
      out.line(again === undefined ? `${verdict.runs.length} recordings, not executed again (--re-execute)` : `executed again: ${again.filter((r) => r.identical).length} of ${again.length} recordings identical`);
    }
    const good = verdict.authenticity.verdict === "authentic" && verdict.conformance.verdict !== "not-conformant" && (again === undefined || again.every((r) => r.identical));
    return good ? EXIT.good : EXIT.negative;
  },
};

const exportReport: Command = {
  name: "evidence export",
  summary: "writes a report about a bundle: HTML to read and print, or JSON",
  usage: "BUNDLE --html F|--json F [--trust F] [--re-execute]",
  positionals: { min: 1, max: 1 },
  options: { ...VERIFY_OPTIONS, html: { type: "string", value: "F", help: "a page that prints well" }, json: { type: "string", value: "F", help: "verdicts and documents as JSON" } },
  examples: ["evidence export bundle.tar --html report.html", "evidence export bundle.tar --json report.json --re-execute"],
  async run(args, out) {
    const [html, json] = [stringOption(args, "html"), stringOption(args, "json")];
    if (html === undefined && json === undefined) throw new UsageError("expected --html F or --json F");
    const opened = await open(args);
    const files: BundleFiles = "files" in opened ? opened.files : new Map();
    const { verdict, trustFrom } = "files" in opened ? judge(args, files, out) : { verdict: opened.verdict, trustFrom: "nobody" };
    const again = args.values["re-execute"] === true ? await reexecute(files, verdict.runs, out) : undefined;
    if (html !== undefined) writeWhole(html, reportHtml(files, verdict, again, (ms) => new Date(ms).toISOString()));
    if (json !== undefined) {
      const documents = Object.fromEntries([...files].filter(([path]) => /^\d\d-[a-z-]+\.json$/.test(path)).map(([path, bytes]) => [path, JSON.parse(new TextDecoder().decode(bytes)) as unknown]));
      writeWhole(json, `${JSON.stringify({ trust: trustFrom, verdict, reexecution: again ?? null, documents }, null, 2)}\n`);
    }
    out.line(`${[html, json].filter((f) => f !== undefined).join(", ")}: authenticity ${verdict.authenticity.verdict}, conformance ${verdict.conformance.verdict}`);
    return verdict.authenticity.verdict === "authentic" && verdict.conformance.verdict !== "not-conformant" ? EXIT.good : EXIT.negative;
  },
};

export const evidenceCommands: readonly Command[] = [keygen, build, verify, exportReport, incident];
