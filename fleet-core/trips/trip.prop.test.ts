import fc from "fast-check";
import { expect, it } from "vitest";
import type { Itinerary } from "../contract/phase.ts";
import { allow, checkContext, deny } from "../contract/test-context.ts";
import { feasibilityOf, type Candidate } from "./feasibility.ts";
import { heldBy, isOver, tripCommandSchema, tripEventSchema, trips, type TripCommand, type TripStatus } from "./trip.ts";

const undo = { name: "bring back", kind: "drop-off" as const };
const itinerary: Itinerary = { requirements: { vehicleClass: "haul-truck", healthMin: 50, energyRatioMin: 0.2 }, phases: [{ name: "load", kind: "pick-up", durationS: 60, undoneBy: undo }, { name: "go", kind: "go-to", durationS: 0 }, { name: "unload", kind: "drop-off", durationS: 60, undoneBy: undo }] };
const policy = fc.oneof({ weight: 4, arbitrary: fc.constant(allow) }, { weight: 1, arbitrary: fc.constant(deny) });
const vehicleId = fc.oneof({ weight: 4, arbitrary: fc.constant("v-1") }, { weight: 1, arbitrary: fc.constant("v-2") });
const index = fc.nat(3);
const reason = fc.constant("because");
const often = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T>[] => [arbitrary, arbitrary, arbitrary];

const kinds: fc.Arbitrary<TripCommand>[] = [
  fc.record({ kind: fc.constant("create" as const), id: fc.constant("t-1"), itinerary: fc.constant(itinerary), priority: fc.constant(1), policy }),
  fc.constant({ kind: "plan" as const, route: { lengthM: 900, durationS: 120 } }),
  ...often(fc.record({ kind: fc.constant("assign" as const), vehicleId, why: reason, policy })),
  ...often(fc.constant({ kind: "dispatch" as const, commandId: "c-1" })),
  fc.record({ kind: fc.constant("give-back" as const), vehicleId, reason }),
  ...often(fc.record({ kind: fc.constant("start" as const), vehicleId })),
  ...often(fc.record({ kind: fc.constant("finish-phase" as const), vehicleId, index })),
  fc.record({ kind: fc.constant("skip-phase" as const), index, reason }),
  fc.record({ kind: fc.constant("pause" as const), reason }),
  fc.record({ kind: fc.constant("resume" as const), policy }),
  fc.record({ kind: fc.constant("violate" as const), policy }),
  fc.record({ kind: fc.constant("roll-back" as const), reason }),
  ...often(fc.record({ kind: fc.constant("undo-phase" as const), vehicleId, index })),
  fc.oneof({ weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("cancel" as const, "fail" as const), reason }) }, { weight: 12, arbitrary: fc.record({ kind: fc.constant("finish-phase" as const), vehicleId: fc.constant("v-1"), index }) }),
];

const phase = (i: number): TripCommand => ({ kind: "finish-phase", vehicleId: "v-1", index: i });
const sent: readonly TripCommand[] = [{ kind: "create", id: "t-1", itinerary, priority: 1, policy: allow }, { kind: "plan", route: { lengthM: 900, durationS: 120 } }, { kind: "assign", vehicleId: "v-1", why: "nearest", policy: allow }, { kind: "dispatch", commandId: "c-1" }, { kind: "start", vehicleId: "v-1" }];

/** Where each status may lead. */
const LEADS: Readonly<Record<TripStatus | "none", readonly (TripStatus | "none")[]>> = {
  none: ["none", "created"],
  created: ["created", "planned", "cancelled", "failed"],
  planned: ["planned", "assigned", "cancelled", "failed"],
  assigned: ["assigned", "dispatched", "planned", "cancelled", "failed"],
  dispatched: ["dispatched", "underway", "planned", "cancelled", "failed"],
  underway: ["underway", "paused", "completed", "rolling-back", "rolled-back", "cancelled", "failed"],
  paused: ["paused", "underway", "completed", "rolling-back", "rolled-back", "cancelled", "failed"],
  "rolling-back": ["rolling-back", "rolled-back", "cancelled", "failed"],
  completed: ["completed"],
  "rolled-back": ["rolled-back"],
  cancelled: ["cancelled"],
  failed: ["failed"],
};

