/** Operations on the organisation, its fleets, certificates and vehicles. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conformanceCertificateSchema, coverageOf, vehicleClaimSchema } from "../../contract/conformance-certificate.ts";
import { idSchema, sentenceSchema, titleSchema, momentMsSchema } from "../../contract/ids.ts";
import { fleetLimitsSchema } from "../../fleets/fleet.ts";
import { entitledTo, ROLES, SECTORS, TIERS } from "../../organisations/organisation.ts";
import type { Ask } from "../../platform.ts";
import { healthReadingSchema } from "../../vehicles/health.ts";
import { statusOf, type Vehicle } from "../../vehicles/vehicle.ts";
import { CsrError } from "./authority.ts";
import { listOf, pageOf, pageSchema } from "./listing.ts";
import { describeOperations, type Caller, type Services } from "./operation.ts";
import { ProblemError } from "./problem.ts";
import { trustedSigner } from "./trust.ts";

const byId = z.object({ id: idSchema });
const row = (title: string, shape: z.ZodRawShape): z.ZodType => z.looseObject({ id: z.string(), version: z.int(), createdMs: z.int(), updatedMs: z.int(), ...shape }).meta({ title });
const organisationRow = row("Organisation", { name: z.string(), sector: z.enum(SECTORS), tier: z.enum(TIERS), active: z.boolean() });
const fleetRow = row("Fleet", { name: z.string(), status: z.enum(["active", "suspended", "archived"]), limits: z.looseObject({}) });
const vehicleRow = row("Vehicle", { fleetId: z.string(), vehicleClass: z.string(), status: z.string().optional(), connected: z.boolean(), service: z.string() });
const certificateRow = row("FiledCertificate", { certificate: z.looseObject({}), keyId: z.string() });

const missing = (what: string): ProblemError => new ProblemError(404, "unknown", `there is no such ${what}`);
const withStatus = (vehicle: Vehicle): Vehicle & { readonly status: string } => ({ ...vehicle, status: statusOf(vehicle) });
const reasonBody = z.strictObject({ reason: sentenceSchema });

/** How many vehicles a fleet has that are not gone. */
const vehiclesOf = (caller: Caller, fleetId: string): number => [...caller.state.tables.registry.values()].filter((vehicle) => vehicle.fleetId === fleetId && vehicle.service !== "decommissioned").length;

