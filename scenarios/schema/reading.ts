/**
 * Typed access to an element's attributes while a file is read: resolves `$` and `${}` in the current scope, checks the
 * type, notes references to be checked when everything is known. Problems are collected; a getter that finds one gives a
 * harmless value, so the rest of the file is still read. Must never throw for bad input.
 */
import { parseXmlNumber, type XmlElement } from "../../fleet-core/contract/xml.ts";
import { resolveText, type Scope } from "./parameters.ts";
import type { Problems } from "./problems.ts";
import type { CatalogStore } from "./catalogs.ts";

export type ReferenceKind = "entity" | "parameter" | "variable" | "monitor" | "signal-controller" | "signal" | "controller";

export interface Reference {
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly file: string;
  readonly element: XmlElement;
  readonly attribute: string;
}

/** What all readers of one scenario share; `file` and `scope` change on the way into catalogs, stories and maneuvers. */
export interface Reading {
  readonly file: string;
  readonly version: string;
  readonly scope: Scope;
  readonly problems: Problems;
  readonly catalogs: CatalogStore;
  readonly references: Reference[];
  /** How many catalog references lie between here and the scenario file. */
  readonly depth: number;
  /** Groups of entities and their members; empty while the entities themselves are read. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Names of declared variables. */
  readonly variables: ReadonlySet<string>;
}

/** The attribute's resolved text; undefined when it is absent or cannot be resolved (then it is reported). */
export function optionalText(r: Reading, e: XmlElement, name: string): string | undefined {
  const attribute = e.attributes.get(name);
  if (attribute === undefined) return undefined;
  const resolved = resolveText(attribute.value, r.scope);
  if (resolved.ok) return resolved.value;
  const undeclared = r.depth > 0 && resolved.error.startsWith("unknown parameter");
  r.problems.error(r.file, e, resolved.error, undeclared ? { attribute: name, rule: "valid_parameter_declaration_in_catalogs" } : { attribute: name });
  return undefined;
}

function missing(r: Reading, e: XmlElement, name: string, expected: string): void {
  // A present attribute that gave nothing was reported where it failed.
  if (!e.attributes.has(name)) r.problems.error(r.file, e, `${e.name} has no ${name}`, { expected });
}

export function text(r: Reading, e: XmlElement, name: string): string {
  const value = optionalText(r, e, name);
  if (value === undefined) missing(r, e, name, "text");
  return value ?? "";
}

export interface Range {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly infinite?: boolean;
}

export function optionalNumber(r: Reading, e: XmlElement, name: string, range: Range = {}): number | undefined {
  const value = optionalText(r, e, name);
  if (value === undefined) return undefined;
  const n = parseXmlNumber(value, range.infinite ?? false);
  if (n !== undefined && (range.min === undefined || n >= range.min) && (range.above === undefined || n > range.above) && (range.max === undefined || n <= range.max)) return n;
  const limits = [range.min === undefined ? "" : ` >= ${range.min}`, range.above === undefined ? "" : ` > ${range.above}`, range.max === undefined ? "" : ` <= ${range.max}`].join("");
  r.problems.error(r.file, e, `${name} is ${JSON.stringify(value)}`, { attribute: name, expected: `a number${limits}` });
  return undefined;
}

export function number(r: Reading, e: XmlElement, name: string, range: Range = {}): number {
  const value = optionalNumber(r, e, name, range);
  if (value === undefined) missing(r, e, name, "a number");
  return value ?? 0;
}

export function optionalInteger(r: Reading, e: XmlElement, name: string, range: Range = {}): number | undefined {
  const n = optionalNumber(r, e, name, range);
  if (n === undefined || Number.isSafeInteger(n)) return n;
  r.problems.error(r.file, e, `${name} is ${n}`, { attribute: name, expected: "a whole number" });
  return undefined;
}

export function integer(r: Reading, e: XmlElement, name: string, range: Range = {}): number {
  const value = optionalInteger(r, e, name, range);
  if (value === undefined) missing(r, e, name, "a whole number");
  return value ?? 0;
}

export function optionalBoolean(r: Reading, e: XmlElement, name: string): boolean | undefined {
  const value = optionalText(r, e, name);
  if (value === undefined) return undefined;
  if (/^\s*(true|1)\s*$/.test(value)) return true;
  if (/^\s*(false|0)\s*$/.test(value)) return false;
  r.problems.error(r.file, e, `${name} is ${JSON.stringify(value)}`, { attribute: name, expected: "true or false" });
  return undefined;
}

