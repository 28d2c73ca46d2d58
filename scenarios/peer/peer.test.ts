import { describe, expect, test } from "vitest";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import type { LoadedScenario } from "../types.ts";
import { comparePeer, type PeerOptions } from "./compare.ts";
import { differences } from "./deviations.ts";
import { parsePeerDriven, parsePeerEvents, parsePeerRows } from "./peer-files.ts";
import { runShared, sharedList, sharedMissing } from "./test-shared.ts";
import { action, atTime, event, loadText, scenarioText, speed, straightMap, teleport, trigger, vehicle } from "../test-files.ts";

const when = sharedMissing === undefined ? "" : ` (left out: ${sharedMissing})`;
// All sources with all their runs, held by bars: `npm run peer:scenarios`.

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

describe.skipIf(sharedMissing !== undefined)(`standard scenarios that must agree in every row and change${when}`, () => {
  for (const source of ["asam", "ncap"]) {
    test(source, () => {
      const maps = new Map();
      const differ = sharedList(source).flatMap((s) => {
        const run = runShared(s, "gt", maps);
        return run.result !== undefined && differences(run.result, true).length === 0 ? [] : [`${s.name}: ${run.why}`];
      });
      expect(differ).toEqual([]);
    });
  }
});

function load(parts: Parameters<typeof scenarioText>[0], more: Readonly<Record<string, string>> = {}): LoadedScenario {
  const { scenario, diagnostics } = loadText(scenarioText(parts), more);
  if (scenario === undefined) throw new Error(`the test's scenario must load: ${diagnostics[0]?.message ?? ""}`);
  return scenario;
}
const options: PeerOptions = { disableControllers: false, stepUs: 10_000 };

describe("the comparison itself", () => {
  const scenario = load({ events: event("E", action("a", speed(10)), trigger(atTime(1))) });
  const rows = (x: number): string => `t,id,x,y,z,h,p,r,speed\n#entity,0,Ego,type=1\n0.000,0,50,-1.75,0,0,0,0,10\n2.000,0,${x},-1.75,0,0,0,0,10\n`;
  const events = (step: number): string => `t,step,type,state,name,path\n1.000,${step},6,2,E,S::A::G::M::E\n`;
  const run = (x: number, step: number) => comparePeer(scenario, rows(x), events(step), options);
  test("agrees with itself", () => expect(run(70, 101)).toMatchObject({ trajectoryOk: true, eventsOk: true, rows: 2, events: 1 }));
  test("sees a trajectory 6 cm off and an event two steps off", () => {
    expect(run(70.06, 101)).toMatchObject({ trajectoryOk: false, firstRow: expect.stringContaining("t=2 Ego") });
    expect(differences(run(70.06, 101), true)).toEqual(["position"]);
    expect(run(70, 103).missing).toEqual(["step 103 event running S::A::G::M::E (ours at 101)"]);
    expect(differences(run(70, 103), true)).toEqual(["events"]);
  });
  test("reads rows and events with their names", () => {
    expect(parsePeerRows(rows(70))).toHaveLength(2);
    expect(parsePeerEvents(events(5))[0]).toEqual({ timeS: 1, step: 5, element: "event", state: "running", name: "E", path: "S::A::G::M::E" });
    expect([...parsePeerDriven("#entity,0,A,type=1,ctrl=0\n#entity,1,B,type=1,ctrl=13\n")]).toEqual(["B"]);
  });
  test("the row at the peer's end may be one step further on, no more and no earlier row", () => {
    const stopped = load({ stop: trigger(atTime(1)) });
    const end = (x: number, stop: string) => comparePeer(stopped, `t,id,x,y,z,h,p,r,speed\n#entity,0,Ego,type=1\n1.000,0,${x},-1.75,0,0,0,0,10\n`, `t,step,type,state,name,path\n${stop}`, options).trajectoryOk;
    const over = "1.000,101,1,3,storyBoard,\n";
    expect([end(60.1, over), end(60.16, over), end(60.1, "")]).toEqual([true, false, false]);
  });
});

test("entities with a controller follow the peer's rows, and the others react to them there", () => {
  const controller = '<ObjectController><Controller name="c"><Properties/></Controller></ObjectController>';
  const near = `<Condition name="n" delay="0" conditionEdge="none"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="Other"/></TriggeringEntities><EntityCondition><RelativeDistanceCondition entityRef="Ego" relativeDistanceType="longitudinal" coordinateSystem="road" freespace="false" value="30" rule="lessThan"/></EntityCondition></ByEntityCondition></Condition>`;
  const scenario = load({
    entities: vehicle("Ego", controller) + vehicle("Other"),
    init: `<Private entityRef="Ego">${teleport(-1, 50)}${speed(10)}</Private><Private entityRef="Other">${teleport(-1, 100)}${speed(10)}</Private>`,
    events: event("E", action("a", speed(20)), trigger(near)),
    actors: ["Other"],
  });
  // The peer's controller drives Ego at 20 m/s: 30 m are left at 2 s, when Other goes from 10 to 20 m/s.
  const rows = [0, 1, 2, 3].flatMap((t) => [`${t}.000,0,${50 + 20 * t},-1.75,0,0,0,0,20`, `${t}.000,1,${t <= 2 ? 100 + 10 * t : 120 + 20 * (t - 2)},-1.75,0,0,0,0,${t <= 2 ? 10 : 20}`]);
  const text = `t,id,x,y,z,h,p,r,speed\n#entity,0,Ego,type=1,ctrl=0\n#entity,1,Other,type=1,ctrl=0\n${rows.join("\n")}\n`;
  const followed = comparePeer(scenario, text, "t\n2.010,202,6,2,E,S::A::G::M::E\n", { ...options, replayControlled: true, tolerance: { positionM: 0.25, headingRad: 0.01, speedMps: 0.05, steps: 1 } });
  expect(followed).toMatchObject({ trajectoryOk: true, eventsOk: true, driven: ["Ego"], rows: 4 });
  expect(comparePeer(scenario, text, "", options).trajectoryOk).toBe(false);
});

test("the peer's coordinates are the map's, moved by the header's offset and turned", () => {
  const scenario = load({}, { "map.xodr": straightMap().replace('vendor="test"/>', 'vendor="test"><offset x="100" y="20" z="3" hdg="1.5707963267948966"/></header>') });
  const player = scenario.play({ rng: createRng("t"), stepUs: 10_000, disableControllers: false });
  player.step(timeUs(0));
  expect(player.state("Ego")).toMatchObject({ xM: 50, yM: -1.75 });
  expect(comparePeer(scenario, "t\n#entity,0,Ego,type=1\n0.000,0,-18.25,150,3,1.570796,0,0,10\n", "", options)).toMatchObject({ trajectoryOk: true, rows: 1 });
});
