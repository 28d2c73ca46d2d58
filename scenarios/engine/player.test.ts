import { describe, expect, test } from "vitest";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { action, atLane, atTime, command, event, onState, play, scenarioText, speed, STEP_US, straightMap, teleport, trigger, vehicle, loadText } from "../test-files.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";

const init = (name: string, lane: number, s: number, v: number): string => `<Private entityRef="${name}">${teleport(lane, s)}${speed(v)}</Private>`;
const laneChange = (shape: string, dimension: string, value: number, target: string): string =>
  `<PrivateAction><LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="${shape}" dynamicsDimension="${dimension}" value="${value}"/><LaneChangeTarget>${target}</LaneChangeTarget></LaneChangeAction></LateralAction></PrivateAction>`;
const lane = (id: number): string => `<AbsoluteTargetLane value="${id}"/>`;

describe("default motion", () => {
  test("after Init actors stand where they were put and keep their speed", () => {
    const p = play({});
    p.to(0);
    expect(p.player.actors.map((a) => a.name)).toEqual(["Ego"]);
    expect(p.player.state("Ego")).toMatchObject({ xM: 50, yM: -1.75, headingRad: 0, speedMps: 10 });
    p.to(5);
    expect(p.player.state("Ego").xM).toBeCloseTo(100, 9);
    expect(p.player.state("Ego").yM).toBe(-1.75);
  });
  test("on a left lane an actor drives the other way", () => {
    const p = play({ init: init("Ego", 1, 500, 10) });
    p.to(5);
    const s = p.player.state("Ego");
    expect([s.xM, s.yM, Math.abs(s.headingRad)]).toEqual([expect.closeTo(450, 9), 1.75, expect.closeTo(Math.PI, 12)]);
  });
  test("at the end of the road an actor stops", () => {
    const p = play({ init: init("Ego", -1, 990, 10) });
    p.to(3);
    expect(p.player.state("Ego")).toMatchObject({ xM: 1000, speedMps: 0 });
  });
});

describe("raised footpaths", () => {
  // Lane -2 becomes a footpath 12 cm above the road.
  const map = straightMap().replace(/<lane id="-2" type="driving"(.*?)<\/lane>/s, '<lane id="-2" type="sidewalk"$1<height sOffset="0" inner="0.12" outer="0.12"/></lane>');
  const walker = '<ScenarioObject name="Ego"><Pedestrian model="p" mass="80" name="p" pedestrianCategory="pedestrian"><BoundingBox><Center x="0" y="0" z="0.9"/><Dimensions width="0.5" length="0.6" height="1.8"/></BoundingBox><Properties/></Pedestrian></ScenarioObject>';
  const goTo = (y: number): string => action("a", `<PrivateAction><TeleportAction><Position><WorldPosition x="100" y="${y}" h="0"/></Position></TeleportAction></PrivateAction>`);
  test("who is put on the footpath's lane stands on it", () => {
    expect(map).toContain("sidewalk");
    const p = play({ entities: walker, init: init("Ego", -2, 50, 1) }, { "map.xodr": map });
    p.to(1);
    expect(p.player.state("Ego").zM).toBeCloseTo(0.12, 12);
  });
  test("what drives counts by the driving lane, also beside it", () => {
    const p = play({ init: init("Ego", -1, 50, 1), events: event("E", goTo(-5), trigger(atTime(1))) }, { "map.xodr": map });
    p.to(2);
    expect(p.player.state("Ego")).toMatchObject({ yM: -5, zM: 0 });
  });
});

