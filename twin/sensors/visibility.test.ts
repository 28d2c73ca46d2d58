import { describe, expect, it } from "vitest";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { body } from "./test-sensors.ts";
import type { VisibleBody } from "./types.ts";
import { CANDIDATES_MAX, createViewer, type SensorPose, VISIBLE_SHARE } from "./visibility.ts";

const pose = (yawRad = 0, over: Partial<SensorPose> = {}): SensorPose => ({ xM: 0, yM: 0, zM: 1.5, cosYaw: cos(yawRad), sinYaw: sin(yawRad), ...over });
const ALL_ROUND = 7;

function seen(near: readonly VisibleBody[], options: { fovRad?: number; rangeM?: number; pose?: SensorPose } = {}): readonly string[] {
  const viewer = createViewer();
  viewer.look(options.pose ?? pose(), options.rangeM ?? 100, options.fovRad ?? ALL_ROUND, near);
  return viewer.sightings.slice(0, viewer.count).filter((s) => s.visible).map((s) => s.body.id);
}

describe("range and field of view", () => {
  it("range counts to the nearest point of the box", () => {
    expect(seen([body("in", 101.9, 0), body("out", -102.1, 0)])).toEqual(["in"]);
    expect(seen([body("turned", 0, 101.9, { yawRad: Math.PI / 2 })])).toEqual(["turned"]);
  });

  it("nearest comes first", () => {
    expect(seen([body("far", 50, 0), body("near", -10, 0), body("mid", 0, 30)])).toEqual(["near", "mid", "far"]);
  });

  it("an object shows until less than its share is inside the edge of the field of view", () => {
    const fovRad = Math.PI / 2;
    // A small square far away on the edge at 45°, moved across it.
    const across = (shiftM: number): boolean => {
      const d = 50 / Math.sqrt(2);
      const s = shiftM / Math.sqrt(2);
      return seen([body("b", d - s, d + s, { lengthM: 2, widthM: 2, yawRad: Math.PI / 4 })], { fovRad }).length === 1;
    };
    expect(across(0)).toBe(true);
    expect(across(-2)).toBe(true);
    expect(across(2)).toBe(false);
    const limitM = 1 - 2 * VISIBLE_SHARE;
    expect(across(limitM - 0.02)).toBe(true);
    expect(across(limitM + 0.02)).toBe(false);
  });

  it("a sensor that looks back sees across the seam of angles, whichever way", () => {
    const rear = pose(Math.PI);
    for (const y of [-2, -0.5, 0, 0.5, 2]) {
      expect(seen([body("behind", -20, y), body("ahead", 20, y)], { pose: rear, fovRad: 1 })).toEqual(["behind"]);
      expect(seen([body("behind", -20, y)], { fovRad: 6.2831 })).toEqual(["behind"]);
      expect(seen([body("behind", -20, y)], { fovRad: 5 })).toEqual([]);
    }
  });

  it("something large close by that fills a narrow view is seen", () => {
    expect(seen([body("bus", 3, 0, { lengthM: 2.5, widthM: 12 })], { fovRad: 0.8 })).toEqual(["bus"]);
  });

  it("a sensor inside a box sees it, and past it", () => {
    expect(seen([body("around", 0, 0), body("ahead", 20, 0)])).toEqual(["around", "ahead"]);
  });

  it("keeps the nearest when there are more than it can handle", () => {
    const ring = Array.from({ length: CANDIDATES_MAX + 20 }, (_, i) => body(`b${i}`, 95 * cos(i * 0.07) * (1 - i / 1000), 95 * sin(i * 0.07) * (1 - i / 1000), { lengthM: 0.1, widthM: 0.1 }));
    const names = seen(ring);
    expect(names).toHaveLength(CANDIDATES_MAX);
    expect(names[0]).toBe(`b${CANDIDATES_MAX + 19}`);
    expect(names).not.toContain("b19");
  });
});

describe("occlusion", () => {
  it("a car behind a van is hidden, beside it is not", () => {
    const van = body("van", 15, 0, { heightM: 2.5, widthM: 2.2 });
    expect(seen([van, body("behind", 40, 0)])).toEqual(["van"]);
    expect(seen([van, body("beside", 40, 12)])).toEqual(["van", "beside"]);
    expect(seen([body("behind", 40, 0)])).toEqual(["behind"]);
  });

  it("a wall hides what shows less than the stated share past its end", () => {
    // Wall from y = -50 to its end at y = 0 in the line x = 10; a thin target at x = 20 shows the part with y > 0.
    const wall = body("wall", 10, -25, { lengthM: 0.01, widthM: 50, heightM: 4 });
    const shows = (centreY: number): boolean => seen([wall, body("target", 20, centreY, { lengthM: 0.01, widthM: 2 })]).includes("target");
    const limitY = 2 * VISIBLE_SHARE - 1;
    expect(shows(limitY + 0.03)).toBe(true);
    expect(shows(limitY - 0.03)).toBe(false);
  });

  it("two cars hide together what neither hides alone", () => {
    const left = body("left", 10, 0.9, { widthM: 1.8, heightM: 2 });
    const right = body("right", 10.5, -0.9, { widthM: 1.8, heightM: 2 });
    const target = body("target", 30, 0, { widthM: 5 });
    expect(seen([left, target])).toContain("target");
    expect(seen([right, target])).toContain("target");
    expect(seen([left, right, target])).not.toContain("target");
  });

  it("hides across the seam of angles too", () => {
    const van = body("van", -15, 0.3, { heightM: 2.5, widthM: 2.2 });
    expect(seen([van, body("behind", -40, 0.5)])).toEqual(["van"]);
    expect(seen([van, body("behind", -40, 0.5)], { pose: pose(Math.PI), fovRad: 2 })).toEqual(["van"]);
    // One of the two lies across the seam, the other just beside it, on either side.
    for (const side of [1, -1]) {
      expect(seen([body("van", -15, 0, { heightM: 2.5, widthM: 2.2 }), body("behind", -40, side * 1.2)])).toEqual(["van"]);
      expect(seen([body("van", -15, side * 0.52, { heightM: 2.5, widthM: 1 }), body("behind", -40, side * 0.75)])).toEqual(["van"]);
    }
  });

  it("what rises above a nearer box is seen over it; a high sensor looks over cars", () => {
    const car = body("car", 15, 0, { heightM: 1.5 });
    expect(seen([car, body("bus", 40, 0, { heightM: 3.2 })])).toEqual(["car", "bus"]);
    expect(seen([car, body("person", 20, 0, { heightM: 1.75, lengthM: 0.5, widthM: 0.6 })])).toEqual(["car"]);
    expect(seen([car, body("other", 40, 0, { heightM: 1.5 })], { pose: pose(0, { zM: 5 }) })).toEqual(["car", "other"]);
  });

  it("the order in which bodies are given does not matter", () => {
    const bodies = [body("a", 10, 0, { heightM: 3 }), body("b", 30, 1), body("c", 25, 8), body("d", -12, 3), body("e", 50, -20)];
    expect(seen([...bodies].reverse())).toEqual(seen(bodies));
  });
});
