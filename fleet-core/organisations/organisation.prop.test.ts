import fc from "fast-check";
import { expect, it } from "vitest";
import { checkContext, START_MS } from "../contract/test-context.ts";
import { entitledTo, organisationCommandSchema, organisationEventSchema, organisations, roleOf, type OrganisationCommand } from "./organisation.ts";

const feature = fc.constantFrom("vehicles", "trips", "constructor");
const subject = fc.constantFrom("amira", "bo", "__proto__");
const kinds: fc.Arbitrary<OrganisationCommand>[] = [
  fc.record({ kind: fc.constant("create" as const), id: fc.constant("o-1"), name: fc.constantFrom("North", "South"), sector: fc.constant("mining" as const), tier: fc.constant("basic" as const) }),
  fc.record({ kind: fc.constant("rename" as const), name: fc.constantFrom("North", "West") }),
  fc.record({ kind: fc.constant("change-tier" as const), tier: fc.constantFrom("basic" as const, "enterprise" as const) }),
  fc.record({ kind: fc.constant("grant" as const), feature, limit: fc.nat(3), untilMs: fc.integer({ min: START_MS, max: START_MS + 100_000 }) }),
  fc.record({ kind: fc.constant("withdraw" as const), feature }),
  fc.record({ kind: fc.constant("set-member" as const), subject, role: fc.constantFrom("admin" as const, "operator" as const) }),
  fc.record({ kind: fc.constant("remove-member" as const), subject }),
  fc.record({ kind: fc.constant("suspend" as const), reason: fc.constant("unpaid") }),
  fc.constant({ kind: "reactivate" as const }),
];

it("an organisation never loses its last admin, does nothing while suspended, and entitles only to what was bought", () => {
  checkContext({
    context: organisations,
    eventSchema: organisationEventSchema,
    commandSchema: organisationCommandSchema,
    commands: kinds,
    runs: 200,
    openings: [[{ kind: "create", id: "o-1", name: "North", sector: "mining", tier: "basic" }, { kind: "set-member", subject: "amira", role: "admin" }]],
    model: () => ({ exists: false, active: true, members: new Map<string, string>(), bought: new Map<string, { limit: number; untilMs: number }>() }),
    follow(model, { command, refused, after, nowMs, events }) {
      if (refused === undefined) {
        if (command.kind === "create") model.exists = true;
        if (command.kind === "suspend") model.active = false;
        if (command.kind === "reactivate") model.active = true;
        if (command.kind === "set-member") model.members.set(command.subject, command.role);
        if (command.kind === "remove-member") model.members.delete(command.subject);
        if (command.kind === "grant") model.bought.set(command.feature, { limit: command.limit ?? 0, untilMs: command.untilMs ?? 0 });
        if (command.kind === "withdraw") model.bought.delete(command.feature);
      }
      if (!model.exists) return expect(after).toBeUndefined();
      if (after === undefined) return;
      expect(after.active).toBe(model.active);
      if (!model.active && command.kind !== "suspend") expect(events).toEqual([]);
      for (const name of ["amira", "bo", "__proto__", "nobody"]) expect(roleOf(after, name)).toBe(model.members.get(name));
      const wasAdmin = refused === "last-admin";
      if (wasAdmin) expect([...model.members.values()].filter((role) => role === "admin").length).toBe(1);
      for (const name of ["vehicles", "trips", "constructor", "toString"]) {
        const bought = model.bought.get(name);
        for (const inUse of [0, 2]) expect(entitledTo(after, name, inUse, nowMs).entitled).toBe(model.active && bought !== undefined && nowMs < bought.untilMs && inUse < bought.limit);
      }
    },
    mustReach: ["organisation.created", "organisation.suspended", "organisation.reactivated", "organisation.member-removed", "organisation.granted", "organisation.withdrawn", "refused last-admin", "refused suspended", "refused past", "refused unknown"],
  });
});