describe("speed actions", () => {
  const run = (shape: string, dimension: string, value: number, to: number, seconds: number): number => {
    const p = play({ events: event("E", action("a", speed(to, shape, dimension, value)), trigger(atTime(1))) });
    p.to(1 + seconds);
    return p.player.state("Ego").speedMps;
  };
  test("linear over 4 s", () => expect(run("linear", "time", 4, 18, 2)).toBeCloseTo(14, 9));
  test("sinusoidal over 4 s", () => expect(run("sinusoidal", "time", 4, 18, 1)).toBeCloseTo(10 + 4 * (1 - Math.SQRT1_2), 9));
  test("cubic over 4 s", () => expect(run("cubic", "time", 4, 18, 1)).toBeCloseTo(10 + 8 * (1 / 16) * 2.5, 9));
  test("linear at 2 m/s²", () => expect(run("linear", "rate", 2, 18, 3)).toBeCloseTo(16, 9));
  test("linear over a distance ends after 2 d / (v0 + v1)", () => expect(run("linear", "distance", 56, 18, 2)).toBeCloseTo(14, 9));
  test("a step obeys the vehicle's limits", () => {
    const p = play({ events: event("E", action("a", speed(30, "linear", "time", 0.5)), trigger(atTime(1))) });
    p.to(1.2);
    expect(p.player.state("Ego").speedMps).toBeLessThanOrEqual(12 + 1e-9);
  });
});

describe("lane changes", () => {
  test("linear over 2 s: half way after 1 s, over after 2 s, along the lane again", () => {
    const p = play({ events: event("E", action("a", laneChange("linear", "time", 2, lane(-2))), trigger(atTime(1))) });
    p.to(2);
    expect(p.player.state("Ego").yM).toBeCloseTo(-3.5, 6);
    p.to(3.05);
    expect(p.player.state("Ego").yM).toBeCloseTo(-5.25, 9);
    expect(p.player.state("Ego").headingRad).toBe(0);
    expect(p.steps("a", "complete")[0]).toBe(300);
  });
  test("the way driven stays the speed's", () => {
    const p = play({ events: event("E", action("a", laneChange("sinusoidal", "time", 3, lane(-2))), trigger(atTime(1))) });
    p.to(2.5);
    const before = { ...p.player.state("Ego") };
    p.to(2.51);
    const after = p.player.state("Ego");
    expect(Math.sqrt((after.xM - before.xM) ** 2 + (after.yM - before.yM) ** 2)).toBeCloseTo(0.1, 4);
    expect(after.speedMps).toBe(10);
  });
  test("relative to another entity, across the centre line", () => {
    const p = play({ entities: vehicle("Ego") + vehicle("Other"), init: init("Ego", -1, 50, 10) + init("Other", -2, 80, 10), events: event("E", action("a", laneChange("linear", "time", 1, '<RelativeTargetLane entityRef="Other" value="2"/>')), trigger(atTime(0))) });
    p.to(2);
    expect(p.player.state("Ego").yM).toBeCloseTo(1.75, 6);
  });
});

