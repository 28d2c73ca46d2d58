/** Parameters and variables during a play: set and changed by actions, read by conditions. */
import { parseXmlNumber } from "../../fleet-core/contract/xml.ts";
import { checkParameterValue, type ParameterType } from "../schema/parameters.ts";

export interface Values {
  get(name: string): { readonly type: ParameterType; readonly value: string } | undefined;
  /** False when there is no such name or the text is not of its type. */
  set(name: string, value: string): boolean;
  modify(name: string, operation: "add" | "multiply", by: number): boolean;
}

export function createValues(initial: ReadonlyMap<string, { readonly type: ParameterType; readonly value: string }>): Values {
  const values = new Map(initial);

  function set(name: string, value: string): boolean {
    const own = values.get(name);
    if (own === undefined || !checkParameterValue(own.type, value).ok) return false;
    values.set(name, { type: own.type, value });
    return true;
  }

  return {
    get: (name) => values.get(name),
    set,
    modify(name, operation, by) {
      const own = values.get(name);
      const now = own === undefined ? undefined : parseXmlNumber(own.value);
      if (own === undefined || now === undefined) return false;
      const next = operation === "add" ? now + by : now * by;
      return set(name, String(own.type === "double" ? next : Math.round(next)));
    },
  };
}
