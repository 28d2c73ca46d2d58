import { describe, expect, it } from "vitest";
import type { Fault } from "../fleet-core/contract/fault.ts";
import { advance } from "./drive.ts";
import { createRun } from "./run.ts";
import { demoSpec } from "./test-spec.ts";
import type { Run } from "./types.ts";

const begin = (seconds: number, faults: readonly Fault[] = [], seed = "1"): Run =>
  createRun({ ...demoSpec(seconds), seed, faults: { schema: "atlasmesh.fault-plan/1", faults } }, { build: "test", runtime: "test" });

const detail = (run: Run, id: string) => {
  const found = run.details().find((d) => d.id === id);
  if (found === undefined) throw new Error(`no vehicle ${id}`);
  return found;
};

describe("a run of the demo world", () => {
  it("gives every vehicle a mission, moves all of them and lets nobody touch", () => {
    const run = begin(30);
    while (run.ended === undefined) advance(run, 1000);
    expect(run.missions().map((mission) => mission.state)).toEqual(Array.from({ length: 10 }, () => "underway"));
    const metrics = new Map(run.result().metrics.map((metric) => [metric.name, metric.value]));
    for (const { id } of run.details()) expect(metrics.get(`distance/${id}`), id).toBeGreaterThan(20);
    expect(run.result().verdict).toBe("pass");
    for (const { id, localisationErrorM } of run.details()) expect(localisationErrorM, id).toBeLessThan(0.3);
  });

  it("is a function of its spec: the seed changes it, being looked at does not", () => {
    const plain = begin(5);
    const watched = begin(5);
    const other = begin(5, [], "2");
    for (const run of [plain, other]) advance(run, 500);
    advance(watched, 500, () => {
      watched.frame();
      watched.details();
      watched.takeNotes();
      watched.hash();
    });
    expect(watched.hash()).toBe(plain.hash());
    expect(other.hash()).not.toBe(plain.hash());
  });

  it("a stalled computer ends in a minimal risk condition, and the vehicle knows where it is again", () => {
    const run = begin(25, [{ kind: "compute-stall", target: "sedan-1", atS: 10, clearS: 12, severity: 1 }]);
    while (run.ended === undefined) advance(run, 1000);
    const sedan = detail(run, "sedan-1");
    expect(sedan.agent.mrm).toMatchObject({ kind: "succeeded", reason: { code: "compute-stall" } });
    expect(sedan.actual.speedMps).toBeCloseTo(0, 2);
    expect(sedan.localisationErrorM).toBeLessThan(0.1);
    // The others go on.
    expect(run.details().filter((d) => d.agent.mrm.kind !== "none").map((d) => d.id)).toEqual(["sedan-1"]);
  });

  it("a crashed core comes back from its log with every mission still under way", () => {
    const run = begin(20, [{ kind: "core-crash", target: "core", atS: 8, clearS: 11, severity: 1 }]);
    advance(run, 1000);
    const codes = run.takeNotes().map((note) => note.code);
    expect(codes).toContain("fault.set");
    while (run.ended === undefined) advance(run, 1000);
    expect(run.missions().map((mission) => mission.state)).toEqual(Array.from({ length: 10 }, () => "underway"));
  });

  it("names a fault whose target does not exist, at the start and by hand", () => {
    expect(() => begin(1, [{ kind: "gnss-loss", target: "nobody", atS: 0, severity: 1 }])).toThrow(/no agent-driven vehicle "nobody"/);
    expect(begin(1).inject({ kind: "core-crash", target: "bus-1", severity: 1 })).toMatchObject({ ok: false });
  });
});
