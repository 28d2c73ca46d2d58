/**
 * The inputs of a run inside its recording, and back: scenario files and profiles as attachments, the rest as metadata
 * `atlasmesh.run`. `atlasmesh.host` tells where it was made; it decides nothing.
 */
import { canonicalJson, decodeJson } from "../fleet-core/contract/json.ts";
import { faultPlanSchema } from "../fleet-core/contract/fault.ts";
import { hashText } from "../fleet-core/kernel/hash.ts";
import { numericsFingerprint } from "../fleet-core/kernel/math/index.ts";
import type { Recorder } from "../fleet-core/kernel/ports.ts";
import { err, ok, type Diagnostic, type Result } from "../fleet-core/kernel/result.ts";
import { timeUs } from "../fleet-core/kernel/time.ts";
import { DRIVER_NAMES, isDriverName, type DriverName } from "../scenarios/drivers/spec.ts";
import { TICK_US, type RunSpec } from "../twin/types.ts";
import { z } from "zod";
import { TRUNCATED } from "./recording/buffer.ts";
import { RUN_METADATA, type ReadRecording } from "./recording/read.ts";

export const HOST_METADATA = "atlasmesh.host";
const FORMAT = "atlasmesh.recording/1";
/** Faults and operator actions known when the run began: what a recording that was cut off by a crash has of them. */
const START_ATTACHMENT = "start.json";
const SCENARIO_PREFIX = "scenario/";
const PROFILE_PREFIX = "profile/";

const operatorSchema = z.array(z.strictObject({ kind: z.literal("release"), atUs: z.int().min(0), vehicleId: z.string() })).max(100_000);

const startSchema = z.strictObject({ faults: faultPlanSchema, operator: operatorSchema });

const parametersSchema = z.record(z.string(), z.string());

/** Metadata entries with their own digest, so that a changed entry is named before anything runs. */
function sealedEntries(entries: Readonly<Record<string, string>>): Record<string, string> {
  return { ...entries, digest: hashText(canonicalJson(entries)) };
}

export type RunStart = Pick<RunSpec, "faults" | "operator">;

/**
 * Writes what must stand in a recording before its first message. `start` differs from `spec` when the run is executed
 * again: what was injected by hand on the way is in the spec by then.
 */
export function recordRunSpec(recorder: Recorder, spec: RunSpec, host: { build: string; runtime: string; epochMs: number }, start: RunStart = spec): void {
  recorder.metadata(RUN_METADATA, sealedEntries({
    format: FORMAT,
    scenario: spec.scenario,
    seed: spec.seed,
    tickUs: String(TICK_US),
    epochMs: String(host.epochMs),
    build: host.build,
    numerics: numericsFingerprint(),
    backend: spec.backend,
    parameters: canonicalJson(Object.fromEntries(spec.parameters)),
    lenient: String(spec.lenient),
    egoProfile: spec.egoProfile ?? "",
    untilUs: String(spec.untilUs),
    disableControllers: String(spec.disableControllers),
    ...(spec.drivers === undefined ? {} : { drivers: canonicalJson(Object.fromEntries(spec.drivers)) }),
    ...(spec.traffic === undefined ? {} : { traffic: String(spec.traffic) }),
  }));
  recorder.metadata(HOST_METADATA, sealedEntries({ runtime: host.runtime }));
  const encoder = new TextEncoder();
  recorder.attach(START_ATTACHMENT, "application/json", encoder.encode(canonicalJson({ faults: start.faults, operator: start.operator })));
  for (const [path, text] of spec.files) recorder.attach(`${SCENARIO_PREFIX}${path}`, "application/xml", encoder.encode(text));
  for (const [id, text] of spec.profiles) recorder.attach(`${PROFILE_PREFIX}${id}.json`, "application/json", encoder.encode(text));
}

export interface RecordedRun {
  readonly spec: RunSpec;
  readonly start: RunStart;
  readonly build: string;
  readonly numerics: string;
  readonly runtime: string;
  readonly epochMs: number;
}

