/** The report for a terminal, and words all reports share. */
import type { GateReport, ProfileReport } from "../certify.ts";
import { holds, marginOf, type Measure, type SourceMark } from "../types.ts";

export const MARKS: Record<SourceMark, string> = {
  read: "source text read",
  secondary: "secondary source",
  memory: "from memory, not checked",
  proposal: "our proposal",
};

export const figure = (value: number): string => (Number.isFinite(value) ? (Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(3)) : String(value));

export const measureText = (m: Measure): string => `${m.name}: ${figure(m.value)} ${m.unit}, ${m.relation} ${figure(m.limit)} (margin ${figure(marginOf(m))})`;

/** What went wrong in a gate, one line each. */
export const failures = (gate: GateReport): readonly string[] => gate.cases.filter(({ pass }) => !pass).flatMap(({ name, measures, facts }) => [
  ...measures.filter((m) => !holds(m)).map((m) => `${name}: ${measureText(m)}`),
  ...facts.filter(({ pass }) => !pass).map((f) => `${name}: ${f.name}: ${f.text}`),
]);

/** The smallest margin of a gate relative to its limit, with the measure it belongs to. */
export function tightest(gate: GateReport): { readonly share: number; readonly measure: Measure; readonly name: string } | undefined {
  let found: { share: number; measure: Measure; name: string } | undefined;
  for (const { name, measures } of gate.cases) {
    for (const measure of measures) {
      const share = marginOf(measure) / Math.max(Math.abs(measure.limit), 1e-9);
      if (found === undefined || share < found.share) found = { share, measure, name };
    }
  }
  return found;
}

export function reportText(report: ProfileReport): readonly string[] {
  const lines = [`${report.profile} (${report.category}), gates ${report.gateSet}`];
  for (const gate of report.gates) {
    const tight = tightest(gate);
    const note = gate.outcome === "does not apply" ? gate.reason ?? "" : `${gate.cases.filter(({ pass }) => pass).length} of ${gate.cases.length} cases${tight === undefined ? "" : `, tightest ${(100 * tight.share).toFixed(0)} % (${tight.name}: ${tight.measure.name.slice(0, 60)})`}`;
    lines.push(`  ${gate.outcome === "passed" ? "pass" : gate.outcome === "failed" ? "FAIL" : "-   "}  ${gate.id.padEnd(34)} ${note}`);
    for (const failure of failures(gate)) lines.push(`          ${failure}`);
  }
  lines.push("  operational domain");
  for (const { cell, result, cases } of report.domain) lines.push(`    ${result === "certified" ? "yes" : result === "failed" ? "NO " : "-  "} ${cell}${result === "not tried" ? ": no gate of this selection tries it" : ` (${cases.length} cases)`}`);
  lines.push(`  verdict: ${report.verdict}`);
  return lines;
}
