/** The driver models' formulas against closed forms and against small worlds in which they are played out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACC, accAcceleration, FOLLOW, followAcceleration } from "./acc.ts";
import { createEncounter, decelerationToAvoidMps2, timeHeadwayS, timeToCollisionS, type Encounter } from "./encounter.ts";
import { criticalFuzzy, proactiveFuzzy } from "./fuzzy.ts";
import { carFollowing } from "./grid.ts";
import { IDM_CAR, IDM_HEAVY, idmAcceleration, idmEquilibriumGapM, MOBIL_CAR, mobilChanges } from "./idm.ts";
import { cutInLimitEuS, cutInLimitS, followingDistanceM } from "./r157.ts";
import { assess, brake, CAREFUL, createReaction, createThreat, FUZZY, REFERENCE_DRIVERS, REGULATION, RSS, wishedGapM } from "./reference.ts";
import { rssLateralM, rssLongitudinalM, rssOncomingM } from "./rss.ts";

const speed = fc.double({ min: 0, max: 40, noNaN: true });
const encounter = (e: Partial<Encounter>): Encounter => ({ ...createEncounter(), lengthsM: 4.5, besideM: -1, ...e });

describe("measures", () => {
  it("time to collision is 0 while overlapping and infinite while the gap opens", () => {
    expect([timeToCollisionS(-1, 5), timeToCollisionS(10, 0), timeToCollisionS(10, -2), timeToCollisionS(10, 4)]).toEqual([0, Infinity, Infinity, 2.5]);
    expect([timeHeadwayS(30, 15), timeHeadwayS(5, 0)]).toEqual([2, Infinity]);
  });

  it("the deceleration to avoid a crash stops the closing exactly at contact", () => {
    expect(decelerationToAvoidMps2(25, 10)).toBe(2);
    expect([decelerationToAvoidMps2(0, 1), decelerationToAvoidMps2(5, -1)]).toEqual([Infinity, 0]);
  });
});

describe("RSS", () => {
  const p = RSS.rss;
  it("longitudinal distance is that of the paper", () => {
    // 20 m/s behind 15 m/s: 15 + 0.84375 + 22.25² / 12 - 225 / 12.
    expect(rssLongitudinalM(p, 20, 15)).toBeCloseTo(15 + 0.84375 + (22.25 * 22.25) / 12 - 18.75, 12);
    expect(rssLongitudinalM(p, 0, 40)).toBe(0);
    expect(rssOncomingM(p, 10, 0)).toBeCloseTo(((10 + 12.25) / 2) * 0.75 + (12.25 * 12.25) / 12 + (2.25 / 2) * 0.75 + (2.25 * 2.25) / 12, 12);
  });

  it("is just enough when both do their worst: from any speeds the cars stop without touching, and from less they touch", () => {
    fc.assert(fc.property(speed, speed, (rear, front) => {
      const d = rssLongitudinalM(p, rear, front);
      const stopRear = rear * p.responseS + (p.accelMaxMps2 * p.responseS * p.responseS) / 2 + ((rear + p.accelMaxMps2 * p.responseS) * (rear + p.accelMaxMps2 * p.responseS)) / (2 * p.brakeMinMps2);
      const stopFront = (front * front) / (2 * p.leadBrakeMaxMps2);
      expect(d + stopFront - stopRear).toBeGreaterThanOrEqual(-1e-9);
      if (d > 0) expect(d + stopFront - stopRear).toBeLessThan(1e-9);
    }));
  });

  it("lateral distance is the fluctuation for bodies that move apart, and symmetric", () => {
    expect(rssLateralM(p, -5, -5)).toBe(p.fluctuationM);
    fc.assert(fc.property(speed, speed, (a, b) => rssLateralM(p, a, b) === rssLateralM(p, b, a)));
  });
});

describe("fuzzy surrogates", () => {
  const p = FUZZY.fuzzy;
  it("go from 0 at the comfortable to 1 at the hard stopping distance, half way between them", () => {
    const [v, lead] = [20, 10];
    const safe = 15 + 400 / 8 - 100 / 14 + p.bandM + p.standM;
    const unsafe = 15 + 400 / 12 - 100 / 14 + p.standM;
    expect(proactiveFuzzy(p, safe + 1e-9, v, lead)).toBe(0);
    expect(proactiveFuzzy(p, unsafe - 1e-9, v, lead)).toBe(1);
    expect(proactiveFuzzy(p, (safe + unsafe) / 2, v, lead)).toBeCloseTo(0.5, 12);
  });

  it("nothing is critical behind a faster leader; a closing of 10 m/s is from 7.5 + 100/8 m down, wholly from 7.5 + 100/12", () => {
    expect(criticalFuzzy(p, 0.1, 20, 20, 0)).toBe(0);
    expect(criticalFuzzy(p, 20.0001, 20, 10, 0)).toBe(0);
    expect(criticalFuzzy(p, 7.5 + (12.5 + 100 / 12) / 2, 20, 10, 0)).toBeCloseTo(0.5, 12);
    expect(criticalFuzzy(p, 7.5 + 100 / 12 - 1e-9, 20, 10, 0)).toBe(1);
  });

  it("both lie in [0, 1] and never grow with the gap", () => {
    fc.assert(fc.property(speed, speed, fc.double({ min: 0, max: 150, noNaN: true }), fc.double({ min: -9, max: 3, noNaN: true }), (v, lead, gap, a) => {
      for (const f of [(g: number): number => proactiveFuzzy(p, g, v, lead), (g: number): number => criticalFuzzy(p, g, v, lead, a)]) {
        expect(f(gap)).toBeGreaterThanOrEqual(0);
        expect(f(gap)).toBeLessThanOrEqual(1);
        expect(f(gap + 1)).toBeLessThanOrEqual(f(gap));
      }
    }));
  });
});

describe("R157 and EU 2022/1426", () => {
  it("following distances are those of the table, to a decimal", () => {
    const kmh = [7.2, 10, 20, 30, 40, 50, 60];
    expect(kmh.map((v) => Number(followingDistanceM("M1N1", v / 3.6).toFixed(1)))).toEqual([2.0, 3.1, 6.7, 10.8, 15.6, 20.8, 26.7]);
    expect(kmh.map((v) => Number(followingDistanceM("M2M3N2N3", v / 3.6).toFixed(1)))).toEqual([2.4, 3.9, 8.9, 15.0, 22.2, 30.6, 40.0]);
    expect([followingDistanceM("M1N1", 0), followingDistanceM("M2M3N2N3", 1)]).toEqual([2, 2.4]);
  });

  it("between the table's speeds the time gap is interpolated, above it goes on", () => {
    expect(followingDistanceM("M1N1", 25 / 3.6)).toBeCloseTo((25 / 3.6) * 1.25, 12);
    expect(followingDistanceM("M1N1", 130 / 3.6)).toBeCloseTo((130 / 3.6) * 2.3, 12);
  });

  it("cut-in limits are those of the laws", () => {
    expect(cutInLimitS(12, 6, 0.35)).toBeCloseTo(1.35, 12);
    const limits = (occupants: "standing" | "other"): readonly number[] => [10, 20, 30, 40, 50, 60].map((v) => cutInLimitEuS(v / 3.6, occupants));
    [0.74, 1.32, 1.9, 2.47, 3.05, 3.63].forEach((s, i) => expect(Math.abs((limits("standing")[i] ?? 0) - s)).toBeLessThanOrEqual(0.006));
    [0.48, 0.71, 0.94, 1.18, 1.41, 1.64].forEach((s, i) => expect(Math.abs((limits("other")[i] ?? 0) - s)).toBeLessThanOrEqual(0.006));
  });
});

describe("reference drivers", () => {
  const threat = createThreat();
  const dangerous = (driver: (typeof REFERENCE_DRIVERS)[0], e: Partial<Encounter>): boolean => {
    assess(driver, encounter(e), threat);
    return threat.dangerous;
  };

  it("the careful driver acts from 2 s on for one in his lane, not for one beside it", () => {
    expect(dangerous(CAREFUL, { egoMps: 20, otherMps: 10, aheadM: 24, gapM: 19.9 })).toBe(true);
    expect(dangerous(CAREFUL, { egoMps: 20, otherMps: 10, aheadM: 25, gapM: 20.1 })).toBe(false);
    expect(dangerous(CAREFUL, { egoMps: 20, otherMps: 10, aheadM: 15, gapM: 10, besideM: 0.1 })).toBe(false);
    expect(dangerous(CAREFUL, { egoMps: 20, otherMps: 20, aheadM: 35, gapM: 30, otherAccelMps2: -6 })).toBe(true);
  });

  it("the regulation acts when 6 m/s² after 0.35 s would just do, once the other is half a metre away", () => {
    const limit = 10 / 12 + 0.35 + REGULATION.lookMarginS;
    expect(dangerous(REGULATION, { egoMps: 20, otherMps: 10, aheadM: 20, gapM: 10 * limit - 1e-6, besideM: 0.5 })).toBe(true);
    expect(dangerous(REGULATION, { egoMps: 20, otherMps: 10, aheadM: 20, gapM: 10 * limit + 1e-6, besideM: 0.5 })).toBe(false);
    expect(dangerous(REGULATION, { egoMps: 20, otherMps: 10, aheadM: 20, gapM: 5, besideM: 0.51 })).toBe(false);
  });

  it("FSM waves through whom it passes before he is in", () => {
    const beside = { egoMps: 30, otherMps: 10, aheadM: 8, gapM: 3.5, besideM: 1.6 };
    expect(dangerous(FUZZY, { ...beside, approachMps: 0.5 })).toBe(false);
    expect(dangerous(FUZZY, { ...beside, approachMps: 3 })).toBe(true);
  });

  it("nobody acts on what lies behind", () => {
    for (const driver of REFERENCE_DRIVERS) expect(dangerous(driver, { egoMps: 20, otherMps: 0, aheadM: -3, gapM: -1.5 })).toBe(false);
  });

  it("the brake answers after the reaction time at any step, then grows at the driver's rate to his limit", () => {
    for (const stepUs of [10_000, 100_000]) {
      for (const driver of REFERENCE_DRIVERS) {
        const reaction = createReaction(driver);
        threat.dangerous = true;
        threat.critical = 1;
        const course: number[] = [];
        for (let t = 0; t < 3_000_000; t += stepUs) course.push(brake(driver, reaction, threat, stepUs));
        const waiting = course.filter((b) => b === driver.releaseMps2).length;
        expect(waiting).toBe(Math.ceil((driver.reactionS * 1e6) / stepUs));
        expect(Math.max(...course)).toBeCloseTo(driver.kind === "fsm" ? 6 : driver.brakeMaxMps2, 9);
        const growth = Math.max(...course.slice(waiting + 1).map((b, i) => b - (course[waiting + i] ?? 0)));
        expect(growth).toBeLessThanOrEqual(driver.jerkMps3 * (stepUs / 1e6) + 1e-9);
      }
    }
  });

  it("FSM, RSS and careful driver keep gaps from which a leader's full braking harms nobody at 5 m/s²", () => {
    for (const driver of [FUZZY, RSS, CAREFUL]) for (let kmh = 20; kmh <= 120; kmh += 20) expect(carFollowing(driver, kmh / 3.6, 5).crash).toBe(0);
  });

  it("a driver without brake is found out by the collision check", () => {
    expect(carFollowing({ ...FUZZY, brakeMaxMps2: 0 }, 20, 5).crash).toBe(2);
    expect(carFollowing({ ...CAREFUL, reactionS: 60 }, 20, 5).crash).toBe(2);
  });

  it("each keeps a positive gap while following", () => {
    for (const driver of REFERENCE_DRIVERS) expect(wishedGapM(driver, 20, 20, followingDistanceM("M1N1", 20))).toBeGreaterThan(10);
  });
});

/** Cars in a row behind a leader of given speed over time; returns gaps and speeds of each in the end and the extremes. */
function platoon(n: number, leaderMps: (t: number) => number, seconds: number, startGapM: number, startMps: number): { readonly gaps: readonly number[]; readonly speeds: readonly number[]; readonly slowest: readonly number[]; readonly smallestGap: number } {
  const dt = 0.05;
  const length = 5;
  const x = Array.from({ length: n + 1 }, (_, i) => -i * (startGapM + length));
  const v = x.map(() => startMps);
  const slowest = v.slice();
  let smallestGap = Infinity;
  for (let t = 0; t < seconds; t += dt) {
    const a = v.map((own, i) => (i === 0 ? 0 : idmAcceleration(IDM_CAR, own, IDM_CAR.wishedMps, (x[i - 1] as number) - (x[i] as number) - length, v[i - 1] as number)));
    for (let i = 0; i <= n; i += 1) {
      v[i] = i === 0 ? leaderMps(t) : Math.max(0, (v[i] as number) + (a[i] as number) * dt);
      x[i] = (x[i] as number) + (v[i] as number) * dt;
      slowest[i] = Math.min(slowest[i] as number, v[i] as number);
      if (i > 0) smallestGap = Math.min(smallestGap, (x[i - 1] as number) - (x[i] as number) - length);
    }
  }
  return { gaps: x.slice(1).map((at, i) => (x[i] as number) - at - length), speeds: v, slowest, smallestGap };
}

