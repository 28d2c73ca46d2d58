import { readFileSync } from "node:fs";
import { test } from "vitest";
import { parseOpenDrive } from "../fleet-core/road/open-drive.ts";
import { createRng } from "../fleet-core/kernel/rng.ts";
import { createEnuFrame } from "../fleet-core/kernel/frames.ts";
import { isoUtc } from "../fleet-core/kernel/time.ts";
import { ok } from "../fleet-core/kernel/result.ts";
import { createNativeBackend } from "../twin/backends/native.ts";
import { createVehicleSlot } from "../twin/engine/vehicle-slot.ts";
import { CLEAR } from "../twin/weather/types.ts";
import { profileOf, type ProfileId } from "./test-harness.ts";
const DYN = (process.env["DYN"] ?? "raycast") as "raycast" | "bicycle";
test("twin demo", () => {
  const file = "scenarios/bank/demo/maps/atlas-harbour.xodr";
  const map = parseOpenDrive(readFileSync(file, "utf8"), file, { lenient: true }).network!;
  const xosc = readFileSync("scenarios/bank/demo/port-depot-mine-town.xosc", "utf8");
  const missions = [...xosc.matchAll(/atlasmesh\.mission">(\{.*?\})<\/Custom/g)].map((m) => JSON.parse(m[1]!.replaceAll("&quot;", '"')));
  const starts = new Map<string, { road: string; lane: number; sM: number }>();
  for (const m of xosc.matchAll(/<Private entityRef="([^"]+)">[\s\S]*?<LanePosition[^>]*>/g)) { const p = m[0].match(/<LanePosition[^>]*>/)![0]; const g = (k: string) => p.match(new RegExp(`${k}="([^"]*)"`))?.[1]; starts.set(m[1]!, { road: g("roadId")!, lane: Number(g("laneId")), sM: Number(g("s")) }); }
  const backend = createNativeBackend(); backend.load(map, CLEAR);
  const frame = createEnuFrame(map.originLatDeg, map.originLonDeg, 0);
  const rng = createRng("demo");
  let tick = 0; const E = 1767247200000;
  const vs = missions.map((mission) => {
    const id = mission.vehicle_id as string; const profile = profileOf(mission.vehicle_class as ProfileId);
    const at = starts.get(id)!; const p = map.pointOfLane({ ...at, offsetM: 0 })!; const yaw = at.lane < 0 ? p.headingRad : p.headingRad + Math.PI;
    backend.spawn({ id, profile, dynamics: DYN, xM: p.xM, yM: p.yM, zM: p.zM, yawRad: yaw, speedMps: 0 });
    let receive: any; const acks: any[] = []; const log: string[] = [];
    const slot = createVehicleSlot({ id, profile, map, frame, rng: rng.fork(id), transport: { send: (_t: string, topic: string, b: Uint8Array) => { if (topic === "ack") acks.push(JSON.parse(new TextDecoder().decode(b))); return ok(undefined); }, onReceive: (r: any) => { receive = r; } }, log: { write: (l: string, n: string, m: string) => { log.push(`${(tick / 100).toFixed(2)} ${l} ${n} ${m}`); } }, epochMs: E, startUs: 0 as any, cruiseMps: 0, recorded: () => undefined } as any);
    return { id, profile, slot, mission, acks, log, send: (topic: string, m: unknown) => receive("core", topic, new TextEncoder().encode(JSON.stringify(m))), worst: 0, worstAt: "", maxLat: 0, maxA: 0, minA: 0, stops: 0, stood: 0, dist: 0, maxImu: 0, loc: 0 };
  });
  const H = { brakeLoss: 0, steerLoss: 0, lagS: 0, gnssLoss: 0, gnssJumpM: 0, lidarLoss: 0, cameraLoss: 0, wheelSpeedBias: 0, computeStall: 0, linkLoss: 0 };
  const bodies = vs.map((v) => { const g = v.profile.geometry; return { id: v.id, kind: "vehicle" as const, xM: 0, yM: 0, zM: 0, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: g.lengthM, widthM: g.widthM, heightM: g.heightM }; });
  const contacts: string[] = [];
  const sep = (a: any, b: any) => { let most = -1e9; for (const q of [a, b]) { const c = Math.cos(q.yawRad), s = Math.sin(q.yawRad); for (const [ux, uy] of [[c, s], [-s, c]] as const) { const r = (o: any) => { const oc = Math.cos(o.yawRad), os = Math.sin(o.yawRad); return o.lengthM / 2 * Math.abs(oc * ux + os * uy) + o.widthM / 2 * Math.abs(oc * uy - os * ux); }; most = Math.max(most, Math.abs((b.xM - a.xM) * ux + (b.yM - a.yM) * uy) - r(a) - r(b)); } } return most; };
  const measure = () => {
    vs.forEach((v, i) => { const s = backend.read(v.id); const g = v.profile.geometry; const ahead = g.lengthM / 2 - g.rearOverhangM; Object.assign(bodies[i]!, { xM: s.xM + Math.cos(s.yawRad) * ahead, yM: s.yM + Math.sin(s.yawRad) * ahead, zM: s.zM, yawRad: s.yawRad, vxMps: s.speedMps * Math.cos(s.yawRad), vyMps: s.speedMps * Math.sin(s.yawRad) }); });
    vs.forEach((v, i) => { const s = backend.read(v.id); v.slot.suite.sample((tick * 10000) as any, { state: s, socRatio: backend.energy(v.id).socRatio, brakeHealthRatio: 1, steeringHealthRatio: 1, parked: false }, bodies.filter((b, j) => j !== i && Math.hypot(b.xM - s.xM, b.yM - s.yM) < v.slot.suite.rangeM), CLEAR, H); });
  };
  measure();
  const T = Number(process.env["SECS"] ?? 300);
  let near = 1e9;
  for (; tick < T * 100; tick++) { if (process.env['LAG'] && tick === 3000) (H as any).lagS = Number(process.env['LAG']);
    if (tick % 50 === 0) for (const v of vs) v.send("heartbeat", {});
    if (tick === 100) for (const v of vs) v.send("command", { command_id: "c-" + v.id, vehicle_id: v.id, timestamp: isoUtc(E, tick * 10000), command_type: "ASSIGN_MISSION", priority: "NORMAL", payload: { mission: { ...v.mission } } });
    if (tick % 2 === 0) for (const v of vs) { const s = backend.read(v.id); (v.slot as any).think(tick * 10000, 0, s.xM, s.yM); }
    for (const v of vs) backend.apply(v.id, v.slot.demand((tick * 10000) as any), H);
    backend.step();
    const save = tick; tick += 1; measure(); tick = save;
    for (const v of vs) {
      const s = backend.read(v.id); const st = v.slot.agent.status();
      v.loc = Math.max(v.loc, tick > 50 ? Math.hypot(st.estimate.xM - s.xM, st.estimate.yM - s.yM) : 0);
      v.dist += Math.abs(s.speedMps) * 0.01; v.maxLat = Math.max(v.maxLat, Math.abs(s.lateralAccelMps2)); v.maxA = Math.max(v.maxA, s.accelMps2); if (s.accelMps2 < v.minA) (v as any).minAt = [(tick/100).toFixed(2), st.reason.text, JSON.stringify(st.lead ?? ''), s.xM.toFixed(0), s.yM.toFixed(0), s.speedMps.toFixed(1)].join(' '); v.minA = Math.min(v.minA, s.accelMps2);
      if (st.behaviour === "dwell" && (v as any).lb !== "dwell") v.stops++; (v as any).lb = st.behaviour;
      if (Math.abs(s.speedMps) < 0.1 && st.behaviour !== "dwell") v.stood += 0.01;
      if (tick % 10 === 0) { const l = map.locate(s.xM, s.yM, { headingRad: s.yawRad, withinM: 6, drivableOnly: true }); if (l && Math.abs(l.offsetM) > v.worst) { v.worst = Math.abs(l.offsetM); v.worstAt = `${l.road}/${l.lane} s=${l.sM.toFixed(0)} v=${s.speedMps.toFixed(1)} t=${(tick / 100).toFixed(0)} est=${st.estimate.xM.toFixed(0)},${st.estimate.yM.toFixed(0)}`; } }
    }
    const W=(process.env['WATCH']??'').split(','); if (tick % 50 === 0 && tick/100>=Number(W[0]??1e9) && tick/100<=Number(W[1])) for (const v of vs) if (W.slice(2).includes(v.id)||W.length===2) { const s=backend.read(v.id), st=v.slot.agent.status(); const l=map.locate(s.xM,s.yM,{headingRad:s.yawRad}); console.log('WATCH',(tick/100).toFixed(1),v.id,`${s.xM.toFixed(1)},${s.yM.toFixed(1)} yaw ${s.yawRad.toFixed(2)} v ${s.speedMps.toFixed(1)} a ${st.accelMps2.toFixed(1)} ${l?.road}/${l?.lane}@${l?.sM.toFixed(0)}`,st.reason.text, v.slot.agent.tracked(), JSON.stringify(st.lead??'')); }
    if (tick % 5 === 0) for (let i = 0; i < bodies.length; i++) for (let j = i + 1; j < bodies.length; j++) { if (Math.abs(bodies[i]!.xM - bodies[j]!.xM) > 25) continue; const d = sep(bodies[i], bodies[j]); near = Math.min(near, d); if (d < 0 && contacts.length < 5) contacts.push(`${(tick / 100).toFixed(1)} ${bodies[i]!.id}~${bodies[j]!.id}`); }
  }
  console.log("NEAR", near.toFixed(2), contacts.join(";"));
  for (const v of vs) { const st = v.slot.agent.status(); console.log("VEH", v.id.padEnd(10), "dist", v.dist.toFixed(0), "stops", v.stops, "stoodNonDwell", v.stood.toFixed(0), "worst", v.worst.toFixed(2), v.worstAt, "lat", v.maxLat.toFixed(2), "a", v.minA.toFixed(2), "[", (v as any).minAt, "]", v.maxA.toFixed(2), "loc", v.loc.toFixed(2), st.behaviour, st.reason.text, st.mrm.kind, v.log.filter((l) => /health|mrm|error/.test(l)).slice(0, 4).join(" || ")); }
}, 580000);
