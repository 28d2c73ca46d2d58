/** For tests: a Run that counts ticks and moves one vehicle, nothing else. Must never be used outside tests. */
import { POSE_STRIDE, type EntityView, type TwinNote, type VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Fault } from "../../fleet-core/contract/fault.ts";
import { err, ok } from "../../fleet-core/kernel/result.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import type { EndedBy, Run } from "../../twin/types.ts";

export interface TestRun extends Run {
  /** Ticks at which the agent's behaviour turns to `mrm`, if a fault is on it. */
  reactAfterTicks: number;
}

export function createTestRun(endTick = 100_000, plan: readonly Fault[] = []): TestRun {
  let tick = 0;
  let notes: TwinNote[] = [];
  let rosterVersion = 1;
  const faults = plan.map((fault) => ({ fault, tick: Math.ceil(fault.atS * 100) }));
  const bus: EntityView = { id: "bus-1", kind: "vehicle", model: "bus", colour: "#2f6fb5", profile: undefined, lengthM: 12, widthM: 2.5, heightM: 3, centreXM: 3, centreYM: 0, centreZM: 1.5, driven: "agent" };
  const run: TestRun = {
    reactAfterTicks: 6,
    info: { scenario: "test", title: "Test", seed: "1", tickUs: 10_000, build: "b", numerics: "n", runtime: "r" },
    map: { name: "test", mesh: () => ({ surfaces: [], marks: [], bounds: { minX: 0, minY: 0, maxX: 1, maxY: 1 } }) } as unknown as RoadNetwork,
    profiles: new Map(),
    get tick() {
      return tick;
    },
    get timeUs() {
      return timeUs(tick * 10_000);
    },
    get ended(): EndedBy | undefined {
      return tick >= endTick ? "until" : undefined;
    },
    step() {
      tick += 1;
      if (tick === 300) rosterVersion = 2;
      if (tick % 50 === 0) notes.push({ tick, timeUs: tick * 10_000, level: "info", source: "core", code: "note", text: `tick ${tick}` });
    },
    hash: () => tick.toString(16).padStart(16, "0"),
    get rosterVersion() {
      return rosterVersion;
    },
    roster: () => (rosterVersion === 1 ? [bus] : [bus, { ...bus, id: "bus-2" }]),
    frame() {
      const poses = new Float64Array(run.roster().length * POSE_STRIDE);
      poses[0] = tick;
      return { tick, timeUs: tick * 10_000, rosterVersion, poses };
    },
    details(): VehicleDetail[] {
      const reacts = faults.some((f) => tick - f.tick >= run.reactAfterTicks);
      const reason = reacts ? { code: "brake-weak", text: "the brakes are weak" } : { code: "drive", text: "driving" };
      return [{
        id: "bus-1", socRatio: 1, actual: { xM: tick, yM: 0, yawRad: 0, speedMps: 1, accelMps2: 0, steerRad: 0 }, localisationErrorM: 0, faults: [], link: { path: "lte", coreAgeUs: 0 }, tracked: 0,
        agent: { timeUs: tick * 10_000, behaviour: reacts ? "mrm" : "cruise", reason, mrm: reacts ? { kind: "operating", behaviour: "comfortable-stop", reason, sinceUs: 0 } : { kind: "none" }, operationalState: "BUSY", targetSpeedMps: reacts ? 0 : 9, accelMps2: 0, steerRad: 0, missionId: undefined, missionProgressRatio: 0, estimate: { xM: 0, yM: 0, yawRad: 0, speedMps: 1, sigmaM: 0 }, lead: undefined, degraded: [] },
      }];
    },
    missions: () => [],
    takeNotes() {
      const taken = notes;
      notes = [];
      return taken;
    },
    storyboard: () => [],
    inject(fault) {
      if (fault.target !== "bus-1") return err(`there is no vehicle "${fault.target}"`);
      const placed: Fault = { ...fault, atS: tick / 100 };
      faults.push({ fault: placed, tick });
      return ok(placed);
    },
    release: () => err("nothing to release"),
    activeFaults: () => [],
    spec: () => ({ scenario: "test", files: new Map(), parameters: new Map(), lenient: false, profiles: new Map(), egoProfile: undefined, seed: "1", faults: { schema: "atlasmesh.fault-plan/1", faults: faults.map((f) => f.fault) }, operator: [], backend: "native", untilUs: timeUs(endTick * 10_000), disableControllers: false }),
    result: () => ({ scenario: "test", map: "test", seed: "1", profile: undefined, build: "b", ticks: tick, durationS: tick / 100, endedBy: "until", hash: run.hash(), verdict: "pass", criteria: [], metrics: [] }),
    seal: () => undefined,
  };
  return run;
}
