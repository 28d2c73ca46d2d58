/**
 * The same-bits gate: each scenario, at least 60 simulated seconds, gives one hash in the same process twice, in a fresh
 * process, in Node 20 and 24 and in Chromium. `--planted` proves the gate: with the exact mathematics switched off it must
 * be rejected, and this program then succeeds only if it was. Lines that begin with LEFT OUT tell what could not be done.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { findChromium, launchChromium } from "../chromium.mjs";
import { root } from "../sources.mjs";
import { nodeOf } from "./runtimes.mjs";

const SECONDS = 60;
const SEEDS_MAX = 8;
const ALKS = "data/scenarios/alks/logical_scenarios/concrete_scenarios/alks_scenario_4_4_1_cut_in_no_collision_template.xosc";
const planted = process.argv.includes("--planted");
const run = promisify(execFile);
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

/** What is run: the bank's demo group, and the published cut-in with our agent at the wheel. */
function scenarios(bankList) {
  const found = bankList().filter((id) => id.startsWith("demo/")).map((id) => ({ name: id, word: id, profile: undefined }));
  const shared = process.env.ATLASMESH_SHARED ?? join(root, "..", "shared");
  const cutIn = resolve(shared, ALKS);
  if (existsSync(cutIn)) found.push({ name: "alks_scenario_4_4_1_cut_in_no_collision", word: cutIn, profile: "ride-hail-sedan" });
  else say(`LEFT OUT ALKS cut-in: ${relative(process.cwd(), cutIn)} does not exist (set ATLASMESH_SHARED to the folder with data/scenarios)`);
  return found;
}

const inNode = (name, path, script, file) => ({
  name,
  async executions(times, range) {
    const words = range === undefined ? [] : ["--from", String(range.fromTick), "--to", String(range.toTick)];
    const { stdout } = await run(path, [script, file, "--times", String(times), ...words], { maxBuffer: 1 << 30, cwd: root });
    return JSON.parse(stdout);
  },
  async execute(range) {
    return (await this.executions(1, range))[0];
  },
});

const inBrowser = (name, browser, script, file) => ({
  name,
  async execute(range) {
    const page = await browser.newPage();
    try {
      await page.goto("about:blank");
      await page.addScriptTag({ path: script });
      return await page.evaluate(([spec, wanted]) => window.atlasmeshGate.execute(JSON.parse(spec), wanted ?? undefined), [readFileSync(file, "utf8"), range ?? null]);
    } finally {
      await page.close();
    }
  },
});

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

async function main() {
  const started = Date.now();
  const scripts = await bundle();
  const gate = await import(pathToFileURL(scripts.node).href);
  const temporary = mkdtempSync(join(tmpdir(), "atlasmesh-gate-"));
  const nodes = [];
  for (const major of [20, 24]) {
    const found = nodeOf(major);
    if (found.path === undefined) say(`LEFT OUT Node ${major}: ${found.reason}`);
    else nodes.push(found);
  }
  const own = nodes.find((node) => node.path === process.execPath) ?? { path: process.execPath, version: process.versions.node };
  const others = nodes.filter((node) => node !== own);
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
  const differences = [];
  try {
    let cases = scenarios(gate.bankList);
    // With another engine one scenario is enough to see whether the planted fault is caught. Two Node versions differ in
    // `pow` alone, so without a browser each scenario is a chance.
    if (planted && browser !== undefined) cases = cases.slice(0, 1);
    if (cases.length === 0) throw new Error("no scenario to run: the bank has no demo group");
    for (const one of cases) {
      if (planted && differences.length > 0) break;
      let simulatedS = 0;
      for (let seed = 1; simulatedS < SECONDS; seed += 1) {
        if (seed > SEEDS_MAX) throw new Error(`${one.name}: only ${simulatedS} simulated seconds in ${SEEDS_MAX} seeds`);
        const spec = gate.prepare(one.word, { seed: String(seed), untilS: SECONDS, profile: one.profile });
        const file = join(temporary, "spec.json");
        writeFileSync(file, JSON.stringify(spec));
        const reference = inNode(`Node ${own.version}`, own.path, scripts.node, file);
        const [first, again] = await reference.executions(2);
        simulatedS += first.simulatedS;
        const label = `${one.name} seed ${seed}`;
        const found = [];
        const same = [`Node ${own.version} twice in one process`];
        const judge = async (runtime, execution) => {
          const text = await gate.difference(reference, first, runtime, execution);
          if (text === undefined) same.push(runtime.name);
          else found.push(text);
        };
        await judge({ name: `second run in the same process`, execute: async (range) => (await reference.executions(2, range))[1] }, again);
        same.pop();
        const elsewhere = [
          ...others.map((node) => inNode(`Node ${node.version}`, node.path, scripts.node, file)),
          ...(browser === undefined ? [] : [inBrowser(`Chromium ${browser.version()}`, browser, scripts.browser, file)]),
        ];
        // Two at a time: what this gate promises to need.
        const jobs = [...elsewhere.map((runtime) => async () => judge(runtime, await runtime.execute()))];
        if (!planted) {
          jobs.unshift(async () => {
            const name = "a fresh process (atlasmesh run)";
            const text = gate.endDifference(name, await commandLine(one, String(seed), SECONDS), reference.name, first);
            if (text === undefined) same.push(name);
            else found.push(text);
          });
        }
        const workers = [0, 1].map(async () => {
          for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
        });
        await Promise.all(workers);
        if (found.length === 0) say(`same bits  ${label}: ${first.simulatedS.toFixed(2)} s, ${first.ticks} ticks, hash ${first.hash}: ${same.join(", ")}`);
        else for (const text of found) say(`OTHER BITS ${label}: ${text}`);
        differences.push(...found);
        if (planted) {
          if (elsewhere.length === 0) return say("LEFT OUT planted inexact mathematics: neither another Node nor Chromium to differ from"), true;
          break;
        }
      }
    }
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
