import { describe, expect, test } from "vitest";
import { action, atTime, command, event, onState, play, speed, straightMap, trigger, vehicle } from "../test-files.ts";
import { at, byEntity, byValue } from "./test-conditions.ts";

const quiet = action("a", command("other.tool", "x"));
/** Step at which a condition starts its event; undefined: never within 10 s. */
function fires(condition: string, parts: { init: string; entities?: string; head?: string; events?: string }): number | undefined {
  const p = play({ entities: parts.entities ?? vehicle("Ego") + vehicle("Other"), init: parts.init, ...(parts.head === undefined ? {} : { head: parts.head }), events: event("E", quiet, trigger(condition)) + (parts.events ?? "") });
  p.to(10);
  return p.steps("E", "running")[0];
}
const two = (x: number, y: number, h: number, v: number): string => at("Ego", 100, -1.75, 0, 10) + at("Other", x, y, h, v);
/** Step of the evaluation at `s` seconds. */
const step = (s: number): number => Math.round(s * 100) + 1;

describe("distances (ego at 10 m/s from x = 100; boxes 4 m long, 2 m wide, centre 1.4 m ahead)", () => {
  const relative = (type: string, system: string, free: boolean, value: number, rule = "lessThan"): string => byEntity("Ego", `<RelativeDistanceCondition entityRef="Other" relativeDistanceType="${type}" coordinateSystem="${system}" freespace="${free}" value="${value}" rule="${rule}"/>`);
  test.each([
    // Standing at x = 150, one lane to the left: 50 m ahead, 3.5 m aside.
    ["longitudinal", "entity", false, 20.005, 3],
    ["longitudinal", "entity", true, 20.005, 2.6],
    ["longitudinal", "road", false, 20.005, 3],
    ["longitudinal", "road", true, 20.005, 2.6],
    ["longitudinal", "lane", false, 20.005, 3],
    ["longitudinal", "world", false, 20.005, 3],
    ["longitudinal", "world", true, 20.005, 2.6],
    ["euclidianDistance", "entity", false, Math.sqrt(20 * 20 + 3.5 * 3.5) + 0.005, 3],
    ["euclidianDistance", "entity", true, Math.sqrt(20 * 20 + 1.5 * 1.5) + 0.005, 2.6],
  ])("%s, %s, freespace %s, below %d at %d s", (type, system, free, value, s) => expect(fires(relative(type, system, free, value), { init: two(150, 1.75, 0, 0) })).toBe(step(s)));
  test("lateral: from centre to centre, and between the sides", () => {
    for (const [free, value] of [[false, 3.5], [true, 1.5]] as const) {
      for (const system of ["entity", "road", "world"]) {
        expect(fires(relative("lateral", system, free, value - 0.01, "greaterThan"), { init: two(150, 1.75, 0, 0) }), `${system} ${free}`).toBe(step(0));
        expect(fires(relative("lateral", system, free, value + 0.01, "greaterThan"), { init: two(150, 1.75, 0, 0) }), `${system} ${free}`).toBeUndefined();
      }
    }
  });
  test("the world's axes do not turn with the entity", () => {
    const turned = at("Ego", 100, 0, Math.PI / 2, 0) + at("Other", 120, 5, 0, 0);
    expect(fires(relative("longitudinal", "world", false, 20.01), { init: turned })).toBe(step(0));
    expect(fires(relative("longitudinal", "entity", false, 5.01), { init: turned })).toBe(step(0));
    expect(fires(relative("longitudinal", "entity", false, 4.99), { init: turned })).toBeUndefined();
  });
  test("a vehicle and its trailers are one body", () => {
    const trailer = '<ScenarioObject name="Box"><Vehicle name="t" vehicleCategory="trailer"><BoundingBox><Center x="0" y="0" z="1"/><Dimensions width="2" length="6" height="2"/></BoundingBox><Performance maxSpeed="70" maxAcceleration="10" maxDeceleration="10"/><Axles><RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="0" positionZ="0.3"/></Axles><TrailerCoupler dx="5"/><Properties/></Vehicle></ScenarioObject>';
    const truck = vehicle("Other").replace("</Axles>", '</Axles><TrailerHitch dx="-1"/><Trailer><TrailerRef entityRef="Box"/></Trailer>');
    // The truck's rear is at 149.4 m, its trailer's at 150 - 1 - 5 - 3 = 141 m; the ego's front is at 103.4 m.
    const init = two(150, -1.75, 0, 0);
    expect(fires(relative("longitudinal", "entity", true, 20.005), { entities: vehicle("Ego") + truck + trailer, init })).toBe(step(1.76));
    expect(fires(relative("longitudinal", "road", true, 20.005), { entities: vehicle("Ego") + truck + trailer, init })).toBe(step(1.76));
  });
  test("to a place: straight, along the road, and from the nearer end of the vehicle", () => {
    const to = (system: string, free: boolean): string => byEntity("Ego", `<DistanceCondition relativeDistanceType="longitudinal" coordinateSystem="${system}" freespace="${free}" value="10.005" rule="lessThan"><Position><LanePosition roadId="1" laneId="-2" s="150"/></Position></DistanceCondition>`);
    for (const system of ["entity", "road", "world"]) expect([fires(to(system, false), { init: two(900, 1.75, 0, 0) }), fires(to(system, true), { init: two(900, 1.75, 0, 0) })], system).toEqual([step(4), step(3.66)]);
  });
});

