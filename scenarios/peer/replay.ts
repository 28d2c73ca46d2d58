/**
 * Puts actors where the peer had them, so that those its own controllers drive behave for the others as they did there.
 * Between rows of 10 Hz places run evenly and angles the short way.
 */
import { angleDifference } from "../engine/angles.ts";
import type { ActorState, ScenarioPlayer } from "../types.ts";
import type { PeerRow } from "./peer-files.ts";

export interface Replay {
  /** To be called before the step that ends at `timeS`. */
  before(player: ScenarioPlayer, timeS: number): void;
}

/** `names` the scenario does not have (the peer's ghosts) are left out by the caller. */
export function createReplay(rows: readonly PeerRow[], names: ReadonlySet<string>): Replay {
  const byName = new Map<string, PeerRow[]>();
  for (const row of rows) {
    if (!names.has(row.name)) continue;
    const own = byName.get(row.name) ?? [];
    byName.set(row.name, own);
    own.push(row);
  }
  const at = new Map<string, number>();
  const taken = new Set<string>();
  const state: ActorState = { xM: 0, yM: 0, zM: 0, headingRad: 0, pitchRad: 0, rollRad: 0, speedMps: 0, accelMps2: 0 };
  return {
    before(player, timeS) {
      for (const [name, own] of byName) {
        const first = own[0];
        if (first === undefined || timeS < first.timeS || !player.actors.some((a) => a.name === name)) continue;
        let i = at.get(name) ?? 0;
        while (i + 1 < own.length && (own[i + 1] as PeerRow).timeS <= timeS) i += 1;
        at.set(name, i);
        const a = own[i] as PeerRow;
        const b = own[i + 1] ?? a;
        const w = b.timeS > a.timeS ? (timeS - a.timeS) / (b.timeS - a.timeS) : 0;
        state.xM = a.xM + w * (b.xM - a.xM);
        state.yM = a.yM + w * (b.yM - a.yM);
        state.zM = a.zM + w * (b.zM - a.zM);
        state.headingRad = a.headingRad + w * angleDifference(b.headingRad, a.headingRad);
        state.pitchRad = a.pitchRad + w * angleDifference(b.pitchRad, a.pitchRad);
        state.rollRad = a.rollRad + w * angleDifference(b.rollRad, a.rollRad);
        state.speedMps = a.speedMps + w * (b.speedMps - a.speedMps);
        state.accelMps2 = b.timeS > a.timeS ? (b.speedMps - a.speedMps) / (b.timeS - a.timeS) : 0;
        if (!taken.has(name)) {
          taken.add(name);
          player.takeOver(name);
        }
        player.setState(name, state);
      }
    },
  };
}
