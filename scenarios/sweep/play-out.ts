/**
 * Plays a loaded scenario to its end and says what came of it: the plain play, without agents and physics. One call, one
 * play; the same arguments give the same outcome bit for bit. Never reads files and never keeps the play.
 */
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import type { DriverSpec } from "../drivers/spec.ts";
import { egoOf } from "../ego.ts";
import type { ActorState, LoadedScenario, ScenarioActor, ScenarioPlayer, StoryboardChange } from "../types.ts";
import { createJudge, type Findings, type Seen } from "./judge.ts";

export type EndedBy = "stop-trigger" | "storyboard-complete" | "until";

export interface PlayOutOptions {
  /** Must be the one a run would give its player, so that both play the same. */
  readonly rng: Rng;
  readonly stepUs: number;
  readonly untilUs: number;
  readonly disableControllers: boolean;
  /** Driver models by actor, in charge from the start; undefined: the file's own. */
  readonly drivers?: ReadonlyMap<string, DriverSpec> | undefined;
  /** Background vehicles on the whole map. */
  readonly traffic?: number | undefined;
  /** Asked once, after Init; when it declines, the play ends there. */
  readonly accepts?: (actors: readonly ScenarioActor[]) => boolean;
  /** Told of every storyboard change, in order. */
  readonly onChange?: (change: StoryboardChange) => void;
}

export interface Outcome extends Findings {
  /** Name of the actor judged; undefined: the scenario has no vehicle. */
  readonly ego: string | undefined;
  readonly endedBy: EndedBy;
  readonly endUs: number;
  readonly steps: number;
  /** Over every actor's state ten times a second and at the end, and over every storyboard change. */
  readonly hash: string;
}

const HASH_US = 100_000;

/** Undefined when `accepts` declined. */
export function playOut(scenario: LoadedScenario, options: PlayOutOptions): Outcome | undefined {
  const player = scenario.play({ rng: options.rng, stepUs: options.stepUs, disableControllers: options.disableControllers, drivers: options.drivers, traffic: options.traffic });
  const hash = createStateHash();
  const judge = createJudge();
  let cast: readonly ScenarioActor[] | undefined;
  let states: readonly ActorState[] = [];
  let egoName: string | undefined;
  let at = 0;
  let steps = 0;

  function meetCast(): void {
    cast = player.actors;
    const seen = cast.map((actor): Seen => ({ actor, state: player.state(actor.name), place: player.place(actor.name) }));
    states = cast.map((actor) => player.state(actor.name));
    egoName ??= egoOf(cast)?.name;
    judge.cast(seen.find((one) => one.actor.name === egoName), seen.filter((one) => one.actor.name !== egoName));
    for (const actor of cast) hash.text(actor.name);
  }

  for (;;) {
    player.step(timeUs(at));
    steps += 1;
    if (player.actors !== cast) meetCast();
    if (at === 0 && options.accepts?.(player.actors) === false) return undefined;
    judge.look(at);
    if (at % HASH_US === 0) hashStates(hash, states);
    takeChanges(player, hash, options.onChange);
    player.takeCommands();
    if (player.ended !== undefined || at >= options.untilUs) break;
    at += options.stepUs;
  }
  hash.number(at);
  hashStates(hash, states);
  return { ...judge.findings(), ego: egoName, endedBy: player.ended ?? "until", endUs: at, steps, hash: hash.digest() };
}

function hashStates(hash: ReturnType<typeof createStateHash>, states: readonly ActorState[]): void {
  for (const state of states) {
    hash.number(state.xM);
    hash.number(state.yM);
    hash.number(state.zM);
    hash.number(state.headingRad);
    hash.number(state.pitchRad);
    hash.number(state.rollRad);
    hash.number(state.speedMps);
  }
}

function takeChanges(player: ScenarioPlayer, hash: ReturnType<typeof createStateHash>, onChange: PlayOutOptions["onChange"]): void {
  const changes = player.takeChanges();
  for (const change of changes) {
    hash.number(change.timeUs);
    hash.text(change.state);
    hash.text(change.path);
    onChange?.(change);
  }
}
