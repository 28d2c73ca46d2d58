import { describe, expect, test } from "vitest";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { loadScenario } from "../load.ts";
import { straightMap } from "../test-files.ts";
import { createAggregator } from "./aggregate.ts";
import { playOut } from "./play-out.ts";
import { openSession } from "./session.ts";
import { distribution, leadBrakes, openTest, SETTINGS } from "./test-sweep.ts";

const GAPS = [20, 40, 60, 80];
const SPEEDS = [8, 10, 14];
const variations = distribution([["EgoSpeed", SPEEDS], ["Gap", GAPS]]);

describe("a sweep", () => {
  const { session, reads } = openTest(variations);
  const verdicts = Array.from({ length: session.count }, (_, i) => session.verdict(i));

  test("reads every file once, whatever the number of variations", () => {
    expect(session.count).toBe(12);
    expect([...reads.entries()].sort()).toEqual([["a.xosc", 1], ["map.xodr", 1], ["v.xosc", 1]]);
  });

  test("finds the variations that collide, and only these", () => {
    // Ego keeps its speed; the lead runs 10 m/s for 3 s, then brakes with 4 m/s² to 5 m/s. 12 s in all, cars are 4 m long.
    const leadM = 10 * 3 + (10 * 10 - 5 * 5) / (2 * 4) + 5 * (12 - 3 - 5 / 4);
    for (const v of verdicts) {
      const gap = Number(v.parameters.get("Gap")) - 4;
      const collides = Number(v.parameters.get("EgoSpeed")) * 12 - leadM > gap;
      expect(v.verdict, `variation ${v.variation}`).toBe(collides ? "fail" : "pass");
      expect(v.collision === undefined).toBe(!collides);
    }
    expect(verdicts.filter((v) => v.verdict === "fail").length).toBeGreaterThan(0);
    expect(verdicts.filter((v) => v.verdict === "pass").length).toBeGreaterThan(0);
  });

  test("the verdict of a variation is that of the scenario loaded by itself with its parameters", () => {
    const files = new Map([["a.xosc", leadBrakes], ["map.xodr", straightMap()]]);
    for (const i of [0, 7, 11]) {
      const { scenario } = loadScenario("a.xosc", (path) => files.get(path), { parameters: session.parameters(i) });
      const alone = scenario === undefined ? undefined : playOut(scenario, { rng: createRng("1").fork("scenario"), stepUs: 10_000, untilUs: SETTINGS.untilUs, disableControllers: false });
      expect(verdicts[i]?.hash).toBe(alone?.hash);
    }
  });

  test("another session gives the same verdicts in any order", () => {
    const again = openTest(variations).session;
    for (const i of [11, 3, 7, 0, 3]) expect(again.verdict(i)).toEqual(verdicts[i]);
  });
});

test("time to collision and headway are those of the closed form", () => {
  const { session } = openTest(distribution([["Gap", [40]], ["EgoSpeed", [10]], ["LeadSpeed", [10]]]));
  const v = session.verdict(0);
  // Same speed throughout: 36 m bumper to bumper at 10 m/s; nobody ever closes.
  expect(v.minThwS).toBeCloseTo(3.6, 6);
  expect(v.minTtcS).toBeUndefined();
  const closing = openTest(distribution([["Gap", [104]], ["EgoSpeed", [12]], ["LeadSpeed", [10]]])).session.verdict(0);
  // Closing with 2 m/s for 12 s from 100 m: 76 m are left at the end.
  expect(closing.minTtcS).toBeCloseTo(38, 3);
  expect(closing.minThwS).toBeCloseTo(76 / 12, 3);
  expect(closing).toMatchObject({ verdict: "pass", endedBy: "stop-trigger", durationS: 12 });
});

test("limits are criteria when they are asked for", () => {
  const variationsOf = distribution([["Gap", [40]], ["LeadSpeed", [10]]]);
  expect(openTest(variationsOf).session.verdict(0).verdict).toBe("pass");
  const strict = openTest(variationsOf, { limits: { minTtcS: undefined, minThwS: 4 } }).session.verdict(0);
  expect(strict.verdict).toBe("fail");
  expect(strict.reasons[0]).toBe("time headway to Lead fell to 3.60 s at 0.00 s; asked for 4 s");
});

