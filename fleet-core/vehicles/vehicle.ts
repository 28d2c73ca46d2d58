/**
 * A vehicle in the books: registered, onboarded with an identity, in service, out of service, gone. Must never let a
 * vehicle on board whose (profile, sensor pack, agent build) no valid conformance certificate covers.
 *
 *     registered -> onboarded <-> online <-> degraded        any -> decommissioned
 *                      '--> maintenance, grounded (from any but decommissioned) --> onboarded
 */
import { z } from "zod";
import { vehicleClaimSchema, type Coverage, type VehicleClaim } from "../contract/conformance-certificate.ts";
import { digestSchema, idSchema, momentMsSchema, sentenceSchema, titleSchema } from "../contract/ids.ts";
import { refuse, type Context, type Refusal } from "../kernel/context.ts";
import { invariant } from "../kernel/invariant.ts";
import { ok, type Result } from "../kernel/result.ts";
import { DEGRADED_BELOW, GROUNDED_BELOW, healthReadingSchema, healthScore, type HealthScore } from "./health.ts";

const plate = z.strictObject({ assetTag: titleSchema, manufacturer: titleSchema, model: titleSchema, serialNumber: titleSchema });
/** The key the vehicle proves itself with: SHA-256 of its X.509 certificate, and its SPIFFE name. */
export const identitySchema = z.strictObject({ fingerprint: digestSchema, spiffeId: z.string().max(256).regex(/^spiffe:\/\/[^\s]+$/, "spiffe://…"), expiresMs: momentMsSchema });
export type Identity = Readonly<z.infer<typeof identitySchema>>;
const coverageSchema: z.ZodType<Coverage> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("covered"), certificateId: idSchema, expiresMs: momentMsSchema }),
  z.strictObject({ kind: z.literal("uncovered"), code: z.enum(["no-certificate", "other-profile", "other-sensors", "other-build", "expired", "not-yet-valid", "revoked"]), message: sentenceSchema }),
]);

export const vehicleCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("register"), id: idSchema, fleetId: idSchema, vehicleClass: idSchema, ...plate.shape }),
  /** `coverage`: what the certificates on file say about `claim`, judged by `coverageOf`. */
  z.strictObject({ kind: z.literal("onboard"), claim: vehicleClaimSchema, identity: identitySchema, coverage: coverageSchema }),
  z.strictObject({ kind: z.literal("renew-identity"), identity: identitySchema }),
  z.strictObject({ kind: z.literal("connect"), fingerprint: digestSchema }),
  z.strictObject({ kind: z.literal("disconnect"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("report-health"), reading: healthReadingSchema }),
  z.strictObject({ kind: z.literal("start-maintenance"), reason: sentenceSchema, workOrder: idSchema.optional() }),
  z.strictObject({ kind: z.literal("finish-maintenance"), reading: healthReadingSchema }),
  z.strictObject({ kind: z.literal("ground"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("release"), reason: sentenceSchema }),
  z.strictObject({ kind: z.literal("move"), fleetId: idSchema }),
  z.strictObject({ kind: z.literal("decommission"), reason: sentenceSchema }),
]);
export type VehicleCommand = z.infer<typeof vehicleCommandSchema>;

