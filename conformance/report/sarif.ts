/** Failed cases as SARIF 2.1.0: rules are gates, locations are vehicle profiles. */
import type { ProfileReport } from "../certify.ts";
import { holds } from "../types.ts";
import { MARKS, measureText } from "./text.ts";

/** `fileOf`: path of a profile's file, relative to the repository. */
export function sarif(reports: readonly ProfileReport[], build: string, fileOf: (profile: string) => string): unknown {
  const rules = new Map(reports.flatMap(({ gates }) => gates.map((gate) => [gate.id, gate] as const)));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "atlasmesh conformance",
          semanticVersion: "0.1.0",
          version: build,
          rules: [...rules.values()].map((gate) => ({
            id: gate.id,
            shortDescription: { text: gate.title },
            fullDescription: { text: gate.claim },
            help: { text: `${gate.method}\nSources: ${gate.sources.map(({ text, mark }) => `${text} (${MARKS[mark]})`).join("; ")}` },
            defaultConfiguration: { level: "error" },
          })),
        },
      },
      results: reports.flatMap((report) => report.gates.flatMap((gate) => gate.cases.filter(({ pass }) => !pass).map((c) => ({
        ruleId: gate.id,
        level: "error",
        message: { text: `${report.profile}, ${c.name}: ${[...c.measures.filter((m) => !holds(m)).map(measureText), ...c.facts.filter(({ pass }) => !pass).map((f) => `${f.name}: ${f.text}`)].join("; ")}` },
        locations: [{ physicalLocation: { artifactLocation: { uri: fileOf(report.profile) }, region: { startLine: 1 } } }],
        properties: { runs: c.runs },
      })))),
    }],
  };
}
