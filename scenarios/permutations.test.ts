import { describe, expect, test } from "vitest";
import { isDistribution, readPermutations } from "./permutations.ts";

const file = (inner: string, kind = "Deterministic"): string => `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>
<ParameterValueDistribution><ScenarioFile filepath="./base/a.xosc"/>
<${kind}${kind === "Stochastic" ? ' numberOfTestRuns="3"' : ""}>${inner}</${kind}></ParameterValueDistribution></OpenSCENARIO>`;
const set = (name: string, ...values: readonly string[]): string => `<DeterministicSingleParameterDistribution parameterName="${name}"><DistributionSet>${values.map((v) => `<Element value="${v}"/>`).join("")}</DistributionSet></DeterministicSingleParameterDistribution>`;
const range = (name: string, low: number, high: number, step: number): string => `<DeterministicSingleParameterDistribution parameterName="${name}"><DistributionRange stepWidth="${step}"><Range lowerLimit="${low}" upperLimit="${high}"/></DistributionRange></DeterministicSingleParameterDistribution>`;
const read = (text: string) => readPermutations("dir/v.xosc", () => text);

describe("deterministic distributions", () => {
  test("all combinations, the last axis fastest, both limits of a range included", () => {
    const r = read(file(set("model", "car", "bus") + range("v", 0.1, 0.4, 0.1)));
    if (!r.ok) throw new Error("must be readable");
    expect(r.value.scenarioFile).toBe("dir/base/a.xosc");
    expect(r.value.count).toBe(8);
    expect([...Array(8).keys()].map((i) => [...r.value.at(i).values()].join(" "))).toEqual(["car 0.1", "car 0.2", "car 0.3", "car 0.4", "bus 0.1", "bus 0.2", "bus 0.3", "bus 0.4"]);
    expect(r.value.parameters).toEqual(["model", "v"]);
  });
  test("value sets set several parameters at once", () => {
    const r = read(file('<DeterministicMultiParameterDistribution><ValueSetDistribution><ParameterValueSet><ParameterAssignment parameterRef="a" value="1"/><ParameterAssignment parameterRef="b" value="2"/></ParameterValueSet><ParameterValueSet><ParameterAssignment parameterRef="a" value="3"/></ParameterValueSet></ValueSetDistribution></DeterministicMultiParameterDistribution>'));
    if (!r.ok) throw new Error("must be readable");
    expect([...r.value.at(0)]).toEqual([["a", "1"], ["b", "2"]]);
    expect([...r.value.at(1)]).toEqual([["a", "3"]]);
  });
});

test("what cannot be enumerated is refused with its place", () => {
  const messages = (text: string): string => {
    const r = read(text);
    return r.ok ? "" : r.error.map((d) => `${d.line ?? 0} ${d.message}`).join("\n");
  };
  expect(messages(file('<StochasticDistribution parameterName="v"><UserDefinedDistribution type="t">x</UserDefinedDistribution></StochasticDistribution>', "Stochastic"))).toBe("3 UserDefinedDistribution is not supported yet");
  expect(messages(file(range("v", 1, 0, 0.1)))).toContain("3 the range runs from 1 to 0");
  expect(messages(file(range("v", 0, 1, 1) + set("v", "1")))).toContain("parameter v is varied twice");
  expect(messages(file(range("v", 0, 1, 0)))).toContain('3 stepWidth is "0"');
  expect(messages(file(Array.from({ length: 30 }, (_, i) => range(`p${i}`, 0, 9, 1)).join("")))).toContain("variations");
});

test("a distribution is told from a scenario", () => {
  expect(isDistribution(file(set("a", "1")), "v")).toBe(true);
  expect(isDistribution("<OpenSCENARIO/>", "v")).toBe(false);
  expect(isDistribution("<", "v")).toBeUndefined();
});
