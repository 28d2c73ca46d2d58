/** The HTTP application: everything around the operations. Must never answer with a stack, nor log a body or a token. */
import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { hasZodFastifySchemaValidationErrors, jsonSchemaTransform, jsonSchemaTransformObject, serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { ROLES } from "../../organisations/organisation.ts";
import { tenantIdSchema } from "../../event-log/event.ts";
import { AuthError } from "./auth.ts";
import type { Services } from "./operation.ts";
import { traceOf } from "./operation.ts";
import { problemOf, ProblemError } from "./problem.ts";
import { fleetRoutes } from "./routes-fleet.ts";
import { watchRoutes } from "./routes-watch.ts";
import { workRoutes } from "./routes-work.ts";
import type { EnergyOf } from "./trips.ts";

export interface AppOptions {
  readonly corsOrigins: readonly string[];
  readonly ratePerMinute: number;
  readonly energyOf: (tenant: string) => EnergyOf;
  /** What is not ready, by part; empty when all is. */
  readonly unready: () => readonly string[];
}

const BODY_BYTES_MAX = 1_048_576;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export async function createApp(services: Services, options: AppOptions): Promise<FastifyInstance> {
  const { log, metrics } = services;
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 256 },
    // Requests that come while we close are still answered: the balancer needs a moment to learn it.
    return503OnClosing: true,
    genReqId(request) {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest("atlas");

  app.addHook("onRequest", (request, reply, done) => {
    const trace = traceOf(request.headers["traceparent"]);
    request.atlas = { ...trace, subject: undefined, entity: "" };
    void reply.header("x-request-id", request.id).header("x-correlation-id", trace.traceId);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    metrics.requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    const { traceId, spanId, subject, entity } = request.atlas;
    const fields = { trace_id: traceId, span_id: spanId, tenant_id: subject?.tenant ?? "", entity_id: entity, user_id: subject?.actor ?? "", duration_ms: Math.round(reply.elapsedTime * 1000) / 1000, status_code: reply.statusCode, endpoint: route };
    if (reply.statusCode >= 500) log.error(`${request.method} ${route} failed`, fields);
    else log.debug(`${request.method} ${route}`, fields);
    done();
  });

  app.setErrorHandler((error: FastifyError, request, reply) => {
    void reply.type("application/problem+json");
    const send = (status: number, code: string, detail: string, errors?: ProblemError["errors"]) => reply.code(status).send(JSON.stringify(problemOf(status, code, detail, request.id, errors)));
    if (error instanceof ProblemError) {
      if (error.status === 401) void reply.header("www-authenticate", 'Bearer realm="atlasmesh"');
      if (error.status === 503) void reply.header("retry-after", "1");
      return send(error.status, error.code, error.message, error.errors);
    }
    if (hasZodFastifySchemaValidationErrors(error)) return send(422, "schema", `the ${error.validationContext ?? "request"} does not fit`, error.validation.slice(0, 20).map((fault) => ({ path: fault.instancePath, message: fault.message ?? "" })));
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) return send(error.statusCode, (error.code ?? "bad-request").toLowerCase().replaceAll("_", "-"), error.message);
    log.error(`internal error: ${error.stack ?? error.message}`, { trace_id: request.atlas?.traceId ?? "", endpoint: request.routeOptions.url ?? "" });
    return send(500, "internal", "something broke here; the request id helps us find it");
  });
  app.setNotFoundHandler((request, reply) => {
    void reply.type("application/problem+json").code(404).send(JSON.stringify(problemOf(404, "no-route", `there is no ${request.method} ${request.url.split("?")[0] ?? ""}`, request.id)));
  });

  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", "data:"], scriptSrc: ["'self'"], upgradeInsecureRequests: null } } });
  await app.register(cors, { origin: options.corsOrigins.length === 0 ? false : [...options.corsOrigins], methods: ["GET", "POST", "PUT", "PATCH", "DELETE"], exposedHeaders: ["etag", "x-request-id", "x-correlation-id", "retry-after"], maxAge: 600 });
  await app.register(rateLimit, {
    max: options.ratePerMinute,
    timeWindow: 60_000,
    allowList: (request) => request.url === "/health" || request.url === "/ready",
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
    errorResponseBuilder: (_, context) => new ProblemError(429, "too-many-requests", `at most ${context.max} requests a minute; again in ${context.after}`),
  });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "AtlasMesh Fleet OS", version: "1", description: "Errors are RFC 9457 problem documents. Writes take `Idempotency-Key`; changes take `If-Match`." },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "OIDC access token or service token" } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: "/docs" });

  app.get("/health", { schema: { hide: true } }, () => ({ status: "healthy" }));
  app.get("/ready", { schema: { hide: true } }, (_, reply) => {
    const missing = options.unready();
    return reply.code(missing.length === 0 ? 200 : 503).send({ ready: missing.length === 0, waitingFor: missing });
  });
  app.get("/metrics", { schema: { hide: true } }, async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));

  const { dev } = services.auth;
  if (dev !== undefined) {
    app.get("/.well-known/openid-configuration", { schema: { hide: true } }, () => ({ issuer: dev.issuer(), jwks_uri: `${dev.issuer()}/dev/jwks`, token_endpoint: `${dev.issuer()}/dev/token`, id_token_signing_alg_values_supported: ["EdDSA"], response_types_supported: ["token"], subject_types_supported: ["public"] }));
    app.get("/dev/jwks", { schema: { hide: true } }, () => dev.jwks());
    app.withTypeProvider<ZodTypeProvider>().post("/dev/token", { schema: { hide: true, body: z.strictObject({ secret: z.string().max(256), sub: z.string().min(1).max(200).regex(/^[^\s]+$/), tenant: tenantIdSchema, role: z.enum(ROLES) }) }, config: { rateLimit: { max: 30, timeWindow: 60_000 } } }, async (request) => {
      try {
        return { access_token: await dev.issue(request.body.secret, request.body), token_type: "Bearer", warning: "development issuer: never use it where strangers can reach it" };
      } catch (error) {
        if (error instanceof AuthError) throw new ProblemError(401, "unauthorized", error.message);
        throw error;
      }
    });
  }

  await app.register(
    (api, _, done) => {
      fleetRoutes(api, services);
      workRoutes(api, services, options.energyOf);
      watchRoutes(api, services);
      done();
    },
    { prefix: "/api/v1" },
  );
  return app;
}
