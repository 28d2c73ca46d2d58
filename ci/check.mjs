/**
 * `npm test`: everything CI runs, in order, each part to its end even when an earlier one failed, and a table at the end.
 * `--only STEP,STEP` runs a part, `--list` names them. What could not be done (no browser, no shared data, no network) is
 * said in the table as LEFT OUT, never counted as passed. Exit: 0 all passed, 1 something failed, 2 bad usage.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./sources.mjs";
import { runSteps } from "./steps.mjs";

const bin = (...path) => join(root, "node_modules", ...path);
const unitReport = join(root, "out", "unit.json");

const steps = [
  { id: "types", title: "Types", command: [bin("typescript/bin/tsc"), "--noEmit", "-p", "tsconfig.json"] },
  { id: "lint", title: "Lint and import directions", command: [bin("eslint/bin/eslint.js"), "--config", "ci/eslint.config.js", "--max-warnings", "0", "."] },
  { id: "build", title: "Build", command: ["ci/build.mjs", "node", "web", "verifier"] },
  { id: "unit", title: "Unit and property tests", command: [bin("vitest/vitest.mjs"), "run", "--config", "ci/vitest.config.ts", "--reporter=dot", "--reporter=json", `--outputFile.json=${unitReport}`], before: () => rmSync(unitReport, { force: true }), leftOut: skippedTests },
  { id: "bank", title: "Scenario bank", command: ["ci/atlasmesh.mjs", "bank", "check"] },
  { id: "golden", title: "Golden replays", command: ["ci/atlasmesh.mjs", "replay", "golden"] },
  { id: "peer", title: "Scenarios against the reference player", command: ["ci/atlasmesh.mjs", "peer", "scenarios"] },
  { id: "conformance", title: "Conformance gates, six classes", command: ["ci/atlasmesh.mjs", "conformance"] },
  { id: "same-bits", title: "Same bits: process, Node 20, Node 24, Chromium", command: ["ci/gates/same-bits.mjs"] },
  { id: "planted", title: "Same bits rejects inexact mathematics", command: ["ci/gates/same-bits.mjs", "--planted"] },
  { id: "e2e", title: "End to end in Chromium", command: ["ci/e2e/run.mjs"] },
];

/** Tests that were skipped, by name: their reasons are in their names or in the output above. */
function skippedTests() {
  let report;
  try {
    report = JSON.parse(readFileSync(unitReport, "utf8"));
  } catch {
    return [];
  }
  return report.testResults.flatMap((file) => file.assertionResults.filter((test) => test.status === "pending" || test.status === "skipped" || test.status === "todo").map((test) => `test: ${test.fullName}`));
}

function chosen() {
  let only;
  try {
    const { values } = parseArgs({ options: { only: { type: "string" }, list: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    if (values.list === true || values.help === true) {
      process.stdout.write(`npm test -- [--only STEP,STEP]\n${steps.map(({ id, title }) => `  ${id.padEnd(11)}${title}`).join("\n")}\n`);
      process.exit(0);
    }
    only = values.only?.split(",");
  } catch (error) {
    process.stderr.write(`check: ${error.message}\n`);
    process.exit(2);
  }
  const unknown = only?.find((id) => !steps.some((step) => step.id === id));
  if (unknown !== undefined) {
    process.stderr.write(`check: no step "${unknown}"; there are ${steps.map(({ id }) => id).join(", ")}\n`);
    process.exit(2);
  }
  return only === undefined ? steps : steps.filter(({ id }) => only.includes(id));
}

const selected = chosen();
mkdirSync(join(root, "out"), { recursive: true });
mkdirSync(join(root, "dist"), { recursive: true });
process.exitCode = await runSteps(steps, selected);
