import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { FAULT_KIND_NAMES, faultCatalogue } from "./catalogue.ts";
import { formatFaultArgument, parseFaultArgument, parseFaultArguments, parseFaultPlan } from "./parse.ts";

const plan = (faults: readonly unknown[]): string => JSON.stringify({ schema: "atlasmesh.fault-plan/1", faults }, null, 2);
const good = { kind: "brake-fade", target: "v07", atS: 12.5, severity: 0.6, clearS: 20 };

const complaints = (text: string): readonly string[] => {
  const result = parseFaultPlan(text, "faults.json");
  expect(result.ok).toBe(false);
  return result.ok ? [] : result.error.map(formatDiagnostic);
};

describe("fault plan file", () => {
  it("a good plan comes back as it was written", () => {
    expect(parseFaultPlan(plan([good, { kind: "core-crash", target: "core", atS: 30, severity: 1 }]), "f")).toEqual({
      ok: true,
      value: { schema: "atlasmesh.fault-plan/1", faults: [good, { kind: "core-crash", target: "core", atS: 30, severity: 1 }] },
    });
  });

  it("broken JSON is named with line and column", () => {
    expect(complaints('{\n  "schema": "atlasmesh.fault-plan/1",\n  "faults": [,]\n}')[0]).toMatch(/^faults\.json:3:14: error: found ','/);
    expect(complaints('{"schema": ')[0]).toMatch(/^faults\.json:1:12: error: /);
    expect(complaints("")[0]).toMatch(/^faults\.json:1:1: error: /);
    expect(complaints('{"faults": [1}')[0]).toMatch(/^faults\.json:1:14: error: /);
    expect(complaints('{"schema": 1, "schema": 2}')[0]).toMatch(/^faults\.json:1:\d+: error: .*schema/);
  });

  it("an unknown kind is named with its place and all kinds there are", () => {
    const text = plan([good, good, { ...good, kind: "brake-fail" }]);
    const line = text.split("\n").findIndex((l) => l.includes("brake-fail")) + 1;
    expect(complaints(text)).toEqual([`faults.json:${line}:15: error: faults[2].kind: is "brake-fail" (expected one of ${FAULT_KIND_NAMES.map((name) => `"${name}"`).join(", ")})`]);
  });

  it.each([
    ["a clear time not after the set time", { ...good, clearS: 12.5 }, "faults[0].clearS: is 12.5 (expected a time after atS, 12.5)"],
    ["a severity above 1", { ...good, severity: 1.5 }, "faults[0].severity: is 1.5 (expected at most 1)"],
    ["a negative time", { ...good, atS: -1 }, "faults[0].atS: is -1 (expected at least 0)"],
    ["a time finer than a microsecond", { ...good, atS: 1.0000005 }, "faults[0].atS: is 1.0000005 (expected at most six decimals (whole microseconds))"],
    ["a missing target", { kind: "gnss-loss", atS: 1, severity: 1 }, "faults[0].target: is missing (expected a string)"],
    ["a text where a number belongs", { ...good, atS: "soon" }, 'faults[0].atS: is "soon" (expected a number)'],
    ["a vehicle fault on the core", { ...good, target: "core" }, "faults[0].target: is \"core\" (expected a vehicle's name, which brake-fade acts on)"],
    ["a core fault on a vehicle", { ...good, kind: "core-crash" }, 'faults[0].target: is "v07" (expected "core", which core-crash acts on)'],
    ["an unknown field", { ...good, sevrity: 1 }, "faults[0].sevrity: is not a known field"],
  ])("%s is refused", (_what, fault, expected) => {
    expect(complaints(plan([fault])).map((c) => c.replace(/^faults\.json:\d+:\d+: error: /, ""))).toEqual([expected]);
  });

  it("another schema and too many faults are refused", () => {
    expect(complaints('{"schema": "atlasmesh.fault-plan/2", "faults": []}')).toEqual(['faults.json:1:12: error: schema: is "atlasmesh.fault-plan/2" (expected "atlasmesh.fault-plan/1")']);
    expect(complaints(plan(Array.from({ length: 1001 }, () => good)))[0]).toContain("faults: has 1001 items (expected at most 1000 items)");
    expect(complaints("[1, 2]")[0]).toContain("expected an object");
  });
});

describe("fault on the command line", () => {
  it("reads kind, target, times and severity", () => {
    expect(parseFaultArgument("brake-fade@v07:12.5-20*0.6")).toEqual({ ok: true, value: good });
    expect(parseFaultArgument("core-crash@core:30")).toEqual({ ok: true, value: { kind: "core-crash", target: "core", atS: 30, severity: 1 } });
    expect(parseFaultArgument("gnss-jump@haul-truck::1:0-5")).toEqual({ ok: true, value: { kind: "gnss-jump", target: "haul-truck::1", atS: 0, clearS: 5, severity: 0.6 } });
  });

  it.each([
    ["brake-fade", "does not say what, where and when (expected KIND@TARGET:AT"],
    ["brake-fade@v07:soon", 'the time "soon" cannot be read (expected KIND@TARGET:AT'],
    ["brakefade@v07:1", 'kind: is "brakefade" (expected one of brake-fade, steering-stuck'],
    ["brake-fade@v07:9-9", "clearS: is 9 (expected a time after atS, 9)"],
    ["brake-fade@v07:1*2", "severity: is 2 (expected at most 1)"],
    ["brake-fade@:1", 'target: has 0 characters (expected at least 1 characters)'],
    ["brake-fade@core:1", 'target: is "core" (expected a vehicle'],
  ])("%s is refused", (text, expected) => {
    const result = parseFaultArgument(text);
    expect(result.ok ? "" : result.error.map(formatDiagnostic).join("\n")).toContain(expected);
  });

  it("a list in one argument becomes a plan; every wrong part is named", () => {
    expect(parseFaultArguments("gnss-loss@v07:1, link-loss@v08:2-3")).toMatchObject({ ok: true, value: { faults: [{ kind: "gnss-loss" }, { kind: "link-loss", clearS: 3 }] } });
    const bad = parseFaultArguments("x@v:1,gnss-loss@v07:1,y@v:2");
    expect(bad.ok ? 0 : bad.error.length).toBe(2);
  });

  it("every example of the catalogue can be read, and written again", () => {
    const catalogue = faultCatalogue();
    expect(catalogue.length).toBeGreaterThanOrEqual(12);
    for (const entry of catalogue) {
      const fault = parseFaultArgument(entry.example);
      expect(fault).toMatchObject({ ok: true, value: { kind: entry.kind, atS: 10, clearS: 20, severity: entry.defaultSeverity } });
      if (fault.ok) expect(formatFaultArgument(fault.value)).toBe(entry.example);
      expect(entry.title.length * entry.severityMeaning.length).toBeGreaterThan(0);
    }
  });
});
