import fc from "fast-check";
import { expect, test } from "vitest";
import { FAULT_KINDS, type Fault, type FaultKind } from "../../fleet-core/contract/fault.ts";
import { formatFault, formatUrlState, parseFault, parseUrlState } from "./url-state.ts";

test("a shared link comes back as the state it was made from", () => {
  const faults: Fault[] = [{ kind: "brake-fade", target: "bus-1", atS: 12.34, severity: 0.5, clearS: 22.34 }, { kind: "core-crash", target: "core", atS: 20, severity: 1 }];
  const state = { scenario: "demo/port-depot-mine-town", seed: "42", faults, operator: [{ kind: "release" as const, atUs: 31_230_000, vehicleId: "bus-1" }], egoProfile: "ride-hail-sedan", timeS: 12.5, camera: 3, vehicle: "bus-1", mode: "local" as const };
  expect(parseUrlState(formatUrlState(state))).toEqual({ ...state, problems: [] });
});

test("an empty address asks for nothing and has no problems", () => {
  expect(parseUrlState("")).toEqual({ scenario: undefined, seed: undefined, faults: [], operator: [], egoProfile: undefined, timeS: undefined, camera: undefined, vehicle: undefined, mode: undefined, problems: [] });
});

test("what cannot be understood is named, and the rest still counts", () => {
  const state = parseUrlState("?s=x&faults=brake-fade@bus:3:0.5,nonsense@bus:1:1,gnss-loss@bus:-1:1&t=abc&cam=9&mode=dream&ops=explode@bus-1:3");
  expect(state.scenario).toBe("x");
  expect(state.faults).toHaveLength(1);
  for (const part of ["nonsense@bus", "gnss-loss@bus:-1:1", "mode=dream", "cam=9", "t=abc", "explode@bus-1:3"]) expect(state.problems.some((p) => p.includes(part)), part).toBe(true);
  expect(state.problems).toHaveLength(6);
});

test("a fault that clears before it begins is refused", () => {
  expect(parseFault("brake-fade@bus:5:0.5:4")).toContain("clears before");
});

test("a fault without a severity takes the default of its kind", () => {
  expect(parseFault("brake-fade@bus:5:")).toEqual({ kind: "brake-fade", target: "bus", atS: 5, severity: FAULT_KINDS["brake-fade"].defaultSeverity });
});

test("every fault survives its short form, whatever the vehicle is called", () => {
  const kinds = Object.keys(FAULT_KINDS) as FaultKind[];
  const micro = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: max * 1e6 }).map((n) => n / 1e6);
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }), micro(1000), micro(1), fc.option(micro(1000), { nil: undefined }), (kind, target, atS, severity, length) => {
      const fault: Fault = { kind, target, atS, severity, ...(length === undefined || length === 0 ? {} : { clearS: Math.round((atS + length) * 1e6) / 1e6 }) };
      expect(parseFault(formatFault(fault))).toEqual(fault);
      expect(parseUrlState(formatUrlState({ ...parseUrlState(""), faults: [fault] })).faults).toEqual([fault]);
    }),
  );
});
