/** Reports as JUnit XML: one suite per vehicle, one test case per gate case. */
import type { ProfileReport } from "../certify.ts";
import { measureText } from "./text.ts";

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");

export function junitText(reports: readonly ProfileReport[]): string {
  const suites = reports.map((report) => {
    const cases = report.gates.flatMap((gate) => (gate.outcome === "does not apply"
      ? [`    <testcase classname="${escaped(`${report.profile}.${gate.id}`)}" name="${escaped(gate.title)}"><skipped message="${escaped(gate.reason ?? "")}"/></testcase>`]
      : gate.cases.map(({ name, pass, measures, facts }) => {
        const text = [...measures.map(measureText), ...facts.map((f) => `${f.pass ? "yes" : "NO"} ${f.name}: ${f.text}`)].join("\n");
        return `    <testcase classname="${escaped(`${report.profile}.${gate.id}`)}" name="${escaped(name)}">${pass ? "" : `<failure message="${escaped(gate.claim)}">${escaped(text)}</failure>`}<system-out>${escaped(text)}</system-out></testcase>`;
      })));
    const failed = report.gates.reduce((sum, { cases: all }) => sum + all.filter(({ pass }) => !pass).length, 0);
    const skipped = report.gates.filter(({ outcome }) => outcome === "does not apply").length;
    return `  <testsuite name="${escaped(`conformance ${report.profile}`)}" tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="conformance">\n${suites.join("\n")}\n</testsuites>\n`;
}
