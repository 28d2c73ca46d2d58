/**
 * When a sensor measures, and where its readings wait until their latency has passed. Readings keep the time they were
 * measured. A queue nobody empties (a stalled computer) keeps the newest and counts what it let go.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { US_PER_S } from "../../fleet-core/kernel/time.ts";

/** Readings that may wait in one queue. */
export const QUEUE_LIMIT = 64;

/**
 * Measures first at `startUs`, then at `startUs` + `phaseUs` + k / rate: the sensors of a fleet do not all fire in the same
 * tick. The k-th time is computed from k, never added up.
 */
export class MeasuringTimes {
  /** Next time to measure [µs]; nothing is due before. */
  dueUs: number;
  private readonly firstUs: number;
  private readonly rateHz: number;
  private k = 0;

  constructor(rateHz: number, startUs: number, phaseUs: number) {
    this.dueUs = startUs;
    this.firstUs = startUs + phaseUs;
    this.rateHz = rateHz;
  }

  /** Moves `dueUs` behind `nowUs`. Measurements missed in between are not made up for. */
  measured(nowUs: number): void {
    while (this.dueUs <= nowUs) {
      this.dueUs = this.firstUs + Math.floor((this.k * US_PER_S) / this.rateHz);
      this.k += 1;
    }
  }
}

/** Readings of one or more sensors in order of measuring; each is ready at its own time. */
export class ReadingQueue<T extends { readonly measuredUs: number }> {
  /** Readings let go because nobody took them. */
  dropped = 0;
  private readonly none: readonly T[];
  private items: T[] = [];
  private readyUs: number[] = [];
  private earliestUs = Number.MAX_SAFE_INTEGER;

  constructor(none: readonly T[]) {
    this.none = none;
  }

  get waiting(): number {
    return this.items.length;
  }

  push(reading: T, readyUs: number): void {
    if (this.items.length >= QUEUE_LIMIT) {
      this.items.shift();
      this.readyUs.shift();
      this.dropped += 1;
    }
    this.items.push(reading);
    this.readyUs.push(readyUs);
    if (readyUs < this.earliestUs) this.earliestUs = readyUs;
  }

  /** Takes what is ready at `nowUs`, in order of measuring. Allocates nothing when that is nothing. */
  take(nowUs: number): readonly T[] {
    if (nowUs < this.earliestUs) return this.none;
    const { items, readyUs } = this;
    this.earliestUs = Number.MAX_SAFE_INTEGER;
    const taken: T[] = [];
    let kept = 0;
    for (let i = 0; i < items.length; i += 1) {
      const ready = readyUs[i] as number;
      if (ready <= nowUs) {
        taken.push(items[i] as T);
        continue;
      }
      items[kept] = items[i] as T;
      readyUs[kept] = ready;
      kept += 1;
      if (ready < this.earliestUs) this.earliestUs = ready;
    }
    while (items.length > kept) {
      items.pop();
      readyUs.pop();
    }
    return taken;
  }

  hashInto(hash: StateHash): void {
    hash.number(this.items.length);
    hash.number(this.dropped);
    for (let i = 0; i < this.items.length; i += 1) {
      hash.number((this.items[i] as T).measuredUs);
      hash.number(this.readyUs[i] as number);
    }
  }
}
