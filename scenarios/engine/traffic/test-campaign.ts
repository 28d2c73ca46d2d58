/** Plays background traffic on a map for a while and watches it: touches, speeds, who stands. For tests and campaigns. */
import { invariant } from "../../../fleet-core/kernel/invariant.ts";
import { createStateHash } from "../../../fleet-core/kernel/hash.ts";
import { formatDiagnostic } from "../../../fleet-core/kernel/result.ts";
import { createRng } from "../../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../../fleet-core/kernel/time.ts";
import { boxDistanceM } from "../../drivers/outcome.ts";
import { loadScenario } from "../../load.ts";
import { scenarioOfMap } from "../../map-scenario.ts";
import type { LoadedScenario, ScenarioPlayer } from "../../types.ts";

/** A scenario with nobody in it, on a map. */
export function emptyScenario(map: string, more: Readonly<Record<string, string>> = {}, text = scenarioOfMap("map.xodr")): LoadedScenario {
  const files = new Map<string, string>([["a.xosc", text], ["map.xodr", map], ...Object.entries(more)]);
  const loaded = loadScenario("a.xosc", (path) => files.get(path), { lenient: true });
  invariant(loaded.scenario !== undefined, loaded.diagnostics.filter((d) => d.severity === "error").map(formatDiagnostic).join("\n"));
  return loaded.scenario;
}

export interface Touch {
  readonly timeS: number;
  readonly a: string;
  readonly b: string;
}

export interface Campaign {
  readonly touches: readonly Touch[];
  readonly steps: number;
  readonly countMean: number;
  readonly speedMeanMps: number;
  /** Vehicles that have not moved over the last minute. */
  readonly stuck: number;
  readonly removed: number;
  readonly hash: string;
}

/** Pairs that touch now. */
export function touching(player: ScenarioPlayer): readonly (readonly [string, string])[] {
  const list = player.actors.map((actor) => ({ actor, state: player.state(actor.name) })).sort((p, q) => p.state.xM - q.state.xM);
  const found: (readonly [string, string])[] = [];
  list.forEach((p, i) => {
    for (let k = i + 1; k < list.length; k += 1) {
      const q = list[k];
      if (q === undefined || q.state.xM - p.state.xM > 30) break;
      if (Math.abs(q.state.yM - p.state.yM) > 30 || Math.abs(q.state.zM - p.state.zM) > 2.5) continue;
      if (boxDistanceM(p.actor.box, p.state, q.actor.box, q.state) === 0) found.push([p.actor.name, q.actor.name]);
    }
  });
  return found;
}

export function campaign(scenario: LoadedScenario, options: { readonly seed: number; readonly seconds: number; readonly traffic?: number; readonly stepUs?: number; readonly lookS?: number }): Campaign {
  const stepUs = options.stepUs ?? 50_000;
  const player = scenario.play({ rng: createRng(options.seed), stepUs, disableControllers: false, traffic: options.traffic });
  const touches: Touch[] = [];
  const known = new Set<string>();
  const moved = new Map<string, { readonly timeS: number; readonly xM: number; readonly yM: number }>();
  const hash = createStateHash();
  const lookUs = Math.max(stepUs, Math.round((options.lookS ?? 0.5) * 1e6));
  const steps = Math.round((options.seconds * 1e6) / stepUs);
  let [speed, count, looks, removed, before] = [0, 0, 0, 0, 0];
  for (let i = 0; i <= steps; i += 1) {
    player.step(timeUs(i * stepUs));
    if ((i * stepUs) % lookUs !== 0) continue;
    const timeS = (i * stepUs) / 1e6;
    for (const [a, b] of touching(player)) {
      if (known.has(`${a} ${b}`)) continue;
      known.add(`${a} ${b}`);
      touches.push({ timeS, a, b });
    }
    for (const actor of player.actors) {
      const s = player.state(actor.name);
      speed += s.speedMps;
      count += 1;
      hash.number(s.xM);
      hash.number(s.yM);
      hash.number(s.speedMps);
      const m = moved.get(actor.name);
      if (m === undefined || Math.abs(m.xM - s.xM) + Math.abs(m.yM - s.yM) > 1) moved.set(actor.name, { timeS, xM: s.xM, yM: s.yM });
    }
    removed += Math.max(0, before - player.actors.length);
    before = player.actors.length;
    looks += 1;
  }
  const stuck = player.actors.filter((a) => options.seconds - (moved.get(a.name)?.timeS ?? 0) > 60).length;
  return { touches, steps, countMean: count / Math.max(1, looks), speedMeanMps: speed / Math.max(1, count), stuck, removed, hash: hash.digest() };
}
