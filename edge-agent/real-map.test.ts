/** The agent on maps read by the real OpenDRIVE reader: our demo map always, a shared town when it is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRng } from "../fleet-core/kernel/rng.ts";
import { parseOpenDrive } from "../fleet-core/road/open-drive.ts";
import type { LaneRef, RoadNetwork } from "../fleet-core/road/types.ts";
import { createDrivePath, newProjection, projectWithin } from "./drive-path.ts";
import { createTestWorld, PROFILE_IDS, profileOf, type ProfileId } from "./test-harness.ts";

const town = join(process.env["ATLASMESH_SHARED"] ?? "../shared", "data", "opendrive", "Town01.xodr");
if (!existsSync(town)) console.info(`the shared town is left out: ${town} is not there (set ATLASMESH_SHARED)`);
const demo = new URL("../scenarios/bank/demo/maps/atlas-harbour.xodr", import.meta.url);

function load(file: string | URL): RoadNetwork {
  const { network } = parseOpenDrive(readFileSync(file, "utf8"), String(file), { lenient: true });
  if (network === undefined) throw new Error(`${String(file)} does not load`);
  return network;
}

function drivingPlaces(map: RoadNetwork): (LaneRef & { readonly sM: number })[] {
  const places: (LaneRef & { sM: number })[] = [];
  for (const road of map.roads) {
    for (let sM = 6; sM < (map.roadLengthM(road) ?? 0) - 6; sM += 12) for (const lane of map.lanesAt(road, sM)) if (lane.type === "driving") places.push({ road, lane: lane.lane, sM });
  }
  return places;
}

/** Drives `trips` missions between seeded places that the vehicle can reach; says how far it ever was from its route. */
function drive(map: RoadNetwork, id: ProfileId, trips: number): { done: number; worstM: number; log: string } {
  const profile = profileOf(id);
  const rng = createRng(`real-map/${id}`);
  const places = drivingPlaces(map);
  const at = newProjection();
  let done = 0;
  let tried = 0;
  let worstM = 0;
  let log = "";
  while (done < trips && tried < 200) {
    tried += 1;
    const from = places[rng.below(places.length)]!;
    const to = places[rng.below(places.length)]!;
    const lane = map.route({ ...from, offsetM: 0 }, { ...to, offsetM: 0 });
    if (lane === undefined || lane.lengthM < 120 || lane.lengthM > 700) continue;
    const path = createDrivePath(lane, profile);
    // Bends near the limit of the steering leave no room for correcting; assignment refuses those beyond it.
    if (path.tightest > (0.85 * Math.tan(profile.steering.angleRadMax)) / profile.geometry.wheelbaseM) continue;
    // Lane changes move the route sideways by design; here lanes are followed.
    if (lane.lanes.some((l, i) => i > 0 && l.road === lane.lanes[i - 1]!.road)) continue;
    const world = createTestWorld({ map, vehicles: [{ profile, ...from }] });
    const v = world.vehicles[0]!;
    world.heartbeat(true);
    world.run(1);
    const c = v.order("ASSIGN_MISSION", { mission: { mission_id: "m", vehicle_class: profile.class, requested_at_s: 0, repeat: false, stops: [{ name: "there", ...to, dwellS: 0 }] } });
    for (let s = 0; s < 300 && v.lastAck(c)?.outcome !== "EXECUTED"; s += 1) {
      world.run(1, () => {
        if (Math.round(world.nowS() * 100) % 10 !== 0) return;
        projectWithin(path, v.xM, v.yM, 0, path.count - 1, at);
        worstM = Math.max(worstM, Math.abs(at.dM));
      });
    }
    log += `${from.road}/${from.lane} to ${to.road}/${to.lane}, ${lane.lengthM.toFixed(0)} m: ${v.lastAck(c)?.outcome ?? "no answer"}\n${v.log.join("\n")}\n`;
    if (v.lastAck(c)?.outcome !== "EXECUTED") break;
    done += 1;
  }
  return { done, worstM, log };
}

describe("on the demo map", () => {
  const map = load(demo);
  test.each(PROFILE_IDS)("%s drives its missions and stays within 0.3 m of its route", (id) => {
    const { done, worstM, log } = drive(map, id, 3);
    expect(done, log).toBe(3);
    expect(worstM, log).toBeLessThan(0.3);
  });
});

describe.skipIf(!existsSync(town))("on a shared town (needs ATLASMESH_SHARED)", () => {
  test.each(["ride-hail-sedan", "light-industrial-utv", "terminal-tractor"] as const)("%s drives its missions and stays within 0.3 m of its route", (id) => {
    const { done, worstM, log } = drive(load(town), id, 2);
    expect(done, log).toBe(2);
    expect(worstM, log).toBeLessThan(0.3);
  });

  test("a haul truck refuses a route with bends it cannot take, and says which", () => {
    const map = load(town);
    const profile = profileOf("mine-haul-truck");
    const places = drivingPlaces(map);
    const rng = createRng("too-tight");
    let refused = "";
    for (let i = 0; i < 60 && refused === ""; i += 1) {
      const from = places[rng.below(places.length)]!;
      const to = places[rng.below(places.length)]!;
      const lane = map.route({ ...from, offsetM: 0 }, { ...to, offsetM: 0 });
      if (lane === undefined || createDrivePath(lane, profile).tightest < 0.2) continue;
      const world = createTestWorld({ map, vehicles: [{ profile, ...from }] });
      const v = world.vehicles[0]!;
      world.run(1);
      const c = v.order("ASSIGN_MISSION", { mission: { mission_id: "m", vehicle_class: profile.class, requested_at_s: 0, repeat: false, stops: [{ name: "there", ...to, dwellS: 0 }] } });
      world.run(0.1);
      if (v.lastAck(c)?.reason_code === "too-tight") refused = v.lastAck(c)?.reason ?? "";
    }
    expect(refused).toMatch(/a bend of \d\.\d m radius is too tight/);
  });
});
