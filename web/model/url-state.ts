/**
 * The page's address as state: scenario, seed, faults, time, camera, vehicle, source. A link made by `formatUrlState`
 * recreates what its maker saw. Short form of a fault: `kind@target:at:severity[:clear]`, of an operator's release:
 * `release@vehicle:at`; seconds, joined by commas.
 */
import { FAULT_KINDS, type Fault, type FaultKind } from "../../fleet-core/contract/fault.ts";
import type { OperatorView } from "../protocol.ts";

export interface UrlState {
  readonly scenario: string | undefined;
  readonly seed: string | undefined;
  readonly faults: readonly Fault[];
  readonly operator: readonly OperatorView[];
  /** Profile that drives the scenario's ego. */
  readonly egoProfile: string | undefined;
  readonly timeS: number | undefined;
  readonly camera: number | undefined;
  readonly vehicle: string | undefined;
  readonly mode: "local" | "live" | undefined;
  /** What could not be understood, in words, so that a broken link says so. */
  readonly problems: readonly string[];
}

const FAULTS_MAX = 100;
const trim = (n: number): string => String(Math.round(n * 1e6) / 1e6);

export function formatFault(fault: Fault): string {
  const parts = [`${fault.kind}@${encodeURIComponent(fault.target)}`, trim(fault.atS), trim(fault.severity)];
  if (fault.clearS !== undefined) parts.push(trim(fault.clearS));
  return parts.join(":");
}

/** The fault, or a sentence saying what is wrong with the text. */
export function parseFault(text: string): Fault | string {
  const [head = "", at = "", severity = "", clear] = text.split(":");
  const split = head.indexOf("@");
  const kind = head.slice(0, split);
  if (split <= 0 || !Object.hasOwn(FAULT_KINDS, kind)) return `"${text}" names no known fault kind`;
  let target: string;
  try {
    target = decodeURIComponent(head.slice(split + 1));
  } catch {
    return `"${text}" has an unreadable target`;
  }
  const atS = at === "" ? Number.NaN : Number(at);
  const severityRatio = severity === "" ? FAULT_KINDS[kind as FaultKind].defaultSeverity : Number(severity);
  const clearS = clear === undefined || clear === "" ? undefined : Number(clear);
  if (target === "" || !(atS >= 0 && atS <= 1e6)) return `"${text}" needs a target and a time in seconds`;
  if (!(severityRatio >= 0 && severityRatio <= 1)) return `"${text}" needs a severity from 0 to 1`;
  if (clearS !== undefined && !(clearS > atS && clearS <= 1e6)) return `"${text}" clears before it begins`;
  return { kind: kind as FaultKind, target, atS, severity: severityRatio, ...(clearS === undefined ? {} : { clearS }) };
}

const formatRelease = (action: OperatorView): string => `release@${encodeURIComponent(action.vehicleId)}:${trim(action.atUs / 1e6)}`;

function parseRelease(text: string): OperatorView | string {
  const found = /^release@([^:]+):(\d+(?:\.\d+)?)$/.exec(text);
  const atS = Number(found?.[2]);
  if (found === null || !(atS >= 0 && atS <= 1e6)) return `"${text}" is no operator's action`;
  try {
    return { kind: "release", atUs: Math.round(atS * 1e6), vehicleId: decodeURIComponent(found[1] ?? "") };
  } catch {
    return `"${text}" has an unreadable vehicle`;
  }
}

export function parseUrlState(search: string): UrlState {
  const params = new URLSearchParams(search);
  const problems: string[] = [];
  const faults: Fault[] = [];
  const list = (params.get("faults") ?? "").split(",").filter((t) => t !== "");
  if (list.length > FAULTS_MAX) problems.push(`only the first ${FAULTS_MAX} of ${list.length} faults are taken`);
  for (const text of list.slice(0, FAULTS_MAX)) {
    const fault = parseFault(text);
    if (typeof fault === "string") problems.push(fault);
    else faults.push(fault);
  }
  const operator: OperatorView[] = [];
  for (const text of (params.get("ops") ?? "").split(",").filter((t) => t !== "").slice(0, FAULTS_MAX)) {
    const action = parseRelease(text);
    if (typeof action === "string") problems.push(action);
    else operator.push(action);
  }
  const number = (name: string, low: number, high: number): number | undefined => {
    const text = params.get(name);
    if (text === null || text === "") return undefined;
    const value = Number(text);
    if (value >= low && value <= high) return value;
    problems.push(`${name}=${text} is not a number from ${low} to ${high}`);
    return undefined;
  };
  const text = (name: string): string | undefined => {
    const value = params.get(name);
    return value === null || value === "" || value.length > 200 ? undefined : value;
  };
  const mode = params.get("mode");
  if (mode !== null && mode !== "local" && mode !== "live") problems.push(`mode=${mode} is neither local nor live`);
  const camera = number("cam", 1, 5);
  return {
    scenario: text("s"),
    seed: text("seed"),
    faults,
    operator,
    egoProfile: text("profile"),
    timeS: number("t", 0, 1e6),
    camera: camera === undefined ? undefined : Math.round(camera),
    vehicle: text("v"),
    mode: mode === "local" || mode === "live" ? mode : undefined,
    problems,
  };
}

/** Query text beginning with `?`, only what is set. */
export function formatUrlState(state: Omit<UrlState, "problems">): string {
  const params: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") params.push(`${name}=${encodeURIComponent(value).replaceAll("%40", "@").replaceAll("%3A", ":").replaceAll("%2C", ",")}`);
  };
  add("s", state.scenario);
  add("seed", state.seed);
  add("faults", state.faults.map(formatFault).join(","));
  add("ops", state.operator.map(formatRelease).join(","));
  add("profile", state.egoProfile);
  add("t", state.timeS === undefined ? undefined : trim(state.timeS));
  add("cam", state.camera === undefined ? undefined : String(state.camera));
  add("v", state.vehicle);
  add("mode", state.mode);
  return params.length === 0 ? "" : `?${params.join("&")}`;
}
