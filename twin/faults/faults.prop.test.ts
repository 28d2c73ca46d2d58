import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAULT_KINDS, type Fault } from "../../fleet-core/contract/fault.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { FAULT_KIND_NAMES } from "./catalogue.ts";
import { createFaultEngine } from "./engine.ts";
import { formatFaultArgument, parseFaultArgument, parseFaultPlan } from "./parse.ts";

const micro = (us: number): number => us / 1_000_000;
const anyFault: fc.Arbitrary<Fault> = fc
  .record({
    kind: fc.constantFrom(...FAULT_KIND_NAMES),
    vehicle: fc.constantFrom("v07", "haul-truck:2", "a*b-c"),
    atUs: fc.integer({ min: 0, max: 100_000_000 }),
    forUs: fc.option(fc.integer({ min: 1, max: 50_000_000 }), { nil: undefined }),
    severity: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ kind, vehicle, atUs, forUs, severity }) => ({
    kind,
    target: FAULT_KINDS[kind].target === "core" ? "core" : vehicle,
    atS: micro(atUs),
    severity: severity / 1000,
    ...(forUs === undefined ? {} : { clearS: micro(atUs + forUs) }),
  }));

describe("faults", () => {
  it("the short form and the file form both give the fault back", () => {
    fc.assert(fc.property(anyFault, (fault) => {
      expect(parseFaultArgument(formatFaultArgument(fault))).toEqual({ ok: true, value: fault });
      expect(parseFaultPlan(JSON.stringify({ schema: "atlasmesh.fault-plan/1", faults: [fault] }), "f")).toMatchObject({ ok: true, value: { faults: [fault] } });
    }), { numRuns: 100, seed: 1 });
  });

  it("what is active at a time does not depend on how time got there, and equals the plan's own words", () => {
    const times = fc.array(fc.integer({ min: 0, max: 160_000_000 }), { minLength: 1, maxLength: 20 }).map((all) => [...all].sort((a, b) => a - b));
    fc.assert(fc.property(fc.array(anyFault, { maxLength: 12 }), times, (faults, steps) => {
      const engine = createFaultEngine({ schema: "atlasmesh.fault-plan/1", faults });
      let sets = 0;
      for (const t of steps) sets += engine.advance(timeUs(t)).filter((c) => c.change === "set").length;
      const end = steps[steps.length - 1] as number;
      const isActive = (f: Fault): boolean => Math.round(f.atS * 1e6) <= end && (f.clearS === undefined || Math.round(f.clearS * 1e6) > end);
      for (const target of ["v07", "haul-truck:2", "a*b-c", "core"]) {
        const expected = new Set(faults.filter((f) => f.target === target && isActive(f)).map((f) => f.kind));
        expect(new Set(engine.active(target))).toEqual(expected);
        const worst = faults.filter((f) => f.target === target && f.kind === "brake-fade" && isActive(f)).reduce((w, f) => Math.max(w, f.severity), 0);
        expect(engine.effects(target).brakeLoss).toBe(worst);
      }
      expect(sets).toBe(faults.filter((f) => Math.round(f.atS * 1e6) <= end).length);
    }), { numRuns: 100, seed: 2 });
  });
});
