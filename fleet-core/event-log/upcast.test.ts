import { expect, it } from "vitest";
import type { StoredEvent } from "./event.ts";
import { toCloudEvent } from "./event.ts";
import { TOPICS } from "./topics.ts";
import { createUpcasters } from "./upcast.ts";

const stored = (schemaVersion: number, data: Record<string, unknown>): StoredEvent => ({ tenant: "t", position: 7, stream: "fleet/f", version: 2, type: "fleet.renamed", schemaVersion, timeMs: 0, actor: "user:a", correlationId: "c", causationId: "t:6", data, previousHash: "0", hash: "1" });
const upcasters = createUpcasters([
  { type: "fleet.renamed", from: 2, up: (data) => ({ ...data, by: "unknown" }) },
  { type: "fleet.renamed", from: 1, up: ({ title, ...rest }) => ({ ...rest, name: title }) },
]);

it("an old event reads as the newest version, step by step; the stored one is untouched", () => {
  const old = stored(1, { title: "North" });
  expect(upcasters.upcast(old)).toMatchObject({ schemaVersion: 3, data: { name: "North", by: "unknown" } });
  expect(old.data).toEqual({ title: "North" });
  expect(upcasters.upcast(stored(3, { name: "x", by: "y" })).data).toEqual({ name: "x", by: "y" });
});

it("an event newer than this build stops the reader instead of being misread", () => {
  expect(() => upcasters.upcast(stored(4, {}))).toThrow(/version 4; this build knows up to 3/);
  expect(() => createUpcasters([{ type: "a.b", from: 2, up: (data) => data }])).toThrow(/nothing reads a.b version 1/);
});

it("an event is a CloudEvent with correlation and causation, and there are sixteen topics", () => {
  expect(toCloudEvent(stored(1, { title: "North" }), "/atlasmesh/fleet-core")).toMatchInlineSnapshot(`
    {
      "actor": "user:a",
      "causationid": "t:6",
      "correlationid": "c",
      "data": {
        "title": "North",
      },
      "datacontenttype": "application/json",
      "dataschema": "atlasmesh:fleet.renamed/1",
      "hash": "1",
      "id": "t:7",
      "previoushash": "0",
      "sequence": "0000000000000007",
      "source": "/atlasmesh/fleet-core",
      "specversion": "1.0",
      "streamversion": 2,
      "subject": "fleet/f",
      "tenantid": "t",
      "time": "1970-01-01T00:00:00.000Z",
      "topic": "fleet.lifecycle",
      "type": "atlasmesh.fleet.renamed",
    }
  `);
  expect(Object.keys(TOPICS).length).toBe(16);
});
