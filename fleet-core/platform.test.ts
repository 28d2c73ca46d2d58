/** The platform as a whole: one log, one fold, tenants apart, and a state that a replay gives again. */
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { verifyChain } from "./event-log/chain.ts";
import type { StoredEvent } from "./event-log/event.ts";
import { createJournal, EMPTY_HEAD } from "./event-log/journal.ts";
import { createPlatform, type Ask, type Platform } from "./platform.ts";
import { applyStored, emptyTenant, fromSnapshot, hashTenant, snapshotOf } from "./platform-state.ts";
import { allow, DIGEST_A, START_MS } from "./contract/test-context.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const cause = { actor: "user:amira", correlationId: "c-1", causationId: "" };
const audit = { operation: "test", resource: "fleet/f-1", requestDigest: DIGEST_A, ip: "", userAgent: "" };
const fleet = (id: string): Ask => ({ context: "fleet", id, command: { kind: "create", id, name: id, sector: "mining" } });

function world(pendingMax?: number): { platform: Platform; logs: Map<string, StoredEvent[]>; journal: ReturnType<typeof createJournal>; tick(ms: number): void } {
  let nowMs = START_MS;
  const logs = new Map<string, StoredEvent[]>();
  const journal = createJournal({ nowMs: () => nowMs, sha256, ...(pendingMax === undefined ? {} : { pendingMax }) });
  const platform = createPlatform({ journal, nowMs: () => nowMs, onEvents: (tenant, events) => logs.set(tenant, [...(logs.get(tenant) ?? []), ...events]) });
  return { platform, logs, journal, tick: (ms) => (nowMs += ms) };
}

it("replaying a log gives the same state hash, from the beginning and from a snapshot", () => {
  const { platform, logs, tick } = world();
  const itinerary = { requirements: { vehicleClass: "bus", healthMin: 0, energyRatioMin: 0 }, phases: [{ name: "go", kind: "go-to" as const, durationS: 0 }] };
  const decide = (...asks: Ask[]) => {
    tick(1000);
    return platform.decide("t-1", { cause, asks, audit });
  };
  decide(fleet("f-1"), { context: "fleet", id: "f-1", command: { kind: "limit", limits: { speedMpsMax: 8 } } });
  decide({ context: "trip", id: "t-1", command: { kind: "create", id: "t-1", itinerary, priority: 1, policy: allow } }, { context: "trip", id: "t-1", command: { kind: "plan", route: { lengthM: 1, durationS: 1 } } });
  const half = JSON.parse(JSON.stringify(snapshotOf(platform.tenant("t-1") as never))) as unknown;
  decide({ context: "trip", id: "t-1", command: { kind: "assign", vehicleId: "v-1", why: "near", policy: allow } });
  decide({ context: "alert", id: "a-1", command: { kind: "raise", id: "a-1", code: "x", severity: 2, subject: "vehicle/v-1", message: "hot" } });
  const log = logs.get("t-1") ?? [];
  const live = hashTenant(platform.tenant("t-1") as never);
  expect(verifyChain(log, sha256)).toBeUndefined();
  const replayed = emptyTenant();
  for (const event of JSON.parse(JSON.stringify(log)) as StoredEvent[]) applyStored(replayed, event);
  expect(hashTenant(replayed)).toBe(live);
  const resumed = fromSnapshot(half);
  expect(resumed).toBeDefined();
  if (resumed === undefined) return;
  for (const event of log.slice(resumed.position)) applyStored(resumed, event);
  expect(hashTenant(resumed)).toBe(live);
  expect(fromSnapshot({ ...(half as object), position: 1 })).toBeUndefined();
});

it("of a decision about several things all happen or none, and a refusal is in the audit trail", () => {
  const { platform, logs } = world();
  const refused = platform.decide("t-1", { cause, asks: [fleet("f-1"), { context: "fleet", id: "f-2", command: { kind: "resume" } }], audit });
  expect(refused).toMatchObject({ ok: false, error: { kind: "not-found" } });
  expect(platform.tenant("t-1")?.tables.fleet.size).toBe(0);
  expect(logs.get("t-1")?.map((event) => [event.type, event.data["outcome"], event.data["code"]])).toEqual([["audit.recorded", "refused", "unknown"]]);
});

it("a caller that saw another version is refused", () => {
  const { platform } = world();
  platform.decide("t-1", { cause, asks: [fleet("f-1")] });
  const rename: Ask = { context: "fleet", id: "f-1", command: { kind: "rename", name: "x" } };
  expect(platform.decide("t-1", { cause, asks: [rename], expectedVersion: 2 })).toMatchObject({ ok: false, error: { code: "version" } });
  expect(platform.decide("t-1", { cause, asks: [rename], expectedVersion: 1 }).ok).toBe(true);
});

it("tenants share nothing: the same ids mean different things", () => {
  const { platform } = world();
  platform.decide("a", { cause, asks: [fleet("f-1")] });
  expect(platform.tenant("b")).toBeUndefined();
  expect(platform.decide("b", { cause, asks: [{ context: "fleet", id: "f-1", command: { kind: "rename", name: "x" } }] })).toMatchObject({ ok: false, error: { kind: "not-found" } });
  expect(platform.tenants()).toEqual(["a"]);
});

it("a store that falls behind stops new decisions before memory grows without limit, and nothing is half-done", () => {
  const { platform, journal } = world(3);
  for (let i = 0; i < 3; i += 1) expect(platform.decide("t", { cause, asks: [fleet(`f-${i}`)] }).ok).toBe(true);
  const before = hashTenant(platform.tenant("t") as never);
  expect(platform.decide("t", { cause, asks: [fleet("f-9")] })).toMatchObject({ ok: false, error: { code: "busy" } });
  expect(hashTenant(platform.tenant("t") as never)).toBe(before);
  journal.stored(2);
  expect(platform.decide("t", { cause, asks: [fleet("f-9")] }).ok).toBe(true);
  expect(journal.pending(10)[0]?.after).not.toEqual(EMPTY_HEAD);
});