/** The run a recording tells of. Fails when an input is missing or its digest does not fit. */
export function runOfRecording(recording: ReadRecording, file: string): Result<RecordedRun, readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  const problem = (path: string, message: string, expected: string): void => void problems.push({ severity: "error", file, path, message, expected });
  const entries = new Map<string, ReadonlyMap<string, string>>();
  const attachments = new Map<string, Uint8Array>();
  for (const record of recording.contents.records) {
    if (record.kind === "metadata") entries.set(record.name, record.entries);
    if (record.kind === "attachment") attachments.set(record.name, record.data);
  }
  for (const name of [RUN_METADATA, HOST_METADATA]) {
    const { digest, ...rest } = Object.fromEntries(entries.get(name) ?? []);
    if (digest !== hashText(canonicalJson(rest))) problem(`metadata ${name}`, "was changed after it was written", `digest ${hashText(canonicalJson(rest))}, found ${digest ?? "none"}`);
  }
  const of = (name: string): string => recording.run.get(name) ?? "";
  if (of("format") !== FORMAT) problem(`metadata ${RUN_METADATA}.format`, `is "${of("format")}"`, FORMAT);
  if (of("tickUs") !== String(TICK_US)) problem(`metadata ${RUN_METADATA}.tickUs`, `is "${of("tickUs")}"`, String(TICK_US));
  if (of("backend") !== "native") problem(`metadata ${RUN_METADATA}.backend`, `is "${of("backend")}"`, "native: other worlds cannot be executed again here");
  const untilUs = Number(of("untilUs"));
  if (!Number.isSafeInteger(untilUs) || untilUs <= 0) problem(`metadata ${RUN_METADATA}.untilUs`, `is "${of("untilUs")}"`, "whole microseconds above 0");

  const parameters = decodeJson(of("parameters"), parametersSchema, `${file}: metadata ${RUN_METADATA}.parameters`);
  if (!parameters.ok) problems.push(...parameters.error);
  const traffic = recording.run.get("traffic");
  if (traffic !== undefined && !/^\d{1,6}$/.test(traffic)) problem(`metadata ${RUN_METADATA}.traffic`, `is "${traffic}"`, "a whole number of vehicles");
  const drivers = new Map<string, DriverName>();
  const named: Result<Readonly<Record<string, string>>, readonly Diagnostic[]> = recording.run.has("drivers") ? decodeJson(of("drivers"), parametersSchema, `${file}: metadata ${RUN_METADATA}.drivers`) : ok({});
  if (!named.ok) problems.push(...named.error);
  else for (const [actor, name] of Object.entries(named.value)) {
    if (isDriverName(name)) drivers.set(actor, name);
    else problem(`metadata ${RUN_METADATA}.drivers`, `${actor} is driven by "${name}"`, `one of ${DRIVER_NAMES.join(", ")}`);
  }

  const decoder = new TextDecoder("utf-8", { fatal: true });
  const textOf = (name: string, bytes: Uint8Array): string => {
    try {
      return decoder.decode(bytes);
    } catch {
      problem(`attachment ${name}`, "is not UTF-8 text", "UTF-8");
      return "";
    }
  };
  const files = new Map<string, string>();
  const profiles = new Map<string, string>();
  for (const [name, bytes] of attachments) {
    if (name.startsWith(SCENARIO_PREFIX)) files.set(name.slice(SCENARIO_PREFIX.length), textOf(name, bytes));
    else if (name.startsWith(PROFILE_PREFIX)) profiles.set(name.slice(PROFILE_PREFIX.length).replace(/\.json$/, ""), textOf(name, bytes));
  }
  const json = <S extends z.ZodType>(name: string, schema: S): z.output<S> | undefined => {
    const bytes = attachments.get(name);
    if (bytes === undefined) {
      problem(`attachment ${name}`, "is missing", "a recording that was closed properly");
      return undefined;
    }
    const decoded = decodeJson(bytes, schema, `${file}: ${name}`);
    if (decoded.ok) return decoded.value;
    problems.push(...decoded.error);
    return undefined;
  };
  const start = json(START_ATTACHMENT, startSchema);
  // A recording that ends early may lack what is written at the end; a finished one may not.
  const cutOff = entries.has(TRUNCATED) && !attachments.has("fault-plan.json");
  const faults = cutOff ? start?.faults : json("fault-plan.json", faultPlanSchema);
  const operator = cutOff ? start?.operator : json("operator.json", operatorSchema);
  if (problems.length > 0 || start === undefined || faults === undefined || operator === undefined || !parameters.ok) return err(problems);
  return ok({
    start,
    build: of("build"),
    numerics: of("numerics"),
    runtime: entries.get(HOST_METADATA)?.get("runtime") ?? "",
    epochMs: recording.contents.epochMs,
    spec: {
      scenario: of("scenario"),
      files,
      parameters: new Map(Object.entries(parameters.value)),
      lenient: of("lenient") === "true",
      profiles,
      egoProfile: of("egoProfile") === "" ? undefined : of("egoProfile"),
      seed: of("seed"),
      faults,
      operator,
      backend: "native",
      untilUs: timeUs(untilUs),
      disableControllers: of("disableControllers") === "true",
      ...(recording.run.has("drivers") ? { drivers } : {}),
      ...(traffic === undefined ? {} : { traffic: Number(traffic) }),
    },
  });
}
