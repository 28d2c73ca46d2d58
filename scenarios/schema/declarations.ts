/** Parameter and variable declarations: types, constraint groups, values from outside. Order matters: a value may use what stands before it. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { checkParameterValue, constraintsHold, type Constraint, type Parameter, type ParameterType, type Rule, type Scope } from "./parameters.ts";
import { children, optionalText, text, word, type Reading } from "./reading.ts";

const types = ["boolean", "dateTime", "double", "integer", "int", "string", "unsignedInt", "unsignedShort"] as const satisfies readonly ParameterType[];
export const rules = ["equalTo", "greaterThan", "lessThan", "greaterOrEqual", "lessOrEqual", "notEqualTo"] as const satisfies readonly Rule[];

/**
 * Scope of a `ParameterDeclarations` element (undefined: none). `given` overrides declared values (assignments, command
 * line, a distribution's permutation); names in it that are not declared are left to the caller to report.
 */
export function readParameters(r: Reading, declarations: XmlElement | undefined, given: ReadonlyMap<string, string> = new Map()): Scope {
  const own = new Map<string, Parameter>();
  const scope: Scope = { parent: r.scope, own };
  const inner: Reading = { ...r, scope };
  for (const e of declarations === undefined ? [] : children(declarations, "ParameterDeclaration")) {
    const written = e.attributes.get("name")?.value.trim() ?? "";
    // `$` marks a use, not a declaration; some published files write it all the same.
    const name = written.replace(/^\$/, "");
    if (name !== written) r.problems.warning(r.file, e, `parameter ${name} is declared with a leading $`, { attribute: "name" });
    const type = word(inner, e, "parameterType", types);
    if (own.has(name)) {
      // The first one counts when read leniently.
      r.problems.strict(r.file, e, `parameter ${name} is declared twice`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
      continue;
    }
    if (name.startsWith("OSC")) r.problems.warning(r.file, e, `parameter name ${name} starts with OSC, which the standard keeps for itself`, { attribute: "name" });
    const declared = optionalText(inner, e, "value");
    const outside = given.get(name);
    const value = canonical(type, outside ?? declared ?? "");
    const check = checkParameterValue(type, value);
    if (!check.ok) {
      r.problems.strict(r.file, e, outside === undefined ? `parameter ${name} is ${JSON.stringify(value)}` : `parameter ${name} is set to ${JSON.stringify(value)}`, { attribute: "value", expected: `${check.expected} (type ${type})` });
    }
    own.set(name, { name, type, value });
  }
  // Constraints may use parameters declared later, so they come last.
  for (const e of declarations === undefined ? [] : children(declarations, "ParameterDeclaration")) {
    const parameter = own.get((e.attributes.get("name")?.value.trim() ?? "").replace(/^\$/, ""));
    if (parameter !== undefined) checkConstraints(inner, e, parameter);
  }
  return scope;
}

/** A whole number may be written as the result of an expression: 3.0 counts as 3. */
function canonical(type: ParameterType, value: string): string {
  if (type === "string" || type === "dateTime" || type === "boolean" || type === "double") return value;
  const match = /^\s*([+-]?\d+)\.0*\s*$/.exec(value);
  return match?.[1] ?? value;
}

function checkConstraints(r: Reading, e: XmlElement, parameter: Parameter): void {
  const groups = children(e, "ConstraintGroup");
  if (groups.length === 0) return;
  const constraints = groups.map((group) => children(group, "ValueConstraint").map((c): Constraint => ({ rule: word(r, c, "rule", rules), value: text(r, c, "value") })));
  if (constraintsHold(parameter.type, parameter.value, constraints)) return;
  const expected = constraints.map((group) => group.map((c) => `${c.rule} ${c.value}`).join(" and ")).join(", or ");
  r.problems.strict(r.file, e, `parameter ${parameter.name} is ${parameter.value}`, { attribute: "value", expected, rule: "constraint" });
}

export function readVariables(r: Reading, declarations: XmlElement | undefined): ReadonlyMap<string, Parameter> {
  const variables = new Map<string, Parameter>();
  for (const e of declarations === undefined ? [] : children(declarations, "VariableDeclaration")) {
    const name = text(r, e, "name");
    const type = word(r, e, "variableType", types);
    const value = canonical(type, text(r, e, "value"));
    const check = checkParameterValue(type, value);
    if (variables.has(name)) r.problems.error(r.file, e, `variable ${name} is declared twice`, { attribute: "name", expected: "unique names", rule: "unique_element_names_on_same_level" });
    else if (!check.ok) r.problems.error(r.file, e, `variable ${name} is ${JSON.stringify(value)}`, { attribute: "value", expected: `${check.expected} (type ${type})` });
    else variables.set(name, { name, type, value });
  }
  return variables;
}
