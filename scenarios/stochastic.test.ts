import { describe, expect, test } from "vitest";
import { readPermutations, type Permutations } from "./permutations.ts";

const file = (inner: string, runs = 4000, seed = ' randomSeed="7"'): string => `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>
<ParameterValueDistribution><ScenarioFile filepath="a.xosc"/>
<Stochastic numberOfTestRuns="${runs}"${seed}>${inner}</Stochastic></ParameterValueDistribution></OpenSCENARIO>`;
const of = (name: string, distribution: string): string => `<StochasticDistribution parameterName="${name}">${distribution}</StochasticDistribution>`;
const range = (low: number, high: number): string => `<Range lowerLimit="${low}" upperLimit="${high}"/>`;

function open(text: string, seed?: string): Permutations {
  const r = readPermutations("v.xosc", () => text, seed === undefined ? {} : { seed });
  if (!r.ok) throw new Error(r.error.map((d) => d.message).join("; "));
  return r.value;
}

function numbers(distribution: string, runs = 4000): readonly number[] {
  const p = open(file(of("x", distribution), runs));
  return Array.from({ length: p.count }, (_, i) => Number(p.at(i).get("x")));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const m = mean(values);
  return values.reduce((a, b) => a + (b - m) * (b - m), 0) / values.length;
};

describe("each distribution has the mean and the spread it states", () => {
  // 4000 draws: the mean is off by more than 5 standard errors for one seed in a million.
  const near = (values: readonly number[], m: number, v: number): void => {
    expect(Math.abs(mean(values) - m)).toBeLessThan(5 * Math.sqrt(v / values.length));
    expect(variance(values) / v).toBeGreaterThan(0.85);
    expect(variance(values) / v).toBeLessThan(1.18);
  };
  test("uniform", () => {
    const values = numbers(`<UniformDistribution>${range(-2, 4)}</UniformDistribution>`);
    near(values, 1, 3);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
  });
  test("normal", () => near(numbers('<NormalDistribution expectedValue="22" variance="10"/>'), 22, 10));
  test("log-normal, as expected value and variance of the value itself", () => near(numbers('<LogNormalDistribution expectedValue="10" variance="9"/>'), 10, 9));
  test("Poisson, small and large", () => {
    near(numbers('<PoissonDistribution expectedValue="3.5"/>'), 3.5, 3.5);
    near(numbers('<PoissonDistribution expectedValue="20000"/>'), 20000, 20000);
  });
  test("histogram: bins by weight, even inside", () => {
    const values = numbers(`<Histogram><Bin weight="1">${range(0, 1)}</Bin><Bin weight="0">${range(1, 2)}</Bin><Bin weight="3">${range(2, 4)}</Bin></Histogram>`);
    expect(values.filter((v) => v >= 1 && v < 2)).toEqual([]);
    expect(values.filter((v) => v >= 2).length / values.length).toBeCloseTo(0.75, 1);
    expect(mean(values.filter((v) => v >= 2))).toBeCloseTo(3, 1);
  });
  test("probability set: texts by weight", () => {
    const p = open(file(of("m", '<ProbabilityDistributionSet><Element value="car" weight="1"/><Element value="bus" weight="4"/></ProbabilityDistributionSet>')));
    const buses = Array.from({ length: p.count }, (_, i) => p.at(i).get("m")).filter((m) => m === "bus").length;
    expect(buses / p.count).toBeCloseTo(0.8, 1);
  });
});

