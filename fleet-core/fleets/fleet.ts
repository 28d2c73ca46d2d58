/** A fleet: vehicles run together under one set of operating limits. Archived once, for good, and only when empty. */
import { z } from "zod";
import { idSchema, sentenceSchema, titleSchema } from "../contract/ids.ts";
import { refuse, type Context } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok } from "../kernel/result.ts";

/** Operating limits of the whole fleet; a vehicle's own may be tighter, never looser. */
export const fleetLimitsSchema = z.strictObject({
  speedMpsMax: z.number().positive().max(100).optional(),
  /** Share of energy below which no trip is given. */
  energyRatioMin: z.number().min(0).max(1).optional(),
  night: z.boolean().optional(),
});
export type FleetLimits = Readonly<z.infer<typeof fleetLimitsSchema>>;

const sector = z.string().min(1).max(64);

export const fleetCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("create"), id: idSchema, name: titleSchema, sector }),
  z.strictObject({ kind: z.literal("rename"), name: titleSchema }),
  z.strictObject({ kind: z.literal("limit"), limits: fleetLimitsSchema }),
  z.strictObject({ kind: z.literal("suspend"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("resume") }),
  /** `vehicles`: how many it has now. */
  z.strictObject({ kind: z.literal("archive"), vehicles: z.int().min(0) }),
]);
export type FleetCommand = z.infer<typeof fleetCommandSchema>;

export const fleetEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("fleet.created"), data: z.strictObject({ id: idSchema, name: titleSchema, sector }) }),
  z.strictObject({ type: z.literal("fleet.renamed"), data: z.strictObject({ name: titleSchema }) }),
  z.strictObject({ type: z.literal("fleet.limited"), data: z.strictObject({ limits: fleetLimitsSchema }) }),
  z.strictObject({ type: z.literal("fleet.suspended"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("fleet.resumed"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("fleet.archived"), data: z.strictObject({}) }),
]);
export type FleetEvent = z.infer<typeof fleetEventSchema>;

export interface Fleet {
  readonly id: string;
  readonly name: string;
  readonly sector: string;
  readonly status: "active" | "suspended" | "archived";
  readonly reason: string;
  readonly limits: FleetLimits;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

const same = (a: FleetLimits, b: FleetLimits): boolean => a.speedMpsMax === b.speedMpsMax && a.energyRatioMin === b.energyRatioMin && a.night === b.night;

export const fleets: Context<Fleet, FleetCommand, FleetEvent> = {
  name: "fleet",
  decide(state, command) {
    if (command.kind === "create") {
      const { id, name, sector: of } = command;
      if (state === undefined) return ok([{ type: "fleet.created", data: { id, name, sector: of } }]);
      return state.name === name && state.sector === of && state.status !== "archived" ? ok([]) : refuse("conflict", "exists", `fleet ${id} exists already`);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such fleet");
    if (state.status === "archived") return command.kind === "archive" ? ok([]) : refuse("conflict", "archived", `fleet ${state.id} is archived`);
    switch (command.kind) {
      case "rename":
        return ok(state.name === command.name ? [] : [{ type: "fleet.renamed", data: { name: command.name } }]);
      case "limit":
        return ok(same(state.limits, command.limits) ? [] : [{ type: "fleet.limited", data: { limits: command.limits } }]);
      case "suspend":
        return ok(state.status === "suspended" ? [] : [{ type: "fleet.suspended", data: { reason: command.reason } }]);
      case "resume":
        return ok(state.status === "active" ? [] : [{ type: "fleet.resumed", data: {} }]);
      case "archive":
        return command.vehicles > 0 ? refuse("conflict", "not-empty", `fleet ${state.id} has ${command.vehicles} vehicles still`) : ok([{ type: "fleet.archived", data: {} }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "fleet.created") {
      invariant(state === undefined, `fleet ${event.data.id} was created twice`);
      return { ...event.data, status: "active", reason: "", limits: {}, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined && state.status !== "archived", `${event.type} for a fleet that is not there`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    switch (event.type) {
      case "fleet.renamed":
        return { ...next, name: event.data.name };
      case "fleet.limited":
        return { ...next, limits: event.data.limits };
      case "fleet.suspended":
        return { ...next, status: "suspended", reason: event.data.reason };
      case "fleet.resumed":
        return { ...next, status: "active", reason: "" };
      case "fleet.archived":
        return { ...next, status: "archived" };
    }
  },
};
