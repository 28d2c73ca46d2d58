/**
 * Fault plans from files and from the command line's short form. Every diagnostic names the file, the place and what was
 * expected. Nothing else reads fault plans from the outside.
 */
import type { z } from "zod";
import { FAULT_KINDS, type Fault, type FaultKind, type FaultPlan, faultPlanSchema, faultSchema } from "../../fleet-core/contract/fault.ts";
import { type Diagnostic, err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { US_PER_S } from "../../fleet-core/kernel/time.ts";
import { FAULT_KIND_NAMES } from "./catalogue.ts";
import { type LocatedJson, parseLocatedJson, pathText } from "./located-json.ts";

type Path = readonly (string | number)[];
interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly expected: string | undefined;
}

const shown = (value: unknown): string => {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? "nothing");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

function valueAt(root: unknown, path: Path): unknown {
  let here = root;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Readonly<Record<string | number, unknown>>)[key];
  }
  return here;
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): readonly Problem[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  const found = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: [...path, key], message: "unknown field", expected: "only fields of the fault plan format" }));
    case "invalid_type":
      return [{ path, message: found === undefined ? "missing" : `is ${shown(found)}`, expected: `a value of type ${issue.expected}` }];
    case "invalid_value":
      return [{ path, message: found === undefined ? "missing" : `is ${shown(found)}`, expected: `${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}` }];
    case "too_small":
      return [{ path, message: `is ${shown(found)}`, expected: issue.origin === "string" ? `${String(issue.minimum)} or more characters` : `at least ${String(issue.minimum)}` }];
    case "too_big":
      return [{ path, message: issue.origin === "number" ? `is ${shown(found)}` : `is too long`, expected: `at most ${String(issue.maximum)}${issue.origin === "array" ? " entries" : issue.origin === "string" ? " characters" : ""}` }];
    default:
      return [{ path, message: issue.message, expected: undefined }];
  }
}

/** A time in seconds that is a whole number of microseconds, as far as doubles can say. */
const wholeMicroseconds = (seconds: number): boolean => Math.abs(seconds * US_PER_S - Math.round(seconds * US_PER_S)) <= 1e-3;

/** Rules a schema cannot say, about one fault that has the right shape. */
function rulesOf(fault: Fault, path: Path): readonly Problem[] {
  const problems: Problem[] = [];
  const { target } = FAULT_KINDS[fault.kind];
  if (target === "core" && fault.target !== "core") problems.push({ path: [...path, "target"], message: `is ${shown(fault.target)}`, expected: `"core", which ${fault.kind} acts on` });
  if (target === "vehicle" && fault.target === "core") problems.push({ path: [...path, "target"], message: `is "core"`, expected: `a vehicle's name, which ${fault.kind} acts on` });
  if (!wholeMicroseconds(fault.atS)) problems.push({ path: [...path, "atS"], message: `is ${fault.atS}`, expected: "at most six decimals (whole microseconds)" });
  if (fault.clearS !== undefined) {
    if (!wholeMicroseconds(fault.clearS)) problems.push({ path: [...path, "clearS"], message: `is ${fault.clearS}`, expected: "at most six decimals (whole microseconds)" });
    else if (Math.round(fault.clearS * US_PER_S) <= Math.round(fault.atS * US_PER_S)) problems.push({ path: [...path, "clearS"], message: `is ${fault.clearS}`, expected: `a time after atS, ${fault.atS}` });
  }
  return problems;
}

/** Text of a fault plan file (JSON, schema `atlasmesh.fault-plan/1`) to the plan, or everything wrong with it. */
export function parseFaultPlan(text: string, file: string): Result<FaultPlan, Diagnostic[]> {
  const json = parseLocatedJson(text, file);
  if (!json.ok) return json;
  const report = (problem: Problem): Diagnostic => diagnosticOf(problem, file, json.value);
  const parsed = faultPlanSchema.safeParse(json.value.value);
  if (!parsed.success) return err(parsed.error.issues.flatMap((issue) => problemsOf(issue, json.value.value)).map(report));
  const problems = parsed.data.faults.flatMap((fault, i) => rulesOf(tidy(fault), ["faults", i]));
  if (problems.length > 0) return err(problems.map(report));
  return ok({ schema: parsed.data.schema, faults: parsed.data.faults.map(tidy) });
}

