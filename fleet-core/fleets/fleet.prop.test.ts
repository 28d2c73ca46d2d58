import fc from "fast-check";
import { expect, it } from "vitest";
import { checkContext } from "../contract/test-context.ts";
import { fleetCommandSchema, fleetEventSchema, fleets, type FleetCommand } from "./fleet.ts";

const kinds: fc.Arbitrary<FleetCommand>[] = [
  fc.record({ kind: fc.constant("create" as const), id: fc.constant("f-1"), name: fc.constantFrom("North", "South"), sector: fc.constant("mining") }),
  fc.record({ kind: fc.constant("rename" as const), name: fc.constantFrom("North", "West") }),
  fc.record({ kind: fc.constant("limit" as const), limits: fc.record({ speedMpsMax: fc.integer({ min: 1, max: 30 }), night: fc.boolean() }, { requiredKeys: [] }) }),
  fc.record({ kind: fc.constant("suspend" as const), reason: fc.constant("storm") }),
  fc.constant({ kind: "resume" as const }),
  fc.record({ kind: fc.constant("archive" as const), vehicles: fc.constantFrom(0, 2) }),
];

it("a fleet with vehicles is never archived, and an archived one never changes", () => {
  checkContext({
    context: fleets,
    eventSchema: fleetEventSchema,
    commandSchema: fleetCommandSchema,
    commands: kinds,
    openings: [[{ kind: "create", id: "f-1", name: "North", sector: "mining" }]],
    model: () => ({ status: "none" }),
    follow(model, { command, refused, after, events }) {
      const was = model.status;
      if (was === "archived") expect(events).toEqual([]);
      if (refused === undefined) {
        if (command.kind === "create" && was === "none") model.status = "active";
        if (command.kind === "suspend" && was !== "archived") model.status = "suspended";
        if (command.kind === "resume" && was !== "archived") model.status = "active";
        if (command.kind === "archive") model.status = "archived";
      }
      expect(after?.status ?? "none").toBe(model.status);
      if (command.kind === "archive" && was !== "none" && was !== "archived") expect(refused).toBe(command.vehicles > 0 ? "not-empty" : undefined);
    },
    mustReach: ["fleet.created", "fleet.archived", "fleet.suspended", "fleet.resumed", "fleet.limited", "refused not-empty", "refused archived", "refused exists"],
  });
});
