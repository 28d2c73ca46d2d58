import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readPermutations } from "../permutations.ts";
import { coverage, coverageDocument, coverageMarkdown } from "./coverage.ts";
import { grammar } from "./grammar.ts";
import { support } from "./support.ts";

test("the table names every type of the standard once, and nothing else", () => {
  const names = coverage().map((e) => e.element);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(grammar.types.size);
  expect(names).toEqual(expect.arrayContaining(["SpeedAction", "LaneChangeAction", "ReachPositionCondition", "ClothoidSpline"]));
  for (const type of support.keys()) expect(grammar.types.has(type), type).toBe(true);
});

test("every type belongs to a version from 1.0 to 1.3", () => {
  expect(new Set(coverage().map((e) => e.since))).toEqual(new Set(["1.0", "1.1", "1.2", "1.3"]));
});

test("what the table calls unsupported is refused when a file uses it", () => {
  const file = `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><ParameterValueDistribution><ScenarioFile filepath="b.xosc"/><Stochastic numberOfTestRuns="2"><StochasticDistribution parameterName="v"><UserDefinedDistribution type="mine">x</UserDefinedDistribution></StochasticDistribution></Stochastic></ParameterValueDistribution></OpenSCENARIO>`;
  const refused = readPermutations("d.xosc", () => file);
  expect(support.get("UserDefinedDistribution")?.level).toBe("no");
  expect(refused.ok ? [] : refused.error.map((d) => d.message)).toEqual(["UserDefinedDistribution is not supported yet"]);
  expect([...support].filter(([, s]) => s.level === "no").map(([type]) => type)).toEqual(["UserDefinedDistribution"]);
});

test("the printed table counts what it lists", () => {
  const text = coverageMarkdown();
  expect(text.split("\n")[0]).toMatch(/^OpenSCENARIO XML 1\.0 to 1\.3: \d+ types, \d+ yes, \d+ partly, \d+ accepted, \d+ no\.$/);
  expect(text).toContain("| SpeedAction | 1.0 | yes |  |");
});

test("COVERAGE.md is the table as it is now", () => {
  const file = readFileSync(fileURLToPath(new URL("../COVERAGE.md", import.meta.url)), "utf8");
  expect(file, "run: npx atlasmesh scenario coverage --markdown > scenarios/COVERAGE.md").toBe(coverageDocument());
});
