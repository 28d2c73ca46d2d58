/** The compatibility check against a real validator: when it says yes, no document that was valid stops being so. */
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, it } from "vitest";
import { breakingChanges, type JsonSchema } from "./schema-compat.ts";

const word = fc.constantFrom("a", "b", "c");
const leafValue = fc.oneof(fc.integer({ min: -3, max: 8 }), fc.constantFrom(0.5, 2.5), fc.constantFrom("", "x", "xy", "xyz"), fc.boolean(), fc.constant(null));
const document: fc.Arbitrary<unknown> = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 3 }, leafValue, fc.array(tie("value"), { maxLength: 3 }), fc.dictionary(word, tie("value"), { maxKeys: 3 })) }))["value"] as fc.Arbitrary<unknown>;

const optional = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonSchema> => fc.record(shape, { requiredKeys: [] });
const schema: fc.Arbitrary<JsonSchema> = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    optional({ type: fc.constantFrom("integer", "number", ["integer", "null"]), minimum: fc.integer({ min: -2, max: 3 }), maximum: fc.integer({ min: 2, max: 7 }), exclusiveMinimum: fc.integer({ min: -2, max: 3 }), exclusiveMaximum: fc.integer({ min: 2, max: 7 }) }),
    optional({ type: fc.constantFrom("string", ["string", "boolean"]), minLength: fc.integer({ min: 0, max: 2 }), maxLength: fc.integer({ min: 0, max: 3 }), pattern: fc.constantFrom("^x", "y") }),
    optional({ enum: fc.uniqueArray(leafValue, { minLength: 1, maxLength: 3, comparator: (x, y) => JSON.stringify(x) === JSON.stringify(y) }), type: fc.constantFrom("string", "number") }),
    optional({ const: leafValue, description: fc.constant("said") }),
    optional({ type: fc.constant("array"), items: tie("schema"), minItems: fc.integer({ min: 0, max: 2 }), maxItems: fc.integer({ min: 1, max: 3 }), uniqueItems: fc.boolean() }),
    optional({ type: fc.constant("object"), properties: fc.dictionary(word, tie("schema"), { maxKeys: 3 }), required: fc.uniqueArray(word, { maxLength: 2 }), additionalProperties: fc.oneof(fc.boolean(), tie("schema")), maxProperties: fc.integer({ min: 1, max: 3 }) }),
    optional({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }), type: fc.constantFrom("object", "string") }),
    optional({ not: tie("schema"), type: fc.constantFrom("object", "integer") }),
  ),
}))["schema"] as fc.Arbitrary<JsonSchema>;

it("what it lets pass never makes a valid document invalid", () => {
  const ajv = new Ajv({ strict: false, logger: false });
  let allowed = 0;
  let tried = 0;
  fc.assert(
    fc.property(schema, schema, fc.array(document, { minLength: 12, maxLength: 12 }), fc.boolean(), (left, right, documents, same) => {
      // Random pairs rarely agree: half the time the newer one is the older one with one part taken from another.
      const next = same ? { ...left, ...right } : right;
      if (breakingChanges(left, next).length > 0) return;
      allowed += 1;
      const [was, is] = [ajv.compile(left), ajv.compile(next)];
      for (const value of documents) {
        if (!was(value)) continue;
        tried += 1;
        expect(is(value), `${JSON.stringify(left)} -> ${JSON.stringify(next)} on ${JSON.stringify(value)}`).toBe(true);
      }
    }),
    { numRuns: 4000, seed: 7 },
  );
  expect(allowed).toBeGreaterThan(200);
  expect(tried).toBeGreaterThan(300);
});

it("a schema can always be replaced by itself, with other words about it, and by one without demands", () => {
  fc.assert(fc.property(schema, (s) => {
    expect(breakingChanges(s, { ...s, description: "other words" })).toEqual([]);
    expect(breakingChanges(s, {})).toEqual([]);
  }), { numRuns: 500, seed: 8 });
});

const object = (properties: Record<string, JsonSchema>, more: JsonSchema = {}): JsonSchema => ({ type: "object", properties, ...more });
it.each<[string, JsonSchema, JsonSchema, string]>([
  ["a new required field", object({ a: {} }), object({ a: {} }, { required: ["a"] }), "/required"],
  ["a removed value", object({ s: { enum: ["x", "y"] } }), object({ s: { enum: ["x"] } }), "/properties/s/enum"],
  ["a narrower type", object({ n: { type: "number" } }), object({ n: { type: "integer" } }), "/properties/n/type"],
  ["a tighter bound", { type: "number", minimum: 0 }, { type: "number", minimum: 1 }, "/minimum"],
  ["a closed object", object({}), object({}, { additionalProperties: false }), "/additionalProperties"],
  ["a field that was unnamed", object({}), object({ a: { type: "string" } }), "/properties/a/type"],
  ["a removed field of a closed object", object({ a: {} }, { additionalProperties: false }), object({}, { additionalProperties: false }), "/properties/a"],
  ["a reference it cannot follow", {}, { $ref: "#/x" }, "/$ref"],
])("%s is breaking, and it says where", (_, previous, next, path) => {
  expect(breakingChanges(previous, next).map((fault) => fault.path)).toContain(path);
});

it("naming a field that the contract calls meaningless until then is no break when said so", () => {
  expect(breakingChanges(object({}), object({ a: { type: "string" } }), { unnamedFields: "meaningless" })).toEqual([]);
});
