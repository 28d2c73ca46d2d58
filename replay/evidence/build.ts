/**
 * The files of a bundle, made from recordings and what is known about them. Everything that can be read off a recording is
 * read off it; nothing is asserted that the verifier could not check or that does not say whose word it is. Signing and
 * logging come after (`seal.ts`).
 */
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { byText } from "../../fleet-core/kernel/order.ts";
import { ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { hex, utf8 } from "../audit/bytes.ts";
import type { Sha256 } from "../audit/crypto.ts";
import { keepUntilMs } from "../audit/retention.ts";
import { RETENTION_YEARS, type RetentionClass } from "../audit/event.ts";
import { readRecording } from "../recording/read.ts";
import { runOfRecording } from "../run-record.ts";
import type { Failures, Runs } from "./documents.ts";
import { RUNS_FOLDER, type BundleFiles } from "./layout.ts";
import { scanMcap } from "./mcap-scan.ts";
import { occurrencesOf, profilesOf, vehiclesOf, type Occurrence } from "./occurrences.ts";
import { commit, type Disclosure, type Disclosures } from "./redaction.ts";
import type { SafetyCase } from "./safety-case.ts";
import { bomOf, provenanceOf, type LockFile } from "./supply-chain.ts";

export interface BundleInput {
  readonly recordings: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly createdMs: number;
  readonly createdBy: string;
  readonly purpose: string;
  readonly build: string;
  readonly version: string;
  readonly commit: string;
  readonly runtime: string;
  readonly lock: LockFile;
  readonly retention: RetentionClass;
  readonly gates: Runs["gates"] | undefined;
  readonly waivers: Failures["waivers"];
  readonly updates: readonly unknown[];
  readonly safetyCase: SafetyCase | undefined;
  /** The verifier page, when it was built. */
  readonly verifierPage: Uint8Array | undefined;
  /** People and numbers to be committed to and disclosed apart, by name (`custodian`, `vin/bus-1`). */
  readonly confidential: ReadonlyMap<string, string>;
  readonly salt: () => Uint8Array;
}

export interface BundleDraft {
  readonly files: Map<string, Uint8Array>;
  readonly occurrences: readonly Occurrence[];
  readonly disclosures: Disclosures;
}

const pretty = (value: unknown): Uint8Array => utf8(`${JSON.stringify(JSON.parse(canonicalJson(value)), null, 1)}\n`);
const safeName = (name: string): string => name.replace(/^.*[\\/]/, "").replace(/[^A-Za-z0-9._-]/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 80) || "run.mcap";

/** Fails for files that are no recordings. */
export function draftBundle(input: BundleInput, sha256: Sha256): Result<BundleDraft, readonly Diagnostic[]> {
  const files = new Map<string, Uint8Array>();
  const digest = (bytes: Uint8Array): string => hex(sha256(bytes));
  const runs: Runs["runs"][number][] = [];
  const occurrences: Occurrence[] = [];
  const vehicles = new Map<string, { profile: string; profileSha256: string; softwareBuild: string }>();
  const scenarios: unknown[] = [];
  const maps = new Map<string, string>();
  const failures: Failures["failures"] = [];
  const disclosures: Disclosure[] = [];
  const confide = (name: string): unknown => {
    const value = input.confidential.get(name);
    if (value === undefined) return null;
    const { commitment, disclosure } = commit(sha256, name, value, input.salt());
    disclosures.push(disclosure);
    return commitment;
  };

  for (const { name, bytes } of input.recordings) {
    const read = readRecording(bytes, name);
    if (!read.ok) return read;
    const recorded = runOfRecording(read.value, name);
    if (!recorded.ok) return recorded;
    const { spec, build } = recorded.value;
    let file = `${RUNS_FOLDER}${safeName(name)}`;
    for (let n = 2; files.has(file); n += 1) file = `${RUNS_FOLDER}${n}-${safeName(name)}`;
    files.set(file, bytes);
    const result = JSON.parse(new TextDecoder().decode(scanMcap(bytes)?.attachments.get("result.json") ?? utf8("{}"))) as Partial<Runs["runs"][number]> & { hash?: string };
    const run: Runs["runs"][number] = {
      file, sha256: digest(bytes), scenario: spec.scenario, map: result.map ?? "", seed: spec.seed, build, ticks: result.ticks ?? 0, durationS: result.durationS ?? 0, endedBy: result.endedBy ?? "cut off",
      stateHash: result.hash ?? "", verdict: result.verdict ?? "none", criteria: result.criteria ?? [], metrics: result.metrics ?? [],
    };
    runs.push(run);
    for (const criterion of run.criteria) if (!criterion.pass) failures.push({ file, criterion: criterion.name, text: criterion.text });
    occurrences.push(...occurrencesOf(read.value.contents, build, file));
    const profiles = profilesOf(read.value.contents);
    for (const id of vehiclesOf(read.value.contents)) {
      const profile = profiles.get(id) ?? spec.egoProfile ?? "";
      vehicles.set(id, { profile, profileSha256: digest(utf8(spec.profiles.get(profile) ?? "")), softwareBuild: build });
    }
    for (const [path, text] of spec.files) if (path.endsWith(".xodr")) maps.set(path, digest(utf8(text)));
    scenarios.push({ scenario: spec.scenario, sha256: digest(utf8(spec.files.get(spec.scenario) ?? "")), seed: spec.seed, parameters: Object.fromEntries(spec.parameters), faults: spec.faults.faults.length, recording: file });
  }
  const put = (path: string, value: unknown): void => void files.set(path, pretty(value));

  put("01-statement.json", {
    schema: "atlasmesh.evidence-statement/1", purpose: input.purpose, createdMs: input.createdMs, createdBy: input.createdBy, responsible: confide("responsible"),
    scope: `${runs.length} recorded ${runs.length === 1 ? "run" : "runs"} of ${vehicles.size} vehicles, executable again by build ${input.build}`,
    frameworks: [
      { framework: "(EU) 2022/1426, Annex III Part 4, 3.2.6.4", claim: "deterministic re-execution", answeredBy: "06-runs.json", source: "secondary source" },
      { framework: "StVG section 1g (1)", claim: "data to be stored", answeredBy: "08-occurrences.json", source: "text" },
      { framework: "UN R157, 8.2.1", claim: "events of a data storage system", answeredBy: "08-occurrences.json", source: "from memory" },
      { framework: "UN R156, 7.1.2", claim: "records of software updates", answeredBy: "09-updates.json", source: "text" },
      { framework: "UL 4600", claim: "a case per vehicle configuration", answeredBy: "11-safety-case.json", source: "secondary source" },
    ],
  });
  put("02-vehicles.json", { schema: "atlasmesh.evidence-vehicles/1", vehicles: [...vehicles.keys()].sort(byText).map((id) => ({ id, vin: confide(`vin/${id}`), ...vehicles.get(id), controllers: [{ id: "agent", software: vehicles.get(id)?.softwareBuild }] })) });
  put("02-sbom.cdx.json", bomOf(input.lock, input.version, input.build));
  put("03-odd.json", { schema: "atlasmesh.evidence-odd/1", note: "the domain these runs lie in; a certified domain is the union of passed cells and comes from the gates", maps: [...maps.keys()].sort(byText).map((map) => ({ map, sha256: maps.get(map) })), scenarios: runs.map((run) => run.scenario) });
  put("04-scenarios.json", { schema: "atlasmesh.evidence-scenarios/1", scenarios, sampling: { seeds: [...new Set(runs.map((run) => run.seed))].sort(byText), method: "chosen by whoever built the bundle" } });
  put("05-provenance.json", provenanceOf(input.lock, { build: input.build, commit: input.commit, runtime: input.runtime, builder: input.createdBy }));
  put("05-credibility.json", { schema: "atlasmesh.evidence-credibility/1", claim: "variance between repeated runs is zero: each recording is executed again bit for bit", engines: [input.runtime], method: "evidence verify --re-execute, or the verifier page in another engine", builds: [...new Set(runs.map((run) => run.build))].sort(byText) });
  put("06-runs.json", { schema: "atlasmesh.evidence-runs/1", runs, ...(input.gates === undefined ? {} : { gates: input.gates }) } satisfies Runs);
  put("07-failures.json", { schema: "atlasmesh.evidence-failures/1", failures, waivers: input.waivers, nearMisses: [] } satisfies Failures);
  put("08-occurrences.json", { schema: "atlasmesh.evidence-occurrences/1", occurrences });
  put("09-updates.json", { schema: "atlasmesh.evidence-updates/1", note: input.updates.length === 0 ? "no software update took place in the runs of this bundle" : "", updates: input.updates });
  put("12-custody.json", {
    schema: "atlasmesh.evidence-custody/1",
    custody: [...runs.map((run) => ({ atMs: input.createdMs, action: "recording taken in", file: run.file, sha256: run.sha256, by: input.createdBy })), { atMs: input.createdMs, action: "bundle assembled", by: input.createdBy }],
    custodian: confide("custodian"), access: [], retention: { class: input.retention, years: RETENTION_YEARS[input.retention], untilMs: keepUntilMs({ atMs: input.createdMs, retention: input.retention }) },
    redactions: "committed values can be taken out of disclosures.json without breaking a signature",
  });
  files.set("14-instructions.txt", utf8(INSTRUCTIONS));
  if (input.verifierPage !== undefined) files.set("14-verifier.html", input.verifierPage);
  put("14-expected.json", { schema: "atlasmesh.evidence-expected/1", build: input.build, runs: runs.map((run) => ({ file: run.file, ticks: run.ticks, stateHash: run.stateHash })), ...(input.verifierPage === undefined ? {} : { verifierSha256: digest(input.verifierPage) }) });
  const digestOf = (path: string): string => digest(files.get(path) ?? new Uint8Array());
  put("11-safety-case.json", input.safetyCase ?? defaultCase(runs, [...vehicles.keys()], digestOf));
  return ok({ files, occurrences, disclosures: { schema: "atlasmesh.disclosures/1", disclosures } });
}

/** The smallest honest case: what these runs show, within the domain they lie in, and who answers for what they lean on. */
function defaultCase(runs: Runs["runs"], vehicles: readonly string[], digestOf: (path: string) => string): SafetyCase {
  const source = "our proposal" as const;
  return {
    schema: "atlasmesh.safety-case/1",
    root: "G1",
    nodes: [
      { id: "G1", kind: "goal", text: `In the recorded runs ${vehicles.join(", ") || "the vehicles"} met every criterion that was set`, supportedBy: ["S1"], inContextOf: ["C1", "A1", "A2"], source },
      { id: "C1", kind: "context", text: "Operational design domain and maps of the runs", odd: "03-odd.json", evidence: { file: "03-odd.json", sha256: digestOf("03-odd.json") }, source },
      { id: "A1", kind: "assumption", text: "The twin represents the vehicle well enough for the criteria judged", owner: "the manufacturer's validation lead", source },
      { id: "A2", kind: "assumption", text: "The scenarios cover the domain well enough for the claim", owner: "the manufacturer's safety engineer", source },
      { id: "S1", kind: "strategy", text: "Argument over each run, executed again bit for bit", supportedBy: runs.map((_, i) => `G${i + 2}`), source },
      ...runs.flatMap((run, i): SafetyCase["nodes"] => [
        { id: `G${i + 2}`, kind: "goal", text: `${run.scenario}, seed ${run.seed}: ${run.criteria.length} criteria judged, verdict ${run.verdict}`, supportedBy: [`E${i + 2}`], source },
        { id: `E${i + 2}`, kind: "solution", text: `Recording, state hash ${run.stateHash}`, evidence: { file: run.file, sha256: run.sha256 }, source },
      ]),
    ],
  };
}

const INSTRUCTIONS = `How to check this bundle, offline

1. Take the verifier page from a source you trust, not from this bundle, or compare its SHA-256 with one that was published.
2. Open it in a browser, drop this bundle on it, and the trust file you were given by the parties you believe.
3. It says two things, and they are independent: whether the bundle is authentic, and whether what it tells conforms.
4. Press "execute again": every recording runs again in your browser, tick by tick, and turns green to the end, or red at the
   first tick, entity and field that differs.

On a command line: npx atlasmesh evidence verify BUNDLE --trust TRUST.json --re-execute

A clause marked "secondary source" or "from memory" was not read in its own text and is no quotation.
`;

export type { BundleFiles };
