/** The verdicts as one printable page: no scripts, no requests, every value escaped. What the bundle says and what was checked stay apart. */
import { textOf } from "../audit/bytes.ts";
import { CONTENTS, type BundleFiles } from "./layout.ts";
import type { BundleVerdict, Finding } from "./verdict.ts";

const escape = (value: unknown): string => String(value ?? "").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const rows = (list: readonly (readonly unknown[])[]): string => list.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`).join("");
const table = (head: readonly string[], list: readonly (readonly unknown[])[]): string => (list.length === 0 ? "<p>None.</p>" : `<table><thead><tr>${head.map((h) => `<th scope="col">${escape(h)}</th>`).join("")}</tr></thead><tbody>${rows(list)}</tbody></table>`);
const findings = (list: readonly Finding[]): string => table(["Reason", "Where", "What"], list.map((f) => [f.code, f.path, f.text]));

function json(files: BundleFiles, path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(textOf(files.get(path) ?? new Uint8Array()) ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}
const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] => (Array.isArray(value) ? (value as Record<string, unknown>[]) : []);

const STYLE = "body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#14202a;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #b8c2cb}table{border-collapse:collapse;width:100%;font-size:.86rem}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #dde3e8;overflow-wrap:anywhere}.verdict{display:inline-block;padding:.3rem .8rem;border:2px solid;border-radius:.3rem;font-weight:650;margin-inline-end:1rem}.good{color:#17663a}.bad{color:#a8201a}.open{color:#7d4b00}@media print{h2{break-after:avoid}tr{break-inside:avoid}}";
const tone = (verdict: string): string => (verdict === "authentic" || verdict === "conformant" ? "good" : verdict === "untrusted" || verdict === "not-judged" ? "open" : "bad");

export function reportHtml(files: BundleFiles, verdict: BundleVerdict, reexecution: readonly { readonly file: string; readonly text: string; readonly identical: boolean }[] | undefined, utc: (ms: number) => string): string {
  const statement = json(files, "01-statement.json");
  const iso = (ms: number | undefined): string => (ms === undefined ? "not known" : utc(ms));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Evidence ${escape(verdict.bundleId)}</title><style>${STYLE}</style></head><body>
<h1>Evidence report</h1>
<p><span class="verdict ${tone(verdict.authenticity.verdict)}">Authenticity: ${escape(verdict.authenticity.verdict)}</span><span class="verdict ${tone(verdict.conformance.verdict)}">Conformance: ${escape(verdict.conformance.verdict)}</span></p>
<p>The two verdicts are independent: authentic means that every byte is what the named parties signed; conformant means that what it tells of met what was asked.</p>
<h2>Bundle</h2>${table(["", ""], [["Bundle", verdict.bundleId], ["Purpose", statement["purpose"]], ["Scope", statement["scope"]], ["Made", iso(verdict.createdMs)], ["Signed by", verdict.signers.join(", ") || "nobody who is trusted"], ["Log", verdict.log === undefined ? "none" : `${verdict.log.origin}, ${verdict.log.size} entries`], ["Witnesses", verdict.log?.witnesses.join(", ") || "none"], ["Witnessed", iso(verdict.log?.witnessedMs)], ["Build", verdict.build], ["Files", `${verdict.files}, ${verdict.bytes} bytes`], ["Redacted values", verdict.redacted]])}
<h2>Findings on authenticity</h2>${findings(verdict.authenticity.findings)}
<h2>Findings on conformance</h2>${findings(verdict.conformance.findings)}
<h2>Executed again</h2>${reexecution === undefined ? "<p>Not asked for.</p>" : table(["Recording", "Identical", "What"], reexecution.map((r) => [r.file, r.identical ? "yes" : "NO", r.text]))}
<h2>Runs</h2>${table(["Scenario", "Seed", "Seconds", "Verdict", "State hash", "Recording, SHA-256"], verdict.runs.map((r) => [r.scenario, r.seed, r.durationS, r.verdict, r.stateHash, `${r.file} ${r.sha256}`]))}
<h2>Criteria</h2>${table(["Recording", "Criterion", "Result", "Measured"], list(json(files, "06-runs.json")["runs"]).flatMap((run) => list(run["criteria"]).map((c) => [run["file"], c["name"], c["pass"] === true ? "pass" : "FAIL", c["text"]])))}
<h2>Failures and waivers</h2>${table(["Recording", "Criterion", "Measured"], list(json(files, "07-failures.json")["failures"]).map((f) => [f["file"], f["criterion"], f["text"]]))}${table(["Waived", "By", "Why"], list(json(files, "07-failures.json")["waivers"]).map((w) => [w["criterion"], w["owner"], w["reason"]]))}
<h2>Occurrences</h2>${table(["Second", "Vehicle", "What", "Why", "Speed, m/s"], list(json(files, "08-occurrences.json")["occurrences"]).map((o) => [(Number(o["timeUs"]) / 1e6).toFixed(2), o["vehicle"], o["kind"], o["reason"], (o["state"] as { speedMps?: number } | null)?.speedMps?.toFixed(2)]))}
<h2>Safety case</h2>${table(["Id", "Kind", "Text", "Leans on", "Wording"], list(json(files, "11-safety-case.json")["nodes"]).map((n) => [n["id"], n["kind"], n["text"], [...((n["supportedBy"] as string[] | undefined) ?? []), ...((n["inContextOf"] as string[] | undefined) ?? [])].join(", "), n["source"]]))}
<h2>Rules this answers to</h2><p>"Secondary source" and "from memory" mark wording that was not read in its own text; nothing here quotes a clause.</p>${table(["Rule", "Claim", "Answered by", "Wording"], list(statement["frameworks"]).map((f) => [f["framework"], f["claim"], f["answeredBy"], f["source"]]))}
<h2>Chain of custody</h2>${table(["When", "What", "File", "By"], list(json(files, "12-custody.json")["custody"]).map((c) => [iso(Number(c["atMs"])), c["action"], c["file"], c["by"]]))}
<h2>Contents</h2>${table(["", "Content", "Files"], CONTENTS.map((c) => [c.number, c.title, c.files.map((path) => `${path}${files.has(path) ? "" : " (missing)"}`).join(", ")]))}
</body></html>
`;
}