export function fleetRoutes(app: FastifyInstance, services: Services): void {
  const { read, write } = describeOperations(app, services);
  const org = (caller: Caller): { context: "organisation"; id: string } => ({ context: "organisation", id: caller.subject.tenant });

  read({ id: "getOrganisation", method: "GET", url: "/organisation", summary: "The caller's organisation", tag: "organisation", shape: {}, answer: organisationRow, read: (caller) => {
    if (caller.organisation === undefined) throw missing("organisation");
    return { body: caller.organisation, version: caller.organisation.version };
  } });
  write({ id: "changeOrganisation", method: "PATCH", url: "/organisation", summary: "Rename, change tier", tag: "organisation", shape: { body: z.strictObject({ name: titleSchema.optional(), tier: z.enum(TIERS).optional() }) }, answer: organisationRow, decide: (caller, { body }) => {
    const asks: Ask[] = [];
    if (body.name !== undefined) asks.push({ ...org(caller), command: { kind: "rename", name: body.name } });
    if (body.tier !== undefined) asks.push({ ...org(caller), command: { kind: "change-tier", tier: body.tier } });
    return { asks, resource: org(caller) };
  } });
  write({ id: "suspendOrganisation", method: "POST", url: "/organisation/suspend", summary: "Suspend everything of the organisation", tag: "organisation", shape: { body: reasonBody }, answer: organisationRow, decide: (caller, { body }) => ({ asks: [{ ...org(caller), command: { kind: "suspend", reason: body.reason } }], resource: org(caller) }) });
  write({ id: "reactivateOrganisation", method: "POST", url: "/organisation/reactivate", summary: "End a suspension", tag: "organisation", shape: {}, answer: organisationRow, decide: (caller) => ({ asks: [{ ...org(caller), command: { kind: "reactivate" } }], resource: org(caller) }) });
  write({ id: "grantEntitlement", method: "PUT", url: "/organisation/entitlements/:feature", summary: "Grant or change an entitlement", tag: "organisation", shape: { params: z.object({ feature: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/) }), body: z.strictObject({ limit: z.int().min(0).optional(), untilMs: momentMsSchema.optional() }) }, answer: organisationRow, decide: (caller, { params, body }) => ({ asks: [{ ...org(caller), command: { kind: "grant", feature: params.feature, ...body } }], resource: org(caller) }) });
  write({ id: "withdrawEntitlement", method: "DELETE", url: "/organisation/entitlements/:feature", summary: "Withdraw an entitlement", tag: "organisation", shape: { params: z.object({ feature: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/) }) }, answer: organisationRow, decide: (caller, { params }) => ({ asks: [{ ...org(caller), command: { kind: "withdraw", feature: params.feature } }], resource: org(caller) }) });
  const member = z.object({ subject: z.string().min(1).max(200) });
  write({ id: "setMember", method: "PUT", url: "/organisation/members/:subject", summary: "Add a member or change the role", tag: "organisation", shape: { params: member, body: z.strictObject({ role: z.enum(ROLES) }) }, answer: organisationRow, decide: (caller, { params, body }) => ({ asks: [{ ...org(caller), command: { kind: "set-member", subject: params.subject, role: body.role } }], resource: org(caller) }) });
  write({ id: "removeMember", method: "DELETE", url: "/organisation/members/:subject", summary: "Remove a member", tag: "organisation", shape: { params: member }, answer: organisationRow, decide: (caller, { params }) => ({ asks: [{ ...org(caller), command: { kind: "remove-member", subject: params.subject } }], resource: org(caller) }) });

  write({ id: "createFleet", method: "POST", url: "/fleets", summary: "Create a fleet", tag: "fleets", success: 201, shape: { body: z.strictObject({ id: idSchema.optional(), name: titleSchema }) }, answer: fleetRow, decide: (caller, { body }) => {
    const id = body.id ?? services.newId("f");
    return { asks: [{ context: "fleet", id, command: { kind: "create", id, name: body.name, sector: caller.organisation?.sector ?? "logistics" } }], resource: { context: "fleet", id } };
  } });
  read({ id: "listFleets", method: "GET", url: "/fleets", summary: "Fleets", tag: "fleets", shape: { query: pageSchema.extend({ status: z.enum(["active", "suspended", "archived"]).optional() }) }, answer: listOf(fleetRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.fleet.values(), query, (fleet) => query.status === undefined || fleet.status === query.status) }) });
  read({ id: "getFleet", method: "GET", url: "/fleets/:id", summary: "One fleet", tag: "fleets", shape: { params: byId }, answer: fleetRow, read: (caller, { params }) => {
    const fleet = caller.state.tables.fleet.get(params.id);
    if (fleet === undefined) throw missing("fleet");
    return { body: fleet, version: fleet.version };
  } });
  write({ id: "changeFleet", method: "PATCH", url: "/fleets/:id", summary: "Rename, set operating limits", tag: "fleets", shape: { params: byId, body: z.strictObject({ name: titleSchema.optional(), limits: fleetLimitsSchema.optional() }) }, answer: fleetRow, decide: (_, { params: { id }, body }) => {
    const asks: Ask[] = [];
    if (body.name !== undefined) asks.push({ context: "fleet", id, command: { kind: "rename", name: body.name } });
    if (body.limits !== undefined) asks.push({ context: "fleet", id, command: { kind: "limit", limits: body.limits } });
    return { asks, resource: { context: "fleet", id } };
  } });
  write({ id: "suspendFleet", method: "POST", url: "/fleets/:id/suspend", summary: "No new trips for this fleet", tag: "fleets", shape: { params: byId, body: reasonBody }, answer: fleetRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "fleet", id, command: { kind: "suspend", reason: body.reason } }], resource: { context: "fleet", id } }) });
  write({ id: "resumeFleet", method: "POST", url: "/fleets/:id/resume", summary: "Trips again for this fleet", tag: "fleets", shape: { params: byId }, answer: fleetRow, decide: (_, { params: { id } }) => ({ asks: [{ context: "fleet", id, command: { kind: "resume" } }], resource: { context: "fleet", id } }) });
  write({ id: "archiveFleet", method: "POST", url: "/fleets/:id/archive", summary: "Archive an empty fleet for good", tag: "fleets", shape: { params: byId }, answer: fleetRow, decide: (caller, { params: { id } }) => ({ asks: [{ context: "fleet", id, command: { kind: "archive", vehicles: vehiclesOf(caller, id) } }], resource: { context: "fleet", id } }) });

  write({ id: "fileCertificate", method: "POST", url: "/certificates", summary: "File a signed conformance certificate", tag: "vehicles", success: 201, shape: { body: z.strictObject({ certificate: conformanceCertificateSchema, signature: z.string().min(1).max(256).describe("Ed25519, base64url") }) }, answer: certificateRow, decide: (_, { body: { certificate, signature } }) => {
    const keyId = trustedSigner(services.dataFolder, certificate, signature);
    const id = certificate.certificate_id;
    return { asks: [{ context: "certificate", id, command: { kind: "file", certificate, keyId: keyId ?? "none", verified: keyId !== undefined } }], resource: { context: "certificate", id } };
  } });
  read({ id: "listCertificates", method: "GET", url: "/certificates", summary: "Conformance certificates on file", tag: "vehicles", shape: { query: pageSchema }, answer: listOf(certificateRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.certificate.values(), query, () => true) }) });
  write({ id: "revokeCertificate", method: "POST", url: "/certificates/:id/revoke", summary: "Revoke a certificate; vehicles it covers are grounded", tag: "vehicles", shape: { params: byId, body: reasonBody }, answer: certificateRow, decide: (caller, { params: { id }, body }) => {
    const covered = [...caller.state.tables.registry.values()].filter((vehicle) => vehicle.onboarding?.certificateId === id && vehicle.service !== "decommissioned");
    const grounded = covered.map((vehicle): Ask => ({ context: "registry", id: vehicle.id, command: { kind: "ground", reason: `certificate ${id} was revoked: ${body.reason}`.slice(0, 1024) } }));
    return { asks: [{ context: "certificate", id, command: { kind: "revoke", reason: body.reason } }, ...grounded], resource: { context: "certificate", id } };
  } });

  write({ id: "registerVehicle", method: "POST", url: "/vehicles", summary: "Register a vehicle", tag: "vehicles", success: 201, shape: { body: z.strictObject({ id: idSchema.optional(), fleetId: idSchema, vehicleClass: idSchema, assetTag: titleSchema, manufacturer: titleSchema, model: titleSchema, serialNumber: titleSchema }) }, answer: vehicleRow, decide: (caller, { body }) => {
    const id = body.id ?? services.newId("v");
    const fleet = caller.state.tables.fleet.get(body.fleetId);
    if (fleet === undefined || fleet.status === "archived") throw new ProblemError(422, "no-fleet", `there is no fleet ${body.fleetId}`);
    const known = [...caller.state.tables.registry.values()];
    if (known.some((vehicle) => vehicle.id !== id && vehicle.service !== "decommissioned" && (vehicle.serialNumber === body.serialNumber || vehicle.assetTag === body.assetTag))) throw new ProblemError(409, "doubled", "another vehicle has this serial number or asset tag");
    const used = known.filter((vehicle) => vehicle.service !== "decommissioned" && vehicle.id !== id).length;
    if (caller.organisation !== undefined) {
      const entitled = entitledTo(caller.organisation, "vehicles", used, services.nowMs());
      if (!entitled.entitled) throw new ProblemError(403, "not-entitled", entitled.reason);
    }
    return { asks: [{ context: "registry", id, command: { kind: "register", ...body, id } }], resource: { context: "registry", id } };
  } });
  read({ id: "listVehicles", method: "GET", url: "/vehicles", summary: "Vehicles", tag: "vehicles", shape: { query: pageSchema.extend({ status: z.enum(["registered", "onboarded", "online", "degraded", "maintenance", "grounded", "decommissioned"]).optional(), fleetId: idSchema.optional(), vehicleClass: idSchema.optional() }) }, answer: listOf(vehicleRow), read: (caller, { query }) => {
    const page = pageOf(caller.state.tables.registry.values(), query, (vehicle) => (query.status === undefined || statusOf(vehicle) === query.status) && (query.fleetId === undefined || vehicle.fleetId === query.fleetId) && (query.vehicleClass === undefined || vehicle.vehicleClass === query.vehicleClass));
    return { body: { ...page, items: page.items.map(withStatus) } };
  } });
  read({ id: "getVehicle", method: "GET", url: "/vehicles/:id", summary: "One vehicle", tag: "vehicles", shape: { params: byId }, answer: vehicleRow, read: (caller, { params }) => {
    const vehicle = caller.state.tables.registry.get(params.id);
    if (vehicle === undefined) throw missing("vehicle");
    return { body: withStatus(vehicle), version: vehicle.version };
  } });
  write({ id: "onboardVehicle", method: "POST", url: "/vehicles/:id/onboard", summary: "Take on board: conformance certificate checked, identity issued for the vehicle's own key", tag: "vehicles", shape: { params: byId, body: z.strictObject({ claim: vehicleClaimSchema, csr: z.string().min(1).max(8192).describe("PKCS#10 request in PEM, EC P-256 or P-384") }) }, answer: vehicleRow, async decide(caller, { params: { id }, body }) {
    const { certificate } = caller.state.tables;
    const revoked = new Set([...certificate.values()].filter((one) => one.revokedFor !== undefined).map((one) => one.id));
    const coverage = coverageOf(body.claim, [...certificate.values()].map((one) => one.certificate), revoked, services.nowMs());
    try {
      const made = await services.authority.sign(body.csr, caller.subject.tenant, id, services.nowMs());
      const identity = { fingerprint: made.fingerprint, spiffeId: made.spiffeId, expiresMs: made.expiresMs };
      return { asks: [{ context: "registry", id, command: { kind: "onboard", claim: body.claim, identity, coverage } }], resource: { context: "registry", id }, extra: { credentials: { certificatePem: made.pem, caPem: services.authority.caPem, spiffeId: made.spiffeId, expiresMs: made.expiresMs } } };
    } catch (error) {
      if (error instanceof CsrError) throw new ProblemError(422, "csr", `the certificate request cannot be signed: ${error.message}`);
      throw error;
    }
  } });
  write({ id: "reportVehicleHealth", method: "POST", url: "/vehicles/:id/health", summary: "Report measured health (1: as new)", tag: "vehicles", shape: { params: byId, body: healthReadingSchema }, answer: vehicleRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "registry", id, command: { kind: "report-health", reading: body } }], resource: { context: "registry", id } }) });
  write({ id: "startMaintenance", method: "POST", url: "/vehicles/:id/maintenance", summary: "Into maintenance", tag: "vehicles", shape: { params: byId, body: z.strictObject({ reason: sentenceSchema, workOrder: idSchema.optional() }) }, answer: vehicleRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "registry", id, command: { kind: "start-maintenance", ...body } }], resource: { context: "registry", id } }) });
  write({ id: "finishMaintenance", method: "POST", url: "/vehicles/:id/maintenance/finish", summary: "Out of maintenance, with what was measured", tag: "vehicles", shape: { params: byId, body: z.strictObject({ reading: healthReadingSchema }) }, answer: vehicleRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "registry", id, command: { kind: "finish-maintenance", reading: body.reading } }], resource: { context: "registry", id } }) });
  for (const [operation, kind, summary] of [["groundVehicle", "ground", "Must not drive"], ["releaseVehicle", "release", "May drive again"], ["decommissionVehicle", "decommission", "Out of service for good"]] as const) {
    write({ id: operation, method: "POST", url: `/vehicles/:id/${kind}`, summary, tag: "vehicles", shape: { params: byId, body: reasonBody }, answer: vehicleRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "registry", id, command: { kind, reason: body.reason } }], resource: { context: "registry", id } }) });
  }
  write({ id: "moveVehicle", method: "POST", url: "/vehicles/:id/move", summary: "To another fleet", tag: "vehicles", shape: { params: byId, body: z.strictObject({ fleetId: idSchema }) }, answer: vehicleRow, decide: (caller, { params: { id }, body }) => {
    if (caller.state.tables.fleet.get(body.fleetId)?.status !== "active") throw new ProblemError(422, "no-fleet", `there is no active fleet ${body.fleetId}`);
    return { asks: [{ context: "registry", id, command: { kind: "move", fleetId: body.fleetId } }], resource: { context: "registry", id } };
  } });

  const stateAnswer = z.looseObject({ vehicleId: z.string(), connected: z.boolean(), status: z.string() }).meta({ title: "VehicleState" });
  read({ id: "getVehicleState", method: "GET", url: "/vehicles/:id/state", summary: "The newest telemetry that is on disk", tag: "telemetry", shape: { params: byId }, answer: stateAnswer, read: async (caller, { params }) => {
    const vehicle = caller.state.tables.registry.get(params.id);
    if (vehicle === undefined) throw missing("vehicle");
    const newest = await services.pool.inTenant(caller.subject.tenant, async (client) => (await client.query<Record<string, unknown>>("select boot_id, sequence, at, latitude, longitude, heading, speed, state, energy, health, mission_id, progress from latest where vehicle_id = $1", [params.id])).rows[0]);
    return { body: { vehicleId: vehicle.id, status: statusOf(vehicle), connected: vehicle.connected, ...(newest === undefined ? {} : { telemetry: newest }) } };
  } });
  const span = z.object({ from: z.iso.datetime(), until: z.iso.datetime(), limit: z.coerce.number().int().min(1).max(5000).default(1000) });
  const rows = z.object({ items: z.array(z.looseObject({})) });
  read({ id: "getVehicleHistory", method: "GET", url: "/vehicles/:id/telemetry", summary: "Telemetry of a time span, oldest first", tag: "telemetry", shape: { params: byId, query: span }, answer: rows, read: async (caller, { params, query }) => ({ body: { items: await services.pool.inTenant(caller.subject.tenant, async (client) => (await client.query<Record<string, unknown>>("select boot_id, sequence, at, latitude, longitude, heading, speed, state, energy, health, mission_id, progress, extra from telemetry where vehicle_id = $1 and at >= $2 and at < $3 order by at, sequence limit $4", [params.id, query.from, query.until, query.limit])).rows) } }) });
  read({ id: "getVehicleMinutes", method: "GET", url: "/vehicles/:id/telemetry/minutes", summary: "One row a minute", tag: "telemetry", shape: { params: byId, query: span }, answer: rows, read: async (caller, { params, query }) => ({ body: { items: await services.pool.inTenant(caller.subject.tenant, async (client) => (await client.query<Record<string, unknown>>("select minute, records, speed_sum / nullif(speed_records, 0) as speed_mean, speed_max, energy_min, energy_max from telemetry_minute where vehicle_id = $1 and minute >= $2 and minute < $3 order by minute limit $4", [params.id, query.from, query.until, query.limit])).rows) } }) });
}