it("a trip is never driven on a denial, never with two vehicles, does its phases in order and undoes them in reverse", () => {
  checkContext({
    context: trips,
    eventSchema: tripEventSchema,
    commandSchema: tripCommandSchema,
    commands: kinds,
    runs: 400,
    openings: [sent, [...sent, phase(0), phase(1)], [...sent, phase(0), phase(1), { kind: "skip-phase", index: 2, reason: "empty" }], [...sent, phase(0), { kind: "skip-phase", index: 1, reason: "no" }, { kind: "pause", reason: "wait" }], [...sent, phase(0), phase(1), { kind: "roll-back", reason: "wrong load" }], sent.slice(0, 4)],
    model: () => ({ holder: undefined as string | undefined, done: [] as number[], undone: [] as number[] }),
    follow(model, { before, command, events, after, refused }) {
      expect(LEADS[before?.status ?? "none"]).toContain(after?.status ?? "none");
      if ("policy" in command && !command.policy.allowed && command.kind !== "violate") expect(events).toEqual([]);
      for (const event of events) {
        if (event.type === "trip.assigned") {
          expect(model.holder).toBeUndefined();
          expect(event.data.policy.allowed).toBe(true);
          model.holder = event.data.vehicleId;
        }
        if (event.type === "trip.given-back") {
          expect(event.data.vehicleId).toBe(model.holder);
          model.holder = undefined;
        }
        if (event.type === "trip.phase-finished") {
          expect(command).toMatchObject({ vehicleId: model.holder });
          expect(model.done.every((i) => i < event.data.index)).toBe(true);
          model.done.push(event.data.index);
        }
        if (event.type === "trip.phase-undone") {
          expect(model.undone.every((i) => i > event.data.index)).toBe(true);
          expect(model.done).toContain(event.data.index);
          model.undone.push(event.data.index);
        }
        if (event.type === "trip.rolled-back") expect([...model.undone].sort()).toEqual(model.done.filter((i) => i !== 1).sort());
      }
      if (after === undefined) return;
      if (!isOver(after.status)) expect(heldBy(after)).toBe(model.holder);
      if (after.status === "completed") expect(after.phases.includes("pending")).toBe(false);
      // What may still be driven is remembered until the vehicle has given it back.
      if (after.status === "cancelled" || after.status === "failed") expect(after.stray).toBe(after.commandId === undefined ? undefined : model.holder);
      if (command.kind === "cancel" && before !== undefined && !isOver(before.status)) expect(refused).toBeUndefined();
    },
    mustReach: ["trip.created", "trip.assigned", "trip.given-back", "trip.started", "trip.completed", "trip.paused", "trip.policy-violated", "trip.resumed", "trip.rolling-back", "trip.phase-undone", "trip.rolled-back", "trip.cancelled", "trip.failed", "refused policy", "refused phase-order"],
  });
});

const able: Candidate = { vehicleId: "v-1", vehicleClass: "haul-truck", fleetId: "f-1", unfit: undefined, boundBy: undefined, fleetStopped: undefined, health: 90, energyRatio: 0.8, energyRatioMin: 0.1, approachM: 100, denied: undefined };
it.each<[string, Partial<Candidate>, string, RegExp]>([
  ["of another class", { vehicleClass: "bus" }, "class", /is a bus, not a haul-truck/],
  ["that is grounded", { unfit: "is grounded: brakes" }, "unfit", /grounded: brakes/],
  ["that is busy", { boundBy: "trip t-9" }, "busy", /bound by trip t-9/],
  ["of a stopped fleet", { fleetStopped: "its fleet is suspended" }, "fleet-stopped", /suspended/],
  ["in poor health", { health: 49 }, "health", /has health 49, 50 is needed/],
  ["with little energy", { energyRatio: 0.15 }, "energy", /has 15 % energy, 20 % is needed/],
  ["that told no energy", { energyRatio: undefined }, "energy-unknown", /not told/],
  ["that policy denies", { denied: ["outside its area"] }, "policy", /outside its area/],
])("the dry run says why not: a vehicle %s", (_, change, code, reason) => {
  const dry = feasibilityOf(itinerary, [{ ...able, ...change }]);
  expect(dry).toMatchObject({ feasible: false, best: undefined, judgements: [{ able: false, code }] });
  expect(dry.judgements[0]).toMatchObject({ reason: expect.stringMatching(reason) as string });
});

it("the nearest able vehicle is best, ties go to the smaller id, unknown ways come last", () => {
  const dry = feasibilityOf(itinerary, [{ ...able, vehicleId: "c", approachM: undefined }, { ...able, vehicleId: "b" }, { ...able, vehicleId: "a" }, { ...able, vehicleId: "d", approachM: 50 }, { ...able, vehicleId: "e", unfit: "is offline" }]);
  expect(dry.judgements.map((judgement) => judgement.vehicleId)).toEqual(["d", "a", "b", "c", "e"]);
  expect(dry.best).toBe("d");
  expect(feasibilityOf(itinerary, []).summary).toBe("there is no vehicle");
});
