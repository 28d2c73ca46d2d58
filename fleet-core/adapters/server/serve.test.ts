/** The server as its callers meet it, on a real database: one start, many questions, and a restart. */
import "reflect-metadata";
import { generateKeyPairSync, sign, webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as x509 from "@peculiar/x509";
import { connect, type MqttClient } from "mqtt";
import { pack } from "msgpackr";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConformanceCertificate } from "../../contract/conformance-certificate.ts";
import { hashTenant } from "../../platform-state.ts";
import { ROLES } from "../../organisations/organisation.ts";
import { addServiceToken } from "./auth.ts";
import { readConfig, type Config } from "./config.ts";
import { serve, type RunningServer } from "./serve.ts";
import { certificateSigningText } from "./trust.ts";

const policyFolder = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "policy");
const folder = mkdtempSync(join(tmpdir(), "atlasmesh-serve-"));
const lines: string[] = [];
const config = (): Config => {
  const read = readConfig({ ATLASMESH_DATA: folder, ATLASMESH_PORT: "0", ATLASMESH_MQTT_PORT: "0", ATLASMESH_LOG_LEVEL: "debug", ATLASMESH_RATE_PER_MINUTE: "100000", ATLASMESH_CORS_ORIGINS: "https://control.example" });
  if (!read.ok) throw new Error("the test's own settings are wrong");
  return read.value;
};

