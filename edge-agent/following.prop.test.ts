import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { followAccel, limitsOf, stopAccel, timeToCover } from "./following.ts";
import { PROFILE_IDS, profileOf } from "./test-harness.ts";

const speed = fc.double({ min: 0, max: 20, noNaN: true });
const STEP_S = 0.02;

describe.each(PROFILE_IDS)("%s", (id) => {
  const limits = limitsOf(profileOf(id), 1);

  test("no gap, speed or lead asks for more than the brakes give or the profile accelerates", () => {
    fc.assert(fc.property(fc.double({ min: -20, max: 300, noNaN: true }), speed, fc.double({ min: -5, max: 25, noNaN: true }), fc.double({ min: -12, max: 6, noNaN: true }), (gap, own, lead, leadAccel) => {
      const a = followAccel(gap, own, lead, leadAccel, limits);
      expect(a).toBeGreaterThanOrEqual(-limits.brakeMps2);
      expect(a).toBeLessThanOrEqual(limits.accelMps2);
    }));
  });

  test("a smaller gap never allows more acceleration", () => {
    fc.assert(fc.property(fc.double({ min: 0.5, max: 200, noNaN: true }), fc.double({ min: 0.1, max: 50, noNaN: true }), speed, speed, (gap, more, own, lead) => {
      expect(followAccel(gap, own, lead, 0, limits)).toBeLessThanOrEqual(followAccel(gap + more, own, lead, 0, limits) + 1e-9);
    }));
  });

  test("with ideal actuators the law never touches a lead that stands or drives on, if it could be avoided at the start", () => {
    fc.assert(fc.property(fc.double({ min: 2, max: 17, noNaN: true }), fc.double({ min: 0, max: 17, noNaN: true }), fc.double({ min: 0, max: 60, noNaN: true }), (own0, lead, extra) => {
      const closing = Math.max(0, own0 - lead);
      let gap = 3.2 + closing * limits.brakeLagS + (closing * closing) / (2 * 0.8 * limits.brakeMps2) + extra;
      let own = own0;
      for (let t = 0; t < 40; t += STEP_S) {
        own = Math.max(0, own + followAccel(gap, own, lead, 0, limits) * STEP_S);
        gap += (lead - own) * STEP_S;
        expect(gap).toBeGreaterThan(0);
      }
    }), { numRuns: 60 });
  });

  test("a stop is reached within 0.3 m with ideal actuators, from any speed and distance that allow it", () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 17, noNaN: true }), fc.double({ min: 0, max: 80, noNaN: true }), (own0, extra) => {
      let left = (own0 * own0) / (2 * limits.decelMps2) + extra + 0.3;
      let own = own0;
      for (let t = 0; t < 120; t += STEP_S) {
        const a = Math.min(limits.accelMps2, 1 * (5 - own), stopAccel(left, own, limits.decelMps2, limits.brakeMps2, 0));
        own = Math.max(0, own + a * STEP_S);
        left -= own * STEP_S;
      }
      expect(Math.abs(left)).toBeLessThan(0.3);
      expect(own).toBeLessThan(0.05);
    }), { numRuns: 40 });
  });
});

test("time to cover is the solution of s = v t + a t² / 2", () => {
  fc.assert(fc.property(fc.double({ min: 0.01, max: 500, noNaN: true }), speed, fc.double({ min: 0.05, max: 5, noNaN: true }), (s, v, a) => {
    const t = timeToCover(s, v, a);
    expect(v * t + (a * t * t) / 2).toBeCloseTo(s, 6);
  }));
});
