/**
 * `bench scenario`: cost of a step of the scenario player by number of entities, and how many variations of a sweep a second
 * of CPU time judges. Peers' figures are esmini's, measured once on another day and on other scenarios of the same size; each
 * says on which. All figures are CPU time, so a busy machine distorts them less.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { createAggregator } from "../../scenarios/sweep/aggregate.ts";
import { select } from "../../scenarios/sweep/plan.ts";
import { openSession, type Session, type SweepSettings } from "../../scenarios/sweep/session.ts";
import type { ReadText } from "../../scenarios/types.ts";
import { TICK_US } from "../../twin/types.ts";
import { listBelow, projectRoot, readText } from "./adapters/files.ts";
import { BENCH_S, benchCutIn, benchDistribution, benchMap, benchScenario } from "./bench-scenario-files.ts";
import type { BenchResult, Figure } from "./bench.ts";

const SEED = "1";
const ROUNDS = 7;
/** CPU time spent on a load before it counts: compilers have to settle. */
const WARM_S = 2;
/** The published ALKS set: its variations in all, and what one costs esmini as a process of its own (13 CPU-hours in all). */
const ALKS_ALL = 121_060;
const ALKS_PEER_H = 13;
const ALKS_FOLDER = "data/scenarios/alks/logical_scenarios";
const ALKS_SAMPLE = 5_000;

/** Entities with a trigger each, background vehicles beside them, esmini's µs a step at as many, what we aim for. */
const LOADS: readonly (readonly [entities: number, traffic: number, peer: Figure["peer"], limit: number | undefined])[] = [
  [2, 0, { name: "esmini, ALKS 4.4_1 cut-in", value: 3.2 }, undefined],
  [4, 0, { name: "esmini, ALKS 4.5_2 cut-out", value: 5.2 }, 10],
  [7, 0, { name: "esmini, ASAM 1.3 TrafficJam", value: 2 }, undefined],
  [41, 0, undefined, 100],
  [1, 40, { name: "esmini, swarm up to 41", value: 689 }, 100],
  [200, 0, undefined, undefined],
  [1, 199, undefined, undefined],
];