let server: RunningServer;
let admin = "";
beforeAll(async () => {
  server = await serve({ config: config(), policyFolder, write: (line) => lines.push(line) });
  admin = readFileSync(server.adminTokenFile, "utf8").trim();
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = (method: InjectOptions["method"], url: string, body?: unknown, headers: Record<string, string> = {}, token = admin): Promise<LightMyRequestResponse> => {
  const options: InjectOptions = { method: method ?? "GET", url: url.startsWith("/api") || !url.startsWith("/v") ? url : `/api${url}`, headers: { ...(token === "" ? {} : { authorization: `Bearer ${token}` }), ...headers } };
  return server.app.inject(body === undefined ? options : { ...options, payload: body as object });
};
const post = (url: string, body?: unknown, headers?: Record<string, string>, token?: string) => call("POST", `/v1${url}`, body, headers, token);
const get = (url: string, headers?: Record<string, string>, token?: string) => call("GET", `/v1${url}`, undefined, headers, token);

const DIGEST = "a".repeat(64);
const claim = { profileId: "mine-haul-truck", profileDigest: DIGEST, sensorPackDigest: DIGEST, agentBuildDigest: DIGEST };
const gates = generateKeyPairSync("ed25519");
const certificate = (change: Partial<ConformanceCertificate> = {}): ConformanceCertificate => ({ schema: "atlasmesh.conformance-certificate/1", certificate_id: "cert-1", profile_id: "mine-haul-truck", profile_digest: DIGEST, sensor_pack_digest: DIGEST, agent_build_digest: DIGEST, gate_set: "2026-11", issued_ms: 1, expires_ms: 4_000_000_000_000, issuer: "gates", ...change });
const signed = (one: ConformanceCertificate) => ({ certificate: one, signature: sign(null, Buffer.from(certificateSigningText(one)), gates.privateKey).toString("base64url") });
async function csr(curve = "P-256"): Promise<string> {
  const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: curve }, true, ["sign", "verify"]);
  return (await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=whatever I like", keys, signingAlgorithm: { name: "ECDSA", hash: "SHA-256" } })).toString("pem");
}
async function onBoard(id: string): Promise<{ key: string; cert: string; ca: string }> {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const pair = { privateKey: await webcrypto.subtle.importKey("pkcs8", keys.privateKey.export({ type: "pkcs8", format: "der" }), { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]), publicKey: await webcrypto.subtle.importKey("spki", keys.publicKey.export({ type: "spki", format: "der" }), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]) };
  const request = (await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=x", keys: pair as never, signingAlgorithm: { name: "ECDSA", hash: "SHA-256" } })).toString("pem");
  await post("/certificates", signed(certificate({ certificate_id: "cert-mqtt", profile_id: "sedan" })));
  await post("/vehicles", { ...truck(id), vehicleClass: "sedan" });
  const { credentials } = (await post(`/vehicles/${id}/onboard`, { claim: { ...claim, profileId: "sedan" }, csr: request })).json<{ credentials: { certificatePem: string; caPem: string } }>();
  return { key, cert: credentials.certificatePem, ca: credentials.caPem };
}
const link = (id: string, identity: Partial<Awaited<ReturnType<typeof onBoard>>>): MqttClient => connect(`mqtts://127.0.0.1:${server.mqttPort}`, { clientId: id, ...identity, reconnectPeriod: 0, connectTimeout: 5000, rejectUnauthorized: true, will: { topic: `atlasmesh/home/${id}/status`, payload: Buffer.from("offline"), qos: 1, retain: false } });
const settled = (client: MqttClient): Promise<string> => new Promise((done) => client.once("connect", () => done("connected")).once("error", (error) => done(`refused: ${error.message}`)).once("close", () => done("refused: closed")));
const telemetry = (vehicle_id: string, sequence: number, change: object = {}) => ({ vehicle_id, timestamp: new Date(Date.now() - 1000).toISOString(), sequence, position: { latitude: 24.4, longitude: 54.6, heading: 90, speed: 5 }, status: { operational_state: "READY", energy_level: 80 }, ...change });
const truck = (id: string) => ({ id, fleetId: "f-1", vehicleClass: "mine-haul-truck", assetTag: `T-${id}`, manufacturer: "M", model: "X", serialNumber: `S-${id}` });

describe("at the door", () => {
  it("nobody comes in without a token, with a made-up one, or one signed by somebody else", async () => {
    for (const token of ["", "amst_x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."]) {
      const answer = await get("/fleets", {}, token);
      expect([answer.statusCode, answer.headers["content-type"], answer.json<{ code: string }>().code]).toEqual([401, "application/problem+json; charset=utf-8", "unauthorized"]);
    }
  });

  it("the development issuer gives tokens to who knows its secret, and to nobody else", async () => {
    const ask = (secret: string) => call("POST", "/dev/token", { secret, sub: "amira", tenant: "home", role: "operator" }, {}, "");
    expect((await ask("guess")).statusCode).toBe(401);
    const { access_token } = (await ask(readFileSync(join(folder, "dev-issuer-secret"), "utf8"))).json<{ access_token: string }>();
    expect((await get("/fleets", {}, access_token)).statusCode).toBe(200);
    expect(server.warnings.join()).toMatch(/development issuer/);
    const [head, body, signature = ""] = access_token.split(".");
    const forged = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(body ?? "", "base64url").toString()) as object), atlasmesh_role: "admin" })).toString("base64url");
    expect((await get("/fleets", {}, `${head}.${forged}.${signature}`)).statusCode).toBe(401);
  });

  it("secrets lie in files for the owner alone, and none is in a log line", async () => {
    for (const file of ["admin-token", "service-tokens.json", "dev-issuer-secret", "dev-issuer-key.json", "vehicle-ca.json", "database-secrets.json"]) expect((statSync(join(folder, file)).mode & 0o777).toString(8), file).toBe("600");
    expect(readFileSync(join(folder, "service-tokens.json"), "utf8")).not.toContain(admin);
    expect(lines.join("")).not.toContain(admin);
    expect(lines.join("")).not.toMatch(/PRIVATE KEY|eyJ[A-Za-z0-9_-]+\./);
  });

  it("only pages of the named origins may call, and errors are problem documents without a stack", async () => {
    const preflight = (origin: string) => server.app.inject({ method: "OPTIONS", url: "/api/v1/fleets", headers: { origin, "access-control-request-method": "GET" } });
    expect((await preflight("https://control.example")).headers["access-control-allow-origin"]).toBe("https://control.example");
    expect((await preflight("https://evil.example")).headers["access-control-allow-origin"]).not.toBe("https://evil.example");
    const bad = await post("/fleets", { name: 7, extra: true });
    expect(bad.statusCode).toBe(422);
    expect(bad.json()).toMatchObject({ type: "/problems/schema", status: 422, instance: bad.headers["x-request-id"], errors: expect.arrayContaining([expect.objectContaining({ path: "/name" })]) as unknown });
    expect((await get("/nowhere")).json()).toMatchObject({ status: 404, code: "no-route" });
    expect((await call("POST", "/v1/fleets", "{", { "content-type": "application/json" })).statusCode).toBe(400);
  });

  it("says what it is: healthy, ready, measured, documented", async () => {
    expect((await call("GET", "/health", undefined, {}, "")).json()).toEqual({ status: "healthy" });
    expect((await call("GET", "/ready", undefined, {}, "")).json()).toEqual({ ready: true, waitingFor: [] });
    const metrics = (await call("GET", "/metrics", undefined, {}, "")).body;
    for (const name of ["active_vehicles", "fleet_utilization_percentage", "trip_assignment_success_rate", "decision_latency_seconds", "http_request_duration_seconds"]) expect(metrics).toContain(name);
    const api = (await call("GET", "/docs/json", undefined, {}, "")).json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(api.openapi).toBe("3.1.0");
    expect(Object.keys(api.paths).length).toBeGreaterThan(40);
    expect((await call("GET", "/docs/", undefined, {}, "")).body).toContain("swagger-ui");
  });
});

