/**
 * A sweep's worker: opens scenario and distribution once, then gives the verdict of any variation. What does not depend on
 * parameters (XML trees, catalogs, maps) is read once per session; memory does not grow with the number of variations.
 * The same variation has the same verdict in every session. Must never throw for one variation's sake.
 */
import { createStateHash, hashText } from "../../fleet-core/kernel/hash.ts";
import { err, InputError, ok, type Diagnostic, type Result } from "../../fleet-core/kernel/result.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { driverNamed, type DriverName } from "../drivers/spec.ts";
import { openScenario, type MapCache } from "../load.ts";
import { readPermutations, type Permutations } from "../permutations.ts";
import type { LoadedScenario, ReadText, ScenarioActor } from "../types.ts";
import { playOut, type Outcome } from "./play-out.ts";
import { errorsOf, judged, notBuilt, type Limits, type VariationVerdict } from "./verdict.ts";

export interface SweepSettings {
  readonly distribution: string;
  /** The varied scenario, when it is not the one the distribution names. */
  readonly scenario: string | undefined;
  readonly seed: string;
  /** Draws the values of stochastic distributions; undefined: the file's own seed does. */
  readonly valueSeed: string | undefined;
  /** Driver models by actor, in charge from the start. */
  readonly drivers: ReadonlyMap<string, DriverName>;
  /** Background vehicles on the whole map. */
  readonly traffic: number | undefined;
  readonly stepUs: number;
  readonly untilUs: number;
  readonly disableControllers: boolean;
  readonly lenient: boolean;
  readonly limits: Limits;
}

/** Plays that are more than a storyboard: vehicles with our agent. Given from outside; this room knows no twin. */
export interface AgentRuns {
  readonly needed: (actors: readonly ScenarioActor[]) => boolean;
  readonly run: (scenario: LoadedScenario, parameters: ReadonlyMap<string, string>) => { readonly outcome: Outcome; readonly failed: readonly string[] };
}

export interface Session {
  readonly scenarioFile: string;
  /** Number of variations. */
  readonly count: number;
  /** Digest of the texts of scenario and distribution. */
  readonly files: string;
  parameters(variation: number): ReadonlyMap<string, string>;
  verdict(variation: number): VariationVerdict;
}

/** Maps kept at a time; a distribution over more of them reads some again. */
const MAPS_MAX = 16;
const TEXTS_MAX = 512;

export function openSession(settings: SweepSettings, read: ReadText, agents?: AgentRuns): Result<Session, readonly Diagnostic[]> {
  const texts = new Map<string, string | undefined>();
  const digests = new Map<string, string>();
  const cached: ReadText = (path) => {
    if (texts.has(path)) return texts.get(path);
    const text = read(path);
    if (texts.size >= TEXTS_MAX) {
      texts.clear();
      digests.clear();
    }
    texts.set(path, text);
    return text;
  };
  const found = readPermutations(settings.distribution, cached, { lenient: settings.lenient, ...(settings.valueSeed === undefined ? {} : { seed: settings.valueSeed }) });
  if (!found.ok) return found;
  const permutations: Permutations = found.value;
  const scenarioFile = settings.scenario ?? permutations.scenarioFile;
  const scenarioText = cached(scenarioFile);
  if (scenarioText === undefined) return err([{ severity: "error", file: settings.distribution, message: `the scenario ${scenarioFile} does not exist`, expected: "an OpenSCENARIO file" }]);
  const maps: MapCache = new Map();
  const drivers = settings.drivers.size === 0 ? undefined : new Map([...settings.drivers].map(([actor, name]) => [actor, driverNamed(name)]));
  const opened = openScenario(scenarioFile, cached, { lenient: settings.lenient, maps });
  if (opened.broken) return err(opened.load(new Map()).diagnostics);

  function digestOf(path: string, text: string): string {
    // Texts come from one cache, so a path stands for its text.
    let digest = digests.get(path);
    if (digest === undefined) {
      digest = hashText(text);
      digests.set(path, digest);
    }
    return digest;
  }

  function inputsOf(files: ReadonlyMap<string, string>): string {
    const hash = createStateHash();
    for (const [path, text] of files) {
      hash.text(path);
      hash.text(digestOf(path, text));
    }
    return hash.digest();
  }

  function play(scenario: LoadedScenario, parameters: ReadonlyMap<string, string>): { readonly outcome: Outcome; readonly failed: readonly string[] } {
    // The fork a run gives its player: variation and run are the same play.
    const rng = createRng(settings.seed).fork("scenario");
    const { stepUs, untilUs, disableControllers, traffic } = settings;
    const outcome = playOut(scenario, { rng, stepUs, untilUs, disableControllers, drivers, traffic, ...(agents === undefined ? {} : { accepts: (actors) => !agents.needed(actors) }) });
    if (outcome !== undefined) return { outcome, failed: [] };
    return (agents as AgentRuns).run(scenario, parameters);
  }

  return ok({
    scenarioFile,
    count: permutations.count,
    files: hashText(`${hashText(scenarioText)} ${hashText(cached(settings.distribution) ?? "")}`),
    parameters: (variation) => permutations.at(variation),
    verdict(variation) {
      let parameters: ReadonlyMap<string, string> = new Map();
      try {
        parameters = permutations.at(variation);
        const { scenario, diagnostics } = opened.load(parameters);
        while (maps.size > MAPS_MAX) maps.delete(maps.keys().next().value as string);
        if (scenario === undefined) return notBuilt(variation, parameters, errorsOf(diagnostics), false);
        const stranger = [...settings.drivers.keys()].find((name) => !scenario.entities.includes(name));
        if (stranger !== undefined) return notBuilt(variation, parameters, [`${scenarioFile}: there is no entity ${stranger} to be driven (expected one of ${scenario.entities.join(", ")})`], false);
        const { outcome, failed } = play(scenario, parameters);
        return judged({ variation, parameters, map: scenario.mapFile, inputs: inputsOf(scenario.files) }, outcome, settings.limits, failed);
      } catch (error) {
        if (error instanceof InputError) return notBuilt(variation, parameters, errorsOf(error.diagnostics), false);
        return notBuilt(variation, parameters, [error instanceof Error ? error.message : "the run broke down"], true);
      }
    },
  });
}