export const vehicleEventSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("registry.registered"), data: z.strictObject({ id: idSchema, fleetId: idSchema, vehicleClass: idSchema, ...plate.shape }) }),
  z.strictObject({ type: z.literal("registry.onboarded"), data: z.strictObject({ claim: vehicleClaimSchema, identity: identitySchema, certificateId: idSchema, certificateExpiresMs: momentMsSchema }) }),
  z.strictObject({ type: z.literal("registry.identity-renewed"), data: z.strictObject({ identity: identitySchema }) }),
  z.strictObject({ type: z.literal("registry.online"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("registry.offline"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("registry.health-changed"), data: z.strictObject({ score: z.int().min(0).max(100), reasons: z.array(z.string().max(128)).max(16) }) }),
  z.strictObject({ type: z.literal("registry.maintenance-started"), data: z.strictObject({ reason: sentenceSchema, workOrder: idSchema.optional() }) }),
  z.strictObject({ type: z.literal("registry.maintenance-finished"), data: z.strictObject({}) }),
  z.strictObject({ type: z.literal("registry.grounded"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("registry.released"), data: z.strictObject({ reason: sentenceSchema }) }),
  z.strictObject({ type: z.literal("registry.moved"), data: z.strictObject({ fleetId: idSchema }) }),
  z.strictObject({ type: z.literal("registry.decommissioned"), data: z.strictObject({ reason: sentenceSchema }) }),
]);
export type VehicleEvent = z.infer<typeof vehicleEventSchema>;

export interface Vehicle {
  readonly id: string;
  readonly fleetId: string;
  readonly vehicleClass: string;
  readonly assetTag: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly service: "registered" | "in-service" | "maintenance" | "grounded" | "decommissioned";
  /** Why it is out of service. */
  readonly reason: string;
  readonly connected: boolean;
  readonly onboarding: { readonly claim: VehicleClaim; readonly identity: Identity; readonly certificateId: string; readonly certificateExpiresMs: number } | undefined;
  readonly health: HealthScore | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly version: number;
}

export type VehicleStatus = "registered" | "onboarded" | "online" | "degraded" | "maintenance" | "grounded" | "decommissioned";

/** One word for people and filters. */
export function statusOf(vehicle: Vehicle): VehicleStatus {
  if (vehicle.service !== "in-service") return vehicle.service;
  if (!vehicle.connected) return "onboarded";
  return vehicle.health !== undefined && vehicle.health.score < DEGRADED_BELOW ? "degraded" : "online";
}

/** Why it may take no trip now, by its books alone; undefined when it may. */
export function unfitReason(vehicle: Vehicle, nowMs: number): string | undefined {
  if (vehicle.service !== "in-service") return `is ${statusOf(vehicle)}${vehicle.reason === "" ? "" : `: ${vehicle.reason}`}`;
  if (!vehicle.connected) return "is not connected";
  if (vehicle.onboarding !== undefined && nowMs >= vehicle.onboarding.certificateExpiresMs) return `has a conformance certificate that has expired (${vehicle.onboarding.certificateId})`;
  if (vehicle.onboarding !== undefined && nowMs >= vehicle.onboarding.identity.expiresMs) return "has an identity that has expired";
  if (vehicle.health !== undefined && vehicle.health.score < GROUNDED_BELOW) return `has health ${vehicle.health.score}`;
  return undefined;
}

type Decided = Result<readonly VehicleEvent[], Refusal>;

export const vehicles: Context<Vehicle, VehicleCommand, VehicleEvent> = {
  name: "registry",
  decide(state, command, nowMs): Decided {
    if (command.kind === "register") {
      const { kind: _, ...data } = command;
      if (state === undefined) return ok([{ type: "registry.registered", data }]);
      const { id, fleetId, vehicleClass, assetTag, manufacturer, model, serialNumber } = state;
      const again = { id, fleetId, vehicleClass, assetTag, manufacturer, model, serialNumber };
      return state.service !== "decommissioned" && (Object.keys(again) as (keyof typeof again)[]).every((key) => again[key] === data[key]) ? ok([]) : refuse("conflict", "exists", `vehicle ${command.id} exists already`);
    }
    if (state === undefined) return refuse("not-found", "unknown", "there is no such vehicle");
    if (state.service === "decommissioned") return command.kind === "decommission" ? ok([]) : refuse("conflict", "decommissioned", `vehicle ${state.id} is decommissioned`);
    const onboarded = state.onboarding !== undefined;
    switch (command.kind) {
      case "onboard":
        if (command.coverage.kind === "uncovered") return refuse("forbidden", command.coverage.code, `vehicle ${state.id} may not come on board: ${command.coverage.message}`);
        if (command.coverage.expiresMs <= nowMs) return refuse("forbidden", "expired", `vehicle ${state.id} may not come on board: certificate ${command.coverage.certificateId} has expired`);
        if (command.identity.expiresMs <= nowMs) return refuse("invalid", "identity-expired", "the identity has expired");
        if (state.service !== "registered" && state.service !== "in-service") return refuse("conflict", state.service, `vehicle ${state.id} is ${state.service}: ${state.reason}`);
        return ok([{ type: "registry.onboarded", data: { claim: command.claim, identity: command.identity, certificateId: command.coverage.certificateId, certificateExpiresMs: command.coverage.expiresMs } }]);
      case "renew-identity":
        if (!onboarded) return refuse("conflict", "not-onboarded", `vehicle ${state.id} is not on board`);
        if (command.identity.expiresMs <= nowMs) return refuse("invalid", "identity-expired", "the identity has expired");
        return ok([{ type: "registry.identity-renewed", data: { identity: command.identity } }]);
      case "connect":
        if (state.onboarding === undefined) return refuse("forbidden", "not-onboarded", `vehicle ${state.id} is not on board`);
        if (state.onboarding.identity.fingerprint !== command.fingerprint) return refuse("forbidden", "wrong-identity", `vehicle ${state.id} shows another identity than it was onboarded with`);
        if (nowMs >= state.onboarding.identity.expiresMs) return refuse("forbidden", "identity-expired", `the identity of vehicle ${state.id} has expired`);
        return ok(state.connected ? [] : [{ type: "registry.online", data: {} }]);
      case "disconnect":
        return ok(state.connected ? [{ type: "registry.offline", data: { reason: command.reason } }] : []);
      case "report-health": {
        const health = healthScore(command.reading);
        const held = state.health;
        // The log keeps changes, telemetry keeps readings.
        if (held !== undefined && held.score === health.score && held.reasons.join() === health.reasons.join()) return ok([]);
        const changed: VehicleEvent = { type: "registry.health-changed", data: { score: health.score, reasons: [...health.reasons] } };
        const mustStand = health.score < GROUNDED_BELOW && state.service === "in-service";
        return ok(mustStand ? [changed, { type: "registry.grounded", data: { reason: `health ${health.score}: ${health.reasons.join(", ")}` } }] : [changed]);
      }
      case "start-maintenance":
        if (!onboarded) return refuse("conflict", "not-onboarded", `vehicle ${state.id} is not on board`);
        if (state.service === "maintenance") return ok([]);
        return ok([{ type: "registry.maintenance-started", data: { reason: command.reason, ...(command.workOrder === undefined ? {} : { workOrder: command.workOrder }) } }]);
      case "finish-maintenance": {
        if (state.service !== "maintenance") return refuse("conflict", "not-in-maintenance", `vehicle ${state.id} is not in maintenance`);
        const health = healthScore(command.reading);
        if (health.score < DEGRADED_BELOW) return refuse("conflict", "unhealthy", `vehicle ${state.id} has health ${health.score} after maintenance (${health.reasons.join(", ")}); at least ${DEGRADED_BELOW} is needed`);
        return ok([{ type: "registry.health-changed", data: { score: health.score, reasons: [...health.reasons] } }, { type: "registry.maintenance-finished", data: {} }]);
      }
      case "ground":
        return ok(state.service === "grounded" ? [] : [{ type: "registry.grounded", data: { reason: command.reason } }]);
      case "release":
        if (state.service !== "grounded") return refuse("conflict", "not-grounded", `vehicle ${state.id} is not grounded`);
        if (state.health !== undefined && state.health.score < GROUNDED_BELOW) return refuse("conflict", "unhealthy", `vehicle ${state.id} has health ${state.health.score}; maintenance comes first`);
        return ok([{ type: "registry.released", data: { reason: command.reason } }]);
      case "move":
        return ok(state.fleetId === command.fleetId ? [] : [{ type: "registry.moved", data: { fleetId: command.fleetId } }]);
      case "decommission":
        return ok([{ type: "registry.decommissioned", data: { reason: command.reason } }]);
    }
  },
  evolve(state, event, atMs) {
    if (event.type === "registry.registered") {
      invariant(state === undefined, `vehicle ${event.data.id} was registered twice`);
      return { ...event.data, service: "registered", reason: "", connected: false, onboarding: undefined, health: undefined, createdMs: atMs, updatedMs: atMs, version: 1 };
    }
    invariant(state !== undefined && state.service !== "decommissioned", `${event.type} for a vehicle that is not there`);
    const next = { ...state, updatedMs: atMs, version: state.version + 1 };
    const back = state.onboarding === undefined ? "registered" : "in-service";
    switch (event.type) {
      case "registry.onboarded":
        return { ...next, service: "in-service", reason: "", onboarding: event.data };
      case "registry.identity-renewed":
        invariant(state.onboarding !== undefined, "only a vehicle on board has an identity to renew");
        // Whoever was connected under the old one must prove itself again.
        return { ...next, connected: false, onboarding: { ...state.onboarding, identity: event.data.identity } };
      case "registry.online":
        return { ...next, connected: true };
      case "registry.offline":
        return { ...next, connected: false };
      case "registry.health-changed":
        return { ...next, health: { score: event.data.score, reasons: event.data.reasons } };
      case "registry.maintenance-started":
        return { ...next, service: "maintenance", reason: event.data.reason };
      case "registry.maintenance-finished":
        invariant(state.service === "maintenance", "maintenance ends where it began");
        return { ...next, service: back, reason: "" };
      case "registry.grounded":
        return { ...next, service: "grounded", reason: event.data.reason };
      case "registry.released":
        invariant(state.service === "grounded", "only a grounded vehicle is released");
        return { ...next, service: back, reason: "" };
      case "registry.moved":
        return { ...next, fleetId: event.data.fleetId };
      case "registry.decommissioned":
        return { ...next, service: "decommissioned", reason: event.data.reason, connected: false };
    }
  },
};