describe("a vehicle's way on board", () => {
  it("is refused with the reason until a trusted certificate covers what it says it is", async () => {
    expect((await post("/fleets", { id: "f-1", name: "Pit" })).statusCode).toBe(201);
    expect((await post("/vehicles", truck("v-1"))).statusCode).toBe(201);
    const onboard = async (change = {}) => post("/vehicles/v-1/onboard", { claim: { ...claim, ...change }, csr: await csr() });
    expect((await onboard()).json()).toMatchObject({ status: 403, code: "no-certificate" });
    // Well signed, but by a key nobody has put on the list.
    expect((await post("/certificates", signed(certificate()))).json()).toMatchObject({ status: 403, code: "signature" });
    writeFileSync(join(folder, "trusted-gates.json"), JSON.stringify({ "gates-2026": gates.publicKey.export({ type: "spki", format: "pem" }) }));
    expect((await post("/certificates", { ...signed(certificate()), certificate: certificate({ agent_build_digest: "b".repeat(64) }) })).json()).toMatchObject({ code: "signature" });
    expect((await post("/certificates", signed(certificate()))).statusCode).toBe(201);
    expect((await onboard({ agentBuildDigest: "b".repeat(64) })).json()).toMatchObject({ status: 403, code: "other-build", detail: expect.stringMatching(/agent build aaaaaaaaaaaa, the vehicle runs bbbbbbbbbbbb/) as string });
    const done = await onboard();
    expect(done.statusCode).toBe(200);
    const { credentials } = done.json<{ credentials: { certificatePem: string; caPem: string; spiffeId: string } }>();
    const issued = new x509.X509Certificate(credentials.certificatePem);
    expect(credentials.spiffeId).toBe("spiffe://atlasmesh/tenant/home/vehicle/v-1");
    expect(issued.subject).toBe("CN=v-1");
    expect(await issued.verify({ publicKey: new x509.X509Certificate(credentials.caPem).publicKey })).toBe(true);
    expect((await get("/vehicles/v-1")).json()).toMatchObject({ status: "onboarded", onboarding: { certificateId: "cert-1" } });
  });

  it("ends when its certificate is revoked: it is grounded in the same breath", async () => {
    expect((await post("/certificates", signed(certificate({ certificate_id: "cert-2" })))).statusCode).toBe(201);
    await post("/vehicles", truck("v-2"));
    const on = await post("/vehicles/v-2/onboard", { claim, csr: await csr("P-384") });
    const by = on.json<{ onboarding: { certificateId: string } }>().onboarding.certificateId;
    expect((await post(`/certificates/${by}/revoke`, { reason: "gate was wrong" })).statusCode).toBe(200);
    expect((await get("/vehicles/v-2")).json()).toMatchObject({ status: "grounded", reason: expect.stringMatching(/revoked/) as string });
  });

  it("needs a key of its own", async () => {
    expect((await post("/vehicles/v-1/onboard", { claim, csr: "-----BEGIN X-----" })).json()).toMatchObject({ status: 422, code: "csr" });
  });
});

