import { describe, expect, test } from "vitest";
import type { ActorPlace } from "../types.ts";
import { createJudge, type Findings, type Seen } from "./judge.ts";

const ROAD = { id: "1" };
interface At {
  readonly name?: string;
  readonly x: number;
  readonly y?: number;
  readonly z?: number;
  readonly h?: number;
  readonly v?: number;
  readonly category?: string;
  readonly road?: { readonly id: string } | undefined;
  readonly s?: number;
  readonly t?: number;
  readonly hRel?: number;
}
/** A car 4 m long and 2 m wide whose centre is 1.4 m before its reference point. */
function car(at: At): Seen & { readonly state: { xM: number; yM: number; zM: number; headingRad: number; speedMps: number } } {
  const place: ActorPlace | undefined = at.s === undefined ? undefined : { road: "road" in at ? at.road : ROAD, lane: -1, sM: at.s, tM: at.t ?? 0, hRel: at.hRel ?? 0 };
  return {
    actor: { name: at.name ?? "Other", category: at.category ?? "car", box: { lengthM: 4, widthM: 2, heightM: 1.5, centreXM: 1.4, centreYM: 0, centreZM: 0.75 } },
    state: { xM: at.x, yM: at.y ?? 0, zM: at.z ?? 0, headingRad: at.h ?? 0, speedMps: at.v ?? 0 },
    place,
  };
}
function judged(ego: Seen, ...others: readonly Seen[]): Findings {
  const judge = createJudge();
  judge.cast(ego, others);
  judge.look(0);
  return judge.findings();
}

describe("contact", () => {
  const ego = car({ name: "Ego", x: 0, v: 10 });
  test("begins where the boxes meet: bumper to bumper 4 m from reference point to reference point", () => {
    expect(judged(ego, car({ x: 4.001 })).collision).toBeUndefined();
    expect(judged(ego, car({ x: 3.999, v: 4 })).collision).toEqual({ with: "Other", atUs: 0, relativeMps: 6 });
    expect(judged(ego, car({ x: 0, y: 2.001 })).collision).toBeUndefined();
    expect(judged(ego, car({ x: 0, y: 1.999 })).collision?.with).toBe("Other");
  });
  test("counts the corner of a box at an angle", () => {
    // Turned by 45 degrees about its reference point: the nearest corner lies 0.6 m behind and 1 m beside it, at (0.283, -1.131).
    const turned = (x: number, y: number): Seen => car({ x, y, h: Math.PI / 4 });
    expect(judged(ego, turned(3.4, 2.2)).collision).toBeUndefined();
    expect(judged(ego, turned(3.0, 2.0)).collision?.with).toBe("Other");
  });
  test("is none on a bridge above", () => {
    expect(judged(ego, car({ x: 1, z: 5 })).collision).toBeUndefined();
  });
  test("of the trailer that hangs on from the start is none, until it has come off", () => {
    const judge = createJudge();
    const trailer = car({ x: -3.5, category: "trailer" });
    judge.cast(ego, [trailer]);
    judge.look(0);
    expect(judge.findings().collision).toBeUndefined();
    trailer.state.xM = -20;
    judge.look(10);
    trailer.state.xM = -3.5;
    judge.look(20);
    expect(judge.findings().collision).toMatchObject({ with: "Other", atUs: 20 });
  });
  test("is told once, the first", () => {
    const judge = createJudge();
    const other = car({ x: 3 });
    judge.cast(ego, [other, car({ name: "Third", x: 2 })]);
    judge.look(10);
    judge.look(20);
    expect(judge.findings().collision).toMatchObject({ with: "Other", atUs: 10 });
    expect(judge.findings().ttc).toMatchObject({ valueS: 0 });
  });
});

describe("gaps along a road", () => {
  test("are those of s, whatever the bend does to x and y", () => {
    // 50 m along the road, 46 m free; in space it lies far to the side.
    const found = judged(car({ name: "Ego", x: 0, s: 100, v: 20 }), car({ x: 30, y: 35, h: 1.2, s: 150, v: 10 }));
    expect(found.ttc?.valueS).toBeCloseTo(4.6, 9);
    expect(found.thw?.valueS).toBeCloseTo(2.3, 9);
  });
  test("count towards smaller s for who drives that way", () => {
    const ego = car({ name: "Ego", x: 0, s: 100, v: 20, hRel: Math.PI });
    expect(judged(ego, car({ x: 0, s: 50, hRel: Math.PI })).thw?.valueS).toBeCloseTo(46 / 20, 9);
    expect(judged(ego, car({ x: 0, s: 150, hRel: Math.PI })).thw).toBeUndefined();
  });
  test("to oncoming traffic close with both speeds", () => {
    const found = judged(car({ name: "Ego", x: 0, s: 100, v: 20 }), car({ x: 60, s: 160, v: 10, hRel: Math.PI }));
    // Its front lies 3.4 m before its reference point, towards ego: 60 - 3.4 - 3.4 are free.
    expect(found.ttc?.valueS).toBeCloseTo(53.2 / 30, 9);
  });
  test("are none to the next lane, behind, or when nothing closes", () => {
    const ego = car({ name: "Ego", x: 0, s: 100, v: 20 });
    expect(judged(ego, car({ x: 50, s: 150, t: 3.5 })).thw).toBeUndefined();
    expect(judged(ego, car({ x: -50, s: 50 })).thw).toBeUndefined();
    expect(judged(ego, car({ x: 50, s: 150, v: 25 })).ttc).toBeUndefined();
  });
});

describe("gaps between roads", () => {
  const ego = car({ name: "Ego", x: 0, s: 100, v: 20 });
  test("are looked for straight ahead, up to 150 m", () => {
    expect(judged(ego, car({ x: 100, s: 3, road: { id: "2" } })).thw?.valueS).toBeCloseTo(96 / 20, 9);
    expect(judged(ego, car({ x: 151, s: 3, road: { id: "2" } })).thw).toBeUndefined();
    expect(judged(ego, car({ x: 100, y: 2.1, s: 3, road: { id: "2" } })).thw).toBeUndefined();
  });
  test("do without any road", () => {
    expect(judged(car({ name: "Ego", x: 0, h: Math.PI / 2, v: 10 }), car({ x: 0, y: 24, h: Math.PI / 2 })).thw?.valueS).toBeCloseTo(2, 9);
  });
});

test("the smallest value and its first moment are kept", () => {
  const judge = createJudge();
  const other = car({ x: 44, s: 44 });
  const ego = car({ name: "Ego", x: 0, s: 0, v: 10 });
  judge.cast(ego, [other]);
  judge.look(0);
  judge.look(10);
  expect(judge.findings().thw).toEqual({ valueS: 4, atUs: 0, actor: "Other" });
});

test("without an ego nothing is judged", () => {
  const judge = createJudge();
  judge.cast(undefined, [car({ x: 0 })]);
  judge.look(0);
  expect(judge.findings()).toEqual({ collision: undefined, ttc: undefined, thw: undefined });
});
