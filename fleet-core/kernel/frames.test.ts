import { describe, expect, test } from "vitest";
import { createEnuFrame, ecefFromGeodetic, egoFromWorld, geodeticFromEcef, quaternionFromYawPitchRoll, rotationFromYawPitchRoll, WGS84, worldFromEgo, worldFromMount, yawPitchRollFromRotation } from "./frames.ts";

const HALF_PI = Math.PI / 2;

describe("WGS84 and ECEF", () => {
  test("the derived constants are the published ones", () => {
    // NIMA TR8350.2: b = 6356752.3142 m, e² = 6.69437999014e-3, e'² = 6.73949674228e-3.
    expect(WGS84.bM).toBeCloseTo(6356752.3142, 4);
    expect(WGS84.e2).toBeCloseTo(6.69437999014e-3, 14);
    expect(WGS84.ep2).toBeCloseTo(6.73949674228e-3, 14);
  });

  // pymap3d's reference point (checked there against MATLAB's Mapping Toolbox); axes and pole by definition;
  // the point of the qzsl6tool manual; MATLAB's lla2ecef example.
  test.each([
    [42, -82, 200, 660675.2518247, -4700948.68316, 4245737.66222, 1e-5],
    [0, 0, 0, 6378137, 0, 0, 1e-9],
    [0, 90, 10, 0, 6378147, 0, 1e-9],
    [90, 0, 0, 0, 0, 6356752.314245179, 1e-8],
    [-90, 77, 100, 0, 0, -6356852.314245179, 1e-8],
    [34.4401061, 132.4147804, 233.362, -3551876.829, 3887786.86, 3586946.387, 6e-3],
    [0, 45, 1000, 4510731, 4510731, 0, 0.5],
  ])("latitude %d, longitude %d, height %d is at its published place", (lat, lon, alt, x, y, z, tolerance) => {
    const ecef = ecefFromGeodetic(lat, lon, alt);
    [x, y, z].forEach((expected, i) => expect(Math.abs((ecef[i] ?? NaN) - expected)).toBeLessThanOrEqual(tolerance));
  });

  test("Vallado's example 3-3: a point 5085 km up", () => {
    // Fundamentals of Astrodynamics and Applications, 4th ed., printed to the digits compared.
    const [lat, lon, alt] = geodeticFromEcef(6524834, 6862875, 6448296);
    expect(lat).toBeCloseTo(34.352496, 5);
    expect(lon).toBeCloseTo(46.4464, 4);
    expect((alt ?? 0) / 1000).toBeCloseTo(5085.22, 2);
  });

  test("the navlab example 3: 4702 km up in the south-west", () => {
    const [lat, lon, alt] = geodeticFromEcef(6371e3 * 0.9, -6371e3, 6371e3 * 1.1);
    expect(lat).toBeCloseTo(39.37874867, 7);
    expect(lon).toBeCloseTo(-48.0127875, 6);
    expect(alt).toBeCloseTo(4702059.83, 2);
  });

  test("the poles and the axis have longitude 0 and an exact height", () => {
    expect([...geodeticFromEcef(0, 0, WGS84.bM + 12)]).toEqual([90, 0, expect.closeTo(12, 8)]);
    expect([...geodeticFromEcef(0, 0, -WGS84.bM)]).toEqual([-90, 0, expect.closeTo(0, 8)]);
  });

  test("what is no place on earth is refused", () => {
    expect(() => ecefFromGeodetic(90.1, 0, 0)).toThrow("|latitude| <= 90");
    expect(() => ecefFromGeodetic(NaN, 0, 0)).toThrow("|latitude| <= 90");
    expect(() => ecefFromGeodetic(0, Infinity, 0)).toThrow("finite");
    expect(() => geodeticFromEcef(1000, 0, 0)).toThrow("1000000 m or more from the Earth's centre, is 1000 m");
    expect(() => geodeticFromEcef(NaN, 0, 0)).toThrow("Earth's centre");
  });
});

