import fc from "fast-check";
import { expect, test } from "vitest";
import { createEnuFrame, ecefFromGeodetic, egoFromWorld, geodeticFromEcef, quaternionFromYawPitchRoll, rotationFromYawPitchRoll, worldFromEgo, yawPitchRollFromRotation } from "./frames.ts";

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const latitude = fc.oneof(real(-90, 90), fc.constantFrom(-90, 90, 0, 89.9999999, -89.9999999));
const longitude = real(-180, 180);
const distance = (a: Float64Array, b: Float64Array): number => {
  const [dx, dy, dz] = [0, 1, 2].map((i) => (a[i] ?? NaN) - (b[i] ?? NaN)) as [number, number, number];
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
};
const angle = real(-Math.PI, Math.PI);
const pose = fc.record({ xM: real(-1e4, 1e4), yM: real(-1e4, 1e4), zM: real(-100, 100), yawRad: angle, pitchRad: real(-1.57, 1.57), rollRad: angle });
const point = fc.record({ xM: real(-100, 100), yM: real(-100, 100), zM: real(-100, 100) });

test("geodetic to ECEF and back is the same place to a nanometre's rounding, from the sea floor to orbit, poles included", () => {
  fc.assert(
    fc.property(latitude, longitude, real(-11_000, 2_000_000), (lat, lon, alt) => {
      const ecef = ecefFromGeodetic(lat, lon, alt);
      const [lat2 = NaN, lon2 = NaN, alt2 = NaN] = geodeticFromEcef(ecef[0] ?? NaN, ecef[1] ?? NaN, ecef[2] ?? NaN);
      expect(distance(ecefFromGeodetic(lat2, lon2, alt2), ecef)).toBeLessThan(1e-8);
      expect(Math.abs(lat2 - lat)).toBeLessThan(1e-12);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

test("an ENU round trip within 100 km moves a point by less than a micrometre", () => {
  fc.assert(
    fc.property(real(-89, 89), longitude, real(-100, 5000), real(-100_000, 100_000), real(-100_000, 100_000), real(-1000, 1000), (lat, lon, alt, e, n, u) => {
      const frame = createEnuFrame(lat, lon, alt);
      const [lat2 = NaN, lon2 = NaN, alt2 = NaN] = frame.toGeodetic(e, n, u);
      expect(distance(frame.toEnu(lat2, lon2, alt2), Float64Array.of(e, n, u))).toBeLessThan(1e-6);
    }),
    { numRuns: 3000, seed: 2 },
  );
});

test("ENU keeps distances: it is a rigid frame", () => {
  fc.assert(
    fc.property(real(-80, 80), longitude, point, point, (lat, lon, p, q) => {
      const frame = createEnuFrame(lat, lon, 0);
      const place = (at: typeof p): Float64Array => {
        const [la = 0, lo = 0, al = 0] = frame.toGeodetic(at.xM, at.yM, at.zM);
        return ecefFromGeodetic(la, lo, al);
      };
      expect(Math.abs(distance(place(p), place(q)) - distance(Float64Array.of(p.xM, p.yM, p.zM), Float64Array.of(q.xM, q.yM, q.zM)))).toBeLessThan(1e-7);
    }),
    { numRuns: 500, seed: 3 },
  );
});

test("egoFromWorld undoes worldFromEgo", () => {
  fc.assert(
    fc.property(pose, point, (at, p) => {
      const back = egoFromWorld(at, worldFromEgo(at, p));
      for (const key of ["xM", "yM", "zM"] as const) expect(Math.abs(back[key] - p[key])).toBeLessThan(1e-10);
    }),
    { numRuns: 1000, seed: 4 },
  );
});

test("yaw, pitch and roll come back from their rotation matrix, and the matrix is orthonormal", () => {
  fc.assert(
    fc.property(angle, real(-1.57, 1.57), angle, (yaw, pitch, roll) => {
      const m = rotationFromYawPitchRoll(yaw, pitch, roll);
      const [yaw2 = NaN, pitch2 = NaN, roll2 = NaN] = yawPitchRollFromRotation(m);
      expect(distance(rotationFromYawPitchRoll(yaw2, pitch2, roll2).subarray(0, 3), m.subarray(0, 3))).toBeLessThan(1e-12);
      expect(Math.abs(pitch2 - pitch)).toBeLessThan(1e-9);
      for (let r = 0; r < 3; r += 1) {
        for (let c = 0; c < 3; c += 1) {
          const dot = [0, 1, 2].reduce((sum, k) => sum + (m[3 * r + k] ?? 0) * (m[3 * c + k] ?? 0), 0);
          expect(Math.abs(dot - (r === c ? 1 : 0))).toBeLessThan(1e-14);
        }
      }
    }),
    { numRuns: 1000, seed: 5 },
  );
});

test("the quaternion turns vectors as the matrix does", () => {
  fc.assert(
    fc.property(angle, angle, angle, point, (yaw, pitch, roll, p) => {
      const { x, y, z, w } = quaternionFromYawPitchRoll(yaw, pitch, roll);
      // v' = v + 2w (q × v) + 2 q × (q × v)
      const cross = (a: readonly number[], b: readonly number[]): number[] => [(a[1] ?? 0) * (b[2] ?? 0) - (a[2] ?? 0) * (b[1] ?? 0), (a[2] ?? 0) * (b[0] ?? 0) - (a[0] ?? 0) * (b[2] ?? 0), (a[0] ?? 0) * (b[1] ?? 0) - (a[1] ?? 0) * (b[0] ?? 0)];
      const v = [p.xM, p.yM, p.zM];
      const t = cross([x, y, z], v);
      const u = cross([x, y, z], t);
      const turned = v.map((c, i) => c + 2 * w * (t[i] ?? 0) + 2 * (u[i] ?? 0));
      const world = worldFromEgo({ xM: 0, yM: 0, zM: 0, yawRad: yaw, pitchRad: pitch, rollRad: roll }, p);
      expect(Math.abs((turned[0] ?? NaN) - world.xM) + Math.abs((turned[1] ?? NaN) - world.yM) + Math.abs((turned[2] ?? NaN) - world.zM)).toBeLessThan(1e-11);
    }),
    { numRuns: 1000, seed: 6 },
  );
});
