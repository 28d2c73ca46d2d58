/**
 * Runs checks one after the other, each in a process of its own and to its end even when an earlier one failed, and prints
 * a table. What a step left out it says in a line `LEFT OUT what: why`; it stands in the table and never counts as passed.
 */
import { spawn } from "node:child_process";
import { root } from "./sources.mjs";

/** Runs one step (`command`: arguments for Node), shows its output as it comes, gathers what it left out. */
function execute(step, out) {
  return new Promise((done) => {
    step.before?.();
    const child = spawn(process.execPath, step.command, { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" } });
    const leftOut = [];
    let partial = "";
    const take = (line) => {
      if (line.startsWith("LEFT OUT ")) leftOut.push(line.slice("LEFT OUT ".length));
    };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out(text);
      const lines = (partial + text).split("\n");
      partial = lines.pop() ?? "";
      lines.forEach(take);
    });
    child.on("error", (error) => done({ ok: false, leftOut: [`everything: it did not start: ${error.message}`] }));
    child.on("close", (code) => {
      take(partial);
      done({ ok: code === 0, leftOut: [...leftOut, ...(step.leftOut?.() ?? [])] });
    });
  });
}

/** Runs `selected` of `steps`; resolves with the exit code: 0 when all passed, else 1. */
export async function runSteps(steps, selected, out = (text) => process.stdout.write(text)) {
  const rows = [];
  const started = Date.now();
  for (const step of selected) {
    out(`\n== ${step.title} (${step.id})\n`);
    const from = Date.now();
    const { ok, leftOut } = await execute(step, out);
    rows.push({ step, ok, leftOut, seconds: (Date.now() - from) / 1000 });
  }
  const width = Math.max(...steps.map(({ title }) => title.length));
  out(`\n== Result, ${((Date.now() - started) / 1000).toFixed(0)} s, Node ${process.versions.node}\n`);
  for (const { step, ok, leftOut, seconds } of rows) {
    out(`${ok ? "passed" : "FAILED"}  ${step.title.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s${leftOut.length === 0 ? "" : `  (${leftOut.length} LEFT OUT)`}\n`);
    for (const what of leftOut) out(`        LEFT OUT ${what}\n`);
  }
  for (const step of steps.filter((step) => !selected.includes(step))) out(`-       ${step.title.padEnd(width)}  not asked for\n`);
  const failed = rows.filter(({ ok }) => !ok);
  out(failed.length === 0 ? "check: passed\n" : `check: FAILED: ${failed.map(({ step }) => step.id).join(", ")}\n`);
  return failed.length === 0 ? 0 : 1;
}
