/**
 * Fault plans from files and from the command line's short form. Every diagnostic names the file, the place and what was
 * expected. Nothing else reads fault plans from the outside.
 */
import { decodeJson, decodeValue, fieldPath } from "../../fleet-core/contract/json.ts";
import { JSON_LIMITS, lineColumn, parseJson, placeKey, type JsonPlace } from "../../fleet-core/contract/json-syntax.ts";
import { FAULT_KINDS, type Fault, type FaultKind, type FaultPlan, faultPlanSchema, faultSchema } from "../../fleet-core/contract/fault.ts";
import { type Diagnostic, err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { US_PER_S } from "../../fleet-core/kernel/time.ts";
import { FAULT_KIND_NAMES } from "./catalogue.ts";

type Path = readonly (string | number)[];
interface Problem {
  readonly path: Path;
  readonly message: string;
  readonly expected: string;
}

const shown = (value: unknown): string => JSON.stringify(value) ?? "nothing";

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
export function parseFaultPlan(text: string, file: string): Result<FaultPlan, readonly Diagnostic[]> {
  const decoded = decodeJson(text, faultPlanSchema, file);
  if (!decoded.ok) return decoded;
  const faults = decoded.value.faults.map(tidy);
  const problems = faults.flatMap((fault, i) => rulesOf(fault, ["faults", i]));
  if (problems.length === 0) return ok({ schema: decoded.value.schema, faults });
  const places = new Map<string, JsonPlace>();
  parseJson(text, file, JSON_LIMITS, places);
  return err(problems.map((problem) => {
    const place = places.get(placeKey(problem.path));
    return { ...diagnosticOf(problem, file), ...(place === undefined ? {} : lineColumn(text, place.valueAt)) };
  }));
}

const diagnosticOf = ({ path, message, expected }: Problem, file: string): Diagnostic => ({ severity: "error", file, path: fieldPath(path), message, expected });

/** Leaves an absent clear time absent. */
function tidy({ kind, target, atS, severity, clearS }: Fault): Fault {
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
export function parseFaultArgument(text: string): Result<Fault, readonly Diagnostic[]> {
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
  const decoded = decodeValue(fault, faultSchema, file);
  if (!decoded.ok) return decoded;
  const problems = rulesOf(fault, []);
  return problems.length > 0 ? err(problems.map((problem) => diagnosticOf(problem, file))) : ok(fault);
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
