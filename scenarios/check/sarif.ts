/** Findings as SARIF 2.1.0, the form code hosts and editors read. Pure: no time, no machine, no paths but those given. */
import type { CheckReport, Finding } from "./check.ts";
import { checkRules } from "./rules.ts";

/** One run over all reports; rules without findings are listed too. */
export function toSarif(reports: readonly CheckReport[], version: string): object {
  const rules = checkRules.map((rule) => ({ id: rule.uid, name: rule.name, shortDescription: { text: rule.text } }));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "atlasmesh scenario check", version, rules } },
        columnKind: "utf16CodeUnits",
        results: reports.flatMap((report) => report.diagnostics.map(resultOf)),
      },
    ],
  };
}

function resultOf(d: Finding): object {
  const index = checkRules.findIndex((rule) => rule.uid === d.uid);
  const where = d.path === undefined ? "" : `${d.path}: `;
  const expected = d.expected === undefined ? "" : ` (expected ${d.expected})`;
  return {
    ruleId: d.uid ?? "atlasmesh:xosc:reader",
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: d.severity,
    message: { text: `${where}${d.message}${expected}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(d.file) },
          ...(d.line === undefined ? {} : { region: { startLine: d.line, startColumn: d.column ?? 1 } }),
        },
      },
    ],
  };
}
