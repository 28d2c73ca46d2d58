/**
 * What every event store must do, as tests. Both implementations run exactly these; a third one proves itself by them.
 */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyChain, type Sha256 } from "../chain.ts";
import type { Append, StreamWrite } from "../store.ts";
import type { AsyncEventStore } from "./port.ts";

export const sha256: Sha256 = (text) => createHash("sha256").update(text).digest("hex");

const cause = { actor: "user:tester", correlationId: "c-1", causationId: "" };
const event = (n: number): StreamWrite["events"][number] => ({ type: "fleet.noted", schemaVersion: 1, data: { n, text: `\u0000 "${n}" ü 𝄞`, tiny: 5e-324, list: [1, null, { a: true }] } });
const write = (stream: string, expectedVersion: number, ...events: StreamWrite["events"]): Append => ({ cause, writes: [{ stream, expectedVersion, events }] });

/** `open` gives the store under test; tenants of other tests are in it too. */
export function describeEventStore(name: string, open: () => AsyncEventStore): void {
  let tenants = 0;
  const fresh = (): string => `conf-${(tenants += 1)}`;

  describe(`event store ${name}`, () => {
    it("gives back what was appended, in order, with positions and versions from 1", async () => {
      const store = open();
      const t = fresh();
      const first = await store.append(t, [write("fleet/a", 0, event(1), event(2))]);
      const second = await store.append(t, [write("fleet/b", 0, event(3)), write("fleet/a", 2, event(4))]);
      expect(first.ok && second.ok).toBe(true);
      const all = await store.readAll(t, 0, 100);
      expect(all.map((e) => [e.position, e.stream, e.version, e.data["n"]])).toEqual([[1, "fleet/a", 1, 1], [2, "fleet/a", 2, 2], [3, "fleet/b", 1, 3], [4, "fleet/a", 3, 4]]);
      expect(all[0]?.data).toEqual(event(1).data);
      expect(all[0]).toMatchObject({ tenant: t, actor: "user:tester", correlationId: "c-1", causationId: "", type: "fleet.noted", schemaVersion: 1 });
      expect((await store.readStream(t, "fleet/a", 2, 1)).map((e) => e.data["n"])).toEqual([2]);
      expect((await store.readAll(t, 3, 100)).map((e) => e.position)).toEqual([4]);
      if (second.ok) expect(second.value.map((result) => (result.kind === "appended" ? result.events.map((e) => e.position) : result.kind))).toEqual([[3], [4]]);
    });

    it("forms a hash chain; a change anywhere is found where it is", async () => {
      const store = open();
      const t = fresh();
      for (let i = 0; i < 5; i += 1) await store.append(t, [write("fleet/a", i, event(i))]);
      const all = await store.readAll(t, 0, 100);
      expect(verifyChain(all, sha256)).toBeUndefined();
      expect(await store.head(t)).toEqual({ position: 5, hash: all[4]?.hash });
      const changed = all.map((e) => (e.position === 3 ? { ...e, data: { ...e.data, n: 99 } } : e));
      expect(verifyChain(changed, sha256)).toEqual({ position: 3, fault: "changed" });
      expect(verifyChain(all.filter((e) => e.position !== 3), sha256)).toEqual({ position: 4, fault: "gap" });
    });

    it("refuses an append on a version that is not the stream's, and then stores nothing of it", async () => {
      const store = open();
      const t = fresh();
      await store.append(t, [write("fleet/a", 0, event(1))]);
      const before = await store.head(t);
      const refused = await store.append(t, [write("fleet/b", 0, event(2)), write("fleet/a", 0, event(3))]);
      expect(refused).toEqual({ ok: false, error: { kind: "conflict", stream: "fleet/a", expectedVersion: 0, actualVersion: 1 } });
      expect(await store.head(t)).toEqual(before);
      expect(await store.readStream(t, "fleet/b", 1, 10)).toEqual([]);
      expect((await store.outbox(t, 100)).length).toBe(1);
    });

    it("of many appends at once on the same version exactly one wins", async () => {
      const store = open();
      const t = fresh();
      const results = await Promise.all(Array.from({ length: 8 }, (_, i) => store.append(t, [write("fleet/a", 0, event(i))])));
      expect(results.filter((result) => result.ok).length).toBe(1);
      expect(verifyChain(await store.readAll(t, 0, 100), sha256)).toBeUndefined();
    });

    it("does a request under an idempotency key once, gives its first reply again, and refuses the key for another request", async () => {
      const store = open();
      const t = fresh();
      const idempotency = { key: "k-1", requestDigest: "d-1", reply: { id: "f-1" }, expiresMs: Number.MAX_SAFE_INTEGER };
      const once = await store.append(t, [{ ...write("fleet/a", 0, event(1)), idempotency }]);
      const again = await store.append(t, [{ ...write("fleet/a", 0, event(1)), idempotency: { ...idempotency, reply: { id: "other" } } }]);
      expect(once.ok && once.value[0]?.kind).toBe("appended");
      expect(again).toEqual({ ok: true, value: [{ kind: "replayed", reply: { id: "f-1" } }] });
      expect((await store.head(t)).position).toBe(1);
      const reused = await store.append(t, [{ ...write("fleet/b", 0, event(1)), idempotency: { ...idempotency, requestDigest: "d-2" } }]);
      expect(reused).toEqual({ ok: false, error: { kind: "key-reused", key: "k-1" } });
      expect(await store.reply(t, "k-1")).toEqual({ requestDigest: "d-1", reply: { id: "f-1" } });
      expect(await store.reply(fresh(), "k-1")).toBeUndefined();
    });

    it("forgets an idempotency key when its time is over", async () => {
      const store = open();
      const t = fresh();
      const expired = { key: "k-1", requestDigest: "d-1", reply: 1, expiresMs: 1 };
      await store.append(t, [{ ...write("fleet/a", 0, event(1)), idempotency: expired }]);
      expect(await store.reply(t, "k-1")).toBeUndefined();
      const next = await store.append(t, [{ ...write("fleet/a", 1, event(2)), idempotency: { ...expired, requestDigest: "d-2" } }]);
      expect(next.ok && next.value[0]?.kind).toBe("appended");
    });

    it("refuses what has no proper form: stream, type, too much data, numbers that are none", async () => {
      const store = open();
      const t = fresh();
      const bad: Append[] = [
        write("no-slash", 0, event(1)),
        write("fleet/a b", 0, event(1)),
        write("fleet/a", 0, { ...event(1), type: "Nope" }),
        write("fleet/a", 0, { ...event(1), schemaVersion: 0 }),
        write("fleet/a", 0, { ...event(1), data: { text: "x".repeat(300_000) } }),
        write("fleet/a", 0, { ...event(1), data: { n: Number.NaN } }),
        { ...write("fleet/a", 0, event(1)), cause: { ...cause, actor: "" } },
      ];
      for (const append of bad) expect((await store.append(t, [append])).ok).toBe(false);
      expect((await store.head(t)).position).toBe(0);
    });

    it("keeps tenants apart", async () => {
      const store = open();
      const [a, b] = [fresh(), fresh()];
      await store.append(a, [write("fleet/x", 0, event(1))]);
      await store.append(b, [write("fleet/x", 0, event(2))]);
      await store.saveSnapshot(a, { name: "all", position: 1, schemaVersion: 1, data: { of: "a" } });
      await store.bury(a, { topic: "system.dlq", source: "test", reasonCode: "r", reason: "r", payload: "p", schemaSubject: "" });
      await store.registerSchema(a, "thing", { type: "object" });
      expect((await store.readAll(b, 0, 10)).map((e) => e.data["n"])).toEqual([2]);
      expect(await store.snapshot(b, "all")).toBeUndefined();
      expect(await store.deadLetters(b, {}, 10)).toEqual([]);
      expect(await store.schema(b, "thing")).toBeUndefined();
      expect((await store.outbox(b, 10)).map((entry) => entry.event.tenant)).toEqual([b]);
      expect(await store.tenants()).toEqual(expect.arrayContaining([a, b]));
    });

    it("keeps the newest snapshot of a name, and an older one changes nothing", async () => {
      const store = open();
      const t = fresh();
      await store.saveSnapshot(t, { name: "all", position: 5, schemaVersion: 2, data: { n: 5 } });
      await store.saveSnapshot(t, { name: "all", position: 3, schemaVersion: 2, data: { n: 3 } });
      expect(await store.snapshot(t, "all")).toEqual({ name: "all", position: 5, schemaVersion: 2, data: { n: 5 } });
    });

    it("puts each event into the outbox once, and hands it out until it is confirmed", async () => {
      const store = open();
      const t = fresh();
      await store.append(t, [write("fleet/a", 0, event(1), event(2), event(3))]);
      expect((await store.outbox(t, 2)).map((entry) => entry.position)).toEqual([1, 2]);
      await store.confirmPublished(t, [1]);
      const left = await store.outbox(t, 10);
      expect(left.map((entry) => [entry.position, entry.topic, entry.event.data["n"]])).toEqual([[2, "fleet.lifecycle", 2], [3, "fleet.lifecycle", 3]]);
    });

    it("dead letters can be read, repaired and resolved, once", async () => {
      const store = open();
      const t = fresh();
      const draft = { topic: "vehicle.telemetry.dlq", source: "vehicle:v-1", reasonCode: "schema", reason: "sequence is missing", payload: "{\"a\":1}", schemaSubject: "vehicle.telemetry" } as const;
      const one = await store.bury(t, draft);
      const two = await store.bury(t, { ...draft, topic: "system.dlq" });
      expect(one).toMatchObject({ ...draft, status: "open", attempts: 0, fixedPayload: undefined });
      expect((await store.deadLetters(t, { topic: "system.dlq" }, 10)).map((letter) => letter.id)).toEqual([two.id]);
      expect((await store.deadLetters(t, { afterId: one.id }, 10)).map((letter) => letter.id)).toEqual([two.id]);
      expect(await store.repairDeadLetter(t, one.id, "{\"a\":2}")).toMatchObject({ ok: true, value: { payload: "{\"a\":1}", fixedPayload: "{\"a\":2}" } });
      expect(await store.resolveDeadLetter(t, one.id, "open", "user:x")).toMatchObject({ ok: true, value: { status: "open", attempts: 1 } });
      expect(await store.resolveDeadLetter(t, one.id, "replayed", "user:x")).toMatchObject({ ok: true, value: { status: "replayed", attempts: 2, resolvedBy: "user:x" } });
      expect(await store.resolveDeadLetter(t, one.id, "replayed", "user:x")).toEqual({ ok: false, error: "resolved" });
      expect(await store.repairDeadLetter(t, one.id, "late")).toEqual({ ok: false, error: "resolved" });
      expect(await store.repairDeadLetter(t, 9_999_999, "none")).toEqual({ ok: false, error: "unknown" });
      expect((await store.deadLetters(t, { status: "open" }, 10)).map((letter) => letter.id)).toEqual([two.id]);
    });

    it("registers schemas as versions and refuses a breaking one", async () => {
      const store = open();
      const t = fresh();
      const v1 = { type: "object", properties: { a: { type: "integer" } }, required: ["a"], additionalProperties: false };
      const v2 = { ...v1, properties: { a: { type: "number" }, b: { type: "string" } } };
      expect(await store.registerSchema(t, "thing.made", v1)).toMatchObject({ ok: true, value: { version: 1 } });
      expect(await store.registerSchema(t, "thing.made", v1)).toMatchObject({ ok: true, value: { version: 1 } });
      expect(await store.registerSchema(t, "thing.made", v2)).toMatchObject({ ok: true, value: { version: 2 } });
      expect(await store.registerSchema(t, "thing.made", v1)).toMatchObject({ ok: false, error: { kind: "breaking" } });
      expect(await store.registerSchema(t, "Thing", v1)).toMatchObject({ ok: false, error: { kind: "invalid" } });
      expect((await store.schema(t, "thing.made"))?.schema).toEqual(v2);
      expect((await store.schema(t, "thing.made", 1))?.schema).toEqual(v1);
    });
  });
}
