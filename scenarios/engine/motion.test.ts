import { describe, expect, test } from "vitest";
import { action, atTime, event, play, speed, trigger, vehicle, type Play } from "../test-files.ts";
import { at, lateral, longitudinal, routing } from "./test-conditions.ts";

const vertex = (x: number, y: number, time?: number, h?: number): string => `<Vertex${time === undefined ? "" : ` time="${time}"`}><Position><WorldPosition x="${x}" y="${y}"${h === undefined ? "" : ` h="${h}"`}/></Position></Vertex>`;
const follow = (shape: string, timing: string, mode: string, offset = 0): string =>
  routing(`<FollowTrajectoryAction initialDistanceOffset="${offset}"><TrajectoryRef><Trajectory name="w" closed="false"><Shape>${shape}</Shape></Trajectory></TrajectoryRef><TimeReference>${timing}</TimeReference><TrajectoryFollowingMode followingMode="${mode}"/></FollowTrajectoryAction>`);
const timing = (domain: string, scale: number, offset: number): string => `<Timing domainAbsoluteRelative="${domain}" scale="${scale}" offset="${offset}"/>`;
const run = (inside: string, start = 1, init = at("Ego", 100, -1.75, 0, 10), entities = vehicle("Ego")): Play => play({ entities, init, events: event("E", action("a", inside), trigger(atTime(start))) });
const ego = (p: Play, s: number, name = "Ego"): { readonly xM: number; readonly yM: number; readonly headingRad: number; readonly speedMps: number } => {
  p.to(s);
  return { ...p.player.state(name) };
};

describe("trajectories", () => {
  const line = `<Polyline>${vertex(200, 5, 0)}${vertex(240, 5, 2)}${vertex(260, 5, 4)}</Polyline>`;
  test("relative times count from the action's start, scaled and offset", () => {
    for (const [scale, offset, after, x] of [[1, 0, 1, 220], [1, 0, 3, 250], [2, 0, 0.5, 220], [1, 1, 1, 240]] as const) expect(ego(run(follow(line, timing("relative", scale, offset), "position")), 1 + after).xM, `${scale} ${offset} ${after}`).toBeCloseTo(x, 6);
  });
  test("absolute times are the simulation's", () => expect(ego(run(follow(line, timing("absolute", 1, 0), "position")), 1.5).xM).toBeCloseTo(230, 6));
  test("without times the entity keeps its own speed", () => expect(ego(run(follow(line, "<None/>", "position")), 2)).toMatchObject({ xM: expect.closeTo(210, 6), speedMps: 10 }));
  test("following mode position has each segment's speed; follow starts from the entity's own and is on time", () => {
    expect(ego(run(follow(line, timing("relative", 1, 0), "position")), 2).speedMps).toBeCloseTo(20, 6);
    const p = run(follow(line, timing("relative", 1, 0), "follow"));
    // 40 m in 2 s from 10 m/s: 10 m/s² up to 30 m/s; 10 m in the first second are 15.
    expect(ego(p, 2)).toMatchObject({ xM: expect.closeTo(215, 4) });
    expect(ego(p, 3).xM).toBeCloseTo(240, 4);
  });
  test("an initial offset starts further on", () => expect(ego(run(follow(line, "<None/>", "position", 30)), 1.01).xM).toBeCloseTo(230.1, 6));
  test("headings turn within 2 m of a corner, or (follow) over the whole segment", () => {
    const corner = `<Polyline>${vertex(200, 0)}${vertex(220, 0)}${vertex(220, 30)}</Polyline>`;
    expect(ego(run(follow(corner, "<None/>", "position")), 2.5).headingRad).toBeCloseTo(0, 9);
    expect(ego(run(follow(corner, "<None/>", "position")), 3).headingRad).toBeCloseTo(Math.PI / 4, 2);
    expect(ego(run(follow(corner, "<None/>", "follow")), 2).headingRad).toBeCloseTo(Math.PI / 4, 2);
  });
  test("a clothoid follows its curve: heading is the integral of the curvature", () => {
    const clothoid = '<Clothoid curvature="0.01" curvaturePrime="0.001" length="60" startTime="0" stopTime="0"><Position><WorldPosition x="200" y="0" h="0"/></Position></Clothoid>';
    expect(ego(run(follow(clothoid, "<None/>", "position")), 3).headingRad).toBeCloseTo(0.01 * 20 + 0.5 * 0.001 * 400, 6);
  });
  test("a clothoid spline goes on where its segment ends, exactly, also at no whole number of metres", () => {
    const spline = '<ClothoidSpline><ClothoidSplineSegment curvatureStart="0" curvatureEnd="0" length="10.4"><PositionStart><WorldPosition x="200" y="0" h="0"/></PositionStart></ClothoidSplineSegment><ClothoidSplineSegment curvatureStart="0.05" curvatureEnd="0.05" length="20.3"/></ClothoidSpline>';
    const s = ego(run(follow(spline, "<None/>", "position")), 1 + 3);
    expect(s.headingRad).toBeCloseTo(0.05 * 19.6, 6);
    expect([s.xM, s.yM]).toEqual([expect.closeTo(210.4 + 20 * Math.sin(0.98), 4), expect.closeTo(20 * (1 - Math.cos(0.98)), 4)]);
  });
  test("a NURBS with equal weights of second order is its control polygon; stated angles are mixed like places", () => {
    const point = (x: number, h: number): string => `<ControlPoint weight="1"><Position><WorldPosition x="${x}" y="0" z="1" h="${h}"/></Position></ControlPoint>`;
    const nurbs = `<Nurbs order="2">${point(200, 0.2)}${point(220, 0.6)}${point(240, 0.6)}<Knot value="0"/><Knot value="0"/><Knot value="1"/><Knot value="2"/><Knot value="2"/></Nurbs>`;
    expect(ego(run(follow(nurbs, "<None/>", "position")), 2)).toMatchObject({ xM: expect.closeTo(210, 2), headingRad: expect.closeTo(0.4, 2) });
  });
});

