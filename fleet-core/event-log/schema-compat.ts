/**
 * May a JSON Schema take the place of an older one? Yes, when every document valid under the old one is valid under the
 * new one: then no stored event and no message on its way becomes unreadable. Careful by design: what it cannot judge
 * (references, negations, conditions) must be equal, else the change counts as breaking. Never says yes by mistake;
 * `schema-compat.prop.test.ts` holds it against a real validator.
 */
import { canonicalJson } from "../contract/json.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface CompatibilityFault {
  /** Where in the schema, as a path of keywords: `/properties/status/enum`. */
  readonly path: string;
  readonly message: string;
}

export interface CompatibilityOptions {
  /**
   * Fields the old schema did not name but let through. `may-be-anything` (default): naming one now is breaking, a document
   * may already hold it with another meaning. `meaningless`: the contract says unnamed fields mean nothing.
   */
  readonly unnamedFields?: "may-be-anything" | "meaningless";
}

/** Words about a schema, not about documents. */
const ANNOTATIONS = ["$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];
const JUDGED = ["type", "properties", "required", "additionalProperties", "propertyNames", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "format", "items", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "anyOf"];
const DEPTH_MAX = 64;

const isSchema = (value: unknown): value is JsonSchema => typeof value === "object" && value !== null && !Array.isArray(value);
const equal = (a: unknown, b: unknown): boolean => (a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b));
/** Same demands on documents, whatever is said about them. */
const bare = (schema: JsonSchema): JsonSchema => Object.fromEntries(Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key)));

/** Why `next` cannot replace `previous`; empty when it can. */
export function breakingChanges(previous: JsonSchema, next: JsonSchema, options: CompatibilityOptions = {}): readonly CompatibilityFault[] {
  const faults: CompatibilityFault[] = [];
  compare(previous, next, "", faults, options.unnamedFields ?? "may-be-anything", 0);
  return faults;
}

type Unnamed = NonNullable<CompatibilityOptions["unnamedFields"]>;

function compare(previous: unknown, next: unknown, path: string, faults: CompatibilityFault[], unnamed: Unnamed, depth: number): void {
  const fault = (at: string, message: string): void => void faults.push({ path: `${path}${at}`, message });
  if (depth > DEPTH_MAX) return fault("", `nests more than ${DEPTH_MAX} levels`);
  // Nothing was valid before, or everything is now.
  if (previous === false || next === true || (isSchema(next) && Object.keys(bare(next)).length === 0)) return;
  if (next === false) return fault("", "nothing is allowed any more");
  if (!isSchema(next)) return fault("", "is not a schema");
  const old: JsonSchema = isSchema(previous) ? bare(previous) : {};
  const now = bare(next);
  if (equal(old, now)) return;
  if (Array.isArray(old["anyOf"]) && onlyUnion(old)) {
    // Every kind of document there was must still be allowed.
    old["anyOf"].forEach((branch, i) => compare(branch, next, `${path}/anyOf/${i}`, faults, unnamed, depth + 1));
    return;
  }
  for (const key of Object.keys(now)) {
    if (!JUDGED.includes(key) && !equal(old[key], now[key])) fault(`/${key}`, `cannot be judged, so it must stay as it is${old[key] === undefined ? " (absent)" : ""}`);
  }
  if (Array.isArray(now["anyOf"])) {
    if (equal(old["anyOf"], now["anyOf"])) {
      // The same choice as before; the other demands are judged below.
    } else {
      const without: JsonSchema = Object.fromEntries(Object.entries(old).filter(([key]) => key !== "anyOf"));
      const fits = now["anyOf"].some((branch) => {
        const inner: CompatibilityFault[] = [];
        compare(without, branch, "", inner, unnamed, depth + 1);
        return inner.length === 0;
      });
      if (!fits) fault("/anyOf", "no branch takes all documents there were");
    }
  }
  values(old, now, fault);
  bounds(old, now, fault);
  for (const key of ["pattern", "format"]) if (now[key] !== undefined && !equal(old[key], now[key])) fault(`/${key}`, "is new or changed");
  if (now["uniqueItems"] === true && old["uniqueItems"] !== true) fault("/uniqueItems", "is new");
  if (now["items"] !== undefined && mayBe(old, "array")) compare(old["items"] ?? true, now["items"], `${path}/items`, faults, unnamed, depth + 1);
  if (mayBe(old, "object")) members(old, now, path, faults, unnamed, depth);
}

/** A union and nothing else. */
const onlyUnion = (schema: JsonSchema): boolean => Object.keys(schema).length === 1;

function typesOf(schema: JsonSchema): readonly string[] | undefined {
  const { type } = schema;
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((item): item is string => typeof item === "string") : undefined;
}

const kindOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Whether a document valid under `schema` may be of this type. */
function mayBe(schema: JsonSchema, type: string): boolean {
  const allowed = valuesOf(schema);
  if (allowed !== undefined) return allowed.some((value) => kindOf(value) === type);
  const types = typesOf(schema);
  return types === undefined || types.includes(type) || (type === "number" && types.includes("integer"));
}

/** The finite list of allowed values, if there is one. */
const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined => (schema["const"] !== undefined ? [schema["const"]] : Array.isArray(schema["enum"]) ? schema["enum"] : undefined);