describe("a variation that cannot be built", () => {
  const { session } = openTest(distribution([["Map", ["map.xodr", "gone.xodr"]], ["EgoSpeed", [10, 70, "fast"]]]));
  test("is an error with its place, and the others go on", () => {
    const all = Array.from({ length: 6 }, (_, i) => session.verdict(i));
    expect(all.map((v) => v.verdict)).toEqual(["pass", "error", "error", "error", "error", "error"]);
    expect(all[1]?.reasons[0]).toMatch(/^a\.xosc:\d+:\d+: error: .*parameter EgoSpeed is 70 \(expected lessOrEqual 60\)$/);
    expect(all[2]?.reasons[0]).toContain('EgoSpeed is set to "fast"');
    expect(all[3]?.reasons[0]).toContain("gone.xodr does not exist");
    expect(all.every((v) => !v.internal)).toBe(true);
  });
  test("counts as such in the aggregate, with its parameters", () => {
    const aggregator = createAggregator(2);
    for (let i = 5; i >= 0; i -= 1) aggregator.add(session.verdict(i));
    const result = aggregator.result();
    expect(result.verdicts).toEqual({ pass: 1, fail: 0, none: 0, error: 5 });
    // The list is bounded and holds the lowest.
    expect(result.notBuilt.map((v) => v.variation)).toEqual([1, 2]);
  });
});

test("a run that breaks down is told as our fault, not thrown", () => {
  const files = new Map([["v.xosc", variations], ["a.xosc", leadBrakes], ["map.xodr", straightMap()]]);
  const session = openSession(SETTINGS, (path) => files.get(path), { needed: () => true, run: () => { throw new Error("the physics broke"); } });
  expect(session.ok && session.value.verdict(3)).toMatchObject({ variation: 3, verdict: "error", internal: true, reasons: ["the physics broke"] });
});

test("a scenario that cannot be read under any parameters is refused at once", () => {
  const refused = (files: Readonly<Record<string, string>>): string => {
    const session = openSession(SETTINGS, (path) => files[path]);
    return session.ok ? "" : session.error.map((d) => `${d.file}: ${d.message}`).join("\n");
  };
  expect(refused({ "v.xosc": variations })).toBe("v.xosc: the scenario a.xosc does not exist");
  expect(refused({ "v.xosc": variations, "a.xosc": "<OpenSCENARIO><Nonsense/></OpenSCENARIO>" })).toContain("a.xosc: ");
  expect(refused({})).toBe("v.xosc: the file does not exist");
});

test("a driver model takes the place of default motion; one for nobody is an error of each variation", () => {
  const braked = openTest(variations, { drivers: new Map([["Ego", "idm"]]) }).session;
  const failing = (session: typeof braked): number => Array.from({ length: session.count }, (_, i) => session.verdict(i)).filter((v) => v.verdict === "fail").length;
  expect(failing(braked)).toBeLessThan(failing(openTest(variations).session));
  expect(openTest(variations, { drivers: new Map([["Nobody", "idm"]]) }).session.verdict(0)).toMatchObject({ verdict: "error", internal: false, reasons: ["a.xosc: there is no entity Nobody to be driven (expected one of Ego, Lead)"] });
});

test("values of a stochastic distribution are drawn from the seed that is given, variation by variation", () => {
  const random = distribution([]).replace("<Deterministic></Deterministic>", '<Stochastic numberOfTestRuns="5" randomSeed="3"><StochasticDistribution parameterName="EgoSpeed"><UniformDistribution><Range lowerLimit="5" upperLimit="15"/></UniformDistribution></StochasticDistribution></Stochastic>');
  const speeds = (valueSeed: string | undefined): readonly (string | undefined)[] => {
    const { session } = openTest(random, { valueSeed });
    return Array.from({ length: session.count }, (_, i) => session.parameters(i).get("EgoSpeed"));
  };
  expect(new Set(speeds("7")).size).toBe(5);
  expect(speeds("7")).toEqual(speeds("7"));
  expect(speeds("7")).not.toEqual(speeds("8"));
  expect(speeds(undefined)).toEqual(speeds("3"));
});

test("another seed, another step and other controllers are other sweeps of the same variations", () => {
  const hash = (settings: Partial<typeof SETTINGS>): string | undefined => openTest(variations, settings).session.verdict(0).hash;
  expect(hash({})).toBe(hash({}));
  expect(hash({ stepUs: 5_000 })).not.toBe(hash({}));
});
