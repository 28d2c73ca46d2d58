/** Operations on alerts and incidents, and on the log itself: audit trail, export, verification, dead letters, schemas. */
import type { FastifyInstance } from "fastify";
import { Ajv } from "ajv";
import { z } from "zod";
import { severitySchema } from "../../alerts/alert.ts";
import { AUDIT_STREAM } from "../../audit/audit.ts";
import { actorSchema, idSchema, sentenceSchema, titleSchema } from "../../contract/ids.ts";
import { verifyChain } from "../../event-log/chain.ts";
import { toCloudEvent } from "../../event-log/event.ts";
import type { Ask } from "../../platform.ts";
import { listOf, pageOf, pageSchema } from "./listing.ts";
import { describeOperations, type Services } from "./operation.ts";
import { ProblemError } from "./problem.ts";
import { sha256 } from "./trust.ts";

const byId = z.object({ id: idSchema });
const row = (title: string, shape: z.ZodRawShape): z.ZodType => z.looseObject({ id: z.string(), version: z.int(), createdMs: z.int(), updatedMs: z.int(), ...shape }).meta({ title });
const alertRow = row("Alert", { code: z.string(), severity: severitySchema, status: z.enum(["open", "acknowledged", "resolved"]), level: z.int(), count: z.int() });
const incidentRow = row("Incident", { title: z.string(), severity: severitySchema, status: z.enum(["open", "mitigated", "closed"]) });
const missing = (what: string): ProblemError => new ProblemError(404, "unknown", `there is no such ${what}`);
export const SOURCE = "/atlasmesh/fleet-core";
const EXPORT_MAX = 1000;
const CHAIN_PAGE = 2000;

const eventAnswer = z.looseObject({ specversion: z.literal("1.0"), id: z.string(), type: z.string(), source: z.string(), subject: z.string(), time: z.string() }).meta({ title: "CloudEvent" });
const letterAnswer = z.looseObject({ id: z.int(), topic: z.string(), status: z.string(), reason: z.string(), payload: z.string() }).meta({ title: "DeadLetter" });
const logPage = z.object({ limit: z.coerce.number().int().min(1).max(EXPORT_MAX).default(100), after: z.coerce.number().int().min(0).default(0).describe("position of the last event of the page before") });

