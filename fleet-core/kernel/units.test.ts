import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clamp, degFromRad, headingDegFromYaw, kphFromMps, mpsFromKph, radFromDeg, yawFromHeadingDeg } from "./units.ts";

describe("units", () => {
  test("speeds and angles", () => {
    expect(mpsFromKph(36)).toBe(10);
    expect(kphFromMps(10)).toBe(36);
    expect(radFromDeg(180)).toBe(Math.PI);
    expect(degFromRad(Math.PI)).toBe(180);
  });

  test.each([
    [0, 90],
    [Math.PI / 2, 0],
    [Math.PI, 270],
    [-Math.PI / 2, 180],
    [Math.PI / 4, 45],
    [2 * Math.PI, 90],
  ])("yaw %d is compass heading %d", (yaw, heading) => {
    expect(headingDegFromYaw(yaw)).toBeCloseTo(heading, 10);
  });

  test("a compass heading is in [0, 360), a hair below north too", () => {
    expect(headingDegFromYaw(Math.PI / 2 + 2e-16)).toBe(0);
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: 1.5707963267948, max: 1.5707963267950, noNaN: true })), (yaw) => {
        const heading = headingDegFromYaw(yaw);
        expect(heading).toBeGreaterThanOrEqual(0);
        expect(heading).toBeLessThan(360);
        const back = yawFromHeadingDeg(heading) - yaw;
        expect(Math.abs(back - 2 * Math.PI * Math.round(back / (2 * Math.PI)))).toBeLessThan(1e-13);
      }),
      { numRuns: 2000, seed: 31 },
    );
  });

  test("clamp keeps the inside and cuts the outside", () => {
    expect([clamp(-2, -1, 1), clamp(0.5, -1, 1), clamp(2, -1, 1)]).toEqual([-1, 0.5, 1]);
  });
});
