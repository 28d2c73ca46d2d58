/**
 * One radio path of a vehicle (LTE, 5G, Wi-Fi, satcom): two directions that share nothing but whether the path is up, and
 * the choice between the paths of one vehicle. Times are whole microseconds; probabilities are integer ratios.
 */
import type { LinkProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import { US_PER_MS, US_PER_S } from "../../fleet-core/kernel/time.ts";

/** A preferred path must have been up this long before a vehicle goes back to it; leaving a dead one takes no time. */
export const SWITCH_BACK_US = 2_000_000;

export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Timing {
  readonly arriveUs: number;
  readonly lost: boolean;
}

export interface Direction {
  readonly rng: Rng;
  /** Draws for faults, apart, so that a fault does not move the healthy draws. */
  readonly faultRng: Rng;
  /** Messages admitted that have not arrived yet; the radio counts down. */
  inFlight: number;
  /** Takes a message of `bytes` onto the air, or undefined when the queue is full. */
  admit(nowUs: number, bytes: number, limits: { readonly queueBytes: number; readonly queueMessages: number }): Timing | undefined;
  /** Forgets what waits for the air. */
  flush(nowUs: number): void;
  hashInto(hash: StateHash): void;
}

export interface Path {
  readonly link: LinkProfile;
  readonly up: Direction;
  readonly down: Direction;
  isUp: boolean;
  upSinceUs: number;
  /** Goes up at each outage: what was sent in an earlier epoch never arrives. */
  epoch: number;
}

/**
 * Serialisation behind what already waits (bandwidth), then the fixed delay and uniform jitter. Order is kept: a message
 * never arrives before one admitted earlier, unless that one was drawn to be late (one to two times the jitter).
 */
function createDirection(link: LinkProfile, rng: Rng): Direction {
  const delayUs = link.delayMs * US_PER_MS;
  const jitterUs = link.jitterMs * US_PER_MS;
  let freeUs = 0;
  let lastArriveUs = 0;
  const direction: Direction = {
    rng,
    faultRng: rng.fork("fault"),
    inFlight: 0,
    admit(nowUs, bytes, limits) {
      const startUs = freeUs > nowUs ? freeUs : nowUs;
      const waitingBytes = ((startUs - nowUs) * link.bandwidthBps) / (8 * US_PER_S);
      if (waitingBytes + bytes > limits.queueBytes || direction.inFlight >= limits.queueMessages) return undefined;
      freeUs = startUs + Math.ceil((bytes * 8 * US_PER_S) / link.bandwidthBps);
      // Every message draws the same kinds of number in the same order, lost or not.
      const lost = rng.chance(link.loss.numerator, link.loss.denominator);
      const arriveUs = freeUs + delayUs + rng.below(jitterUs + 1);
      direction.inFlight += 1;
      if (rng.chance(link.reorder.numerator, link.reorder.denominator)) {
        return { arriveUs: Math.max(arriveUs, lastArriveUs) + jitterUs + rng.below(jitterUs + 1), lost };
      }
      lastArriveUs = Math.max(arriveUs, lastArriveUs);
      return { arriveUs: lastArriveUs, lost };
    },
    flush(nowUs) {
      freeUs = nowUs;
      lastArriveUs = nowUs;
    },
    hashInto(hash) {
      hash.number(freeUs);
      hash.number(lastArriveUs);
      hash.number(direction.inFlight);
    },
  };
  return direction;
}

export function createPath(link: LinkProfile, rng: Rng, nowUs: number): Path {
  return { link, up: createDirection(link, rng.fork("up")), down: createDirection(link, rng.fork("down")), isUp: true, upSinceUs: nowUs, epoch: 0 };
}

export interface PathChoice {
  /** The path in use at `nowUs`; undefined when all are down. */
  current(nowUs: number): Path | undefined;
  setUp(pathId: string, up: boolean, nowUs: number): void;
  hashInto(hash: StateHash, nowUs: number): void;
}

/**
 * Uses the first path that is up. A dead path is left at once; a better one is gone back to only after it has been up for
 * `switchBackUs`. Settled whenever somebody looks and before anything changes, so that looking never changes the outcome.
 */
export function createPathChoice(paths: readonly Path[], switchBackUs: number): PathChoice {
  let index: number | undefined = 0;

  function settle(nowUs: number): void {
    if (index === 0 && (paths[0] as Path).isUp) return;
    const currentUp = index !== undefined && (paths[index] as Path).isUp;
    const better = paths.findIndex((path, i) => path.isUp && (!currentUp || (i < (index as number) && nowUs - path.upSinceUs >= switchBackUs)));
    if (better >= 0) index = better;
    else if (!currentUp) index = undefined;
  }

  return {
    current(nowUs) {
      settle(nowUs);
      return index === undefined ? undefined : paths[index];
    },
    setUp(pathId, up, nowUs) {
      const path = paths.find((p) => p.link.id === pathId);
      invariant(path !== undefined, `no radio path "${pathId}", there are ${paths.map((p) => p.link.id).join(", ")}`);
      if (path.isUp === up) return;
      settle(nowUs);
      path.isUp = up;
      if (up) {
        path.upSinceUs = nowUs;
      } else {
        path.epoch += 1;
        path.up.flush(nowUs);
        path.down.flush(nowUs);
      }
      settle(nowUs);
    },
    hashInto(hash, nowUs) {
      settle(nowUs);
      hash.number(index ?? -1);
      for (const path of paths) {
        hash.number(path.isUp ? 1 : 0);
        hash.number(path.upSinceUs);
        hash.number(path.epoch);
        path.up.hashInto(hash);
        path.down.hashInto(hash);
      }
    },
  };
}
