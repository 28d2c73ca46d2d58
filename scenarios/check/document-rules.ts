/** Rules that look at the written document: names on one level, operators of expressions, parameters of catalogs. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { expressionFunctions } from "../schema/expression.ts";
import type { Problems } from "../schema/problems.ts";

/** Visits every element below and with `root`, in document order. */
export function visit(root: XmlElement, see: (e: XmlElement) => void): void {
  const stack: XmlElement[] = [root];
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    see(e);
    for (let i = e.children.length - 1; i >= 0; i -= 1) stack.push(e.children[i] as XmlElement);
  }
}

/** No two children of one element have the same name, whatever they are. */
export function checkUniqueNamesEverywhere(root: XmlElement, file: string, problems: Problems): void {
  visit(root, (e) => {
    const seen = new Set<string>();
    for (const c of e.children) {
      const name = c.attributes.get("name")?.value;
      if (name === undefined) continue;
      // Entries of a catalog have a rule of their own.
      if (seen.has(name) && e.name !== "Catalog") problems.error(file, c, `another element of this ${e.name} is named ${JSON.stringify(name)} too`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
      seen.add(name);
    }
  });
}

export function checkCatalogNames(root: XmlElement, file: string, problems: Problems): void {
  for (const catalog of root.children.filter((c) => c.name === "Catalog")) {
    const seen = new Set<string>();
    for (const entry of catalog.children) {
      const name = entry.attributes.get("name")?.value;
      if (name === undefined) continue;
      if (seen.has(name)) problems.error(file, entry, `the catalog has another entry named ${JSON.stringify(name)}`, { attribute: "name", expected: "unique names", rule: "uniquely_resolvable_entity_references" });
      seen.add(name);
    }
  }
}

/** Names that are operators or functions in the rule's list. */
const allowed: ReadonlySet<string> = new Set(["round", "floor", "ceil", "sqrt", "pow", "not", "and", "or"]);
/** Names that this player evaluates beyond that list. */
const extra: ReadonlySet<string> = new Set([...expressionFunctions.filter((name) => !allowed.has(name)), "pi", "e"]);

/** Parts of an expression that no operator, number, parameter or bracket accounts for. */
export function foreignTokens(expression: string): readonly string[] {
  const foreign: string[] = [];
  const token = /\s+|\$[A-Za-z_]\w*|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[-+*/%(){},]|[A-Za-z_]\w*|[^]/gy;
  for (let m = token.exec(expression); m !== null; m = token.exec(expression)) {
    const text = m[0];
    if (/^(\s+|\$[A-Za-z_]\w*|[-+*/%(){},])$/.test(text) || /^[\d.]/.test(text)) continue;
    if (text === "true" || text === "false" || allowed.has(text)) continue;
    foreign.push(text);
  }
  return foreign;
}

export function checkOperators(root: XmlElement, file: string, problems: Problems): void {
  const rule = "allowed_operators";
  visit(root, (e) => {
    for (const { name, value } of e.attributes.values()) {
      const text = value.trim();
      if (!text.startsWith("${")) continue;
      const inside = text.endsWith("}") ? text.slice(2, -1) : text.slice(2);
      const foreign = [...new Set(foreignTokens(inside))];
      const unknown = foreign.filter((t) => !extra.has(t));
      const known = foreign.filter((t) => extra.has(t));
      const expected = "-, +, *, /, %, round, floor, ceil, sqrt, pow, not, and, or";
      if (unknown.length > 0) problems.error(file, e, `${text} uses ${unknown.join(" ")}`, { attribute: name, expected, rule });
      if (known.length > 0) problems.warning(file, e, `${text} uses ${known.join(" ")}, which not every player knows`, { attribute: name, expected, rule });
    }
  });
}

const parametersIn = (text: string): readonly string[] => (text.trim().startsWith("$") ? [...text.matchAll(/\$([A-Za-z_]\w*)/g)].map((m) => m[1] ?? "") : []);

/** Every parameter an entry uses is declared in that entry, on the way down to where it is used, and has a default. */
export function checkCatalogParameters(root: XmlElement, file: string, problems: Problems): void {
  const rule = "valid_parameter_declaration_in_catalogs";
  const walk = (e: XmlElement, outer: ReadonlySet<string>): void => {
    const own = new Set(outer);
    for (const list of e.children.filter((c) => c.name === "ParameterDeclarations")) {
      for (const d of list.children) {
        const name = (d.attributes.get("name")?.value ?? "").replace(/^\$/, "");
        const value = d.attributes.get("value")?.value ?? "";
        if (value === "" && d.attributes.get("parameterType")?.value !== "string") problems.error(file, d, `parameter ${name} has no default value`, { attribute: "value", expected: "a default", rule });
        else if (name !== "") own.add(name);
      }
    }
    for (const { name, value } of e.attributes.values()) {
      for (const used of parametersIn(value)) if (!own.has(used)) problems.error(file, e, `parameter $${used} is not declared with a default in this catalog entry`, { attribute: name, expected: own.size === 0 ? "a ParameterDeclaration" : `one of ${[...own].join(", ")}`, rule });
    }
    for (const c of e.children) walk(c, own);
  };
  for (const catalog of root.children.filter((c) => c.name === "Catalog")) for (const entry of catalog.children) walk(entry, new Set());
}
