import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mission } from "../contract/mission.ts";
import { chooseVehicle, explainNone, ROUTED_MAX, SEARCHED_MAX, type Candidate, type Distances } from "./choose-vehicle.ts";

const mission: Mission = { mission_id: "m1", vehicle_class: "bus", requested_at_s: 0, stops: [{ name: "Gate", road: "1", lane: -1, sM: 3, dwellS: 0 }], repeat: false };
const candidate = (vehicleId: string, more: Partial<Candidate> = {}): Candidate => ({ vehicleId, vehicleClass: "bus", socReserve: 0.2, rangeM: 100_000, bookedFor: undefined, barred: undefined, report: { operationalState: "READY", socRatio: 0.8 }, ...more });
/** Distance of each vehicle by lane; as the crow flies half of it. */
const at = (lanes: Record<string, number | undefined>, tripM = 1000, asked: string[] = []): Distances => ({
  tripM,
  straightM: (id) => (lanes[id] ?? 1e6) / 2,
  routeM(id) {
    asked.push(id);
    return lanes[id];
  },
});
const chosen = (choice: ReturnType<typeof chooseVehicle>): string | undefined => (choice.kind === "chosen" ? choice.vehicleId : undefined);

describe("choosing a vehicle", () => {
  test("the nearest by lane wins, not the nearest as the crow flies", () => {
    const choice = chooseVehicle(mission, [candidate("a"), candidate("b")], { tripM: 0, straightM: (id) => (id === "a" ? 10 : 20), routeM: (id) => (id === "a" ? 900 : 30) });
    expect(choice).toEqual({ kind: "chosen", vehicleId: "b", approachM: 30, why: "nearest of 2 fit vehicles: 30 m by lane to Gate", others: [{ vehicleId: "a", code: "farther", text: "is 900 m away by lane, b 30 m" }] });
  });

  test("equal distances go to the smaller id, in whatever order they come", () => {
    const three = [candidate("b"), candidate("a"), candidate("c")];
    expect(chosen(chooseVehicle(mission, three, at({ a: 5, b: 5, c: 5 })))).toBe("a");
    expect(chosen(chooseVehicle(mission, [...three].reverse(), at({ a: 5, b: 5, c: 5 })))).toBe("a");
  });

  test.each([
    ["class", { vehicleClass: "sedan" }, "is a sedan, the mission needs a bus"],
    ["booked", { bookedFor: "m0" }, "has mission m0"],
    ["barred", { barred: "declined it: held" }, "declined it: held"],
    ["silent", { report: undefined }, "has not been heard lately"],
    ["not-ready", { report: { operationalState: "CHARGING", socRatio: 1 } }, "is CHARGING"],
    ["energy", { report: { operationalState: "READY", socRatio: 0.2 } }, "has 20 % energy, its reserve is 20 %"],
    ["energy", { report: { operationalState: "READY", socRatio: 0.21 } }, "has 21 % energy, needs more than 21 % for 1100 m and its reserve"],
  ] as const)("one that does not fit is left out: %s", (code, more, text) => {
    const choice = chooseVehicle(mission, [candidate("a", more), candidate("b")], at({ a: 100, b: 200 }));
    expect(chosen(choice)).toBe("b");
    expect(choice.others).toEqual([{ vehicleId: "a", code, text }]);
  });

  test("a mission for one vehicle goes to no other", () => {
    const choice = chooseVehicle({ ...mission, vehicle_id: "b" }, [candidate("a"), candidate("b", { bookedFor: "m0" })], at({ a: 1, b: 1 }));
    expect(choice).toEqual({ kind: "none", others: [{ vehicleId: "a", code: "not-named", text: "the mission is for b" }, { vehicleId: "b", code: "booked", text: "has mission m0" }] });
  });

  test("without a known range only the reserve is asked for", () => {
    expect(chosen(chooseVehicle(mission, [candidate("a", { rangeM: undefined, report: { operationalState: "READY", socRatio: 0.21 } })], at({ a: 100 }, 1e9)))).toBe("a");
  });

  test("no lane route and no position are told apart", () => {
    const choice = chooseVehicle(mission, [candidate("a"), candidate("b")], { tripM: 0, straightM: (id) => (id === "a" ? undefined : 5), routeM: () => undefined });
    expect(choice.others).toEqual([{ vehicleId: "a", code: "no-position", text: "is not on a road of the map" }, { vehicleId: "b", code: "unreachable", text: "has no lane route to stop Gate" }]);
  });

  test("routes are measured for the nearest few, and for more only while none can come", () => {
    const many = Array.from({ length: 200 }, (_, i) => candidate(`v${String(i).padStart(3, "0")}`));
    const lanes = Object.fromEntries(many.map(({ vehicleId }, i) => [vehicleId, 100 + i]));
    const asked: string[] = [];
    expect(chosen(chooseVehicle(mission, many, at(lanes, 0, asked)))).toBe("v000");
    expect(asked).toHaveLength(ROUTED_MAX);
    asked.length = 0;
    const far = Object.fromEntries(many.map(({ vehicleId }, i) => [vehicleId, i < 20 ? undefined : 100 + i]));
    const distances: Distances = { tripM: 0, straightM: (id) => Number(id.slice(1)), routeM: (id) => (asked.push(id), far[id]) };
    expect(chosen(chooseVehicle(mission, many, distances))).toBe("v020");
    expect(asked).toHaveLength(21);
    asked.length = 0;
    const nowhere = chooseVehicle(mission, many, { ...distances, routeM: (id) => (asked.push(id), undefined) });
    expect(nowhere.kind).toBe("none");
    expect(asked).toHaveLength(SEARCHED_MAX);
    expect(nowhere.others).toHaveLength(200);
  });

  test("why nobody: one line, without other classes, and bounded", () => {
    const others = [candidate("a", { vehicleClass: "sedan" }), candidate("b", { bookedFor: "m0" })];
    expect(explainNone(mission, chooseVehicle(mission, others, at({})).others)).toBe("b has mission m0");
    expect(explainNone(mission, chooseVehicle(mission, [others[0] as Candidate], at({})).others)).toBe("there is no bus in the fleet");
    expect(explainNone({ ...mission, vehicle_id: "x" }, [])).toBe("there is no bus called x in the fleet");
    const crowd = Array.from({ length: 30 }, (_, i) => candidate(`v${i}`, { bookedFor: "m0" }));
    expect(explainNone(mission, chooseVehicle(mission, crowd, at({})).others)).toMatch(/; and 22 more$/);
  });

  test("whoever is chosen is fit, nobody fit and routed is nearer, and each other one is told why, whatever the order", () => {
    const arbitrary = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 30 }),
        cls: fc.constantFrom("bus", "bus", "sedan"),
        soc: fc.integer({ min: 0, max: 100 }),
        state: fc.constantFrom("READY", "READY", "BUSY", "ERROR"),
        booked: fc.boolean(),
        lane: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
      }),
      { maxLength: 12, selector: (one) => one.id },
    );
    fc.assert(
      fc.property(arbitrary, fc.nat(), (fleet, turn) => {
        const lanes = Object.fromEntries(fleet.map((one) => [`v${one.id}`, one.lane]));
        const candidates = fleet.map((one) => candidate(`v${one.id}`, { vehicleClass: one.cls, bookedFor: one.booked ? "x" : undefined, rangeM: undefined, report: { operationalState: one.state, socRatio: one.soc / 100 } }));
        const distances: Distances = { tripM: 0, straightM: () => 0, routeM: (id) => lanes[id] };
        const choice = chooseVehicle(mission, candidates, distances);
        const cut = candidates.length === 0 ? 0 : turn % candidates.length;
        expect(chooseVehicle(mission, [...candidates.slice(cut), ...candidates.slice(0, cut)], distances)).toEqual(choice);
        expect(choice.others).toHaveLength(candidates.length - (choice.kind === "chosen" ? 1 : 0));
        if (choice.kind !== "chosen") return;
        const winner = fleet.find((one) => `v${one.id}` === choice.vehicleId);
        expect(winner).toMatchObject({ cls: "bus", state: "READY", booked: false });
        expect(winner?.soc).toBeGreaterThan(20);
        for (const other of choice.others.filter((one) => one.code === "farther" && lanes[one.vehicleId] !== undefined && one.text.includes("by lane"))) expect(lanes[other.vehicleId]).toBeGreaterThanOrEqual(choice.approachM);
      }),
      { numRuns: 1000, seed: 61 },
    );
  });
});