const round = (value: number): number => Number(value.toPrecision(4));
const cpuS = (since?: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export function scenarioBench(quick: boolean): BenchResult {
  const figures: Figure[] = [];
  const hashes: string[] = [];
  for (const [entities, traffic, peer, limit] of LOADS) {
    const { us, hash } = stepCost(entities, traffic, quick);
    hashes.push(hash);
    figures.push({ metric: `step, ${entities + traffic} entities${traffic > 0 ? `, ${traffic} of them background traffic` : ""}`, unit: "us", value: round(us), better: "lower", ...(peer === undefined ? {} : { peer }), ...(limit === undefined ? {} : { limit }) });
  }
  const own = new Map([["v.xosc", benchDistribution()], ["cut-in.xosc", benchCutIn()], ["bench.xodr", benchMap()]]);
  const cutIn = sweepCost(sessionOf("v.xosc", (path) => own.get(path), false), quick ? 100 : 1000);
  hashes.push(cutIn.hash);
  const wanted = round(ALKS_ALL / 3600);
  const peer = { name: "esmini, a process each, ALKS set", value: round(ALKS_ALL / (ALKS_PEER_H * 3600)) };
  figures.push({ metric: "sweep, our cut-in of 2880 variations", unit: "variations/CPU-s", value: round(1 / cutIn.eachS), better: "higher", peer, limit: wanted });

  const folder = resolve(process.env["ATLASMESH_SHARED"] ?? join(projectRoot(), "..", "shared"), ALKS_FOLDER);
  if (existsSync(folder)) figures.push(...alks(folder, quick, wanted, peer, hashes));
  else process.stderr.write(`LEFT OUT the ALKS variation files: ${folder} does not exist (ATLASMESH_SHARED)\n`);
  return { figures, hash: hashText(hashes.join(" ")), seed: SEED };
}

/** CPU time of a step, median of several plays after enough of them to warm up; loading and Init are not counted. */
function stepCost(entities: number, traffic: number, quick: boolean): { us: number; hash: string } {
  const files = new Map([["bench.xosc", benchScenario(entities)], ["bench.xodr", benchMap()]]);
  const { scenario, diagnostics } = loadScenario("bench.xosc", (path) => files.get(path));
  if (scenario === undefined) throw new InputError(diagnostics);
  const steps = quick ? 300 : (BENCH_S * 1e6) / TICK_US;
  const costs: number[] = [];
  let last = "";
  const started = process.cpuUsage();
  let warm = false;
  while (costs.length < (quick ? 1 : ROUNDS)) {
    const player = scenario.play({ rng: createRng(SEED).fork("scenario"), stepUs: TICK_US, disableControllers: false, ...(traffic > 0 ? { traffic } : {}) });
    player.step(timeUs(0));
    const before = process.cpuUsage();
    for (let step = 1; step <= steps; step += 1) {
      player.step(timeUs(step * TICK_US));
      player.takeChanges();
    }
    if (warm) costs.push((cpuS(before) * 1e6) / steps);
    else warm = cpuS(started) > (quick ? 0.1 : WARM_S);
    last = player.actors.map(({ name }) => Object.values(player.state(name)).join(" ")).join(" ");
  }
  return { us: median(costs), hash: hashText(last) };
}

function sessionOf(distribution: string, read: ReadText, disableControllers: boolean): Session {
  const settings: SweepSettings = { distribution, scenario: undefined, seed: SEED, valueSeed: undefined, drivers: new Map(), traffic: undefined, stepUs: TICK_US, untilUs: 300e6, disableControllers, lenient: true, limits: { minTtcS: undefined, minThwS: undefined } };
  const session = openSession(settings, read);
  if (!session.ok) throw new InputError(session.error);
  return session.value;
}

/** CPU time of a variation, loading, judging and hashing included, over `sample` evenly spread ones that can be built. */
function sweepCost(session: Session, sample: number): { eachS: number; built: number; hash: string } {
  const selection = select(session.count, 0, session.count, sample);
  const aggregator = createAggregator(1);
  // A few to warm up; the session keeps what it has parsed, as in a sweep.
  for (let k = 0; k < Math.min(5, selection.count); k += 1) session.verdict(selection.at(k));
  let usedS = 0;
  let built = 0;
  for (let k = 0; k < selection.count; k += 1) {
    const before = process.cpuUsage();
    const verdict = session.verdict(selection.at(k));
    aggregator.add(verdict);
    if (verdict.verdict === "error") continue;
    usedS += cpuS(before);
    built += 1;
  }
  return { eachS: usedS / Math.max(built, 1), built, hash: aggregator.result().hash };
}

/** The published set, as far as its maps are there: its files sampled by their size, the whole extrapolated from that. */
function alks(folder: string, quick: boolean, wanted: number, peer: Figure["peer"], hashes: string[]): readonly Figure[] {
  const read: ReadText = (name) => {
    const file = join(folder, ...name.split("/"));
    return existsSync(file) ? readText(file) : undefined;
  };
  const files = listBelow(folder, ".xosc").filter((name) => !name.includes("/"));
  const figures: Figure[] = [];
  for (const [disableControllers, share, what] of [[false, 1, "the file's controllers"], [true, 0.1, "default motion"]] as const) {
    const sessions = files.map((name) => sessionOf(name, read, disableControllers));
    const total = sessions.reduce((sum, session) => sum + session.count, 0);
    let totalS = 0;
    let counted = 0;
    let run = 0;
    for (const session of sessions) {
      // Files whose maps are not all there lose most of their variations; take enough of them all the same.
      const sample = Math.max(10, Math.ceil((session.count / total) * ALKS_SAMPLE * 1.3 * share * (quick ? 0.02 : 1)));
      const { eachS, built, hash } = sweepCost(session, sample);
      hashes.push(hash);
      if (built === 0) continue;
      run += built;
      totalS += eachS * session.count;
      counted += session.count;
    }
    const eachS = totalS / Math.max(counted, 1);
    figures.push(
      { metric: `sweep, ALKS files, ${what} (${run} of ${total} run)`, unit: "variations/CPU-s", value: round(1 / eachS), better: "higher", ...(peer === undefined ? {} : { peer }), limit: wanted },
      { metric: `all ${ALKS_ALL} ALKS variations, ${what}, extrapolated`, unit: "CPU-h", value: round((eachS * ALKS_ALL) / 3600), better: "lower", peer: { name: "esmini, a process each", value: ALKS_PEER_H }, limit: 1 },
    );
  }
  return figures;
}