describe("a vehicle on the line", () => {
  it("is let in by its certificate alone, is online while it is there, and its telemetry is on disk when it is acknowledged", async () => {
    const identity = await onBoard("m-1");
    expect(await settled(link("m-1", { ca: identity.ca }))).toMatch(/^refused/);
    expect(await settled(link("m-2", identity))).toMatch(/^refused/);
    const client = link("m-1", identity);
    expect(await settled(client)).toBe("connected");
    await expect.poll(async () => (await get("/vehicles/m-1")).json<{ status: string }>().status).toBe("online");
    const topic = "atlasmesh/home/m-1/telemetry";
    const send = (payload: string | Buffer) => client.publishAsync(topic, payload, { qos: 1 });
    const count = async () => (await server.pool.inTenant("home", (c) => c.query<{ n: string }>("select count(*) as n from telemetry where vehicle_id = 'm-1'"))).rows[0]?.n;
    await send(JSON.stringify(telemetry("m-1", 1)));
    expect(await count()).toBe("1");
    // Again, in a batch as MessagePack, with one double, one of an earlier boot and one that cannot be.
    await Promise.all([send(JSON.stringify(telemetry("m-1", 1))), send(pack({ boot_id: "b-2", records: [telemetry("m-1", 1), telemetry("m-1", 2), telemetry("m-1", 2), telemetry("m-1", 3, { position: { latitude: 400, longitude: 0, heading: 0 } })] }))]);
    const stored = Number(await count());
    expect([3, 4]).toContain(stored);
    const letters = (await get("/dead-letters?status=open")).json<{ items: { id: number; reasonCode: string; payload: string }[] }>().items;
    expect(letters.map(({ reasonCode }) => reasonCode)).toEqual(["impossible"]);
    const letter = letters[0];
    if (letter === undefined) return;
    expect((await post(`/dead-letters/${letter.id}/replay`)).json()).toMatchObject({ status: 422, code: "refused-again" });
    await call("PUT", `/v1/dead-letters/${letter.id}/payload`, { payload: letter.payload.replace("400", "24") });
    expect((await post(`/dead-letters/${letter.id}/replay`)).json()).toMatchObject({ status: "replayed", attempts: 2 });
    expect(Number(await count())).toBe(stored + 1);
    expect((await get("/vehicles/m-1/state")).json()).toMatchObject({ connected: true, telemetry: { energy: 80, state: "READY" } });
    const [from, until] = [new Date(Date.now() - 3_600_000).toISOString(), new Date(Date.now() + 3_600_000).toISOString()];
    const minutes = (await get(`/vehicles/m-1/telemetry/minutes?from=${from}&until=${until}`)).json<{ items: { records: string; speed_mean: number }[] }>().items;
    expect(minutes.reduce((sum, row) => sum + Number(row.records), 0)).toBe(stored + 1);
    // What it says of its energy lets it take a trip.
    const trip = (await post("/trips", { itinerary: { requirements: { vehicleClass: "sedan" }, phases: [{ name: "go", kind: "go-to" }] } })).json<{ id: string }>();
    await post(`/trips/${trip.id}/plan`, { lengthM: 10, durationS: 5 });
    expect((await post(`/trips/${trip.id}/assign`, {})).json()).toMatchObject({ status: "assigned", vehicleId: "m-1", policy: { allowed: true } });
    // To speak as another ends the connection, and the vehicle is off line at once.
    client.publish("atlasmesh/home/v-1/telemetry", JSON.stringify(telemetry("v-1", 1)), { qos: 1 });
    await new Promise<void>((done) => client.once("close", () => done()));
    await expect.poll(async () => (await get("/vehicles/m-1")).json<{ status: string }>().status).toBe("onboarded");
    expect((await server.pool.inTenant("home", (c) => c.query("select 1 from telemetry where vehicle_id = 'v-1'"))).rows).toEqual([]);
    client.end(true);
  });
});