describe("speed transitions of 8 m/s: halfway value and end", () => {
  const half = { linear: 4, sinusoidal: 4, cubic: 4, step: 8 };
  test.each((["linear", "sinusoidal", "cubic", "step"] as const).flatMap((shape) => (["time", "distance", "rate"] as const).map((dimension) => [shape, dimension] as const)))("%s by %s", (shape, dimension) => {
    // Rate is the peak: π/2 and 3/2 of the mean for sinusoidal and cubic. 14 m/s on average.
    const seconds = 4;
    const value = { time: seconds, distance: 14 * seconds, rate: { linear: 1, sinusoidal: Math.PI / 2, cubic: 1.5, step: 1 }[shape] * (8 / seconds) }[dimension];
    const p = run(speed(18, shape, dimension, value));
    expect(ego(p, 1 + seconds / 2).speedMps).toBeCloseTo(10 + half[shape], 6);
    expect(ego(p, 1 + seconds + 0.02).speedMps).toBeCloseTo(18, 6);
  });
});

describe("lateral distance to one standing on the same lane", () => {
  const keep = (more: string, inside = "", system = "road"): string => lateral(`<LateralDistanceAction entityRef="Other" continuous="false" coordinateSystem="${system}" ${more}>${inside}</LateralDistanceAction>`);
  const two = at("Ego", 100, -1.75, 0, 10) + at("Other", 200, -1.75, 0, 0);
  const entities = vehicle("Ego") + vehicle("Other");
  test.each([["leftToReferencedEntity", false, 1, -0.75], ["rightToReferencedEntity", false, 1, -2.75], ["leftToReferencedEntity", true, 1, 1.25], ["any", false, 1, -0.75]])("%s, freespace %s: at once without limits", (displacement, free, distance, y) => {
    for (const system of ["road", "entity"]) expect(ego(run(keep(`displacement="${displacement}" freespace="${free}" distance="${distance}"`, "", system), 1, two, entities), 1.1).yM, system).toBeCloseTo(y, 9);
  });
  test("with a top speed sideways, and no further than asked", () => {
    const p = run(keep('displacement="leftToReferencedEntity" freespace="false" distance="1"', '<DynamicConstraints maxSpeed="2"/>'), 1, two, entities);
    expect(ego(p, 1.26).yM).toBeCloseTo(-1.25, 4);
    expect(ego(p, 2).yM).toBeCloseTo(-0.75, 6);
    expect(p.steps("E", "complete")[0]).toBeLessThanOrEqual(154);
  });
  test("with a limit on the acceleration it swings in without passing the line", () => {
    for (const system of ["road", "entity"]) {
      const p = run(keep('displacement="leftToReferencedEntity" freespace="false" distance="1"', '<DynamicConstraints maxAcceleration="2"/>', system), 1, two, entities);
      let last = -1.75;
      for (let s = 1; s < 9; s += 0.1) {
        const { yM } = ego(p, s);
        expect(yM, `${system} ${s}`).toBeGreaterThanOrEqual(last - 1e-9);
        expect(yM).toBeLessThanOrEqual(-0.74);
        last = yM;
      }
      expect(last, system).toBeCloseTo(-0.75, 1);
    }
  });
});

