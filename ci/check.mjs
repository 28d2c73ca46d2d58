/**
 * `npm test`: everything CI runs, in order, each part to its end even when an earlier one failed, and a table at the end.
 * `--only STEP,STEP` runs a part, `--list` names them. What could not be done (no browser, no shared data, no network) is
 * said in the table as LEFT OUT, never counted as passed. Exit: 0 all passed, 1 something failed, 2 bad usage.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./sources.mjs";

const node = process.execPath;
const bin = (...path) => join(root, "node_modules", ...path);
const unitReport = join(root, "out", "unit.json");

const steps = [
  { id: "types", title: "Types", command: [bin("typescript/bin/tsc"), "--noEmit", "-p", "tsconfig.json"] },
  { id: "lint", title: "Lint and import directions", command: [bin("eslint/bin/eslint.js"), "--config", "ci/eslint.config.js", "--max-warnings", "0", "."] },
  { id: "build", title: "Build", command: ["ci/build.mjs", "node", "web"] },
  { id: "unit", title: "Unit and property tests", command: [bin("vitest/vitest.mjs"), "run", "--config", "ci/vitest.config.ts", "--reporter=dot", "--reporter=json", `--outputFile.json=${unitReport}`], before: () => rmSync(unitReport, { force: true }), leftOut: skippedTests },
  { id: "bank", title: "Scenario bank", command: ["ci/atlasmesh.mjs", "bank", "check"] },
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

/** Runs a step, shows its output as it comes, and gathers the lines that tell what it left out. */
function execute(step) {
  return new Promise((done) => {
    step.before?.();
    const child = spawn(node, step.command, { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" } });
    const leftOut = [];
    let partial = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("LEFT OUT ")) leftOut.push(line.slice("LEFT OUT ".length));
    });
    child.on("error", (error) => done({ ok: false, leftOut: [...leftOut, `it did not start: ${error.message}`] }));
    child.on("close", (code) => done({ ok: code === 0, leftOut: [...leftOut, ...(step.leftOut?.() ?? [])] }));
  });
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
const rows = [];
const started = Date.now();
for (const step of selected) {
  process.stdout.write(`\n== ${step.title} (${step.id})\n`);
  const from = Date.now();
  const { ok, leftOut } = await execute(step);
  rows.push({ step, ok, leftOut, seconds: (Date.now() - from) / 1000 });
}

const width = Math.max(...rows.map(({ step }) => step.title.length));
process.stdout.write(`\n== Result, ${((Date.now() - started) / 1000).toFixed(0)} s, Node ${process.versions.node}\n`);
for (const { step, ok, leftOut, seconds } of rows) {
  process.stdout.write(`${ok ? "passed" : "FAILED"}  ${step.title.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s${leftOut.length === 0 ? "" : `  (${leftOut.length} LEFT OUT)`}\n`);
  for (const what of leftOut) process.stdout.write(`        LEFT OUT ${what}\n`);
}
for (const step of steps.filter((step) => !selected.includes(step))) process.stdout.write(`-       ${step.title.padEnd(width)}  not asked for\n`);
const failed = rows.filter(({ ok }) => !ok);
process.stdout.write(failed.length === 0 ? "check: passed\n" : `check: FAILED: ${failed.map(({ step }) => step.id).join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