describe("writes", () => {
  it("the same Idempotency-Key is done once and answered alike; for another request it is refused", async () => {
    const key = { "idempotency-key": "order-1" };
    const first = await post("/fleets", { name: "Twice" }, key);
    const again = await post("/fleets", { name: "Twice" }, key);
    expect(again.json<{ id: string }>().id).toBe(first.json<{ id: string }>().id);
    expect([first.statusCode, again.statusCode, again.headers["idempotent-replayed"]]).toEqual([201, 201, "true"]);
    expect((await post("/fleets", { name: "Other" }, key)).json()).toMatchObject({ status: 422, code: "key-reused" });
  });

  it("If-Match on an old version is refused, and If-None-Match on the present one needs no body", async () => {
    const made = await post("/fleets", { id: "f-etag", name: "One" });
    expect(made.headers.etag).toBe('"1"');
    const patch = (etag: string) => call("PATCH", "/v1/fleets/f-etag", { name: `n${etag}` }, { "if-match": etag });
    expect((await patch('"1"')).headers.etag).toBe('"2"');
    expect((await patch('"1"')).json()).toMatchObject({ status: 412, code: "version" });
    expect((await get("/fleets/f-etag", { "if-none-match": '"2"' })).statusCode).toBe(304);
  });

  it("each is in the audit trail: done, refused and denied, with who and what", async () => {
    const regulator = addServiceToken(folder, "regulator", "home", "regulator", 4_000_000_000_000);
    await post("/fleets/f-etag/archive");
    await post("/fleets/f-etag/resume");
    await post("/fleets/f-1/archive", undefined, {}, regulator);
    const { items } = (await get("/audit?limit=1000")).json<{ items: { data: { operation: string; outcome: string; actor: string; code: string } }[] }>();
    const tail = items.slice(-3).map(({ data }) => [data.operation, data.outcome, data.actor, data.code]);
    expect(tail).toEqual([["archiveFleet", "done", "service:admin", ""], ["resumeFleet", "refused", "service:admin", "archived"], ["archiveFleet", "denied", "service:regulator", "denied"]]);
  });

  it("lists come in pages that join without gap or double, and filters hold", async () => {
    for (let i = 0; i < 7; i += 1) await post("/fleets", { id: `page-${i}`, name: `p${i}` });
    const seen: string[] = [];
    for (let after = ""; ; ) {
      const { items, next } = (await get(`/fleets?limit=3${after === "" ? "" : `&after=${after}`}`)).json<{ items: { id: string }[]; next?: string }>();
      seen.push(...items.map(({ id }) => id));
      if (next === undefined) break;
      after = next;
    }
    const all = (await get("/fleets?limit=200")).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    expect(seen).toEqual(all);
    expect((await get("/fleets?status=archived")).json<{ items: { id: string }[] }>().items.map(({ id }) => id)).toEqual(["f-etag"]);
    expect((await get("/fleets?limit=1000")).statusCode).toBe(422);
  });

  it("a trip is refused by policy with its reason, and the dry run says why nobody can", async () => {
    const itinerary = { requirements: { vehicleClass: "mine-haul-truck" }, phases: [{ name: "go", kind: "go-to" }] };
    const dry = (await post("/missions/feasibility", { itinerary })).json<{ feasible: boolean; judgements: { vehicleId: string; reason: string }[] }>();
    expect(dry.feasible).toBe(false);
    expect(dry.judgements.find(({ vehicleId }) => vehicleId === "v-1")?.reason).toMatch(/^is grounded: certificate cert-1 was revoked/);
    const operator = addServiceToken(folder, "operator", "home", "operator", 4_000_000_000_000);
    expect((await post("/trips", { itinerary, priority: 9 }, {}, operator)).json()).toMatchObject({ status: 403, code: "policy", detail: expect.stringMatching(/priority-reserved/) as string });
    const trip = (await post("/trips", { itinerary }, {}, operator)).json<{ id: string; policy: { constraints: object } }>();
    expect(trip.policy.constraints).toEqual({ speed_mps_max: 13.9 });
    expect((await call("POST", `/v1/trips/${trip.id}/assign`, {}, {}, operator)).json()).toMatchObject({ status: 409, code: "nobody" });
  });

  it("a mission that is due becomes a trip by itself", async () => {
    const itinerary = { requirements: { vehicleClass: "bus" }, phases: [{ name: "go", kind: "go-to" }] };
    const { id } = (await post("/missions", { itinerary, schedule: { kind: "at", atMs: Date.now() } })).json<{ id: string }>();
    await expect.poll(async () => (await get(`/trips/${id}.1`)).statusCode, { timeout: 5000 }).toBe(200);
    expect((await get(`/missions/${id}`)).json()).toMatchObject({ status: "finished", occurrences: 1 });
  });

  it("dead letters and schemas: what is there can be read, what breaks is refused", async () => {
    expect((await call("PUT", "/v1/schemas/thing.made", { schema: { type: "object", properties: { a: { type: "number" } } } })).statusCode).toBe(200);
    expect((await call("PUT", "/v1/schemas/thing.made", { schema: { type: "object", required: ["a"] } })).json()).toMatchObject({ status: 409, code: "breaking", errors: [{ path: "/required" }] });
    expect((await call("PUT", "/v1/schemas/thing.made", { schema: { type: "no such type" } })).json()).toMatchObject({ status: 422 });
    expect((await get("/dead-letters?status=open")).json()).toEqual({ items: [] });
    expect((await post("/dead-letters/99/discard")).statusCode).toBe(404);
  });
});