describe("IDM", () => {
  it("a column settles at the closed-form equilibrium gap", () => {
    for (const v of [3, 8, 12]) {
      const wanted = idmEquilibriumGapM(IDM_CAR, v);
      expect(idmAcceleration(IDM_CAR, v, IDM_CAR.wishedMps, wanted, v)).toBeCloseTo(0, 12);
      for (const gap of platoon(5, () => v, 400, wanted * 1.5, v).gaps) expect(gap).toBeCloseTo(wanted, 3);
    }
  });

  it("reaches the wished speed on a free road and never exceeds it", () => {
    let v = 0;
    for (let i = 0; i < 4000; i += 1) v += 0.05 * idmAcceleration(IDM_CAR, v, 12, Infinity, 0);
    expect(v).toBeGreaterThan(11.99);
    expect(v).toBeLessThanOrEqual(12);
  });

  it("a disturbance of the leader does not grow from car to car", () => {
    const dip = (t: number): number => (t < 20 ? 10 : t < 23 ? 10 - (t - 20) : t < 26 ? 7 + (t - 23) : 10);
    const gap = idmEquilibriumGapM(IDM_CAR, 10);
    const { slowest, smallestGap } = platoon(15, dip, 200, gap, 10);
    expect(slowest[1]).toBeGreaterThan(7);
    for (let i = 2; i <= 15; i += 1) expect(slowest[i] as number).toBeGreaterThanOrEqual((slowest[i - 1] as number) - 1e-3);
    expect(smallestGap).toBeGreaterThan(0);
  });

  it("stops behind a standing queue with the gap it keeps at rest", () => {
    const { gaps, speeds, smallestGap } = platoon(3, () => 0, 120, 60, 12);
    for (const v of speeds) expect(v).toBeLessThan(0.02);
    for (const gap of gaps) expect(gap).toBeGreaterThan(IDM_CAR.standM - 0.3);
    expect(smallestGap).toBeGreaterThan(1);
  });

  it("never brakes harder than it can, and does so at contact", () => {
    fc.assert(fc.property(speed, speed, fc.double({ min: -5, max: 100, noNaN: true }), (v, lead, gap) => {
      for (const p of [IDM_CAR, IDM_HEAVY]) expect(idmAcceleration(p, v, p.wishedMps, gap, lead)).toBeGreaterThanOrEqual(-p.brakeMaxMps2);
    }));
    expect(idmAcceleration(IDM_CAR, 1, 10, 0, 1)).toBe(-IDM_CAR.brakeMaxMps2);
  });
});

