import { expect, test } from "vitest";
import { InvariantError, invariant, invariantFinite } from "./invariant.ts";
import { err, formatDiagnostic, InputError, ok } from "./result.ts";

test("a result is a value or an error, told apart by ok", () => {
  expect(ok(3)).toEqual({ ok: true, value: 3 });
  expect(err("stale")).toEqual({ ok: false, error: "stale" });
});

test("a diagnostic reads as editors and CI expect: file:line:column: severity: path: message (expected ...)", () => {
  expect(formatDiagnostic({ severity: "error", file: "a.json", line: 3, column: 7, path: "stops[0].sM", message: "is -1", expected: "at least 0" })).toBe("a.json:3:7: error: stops[0].sM: is -1 (expected at least 0)");
  expect(formatDiagnostic({ severity: "warning", file: "a.xodr", line: 3, message: "has no roads" })).toBe("a.xodr:3: warning: has no roads");
  expect(formatDiagnostic({ severity: "error", file: "a.bin", path: "", message: "is empty" })).toBe("a.bin: error: is empty");
});

test("an input error carries all its diagnostics and shows one a line", () => {
  const error = new InputError([
    { severity: "error", file: "a", message: "one" },
    { severity: "error", file: "b", message: "two" },
  ]);
  expect(error.message).toBe("a: error: one\nb: error: two");
  expect(error.diagnostics).toHaveLength(2);
  expect(error.name).toBe("InputError");
});

test("an invariant throws with its message when broken, and only then", () => {
  expect(() => invariant(1 < 2, "never")).not.toThrow();
  expect(() => invariant(1 > 2, "gapM must be >= 0, is -1")).toThrow(InvariantError);
  expect(() => invariantFinite(1, "x")).not.toThrow();
  expect(() => invariantFinite(NaN, "speedMps")).toThrow("speedMps must be finite, is NaN");
});