function diagnosticOf(problem: Problem, file: string, json: LocatedJson | undefined): Diagnostic {
  return {
    severity: "error",
    file,
    ...json?.place(problem.path),
    path: pathText(problem.path),
    message: problem.message,
    ...(problem.expected === undefined ? {} : { expected: problem.expected }),
  };
}

/** Leaves an absent clear time absent. */
function tidy(fault: z.infer<typeof faultSchema>): Fault {
  const { kind, target, atS, severity, clearS } = fault;
  return clearS === undefined ? { kind, target, atS, severity } : { kind, target, atS, severity, clearS };
}

/** The short form, as the command line documents it. */
export const FAULT_ARGUMENT_FORM = "KIND@TARGET:AT[-CLEAR][*SEVERITY], times in seconds, for example brake-fade@v07:12.5-20*0.6";
const ARGUMENT = /^([^@]*)@(.*):([^:]*)$/;
const TIMES = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?(?:\*(\d+(?:\.\d+)?))?$/;

/**
 * One fault from `kind@target:atS[-clearS][*severity]`. The last colon ends the target, so names may hold colons, hyphens
 * and stars; without a severity the kind's default counts.
 */
export function parseFaultArgument(text: string): Result<Fault, Diagnostic[]> {
  const file = `fault "${text}"`;
  const whole = ARGUMENT.exec(text);
  const times = TIMES.exec(whole?.[3] ?? "");
  if (whole === null || times === null) {
    return err([{ severity: "error", file, message: whole === null ? "does not say what, where and when" : `the time ${shown(whole[3])} cannot be read`, expected: FAULT_ARGUMENT_FORM }]);
  }
  const [, kind = "", target = ""] = whole;
  const [, at = "", clear, severity] = times;
  const known = FAULT_KIND_NAMES.find((name) => name === kind);
  if (known === undefined) {
    return err([{ severity: "error", file, path: "kind", message: `is ${shown(kind)}`, expected: `one of ${FAULT_KIND_NAMES.join(", ")}` }]);
  }
  const fault = {
    kind: known,
    target,
    atS: Number(at),
    severity: severity === undefined ? FAULT_KINDS[known].defaultSeverity : Number(severity),
    ...(clear === undefined ? {} : { clearS: Number(clear) }),
  };
  const parsed = faultSchema.safeParse(fault);
  const problems = parsed.success ? rulesOf(fault, []) : parsed.error.issues.flatMap((issue) => problemsOf(issue, fault));
  return problems.length > 0 ? err(problems.map((problem) => diagnosticOf(problem, file, undefined))) : ok(fault);
}

/** Several short forms, separated by commas, as one plan: the form `--faults` and shareable links take. */
export function parseFaultArguments(text: string): Result<FaultPlan, Diagnostic[]> {
  const faults: Fault[] = [];
  const problems: Diagnostic[] = [];
  for (const part of text.split(",").map((p) => p.trim()).filter((p) => p !== "")) {
    const fault = parseFaultArgument(part);
    if (fault.ok) faults.push(fault.value);
    else problems.push(...fault.error);
  }
  return problems.length > 0 ? err(problems) : ok({ schema: "atlasmesh.fault-plan/1", faults });
}

/** The short form of a fault; reading it again gives the same fault. */
export function formatFaultArgument(fault: Fault): string {
  const clear = fault.clearS === undefined ? "" : `-${plain(fault.clearS)}`;
  return `${fault.kind satisfies FaultKind}@${fault.target}:${plain(fault.atS)}${clear}*${plain(fault.severity)}`;
}

/** Decimal without exponent; times have at most six decimals, severities more only when a page computed them. */
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(12).replace(/\.?0+$/, "") : text;
}
