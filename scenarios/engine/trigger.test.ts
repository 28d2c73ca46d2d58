import { describe, expect, test } from "vitest";
import type { Condition } from "../schema/model.ts";
import { createTrigger, evaluateTrigger, resetTrigger } from "./trigger.ts";

const condition = (edge: Condition["edge"], delayS = 0): Condition => ({ name: "c", delayS, edge, body: { by: "value", condition: { kind: "simulation-time", value: 0, rule: "equalTo" } } });

/** Steps of 0.1 s at which a condition with these raw values fires; each firing is one `1`. */
function fires(edge: Condition["edge"], raw: string, delayS = 0): string {
  let i = 0;
  const t = createTrigger({ groups: [[condition(edge, delayS)]] }, false, () => ({ probe: () => raw[i] === "1", forget: () => undefined }));
  let out = "";
  for (i = 0; i < raw.length; i += 1) out += evaluateTrigger(t, i * 0.1) ? "1" : "0";
  return out;
}

describe("edges", () => {
  test("none repeats the value", () => expect(fires("none", "0011001")).toBe("0011001"));
  test("rising fires once per rise, never at the first look", () => {
    expect(fires("rising", "0011011")).toBe("0010010");
    expect(fires("rising", "1110")).toBe("0000");
  });
  test("falling fires once per fall", () => expect(fires("falling", "1100110")).toBe("0010001"));
  test("either edge fires on both", () => expect(fires("risingOrFalling", "0110")).toBe("0101"));
});

describe("delays", () => {
  test("a value counts that much later", () => expect(fires("none", "0011111", 0.2)).toBe("0000111"));
  test("a single rise comes through as a single firing", () => expect(fires("rising", "00111111", 0.3)).toBe("00000100"));
  test("a pulse shorter than the delay is not lost", () => expect(fires("none", "0010000", 0.3)).toBe("0000010"));
});

describe("groups", () => {
  const build = (groups: readonly (readonly string[])[]): ((i: number) => boolean) => {
    let step = 0;
    const rows = groups.flat();
    let next = 0;
    const t = createTrigger({ groups: groups.map((g) => g.map(() => condition("none"))) }, false, () => {
      const row = rows[next] as string;
      next += 1;
      return { probe: () => row[step] === "1", forget: () => undefined };
    });
    return (i) => {
      step = i;
      return evaluateTrigger(t, i * 0.1);
    };
  };
  test("all of one group, or all of another", () => {
    const at = build([["0101", "0011"], ["1000"]]);
    expect([0, 1, 2, 3].map(at)).toEqual([true, false, false, true]);
  });
  test("an empty group never holds; a trigger without groups has its default", () => {
    expect(evaluateTrigger(createTrigger({ groups: [[]] }, true, () => ({ probe: () => true, forget: () => undefined })), 0)).toBe(false);
    expect(evaluateTrigger(createTrigger(undefined, true, () => ({ probe: () => false, forget: () => undefined })), 0)).toBe(true);
    expect(evaluateTrigger(createTrigger(undefined, false, () => ({ probe: () => true, forget: () => undefined })), 0)).toBe(false);
  });
});

test("a second look at the same instant corrects the first", () => {
  let raw = false;
  const t = createTrigger({ groups: [[condition("none", 0.1)]] }, false, () => ({ probe: () => raw, forget: () => undefined }));
  expect(evaluateTrigger(t, 0)).toBe(false);
  raw = true;
  expect(evaluateTrigger(t, 0)).toBe(false);
  expect(evaluateTrigger(t, 0.1)).toBe(true);
});

test("reset forgets what was waiting for its delay", () => {
  const t = createTrigger({ groups: [[condition("none", 0.5)]] }, false, () => ({ probe: () => true, forget: () => undefined }));
  evaluateTrigger(t, 0);
  resetTrigger(t);
  expect(evaluateTrigger(t, 0.4)).toBe(false);
  expect(evaluateTrigger(t, 0.6)).toBe(false);
  expect(evaluateTrigger(t, 0.9)).toBe(true);
});