describe("ENU", () => {
  test("MATLAB's aer2geodetic example: 33 deg azimuth, 70 deg elevation, 1000 m", () => {
    const frame = createEnuFrame(42, -82, 200);
    const [lat, lon, alt] = frame.toGeodetic(186.277521, 286.842228, 939.692621);
    expect(lat).toBeCloseTo(42.002582, 6);
    expect(lon).toBeCloseTo(-81.997752, 6);
    expect(alt).toBeCloseTo(1139.7018, 4);
    const [e, n, u] = frame.toEnu(lat ?? 0, lon ?? 0, alt ?? 0);
    expect([e, n, u]).toEqual([expect.closeTo(186.277521, 6), expect.closeTo(286.842228, 6), expect.closeTo(939.692621, 6)]);
  });

  test("the axes point east, north and up", () => {
    const frame = createEnuFrame(48, 11, 500);
    const [e1 = 0, n1 = 0] = frame.toEnu(48, 11.0001, 500);
    expect(e1).toBeGreaterThan(7);
    expect(Math.abs(n1)).toBeLessThan(1e-4);
    const [e2 = 0, n2 = 0] = frame.toEnu(48.0001, 11, 500);
    expect(Math.abs(e2)).toBeLessThan(1e-6);
    expect(n2).toBeGreaterThan(11);
    expect([...frame.toEnu(48, 11, 507)]).toEqual([expect.closeTo(0, 8), expect.closeTo(0, 8), expect.closeTo(7, 8)]);
  });

  test("the plane does not bend with the earth: at 3.2 km the ground is 0.8 m below", () => {
    const frame = createEnuFrame(48, 11, 0);
    const [, , altitudeM] = frame.toGeodetic(3200, 0, 0);
    expect(altitudeM).toBeCloseTo((3200 * 3200) / 2 / 6_388_000, 2);
  });

  test("results go into the given array, so that no garbage is made", () => {
    const frame = createEnuFrame(48, 11, 0);
    const out = new Float64Array(3);
    expect(frame.toEnu(48, 11, 1, out)).toBe(out);
    expect(frame.toGeodetic(1, 2, 3, out)).toBe(out);
  });
});

describe("rotations, ISO 8855", () => {
  const axisX = (yaw: number, pitch: number, roll: number): number[] => {
    const m = rotationFromYawPitchRoll(yaw, pitch, roll);
    return [m[0] ?? 0, m[3] ?? 0, m[6] ?? 0];
  };
  const axisY = (yaw: number, pitch: number, roll: number): number[] => {
    const m = rotationFromYawPitchRoll(yaw, pitch, roll);
    return [m[1] ?? 0, m[4] ?? 0, m[7] ?? 0];
  };
  const near = (values: number[]): unknown[] => values.map((value) => expect.closeTo(value, 15));

  test("positive yaw turns the nose left, positive pitch puts it down, positive roll lifts the left side", () => {
    expect(axisX(HALF_PI, 0, 0)).toEqual(near([0, 1, 0]));
    expect(axisX(0, HALF_PI, 0)).toEqual(near([0, 0, -1]));
    expect(axisY(0, 0, HALF_PI)).toEqual(near([0, 0, 1]));
  });

  test("pitch acts about the axis that yaw has turned, roll about the one that both have", () => {
    // Heading north, nose down: the nose points down whatever the heading.
    expect(axisX(HALF_PI, HALF_PI, 0)).toEqual(near([0, 0, -1]));
    expect(axisX(HALF_PI, 0.3, 0)).toEqual(near([0, Math.cos(0.3), -Math.sin(0.3)]));
    expect(axisY(HALF_PI, 0, HALF_PI)).toEqual(near([0, 0, 1]));
  });

  test("straight up and straight down leave yaw defined and roll zero", () => {
    for (const pitch of [HALF_PI, -HALF_PI]) {
      const [yaw = 0, back = 0, roll] = yawPitchRollFromRotation(rotationFromYawPitchRoll(0.7, pitch, 0));
      expect(back).toBeCloseTo(pitch, 12);
      expect(yaw).toBeCloseTo(0.7, 12);
      expect(roll).toBe(0);
    }
  });

  test("the quaternion of a quarter turn left is (0, 0, √½, √½)", () => {
    const q = quaternionFromYawPitchRoll(HALF_PI, 0, 0);
    expect([q.x, q.y, q.z, q.w]).toEqual([0, 0, expect.closeTo(Math.SQRT1_2, 15), expect.closeTo(Math.SQRT1_2, 15)]);
  });

  test("a point 3 m ahead of a vehicle that heads north is 3 m north of it", () => {
    const pose = { xM: 10, yM: 20, zM: 1, yawRad: HALF_PI, pitchRad: 0, rollRad: 0 };
    expect(worldFromEgo(pose, { xM: 3, yM: 0, zM: 0 })).toEqual({ xM: expect.closeTo(10, 12), yM: expect.closeTo(23, 12), zM: 1 });
    expect(egoFromWorld(pose, { xM: 10, yM: 20, zM: 5 })).toEqual({ xM: expect.closeTo(0, 12), yM: expect.closeTo(0, 12), zM: 4 });
  });

  test("a sensor that looks right from the left side of a vehicle heading north looks east", () => {
    const pose = { xM: 0, yM: 0, zM: 0, yawRad: HALF_PI, pitchRad: 0, rollRad: 0 };
    const mount = { xM: 2, yM: 1, zM: 1.5, yawRad: -HALF_PI, pitchRad: 0, rollRad: 0 };
    expect(worldFromMount(pose, mount)).toEqual({ xM: expect.closeTo(-1, 12), yM: expect.closeTo(2, 12), zM: 1.5, yawRad: expect.closeTo(0, 12), pitchRad: expect.closeTo(0, 12), rollRad: expect.closeTo(0, 12) });
  });
});