export function boolean(r: Reading, e: XmlElement, name: string): boolean {
  const value = optionalBoolean(r, e, name);
  if (value === undefined) missing(r, e, name, "true or false");
  return value ?? false;
}

export function optionalWord<T extends string>(r: Reading, e: XmlElement, name: string, words: readonly T[]): T | undefined {
  const value = optionalText(r, e, name);
  if (value === undefined) return undefined;
  const found = words.find((w) => w === value.trim());
  if (found === undefined) r.problems.error(r.file, e, `${name} is ${JSON.stringify(value)}`, { attribute: name, expected: `one of ${words.join(", ")}` });
  return found;
}

export function word<T extends string>(r: Reading, e: XmlElement, name: string, words: readonly [T, ...T[]]): T {
  const value = optionalWord(r, e, name, words);
  if (value === undefined) missing(r, e, name, `one of ${words.join(", ")}`);
  return value ?? words[0];
}

/** A tree that keeps count of what was read has this on its elements (see `fuzz/watch.ts`); others have not. */
export interface Watched {
  seen: boolean;
}

/** Marks an element as read where somebody keeps count; gives it back. */
export function look<T extends XmlElement | undefined>(e: T): T {
  if (e !== undefined && "seen" in e) (e as XmlElement & Watched).seen = true;
  return e;
}

// Readers reach elements through these only, so that what nobody reads can be found.
export const child = (e: XmlElement, name: string): XmlElement | undefined => look(e.children.find((c) => c.name === name));
export const children = (e: XmlElement, name: string): readonly XmlElement[] => e.children.filter((c) => c.name === name).map(look);
/** The one child where the standard has a choice of one. */
export const first = (e: XmlElement | undefined): XmlElement | undefined => look(e?.children[0]);
/** As `first`, and an error in a file read leniently when there is none: what lacks its meaning cannot be played. */
export function neededFirst(r: Reading, e: XmlElement | undefined): XmlElement | undefined {
  const found = first(e);
  if (found === undefined && e !== undefined && r.problems.lenient) r.problems.error(r.file, e, `${e.name} is empty`, { expected: "one element" });
  return found;
}
export const every = (e: XmlElement): readonly XmlElement[] => e.children.map(look);

/** A child the structure check has already asked for; undefined only in a file that is refused or read leniently. */
export function needed(r: Reading, e: XmlElement, name: string): XmlElement | undefined {
  const found = child(e, name);
  if (found === undefined && r.problems.lenient) r.problems.error(r.file, e, `${e.name} has no ${name}`, { expected: name });
  return found;
}

/** Name of something declared elsewhere; whether it exists is checked at the end. */
export function reference(r: Reading, e: XmlElement, name: string, kind: ReferenceKind): string {
  const value = text(r, e, name).replace(/^\$/, "");
  if (value !== "") r.references.push({ kind, name: value, file: r.file, element: e, attribute: name });
  else namesNobody(r, e, name, kind);
  return value;
}

/** Entities named here: one, or all members of a group. */
export function entityNames(r: Reading, e: XmlElement, name: string): readonly string[] {
  const value = text(r, e, name).replace(/^\$/, "");
  const members = r.groups.get(value);
  if (value === "") namesNobody(r, e, name, "entity");
  else if (members === undefined) r.references.push({ kind: "entity", name: value, file: r.file, element: e, attribute: name });
  return members ?? [value];
}

/** A reference that is there and empty; a missing one has been reported where it was read. Nothing acts without an entity. */
function namesNobody(r: Reading, e: XmlElement, name: string, kind: ReferenceKind): void {
  if (!e.attributes.has(name)) return;
  const more = { attribute: name, expected: "the name of something declared" };
  if (kind === "entity") r.problems.error(r.file, e, `${e.name}: ${name} is empty`, more);
  else r.problems.strict(r.file, e, `${e.name}: ${name} is empty`, more);
}

export function optionalReference(r: Reading, e: XmlElement, name: string, kind: ReferenceKind): string | undefined {
  return e.attributes.has(name) ? reference(r, e, name, kind) : undefined;
}

/** Says that the standard allows this and our player cannot do it (yet). */
export function unsupported(r: Reading, e: XmlElement, what: string): undefined {
  r.problems.strict(r.file, e, `${what} is not supported yet`, { rule: "supported" });
  return undefined;
}