describe("times", () => {
  const ttc = (target: string, value: number): string => byEntity("Ego", `<TimeToCollisionCondition freespace="false" coordinateSystem="entity" relativeDistanceType="longitudinal" value="${value}" rule="lessThan"><TimeToCollisionConditionTarget>${target}</TimeToCollisionConditionTarget></TimeToCollisionCondition>`);
  test("time to collision with one driving ahead is the gap over the closing speed", () => expect(fires(ttc('<EntityRef entityRef="Other"/>', 4.0005), { init: two(150, -1.75, 0, 4) })).toBe(step((50 - 24) / 6 + 0.0067)));
  test("with one that draws away there is none, once there are velocities: before the first step nobody has moved", () => {
    expect(fires(ttc('<EntityRef entityRef="Other"/>', 100) + atTime(0.01), { init: two(150, -1.75, 0, 12) })).toBeUndefined();
    expect(fires(ttc('<EntityRef entityRef="Other"/>', 100), { init: two(150, -1.75, 0, 12) })).toBe(step(0));
  });
  test("with a place it is the distance over the own speed", () => expect(fires(ttc('<Position><WorldPosition x="150" y="-1.75"/></Position>', 2.0005), { init: two(900, -1.75, 0, 0) })).toBe(step(3)));
  test("time headway is the distance over the own speed, and none to what lies behind", () => {
    const headway = byEntity("Ego", '<TimeHeadwayCondition entityRef="Other" freespace="false" coordinateSystem="road" relativeDistanceType="longitudinal" value="3.0005" rule="lessThan"/>');
    expect(fires(headway, { init: two(150, -1.75, 0, 0) })).toBe(step(2));
    expect(fires(headway, { init: two(50, -1.75, 0, 0) })).toBeUndefined();
  });
  test("alongRoute of 1.0 stands for road coordinates and leaves the kind of distance as it is", () => {
    const old = byEntity("Ego", '<RelativeDistanceCondition entityRef="Other" relativeDistanceType="cartesianDistance" freespace="false" value="20.005" rule="lessThan"/>');
    expect(fires(old, { init: two(150, -1.75, 0, 0) })).toBe(step(3));
    const headway = byEntity("Ego", `<TimeHeadwayCondition entityRef="Other" freespace="false" alongRoute="true" value="${(Math.sqrt(20 * 20 + 3.5 * 3.5) + 0.005) / 10}" rule="lessThan"/>`);
    expect(fires(headway, { init: two(150, 1.75, 0, 0) })).toBe(step(3));
  });
  test("a time of day is reached on the simulated clock", () => {
    const environment = (animate: boolean): string => event("Env", action("v", `<GlobalAction><EnvironmentAction><Environment name="e"><TimeOfDay animation="${animate}" dateTime="2026-03-01T07:30:00"/></Environment></EnvironmentAction></GlobalAction>`), trigger(atTime(1)));
    const noon = byValue('<TimeOfDayCondition dateTime="2026-03-01T07:30:04" rule="greaterOrEqual"/>');
    const clock = fires(noon, { init: two(150, 1.75, 0, 0), events: environment(true) });
    expect(clock).toBeGreaterThanOrEqual(step(5));
    expect(clock).toBeLessThanOrEqual(step(5) + 1);
    expect(fires(noon, { init: two(150, 1.75, 0, 0), events: environment(false) })).toBeUndefined();
  });
});

describe("angles", () => {
  const angle = (system: string, value: number): string => byEntity("Ego", `<AngleCondition angleType="heading" coordinateSystem="${system}" angle="${value}" angleTolerance="0.01"/>`);
  const relative = (system: string, value: number): string => byEntity("Ego", `<RelativeAngleCondition entityRef="Other" angleType="heading" coordinateSystem="${system}" angle="${value}" angleTolerance="0.01"/>`);
  // On a left lane, looking 0.2 rad off the driving direction, which is that of -x.
  const init = at("Ego", 100, 1.75, Math.PI + 0.2, 0) + at("Other", 150, -1.75, 0.1, 0);
  test.each([["world", -Math.PI + 0.2], ["road", Math.PI + 0.2], ["lane", 0.2]])("heading in %s coordinates is %d", (system, value) => {
    expect(fires(angle(system, value), { init })).toBe(step(0));
    expect(fires(angle(system, value + 0.05), { init })).toBeUndefined();
  });
  test.each([["world", Math.PI + 0.1], ["entity", Math.PI + 0.1], ["lane", 0.1]])("the angle to another, in %s coordinates, is %d", (system, value) => {
    expect(fires(relative(system, value), { init })).toBe(step(0));
    expect(fires(relative(system, value + 0.05), { init })).toBeUndefined();
  });
});

