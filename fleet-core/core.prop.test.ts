import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createWorld, mission, type World } from "./core.fixture.ts";
import { hashCoreState, replayState } from "./core-state.ts";
import { createStateHash } from "./kernel/hash.ts";
import type { EventLog } from "./kernel/ports.ts";
import { createRng } from "./kernel/rng.ts";
import { timeFromS } from "./kernel/time.ts";

class PowerCut extends Error {}

/** The machine dies at the n-th append: before the events are durable or right after. */
function cutting(at: readonly { readonly append: number; readonly after: boolean }[]): (log: EventLog) => EventLog {
  let count = 0;
  return (log) => ({
    ...log,
    append(stream, version, events) {
      count += 1;
      const cut = at.find((one) => one.append === count);
      if (cut?.after === false) throw new PowerCut();
      const result = log.append(stream, version, events);
      if (cut !== undefined) throw new PowerCut();
      return result;
    },
  });
}

interface Plan {
  readonly seed: number;
  readonly vehicles: number;
  readonly lossPercent: number;
  readonly doublePercent: number;
  readonly delayMs: number;
  readonly requests: readonly { readonly atS: number; readonly sM: number; readonly cancelAfterS: number | undefined }[];
  readonly refusals: readonly { readonly vehicle: number; readonly atS: number; readonly forS: number }[];
  readonly downs: readonly { readonly atS: number; readonly forS: number }[];
  readonly cuts: readonly { readonly append: number; readonly after: boolean }[];
}

const second = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: max * 10 }).map((n) => n / 10);
const planArbitrary: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  vehicles: fc.integer({ min: 1, max: 4 }),
  lossPercent: fc.constantFrom(0, 5, 20, 50),
  doublePercent: fc.constantFrom(0, 10, 40),
  delayMs: fc.constantFrom(0, 50, 500, 4000),
  requests: fc.array(fc.record({ atS: second(60), sM: fc.integer({ min: 0, max: 9000 }), cancelAfterS: fc.option(second(40), { nil: undefined, freq: 3 }) }), { minLength: 1, maxLength: 5 }),
  refusals: fc.array(fc.record({ vehicle: fc.integer({ min: 1, max: 4 }), atS: second(60), forS: second(60) }), { maxLength: 2 }),
  downs: fc.array(fc.record({ atS: second(100), forS: second(30) }), { maxLength: 3 }),
  cuts: fc.array(fc.record({ append: fc.integer({ min: 1, max: 30 }), after: fc.boolean() }), { maxLength: 4 }),
});

const STORM_S = 120;

/** Plays the plan in steps of 100 ms; calls `watch` after each. Returns the ids the core accepted. */
function play(plan: Plan, watch: (world: World) => void): { readonly world: World; readonly accepted: ReadonlySet<string> } {
  const rng = createRng(plan.seed).fork("network");
  const world = createWorld({
    count: plan.vehicles,
    events: cutting(plan.cuts),
    delivery: (clock) => () => {
      if (clock.nowUs() >= timeFromS(STORM_S)) return [50_000];
      const once = (): number => 1000 * rng.below(plan.delayMs + 1);
      if (rng.chance(plan.lossPercent, 100)) return [];
      return rng.chance(plan.doublePercent, 100) ? [once(), once()] : [once()];
    },
  });
  const accepted = new Set<string>();
  let down = false;
  const survive = (act: () => void): void => {
    for (let tries = 0; ; tries += 1) {
      try {
        if (tries === 0) act();
        else if (!down) world.restart();
        return;
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        world.crash();
      }
    }
  };
  for (let step = 0; step < (STORM_S + 4000) * 10; step += step < (STORM_S + 200) * 10 ? 1 : 10) {
    const nowS = step / 10;
    for (const one of plan.downs) {
      if (one.atS === nowS && !down) {
        world.crash();
        down = true;
      } else if (down && nowS >= one.atS + one.forS && plan.downs.every((other) => nowS < other.atS || nowS >= other.atS + other.forS)) {
        down = false;
        survive(() => world.restart());
      }
    }
    for (const one of plan.refusals) {
      const vehicle = world.vehicles.get(`v${one.vehicle}`);
      if (vehicle !== undefined && one.atS === nowS) vehicle.refuseWith = "not now";
      if (vehicle !== undefined && nowS >= one.atS + one.forS) vehicle.refuseWith = undefined;
    }
    plan.requests.forEach((request, i) => {
      if (request.atS === nowS && !down) {
        survive(() => {
          if (world.core.requestMission(mission(`m${i}`, request.sM)).ok) accepted.add(`m${i}`);
        });
        // A caller whose core died in the middle asks again; the same request is one mission.
        survive(() => {
          if (world.core.requestMission(mission(`m${i}`, request.sM)).ok) accepted.add(`m${i}`);
        });
      }
      if (request.cancelAfterS !== undefined && !down && request.atS + request.cancelAfterS === nowS) survive(() => void world.core.cancelMission(`m${i}`));
    });
    const due = timeFromS(nowS + (step < (STORM_S + 200) * 10 ? 0.1 : 1));
    while (world.clock.nowUs() < due) survive(() => world.clock.advanceTo(due));
    watch(world);
    if (nowS > STORM_S + 1 && !down && world.core.missions().every((view) => ["completed", "failed", "cancelled"].includes(view.state))) break;
  }
  return { world, accepted };
}

describe("whatever the network and the power do", () => {
  test("no mission is lost, none is driven twice, all come to an end, and the log explains the state", () => {
    let completed = 0;
    let restarts = 0;
    fc.assert(
      fc.property(planArbitrary, (plan) => {
        const { world, accepted } = play(plan, (now) => {
          const driving = [...now.vehicles.values()].flatMap((vehicle) => (vehicle.missionId === undefined ? [] : [vehicle.missionId]));
          expect(new Set(driving).size, "one vehicle per mission at any time").toBe(driving.length);
        });
        const views = new Map(world.core.missions().map((view) => [view.missionId, view.state]));
        for (const id of accepted) expect(["completed", "failed", "cancelled"], `${id} comes to an end`).toContain(views.get(id));
        const begun = [...world.vehicles.values()].flatMap((vehicle) => vehicle.begun);
        expect(begun.length, "each mission is begun at most once").toBe(new Set(begun).size);
        for (const [id, state] of views) if (state === "completed") expect(begun, "what is completed was driven").toContain(id);
        for (const vehicle of world.vehicles.values()) {
          const ids = vehicle.done.map((command) => command.id);
          expect(new Set(ids).size, "no command is carried out twice").toBe(ids.length);
        }
        const hash = createStateHash();
        hashCoreState(replayState(world.events.readAll(0)), hash);
        expect(hash.digest()).toBe(world.durableHash());
        completed += [...views.values()].filter((state) => state === "completed").length;
        restarts += world.log.lines().filter((line) => line.message.startsWith("started on")).length - 1;
      }),
      { numRuns: 80, seed: 20260101 },
    );
    // The storm must have been one, and the fleet must have worked in it.
    expect(completed).toBeGreaterThan(60);
    expect(restarts).toBeGreaterThan(60);
  });

  test("the same plan gives the same log, event for event", () => {
    fc.assert(
      fc.property(planArbitrary, (plan) => {
        const once = JSON.stringify(play(plan, () => undefined).world.events.readAll(0));
        expect(JSON.stringify(play(plan, () => undefined).world.events.readAll(0))).toBe(once);
      }),
      { numRuns: 8, seed: 20260102 },
    );
  });
});
