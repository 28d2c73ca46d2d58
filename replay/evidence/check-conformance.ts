/**
 * The second verdict: does what the bundle tells of conform? Judged from the bundle's own results, failures, safety case and
 * completeness. Results are compared with the recordings they come from; whether the recordings are right is for
 * re-execution to say.
 */
import { canonicalJson, decodeJson } from "../../fleet-core/contract/json.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import type { z } from "zod";
import { failuresSchema, runsSchema, type Failures, type Runs } from "./documents.ts";
import { CONTENTS, type BundleFiles } from "./layout.ts";
import { scanMcap } from "./mcap-scan.ts";
import { lintSafetyCase, safetyCaseSchema } from "./safety-case.ts";
import type { Conformance, Finding, RunSummary } from "./verdict.ts";

const LIMITS = { bytes: 64 * 1024 * 1024, depth: 32 };

export interface ConformanceCheck {
  readonly verdict: Conformance;
  readonly findings: readonly Finding[];
  readonly runs: readonly RunSummary[];
}

/** `digestOf` gives the digest of a file as it is. */
export function checkConformance(files: BundleFiles, digestOf: (path: string) => string | undefined): ConformanceCheck {
  const findings: Finding[] = [];
  const find = (code: string, path: string, text: string): void => void findings.push({ code, path, text });
  for (const { number, title, files: wanted } of CONTENTS) for (const path of wanted) if (!files.has(path)) find("content-missing", path, `content ${number} (${title}) lacks ${path}`);

  function read<S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined {
    const bytes = files.get(path);
    if (bytes === undefined) return undefined;
    const decoded = decodeJson(bytes, schema, path, LIMITS);
    if (decoded.ok) return decoded.value;
    find("content-malformed", path, decoded.error.slice(0, 3).map(formatDiagnostic).join("; "));
    return undefined;
  }
  const results: Runs | undefined = read("06-runs.json", runsSchema);
  const failures: Failures | undefined = read("07-failures.json", failuresSchema);
  for (const run of results?.runs ?? []) {
    const failed = run.criteria.filter((criterion) => !criterion.pass);
    for (const criterion of failed) {
      find("criterion-failed", run.file, `${run.scenario}: ${criterion.name}: ${criterion.text}`);
      if (failures !== undefined && !failures.failures.some((f) => f.file === run.file && f.criterion === criterion.name)) find("failure-not-listed", "07-failures.json", `${run.scenario}: ${criterion.name} failed and is not listed`);
    }
    if (run.verdict === "fail" && failed.length === 0) find("run-failed", run.file, `${run.scenario} failed`);
    if (digestOf(run.file) !== run.sha256) find("result-of-another-recording", run.file, `the results of ${run.scenario} name another recording`);
    const recorded = scanMcap(files.get(run.file) ?? new Uint8Array())?.attachments.get("result.json");
    const own = recorded === undefined ? undefined : decodeResult(recorded);
    const claimed = { build: run.build, criteria: run.criteria, hash: run.stateHash, ticks: run.ticks, verdict: run.verdict };
    if (own === undefined || canonicalJson(own) !== canonicalJson(claimed)) find("result-differs", run.file, `the results of ${run.scenario} are not the ones in its recording`);
  }
  for (const gate of results?.gates?.gates ?? []) if (gate.result === "FAILED" || (gate.mandatory && gate.result !== "PASSED" && gate.result !== "WARNED")) find(gate.mandatory ? "gate-failed" : "gate-warning", "06-runs.json", `gate ${gate.id}: ${gate.result}: ${gate.text}`);
  const safetyCase = read("11-safety-case.json", safetyCaseSchema);
  if (safetyCase !== undefined) for (const fault of lintSafetyCase(safetyCase, digestOf)) find(fault.code, "11-safety-case.json", fault.text);

  const judged = (results?.runs ?? []).some((run) => run.verdict !== "none") || (results?.gates?.gates.length ?? 0) > 0;
  const bad = findings.some((finding) => finding.code !== "gate-warning");
  return {
    verdict: bad ? "not-conformant" : judged ? "conformant" : "not-judged",
    findings,
    runs: (results?.runs ?? []).map(({ file, sha256, scenario, seed, build, verdict, stateHash, durationS }) => ({ file, sha256, scenario, seed, build, verdict, stateHash, durationS })),
  };
}

function decodeResult(bytes: Uint8Array): unknown {
  try {
    const { build, criteria, hash, ticks, verdict } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return { build, criteria, hash, ticks, verdict };
  } catch {
    return undefined;
  }
}
