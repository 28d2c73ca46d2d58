import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { problemsOf, scenarioText } from "../test-files.ts";
import { coverage, coverageMarkdown } from "./coverage.ts";
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
  const inInit = (inner: string): string => scenarioText({ init: `<GlobalAction><TrafficAction>${inner}</TrafficAction></GlobalAction>` });
  const uses = new Map([
    ["TrafficStopAction", inInit("<TrafficStopAction/>")],
    ["TrafficSinkAction", inInit('<TrafficSinkAction radius="1"><Position><WorldPosition x="0" y="0"/></Position></TrafficSinkAction>')],
    ["EntitySelection", scenarioText({}).replace("</Entities>", '<EntitySelection name="s"><Members><EntityRef entityRef="Ego"/></Members></EntitySelection></Entities>')],
    ["ExternalObjectReference", scenarioText({}).replace("</Entities>", '<ScenarioObject name="x"><ExternalObjectReference name="y"/></ScenarioObject></Entities>')],
    ["UserDefinedValueCondition", scenarioText({ stop: '<ConditionGroup><Condition name="c" delay="0" conditionEdge="none"><ByValueCondition><UserDefinedValueCondition name="n" rule="equalTo" value="1"/></ByValueCondition></Condition></ConditionGroup>' })],
  ]);
  for (const [type, text] of uses) {
    expect(support.get(type)?.level, type).toBe("no");
    expect(problemsOf(text).join("\n")).toContain(`${type} is not supported yet`);
  }
});

test("the printed table counts what it lists", () => {
  const text = coverageMarkdown();
  expect(text.split("\n")[0]).toMatch(/^OpenSCENARIO XML 1\.0 to 1\.3: \d+ types, \d+ yes, \d+ partly, \d+ accepted, \d+ no\.$/);
  expect(text).toContain("| SpeedAction | 1.0 | yes |  |");
});

test("the README carries the table as it is now", () => {
  const readme = readFileSync(fileURLToPath(new URL("README.md", import.meta.url)), "utf8");
  expect(readme).toContain(coverageMarkdown());
});