describe("speeds and positions", () => {
  test("relative speed is the own less the other's; along a direction, its component", () => {
    const relative = (direction: string, value: number): string => byEntity("Ego", `<RelativeSpeedCondition entityRef="Other" ${direction} value="${value}" rule="equalTo"/>`);
    const init = two(300, 1.75, Math.PI, 7);
    expect(fires(relative("", 3), { init })).toBe(step(0));
    // Seen along the other's axis the ego comes towards it: -10 - 7.
    expect(fires(relative('direction="longitudinal"', -17), { init })).toBe(step(0));
  });
  test("a place with an orientation is reached only by who looks that way", () => {
    const reach = (orientation: string): string => byEntity("Ego", `<ReachPositionCondition tolerance="1"><Position><LanePosition roadId="1" laneId="-1" s="130">${orientation}</LanePosition></Position></ReachPositionCondition>`);
    const init = two(900, 1.75, 0, 0);
    expect(fires(reach(""), { init })).toBe(step(2.91));
    expect(fires(reach('<Orientation type="relative" h="0.04"/>'), { init })).toBe(step(2.91));
    expect(fires(reach('<Orientation type="relative" h="0.06"/>'), { init })).toBeUndefined();
  });
  test("relative clearance: free until somebody is in the named lanes and distances", () => {
    const clear = (range: string, opposite: boolean): string => byEntity("Ego", `<RelativeClearanceCondition freeSpace="false" oppositeLanes="${opposite}" distanceForward="30.005" distanceBackward="5">${range}</RelativeClearanceCondition>`, "falling");
    // Other stands in the lane to the right, 50 m ahead: within 30 m from 2 s on.
    const init = two(150, -5.25, 0, 0);
    expect(fires(clear('<RelativeLaneRange from="-1" to="-1"/>', false), { init })).toBe(step(2));
    expect(fires(clear('<RelativeLaneRange from="0" to="0"/>', false), { init })).toBeUndefined();
  });
});

describe("storyboard and signals", () => {
  test("who waits for a skip hears of it", () => {
    const long = speed(20, "linear", "time", 5);
    const p = play({ events: event("First", action("a", long), trigger(atTime(1))) + event("Second", quiet, trigger(atTime(2)), 'priority="skip"') + event("Third", quiet, trigger(onState("event", "Second", "skipTransition"))) });
    p.to(4);
    expect(p.steps("Third", "running")).toEqual([step(2)]);
  });
  const signals = `<TrafficSignals>${["A", "B"].map((name) => `<TrafficSignalController name="${name}"${name === "B" ? ' delay="1.5" reference="A"' : ""}>${["go", "stop"].map((phase, i) => `<Phase name="${phase}" duration="${2 + i}"><TrafficSignalState trafficSignalId="${name}1" state="${phase}"/></Phase>`).join("")}</TrafficSignalController>`).join("")}</TrafficSignals>`;
  const signal = (id: string): string => `<signal id="${id}" name="${id}" s="50" t="-8" dynamic="yes" orientation="+" zOffset="3" country="OpenDRIVE" type="1000001" subtype="-1" value="-1" height="1" width="0.4"/>`;
  const map = straightMap().replace("</lanes></road>", `</lanes><signals>${signal("A1")}${signal("B1")}</signals></road>`);
  test("controllers run through their phases, the second its delay after the first; an action jumps", () => {
    const phase = (name: string, value: string): string => byValue(`<TrafficSignalControllerCondition trafficSignalControllerRef="${name}" phase="${value}"/>`, "rising");
    const jump = event("Jump", action("j", '<GlobalAction><InfrastructureAction><TrafficSignalAction><TrafficSignalControllerAction trafficSignalControllerRef="A" phase="stop"/></TrafficSignalAction></InfrastructureAction></GlobalAction>'), trigger(atTime(6)));
    const events = event("A1", quiet, trigger(phase("A", "stop")), 'maximumExecutionCount="3"') + event("B1", quiet, trigger(phase("B", "go")), 'maximumExecutionCount="3"') + jump;
    const p = play({ events, roads: signals }, { "map.xodr": map });
    p.to(9.9);
    // A: go 0-2, stop 2-5, go 5-6, then set to stop 6-9. B begins 1.5 s after A: go 1.5-3.5, stop to 6.5, go.
    expect(p.steps("A1", "running")).toEqual([step(2), step(6) + 1]);
    expect(p.steps("B1", "running")).toEqual([step(1.5), step(6.5)]);
  });
});