describe("synchronize", () => {
  const sync = (final: string): string => `<PrivateAction><SynchronizeAction masterEntityRef="Other" targetTolerance="0.1" targetToleranceMaster="0.1"><TargetPositionMaster><LanePosition roadId="1" laneId="-2" s="300"/></TargetPositionMaster><TargetPosition><LanePosition roadId="1" laneId="-1" s="250"/></TargetPosition>${final}</SynchronizeAction></PrivateAction>`;
  const two = at("Ego", 100, -1.75, 0, 10) + at("Other", 100, -5.25, 0, 20);
  const entities = vehicle("Ego") + vehicle("Other");
  const arrival = (final: string): Play => {
    const p = run(sync(final), 0.01, two, entities);
    p.to(9.99);
    return p;
  };
  test("both are there at the same time", () => expect(arrival("").player.state("Ego").xM).toBeCloseTo(250, 0));
  test.each([["<FinalSpeed><AbsoluteSpeed value=\"15\"/></FinalSpeed>", 15], ['<FinalSpeed><RelativeSpeedToMaster value="-5" speedTargetValueType="delta"/></FinalSpeed>', 15], ['<FinalSpeed><RelativeSpeedToMaster value="0.8" speedTargetValueType="factor"/></FinalSpeed>', 16]])("%s", (final, mps) => {
    const { xM, speedMps } = arrival(final).player.state("Ego");
    expect(xM).toBeCloseTo(250, 0);
    expect(speedMps).toBeCloseTo(mps, 0);
  });
  test("a steady state holds the final speed over its last stretch", () => {
    const p = run(sync('<FinalSpeed><AbsoluteSpeed value="15"><TargetTimeSteadyState time="2"/></AbsoluteSpeed></FinalSpeed>'), 0.01, two, entities);
    expect(ego(p, 8.5).speedMps).toBeCloseTo(15, 1);
    expect(ego(p, 9.98)).toMatchObject({ speedMps: expect.closeTo(15, 1), xM: expect.closeTo(250, 0) });
  });
});

test("a speed profile keeps to the limits it names, arriving later if need be", () => {
  const profile = longitudinal('<SpeedProfileAction followingMode="position"><DynamicConstraints maxAcceleration="2" maxDeceleration="4"/><SpeedProfileEntry speed="20" time="1"/><SpeedProfileEntry speed="12" time="4"/></SpeedProfileAction>');
  const p = run(profile);
  // 10 m/s at 2 m/s² take 5 s instead of 1; then 8 m/s in 4 s.
  expect(ego(p, 3.5).speedMps).toBeCloseTo(15, 1);
  expect(ego(p, 6).speedMps).toBeCloseTo(20, 1);
  expect(ego(p, 8).speedMps).toBeCloseTo(16, 1);
  expect(ego(p, 10.1).speedMps).toBeCloseTo(12, 6);
});

test("lights take their transition time; one that flashes goes on until another takes the lamp", () => {
  const light = (name: string, mode: string, s: number): string => `<PrivateAction><AppearanceAction><LightStateAction transitionTime="${s}"><LightType><VehicleLight vehicleLightType="${name}"/></LightType><LightState mode="${mode}"/></LightStateAction></AppearanceAction></PrivateAction>`;
  const p = play({ events: event("On", action("on", light("lowBeam", "on", 0.5)), trigger(atTime(1))) + event("Left", action("left", light("indicatorLeft", "flashing", 0)), trigger(atTime(1))) + event("Warn", action("warn", light("warningLights", "on", 0)), trigger(atTime(3))) + event("High", action("high", light("highBeam", "on", 0)), trigger(atTime(1.2))) });
  p.to(5);
  expect([p.steps("on", "complete"), p.steps("left", "complete"), p.steps("warn", "complete"), p.steps("high", "complete")]).toEqual([[151], [301], [301], [121]]);
});

test("a vehicle led by a point ahead of its rear axle is drawn like a cart", () => {
  const car = vehicle("Ego").replace("<Properties/>", '<Properties><Property name="refpoint_x_offset" value="3"/></Properties>');
  const bend = `<Polyline>${vertex(200, 0)}${vertex(200.001, 0)}${vertex(200.001, 100)}</Polyline>`;
  const p = run(follow(bend, "<None/>", "position"), 1, at("Ego", 200, 0, 0, 1), car);
  // A cart of length 3 led at a right angle: tan(φ / 2) = tan(π / 4) exp(-d / 3), φ the angle between it and the way.
  const { headingRad } = ego(p, 7);
  expect(Math.PI / 2 - headingRad).toBeCloseTo(2 * Math.atan(Math.exp(-6 / 3)), 1);
  expect(p.player.actors[0]?.box.centreXM).toBeCloseTo(1.4 - 3, 12);
});