describe("storyboard", () => {
  test("states are reported with the step and time they belong to", () => {
    const p = play({ events: event("E", action("a", speed(12)), trigger(atTime(1))) });
    p.to(2);
    const of = (name: string) => p.changes.filter((c) => c.name === name).map((c) => `${c.element} ${c.state} ${c.step} ${c.timeUs} ${c.path}`);
    expect(of("E")).toEqual(["event standby 1 0 S::A::G::M::E", "event running 101 1000000 S::A::G::M::E", "event complete 101 1000000 S::A::G::M::E"]);
    expect(of("a")).toEqual(["action running 101 1000000 S::A::G::M::E::a", "action complete 101 1000000 S::A::G::M::E::a"]);
    expect(of("S")).toEqual(["story running 1 0 S", "story complete 101 1000000 S"]);
  });
  test("a rising edge at time 0 is not seen", () => {
    const p = play({ events: event("E", action("a", speed(12)), trigger(atTime(0, "rising"))) });
    p.to(5);
    expect(p.steps("E", "running")).toEqual([]);
  });
  test("a delay postpones by its seconds", () => {
    const p = play({ events: event("E", action("a", speed(12)), trigger(atTime(1, "rising", 0.5))) });
    p.to(5);
    expect(p.steps("E", "running")).toEqual([151]);
  });
  const long = speed(20, "linear", "time", 5);
  const two = (priority: string): ReturnType<typeof play> => play({ events: event("First", action("a", long), trigger(atTime(1))) + event("Second", action("b", laneChange("linear", "time", 1, lane(-2))), trigger(atTime(2)), `priority="${priority}"`) });
  test("override and overwrite end the running event, parallel does not, skip does not start", () => {
    for (const word of ["override", "overwrite"]) {
      const p = two(word);
      p.to(8);
      expect([p.steps("First", "complete"), p.steps("Second", "running")]).toEqual([[201], [201]]);
    }
    const parallel = two("parallel");
    parallel.to(8);
    expect([parallel.steps("First", "complete")[0], parallel.steps("Second", "running")]).toEqual([600, [201]]);
    const skip = two("skip");
    skip.to(8);
    // It stands by until the first is over, and its condition still holds then.
    expect(skip.steps("Second", "running")).toEqual([601]);
  });
  test("an event runs as often as its maximum execution count says", () => {
    const p = play({ events: event("E", action("a", speed(12)), trigger(onState("event", "Tick", "completeState")), 'maximumExecutionCount="1"') + event("Tick", action("t", speed(11)), trigger(atTime(1)), 'maximumExecutionCount="3"') });
    p.to(3);
    expect(p.steps("Tick", "running")).toEqual([101, 102, 103]);
    expect(p.steps("E", "running")).toEqual([104]);
  });
  test("a new action takes its domain from the one before", () => {
    const p = play({ events: event("First", action("a", speed(30, "linear", "time", 10)), trigger(atTime(1))) + event("Second", action("b", speed(5)), trigger(atTime(2))) });
    p.to(4);
    expect(p.steps("a", "complete")).toEqual([201]);
    expect(p.player.state("Ego").speedMps).toBe(5);
  });
  test("the stop trigger ends the play, and nothing moves after", () => {
    const p = play({ stop: trigger(atTime(1)) });
    p.to(3);
    expect(p.player.ended).toBe("stop-trigger");
    expect(p.player.state("Ego").xM).toBeCloseTo(60, 9);
    expect(p.changes[p.changes.length - 1]).toMatchObject({ element: "storyboard", state: "complete", step: 101 });
  });
  test("without stop trigger it goes on", () => {
    const text = scenarioText({}).replace(/<StopTrigger>[\s\S]*<\/StopTrigger>/, "");
    const player = loadText(text).scenario?.play({ rng: createRng(1), stepUs: STEP_US, disableControllers: false });
    for (let i = 0; i <= 500; i += 1) player?.step(timeUs(i * STEP_US));
    expect(player?.ended).toBeUndefined();
  });
});

describe("custom commands", () => {
  const p = (): ReturnType<typeof play> =>
    play({ init: command("atlasmesh.mission", '{"to":"gate"}') + init("Ego", -1, 50, 10) + "", events: event("E", action("a", command("atlasmesh.fault", "brake-fade")) + action("b", command("other.tool", "x")), trigger(atTime(2))) });
  test("of ours come out at Init and when their event starts; others are ignored", () => {
    const run = p();
    run.to(3);
    expect(run.commands).toEqual([
      { timeUs: 0, type: "atlasmesh.mission", content: '{"to":"gate"}' },
      { timeUs: 2_000_000, type: "atlasmesh.fault", content: "brake-fade" },
    ]);
    expect(run.steps("E", "complete")).toEqual([201]);
  });
});

