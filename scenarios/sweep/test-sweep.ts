/** A small sweep for tests: ego follows a lead that brakes; gap and speeds are varied. Nothing here is shipped. */
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { action, atLane, atTime, event, scenarioText, speed, straightMap, teleport, trigger, vehicle } from "../test-files.ts";
import { openSession, type Session, type SweepSettings } from "./session.ts";

export const SETTINGS: SweepSettings = { distribution: "v.xosc", scenario: undefined, seed: "1", valueSeed: undefined, drivers: new Map(), traffic: undefined, stepUs: 10_000, untilUs: 20_000_000, disableControllers: false, lenient: false, limits: { minTtcS: undefined, minThwS: undefined } };

const axis = (name: string, values: readonly (string | number)[]): string => `<DeterministicSingleParameterDistribution parameterName="${name}"><DistributionSet>${values.map((value) => `<Element value="${value}"/>`).join("")}</DistributionSet></DeterministicSingleParameterDistribution>`;

export const distribution = (axes: readonly (readonly [string, readonly (string | number)[]])[], scenario = "a.xosc"): string =>
  `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><ParameterValueDistribution><ScenarioFile filepath="${scenario}"/><Deterministic>${axes.map(([name, values]) => axis(name, values)).join("")}</Deterministic></ParameterValueDistribution></OpenSCENARIO>`;

const parameter = (name: string, type: string, value: string, inside = ""): string => `<ParameterDeclaration name="${name}" parameterType="${type}" value="${value}">${inside}</ParameterDeclaration>`;

/** Ego at s = 50 with $EgoSpeed; the lead $Gap ahead drives 10 m/s and at 3 s brakes with 4 m/s² to $LeadSpeed. */
export const leadBrakes: string = scenarioText({
  head: `<ParameterDeclarations>${parameter("EgoSpeed", "double", "10", '<ConstraintGroup><ValueConstraint rule="lessOrEqual" value="60"/></ConstraintGroup>')}${parameter("Gap", "double", "60")}${parameter("LeadSpeed", "double", "5")}${parameter("Map", "string", "map.xodr")}</ParameterDeclarations>`,
  map: "$Map",
  entities: vehicle("Ego") + vehicle("Lead"),
  init: `<Private entityRef="Ego">${teleport(-1, 50)}${speed(10).replace('value="10"', 'value="$EgoSpeed"')}</Private><Private entityRef="Lead"><PrivateAction><TeleportAction>${atLane(-1, 50).replace('s="50"', 's="${50 + $Gap}"')}</TeleportAction></PrivateAction>${speed(10)}</Private>`,
  events: event("Brake", action("Slow", speed(5, "linear", "rate", 4).replace('Speed value="5"', 'Speed value="$LeadSpeed"')), trigger(atTime(3))),
  actors: ["Lead"],
  stop: trigger(atTime(12)),
});

export interface TestSweep {
  readonly session: Session;
  /** How often each file was asked for. */
  readonly reads: ReadonlyMap<string, number>;
}

export function openTest(variations: string, settings: Partial<SweepSettings> = {}, files: Readonly<Record<string, string>> = {}): TestSweep {
  const all = new Map<string, string>([["v.xosc", variations], ["a.xosc", leadBrakes], ["map.xodr", straightMap()], ...Object.entries(files)]);
  const reads = new Map<string, number>();
  const session = openSession({ ...SETTINGS, ...settings }, (path) => {
    reads.set(path, (reads.get(path) ?? 0) + 1);
    return all.get(path);
  });
  invariant(session.ok, session.ok ? "" : session.error.map(formatDiagnostic).join("\n"));
  return { session: session.value, reads };
}
