import { describe, expect, test } from "vitest";
import { err, ok } from "../../fleet-core/kernel/result.ts";
import { evaluateExpression, type Value } from "./expression.ts";

const values = new Map<string, Value>([["a", 3], ["b", -2], ["yes", true], ["no", false]]);
const run = (text: string) => evaluateExpression(text, (name) => (values.has(name) ? ok(values.get(name) as Value) : err(`unknown parameter $${name}`)));
const value = (text: string): Value | string => {
  const r = run(text);
  return r.ok ? r.value : r.error;
};

describe("expressions", () => {
  test("operators bind as in arithmetic and run from left to right", () => {
    expect(value("1 + 2 * 3")).toBe(7);
    expect(value("(1 + 2) * 3")).toBe(9);
    expect(value("2 - 3 - 4")).toBe(-5);
    expect(value("20 / 2 / 5")).toBe(2);
    expect(value("-$a + 10.0 * -$b")).toBe(17);
    expect(value("- - 2")).toBe(2);
  });
  test("the remainder has the sign of the dividend", () => {
    expect(value("7 % 4")).toBe(3);
    expect(value("-7 % 4")).toBe(-3);
  });
  test("functions of the standard", () => {
    expect(value("round(2.5) + round(-2.5)")).toBe(0);
    expect(value("floor(-1.5)")).toBe(-2);
    expect(value("ceil(1.2)")).toBe(2);
    expect(value("sqrt(9)")).toBe(3);
    expect(value("pow(2, 10)")).toBe(1024);
    expect(value("sign(-0.1)")).toBe(-1);
    expect(value("max(1, $a, 2) - min(4, $b)")).toBe(5);
    expect(value("abs($b)")).toBe(2);
    expect(value("cos(0) + sin(0)")).toBe(1);
    expect(value("2 * pi")).toBeCloseTo(6.283185307, 9);
  });
  test("boolean operators take booleans only", () => {
    expect(value("not $yes or $yes and not $no")).toBe(true);
    expect(value("$a and $yes")).toContain("and needs true or false, not 3");
    expect(value("$yes + 1")).toContain("+ needs a number, not true");
  });
  test("what is wrong is named with its column", () => {
    expect(value("1 +")).toBe("the expression ends too early at column 4 of ${1 +}");
    expect(value("(1 + 2")).toBe(") is missing at column 7 of ${(1 + 2}");
    expect(value("2 3")).toBe("unexpected 3 at column 3 of ${2 3}");
    expect(value("nope(1)")).toContain("unknown function nope at column 1");
    expect(value("$none * 2")).toBe("unknown parameter $none");
    expect(value("pow(2)")).toContain("pow takes 2 arguments, has 1");
  });
  test("a result that is no finite number is refused", () => {
    expect(value("1 / 0")).toContain("not a finite number");
    expect(value("sqrt(-1)")).toContain("not a finite number");
  });
  test("depth and length are bounded", () => {
    expect(value(`${"(".repeat(500)}1${")".repeat(500)}`)).toContain("nested deeper");
    expect(value("1+".repeat(5000))).toContain("characters");
  });
});
