/**
 * The same-bits gate: every scenario of the bank, at least 60 simulated seconds each, gives one hash a simulated second in
 * the same process twice, in a fresh process, in Node 20 and 24 and in Chromium. `--shared` compares the engines on every
 * scenario of the shared data that loads. `--seconds N` simulates less or more of each. `--planted` proves the gate: with
 * the exact mathematics switched off it must be rejected, and this program then succeeds only if it was. Lines that begin
 * with LEFT OUT tell what could not be done.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { findChromium, launchChromium } from "../chromium.mjs";
import { root } from "../sources.mjs";
import { inBrowser, inNode } from "./executors.mjs";
import { nodeOf } from "./runtimes.mjs";

const ALKS = "data/scenarios/alks/logical_scenarios/concrete_scenarios/alks_scenario_4_4_1_cut_in_no_collision_template.xosc";
const { planted, shared: whole, seconds } = options();
const shared = process.env.ATLASMESH_SHARED ?? join(root, "..", "shared");
const run = promisify(execFile);

function options() {
  try {
    const { values } = parseArgs({ options: { planted: { type: "boolean", default: false }, shared: { type: "boolean", default: false }, seconds: { type: "string", default: "60" } } });
    const wanted = Number(values.seconds);
    if (!(wanted >= 1 && wanted <= 3600)) throw new Error(`--seconds ${values.seconds}: expected a number from 1 to 3600`);
    return { ...values, seconds: wanted };
  } catch (error) {
    process.stderr.write(`same-bits: ${error.message}\nusage: node ci/gates/same-bits.mjs [--shared] [--planted] [--seconds N]\n`);
    process.exit(2);
  }
}
const say = (line) => process.stdout.write(`${line}\n`);

async function bundle() {
  const { build } = await import("vite");
  const before = process.env.ATLASMESH_INEXACT_MATH;
  process.env.ATLASMESH_INEXACT_MATH = planted ? "1" : "";
  for (const mode of ["node", "browser"]) await build({ configFile: join(root, "ci/gates/vite.config.ts"), mode, logLevel: "warn" });
  if (before === undefined) delete process.env.ATLASMESH_INEXACT_MATH;
  else process.env.ATLASMESH_INEXACT_MATH = before;
  const folder = join(root, "dist", planted ? "inexact/gates" : "gates");
  return { node: join(folder, "node", "node-run.mjs"), browser: join(folder, "browser", "gate.js") };
}

/** What is run in the normal gate: the whole bank, and the published cut-in with our agent at the wheel. */
function bankCases(gate) {
  const options = { seed: "1", untilS: seconds, simulateS: seconds };
  const found = gate.bankList().map((id) => ({ ...gate.prepare(id, id, options), word: id }));
  const cutIn = resolve(shared, ALKS);
  if (existsSync(cutIn)) found.push({ ...gate.prepare("alks_scenario_4_4_1_cut_in_no_collision", cutIn, { ...options, profile: "ride-hail-sedan" }), word: cutIn, profile: "ride-hail-sedan" });
  else say(`LEFT OUT ALKS cut-in: ${relative(process.cwd(), cutIn)} does not exist (set ATLASMESH_SHARED to the folder with data/scenarios)`);
  return found;
}

function sharedCases(gate) {
  const folder = resolve(shared, "data", "scenarios");
  if (!existsSync(folder)) {
    say(`LEFT OUT the shared scenarios: ${relative(process.cwd(), folder)} does not exist (set ATLASMESH_SHARED to the folder with data/scenarios)`);
    return [];
  }
  const { cases, notLoaded } = gate.prepareShared(folder, { seed: "1", untilS: seconds });
  for (const { name, reason } of notLoaded) say(`not loaded ${name}: ${reason}`);
  say(`${cases.length} of ${cases.length + notLoaded.length} scenarios and variations load`);
  return cases;
}

/** The product itself, in a fresh process: what `atlasmesh run` prints. */
async function commandLine({ word, profile }, seed, untilS) {
  const words = [join(root, "ci/atlasmesh.mjs"), "run", word, "--seed", seed, "--until", String(untilS), "--json", ...(profile === undefined ? [] : ["--profile", profile])];
  try {
    return JSON.parse((await run(process.execPath, words, { maxBuffer: 1 << 26, cwd: root })).stdout);
  } catch (error) {
    // Exit code 1 is a verdict on the scenario, not on the bits.
    if (error.code === 1 && error.stdout.trim() !== "") return JSON.parse(error.stdout);
    throw error;
  }
}

