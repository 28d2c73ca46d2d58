import { expect, it } from "vitest";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { Draws } from "./draws.ts";

/** Share of a standard normal variate below x, by Simpson's rule over its density. */
function shareBelow(x: number): number {
  const steps = 200;
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-0.5 * i * h * i * h);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

it("normal draws have the shares of a normal distribution, out to the tail beyond the last layer", () => {
  const draws = new Draws(createRng("shape"));
  const n = 200_000;
  const values = Float64Array.from({ length: n }, () => draws.normal());
  for (const x of [-3.6, -3, -2, -1, -0.3, 0, 0.3, 1, 2, 3, 3.6]) {
    const expected = shareBelow(x);
    const below = values.reduce((count, value) => count + (value < x ? 1 : 0), 0) / n;
    expect(Math.abs(below - expected), `below ${x}`).toBeLessThan(4.5 * Math.sqrt((expected * (1 - expected)) / n));
  }
  const next = values.slice(1).reduce((sum, value, i) => sum + value * (values[i] as number), 0) / (n - 1);
  expect(Math.abs(next)).toBeLessThan(4.5 / Math.sqrt(n));
});

it("a coin falls as often as its ratio says, never at 0 and always at 1", () => {
  const draws = new Draws(createRng("coin"));
  const n = 100_000;
  const count = (numerator: number): number => {
    let yes = 0;
    for (let i = 0; i < n; i += 1) if (draws.chance(numerator, 100)) yes += 1;
    return yes;
  };
  const yes = count(3);
  expect(count(0)).toBe(0);
  expect(count(100)).toBe(n);
  expect(Math.abs(yes / n - 0.03)).toBeLessThan(4.5 * Math.sqrt((0.03 * 0.97) / n));
});

it("the same generator gives the same draws, another gives others", () => {
  const row = (seed: string): readonly number[] => {
    const draws = new Draws(createRng(seed));
    return Array.from({ length: 8 }, () => draws.normal());
  };
  expect(row("a")).toEqual(row("a"));
  expect(row("a")).not.toEqual(row("b"));
});
