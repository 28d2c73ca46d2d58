/**
 * One operation of the API, from address to audit entry. Every write takes the same way: who asks, may they, decide,
 * audit, wait until it is on disk, answer. Must never answer "done" before that, nor act for a tenant but the caller's.
 */
import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { canonicalJson } from "../../contract/json.ts";
import type { AuditEntry } from "../../audit/audit.ts";
import type { Cause } from "../../event-log/event.ts";
import type { PolicyVerdict } from "../../contract/ids.ts";
import type { Organisation } from "../../organisations/organisation.ts";
import type { Ask, Platform } from "../../platform.ts";
import { emptyTenant, type ContextName, type TenantState } from "../../platform-state.ts";
import type { AsyncEventStore } from "../../event-log/adapters/port.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { TenantPool } from "../postgres/pool.ts";
import { NotDurableError, type StoreWriter } from "../store-writer.ts";
import { AuthError, type Auth, type Subject } from "./auth.ts";
import type { Authority } from "./authority.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { ProblemError, refusalError } from "./problem.ts";
import { sha256 } from "./trust.ts";

/** What every operation works with. */
export interface Services {
  readonly platform: Platform;
  readonly writer: StoreWriter;
  readonly store: AsyncEventStore;
  readonly policy: Policy;
  readonly auth: Auth;
  readonly authority: Authority;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly ingest: Ingest;
  readonly pool: TenantPool;
  readonly dataFolder: string;
  readonly nowMs: () => number;
  readonly newId: (prefix: string) => string;
}

export interface Caller {
  readonly subject: Subject;
  readonly state: TenantState;
  readonly organisation: Organisation | undefined;
  readonly cause: Cause;
  /** Asks policy about a trip; the verdict is counted and timed. */
  ask(input: Readonly<Record<string, unknown>>): PolicyVerdict;
}

interface Shape {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
}

type Out<T extends z.ZodType | undefined> = T extends z.ZodType ? z.output<T> : Record<string, never>;

interface Common<S extends Shape> {
  /** Name in policy, audit and OpenAPI: `registerVehicle`. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly summary: string;
  readonly tag: string;
  readonly shape: S;
}

export interface Input<S extends Shape> {
  readonly params: Out<S["params"]>;
  readonly query: Out<S["query"]>;
  readonly body: Out<S["body"]>;
}

export interface Read<S extends Shape> extends Common<S> {
  readonly answer: z.ZodType;
  read(caller: Caller, input: Input<S>): Promise<Answer> | Answer;
}

export interface Answer {
  readonly body: unknown;
  /** Makes an ETag. */
  readonly version?: number;
}

export interface Write<S extends Shape> extends Common<S> {
  readonly answer: z.ZodType;
  /** 201 for what is made, 200 else. */
  readonly success?: 200 | 201 | 202;
  decide(caller: Caller, input: Input<S>): Promise<WriteDecision> | WriteDecision;
}

interface Resource {
  readonly context: ContextName;
  readonly id: string;
}

