/**
 * Known differences from the peer, each with the reason ours is kept. A listed one must still differ in the listed way; one
 * that has gone, or differs otherwise, is a fault like an unlisted one.
 */
import { z } from "zod";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { err, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { PEER_TOLERANCE, type PeerResult } from "./compare.ts";

/** What can differ beyond tolerance. */
export type Difference = "position" | "heading" | "speed" | "events" | "presence";

export interface Deviation {
  /** `source/name` of the run, with `@no-controllers` for those with controllers off. */
  readonly run: string;
  readonly differs: readonly Difference[];
  readonly what: string;
  /** Clause of the standard, or why none applies. */
  readonly because: string;
  readonly since: string;
}

/** What of a comparison is out of tolerance, in a fixed order. `events` is not judged where controllers drive. */
export function differences(r: PeerResult, withEvents: boolean): readonly Difference[] {
  const found: Difference[] = [];
  if (r.positionM === Infinity) found.push("presence");
  else if (r.positionM > PEER_TOLERANCE.positionM) found.push("position");
  if (r.headingRad > PEER_TOLERANCE.headingRad) found.push("heading");
  if (r.speedMps > PEER_TOLERANCE.speedMps) found.push("speed");
  if (withEvents && !r.eventsOk) found.push("events");
  return found;
}

export interface DeviationFault {
  readonly run: string;
  readonly fault: string;
}

/** Runs that differ without being listed, or not as listed; listed runs that were not made. */
export function judgeDeviations(listed: readonly Deviation[], found: ReadonlyMap<string, readonly Difference[]>): readonly DeviationFault[] {
  const faults: DeviationFault[] = [];
  const byRun = new Map(listed.map((d) => [d.run, d]));
  for (const [run, differs] of found) {
    const known = byRun.get(run);
    if (known === undefined) {
      if (differs.length > 0) faults.push({ run, fault: `differs in ${differs.join(", ")} and is not listed` });
    } else if (differs.length === 0) faults.push({ run, fault: `is listed as differing in ${known.differs.join(", ")} and no longer differs` });
    else if (differs.join() !== known.differs.join()) faults.push({ run, fault: `differs in ${differs.join(", ")}, listed: ${known.differs.join(", ")}` });
  }
  for (const d of listed) if (!found.has(d.run)) faults.push({ run: d.run, fault: "is listed, but there is no such run" });
  return faults;
}

const text = z.string().min(1);
const schema = z.array(z.strictObject({ run: text, differs: z.array(z.enum(["position", "heading", "speed", "events", "presence"])).min(1), what: text, because: text, since: text }));

/** The deviations file: a JSON list; every field must be there and say something, each run stands once. */
export function readDeviations(input: string, file: string): Result<readonly Deviation[], readonly Diagnostic[]> {
  const list = decodeJson(input, schema, file);
  if (!list.ok) return list;
  const twice = list.value.filter((d, i) => list.value.findIndex((o) => o.run === d.run) !== i);
  return twice.length === 0 ? list : err(twice.map((d): Diagnostic => ({ severity: "error", file, message: `${d.run} is listed twice`, expected: "each run once" })));
}