export function watchRoutes(app: FastifyInstance, services: Services): void {
  const { read, write } = describeOperations(app, services);
  const { store } = services;

  write({ id: "raiseAlert", method: "POST", url: "/alerts", summary: "Raise an alert; the same one while open is counted, not doubled", tag: "alerts", success: 201, shape: { body: z.strictObject({ code: idSchema, severity: severitySchema, subject: z.string().min(1).max(256), message: sentenceSchema, runbook: z.string().max(512).regex(/^(https:\/\/|\/)[^\s]*$/).optional() }) }, answer: alertRow, decide: (caller, { body }) => {
    const open = [...caller.state.tables.alert.values()].find((alert) => alert.status !== "resolved" && alert.code === body.code && alert.subject === body.subject);
    const id = open?.id ?? services.newId("a");
    return { asks: [{ context: "alert", id, command: { kind: "raise", id, ...body } }], resource: { context: "alert", id } };
  } });
  read({ id: "listAlerts", method: "GET", url: "/alerts", summary: "Alerts", tag: "alerts", shape: { query: pageSchema.extend({ status: z.enum(["open", "acknowledged", "resolved"]).optional(), severity: z.coerce.number().int().min(1).max(4).optional() }) }, answer: listOf(alertRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.alert.values(), query, (alert) => (query.status === undefined || alert.status === query.status) && (query.severity === undefined || alert.severity === query.severity)) }) });
  read({ id: "getAlert", method: "GET", url: "/alerts/:id", summary: "One alert", tag: "alerts", shape: { params: byId }, answer: alertRow, read: (caller, { params }) => {
    const alert = caller.state.tables.alert.get(params.id);
    if (alert === undefined) throw missing("alert");
    return { body: alert, version: alert.version };
  } });
  write({ id: "acknowledgeAlert", method: "POST", url: "/alerts/:id/acknowledge", summary: "Somebody looks at it", tag: "alerts", shape: { params: byId }, answer: alertRow, decide: (caller, { params: { id } }) => ({ asks: [{ context: "alert", id, command: { kind: "acknowledge", by: caller.subject.actor } }], resource: { context: "alert", id } }) });
  write({ id: "escalateAlert", method: "POST", url: "/alerts/:id/escalate", summary: "Call the next level", tag: "alerts", shape: { params: byId, body: z.strictObject({ reason: sentenceSchema }) }, answer: alertRow, decide: (caller, { params: { id }, body }) => ({ asks: [{ context: "alert", id, command: { kind: "escalate", by: caller.subject.actor, reason: body.reason } }], resource: { context: "alert", id } }) });
  write({ id: "resolveAlert", method: "POST", url: "/alerts/:id/resolve", summary: "It is over", tag: "alerts", shape: { params: byId, body: z.strictObject({ note: sentenceSchema }) }, answer: alertRow, decide: (caller, { params: { id }, body }) => ({ asks: [{ context: "alert", id, command: { kind: "resolve", by: caller.subject.actor, note: body.note } }], resource: { context: "alert", id } }) });

  write({ id: "openIncident", method: "POST", url: "/incidents", summary: "Open an incident", tag: "alerts", success: 201, shape: { body: z.strictObject({ title: titleSchema, severity: severitySchema, alerts: z.array(idSchema).max(64).default([]) }) }, answer: incidentRow, decide: (caller, { body }) => {
    const id = services.newId("i");
    for (const alert of body.alerts) if (!caller.state.tables.alert.has(alert)) throw new ProblemError(422, "no-alert", `there is no alert ${alert}`);
    return { asks: [{ context: "incident", id, command: { kind: "open", id, ...body, by: caller.subject.actor } }], resource: { context: "incident", id } };
  } });
  read({ id: "listIncidents", method: "GET", url: "/incidents", summary: "Incidents", tag: "alerts", shape: { query: pageSchema.extend({ status: z.enum(["open", "mitigated", "closed"]).optional() }) }, answer: listOf(incidentRow), read: (caller, { query }) => ({ body: pageOf(caller.state.tables.incident.values(), query, (incident) => query.status === undefined || incident.status === query.status) }) });
  const change = z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("attach"), alertId: idSchema }),
    z.strictObject({ kind: z.literal("assign"), to: actorSchema }),
    z.strictObject({ kind: z.literal("note"), text: sentenceSchema }),
    z.strictObject({ kind: z.literal("set-severity"), severity: severitySchema, reason: sentenceSchema }),
    z.strictObject({ kind: z.literal("mitigate"), text: sentenceSchema }),
    z.strictObject({ kind: z.literal("close"), rootCause: sentenceSchema }),
    z.strictObject({ kind: z.literal("reopen"), reason: sentenceSchema }),
  ]);
  write({ id: "changeIncident", method: "POST", url: "/incidents/:id/changes", summary: "Attach, assign, note, set severity, mitigate, close, reopen", tag: "alerts", shape: { params: byId, body: change }, answer: incidentRow, decide: (caller, { params: { id }, body }) => {
    const by = caller.subject.actor;
    const command = body.kind === "attach" || body.kind === "assign" || body.kind === "set-severity" ? body : { ...body, by };
    return { asks: [{ context: "incident", id, command } as Ask], resource: { context: "incident", id } };
  } });

  read({ id: "listAudit", method: "GET", url: "/audit", summary: "Audit trail: each write asked for, done or refused", tag: "log", shape: { query: logPage }, answer: z.object({ items: z.array(eventAnswer), next: z.int().optional() }), read: async (caller, { query }) => {
    const events = await store.readStream(caller.subject.tenant, AUDIT_STREAM, query.after + 1, query.limit);
    const last = events.at(-1);
    return { body: { items: events.map((event) => toCloudEvent(event, SOURCE)), ...(events.length === query.limit && last !== undefined ? { next: last.version } : {}) } };
  } });
  read({ id: "exportEvents", method: "GET", url: "/events", summary: "The log, as CloudEvents", tag: "log", shape: { query: logPage }, answer: z.object({ items: z.array(eventAnswer), next: z.int().optional() }), read: async (caller, { query }) => {
    const events = await store.readAll(caller.subject.tenant, query.after, query.limit);
    const last = events.at(-1);
    return { body: { items: events.map((event) => toCloudEvent(event, SOURCE)), ...(events.length === query.limit && last !== undefined ? { next: last.position } : {}) } };
  } });
  read({ id: "verifyLog", method: "GET", url: "/events/verification", summary: "Check the hash chain of the whole log", tag: "log", shape: {}, answer: z.looseObject({ intact: z.boolean(), events: z.int() }), read: async (caller) => {
    const head = await store.head(caller.subject.tenant);
    let from = { position: 0, hash: "0".repeat(64) };
    while (from.position < head.position) {
      const page = await store.readAll(caller.subject.tenant, from.position, CHAIN_PAGE);
      const fault = verifyChain(page, sha256, from) ?? (page.length === 0 ? { position: from.position + 1, fault: "gap" as const } : undefined);
      if (fault !== undefined) return { body: { intact: false, events: head.position, fault } };
      const last = page.at(-1);
      if (last !== undefined) from = { position: last.position, hash: last.hash };
    }
    return { body: { intact: from.hash === head.hash, events: head.position, hash: head.hash } };
  } });

  const letterId = z.object({ id: z.coerce.number().int().min(1) });
  read({ id: "listDeadLetters", method: "GET", url: "/dead-letters", summary: "What could not be processed, and why", tag: "log", shape: { query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), after: z.coerce.number().int().min(0).default(0), status: z.enum(["open", "replayed", "discarded"]).optional(), topic: z.string().max(64).optional() }) }, answer: z.object({ items: z.array(letterAnswer), next: z.int().optional() }), read: async (caller, { query }) => {
    const items = await store.deadLetters(caller.subject.tenant, { afterId: query.after, ...(query.status === undefined ? {} : { status: query.status }), ...(query.topic === undefined ? {} : { topic: query.topic }) }, query.limit);
    const last = items.at(-1);
    return { body: { items, ...(items.length === query.limit && last !== undefined ? { next: last.id } : {}) } };
  } });

  /** Writes beside the event log are audited like those in it. */
  write({ id: "repairDeadLetter", method: "PUT", url: "/dead-letters/:id/payload", summary: "Put a repaired payload beside the first one", tag: "log", shape: { params: letterId, body: z.strictObject({ payload: z.string().max(65_536) }) }, answer: letterAnswer, async decide(caller, { params, body }) {
    const done = await store.repairDeadLetter(caller.subject.tenant, params.id, body.payload);
    if (!done.ok) throw new ProblemError(done.error === "unknown" ? 404 : 409, done.error, done.error === "unknown" ? "there is no such dead letter" : "it is resolved already");
    return { asks: [], extra: { ...done.value } };
  } });
  write({ id: "discardDeadLetter", method: "POST", url: "/dead-letters/:id/discard", summary: "Give it up", tag: "log", shape: { params: letterId }, answer: letterAnswer, async decide(caller, { params }) {
    const done = await store.resolveDeadLetter(caller.subject.tenant, params.id, "discarded", caller.subject.actor);
    if (!done.ok) throw new ProblemError(done.error === "unknown" ? 404 : 409, done.error, done.error === "unknown" ? "there is no such dead letter" : "it is resolved already");
    return { asks: [], extra: { ...done.value } };
  } });

  write({ id: "replayDeadLetter", method: "POST", url: "/dead-letters/:id/replay", summary: "Process it again, repaired or as it was", tag: "log", shape: { params: letterId }, answer: letterAnswer, async decide(caller, { params }) {
    const { tenant } = caller.subject;
    const letter = (await store.deadLetters(tenant, { afterId: params.id - 1 }, 1))[0];
    if (letter?.id !== params.id) throw missing("dead letter");
    if (letter.status !== "open") throw new ProblemError(409, "resolved", "it is resolved already");
    const vehicleId = /^vehicle:(.+)$/.exec(letter.source)?.[1];
    if (letter.topic !== "vehicle.telemetry.dlq" || vehicleId === undefined) throw new ProblemError(422, "no-consumer", `nothing here processes ${letter.topic}`);
    const refused = await services.ingest.retry(tenant, vehicleId, new TextEncoder().encode(letter.fixedPayload ?? letter.payload));
    const done = await store.resolveDeadLetter(tenant, params.id, refused === undefined ? "replayed" : "open", caller.subject.actor);
    if (!done.ok) throw new ProblemError(409, done.error, "somebody else has resolved it meanwhile");
    if (refused !== undefined) throw new ProblemError(422, "refused-again", refused);
    return { asks: [], extra: { ...done.value } };
  } });

  const subject = z.object({ subject: z.string().max(128).regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/) });
  const schemaAnswer = z.looseObject({ subject: z.string(), version: z.int(), schema: z.looseObject({}) }).meta({ title: "RegisteredSchema" });
  write({ id: "registerSchema", method: "PUT", url: "/schemas/:subject", summary: "Register a JSON Schema; a breaking change is refused", tag: "log", shape: { params: subject, body: z.strictObject({ schema: z.record(z.string(), z.unknown()) }) }, answer: schemaAnswer, async decide(caller, { params, body }) {
    try {
      new Ajv({ strict: false, validateFormats: false }).compile(body.schema);
    } catch (error) {
      throw new ProblemError(422, "schema", `it is no JSON Schema: ${error instanceof Error ? error.message.slice(0, 256) : ""}`);
    }
    const done = await store.registerSchema(caller.subject.tenant, params.subject, body.schema);
    if (done.ok) return { asks: [], extra: { ...done.value } };
    if (done.error.kind === "invalid") throw new ProblemError(422, "schema", done.error.message);
    throw new ProblemError(409, "breaking", "documents valid before would not be valid any more", done.error.faults.map((fault) => ({ path: fault.path, message: fault.message })));
  } });
  read({ id: "getSchema", method: "GET", url: "/schemas/:subject", summary: "The newest schema of a subject", tag: "log", shape: { params: subject, query: z.object({ version: z.coerce.number().int().min(1).optional() }) }, answer: schemaAnswer, read: async (caller, { params, query }) => {
    const found = await store.schema(caller.subject.tenant, params.subject, query.version);
    if (found === undefined) throw missing("schema");
    return { body: found };
  } });
}
