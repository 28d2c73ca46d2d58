/** Maps from outside: they load, their links resolve, and every lane is found again where it is. Counts are printed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readXml, type XmlElement } from "../contract/xml.ts";
import { createRng } from "../kernel/rng.ts";
import { formatDiagnostic } from "../kernel/result.ts";
import { parseOpenDrive } from "./open-drive.ts";
import { randomPlace, roundTrip } from "./round-trip.ts";
import type { RoadMap } from "./types.ts";

const data = join(process.env["ATLASMESH_SHARED"] ?? "../shared", "data");
const folders = ["opendrive", "scenarios/alks/logical_scenarios/concrete_scenarios/road_networks"].map((f) => join(data, f));
const present = folders.every((f) => existsSync(f));
const files = present ? folders.flatMap((f) => readdirSync(f).filter((n) => n.endsWith(".xodr")).sort().map((n) => join(f, n))) : [];
/** A slice of what `bench map` measures with 100 000 each. */
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
    const places = Array.from({ length: POINTS }, () => randomPlace(map, rng));
    const { worstM, worstAt, folded } = roundTrip(map, places);
    expect(worstM, JSON.stringify(worstAt)).toBeLessThan(1e-6);

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
    say(`${map.name || file}: ${map.roads.length} roads, ${nodes} lanes, ${map.model.junctions.size} junctions, ${links} lane links, ${map.signals.length} signals, ${map.objects.length} objects, ${warnings} warnings; ${POINTS} points back within ${worstM.toExponential(1)} m (${folded} beyond a centre of curvature); ${routes} paths`);
  });
});

/** Elements below, by name. */
const all = (e: XmlElement | undefined, name: string): readonly XmlElement[] => e?.children.filter((c) => c.name === name) ?? [];
const only = (e: XmlElement | undefined, name: string): XmlElement | undefined => all(e, name)[0];
const text = (e: XmlElement | undefined, name: string): string => e?.attributes.get(name)?.value ?? "";

/**
 * Walks the file's own link elements, knowing nothing of our model: which lanes one drives into off each lane, as texts
 * road/section/lane. CARLA's maps keep right and have default junctions only.
 */
function linksOfFile(root: XmlElement): Map<string, Set<string>> {
  const roads = new Map(all(root, "road").map((e) => [text(e, "id"), e]));
  const sections = (road: XmlElement | undefined): readonly XmlElement[] => all(only(road, "lanes"), "laneSection");
  const lanesOf = (section: XmlElement | undefined): readonly XmlElement[] => ["left", "right"].flatMap((side) => all(only(section, side), "lane"));
  const has = (section: XmlElement | undefined, lane: string): boolean => lanesOf(section).some((l) => text(l, "id") === lane);
  const leads = new Map<string, Set<string>>();
  const add = (from: string, road: string, end: string, lane: string): void => {
    const list = sections(roads.get(road));
    const place = end === "start" ? 0 : list.length - 1;
    // Drives away from that end: right lanes away from the start, left lanes away from the end.
    if (!has(list[place], lane) || (Number(lane) < 0) !== (end === "start")) return;
    leads.get(from)?.add(`${road}/${place}/${lane}`);
  };
  for (const [id, road] of roads) {
    const list = sections(road);
    list.forEach((section, place) => {
      for (const lane of lanesOf(section)) {
        const laneId = text(lane, "id");
        const from = `${id}/${place}/${laneId}`;
        leads.set(from, new Set());
        const way = Number(laneId) < 0 ? "successor" : "predecessor";
        const linked = all(only(lane, "link"), way).map((l) => text(l, "id"));
        const next = place + (way === "successor" ? 1 : -1);
        if (list[next] !== undefined) {
          for (const l of linked) if (has(list[next], l) && Number(l) < 0 === Number(laneId) < 0) leads.get(from)?.add(`${id}/${next}/${l}`);
          continue;
        }
        const link = only(only(road, "link"), way);
        if (text(link, "elementType") === "road") for (const l of linked) add(from, text(link, "elementId"), text(link, "contactPoint"), l);
        if (text(link, "elementType") !== "junction") continue;
        const junction = all(root, "junction").find((j) => text(j, "id") === text(link, "elementId"));
        for (const c of all(junction, "connection")) {
          if (text(c, "incomingRoad") !== id) continue;
          for (const l of all(c, "laneLink")) if (text(l, "from") === laneId) add(from, text(c, "connectingRoad"), text(c, "contactPoint"), text(l, "to"));
        }
      }
    });
  }
  return leads;
}

function reach(from: string, leads: (node: string) => Iterable<string>): Set<string> {
  const seen = new Set([from]);
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const next of leads(node)) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

describe.skipIf(!present)("every lane is reachable as the links of the file say (needs ATLASMESH_SHARED)", () => {
  test.each(files.filter((f) => f.includes("Town")))("%s", (file) => {
    const tree = readXml(readFileSync(file, "utf8"), file);
    if (!tree.ok) throw new Error("no XML");
    const fromFile = linksOfFile(tree.value);
    const { map } = load(file);
    const sectionsOf = (road: string, lane: number): readonly { readonly sStartM: number; readonly sEndM: number }[] => map.model.roadById.get(road)?.[lane > 0 ? "left" : "right"] ?? [];
    const middle = (node: string): { road: string; lane: number; sM: number } => {
      const [road = "", place = "", lane = ""] = node.split("/");
      const section = sectionsOf(road, Number(lane))[Number(place)];
      return { road, lane: Number(lane), sM: 0.5 * ((section?.sStartM ?? NaN) + (section?.sEndM ?? NaN)) };
    };
    /** Our own answer as texts: where one arrives is the first section driven. */
    const ours = (node: string): string[] => {
      const at = middle(node);
      const place = Number(node.split("/")[1]);
      return map.successors(at, at.sM).map((next) => {
        const list = sectionsOf(next.road, next.lane);
        const ahead = place + (at.lane < 0 ? 1 : -1);
        const inside = next.road === at.road && sectionsOf(at.road, at.lane)[ahead] !== undefined;
        return `${next.road}/${inside ? ahead : next.lane < 0 ? 0 : list.length - 1}/${next.lane}`;
      });
    };
    let links = 0;
    for (const [node, leads] of fromFile) {
      expect(ours(node).sort(), node).toEqual([...leads].sort());
      links += leads.size;
    }
    const starts = [...fromFile.keys()].filter((_, i) => i % Math.ceil(fromFile.size / 10) === 0);
    let farthest = 0;
    for (const start of starts) {
      const theirs = reach(start, (node) => fromFile.get(node) ?? []);
      expect([...reach(start, ours)].sort()).toEqual([...theirs].sort());
      farthest = Math.max(farthest, theirs.size);
    }
    const entered = new Set([...fromFile.values()].flatMap((s) => [...s]));
    expect(links).toBeGreaterThan(100);
    say(`${map.name}: ${fromFile.size} lanes in sections, ${links} ways between them, ${entered.size} lanes entered over a link, up to ${farthest} reached from one lane: all as the file says`);
  });
});
