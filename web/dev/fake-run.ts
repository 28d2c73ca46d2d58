/** Development only: a Run that drives boxes around a loop. */
import { FLAG, POSE_STRIDE, type EntityView, type TwinFrame, type TwinNote, type VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Fault } from "../../fleet-core/contract/fault.ts";
import type { RoadMesh, RoadNetwork } from "../../fleet-core/road/types.ts";
import type { Run } from "../../twin/types.ts";

const kinds: [string, string, string, number, number, number, number][] = [
  ["bus-1", "public-transit-bus", "#1d6fb8", 12, 2.55, 3.1, 3.3],
  ["sedan-1", "ride-hail-sedan", "#d9dde2", 4.9, 1.85, 1.48, 1.05],
  ["utv-1", "light-industrial-utv", "#d94f2b", 3.0, 1.6, 1.95, 0.5],
  ["tractor-1", "terminal-tractor", "#e8e4d6", 5.4, 2.5, 3.2, 1.2],
  ["haul-1", "mine-haul-truck", "#f2b61c", 10.5, 6.0, 5.2, 3.0],
  ["defense-1", "defense-vehicle", "#5a6040", 6.2, 2.5, 2.7, 1.3],
  ["npc-car", "car", "#a33", 4.4, 1.8, 1.5, 0.9],
  ["npc-truck", "truck", "#357", 9, 2.5, 3.4, 2],
  ["npc-van", "van", "#ddd", 5.6, 2, 2.4, 1.1],
  ["npc-moto", "motorbike", "#222", 2.2, 0.8, 1.5, 0.4],
];
const A = 180, B = 60, R = 60;
const LEN = 2 * A + 2 * B + 2 * Math.PI * R;
function at(s0: number, off: number): [number, number, number] {
  let s = ((s0 % LEN) + LEN) % LEN;
  const segs: [number, number][] = [[A, 0], [Math.PI * R / 2, 1], [B, 0], [Math.PI * R / 2, 1], [A, 0], [Math.PI * R / 2, 1], [B, 0], [Math.PI * R / 2, 1]];
  let x = 0, y = 0, h = 0;
  for (const [l, arc] of segs) {
    const d = Math.min(s, l);
    if (arc === 1) {
      const a = d / R;
      x += R * (Math.sin(h + a) - Math.sin(h)); y += R * (Math.cos(h) - Math.cos(h + a)); h += a;
    } else { x += d * Math.cos(h); y += d * Math.sin(h); }
    s -= d;
    if (s <= 0) break;
  }
  return [x - Math.sin(h) * off, y + Math.cos(h) * off, h];
}
function ribbon(o1: number, o2: number, z: number, from = 0, to = LEN, step = 2): { positions: Float32Array; indices: Uint32Array } {
  const p: number[] = [], idx: number[] = [];
  const n = Math.ceil((to - from) / step);
  for (let i = 0; i <= n; i++) {
    const s = from + ((to - from) * i) / n;
    const [x1, y1] = at(s, o1), [x2, y2] = at(s, o2);
    p.push(x1, y1, z, x2, y2, z);
    if (i > 0) { const k = i * 2; idx.push(k - 2, k - 1, k, k - 1, k + 1, k); }
  }
  return { positions: new Float32Array(p), indices: new Uint32Array(idx) };
}
function mesh(): RoadMesh {
  const marks = [{ kind: "solid", colour: "#ffffff", ...ribbon(7.0, 7.15, 0.01) }, { kind: "solid", colour: "#ffffff", ...ribbon(-7.15, -7.0, 0.01) }];
  for (let s = 0; s < LEN; s += 9) marks.push({ kind: "broken", colour: "#ffd24a", ...ribbon(-0.07, 0.07, 0.01, s, s + 3) });
  return {
    surfaces: [{ kind: "driving", ...ribbon(7.2, -7.2, 0) }, { kind: "shoulder", ...ribbon(8.4, 7.2, 0) }, { kind: "sidewalk", ...ribbon(-7.2, -9.4, 0.1) }],
    marks,
    bounds: { minX: -70, minY: -10, maxX: 250, maxY: 190 },
  };
}
export function createFakeRun(seed: string): Run {
  let tick = 0;
  const faults: Fault[] = [];
  let notes: TwinNote[] = [];
  const s = kinds.map((_, i) => i * 62);
  const v = kinds.map(() => 0);
  const acc = kinds.map(() => 0);
  const roster: EntityView[] = kinds.map(([id, model, colour, l, w, h, cx], i) => ({ id, kind: "vehicle", model, colour, profile: i < 6 ? model : undefined, lengthM: l, widthM: w, heightM: h, centreXM: cx, centreYM: 0, centreZM: h / 2, driven: i < 6 ? "agent" : "scenario" }));
  roster.push({ id: "ped-1", kind: "pedestrian", model: "pedestrian", colour: "#335577", profile: undefined, lengthM: 0.5, widthM: 0.6, heightM: 1.8, centreXM: 0, centreYM: 0, centreZM: 0.9, driven: "scenario" });
  const active = (id: string): Fault[] => faults.filter((f) => f.target === id && f.atS * 100 <= tick && (f.clearS === undefined || f.clearS * 100 > tick));
  const run: Run = {
    info: { scenario: "fake", title: "Fake loop", seed, tickUs: 10_000, build: "dev", numerics: "dev", runtime: "dev" },
    map: { name: "fake", mesh } as unknown as RoadNetwork,
    profiles: new Map(),
    get tick() { return tick; },
    get timeUs() { return (tick * 10_000) as never; },
    get ended() { return tick >= 60_000 ? ("until" as const) : undefined; },
    step() {
      tick++;
      for (let i = 0; i < kinds.length; i++) {
        const bad = active(kinds[i]![0]).length > 0;
        const want = bad ? 0 : 8 + 4 * Math.sin(tick / 500 + i);
        acc[i] = Math.max(-3, Math.min(1.5, want - v[i]!));
        v[i] = v[i]! + acc[i]! * 0.01;
        s[i] = s[i]! + v[i]! * 0.01;
      }
      if (tick % 1500 === 0) notes.push({ tick, timeUs: tick * 10_000, level: "info", source: "core", code: "mission.completed", text: "mission done" });
    },
    hash: () => tick.toString(16).padStart(16, "0"),
    rosterVersion: 1,
    roster: () => roster,
    frame(): TwinFrame {
      const poses = new Float64Array(roster.length * POSE_STRIDE);
      roster.forEach((e, i) => {
        const k = i * POSE_STRIDE;
        if (i < kinds.length) {
          const [x, y, h] = at(s[i]!, -3.5);
          const flags = (acc[i]! < -0.2 ? FLAG.brake : 0) | (active(e.id).length > 0 ? FLAG.faulted | FLAG.hazard | FLAG.mrm : 0);
          poses.set([x, y, 0, h, 0, 0, v[i]!, 0.03, acc[i]!, flags], k);
        } else poses.set([90 + 5 * Math.sin(tick / 400), -8.2, 0.1, 0, 0, 0, 1, 0, 0, 0], k);
      });
      return { tick, timeUs: tick * 10_000, rosterVersion: 1, poses };
    },
    details(): VehicleDetail[] {
      return kinds.slice(0, 6).map(([id], i) => {
        const [x, y, h] = at(s[i]!, -3.5);
        const bad = active(id);
        return {
          id, socRatio: 0.8 - tick / 1e6, actual: { xM: x, yM: y, yawRad: h, speedMps: v[i]!, accelMps2: acc[i]!, steerRad: 0 }, localisationErrorM: 0.12, faults: bad.map((f) => f.kind), link: { path: "5g", coreAgeUs: 40_000 }, tracked: 2,
          agent: {
            timeUs: tick * 10_000, behaviour: bad.length > 0 ? "mrm" : "cruise", reason: bad.length > 0 ? { code: "gnss-lost", text: "Localisation bound exceeded; stopping comfortably in lane." } : { code: "cruise", text: "Following the lane at the route speed." },
            mrm: bad.length > 0 ? { kind: "operating", behaviour: "comfortable-stop", reason: { code: "gnss-lost", text: "Localisation bound exceeded." }, sinceUs: tick * 10_000 } : { kind: "none" },
            operationalState: "BUSY", targetSpeedMps: bad.length > 0 ? 0 : 8 + 4 * Math.sin(tick / 500 + i), accelMps2: acc[i]!, steerRad: 0, missionId: `m-${i}`, missionProgressRatio: (tick % 6000) / 6000,
            estimate: { xM: x, yM: y, yawRad: h, speedMps: v[i]!, sigmaM: 0.2 }, lead: i === 1 ? { id: "bus-1", gapM: 40, speedMps: 8 } : undefined, degraded: bad.length > 0 ? [{ input: "gnss", code: "stale" }] : [],
          },
        };
      });
    },
    missions: () => kinds.slice(0, 6).map(([id], i) => ({ missionId: `m-${i}`, vehicleId: id, state: "underway", progressRatio: (tick % 6000) / 6000 })),
    takeNotes() { const n = notes; notes = []; return n; },
    storyboard: () => [],
    inject(f) {
      const fault = { ...f, atS: (tick + 1) / 100 } as Fault;
      faults.push(fault);
      notes.push({ tick, timeUs: tick * 10_000, level: "warn", source: f.target, code: "fault.set", text: `${f.kind} on ${f.target}` });
      return { ok: true, value: fault };
    },
    release: () => ({ ok: true, value: undefined }),
    activeFaults: () => [],
    spec: () => ({ scenario: "fake", files: new Map(), profiles: new Map(), egoProfile: undefined, seed, faults: { schema: "atlasmesh.fault-plan/1", faults }, backend: "native", untilUs: 600_000_000 as never, disableControllers: false }),
    finish: () => ({ scenario: "fake", map: "fake", seed, profile: undefined, build: "dev", ticks: tick, durationS: tick / 100, endedBy: "until", hash: "0", verdict: "none", criteria: [], metrics: [] }),
  };
  return run;
}
