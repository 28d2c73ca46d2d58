/**
 * `bench map`: loading, looking up and the truth of coordinates on public maps. CPU time throughout, because other work
 * may share the machine. Maps come from ATLASMESH_SHARED (default `../shared`); without it from the scenario bank.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { parseOpenDrive } from "../../fleet-core/road/open-drive.ts";
import { randomPlace, roundTrip } from "../../fleet-core/road/round-trip.ts";
import type { LanePosition, RoadMap } from "../../fleet-core/road/types.ts";
import { projectRoot, readText } from "./adapters/files.ts";
import type { BenchResult, Figure } from "./bench.ts";

const SEED = "map-1";
const POINTS = 100_000;
const LOADS = 5;
/** CPU time esmini 77028d8 needs to start the ALKS cut-in, nearly all of it for this road (scenario facts, section 2). */
const ESMINI_ALKS_LOAD_MS = 367;

const round = (value: number): number => Number(value.toPrecision(4));

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}

function maps(): string[] {
  const shared = join(process.env["ATLASMESH_SHARED"] ?? join(projectRoot(), "../shared"), "data");
  const folders = [join(shared, "opendrive"), join(shared, "scenarios/alks/logical_scenarios/concrete_scenarios/road_networks")];
  const bank = join(projectRoot(), "scenarios/bank/demo/maps");
  const all = folders.every((folder) => existsSync(folder)) ? folders : [bank];
  return all.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".xodr")).sort().map((name) => join(folder, name)));
}

export function mapBench(quick: boolean): BenchResult {
  const figures: Figure[] = [];
  const hashes: string[] = [];
  for (const path of maps()) {
    const name = basename(path, ".xodr");
    const text = readText(path);
    const load = (): RoadMap => {
      const { network, diagnostics } = parseOpenDrive(text, path, { lenient: true });
      if (network === undefined) throw new InputError(diagnostics);
      return network;
    };
    const first = cpuMs(load);
    let warm = Infinity;
    for (let i = 0; i < (quick ? 1 : LOADS); i += 1) warm = Math.min(warm, cpuMs(load));
    const alks = name === "alks_road_different_curvatures" ? { peer: { name: "esmini, ALKS start", value: ESMINI_ALKS_LOAD_MS } } : {};
    figures.push({ metric: `${name}: load, first time`, unit: "ms", value: round(first), better: "lower", ...alks }, { metric: `${name}: load, warm`, unit: "ms", value: round(warm), better: "lower", ...alks });

    const map = load();
    const rng = createRng(`${SEED}/${name}`);
    const count = quick ? POINTS / 10 : POINTS;
    const places: ReturnType<typeof randomPlace>[] = [];
    for (let i = 0; i < count; i += 1) places.push(randomPlace(map, rng));
    let result = { worstM: 0, hash: "" };
    const tripMs = cpuMs(() => {
      result = roundTrip(map, places);
    });
    hashes.push(`${name} ${result.hash}`);
    figures.push({ metric: `${name}: worst error s/t <-> x/y of ${count}`, unit: "m", value: round(result.worstM), better: "lower", limit: 1e-6 }, { metric: `${name}: points there and back`, unit: "1/s", value: round(count / (tripMs / 1000)), better: "higher" });

    const sampleMs = cpuMs(() => {
      for (const { position } of places) map.pointOfLane(position);
    });
    const freeMs = cpuMs(() => {
      for (const { point } of places) map.locate(point.xM, point.yM);
    });
    // As a vehicle asks: half a metre on each time, with the last answer.
    let asked = 0;
    const hintMs = cpuMs(() => {
      for (let i = 0; i < places.length; i += 20) asked += drive(map, (places[i] as (typeof places)[number]).position);
    });
    figures.push(
      { metric: `${name}: sample (point of a lane)`, unit: "us", value: round((1000 * sampleMs) / count), better: "lower" },
      { metric: `${name}: locate without a hint`, unit: "us", value: round((1000 * freeMs) / count), better: "lower" },
      { metric: `${name}: locate and sample along a lane, with hint`, unit: "us", value: round((1000 * hintMs) / asked), better: "lower" },
    );
  }
  return { figures, hash: hashText(hashes.join("; ")), seed: SEED };
}

/** Ten metres along the lane; returns how often the map was asked. */
function drive(map: RoadMap, from: LanePosition): number {
  let hint: LanePosition | undefined;
  let asked = 0;
  const endM = map.roadLengthM(from.road) as number;
  for (let i = 0; i < 20; i += 1) {
    const sM = Math.min(endM, from.sM + 0.5 * i);
    const p = map.pointOfLane({ ...from, sM });
    if (p === undefined) break;
    hint = map.locate(p.xM, p.yM, hint === undefined ? {} : { hint });
    asked += 1;
  }
  return asked;
}