describe("MOBIL", () => {
  const e = { ownNow: -1, ownThen: 1, oldFollowerNow: 0, oldFollowerThen: 0, newFollowerNow: 0, newFollowerThen: 0 };
  it("changes for a gain above the threshold, not below, and never in front of one it would force to brake hard", () => {
    expect(mobilChanges(MOBIL_CAR, e, false)).toBe(true);
    expect(mobilChanges(MOBIL_CAR, { ...e, ownThen: -0.75 }, false)).toBe(false);
    expect(mobilChanges(MOBIL_CAR, { ...e, ownThen: 5, newFollowerThen: -MOBIL_CAR.safeBrakeMps2 - 0.01 }, false)).toBe(false);
  });

  it("politeness weighs what the others lose, and the keep-side costs less", () => {
    expect(mobilChanges(MOBIL_CAR, { ...e, ownThen: -0.4, newFollowerThen: -2 }, false)).toBe(false);
    expect(mobilChanges(MOBIL_CAR, { ...e, ownThen: -0.8 }, true)).toBe(true);
  });
});

describe("ACC and following", () => {
  it("holds the set speed alone and the time gap behind a slower one", () => {
    expect(accAcceleration(ACC, 20, 20, Infinity, 0)).toBe(0);
    expect(accAcceleration(ACC, 15, 20, ACC.standM + ACC.timeGapS * 15, 15)).toBe(0);
    expect(accAcceleration(ACC, 15, 20, 0.5, 15)).toBe(-ACC.brakeMaxMps2);
    let [v, gap] = [20, 60];
    for (let i = 0; i < 6000; i += 1) {
      v = Math.max(0, v + 0.05 * accAcceleration(ACC, v, 25, gap, 12));
      gap += 0.05 * (12 - v);
    }
    // Distance and set speed pull against each other: it comes to rest where both pulls are equal.
    expect(v).toBeCloseTo(12, 6);
    expect(accAcceleration(ACC, v, 25, gap, 12)).toBeCloseTo(0, 6);
  });

  it("the linear law comes to its gap without passing the set speed", () => {
    let [v, gap] = [20, 80];
    let fastest = 0;
    for (let i = 0; i < 4000; i += 1) {
      v = Math.max(0, v + 0.05 * followAcceleration(FOLLOW, v, 22, gap, 15, 30, 0.05));
      gap += 0.05 * (15 - v);
      fastest = Math.max(fastest, v);
    }
    expect(gap).toBeCloseTo(30, 6);
    expect(fastest).toBeLessThanOrEqual(22);
  });
});