export interface WriteDecision {
  readonly asks: readonly Ask[];
  /** What the answer shows, read after the decision: also when the same request comes again. None: `extra` is all. */
  readonly resource?: Resource;
  /** Given back beside the resource, once: such as the certificate made for a vehicle. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly after?: () => void;
}

const IDEMPOTENCY_MS = 86_400_000;
const DURABLE_WITHIN_MS = 5000;
const keySchema = z.string().min(1).max(128).regex(/^[A-Za-z0-9._:-]+$/);

export const problemSchema = z
  .object({ type: z.string(), title: z.string(), status: z.int(), code: z.string(), detail: z.string(), instance: z.string(), errors: z.array(z.object({ path: z.string(), message: z.string() })).optional() })
  .meta({ title: "Problem", description: "RFC 9457 problem document" });

/** Trace and span from `traceparent` (W3C Trace Context), or a trace of our own. */
export function traceOf(header: unknown): { readonly traceId: string; readonly spanId: string } {
  const found = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(typeof header === "string" ? header : "");
  const known = found !== null && !/^0+$/.test(found[1] ?? "") && !/^0+$/.test(found[2] ?? "");
  return { traceId: known ? (found[1] ?? "") : randomUUID().replaceAll("-", ""), spanId: randomUUID().replaceAll("-", "").slice(0, 16) };
}

export const etagOf = (version: number): string => `"${version}"`;

/** Version in If-Match; undefined without one. `*` asks only that it is there. */
function ifMatch(request: FastifyRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const found = /^"(\d{1,15})"$/.exec(header);
  if (found === null) throw new ProblemError(400, "if-match", 'If-Match is one version in quotes, such as "3"');
  return Number(found[1]);
}

export interface RequestContext {
  readonly traceId: string;
  readonly spanId: string;
  subject: Subject | undefined;
  entity: string;
}

declare module "fastify" {
  interface FastifyRequest {
    atlas: RequestContext;
  }
}

export function describeOperations(app: FastifyInstance, services: Services): { read<S extends Shape>(operation: Read<S>): void; write<S extends Shape>(operation: Write<S>): void } {
  const { platform, policy, metrics, nowMs } = services;

  async function enter(request: FastifyRequest, operation: string): Promise<Caller> {
    let subject: Subject;
    try {
      subject = await services.auth.identify(request.headers.authorization);
    } catch (error) {
      if (error instanceof AuthError) throw new ProblemError(401, "unauthorized", error.message);
      throw error;
    }
    request.atlas.subject = subject;
    const { traceId } = request.atlas;
    const state = platform.tenant(subject.tenant) ?? emptyTenant();
    const organisation = state.tables.organisation.get(subject.tenant);
    const caller: Caller = {
      subject,
      state,
      organisation,
      cause: { actor: subject.actor, correlationId: traceId, causationId: "" },
      ask(input) {
        const from = performance.now();
        const verdict = policy.decide(input);
        metrics.decisionLatency.observe((performance.now() - from) / 1000);
        metrics.policyDecisions.inc({ outcome: verdict.allowed ? "allowed" : "denied" });
        return verdict;
      },
    };
    const verdict = caller.ask({ kind: "operation", operation, now_ms: nowMs(), subject: { tenant: subject.tenant, role: subject.role }, resource: { tenant: subject.tenant }, tenant: { active: organisation?.active ?? true } });
    if (!verdict.allowed) throw new ProblemError(403, "denied", verdict.reasons.join("; "));
    return caller;
  }

  const schemaOf = (operation: Common<Shape>, answer: z.ZodType, success: number): Record<string, unknown> => ({
    operationId: operation.id,
    summary: operation.summary,
    tags: [operation.tag],
    ...(operation.shape.params === undefined ? {} : { params: operation.shape.params }),
    ...(operation.shape.query === undefined ? {} : { querystring: operation.shape.query }),
    ...(operation.shape.body === undefined ? {} : { body: operation.shape.body }),
    response: { [success]: answer, "4xx": problemSchema, "5xx": problemSchema },
  });

  const inputOf = <S extends Shape>(request: FastifyRequest): Input<S> => ({ params: request.params, query: request.query, body: request.body }) as Input<S>;
  const resourceOf = (request: FastifyRequest): string => request.url.split("?")[0]?.slice(0, 256) ?? "";

  return {
    read(operation) {
      app.withTypeProvider<ZodTypeProvider>().route({
        method: operation.method,
        url: operation.url,
        schema: schemaOf(operation, operation.answer, 200),
        async handler(request, reply) {
          const caller = await enter(request, operation.id);
          // What was decided but is not on disk yet must not be seen: it could still be undone by a crash. Before, for who
          // reads the disk; after, for who reads what was decided meanwhile.
          await settled(caller.subject.tenant);
          const answer = await operation.read(caller, inputOf(request));
          await settled(caller.subject.tenant);
          if (answer.version !== undefined) {
            void reply.header("etag", etagOf(answer.version));
            if (request.headers["if-none-match"] === etagOf(answer.version)) return reply.code(304).send();
          }
          return answer.body;
        },
      });
    },
    write(operation) {
      const success = operation.success ?? 200;
      app.withTypeProvider<ZodTypeProvider>().route({
        method: operation.method,
        url: operation.url,
        schema: schemaOf(operation, operation.answer, success),
        async handler(request, reply) {
          const audit: Omit<AuditEntry, "outcome" | "code" | "actor"> = { operation: operation.id, resource: resourceOf(request), requestDigest: sha256(canonicalJson(request.body ?? null)), ip: request.ip, userAgent: (request.headers["user-agent"] ?? "").slice(0, 256) };
          let caller: Caller;
          try {
            caller = await enter(request, operation.id);
          } catch (error) {
            // Who is known and may not is written down; who is not known has no organisation to write it to.
            const { subject } = request.atlas;
            if (error instanceof ProblemError && error.status === 403 && subject !== undefined && platform.tenant(subject.tenant) !== undefined) {
              platform.note(subject.tenant, { actor: subject.actor, correlationId: request.atlas.traceId, causationId: "" }, { ...audit, actor: subject.actor, outcome: "denied", code: error.code });
              await settled(subject.tenant);
            }
            throw error;
          }
          const key = idempotencyKey(request);
          const requestDigest = sha256(`${operation.id} ${request.url} ${audit.requestDigest}`);
          if (key !== undefined) {
            const before = await services.store.reply(caller.subject.tenant, key);
            if (before !== undefined) return replayed(before, requestDigest, caller, reply);
          }
          const decision = await operation.decide(caller, inputOf(request));
          if (decision.resource !== undefined) request.atlas.entity = `${decision.resource.context}/${decision.resource.id}`;
          const expectedVersion = ifMatch(request);
          const decided = platform.decide(caller.subject.tenant, {
            cause: caller.cause,
            asks: decision.asks,
            audit,
            ...(expectedVersion === undefined ? {} : { expectedVersion }),
            ...(key === undefined ? {} : { idempotency: { key, requestDigest, expiresMs: nowMs() + IDEMPOTENCY_MS, reply: { resource: decision.resource ?? null, extra: decision.extra ?? {}, success } } }),
          });
          services.writer.kick();
          // A refusal, too, is told when it is in the audit trail.
          await settled(caller.subject.tenant);
          if (!decided.ok) throw refusalError(decided.error);
          decision.after?.();
          return show(caller.subject.tenant, decision.resource, decision.extra ?? {}, success, reply);
        },
      });
    },
  };

  /** Everything decided for the tenant until now is on disk. */
  async function settled(tenant: string): Promise<void> {
    try {
      await services.writer.durable(tenant, platform.tenant(tenant)?.position ?? 0, DURABLE_WITHIN_MS);
    } catch (error) {
      if (error instanceof NotDurableError) throw new ProblemError(503, "not-durable", error.message);
      throw error;
    }
  }

  function show(tenant: string, resource: Resource | undefined, extra: Readonly<Record<string, unknown>>, success: number, reply: FastifyReply): FastifyReply {
    const row = resource === undefined ? undefined : (platform.tenant(tenant)?.tables[resource.context] as Map<string, { readonly version: number }> | undefined)?.get(resource.id);
    if (row !== undefined) void reply.header("etag", etagOf(row.version));
    return reply.code(success).send({ ...row, ...extra });
  }

  function replayed(before: { readonly requestDigest: string; readonly reply: unknown }, requestDigest: string, caller: Caller, reply: FastifyReply): FastifyReply {
    if (before.requestDigest !== requestDigest) throw new ProblemError(422, "key-reused", "this Idempotency-Key was used for another request");
    const { resource, extra, success } = before.reply as { resource: Resource | null; extra: Record<string, unknown>; success: number };
    void reply.header("idempotent-replayed", "true");
    return show(caller.subject.tenant, resource ?? undefined, extra, success, reply);
  }
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return undefined;
  const read = keySchema.safeParse(header);
  if (!read.success) throw new ProblemError(400, "idempotency-key", "Idempotency-Key is 1 to 128 letters, digits and . _ : -");
  return read.data;
}
