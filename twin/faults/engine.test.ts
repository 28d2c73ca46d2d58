import { describe, expect, it } from "vitest";
import type { Fault, FaultPlan } from "../../fleet-core/contract/fault.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { FAULT_KIND_NAMES } from "./catalogue.ts";
import { createFaultEngine, HEALTHY } from "./engine.ts";

const planOf = (...faults: Fault[]): FaultPlan => ({ schema: "atlasmesh.fault-plan/1", faults });
const at = (s: number) => timeUs(Math.round(s * 1_000_000));

describe("fault engine", () => {
  it("a fault holds from its time to its clear time and only on its target", () => {
    const engine = createFaultEngine(planOf({ kind: "brake-fade", target: "v07", atS: 1, clearS: 2, severity: 0.5 }));
    expect(engine.advance(at(0.99))).toEqual([]);
    expect(engine.effects("v07")).toEqual(HEALTHY);
    expect(engine.advance(at(1))).toMatchObject([{ change: "set", fault: { kind: "brake-fade" } }]);
    expect(engine.effects("v07")).toEqual({ ...HEALTHY, brakeLoss: 0.5 });
    expect(engine.active("v07")).toEqual(["brake-fade"]);
    expect(engine.effects("v08")).toEqual(HEALTHY);
    expect(engine.advance(at(1.99))).toEqual([]);
    expect(engine.advance(at(2))).toMatchObject([{ change: "clear" }]);
    expect(engine.effects("v07")).toEqual(HEALTHY);
    expect(engine.active("v07")).toEqual([]);
  });

  it("each effect kind moves exactly its own field, in the unit its severity names", () => {
    const expected: Partial<Record<string, Partial<typeof HEALTHY>>> = {
      "brake-fade": { brakeLoss: 0.5 },
      "steering-stuck": { steerLoss: 0.5 },
      "actuator-lag": { lagS: 0.5 },
      "gnss-loss": { gnssLoss: 0.5 },
      "gnss-jump": { gnssJumpM: 5 },
      "lidar-dropout": { lidarLoss: 0.5 },
      "camera-dropout": { cameraLoss: 0.5 },
      "wheel-speed-bias": { wheelSpeedBias: 0.5 },
      "compute-stall": { computeStall: 0.5 },
      "link-loss": { linkLoss: 0.5 },
      "low-battery": {},
      "sudden-pedestrian": {},
      "core-crash": {},
    };
    for (const kind of FAULT_KIND_NAMES) {
      const engine = createFaultEngine(planOf({ kind, target: "x", atS: 0, severity: 0.5 }));
      expect(engine.advance(at(0))).toHaveLength(1);
      expect(engine.effects("x"), kind).toEqual({ ...HEALTHY, ...expected[kind] });
      expect(engine.active("x")).toEqual([kind]);
    }
  });

  it("of two faults of one kind the worse holds, and the milder again when it clears", () => {
    const engine = createFaultEngine(planOf(
      { kind: "link-loss", target: "v07", atS: 0, severity: 0.3 },
      { kind: "link-loss", target: "v07", atS: 1, clearS: 2, severity: 0.9 },
    ));
    engine.advance(at(0));
    expect(engine.effects("v07").linkLoss).toBe(0.3);
    engine.advance(at(1));
    expect(engine.effects("v07").linkLoss).toBe(0.9);
    expect(engine.active("v07")).toEqual(["link-loss"]);
    engine.advance(at(2));
    expect(engine.effects("v07").linkLoss).toBe(0.3);
  });

  it("changes come in plan order; one shorter than a tick is set and cleared in one go", () => {
    const engine = createFaultEngine(planOf(
      { kind: "gnss-loss", target: "b", atS: 0.005, severity: 1 },
      { kind: "low-battery", target: "a", atS: 0.001, clearS: 0.002, severity: 0.9 },
    ));
    expect(engine.advance(at(0.01)).map((c) => `${c.change} ${c.fault.kind}`)).toEqual(["set gnss-loss", "set low-battery", "clear low-battery"]);
    expect(engine.active("a")).toEqual([]);
  });

  it("an added fault begins at the next step and becomes part of the plan; one in the past is refused", () => {
    const engine = createFaultEngine(planOf());
    engine.advance(at(3));
    const fault: Fault = { kind: "lidar-dropout", target: "v07", atS: 3, severity: 1 };
    engine.add(fault);
    expect(engine.effects("v07").lidarLoss).toBe(0);
    engine.advance(at(3.01));
    expect(engine.effects("v07").lidarLoss).toBe(1);
    expect(engine.plan().faults).toEqual([fault]);
    expect(() => engine.add({ ...fault, atS: 2.9 })).toThrow("past");
    expect(() => engine.add({ ...fault, atS: 5, clearS: 5 })).toThrow("clear after");
  });
});
