/** Operations on mission templates, missions and trips. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { idSchema, sentenceSchema, titleSchema } from "../../contract/ids.ts";
import { itinerarySchema, type Itinerary } from "../../contract/phase.ts";
import type { Ask } from "../../platform.ts";
import { scheduleSchema } from "../../planning/plan.ts";
import { isOver } from "../../trips/trip.ts";
import { listOf, pageOf, pageSchema } from "./listing.ts";
import { describeOperations, type Caller, type Services } from "./operation.ts";
import { ProblemError } from "./problem.ts";
import { dryRun, tripVerdict, type AskPolicy, type EnergyOf } from "./trips.ts";

const byId = z.object({ id: idSchema });
const row = (title: string, shape: z.ZodRawShape): z.ZodType => z.looseObject({ id: z.string(), version: z.int(), createdMs: z.int(), updatedMs: z.int(), ...shape }).meta({ title });
const templateRow = row("MissionTemplate", { name: z.string(), retired: z.boolean() });
const missionRow = row("Mission", { status: z.enum(["active", "paused", "finished", "cancelled"]), occurrences: z.int() });
const TRIP_STATUSES = ["created", "planned", "assigned", "dispatched", "underway", "paused", "rolling-back", "completed", "rolled-back", "cancelled", "failed"] as const;
const tripRow = row("Trip", { status: z.enum(TRIP_STATUSES), phases: z.array(z.string()) });
const priority = z.int().min(0).max(9).default(5);
const reasonBody = z.strictObject({ reason: sentenceSchema });
const feasibilityAnswer = z.looseObject({ feasible: z.boolean(), best: z.string().optional(), summary: z.string(), judgements: z.array(z.looseObject({ vehicleId: z.string(), able: z.boolean() })) }).meta({ title: "Feasibility" });

const missing = (what: string): ProblemError => new ProblemError(404, "unknown", `there is no such ${what}`);

export function workRoutes(app: FastifyInstance, services: Services, energyOf: (tenant: string) => EnergyOf): void {
  const { read, write } = describeOperations(app, services);

  const policyFor = (caller: Caller): AskPolicy => ({ decide: caller.ask, nowMs: services.nowMs(), subject: { tenant: caller.subject.tenant, role: caller.subject.role }, organisation: caller.organisation, state: caller.state, energyOf: energyOf(caller.subject.tenant) });

  /** An itinerary as given, or of a published template. */
  const itineraryOf = (caller: Caller, body: { readonly itinerary?: Itinerary | undefined; readonly template?: { readonly id: string; readonly version: number } | undefined }): Itinerary => {
    if ((body.itinerary === undefined) === (body.template === undefined)) throw new ProblemError(422, "itinerary", "give either an itinerary or a template");
    if (body.itinerary !== undefined) return body.itinerary;
    const published = caller.state.tables.template.get(body.template?.id ?? "")?.published[(body.template?.version ?? 0) - 1];
    if (published === undefined) throw new ProblemError(422, "no-template", `template ${body.template?.id ?? ""} has no published version ${body.template?.version ?? 0}`);
    return published;
  };
  const templateRef = z.strictObject({ id: idSchema, version: z.int().min(1) });

  write({ id: "draftTemplate", method: "PUT", url: "/mission-templates/:id", summary: "Draft or change a mission template", tag: "missions", shape: { params: byId, body: z.strictObject({ name: titleSchema, itinerary: itinerarySchema }) }, answer: templateRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "template", id, command: { kind: "draft", id, ...body } }], resource: { context: "template", id } }) });
  write({ id: "publishTemplate", method: "POST", url: "/mission-templates/:id/publish", summary: "Publish the draft as the next version", tag: "missions", shape: { params: byId }, answer: templateRow, decide: (_, { params: { id } }) => ({ asks: [{ context: "template", id, command: { kind: "publish" } }], resource: { context: "template", id } }) });
  write({ id: "retireTemplate", method: "POST", url: "/mission-templates/:id/retire", summary: "No new missions from it", tag: "missions", shape: { params: byId }, answer: templateRow, decide: (_, { params: { id } }) => ({ asks: [{ context: "template", id, command: { kind: "retire" } }], resource: { context: "template", id } }) });
  read({ id: "listTemplates", method: "GET", url: "/mission-templates", summary: "Mission templates", tag: "missions", shape: { query: pageSchema }, answer: listOf(templateRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.template.values(), query, () => true) }) });

  write({ id: "checkFeasibility", method: "POST", url: "/missions/feasibility", summary: "Dry run: can anyone do this, and why not", tag: "missions", shape: { body: z.strictObject({ itinerary: itinerarySchema.optional(), template: templateRef.optional(), priority }) }, answer: feasibilityAnswer, decide: (caller, { body }) => ({ asks: [], extra: { ...dryRun(policyFor(caller), itineraryOf(caller, body), body.priority) } }) });
  write({ id: "orderMission", method: "POST", url: "/missions", summary: "Order a mission: at a time, or again and again", tag: "missions", success: 201, shape: { body: z.strictObject({ id: idSchema.max(48).optional(), itinerary: itinerarySchema.optional(), template: templateRef.optional(), schedule: scheduleSchema, priority }) }, answer: missionRow, decide: (caller, { body }) => {
    const id = body.id ?? services.newId("m");
    return { asks: [{ context: "plan", id, command: { kind: "order", id, itinerary: itineraryOf(caller, body), ...(body.template === undefined ? {} : { template: body.template }), schedule: body.schedule, priority: body.priority } }], resource: { context: "plan", id } };
  } });
  read({ id: "listMissions", method: "GET", url: "/missions", summary: "Missions", tag: "missions", shape: { query: pageSchema.extend({ status: z.enum(["active", "paused", "finished", "cancelled"]).optional() }) }, answer: listOf(missionRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.plan.values(), query, (plan) => query.status === undefined || plan.status === query.status) }) });
  read({ id: "getMission", method: "GET", url: "/missions/:id", summary: "One mission", tag: "missions", shape: { params: byId }, answer: missionRow, read: (caller, { params }) => {
    const plan = caller.state.tables.plan.get(params.id);
    if (plan === undefined) throw missing("mission");
    return { body: plan, version: plan.version };
  } });
  write({ id: "pauseMission", method: "POST", url: "/missions/:id/pause", summary: "Skip what comes due until resumed", tag: "missions", shape: { params: byId, body: reasonBody }, answer: missionRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "plan", id, command: { kind: "pause", reason: body.reason } }], resource: { context: "plan", id } }) });
  write({ id: "resumeMission", method: "POST", url: "/missions/:id/resume", summary: "Go on", tag: "missions", shape: { params: byId }, answer: missionRow, decide: (_, { params: { id } }) => ({ asks: [{ context: "plan", id, command: { kind: "resume" } }], resource: { context: "plan", id } }) });
  write({ id: "cancelMission", method: "POST", url: "/missions/:id/cancel", summary: "Nothing more comes due, and its trips are cancelled", tag: "missions", shape: { params: byId, body: reasonBody }, answer: missionRow, decide: (caller, { params: { id }, body }) => {
    const open = [...caller.state.tables.trip.values()].filter((trip) => trip.planId === id && !isOver(trip.status));
    return { asks: [{ context: "plan", id, command: { kind: "cancel", reason: body.reason } }, ...open.map((trip): Ask => ({ context: "trip", id: trip.id, command: { kind: "cancel", reason: body.reason } }))], resource: { context: "plan", id } };
  } });

  write({ id: "createTrip", method: "POST", url: "/trips", summary: "Create a trip; policy is asked", tag: "trips", success: 201, shape: { body: z.strictObject({ id: idSchema.optional(), itinerary: itinerarySchema.optional(), template: templateRef.optional(), priority }) }, answer: tripRow, decide: (caller, { body }) => {
    const id = body.id ?? services.newId("t");
    const itinerary = itineraryOf(caller, body);
    return { asks: [{ context: "trip", id, command: { kind: "create", id, itinerary, priority: body.priority, policy: tripVerdict(policyFor(caller), "trip.create", itinerary, body.priority, undefined) } }], resource: { context: "trip", id } };
  } });
  read({ id: "listTrips", method: "GET", url: "/trips", summary: "Trips", tag: "trips", shape: { query: pageSchema.extend({ status: z.enum(TRIP_STATUSES).optional(), vehicleId: idSchema.optional() }) }, answer: listOf(tripRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.trip.values(), query, (trip) => (query.status === undefined || trip.status === query.status) && (query.vehicleId === undefined || trip.vehicleId === query.vehicleId)) }) });
  read({ id: "getTrip", method: "GET", url: "/trips/:id", summary: "One trip", tag: "trips", shape: { params: byId }, answer: tripRow, read: (caller, { params }) => {
    const trip = caller.state.tables.trip.get(params.id);
    if (trip === undefined) throw missing("trip");
    return { body: trip, version: trip.version };
  } });
  write({ id: "planTrip", method: "POST", url: "/trips/:id/plan", summary: "Give the trip the route found for it", tag: "trips", shape: { params: byId, body: z.strictObject({ lengthM: z.number().min(0).max(1e7), durationS: z.number().min(0).max(1e7) }) }, answer: tripRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "trip", id, command: { kind: "plan", route: body } }], resource: { context: "trip", id } }) });
  write({ id: "assignTrip", method: "POST", url: "/trips/:id/assign", summary: "Give the trip to the best vehicle, or to the one named; policy is asked", tag: "trips", shape: { params: byId, body: z.strictObject({ vehicleId: idSchema.optional() }) }, answer: tripRow, decide: (caller, { params: { id }, body }) => {
    const from = performance.now();
    const trip = caller.state.tables.trip.get(id);
    if (trip === undefined) throw missing("trip");
    const requirements = body.vehicleId === undefined ? trip.itinerary.requirements : { ...trip.itinerary.requirements, vehicleId: body.vehicleId };
    const dry = dryRun(policyFor(caller), { ...trip.itinerary, requirements }, trip.priority);
    services.metrics.assignmentLatency.observe((performance.now() - from) / 1000);
    services.metrics.assignments.inc({ outcome: dry.best === undefined ? "nobody" : "assigned" });
    const vehicle = dry.best === undefined ? undefined : caller.state.tables.registry.get(dry.best);
    if (vehicle === undefined) throw new ProblemError(409, "nobody", dry.summary);
    return { asks: [{ context: "trip", id, command: { kind: "assign", vehicleId: vehicle.id, why: dry.summary, policy: tripVerdict(policyFor(caller), "trip.assign", trip.itinerary, trip.priority, vehicle) } }], resource: { context: "trip", id } };
  } });
  write({ id: "pauseTrip", method: "POST", url: "/trips/:id/pause", summary: "Pause", tag: "trips", shape: { params: byId, body: reasonBody }, answer: tripRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "trip", id, command: { kind: "pause", reason: body.reason } }], resource: { context: "trip", id } }) });
  write({ id: "resumeTrip", method: "POST", url: "/trips/:id/resume", summary: "Go on; policy is asked", tag: "trips", shape: { params: byId }, answer: tripRow, decide: (caller, { params: { id } }) => {
    const trip = caller.state.tables.trip.get(id);
    if (trip === undefined) throw missing("trip");
    const vehicle = trip.vehicleId === undefined ? undefined : caller.state.tables.registry.get(trip.vehicleId);
    return { asks: [{ context: "trip", id, command: { kind: "resume", policy: tripVerdict(policyFor(caller), "trip.resume", trip.itinerary, trip.priority, vehicle) } }], resource: { context: "trip", id } };
  } });
  write({ id: "cancelTrip", method: "POST", url: "/trips/:id/cancel", summary: "Cancel, whatever the vehicle says", tag: "trips", shape: { params: byId, body: reasonBody }, answer: tripRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "trip", id, command: { kind: "cancel", reason: body.reason } }], resource: { context: "trip", id } }) });
  write({ id: "rollBackTrip", method: "POST", url: "/trips/:id/roll-back", summary: "Undo what was done, phase by phase", tag: "trips", shape: { params: byId, body: reasonBody }, answer: tripRow, decide: (_, { params: { id }, body }) => ({ asks: [{ context: "trip", id, command: { kind: "roll-back", reason: body.reason } }], resource: { context: "trip", id } }) });
  write({ id: "skipTripPhase", method: "POST", url: "/trips/:id/phases/:index/skip", summary: "Skip a phase", tag: "trips", shape: { params: z.object({ id: idSchema, index: z.coerce.number().int().min(0).max(63) }), body: reasonBody }, answer: tripRow, decide: (_, { params: { id, index }, body }) => ({ asks: [{ context: "trip", id, command: { kind: "skip-phase", index, reason: body.reason } }], resource: { context: "trip", id } }) });
}
