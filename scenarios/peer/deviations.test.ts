import { describe, expect, test } from "vitest";
import { judgeDeviations, readDeviations, type Deviation, type Difference } from "./deviations.ts";
import { judgeBars, surveyText } from "./report.ts";
import type { Survey } from "./survey.ts";

const listed: readonly Deviation[] = [{ run: "a/x", differs: ["position"], what: "w", because: "b", since: "2026-11-20" }];
const found = (...runs: readonly (readonly [string, readonly Difference[]])[]): ReadonlyMap<string, readonly Difference[]> => new Map(runs);

describe("deviations", () => {
  test("a listed one that differs as listed is no fault", () => expect(judgeDeviations(listed, found(["a/x", ["position"]], ["a/y", []]))).toEqual([]));
  test("an unlisted difference is one", () => expect(judgeDeviations(listed, found(["a/x", ["position"]], ["a/y", ["events"]]))).toEqual([{ run: "a/y", fault: "differs in events and is not listed" }]));
  test("a listed one that no longer differs is one", () => expect(judgeDeviations(listed, found(["a/x", []]))).toEqual([{ run: "a/x", fault: "is listed as differing in position and no longer differs" }]));
  test("a listed one that differs otherwise is one", () => expect(judgeDeviations(listed, found(["a/x", ["position", "speed"]]))[0]?.fault).toBe("differs in position, speed, listed: position"));
  test("a listed run that does not exist is one", () => expect(judgeDeviations(listed, found())[0]?.fault).toBe("is listed, but there is no such run"));
  test("the file must give every field, known differences, and each run once", () => {
    const read = (value: unknown): readonly string[] => {
      const r = readDeviations(JSON.stringify(value), "d.json");
      return r.ok ? [] : r.error.map((d) => `${d.file} ${d.path ?? ""} ${d.message}`);
    };
    expect(read(listed)).toEqual([]);
    expect(read([{ ...listed[0], because: "" }])[0]).toContain("because");
    expect(read([{ ...listed[0], differs: ["colour"] }])[0]).toContain("differs");
    expect(read([listed[0], listed[0]])[0]).toContain("a/x is listed twice");
  });
});

test("a figure below its bar is named, one above is not", () => {
  const f = (held: number): { held: number; of: number } => ({ held, of: 10 });
  const survey: Survey = {
    sources: [{ source: "a", load: f(10), strict: f(9), run: f(10), standard: f(8), others: f(0), noControllers: f(0), seeds: f(0), variations: f(0) }],
    published: { rows: f(10), changes: f(9), rowsDriven: 0, changesDriven: 0, otherPatterns: 0, tests: 1, faults: [] },
    leftOut: [],
    broken: [],
    differing: [{ run: "a/x", differs: ["position"], why: "t=1 Ego" }],
    faults: [],
  };
  expect(judgeBars(survey, { sources: { a: { load: 10, standard: 8 } }, publishedRows: 10, publishedChanges: 9 })).toEqual([]);
  expect(judgeBars(survey, { sources: { a: { standard: 9 }, b: { load: 1 } }, publishedRows: 11, publishedChanges: 0 })).toEqual(["a standard: 8, the bar is 9", "b load: 0, the bar is 1", "published rows: 10, the bar is 11"]);
  const text = surveyText(survey, listed, []);
  expect(text).toMatch(/^a +10\/10 +9\/10 +10\/10 +8\/10/m);
  expect(text).toContain("a/x (position): w");
});
