/**
 * Parameters and their scopes: declarations with types and constraint groups, `$references` and `${expressions}` in
 * attribute values. A scope never changes once built; catalogs, stories and maneuvers open inner ones.
 */
import { parseXmlNumber } from "../../fleet-core/contract/xml.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { parseIsoUtc } from "../../fleet-core/kernel/time.ts";
import { evaluateExpression, type Value } from "./expression.ts";
import { checkValue } from "./validate.ts";

export type ParameterType = "boolean" | "dateTime" | "double" | "integer" | "int" | "string" | "unsignedInt" | "unsignedShort";
export type Rule = "equalTo" | "greaterThan" | "lessThan" | "greaterOrEqual" | "lessOrEqual" | "notEqualTo";

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** Resolved text. */
  readonly value: string;
}

export interface Scope {
  readonly parent: Scope | undefined;
  readonly own: ReadonlyMap<string, Parameter>;
}

export const emptyScope: Scope = { parent: undefined, own: new Map() };

export function lookUp(scope: Scope | undefined, name: string): Parameter | undefined {
  for (let s = scope; s !== undefined; s = s.parent) {
    const found = s.own.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const basicType: Readonly<Record<ParameterType, string>> = { boolean: "Boolean", dateTime: "DateTime", double: "Double", integer: "Int", int: "Int", string: "String", unsignedInt: "UnsignedInt", unsignedShort: "UnsignedShort" };

/** Whether `text` is a value of the type; the expected form otherwise. */
export function checkParameterValue(type: ParameterType, text: string): { readonly ok: boolean; readonly expected: string } {
  return checkValue(basicType[type], text);
}

const booleanOf = (text: string): boolean => /^\s*(true|1)\s*$/.test(text);

/** Milliseconds since 1970 of an xs:dateTime; without zone it counts as UTC, so it never depends on the machine. */
export function epochMsOf(text: string): number | undefined {
  const trimmed = text.trim().replace(/([+-]\d\d)(\d\d)$/, "$1:$2").replace(/(\.\d{9})\d+/, "$1");
  return parseIsoUtc(/(?:[Zz]|[+-]\d\d:\d\d)$/.test(trimmed) ? trimmed : `${trimmed}Z`);
}

/** The text an attribute stands for: itself, the parameter it names, or the value of its expression. */
export function resolveText(text: string, scope: Scope): Result<string, string> {
  const trimmed = text.trim();
  if (!trimmed.startsWith("$")) return ok(text);
  if (trimmed.startsWith("${")) {
    if (!trimmed.endsWith("}")) return err(`} is missing at the end of ${trimmed}`);
    const value = evaluateExpression(trimmed.slice(2, -1), (name) => numberOrBoolean(scope, name));
    return value.ok ? ok(textOf(value.value)) : value;
  }
  const name = trimmed.slice(1);
  const found = lookUp(scope, name);
  return found === undefined ? err(`unknown parameter $${name}`) : ok(found.value);
}

/**
 * An expression's result as attribute text, with six decimals where it is not small. Scenarios place triggers exactly on
 * a step (`10 s at 20 km/h`); with the reference player's six decimals such a trigger falls on the same side as there.
 */
function textOf(value: Value): string {
  if (typeof value === "boolean") return String(value);
  return String((Math.abs(value) < 0.01 || Math.abs(value) > 1e9 ? value : Math.round(value * 1e6) / 1e6) + 0);
}

function numberOrBoolean(scope: Scope, name: string): Result<Value, string> {
  const found = lookUp(scope, name);
  if (found === undefined) return err(`unknown parameter $${name}`);
  if (found.type === "boolean") return ok(booleanOf(found.value));
  const value = parseXmlNumber(found.value);
  return value === undefined ? err(`parameter $${name} is ${JSON.stringify(found.value)}, not a number`) : ok(value);
}

export interface Constraint {
  readonly rule: Rule;
  readonly value: string;
}

/** True when at least one group holds in all its constraints (ASAM OpenSCENARIO XML 1.1 and later), or there is none. */
export function constraintsHold(type: ParameterType, value: string, groups: readonly (readonly Constraint[])[]): boolean {
  return groups.length === 0 || groups.some((group) => group.every((c) => compareTyped(type, value, c.rule, c.value) ?? false));
}

/** Compares two texts as values of a type; undefined when one of them is not of that type. Order of texts: code units. */
export function compareTyped(type: ParameterType, left: string, rule: Rule, right: string): boolean | undefined {
  switch (type) {
    case "string":
      return compareOrdered(left < right ? -1 : left > right ? 1 : 0, rule);
    case "boolean":
      if (!checkParameterValue(type, left).ok || !checkParameterValue(type, right).ok) return undefined;
      return compareOrdered(Number(booleanOf(left)) - Number(booleanOf(right)), rule);
    case "dateTime": {
      const a = epochMsOf(left);
      const b = epochMsOf(right);
      return a === undefined || b === undefined ? undefined : compareOrdered(a - b, rule);
    }
    case "double":
    case "int":
    case "integer":
    case "unsignedInt":
    case "unsignedShort": {
      const a = parseXmlNumber(left);
      const b = parseXmlNumber(right);
      return a === undefined || b === undefined ? undefined : compareOrdered(a - b, rule);
    }
  }
}

function compareOrdered(difference: number, rule: Rule): boolean {
  switch (rule) {
    case "equalTo":
      return difference === 0;
    case "notEqualTo":
      return difference !== 0;
    case "greaterThan":
      return difference > 0;
    case "lessThan":
      return difference < 0;
    case "greaterOrEqual":
      return difference >= 0;
    case "lessOrEqual":
      return difference <= 0;
  }
}