describe("control from outside", () => {
  const controller = '<ObjectController><Controller name="agent"><Properties><Property name="profile" value="sedan"/></Properties></Controller></ObjectController>';
  test("the controller and its properties are told", () => {
    const run = play({ entities: vehicle("Ego", controller) });
    run.to(0);
    expect(run.player.actors[0]?.controller).toEqual({ name: "agent", properties: new Map([["profile", "sedan"]]) });
  });
  test("an actor taken over goes where it is put; triggers see it; speed actions become wishes", () => {
    const reach = `<Condition name="c" delay="0" conditionEdge="none"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="Ego"/></TriggeringEntities><EntityCondition><ReachPositionCondition tolerance="1">${atLane(-1, 300)}</ReachPositionCondition></EntityCondition></ByEntityCondition></Condition>`;
    const run = play({ events: event("E", action("a", speed(20, "linear", "time", 2)), trigger(reach)) });
    run.to(0);
    run.player.takeOver("Ego");
    expect(run.player.requestedSpeedMps("Ego")).toBe(10);
    for (let i = 1; i <= 10; i += 1) {
      run.player.setState("Ego", { xM: 299.5, yM: -1.75, zM: 0, headingRad: 0.1, pitchRad: 0, rollRad: 0, speedMps: 3, accelMps2: 0 });
      run.player.step(timeUs(i * STEP_US));
    }
    expect(run.player.state("Ego")).toMatchObject({ xM: 299.5, headingRad: expect.closeTo(0.1, 12), speedMps: 3 });
    expect(run.player.takeChanges().filter((c) => c.name === "E" && c.state === "running").map((c) => c.step)).toEqual([2]);
    expect(run.player.requestedSpeedMps("Ego")).toBeGreaterThan(10);
  });
  test("setting an actor that is not taken over is a broken assumption", () => {
    const run = play({});
    run.to(0);
    expect(() => run.player.setState("Ego", run.player.state("Ego"))).toThrow(/not driven from outside/);
  });
});

test("weather and time of day are told when their action runs", () => {
  const environment = '<GlobalAction><EnvironmentAction><Environment name="e"><TimeOfDay animation="true" dateTime="2026-03-01T07:30:00"/><Weather temperature="280"><Sun azimuth="1" elevation="0.5" illuminance="20000"/><Fog visualRange="300"/><Precipitation precipitationType="rain" precipitationIntensity="4"/></Weather><RoadCondition frictionScaleFactor="0.6" wetness="wetWithPuddles"/></Environment></EnvironmentAction></GlobalAction>';
  const run = play({ events: event("E", action("a", environment), trigger(atTime(1))) });
  run.to(0.5);
  expect(run.player.weather).toMatchObject({ rainMmph: 0, frictionScale: 1, timeOfDayS: undefined });
  run.to(11);
  expect(run.player.weather).toMatchObject({ rainMmph: 4, frictionScale: 0.6, fogVisibilityM: 300, wetnessRatio: 0.6, sunIlluminanceLux: 20000, temperatureK: 280, timeOfDayS: expect.closeTo(27010, 6) });
});

test("entities come and go by their actions", () => {
  const entity = (what: string): string => `<GlobalAction><EntityAction entityRef="Other">${what}</EntityAction></GlobalAction>`;
  const run = play({ entities: vehicle("Ego") + vehicle("Other"), init: init("Ego", -1, 50, 10), events: event("Add", action("a", entity(`<AddEntityAction>${atLane(-2, 90)}</AddEntityAction>`)), trigger(atTime(1))) + event("Del", action("d", entity("<DeleteEntityAction/>")), trigger(atTime(2))) });
  run.to(0.5);
  expect(run.player.actors.map((a) => a.name)).toEqual(["Ego"]);
  run.to(1.5);
  expect(run.player.actors.map((a) => a.name)).toEqual(["Ego", "Other"]);
  expect(run.player.state("Other").xM).toBe(90);
  run.to(2.5);
  expect(run.player.actors.map((a) => a.name)).toEqual(["Ego"]);
});

test("the same play twice gives the same bits", () => {
  const once = (): string => {
    const run = play({ entities: vehicle("Ego") + vehicle("Other"), init: init("Ego", -1, 50, 11.3) + init("Other", -2, 80, 9.7), events: event("E", action("a", laneChange("cubic", "distance", 37, lane(-2))), trigger(atTime(1))) });
    run.to(8);
    return JSON.stringify([run.player.state("Ego"), run.player.state("Other"), run.changes]);
  };
  expect(once()).toBe(once());
});
