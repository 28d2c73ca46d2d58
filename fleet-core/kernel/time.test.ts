import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoUtc, parseIsoUtc, secondsOf, timeFromS, timeUs } from "./time.ts";

const YEAR_0 = Date.UTC(2000, 0, 1) - 730_485 * 86_400_000; // 0000-01-01
const YEAR_10000 = Date.UTC(10_000, 0, 1);

describe("dates without Date", () => {
  test("isoUtc writes what Date writes, for every day of 400 years and any millisecond of 10 000", () => {
    for (let day = 0; day < 146_097; day += 1) {
      const ms = Date.UTC(1970, 0, 1) + day * 86_400_000 + (day * 7_919) % 86_400_000;
      expect(isoUtc(ms, 0)).toBe(new Date(ms).toISOString());
    }
    fc.assert(
      fc.property(fc.integer({ min: YEAR_0, max: YEAR_10000 - 1 }), (ms) => {
        expect(isoUtc(ms, 0)).toBe(new Date(ms).toISOString());
      }),
      { numRuns: 5000, seed: 21 },
    );
  });

  test("microseconds are rounded down to milliseconds, also before the epoch", () => {
    expect(isoUtc(0, 1999)).toBe("1970-01-01T00:00:00.001Z");
    expect(isoUtc(0, -1)).toBe("1969-12-31T23:59:59.999Z");
    expect(isoUtc(1_000, 500_000)).toBe("1970-01-01T00:00:01.500Z");
  });

  test("years it cannot write, and broken epochs, are refused", () => {
    expect(() => isoUtc(YEAR_10000, 0)).toThrow("not 10000");
    expect(() => isoUtc(YEAR_0 - 1, 0)).toThrow("not -1");
    expect(() => isoUtc(0.5, 0)).toThrow("whole milliseconds");
    expect(() => isoUtc(NaN, 0)).toThrow("whole milliseconds");
  });

  test("parseIsoUtc reads back every millisecond that isoUtc writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: YEAR_0, max: YEAR_10000 - 1 }), (ms) => {
        expect(parseIsoUtc(isoUtc(ms, 0))).toBe(ms);
      }),
      { numRuns: 5000, seed: 22 },
    );
    for (let ms = 0; ms < 1000; ms += 1) expect(parseIsoUtc(isoUtc(ms, 0))).toBe(ms);
  });

  test.each([
    ["2026-01-01T06:00:00Z", Date.UTC(2026, 0, 1, 6)],
    ["2026-01-01t06:00:00z", Date.UTC(2026, 0, 1, 6)],
    ["2026-01-01T06:00:00+02:30", Date.UTC(2026, 0, 1, 3, 30)],
    ["2026-01-01T00:30:00-05:00", Date.UTC(2026, 0, 1, 5, 30)],
    ["2026-01-01T00:00:00.289Z", Date.UTC(2026, 0, 1) + 289],
    ["2026-01-01T00:00:00.9999999999999Z", Date.UTC(2026, 0, 1) + 999],
    ["2024-02-29T12:00:00.5Z", Date.UTC(2024, 1, 29, 12) + 500],
    ["2000-02-29T00:00:00Z", Date.UTC(2000, 1, 29)],
  ])("%s is read", (text, ms) => {
    expect(parseIsoUtc(text)).toBe(ms);
  });

  test.each(["", "2026-01-01", "2026-01-01T06:00Z", "2026-01-01T06:00:00", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n", "26-01-01T00:00:00Z", "2026-01-01 00:00:00Z"])("%j is not a date-time", (text) => {
    expect(parseIsoUtc(text)).toBeUndefined();
  });
});

describe("integer time", () => {
  test("only safe whole microseconds are a time", () => {
    expect(timeUs(5)).toBe(5);
    for (const wrong of [0.5, NaN, Infinity, 2 ** 53]) expect(() => timeUs(wrong)).toThrow("whole microseconds");
  });

  test("seconds go to the nearest microsecond and back", () => {
    expect(timeFromS(0.1)).toBe(100_000);
    expect(timeFromS(12.34)).toBe(12_340_000);
    expect(Object.is(timeFromS(-1e-9), 0)).toBe(true);
    expect(secondsOf(timeFromS(12.34))).toBe(12.34);
  });
});