/** Runs jobs two at a time: what this gate promises to need. Results in the order of the jobs. */
async function twoAtATime(jobs) {
  const results = [];
  const queue = jobs.entries();
  const worker = async () => {
    for (const [i, job] of queue) results[i] = await job();
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/** The other engines: Node 20 and 24 as far as they are not the running one, and Chromium. Says what is missing. */
async function engines() {
  const nodes = [];
  for (const major of [20, 24]) {
    const found = nodeOf(major);
    if (found.path === undefined) say(`LEFT OUT Node ${major}: ${found.reason}`);
    else nodes.push(found);
  }
  const own = nodes.find((node) => node.path === process.execPath) ?? { path: process.execPath, version: process.versions.node };
  const chromium = findChromium();
  let browser;
  if (chromium.path === undefined) say(`LEFT OUT Chromium: ${chromium.reason}`);
  else {
    try {
      browser = await launchChromium(chromium.path, []);
    } catch (error) {
      say(`LEFT OUT Chromium: ${chromium.path} does not start: ${String(error.message).split("\n")[0]}`);
    }
  }
  return { own, nodes, others: nodes.filter((node) => node !== own), browser };
}

async function main() {
  const started = Date.now();
  const scripts = await bundle();
  const gate = await import(pathToFileURL(scripts.node).href);
  const temporary = mkdtempSync(join(tmpdir(), "atlasmesh-gate-"));
  const { own, nodes, others, browser } = await engines();
  const differences = [];
  let cases;
  try {
    cases = whole ? sharedCases(gate) : bankCases(gate);
    if (whole && cases.length === 0) return true;
    // With another engine one scenario is enough to see whether the planted fault is caught. Two Node versions differ in
    // `pow` alone, so without a browser each scenario is a chance.
    if (planted && browser !== undefined) cases = cases.slice(0, 1);
    if (cases.length === 0) throw new Error("no scenario to run: the bank is empty");
    const file = join(temporary, "set.json");
    writeFileSync(file, JSON.stringify(gate.setOf(cases)));
    const reference = inNode(`Node ${own.version}`, own.path, scripts.node, file);
    const elsewhere = [
      ...others.map((node) => inNode(`Node ${node.version}`, node.path, scripts.node, file)),
      ...(browser === undefined ? [] : [inBrowser(`Chromium ${browser.version()}`, browser, scripts.browser, file)]),
    ];
    if (planted && elsewhere.length === 0) return say("LEFT OUT planted inexact mathematics: neither another Node nor Chromium to differ from"), true;
    const fresh = planted || whole ? [] : cases;
    const [[first, again = undefined], ...rest] = await twoAtATime([
      () => reference.all(whole ? 1 : 2),
      ...elsewhere.map((executor) => () => executor.all()),
      ...fresh.map((one) => () => commandLine(one, one.spec.seed, seconds)),
    ]);
    let differing = 0;
    for (const [of, one] of cases.entries()) {
      const found = [];
      const at = (executor, index) => ({ name: executor.name, execute: (range) => executor.one(of, index, range) });
      for (const [index, execution] of first[of].entries()) {
        const twice = again === undefined ? undefined : await gate.difference(at(reference, index), execution, { name: "the second run in the same process", execute: (range) => reference.one(of, index, range) }, again[of][index]);
        if (twice !== undefined) found.push(twice);
        for (const [i, executor] of elsewhere.entries()) {
          const other = rest[i][0][of][index];
          const text = other === undefined ? `${executor.name} ends its runs earlier` : await gate.difference(at(reference, index), execution, at(executor, index), other);
          if (text !== undefined) found.push(text);
        }
        if (index === 0 && fresh.length > 0) {
          const text = gate.endDifference("a fresh process (atlasmesh run)", rest[elsewhere.length + of], reference.name, execution);
          if (text !== undefined) found.push(text);
        }
        if (execution.broke !== undefined) found.push(`breaks down at tick ${execution.ticks}: ${execution.broke}`);
      }
      if (found.length > 0) differing += 1;
      for (const text of found) say(`OTHER BITS ${one.name}: ${text}`);
      if (found.length === 0 && !whole) say(`same bits  ${one.name}: ${first[of].map((e) => `${e.simulatedS.toFixed(2)} s, ${e.ticks} ticks, hash ${e.hash}`).join("; ")}`);
      differences.push(...found);
    }
    if (!planted) say(`compared: Node ${own.version}${whole ? "" : " twice in one process"}, ${[...(fresh.length > 0 ? ["a fresh process (atlasmesh run)"] : []), ...elsewhere.map(({ name }) => name)].join(", ")}; ${first.flat().reduce((sum, e) => sum + e.simulatedS, 0).toFixed(0)} s simulated; same bits in ${cases.length - differing} of ${cases.length} scenarios`);
  } finally {
    await browser?.close();
    rmSync(temporary, { recursive: true, force: true });
  }
  const took = `${((Date.now() - started) / 1000).toFixed(0)} s`;
  if (!planted) {
    say(differences.length === 0 ? `same-bits gate: passed in ${took}` : `same-bits gate: FAILED, ${differences.length} differences`);
    return differences.length === 0;
  }
  if (browser === undefined && differences.length === 0) {
    say(`LEFT OUT planted inexact mathematics: without Chromium only ${nodes.map(({ version }) => `Node ${version}`).join(" and ")} could differ, and on these scenarios they do not`);
    return true;
  }
  const named = differences.filter((text) => /at tick \d+.*, entity \S+, field /.test(text));
  if (named.length > 0) say(`planted inexact mathematics: rejected in ${took}, as it must be`);
  else say(`planted inexact mathematics: NOT REJECTED${differences.length > 0 ? " by tick, entity and field" : ""}; the gate proves nothing`);
  return named.length > 0;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  say(`same-bits gate: FAILED: ${error instanceof Error ? (error.stderr || error.stack) : String(error)}`);
  process.exitCode = 1;
}