describe("every operation", () => {
  type Operation = { operationId: string; parameters?: { name: string; in: string }[]; requestBody?: unknown };
  const operations = async (): Promise<{ method: string; path: string; id: string }[]> => {
    const { paths } = (await call("GET", "/docs/json", undefined, {}, "")).json<{ paths: Record<string, Record<string, Operation>> }>();
    return Object.entries(paths).flatMap(([path, of]) => Object.entries(of).map(([method, operation]) => ({ method: method.toUpperCase(), path, id: operation.operationId })));
  };
  const fill = (path: string): string => path.replace(/\{index\}/g, "0").replace(/\/dead-letters\/\{id\}/, "/dead-letters/1").replace(/\{feature\}/g, "trips").replace(/\{subject\}/g, "thing.made").replace(/\{[a-z]+\}/gi, "f-1");

  it("has a name of its own, and takes nothing from nobody", async () => {
    const all = await operations();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { method, path } of all) {
      const answer = await server.app.inject({ method: method as "GET", url: fill(path), ...(method === "GET" || method === "DELETE" ? {} : { payload: {} }) });
      // A body that does not fit may be told before who asks is known: it tells nothing.
      expect([401, 422], `${method} ${path}`).toContain(answer.statusCode);
    }
  });

  it("answers every role, of this organisation and of another, without a fault, and never shows another's data", async () => {
    const all = await operations();
    const before = hashTenant(server.platform.tenant("home") as never);
    for (const role of ROLES.filter((one) => one === "admin" || one === "operator")) {
      const stranger = addServiceToken(folder, `stranger-${role}`, "elsewhere", role, 4_000_000_000_000);
      for (const { method, path, id } of all) {
        const answer = await server.app.inject({ method: method as "GET", url: fill(path), headers: { authorization: `Bearer ${stranger}` }, ...(method === "GET" || method === "DELETE" ? {} : { payload: { reason: "x", name: "x", note: "x" } }) });
        expect(answer.statusCode, `${role} ${id}: ${answer.body}`).toBeLessThan(500);
        expect(answer.body, `${role} ${id}`).not.toMatch(/"Pit"|T-v-1|cert-1|service:admin/);
      }
    }
    // Nothing any of them did has moved anything here.
    expect(hashTenant(server.platform.tenant("home") as never)).toBe(before);
  });

  it("survives nonsense: no input gives a 5xx", async () => {
    const values: unknown[] = [[], 1e308, { reason: "r", name: "x".repeat(5000), kind: "close", schema: { $ref: "http://nowhere/x" }, itinerary: { phases: [] } }];
    for (const { method, path, id } of await operations()) {
      for (const value of method === "GET" || method === "DELETE" ? [undefined] : values) {
        const answer = await server.app.inject({ method: method as "GET", url: `${fill(path)}?limit=-1&after=%00&status=%F0`, headers: { authorization: `Bearer ${admin}`, "if-match": '"999"', "content-type": "application/json" }, ...(value === undefined ? {} : { payload: JSON.stringify(value) }) });
        expect(answer.statusCode, `${id} ${JSON.stringify(value)?.slice(0, 60)}: ${answer.body.slice(0, 300)}`).toBeLessThan(500);
      }
    }
  });
});

describe("the log", () => {
  it("verifies, exports as CloudEvents, and its lines carry the fields of the handbook", async () => {
    expect((await get("/events/verification")).json()).toMatchObject({ intact: true });
    const trace = "0af7651916cd43dd8448eb211c80319c";
    await post("/fleets", { name: "Traced" }, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
    const { items } = (await get("/events?limit=1000")).json<{ items: { correlationid: string; type: string; topic: string }[] }>();
    expect(items.find(({ correlationid, type }) => correlationid === trace && type === "atlasmesh.fleet.created")?.topic).toBe("fleet.lifecycle");
    const line = lines.map((text) => JSON.parse(text) as Record<string, unknown>).find((one) => one["trace_id"] === trace);
    expect(Object.keys(line ?? {}).sort()).toEqual(["duration_ms", "endpoint", "entity_id", "level", "message", "service", "span_id", "status_code", "tenant_id", "timestamp", "trace_id", "user_id"]);
  });

  it("after a restart everything is as it was, to the hash", async () => {
    await post("/alerts", { code: "x", severity: 2, subject: "vehicle/v-1", message: "hot" });
    const before = hashTenant(server.platform.tenant("home") as never);
    await server.stop();
    server = await serve({ config: config(), policyFolder, write: (line) => lines.push(line) });
    expect(hashTenant(server.platform.tenant("home") as never)).toBe(before);
    expect((await get("/vehicles/v-1")).statusCode).toBe(200);
    expect((await get("/events/verification")).json()).toMatchObject({ intact: true });
  });
});
