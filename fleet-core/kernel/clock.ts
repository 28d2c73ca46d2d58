/**
 * Virtual time: one heap of deadlines keyed (timeUs, sequence). `advanceTo` sets the time to each deadline before it
 * fires it, so a timer set by a timer counts from the moment it was set. Must never look at a wall clock.
 */
import { invariant } from "./invariant.ts";
import { timeUs, type TimeUs } from "./time.ts";

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
  let nowUs = timeUs(options.startUs ?? 0);
  let sequence = 0;
  let pending = 0;
  let advancing = false;

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

  /** Cancelled deadlines stay in the heap until due; when they are the most of it, it is made anew without them. */
  function compact(): void {
    if (heap.length <= 2 * pending + 64) return;
    const live = heap.filter((entry) => entry.fire !== undefined);
    // A sorted array is a heap.
    live.sort((a, b) => (before(a, b) ? -1 : 1));
    heap.length = 0;
    for (const entry of live) heap.push(entry);
  }

  function fireUntil(endUs: TimeUs): void {
    let atOnce = 0;
    for (let top = heap[0]; top !== undefined && top.timeUs <= endUs; top = heap[0]) {
      pop();
      const fire = top.fire;
      if (fire === undefined) continue;
      atOnce = top.timeUs === nowUs ? atOnce + 1 : 0;
      if (!(atOnce <= limit)) invariant(false, `more than ${limit} deadlines at ${nowUs}: something sets a timer for now again and again`);
      nowUs = top.timeUs;
      top.fire = undefined;
      pending -= 1;
      fire();
    }
    nowUs = endUs;
  }

  return {
    nowUs: () => nowUs,
    at(dueUs, fire) {
      if (!(Number.isSafeInteger(dueUs) && dueUs >= nowUs)) invariant(false, `a deadline must be whole microseconds from ${nowUs} on, is ${dueUs}`);
      if (!(pending < limit)) invariant(false, `at most ${limit} deadlines may wait at once`);
      const entry: Entry = { timeUs: dueUs, sequence: sequence++, fire };
      push(entry);
      pending += 1;
      return () => {
        if (entry.fire === undefined) return;
        entry.fire = undefined;
        pending -= 1;
        compact();
      };
    },
    advanceTo(endUs) {
      if (!(Number.isSafeInteger(endUs) && endUs >= nowUs)) invariant(false, `time runs forward in whole microseconds: now ${nowUs}, asked for ${endUs}`);
      invariant(!advancing, "a deadline must not advance the clock it runs on");
      advancing = true;
      try {
        fireUntil(endUs);
      } finally {
        advancing = false;
      }
    },
    get pending() {
      return pending;
    },
  };
}
