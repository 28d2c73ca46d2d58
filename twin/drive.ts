/** Drives a run for everyone who wants it advanced: command line, page, server, verifier. Synchronous; never paces. */
import { guarded } from "./engine/tripwire.ts";
import type { Run } from "./types.ts";

/** Advances at most `ticks` ticks under the tripwire; returns how many it did before the run ended. */
export function advance(run: Run, ticks: number, afterTick?: (tick: number) => void): number {
  return guarded(run.info.seed, () => {
    let done = 0;
    while (done < ticks && run.ended === undefined) {
      run.step();
      done += 1;
      afterTick?.(run.tick);
    }
    return done;
  });
}
