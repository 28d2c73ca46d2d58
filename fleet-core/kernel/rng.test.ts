import { describe, expect, test } from "vitest";
import { createRng, xoshiro128starstar } from "./rng.ts";

const take = (n: number, draw: () => number): number[] => Array.from({ length: n }, draw);

describe("xoshiro128**", () => {
  test("its published sequence from state 1, 2, 3, 4", () => {
    // Made with the authors' reference C code, version 1.1; the vector in the tests of the Rust crate rand_xoshiro.
    expect(take(10, xoshiro128starstar(1, 2, 3, 4))).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
  });

  test("an all-zero state, from which it would never leave, is refused", () => {
    expect(() => xoshiro128starstar(0, 0, 0, 0)).toThrow("not all zero");
  });
});

describe("named streams", () => {
  test("golden values: the first numbers of a few names never change", () => {
    const root = createRng(1);
    expect(take(3, root.u32)).toMatchInlineSnapshot(`
      [
        4105584791,
        3568811987,
        2697019994,
      ]
    `);
    expect(take(3, createRng("1").u32)).toMatchInlineSnapshot(`
      [
        903347420,
        74083603,
        1727074011,
      ]
    `);
    expect(take(3, createRng("4f1c09a2").fork("radio/v07").u32)).toMatchInlineSnapshot(`
      [
        4105599143,
        1977214871,
        916922299,
      ]
    `);
  });

  test("a fork depends on its path only, not on what was drawn before or elsewhere", () => {
    const one = createRng("seed");
    const two = createRng("seed");
    take(1000, two.u32);
    two.fork("weather").u32();
    expect(take(20, one.fork("traffic").u32)).toEqual(take(20, two.fork("traffic").u32));
  });

  test("different paths give different streams, also where their texts look alike", () => {
    const root = createRng(7);
    const streams = [root, root.fork("a"), root.fork("b"), root.fork("a").fork("b"), root.fork("a/b"), root.fork("ab"), root.fork(""), createRng("7"), createRng(8)];
    const first = streams.map((stream) => take(4, stream.u32).join());
    expect(new Set(first).size).toBe(streams.length);
  });

  test("ten thousand forks: no two start alike, and their first numbers are spread evenly", () => {
    const root = createRng("fleet");
    const firsts = take(10_000, ((i) => () => root.fork(`vehicle/${(i += 1)}`).u32())(0));
    expect(new Set(firsts).size).toBeGreaterThan(9_980);
    const bins = new Array<number>(16).fill(0);
    for (const first of firsts) bins[first >>> 28] = (bins[first >>> 28] ?? 0) + 1;
    // 15 degrees of freedom: 37.7 is the 0.1 % point.
    expect(chiSquare(bins, 625)).toBeLessThan(37.7);
  });

  test("streams of a parent and its child are not correlated", () => {
    const root = createRng(3);
    const child = root.fork("child");
    let sum = 0;
    for (let i = 0; i < 20_000; i += 1) sum += (root.float() - 0.5) * (child.float() - 0.5);
    // Standard error of the mean product is (1/12)/sqrt(n) = 0.00059.
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.0024);
  });

  test("a seed that is no whole number, and names with NUL, are refused", () => {
    expect(() => createRng(0.5)).toThrow("a seed is a whole number or a text");
    expect(() => createRng(NaN)).toThrow("a seed");
    expect(() => createRng(1).fork("a\u0000b")).toThrow("no NUL");
  });
});

describe("distributions", () => {
  test("floats are in [0, 1), multiples of 2^-32, with mean 1/2 and variance 1/12", () => {
    const rng = createRng("float");
    const values = take(50_000, rng.float);
    expect(values.every((x) => x >= 0 && x < 1 && Number.isInteger(x * 4294967296))).toBe(true);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) * (b - mean), 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
  });

  test.each([[7, 22.5], [10, 27.9], [100, 148.2]])("below(%d) is even: chi-square below its 0.1 %% point %d", (n, limit) => {
    const rng = createRng(`below ${n}`);
    const bins = new Array<number>(n).fill(0);
    for (let i = 0; i < 1000 * n; i += 1) {
      const k = rng.below(n);
      bins[k] = (bins[k] ?? 0) + 1;
    }
    expect(bins.length).toBe(n);
    expect(chiSquare(bins, 1000)).toBeLessThan(limit);
  });

  test("below() has no modulo bias: three quarters of 2^32 would show it plainly", () => {
    // x % (3·2^30) without rejection would fall in the lower third with probability 1/2 instead of 1/3.
    const rng = createRng("bias");
    const n = 3 * 2 ** 30;
    const low = take(20_000, () => rng.below(n)).filter((x) => x < 2 ** 30).length;
    expect(low / 20_000).toBeGreaterThan(0.32);
    expect(low / 20_000).toBeLessThan(0.347);
  });

  test("below() at its ends: 1 is always 0, 2^32 is the bare generator", () => {
    expect(take(5, () => createRng(5).below(1))).toEqual([0, 0, 0, 0, 0]);
    const one = createRng(5);
    const two = createRng(5);
    expect(take(5, () => one.below(4294967296))).toEqual(take(5, two.u32));
    for (const wrong of [0, -1, 1.5, 4294967297, NaN]) expect(() => one.below(wrong)).toThrow("1 <= n <= 2^32");
  });

  test("chance() keeps its ratio, and 0 and 1 are certain", () => {
    const rng = createRng("chance");
    const hits = take(30_000, () => Number(rng.chance(3, 10))).reduce((a, b) => a + b);
    expect(hits / 30_000).toBeCloseTo(0.3, 1.9);
    expect(take(100, () => Number(rng.chance(0, 5))).includes(1)).toBe(false);
    expect(take(100, () => Number(rng.chance(5, 5))).includes(0)).toBe(false);
    expect(() => rng.chance(6, 5)).toThrow("got 6/5");
    expect(() => rng.chance(0.5, 5)).toThrow("got 0.5/5");
    expect(() => rng.chance(0, 0)).toThrow("1 <= n");
  });

  test("normal() has mean 0, variance 1, no skew and kurtosis 3", () => {
    const rng = createRng("normal");
    const values = take(100_000, rng.normal);
    const moment = (k: number): number => values.reduce((a, x) => a + x ** k, 0) / values.length;
    // Standard errors: 0.0032, 0.0045, 0.0077, 0.031; four of each.
    expect(Math.abs(moment(1))).toBeLessThan(0.0127);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.0179);
    expect(Math.abs(moment(3))).toBeLessThan(0.049);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.124);
    // And the tails are those of a normal: 4.55 % beyond two standard deviations.
    expect(values.filter((x) => Math.abs(x) > 2).length / values.length).toBeCloseTo(0.0455, 2.5);
  });
});

function chiSquare(bins: readonly number[], expected: number): number {
  return bins.reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0);
}