describe("a range cuts a distribution off, wherever it lies", () => {
  const inside = (distribution: string, low: number, high: number): readonly number[] => {
    const values = numbers(distribution, 1000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...values)).toBeLessThanOrEqual(high);
    return values;
  };
  test("normal: around the middle, in either tail, far out, narrow", () => {
    for (const [low, high] of [[15, 30], [30, 40], [-5, 12], [60, 1000], [22, 22.001], [-1000, -40]] as const) inside(`<NormalDistribution expectedValue="22" variance="10">${range(low, high)}</NormalDistribution>`, low, high);
    // In the tail above 5 deviations the mean excess is 0.1868 deviations (Mills ratio).
    const tail = inside(`<NormalDistribution expectedValue="0" variance="1">${range(5, 100)}</NormalDistribution>`, 5, 100);
    expect(mean(tail)).toBeCloseTo(5.187, 1);
  });
  test("log-normal and Poisson", () => {
    inside(`<LogNormalDistribution expectedValue="10" variance="9">${range(0, 8)}</LogNormalDistribution>`, 0, 8);
    inside(`<PoissonDistribution expectedValue="4">${range(30, 60)}</PoissonDistribution>`, 30, 60);
    inside(`<PoissonDistribution expectedValue="1000">${range(2.5, 3.9)}</PoissonDistribution>`, 3, 3);
  });
});

describe("values are a function of seed, parameter and run", () => {
  const two = of("a", '<NormalDistribution expectedValue="0" variance="1"/>') + of("b", `<UniformDistribution>${range(0, 1)}</UniformDistribution>`);
  test("the same in any order, and whatever else is drawn", () => {
    const p = open(file(two));
    const later = p.at(17).get("a");
    for (let i = 0; i < 17; i += 1) p.at(i);
    expect(p.at(17).get("a")).toBe(later);
    expect(open(file(of("a", '<NormalDistribution expectedValue="0" variance="1"/>'))).at(17).get("a")).toBe(later);
    expect(p.at(18).get("a")).not.toBe(later);
  });
  test("another seed, from the file or from outside, gives others", () => {
    expect(open(file(two)).seed).toBe("7");
    expect(open(file(two), "8").at(0)).toEqual(open(file(two, 10, ' randomSeed="8"')).at(0));
    expect(open(file(two), "8").at(0)).not.toEqual(open(file(two)).at(0));
    expect(open(file(two, 10, "")).seed).toBe("0");
  });
  test("down to the last digit, as written here once", () => {
    const all = two + of("c", '<LogNormalDistribution expectedValue="10" variance="9"/>') + of("d", '<PoissonDistribution expectedValue="3.5"/>') + of("e", `<NormalDistribution expectedValue="0" variance="1">${range(2, 9)}</NormalDistribution>`);
    expect([0, 1].map((i) => [...open(file(all)).at(i).values()].join(" "))).toMatchInlineSnapshot(`
      [
        "-0.22044078910501266 0.8856400646701373 7.1422043924433 5 2.02195479670759",
        "-0.7487379324078247 0.37578432070137124 13.211256049251212 2 2.426531190809429",
      ]
    `);
  });
});

test("what cannot be drawn from is refused with its place and reason", () => {
  const refused = (inner: string): string => {
    const r = readPermutations("v.xosc", () => file(of("x", inner)));
    return r.ok ? "" : r.error.map((d) => `${d.line ?? 0} ${d.message}`).join("\n");
  };
  expect(refused('<NormalDistribution expectedValue="0" variance="-1"/>')).toBe('3 variance is "-1"');
  expect(refused(`<NormalDistribution expectedValue="0" variance="0">${range(1, 2)}</NormalDistribution>`)).toContain("the variance is 0 and 0 lies outside the range");
  expect(refused(`<NormalDistribution expectedValue="0" variance="1e-30">${range(1, 2)}</NormalDistribution>`)).toContain("standard deviations");
  expect(refused('<LogNormalDistribution expectedValue="0" variance="1"/>')).toContain('expectedValue is "0"');
  expect(refused(`<PoissonDistribution expectedValue="3">${range(1.2, 1.8)}</PoissonDistribution>`)).toContain("no whole number");
  expect(refused(`<UniformDistribution>${range(2, 1)}</UniformDistribution>`)).toContain("the range runs from 2 to 1");
  expect(refused('<ProbabilityDistributionSet><Element value="a" weight="0"/></ProbabilityDistributionSet>')).toContain("add up to 0");
  const twice = readPermutations("v.xosc", () => file(of("x", '<PoissonDistribution expectedValue="3"/>') + of("x", '<PoissonDistribution expectedValue="4"/>')));
  expect(twice.ok ? "" : twice.error[0]?.message).toBe("parameter x is varied twice");
});
