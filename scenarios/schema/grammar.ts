/**
 * The element table: what may stand where in an OpenSCENARIO file, parsed once from the three data files beside this one.
 * Knows nothing of what an element does; never reads a scenario.
 */
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { grammarAToO } from "./grammar-a-o.ts";
import { grammarEnums } from "./grammar-enums.ts";
import { grammarPToZ } from "./grammar-p-z.ts";

/** Content of a type; `max` is Infinity when unbounded. */
export type Content =
  | { readonly kind: "element"; readonly name: string; readonly type: string; readonly since: string; readonly min: number; readonly max: number }
  | { readonly kind: "sequence" | "choice" | "all"; readonly parts: readonly Content[]; readonly min: number; readonly max: number };

export interface AttributeRule {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Versions that require it although not all do; undefined: none. */
  readonly requiredIn: { readonly from: string; readonly to: string } | undefined;
  readonly since: string;
}

export interface ElementType {
  readonly name: string;
  readonly since: string;
  readonly attributes: ReadonlyMap<string, AttributeRule>;
  /** Undefined: no child elements. */
  readonly content: Content | undefined;
  readonly text: boolean;
  /** Every child element that may occur, by element name. */
  readonly children: ReadonlyMap<string, Content & { readonly kind: "element" }>;
}

export interface Grammar {
  readonly types: ReadonlyMap<string, ElementType>;
  /** Enumeration type to value to first version. */
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export const ROOT_ELEMENT = "OpenSCENARIO";
export const ROOT_TYPE = "OpenScenario";

/** Parses the notation described at the head of `grammar-a-o.ts`; a slip in the data is a broken assumption. */
export function parseContent(text: string): Content {
  const tokens = text.match(/[A-Za-z][A-Za-z0-9]*(?::[A-Za-z][A-Za-z0-9]*)?|@\d\.\d|\{\d+\+\}|[(),&|?*+]/g) ?? [];
  let at = 0;

  function occurs(): { min: number; max: number } {
    const token = tokens[at];
    if (token === "?" || token === "*" || token === "+" || (token?.startsWith("{") ?? false)) {
      at += 1;
      if (token === "?") return { min: 0, max: 1 };
      if (token === "*") return { min: 0, max: Infinity };
      if (token === "+") return { min: 1, max: Infinity };
      return { min: Number((token as string).slice(1, -2)), max: Infinity };
    }
    return { min: 1, max: 1 };
  }

  function item(): Content {
    const token = tokens[at];
    invariant(token !== undefined, `grammar: unexpected end in ${text}`);
    at += 1;
    if (token === "(") {
      const inner = list();
      invariant(tokens[at] === ")", `grammar: missing ) in ${text}`);
      at += 1;
      const { min, max } = occurs();
      return inner.kind !== "element" && min === 1 && max === 1 ? inner : { kind: "sequence", parts: [inner], min, max };
    }
    const [name = "", type = name] = token.split(":");
    const { min, max } = occurs();
    let since = "1.0";
    if (tokens[at]?.startsWith("@") ?? false) {
      since = (tokens[at] as string).slice(1);
      at += 1;
    }
    return { kind: "element", name, type, since, min, max };
  }

  function list(): Content {
    const parts = [item()];
    const operator = tokens[at];
    if (operator !== "," && operator !== "&" && operator !== "|") return parts[0] as Content;
    while (tokens[at] === operator) {
      at += 1;
      parts.push(item());
    }
    return { kind: operator === "," ? "sequence" : operator === "&" ? "all" : "choice", parts, min: 1, max: 1 };
  }

  const content = list();
  invariant(at === tokens.length, `grammar: ${tokens[at] ?? ""} is left over in ${text}`);
  return content;
}

function collect(content: Content | undefined, into: Map<string, Content & { kind: "element" }>): void {
  if (content === undefined) return;
  if (content.kind === "element") into.set(content.name, content);
  else for (const part of content.parts) collect(part, into);
}

function parseType(line: string): ElementType {
  const match = /^([A-Za-z0-9]+)(?:@(\d\.\d))? \[([^\]]*)\](?: = (.*))?$/.exec(line);
  invariant(match !== null, `grammar: cannot read ${line}`);
  const since = match[2] ?? "1.0";
  const attributes = new Map<string, AttributeRule>();
  for (const word of (match[3] ?? "").split(" ").filter((w) => w !== "")) {
    const part = /^([A-Za-z0-9]+):([A-Za-z0-9]+)(!?)(?:(\d\.\d)-(\d\.\d))?(?:@(\d\.\d))?$/.exec(word);
    invariant(part !== null, `grammar: cannot read attribute ${word} of ${line}`);
    attributes.set(part[1] as string, { name: part[1] as string, type: part[2] as string, required: part[3] === "!" && part[4] === undefined, requiredIn: part[4] === undefined || part[5] === undefined ? undefined : { from: part[4], to: part[5] }, since: part[6] ?? since });
  }
  const body = match[4];
  const text = body === "#text";
  const content = body === undefined || text ? undefined : parseContent(body);
  const children = new Map<string, Content & { kind: "element" }>();
  collect(content, children);
  return { name: match[1] as string, since, attributes, content, text, children };
}

/** Builds the table; fails when a type refers to one that does not exist. */
export function createGrammar(): Grammar {
  const types = new Map<string, ElementType>();
  for (const line of `${grammarAToO}${grammarPToZ}`.split("\n")) {
    if (line === "") continue;
    const type = parseType(line);
    invariant(!types.has(type.name), `grammar: ${type.name} stands twice`);
    types.set(type.name, type);
  }
  const enums = new Map<string, ReadonlyMap<string, string>>();
  for (const line of grammarEnums.split("\n")) {
    if (line === "") continue;
    const [name = "", values = ""] = line.split(" = ");
    enums.set(
      name,
      new Map(
        values.split(" | ").map((value): [string, string] => {
          const [text = "", since = "1.0"] = value.split("@");
          return [text, since];
        }),
      ),
    );
  }
  for (const type of types.values()) {
    for (const child of type.children.values()) invariant(types.has(child.type), `grammar: ${type.name} holds unknown type ${child.type}`);
    for (const rule of type.attributes.values()) invariant(enums.has(rule.type) || BASIC_TYPES.has(rule.type), `grammar: ${type.name} has attribute type ${rule.type}`);
  }
  return { types, enums };
}

export const BASIC_TYPES: ReadonlySet<string> = new Set(["Boolean", "DateTime", "Double", "Int", "String", "UnsignedInt", "UnsignedShort"]);

/** The one table; immutable. */
export const grammar: Grammar = createGrammar();
