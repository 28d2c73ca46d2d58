/** Maps from outside: they load, their links resolve, and every lane is found again where it is. Counts are printed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRng } from "../kernel/rng.ts";
import { formatDiagnostic } from "../kernel/result.ts";
import { parseOpenDrive } from "./open-drive.ts";
import type { RoadMap } from "./types.ts";

const data = join(process.env["ATLASMESH_SHARED"] ?? "../shared", "data");
const folders = ["opendrive", "scenarios/alks/logical_scenarios/concrete_scenarios/road_networks"].map((f) => join(data, f));
const present = folders.every((f) => existsSync(f));
const files = present ? folders.flatMap((f) => readdirSync(f).filter((n) => n.endsWith(".xodr")).sort().map((n) => join(f, n))) : [];
const POINTS = 2000;
const say = (text: string): void => console.info(text);
if (!present) say(`shared maps left out: ${data} has no opendrive and ALKS folders (set ATLASMESH_SHARED)`);

function load(file: string): { map: RoadMap; warnings: number } {
  const { network, diagnostics } = parseOpenDrive(readFileSync(file, "utf8"), file, { lenient: true });
  if (network === undefined) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  return { map: network, warnings: diagnostics.length };
}

describe.skipIf(!present)("shared OpenDRIVE maps (needs ATLASMESH_SHARED)", () => {
  test("there are six of them", () => {
    expect(files.length).toBe(6);
  });

  test.each(files)("%s loads, comes back from x, y within 1e-6 m, and its links resolve", (file) => {
    const { map, warnings } = load(file);
    const rng = createRng(`shared-maps/${map.name}`);
    let points = 0;
    let worstM = 0;
    while (points < POINTS) {
      const road = map.roads[rng.below(map.roads.length)] as string;
      const sM = rng.float() * (map.roadLengthM(road) as number);
      const lanes = map.lanesAt(road, sM);
      if (lanes.length === 0) continue;
      const { lane } = lanes[rng.below(lanes.length)] as (typeof lanes)[number];
      const width = map.laneWidthM(road, lane, sM) as number;
      if (width < 0.01) continue;
      const offsetM = (rng.float() - 0.5) * 0.98 * width;
      const p = map.pointOfLane({ road, lane, sM, offsetM });
      const x = p?.xM ?? NaN;
      const y = p?.yM ?? NaN;
      const back = map.project(road, x, y, sM);
      const found = map.locate(x, y);
      const q = map.pointAt(found?.road ?? "", found?.sM ?? NaN, found?.tM ?? NaN);
      const error = Math.max(Math.abs((back?.sM ?? NaN) - sM), Math.abs((back?.tM ?? NaN) - (map.laneCentreT(road, lane, sM) as number) - offsetM), Math.abs((q?.xM ?? NaN) - x), Math.abs((q?.yM ?? NaN) - y), found?.distanceM ?? NaN);
      expect(error, `${road}/${lane} s ${sM} offset ${offsetM}`).toBeLessThan(1e-6);
      worstM = Math.max(worstM, error);
      points += 1;
    }

    // Every link of the file between motor lanes must lead on: a lane with a link has a successor.
    let links = 0;
    let nodes = 0;
    for (const road of map.model.roads) {
      for (const side of [road.right, road.left]) {
        side.forEach((section, i) => {
          for (const lane of section.lanes) {
            nodes += 1;
            const linked = lane.direction > 0 ? lane.successor : lane.predecessor;
            const inside = side[i + lane.direction] !== undefined;
            const outside = lane.direction > 0 ? road.successor : road.predecessor;
            if (linked === undefined || (!inside && outside?.kind !== "road") || lane.type !== "driving") continue;
            expect(map.successors({ road: road.id, lane: lane.id }, section.sStartM).length, `road ${road.id} lane ${lane.id}`).toBeGreaterThan(0);
            links += 1;
          }
        });
      }
    }
    expect(links).toBeGreaterThanOrEqual(map.model.junctions.size);

    let routes = 0;
    for (let k = 0; k < 20; k += 1) {
      const from = map.model.roads[rng.below(map.roads.length)] as (typeof map.model.roads)[number];
      const lane = map.lanesAt(from.id, 0).find((l) => l.type === "driving" && l.direction > 0);
      if (lane === undefined) continue;
      const path = map.straightOn({ road: from.id, lane: lane.lane, sM: 0, offsetM: 0 }, 300);
      for (let i = 1; i < path.sM.length; i += 1) {
        expect(path.sM[i] as number).toBeGreaterThan(path.sM[i - 1] as number);
        expect(Math.abs((path.headingRad[i] as number) - (path.headingRad[i - 1] as number))).toBeLessThan(0.5);
      }
      routes += 1;
    }
    say(`${map.name || file}: ${map.roads.length} roads, ${nodes} lanes, ${map.model.junctions.size} junctions, ${links} lane links, ${map.signals.length} signals, ${map.objects.length} objects, ${warnings} warnings; ${points} points back within ${worstM.toExponential(1)} m; ${routes} paths`);
  });
});
