/**
 * `bench traffic`: cost of a step with background traffic in town and on a motorway, player and all. The peer's figure is
 * esmini's swarm of up to 41, measured once on another day. CPU time, so a busy machine distorts it less.
 */
import { join } from "node:path";
import { createStateHash, hashText } from "../../fleet-core/kernel/hash.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { scenarioOfMap } from "../../scenarios/map-scenario.ts";
import type { LoadedScenario } from "../../scenarios/types.ts";
import { TICK_US } from "../../twin/types.ts";
import { bankFolder } from "./adapters/spec.ts";
import { readText } from "./adapters/files.ts";
import type { BenchResult, Figure } from "./bench.ts";

const SEED = "1";
const WARM_STEPS = 1000;
const STEPS = 4000;
const ROUNDS = 3;
/** Three lanes each way, in gentle bends. */
const MOTORWAY_M = 12_000;
const LANES = 3;

const round = (value: number): number => Number(value.toPrecision(4));

export function trafficBench(quick: boolean): BenchResult {
  const figures: Figure[] = [];
  const hashes: string[] = [];
  const town = scenarioOn(readText(join(bankFolder(), "demo", "maps", "atlas-harbour.xodr")));
  const motorway = scenarioOn(motorwayMap());
  for (const [place, scenario, vehicles] of [["town", town, 41], ["motorway", motorway, 41], ["motorway", motorway, 200], ["motorway", motorway, 500]] as const) {
    const { us, present, hash } = cost(scenario, vehicles, quick);
    hashes.push(hash);
    figures.push({
      metric: `step, ${vehicles} vehicles, ${place}`, unit: "us", value: round(us), better: "lower",
      ...(vehicles === 41 ? { peer: { name: "esmini, swarm up to 41", value: 689 }, limit: 100 } : {}),
    });
    figures.push({ metric: `step per vehicle, ${vehicles}, ${place}`, unit: "us", value: round(us / Math.max(1, present)), better: "lower" });
  }
  return { figures, hash: hashText(hashes.join()), seed: SEED };
}

function scenarioOn(map: string): LoadedScenario {
  const files = new Map([["a.xosc", scenarioOfMap("map.xodr")], ["map.xodr", map]]);
  const { scenario, diagnostics } = loadScenario("a.xosc", (path) => files.get(path));
  if (scenario === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  return scenario;
}

/** Best of some rounds: what disturbs from outside only adds. */
function cost(scenario: LoadedScenario, vehicles: number, quick: boolean): { readonly us: number; readonly present: number; readonly hash: string } {
  const steps = quick ? STEPS / 10 : STEPS;
  let us = Infinity;
  let present = 0;
  const hash = createStateHash();
  for (let k = 0; k < (quick ? 1 : ROUNDS); k += 1) {
    const player = scenario.play({ rng: createRng(SEED), stepUs: TICK_US, disableControllers: false, traffic: vehicles });
    let i = 0;
    const run = (until: number): void => {
      for (; i < until; i += 1) player.step(timeUs(i * TICK_US));
    };
    run(quick ? WARM_STEPS / 10 : WARM_STEPS);
    const before = process.cpuUsage();
    const start = i;
    run(start + steps);
    const { user, system } = process.cpuUsage(before);
    us = Math.min(us, (user + system) / steps);
    present = player.actors.length;
    if (k > 0) continue;
    for (const actor of player.actors) {
      const s = player.state(actor.name);
      hash.number(s.xM);
      hash.number(s.yM);
      hash.number(s.speedMps);
    }
  }
  return { us, present, hash: hash.digest() };
}

function motorwayMap(): string {
  const piece = 1000;
  const geometry: string[] = [];
  // Straight pieces and bends of 2 km radius in turn: good enough for a road to be driven, not to be looked at.
  let [x, y, h] = [0, 0, 0];
  for (let i = 0; i < MOTORWAY_M / piece; i += 1) {
    const k = i % 2 === 0 ? 0 : i % 4 === 1 ? 1 / 2000 : -1 / 2000;
    geometry.push(`<geometry s="${i * piece}" x="${x}" y="${y}" hdg="${h}" length="${piece}">${k === 0 ? "<line/>" : `<arc curvature="${k}"/>`}</geometry>`);
    const turn = k * piece;
    if (k === 0) [x, y] = [x + piece * Math.cos(h), y + piece * Math.sin(h)];
    else [x, y] = [x + (Math.sin(h + turn) - Math.sin(h)) / k, y - (Math.cos(h + turn) - Math.cos(h)) / k];
    h += turn;
  }
  const lane = (id: number): string => `<lane id="${id}" type="driving" level="false"><width sOffset="0" a="3.75" b="0" c="0" d="0"/></lane>`;
  const ids = Array.from({ length: LANES }, (_, i) => i + 1);
  return `<?xml version="1.0"?>
<OpenDRIVE><header revMajor="1" revMinor="6" name="motorway" version="1" date="2026-01-01T00:00:00" north="0" south="0" east="0" west="0" vendor="bench"/>
<road name="m" length="${MOTORWAY_M}" id="1" junction="-1"><type s="0" type="motorway"/><planView>${geometry.join("")}</planView>
<lanes><laneSection s="0"><left>${[...ids].reverse().map((i) => lane(i)).join("")}</left><center><lane id="0" type="none" level="false"/></center><right>${ids.map((i) => lane(-i)).join("")}</right></laneSection></lanes></road></OpenDRIVE>`;
}
