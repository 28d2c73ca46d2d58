/**
 * Virtual time: one heap of deadlines keyed (timeUs, sequence). `advanceTo` sets the time to each deadline before it
 * fires it, so a timer set by a timer counts from the moment it was set. Must never look at a wall clock.
 */
import { invariant } from "./invariant.ts";
import type { TimeUs } from "./time.ts";

export type Cancel = () => void;

export interface Clock {
  nowUs(): TimeUs;
  /** Calls `fire` once at `timeUs` (not before now). Equal times fire in the order they were asked for. */
  at(timeUs: TimeUs, fire: () => void): Cancel;
}

export interface Scheduler extends Clock {
  /** Fires every deadline <= `timeUs` in order, then sets the time to `timeUs`. */
  advanceTo(timeUs: TimeUs): void;
  /** Deadlines still waiting. */
  readonly pending: number;
}

interface Entry {
  readonly timeUs: TimeUs;
  readonly sequence: number;
  fire: (() => void) | undefined;
}

/** `limit`: deadlines that may wait at once; one more is a broken assumption, not a slow leak. */
export function createScheduler(options: { startUs?: TimeUs; limit?: number } = {}): Scheduler {
  const limit = options.limit ?? 1_000_000;
  const heap: Entry[] = [];
  let nowUs = options.startUs ?? (0 as TimeUs);
  let sequence = 0;
  let pending = 0;

  const before = (a: Entry, b: Entry): boolean => a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.sequence < b.sequence);

  function push(entry: Entry): void {
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const p = heap[parent] as Entry;
      if (!before(entry, p)) break;
      heap[i] = p;
      i = parent;
    }
    heap[i] = entry;
  }

  function pop(): Entry {
    const top = heap[0] as Entry;
    const last = heap.pop() as Entry;
    const n = heap.length;
    if (n > 0) {
      let i = 0;
      for (;;) {
        let child = 2 * i + 1;
        if (child >= n) break;
        if (child + 1 < n && before(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
        const c = heap[child] as Entry;
        if (!before(c, last)) break;
        heap[i] = c;
        i = child;
      }
      heap[i] = last;
    }
    return top;
  }

  return {
    nowUs: () => nowUs,
    at(timeUs, fire) {
      invariant(Number.isSafeInteger(timeUs) && timeUs >= nowUs, `a deadline must be whole microseconds from ${nowUs} on, is ${timeUs}`);
      invariant(pending < limit, `at most ${limit} deadlines may wait at once`);
      const entry: Entry = { timeUs, sequence: sequence++, fire };
      push(entry);
      pending += 1;
      return () => {
        if (entry.fire !== undefined) {
          entry.fire = undefined;
          pending -= 1;
        }
      };
    },
    advanceTo(timeUs) {
      invariant(timeUs >= nowUs, `time runs forward: now ${nowUs}, asked for ${timeUs}`);
      for (let top = heap[0]; top !== undefined && top.timeUs <= timeUs; top = heap[0]) {
        pop();
        const fire = top.fire;
        if (fire === undefined) continue;
        nowUs = top.timeUs;
        top.fire = undefined;
        pending -= 1;
        fire();
      }
      nowUs = timeUs;
    },
    get pending() {
      return pending;
    },
  };
}