const hasType = (value: unknown, types: readonly string[]): boolean => types.includes(kindOf(value)) || (typeof value === "number" && Number.isInteger(value) && types.includes("integer"));

function values(old: JsonSchema, now: JsonSchema, fault: (at: string, message: string) => void): void {
  const was = valuesOf(old);
  const is = valuesOf(now);
  if (is !== undefined) {
    if (was === undefined) fault(now["const"] === undefined ? "/enum" : "/const", "is new: values were free before");
    else for (const value of was) if (!is.some((item) => equal(item, value))) fault(now["const"] === undefined ? "/enum" : "/const", `${canonicalJson(value)} is no longer allowed`);
  }
  const types = typesOf(now);
  if (types === undefined) return;
  if (was !== undefined) {
    for (const value of was) if (!hasType(value, types)) fault("/type", `${canonicalJson(value)} is no longer allowed`);
    return;
  }
  const before = typesOf(old);
  if (before === undefined) return fault("/type", "is new: any type was allowed before");
  for (const type of before) if (!types.includes(type) && !(type === "integer" && types.includes("number"))) fault("/type", `${type} is no longer allowed`);
}

/** [keyword, type it speaks about, whether a greater value allows less] */
const BOUNDS: readonly (readonly [string, string, boolean])[] = [
  ["minLength", "string", true],
  ["maxLength", "string", false],
  ["minItems", "array", true],
  ["maxItems", "array", false],
  ["minProperties", "object", true],
  ["maxProperties", "object", false],
];

function bounds(old: JsonSchema, now: JsonSchema, fault: (at: string, message: string) => void): void {
  for (const [key, type, lower] of BOUNDS) {
    const is = now[key];
    if (typeof is !== "number" || !mayBe(old, type)) continue;
    // A lower bound of nothing excludes nothing.
    const was = typeof old[key] === "number" ? old[key] : lower ? 0 : undefined;
    if (was === undefined || (lower ? is > was : is < was)) fault(`/${key}`, `excludes values that were allowed (${was === undefined ? "no limit" : String(was)} before)`);
  }
  if (!mayBe(old, "number")) return;
  const lowOld = lowest(old);
  const lowNow = lowest(now);
  if (lowNow !== undefined && (lowOld === undefined || lowNow.at > lowOld.at || (lowNow.at === lowOld.at && lowNow.open && !lowOld.open))) fault(lowNow.open ? "/exclusiveMinimum" : "/minimum", "excludes values that were allowed");
  const highOld = highest(old);
  const highNow = highest(now);
  if (highNow !== undefined && (highOld === undefined || highNow.at < highOld.at || (highNow.at === highOld.at && highNow.open && !highOld.open))) fault(highNow.open ? "/exclusiveMaximum" : "/maximum", "excludes values that were allowed");
  if (now["multipleOf"] !== undefined && !equal(old["multipleOf"], now["multipleOf"])) fault("/multipleOf", "is new or changed");
}

interface Bound {
  readonly at: number;
  readonly open: boolean;
}

/** The stricter of the two ways to write a bound. */
function lowest(schema: JsonSchema): Bound | undefined {
  const closed = schema["minimum"];
  const open = schema["exclusiveMinimum"];
  if (typeof open === "number" && (typeof closed !== "number" || open >= closed)) return { at: open, open: true };
  return typeof closed === "number" ? { at: closed, open: false } : undefined;
}

function highest(schema: JsonSchema): Bound | undefined {
  const closed = schema["maximum"];
  const open = schema["exclusiveMaximum"];
  if (typeof open === "number" && (typeof closed !== "number" || open <= closed)) return { at: open, open: true };
  return typeof closed === "number" ? { at: closed, open: false } : undefined;
}

function members(old: JsonSchema, now: JsonSchema, path: string, faults: CompatibilityFault[], unnamed: Unnamed, depth: number): void {
  const was = isSchema(old["properties"]) ? old["properties"] : {};
  const is = isSchema(now["properties"]) ? now["properties"] : {};
  const restOld = old["additionalProperties"] ?? true;
  const restNow = now["additionalProperties"] ?? true;
  const required = (schema: JsonSchema): readonly string[] => (Array.isArray(schema["required"]) ? (schema["required"] as string[]) : []);
  for (const name of required(now)) if (!required(old).includes(name)) faults.push({ path: `${path}/required`, message: `${name} is required now` });
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  for (const name of names) {
    const before: unknown = Object.hasOwn(was, name) ? was[name] : restOld;
    const after: unknown = Object.hasOwn(is, name) ? is[name] : restNow;
    // A field only now named, in a document that let anything through.
    if (!Object.hasOwn(was, name) && unnamed === "meaningless" && restOld !== false) continue;
    if (!Object.hasOwn(is, name) && after === false && before !== false) faults.push({ path: `${path}/properties/${name}`, message: "is not allowed any more" });
    else compare(before, after, `${path}/properties/${name}`, faults, unnamed, depth + 1);
  }
  compare(restOld, restNow, `${path}/additionalProperties`, faults, unnamed, depth + 1);
  if (now["propertyNames"] !== undefined && !equal(old["propertyNames"], now["propertyNames"])) faults.push({ path: `${path}/propertyNames`, message: "is new or changed" });
}
