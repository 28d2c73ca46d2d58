/**
 * Values the user defines, by name: given at the start, set from outside during a play, or set by a CustomCommandAction of
 * type `atlasmesh.value` with the text `NAME=VALUE`. UserDefinedValueConditions read them. Nothing else depends on them.
 */
import { parseXmlNumber } from "../../fleet-core/contract/xml.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { Rule } from "../schema/parameters.ts";
import { compareTyped } from "../schema/parameters.ts";

export const VALUE_COMMAND = "atlasmesh.value";
const MAX_VALUES = 10_000;

export interface UserValues {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export function createUserValues(initial: ReadonlyMap<string, string> = new Map()): UserValues {
  const values = new Map(initial);
  return {
    get: (name) => values.get(name),
    set(name, value) {
      invariant(values.has(name) || values.size < MAX_VALUES, `more than ${MAX_VALUES} user-defined values`);
      values.set(name, value);
    },
  };
}

/** Name and value of `NAME=VALUE`; undefined when there is no name. */
export function parseAssignment(text: string): { readonly name: string; readonly value: string } | undefined {
  const at = text.indexOf("=");
  const name = at < 0 ? "" : text.slice(0, at).trim();
  return name === "" ? undefined : { name, value: text.slice(at + 1).trim() };
}

/** As numbers when both are numbers, else as texts in code-unit order. A value nobody has set fulfils no rule. */
export function compareUserValue(value: string | undefined, rule: Rule, wanted: string): boolean {
  if (value === undefined) return false;
  const numeric = parseXmlNumber(value) !== undefined && parseXmlNumber(wanted) !== undefined;
  return compareTyped(numeric ? "double" : "string", value, rule, wanted) ?? false;
}
