/**
 * What is kept of one variation, and how it is written: one line of JSON with its members in a fixed order, so that equal
 * verdicts are equal texts. Reading such a line back checks everything; a line that is not one says why. Pure.
 */
import { formatDiagnostic, err, ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import type { EndedBy, Outcome } from "./play-out.ts";

export type VerdictKind = "pass" | "fail" | "none" | "error";

export interface VariationVerdict {
  /** Index of the variation in its distribution, from 0. */
  readonly variation: number;
  /** none: there is no vehicle to judge. error: it could not be built or its run broke down. */
  readonly verdict: VerdictKind;
  /** Why it failed or could not be built; empty otherwise. */
  readonly reasons: readonly string[];
  readonly endedBy: EndedBy | undefined;
  readonly durationS: number | undefined;
  readonly collision: { readonly with: string; readonly atS: number; readonly relativeMps: number } | undefined;
  readonly minTtcS: number | undefined;
  readonly minThwS: number | undefined;
  readonly hash: string | undefined;
  /** Map it was played on, and a digest of every file read for it. */
  readonly map: string | undefined;
  readonly inputs: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  /** error only: our fault rather than the input's. */
  readonly internal: boolean;
}

/** Criteria of a sweep. Ego must touch nobody; the limits are asked for only when given. */
export interface Limits {
  readonly minTtcS: number | undefined;
  readonly minThwS: number | undefined;
}

const REASONS_MAX = 5;
/** Micro-units are what people read; what lies below them is in the hash. */
const micro = (value: number): number => Math.round(value * 1e6) / 1e6;
const seconds = (us: number): number => us / 1e6;

export interface Played {
  readonly variation: number;
  readonly parameters: ReadonlyMap<string, string>;
  readonly map: string;
  readonly inputs: string;
}

/** `failed`: criteria somebody else (an agent's judge) has found broken, in words. */
export function judged(played: Played, outcome: Outcome, limits: Limits, failed: readonly string[] = []): VariationVerdict {
  const { collision, ttc, thw } = outcome;
  const reasons = [...failed];
  if (collision !== undefined && failed.length === 0) reasons.push(`${outcome.ego ?? "ego"} met ${collision.with} at ${seconds(collision.atUs).toFixed(2)} s with ${collision.relativeMps.toFixed(2)} m/s relative speed; asked for no contact`);
  for (const [least, limit, name] of [[ttc, limits.minTtcS, "time to collision"], [thw, limits.minThwS, "time headway"]] as const) {
    if (limit !== undefined && least !== undefined && least.valueS < limit) reasons.push(`${name} to ${least.actor} fell to ${least.valueS.toFixed(2)} s at ${seconds(least.atUs).toFixed(2)} s; asked for ${limit} s`);
  }
  return {
    variation: played.variation,
    verdict: reasons.length > 0 ? "fail" : outcome.ego === undefined ? "none" : "pass",
    reasons: reasons.slice(0, REASONS_MAX),
    endedBy: outcome.endedBy,
    durationS: seconds(outcome.endUs),
    collision: collision === undefined ? undefined : { with: collision.with, atS: seconds(collision.atUs), relativeMps: micro(collision.relativeMps) },
    minTtcS: ttc === undefined ? undefined : micro(ttc.valueS),
    minThwS: thw === undefined ? undefined : micro(thw.valueS),
    hash: outcome.hash,
    map: played.map,
    inputs: played.inputs,
    parameters: played.parameters,
    internal: false,
  };
}

export function notBuilt(variation: number, parameters: ReadonlyMap<string, string>, reasons: readonly string[], internal: boolean): VariationVerdict {
  const shown = reasons.length > REASONS_MAX ? [...reasons.slice(0, REASONS_MAX - 1), `${reasons.length - REASONS_MAX + 1} further problems`] : reasons;
  return { variation, verdict: "error", reasons: shown, endedBy: undefined, durationS: undefined, collision: undefined, minTtcS: undefined, minThwS: undefined, hash: undefined, map: undefined, inputs: undefined, parameters, internal };
}

export const errorsOf = (diagnostics: readonly Diagnostic[]): readonly string[] => diagnostics.filter((d) => d.severity === "error").map(formatDiagnostic);

/** The verdict as one line of JSON, without its end. Members that are undefined are left out. */
export function verdictLine(v: VariationVerdict): string {
  return JSON.stringify({
    variation: v.variation,
    verdict: v.verdict,
    ...(v.reasons.length === 0 ? {} : { reasons: v.reasons }),
    ...(v.internal ? { internal: true } : {}),
    ...(v.endedBy === undefined ? {} : { endedBy: v.endedBy }),
    ...(v.durationS === undefined ? {} : { durationS: v.durationS }),
    ...(v.collision === undefined ? {} : { collision: { with: v.collision.with, atS: v.collision.atS, relativeMps: v.collision.relativeMps } }),
    ...(v.minTtcS === undefined ? {} : { minTtcS: v.minTtcS }),
    ...(v.minThwS === undefined ? {} : { minThwS: v.minThwS }),
    ...(v.hash === undefined ? {} : { hash: v.hash }),
    ...(v.map === undefined ? {} : { map: v.map }),
    ...(v.inputs === undefined ? {} : { inputs: v.inputs }),
    parameters: Object.fromEntries(v.parameters),
  });
}

const KINDS: readonly unknown[] = ["pass", "fail", "none", "error"];
const ENDS: readonly unknown[] = [undefined, "stop-trigger", "storyboard-complete", "until"];
const HASH = /^[0-9a-f]{16}$/;

/** Reads what `verdictLine` wrote; nothing else passes. */
export function parseVerdictLine(line: string): Result<VariationVerdict, string> {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return err("is not JSON");
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) return err("is not an object");
  const v = data as Record<string, unknown>;
  const number = (value: unknown): value is number | undefined => value === undefined || (typeof value === "number" && Number.isFinite(value) && value >= 0);
  const hash = (value: unknown): value is string | undefined => value === undefined || (typeof value === "string" && HASH.test(value));
  const { variation, verdict, reasons = [], endedBy, durationS, minTtcS, minThwS, hash: state, map, inputs, parameters, internal = false } = v;
  if (typeof variation !== "number" || !Number.isSafeInteger(variation) || variation < 0) return err("has no variation number");
  if (!KINDS.includes(verdict)) return err("has no verdict pass, fail, none or error");
  if (!Array.isArray(reasons) || !reasons.every((reason) => typeof reason === "string")) return err("has reasons that are not texts");
  if (!ENDS.includes(endedBy) || !number(durationS) || !number(minTtcS) || !number(minThwS) || !hash(state) || !hash(inputs) || !(map === undefined || typeof map === "string") || typeof internal !== "boolean") return err("has a field of the wrong kind");
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return err("has no parameters");
  const given = Object.entries(parameters as Record<string, unknown>);
  if (!given.every((entry): entry is [string, string] => typeof entry[1] === "string")) return err("has parameters that are not texts");
  const collision = collisionOf(v["collision"]);
  if (collision === null) return err("has a collision of the wrong kind");
  const read: VariationVerdict = { variation, verdict: verdict as VerdictKind, reasons: reasons as string[], endedBy: endedBy as EndedBy | undefined, durationS, collision, minTtcS, minThwS, hash: state, map, inputs, parameters: new Map(given), internal };
  // Whatever else the line holds, or holds in another form, is not ours.
  return verdictLine(read) === line ? ok(read) : err("is not as a sweep writes it");
}

function collisionOf(value: unknown): VariationVerdict["collision"] | null {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) return null;
  const { with: other, atS, relativeMps } = value as Record<string, unknown>;
  return typeof other === "string" && typeof atS === "number" && typeof relativeMps === "number" ? { with: other, atS, relativeMps } : null;
}
