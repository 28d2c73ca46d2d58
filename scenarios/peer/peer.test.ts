import { describe, expect, test } from "vitest";
import { comparePeer, parsePeerEvents, parsePeerRows } from "./compare.ts";
import { runShared, runVariation, sharedList, sharedMissing, sharedVariations, type SharedRun } from "./test-shared.ts";
import { action, atTime, event, loadText, scenarioText, speed, trigger } from "../test-files.ts";

const when = sharedMissing === undefined ? "" : ` (left out: ${sharedMissing})`;
const good = (r: SharedRun): boolean => r.result !== undefined && r.result.trajectoryOk && r.result.eventsOk;

describe.skipIf(sharedMissing !== undefined)(`UN R157 ALKS scenarios without controllers${when}`, () => {
  for (const s of sharedMissing === undefined ? sharedList("alks") : []) {
    test(`${s.name}: 5 cm, 0.01 rad, 5 cm/s, events to the step`, () => {
      const run = runShared(s, "gt-nocontrollers", new Map());
      expect(run.strict, run.why).toBe(true);
      expect(run.result?.firstRow).toBeUndefined();
      expect(run.result?.missing).toEqual([]);
      expect(run.result?.rows).toBeGreaterThan(100);
      // No controller, no numerical scheme in between: the two players agree far below the tolerance.
      expect(run.result?.positionM).toBeLessThan(0.001);
    });
  }
});

describe.skipIf(sharedMissing !== undefined)(`the standard class of all sources${when}`, () => {
  /** Sources and the least share that must agree; the rest is explained in `scenarios/README.md`. */
  for (const [source, share] of [["asam", 1], ["ncap", 0.92], ["esmini", 0.77]] as const) {
    test(`${source}: every file loads, at least ${share * 100} % agree`, () => {
      const list = sharedList(source).filter((s) => s.klass === "standard");
      const runs = list.map((s) => ({ s, run: runShared(s, "gt", new Map()) }));
      const loaded = runs.filter((r) => r.run.loaded).length;
      const agree = runs.filter((r) => good(r.run)).length;
      console.info(`${source}: ${list.length} standard scenarios, ${runs.filter((r) => r.run.strict).length} load strictly, ${loaded} load, ${agree} agree`);
      for (const { s, run } of runs) if (!good(run)) console.info(`  ${s.name}: ${run.why.slice(0, 160)}`);
      expect(loaded).toBe(list.length);
      expect(agree / list.length).toBeGreaterThanOrEqual(share);
    });
  }
});

describe.skipIf(sharedMissing !== undefined)(`parameter variations${when}`, () => {
  test("ncap: the variations whose map is there load, and at least 85 % of them agree", () => {
    const runs = sharedVariations("ncap").map((v) => ({ v, run: runVariation(v, new Map()) }));
    const missing = runs.filter((r) => /does not exist/.test(r.run.why));
    const rest = runs.filter((r) => !missing.includes(r));
    console.info(`ncap: ${runs.length} variations, ${missing.length} without their map, ${rest.filter((r) => r.run.loaded).length} load, ${rest.filter((r) => good(r.run)).length} agree`);
    expect(rest.every((r) => r.run.loaded)).toBe(true);
    expect(rest.filter((r) => good(r.run)).length / rest.length).toBeGreaterThanOrEqual(0.85);
  });
});

describe("the comparison itself", () => {
  const scenario = loadText(scenarioText({ events: event("E", action("a", speed(10)), trigger(atTime(1))) })).scenario;
  const rows = (x: number): string => `t,id,x,y,z,h,p,r,speed\n#entity,0,Ego,type=1\n0.000,0,50,-1.75,0,0,0,0,10\n2.000,0,${x},-1.75,0,0,0,0,10\n`;
  const events = (step: number): string => `t,step,type,state,name,path\n1.000,${step},6,2,E,S::A::G::M::E\n`;
  const run = (x: number, step: number) => {
    if (scenario === undefined) throw new Error("the test's scenario must load");
    return comparePeer(scenario, rows(x), events(step), { disableControllers: false, stepUs: 10_000 });
  };
  test("agrees with itself", () => expect(run(70, 101)).toMatchObject({ trajectoryOk: true, eventsOk: true, rows: 2, events: 1 }));
  test("sees a trajectory 6 cm off and an event two steps off", () => {
    expect(run(70.06, 101)).toMatchObject({ trajectoryOk: false, firstRow: expect.stringContaining("t=2 Ego") });
    expect(run(70, 103).missing).toEqual(["step 103 event running S::A::G::M::E (ours at 101)"]);
  });
  test("reads rows and events with their names", () => {
    expect(parsePeerRows(rows(70))).toHaveLength(2);
    expect(parsePeerEvents(events(5))[0]).toEqual({ timeS: 1, step: 5, element: "event", state: "running", name: "E", path: "S::A::G::M::E" });
  });
});
