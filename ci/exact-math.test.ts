/** The build plugin leaves no inexact mathematics in cannon-es, and refuses a cannon-es it does not know. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { World, Body, Sphere, Vec3 } from "cannon-es";
import { describe, expect, it } from "vitest";
import * as exact from "../fleet-core/kernel/math/index.ts";
import { inexact } from "./eslint.config.js";
import { INEXACT, inexactMathModule, rewriteCannon, rewriteMath } from "./vite/exact-math.ts";

const cannonFile = join(dirname(createRequire(import.meta.url).resolve("cannon-es")), "cannon-es.js");
const cannon = readFileSync(cannonFile, "utf8");
const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
const calls = (code: string): readonly string[] => [...withoutComments(code).matchAll(/\bMath\.(\w+)/g)].map(([, name]) => name ?? "");

describe("rewriting cannon-es", () => {
  it("leaves no inexact function behind, and the original has some", () => {
    const isInexact = (name: string): boolean => (INEXACT as readonly string[]).includes(name) || name === "random";
    expect(calls(cannon).filter(isInexact).length).toBeGreaterThan(20);
    expect(calls(rewriteCannon(cannon, "m")).filter(isInexact)).toEqual([]);
  });

  it("imports each function it uses, once, from the given module", () => {
    const [head = "", ...rest] = rewriteCannon(cannon, "the/math.ts").split("\n");
    expect(head).toBe('import { acos as __exact_acos, asin as __exact_asin, atan2 as __exact_atan2, cos as __exact_cos, pow as __exact_pow, sin as __exact_sin } from "the/math.ts";');
    const imported = new Set([...head.matchAll(/__exact_(\w+)/g)].map(([, name]) => name));
    expect(new Set([...rest.join("\n").matchAll(/__exact_(\w+)/g)].map(([, name]) => name))).toEqual(imported);
  });

  it("leaves no ** behind, and the original has some", () => {
    const raised = (code: string): number => withoutComments(code).split("**").length - 1;
    expect(raised(cannon)).toBeGreaterThan(10);
    expect(raised(rewriteCannon(cannon, "m"))).toBe(0);
  });

  it.each([
    ["no longer calls Math.acos", (code: string) => code.replaceAll("Math.acos", "arc")],
    ["passes Math itself around", (code: string) => `${code}\nconst m = Math;`],
    ["passes Math itself around", (code: string) => `${code}\nconst { tanh } = Math;`],
    ["passes Math itself around", (code: string) => `${code}\nuse(Math);`],
    ["by a computed name", (code: string) => `${code}\nconst f = Math[name];`],
    ["uses Math.random", (code: string) => `${code}\nconst r = Math.random();`],
    ["uses Math.sumPrecise", (code: string) => `${code}\nconst r = Math.sumPrecise([1]);`],
    ["uses **=", (code: string) => `${code}\nlet r = 1; r **= 2;`],
    ["through another object", (code: string) => `${code}\nconst r = globalThis.Math.sin(1);`],
  ])("fails the build when cannon-es %s", (message, change) => {
    expect(() => rewriteCannon(change(cannon), "m")).toThrow(message);
  });

  it("does not mind comments and texts", () => {
    expect(rewriteMath("/** x ** y, Math */ const o = 'Math ** 1'; // Math ** 2").used).toEqual([]);
  });

  it.each([
    "2 ** 3", "(1 + 2) ** 2", "2 ** 3 ** 2", "(2 ** 3) ** 2", "2 * 3 ** 2 * 4", "(1 + 2 ** 2) ** (1 + 2) - 1", "-(2 ** 2)",
    "Math.sin(1) ** 2", "2 ** Math.cos(Math.abs(-1) ** 2)", "[1, 2].map((x) => x ** 2)[1]", "((2)) /* a */ ** /* b */ ((3))", "Math.sqrt(Math.pow(2, 2) ** 2 * 3 ** 2) + 1",
  ])("means the same afterwards: %s", (text) => {
    const value = (code: string): unknown => new Function("__exact_pow", "__exact_sin", "__exact_cos", `return ${code};`)(Math.pow, Math.sin, Math.cos);
    const { code } = rewriteMath(`(${text})`);
    expect(code).not.toMatch(/\*\*|Math\.(sin|cos|pow)/);
    expect(value(code)).toBe(value(text));
  });
});

it("cannon-es as the tests load it runs with the engine's Math made unusable", () => {
  const saved = new Map<string, PropertyDescriptor>();
  const math = Math as unknown as Record<string, unknown>;
  for (const name of INEXACT) {
    saved.set(name, Object.getOwnPropertyDescriptor(Math, name) as PropertyDescriptor);
    math[name] = () => {
      throw new Error(`Math.${name} was called`);
    };
  }
  try {
    expect(() => Math.sin(1)).toThrow("Math.sin was called");
    const world = new World({ gravity: new Vec3(0, 0, -9.81) });
    const body = new Body({ mass: 1, shape: new Sphere(1), linearDamping: 0.147 });
    body.quaternion.setFromEuler(0.1, 0.2, 0.3);
    body.angularVelocity.set(0.3, 0.2, 0.1);
    world.addBody(body);
    for (let i = 0; i < 100; i += 1) world.step(0.01);
    expect(body.position.z).toBeLessThan(-4);
  } finally {
    for (const [name, descriptor] of saved) Object.defineProperty(Math, name, descriptor);
  }
});

describe("the planted fault: kernel/math of the engine's own functions", async () => {
  const planted = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(inexactMathModule())}`)) as Record<string, unknown>;

  it("has the names and kinds of the real module, so that a build with it runs", () => {
    const shape = (module: Record<string, unknown>): string[] => Object.keys(module).map((name) => `${name} ${typeof module[name]}`).sort();
    expect(shape(planted)).toEqual(shape(exact));
  });

  it("really is the engine's mathematics", () => {
    for (const name of INEXACT) expect(planted[name]).toBe(Math[name]);
    const out = new Float64Array(2);
    (planted["sincos"] as (x: number, out: Float64Array) => void)(0.7, out);
    expect([...out]).toEqual([Math.sin(0.7), Math.cos(0.7)]);
    expect((planted["numericsFingerprint"] as () => string)()).not.toBe(exact.numericsFingerprint());
  });

  it("computes other bits than the real one", () => {
    const differing = Array.from({ length: 1000 }, (_, i) => 0.5 + i / 100).filter((x) => exact.pow(x, 0.147) !== Math.pow(x, 0.147) || exact.sin(x) !== Math.sin(x) || exact.exp(x) !== Math.exp(x));
    expect(differing.length).toBeGreaterThan(0);
  });
});

it("lint, tripwire and build plugin agree on what is inexact", () => {
  expect([...inexact].sort()).toEqual([...INEXACT].sort());
  const tripwire = readFileSync(new URL("../twin/engine/tripwire.ts", import.meta.url), "utf8");
  for (const name of INEXACT) expect(tripwire, `the tripwire guards Math.${name}`).toContain(`"${name}"`);
});
