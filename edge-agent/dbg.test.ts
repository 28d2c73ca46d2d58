import { readFileSync } from "node:fs";
import { test } from "vitest";
import { parseOpenDrive } from "../fleet-core/road/open-drive.ts";
import { createRng } from "../fleet-core/kernel/rng.ts";
import { createTestWorld, PROFILE_IDS, profileOf } from "./test-harness.ts";
test.each(["scenarios/bank/demo/maps/atlas-harbour.xodr", "../shared/data/opendrive/Town01.xodr","../shared/data/opendrive/Town03.xodr"])("dbg %s", (file) => {
  const { network: map, diagnostics } = parseOpenDrive(readFileSync(file, "utf8"), file, { lenient: true });
  if (!map) { console.log(diagnostics.slice(0,5)); return; }
  const rng = createRng("x");
  const lanes: { road: string; lane: number; sM: number }[] = [];
  for (const road of map.roads) { const L = map.roadLengthM(road)!; for (let s = 5; s < L - 5; s += 10) for (const l of map.lanesAt(road, s)) if (l.type === "driving") lanes.push({ road, lane: l.lane, sM: s }); }
  console.log("LANES", file, lanes.length, "roads", map.roads.length);
  for (const id of PROFILE_IDS) {
    const profile = profileOf(id);
    let worst = 0, kmin = 0, n = 0, done = 0, mrm = 0, len = 0; let worstWhere = ""; const slow: string[] = [];
    for (let k = 0; k < 6; k++) {
      const from = lanes[rng.below(lanes.length)]!, to = lanes[rng.below(lanes.length)]!;
      const path = map.route({ ...from, offsetM: 0 }, { ...to, offsetM: 0 });
      if (!path || path.lengthM < 60 || path.lengthM > 900) { if (n < 60) k--; n++; continue; }
      len += path.lengthM;
      for (const c of path.curvature) kmin = Math.max(kmin, Math.abs(c));
      const world = createTestWorld({ map, vehicles: [{ profile, road: from.road, lane: from.lane, sM: from.sM }] });
      const v = world.vehicles[0]!;
      world.heartbeat(true);
      world.run(1);
      const c = v.order("ASSIGN_MISSION", { mission: { mission_id: "m", vehicle_class: profile.class, requested_at_s: 0, repeat: false, stops: [{ name: "b", ...to, dwellS: 0 }] } });
      let i = 0;
      world.run(300, () => {
        if (v.status().missionId === undefined) return;
        for (let s = 0; s < 60 && i < path.count!; s++);
        // distance to path
        let best = 1e9, bi = i; for (let j = Math.max(0, i - 3); j < Math.min(path.sM.length - 1, i + 12); j++) { const x0 = path.xM[j]!, y0 = path.yM[j]!, ex = path.xM[j+1]! - x0, ey = path.yM[j+1]! - y0; const L2 = ex*ex+ey*ey || 1; const t = Math.max(0, Math.min(1, ((v.xM-x0)*ex+(v.yM-y0)*ey)/L2)); const d = Math.hypot(v.xM-x0-t*ex, v.yM-y0-t*ey); if (d < best) { best = d; bi = j; } }
        i = bi;
        if (best > worst) { worst = best; worstWhere = `${path.lanes[path.laneIndex[i]!]!.road}/${path.lanes[path.laneIndex[i]!]!.lane} k=${path.curvature[i]!.toFixed(3)} v=${v.speedMps.toFixed(1)} s=${path.sM[i]!.toFixed(0)}/${path.lengthM.toFixed(0)}`; }
      });
      if (v.lastAck(c)?.outcome === "EXECUTED") done++; else slow.push(`${v.lastAck(c)?.outcome} ${v.lastAck(c)?.reason_code} ${v.status().behaviour} ${v.status().reason.text} progress ${v.status().missionProgressRatio.toFixed(2)} of ${path.lengthM.toFixed(0)}`);
      if (v.status().mrm.kind !== "none") mrm++;
    }
    console.log("RES", id, "done", done, "mrm", mrm, "worst", worst.toFixed(2), worstWhere, "kmax", kmin.toFixed(3), "len", len.toFixed(0), slow.join(" ; "));
  }
}, 280000);
