import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createScheduler, type Cancel } from "./clock.ts";
import { timeUs } from "./time.ts";

const t = timeUs;

describe("scheduler", () => {
  test("deadlines fire in order of time, equal ones in the order they were asked for", () => {
    const clock = createScheduler();
    const fired: string[] = [];
    clock.at(t(20), () => fired.push("c"));
    clock.at(t(10), () => fired.push("a"));
    clock.at(t(20), () => fired.push("d"));
    clock.at(t(10), () => fired.push("b"));
    clock.advanceTo(t(20));
    expect(fired.join("")).toBe("abcd");
    expect(clock.pending).toBe(0);
  });

  test("a timer set by a timer fires at its own due time, not at the end of the advance", () => {
    // A clock that jumps to the end and then fires would set the second timer at 100 and fire it at 105.
    const clock = createScheduler();
    const fired: number[] = [];
    clock.at(t(10), () => {
      fired.push(clock.nowUs());
      clock.at(t(clock.nowUs() + 5), () => fired.push(clock.nowUs()));
    });
    clock.at(t(12), () => fired.push(clock.nowUs()));
    clock.advanceTo(t(100));
    expect(fired).toEqual([10, 12, 15]);
    expect(clock.nowUs()).toBe(100);
  });

  test("a timer set for now by a timer fires in the same advance, after those already waiting for now", () => {
    const clock = createScheduler();
    const fired: string[] = [];
    clock.at(t(10), () => {
      fired.push("first");
      clock.at(t(10), () => fired.push("third"));
    });
    clock.at(t(10), () => fired.push("second"));
    clock.advanceTo(t(10));
    expect(fired).toEqual(["first", "second", "third"]);
  });

  test("a deadline beyond the advance waits", () => {
    const clock = createScheduler();
    const fired: number[] = [];
    clock.at(t(11), () => fired.push(clock.nowUs()));
    clock.advanceTo(t(10));
    expect(fired).toEqual([]);
    clock.advanceTo(t(11));
    expect(fired).toEqual([11]);
  });

  test("a cancelled deadline never fires; cancelling twice or after firing does nothing", () => {
    const clock = createScheduler();
    const fired: string[] = [];
    const cancelA = clock.at(t(10), () => fired.push("a"));
    const cancelB = clock.at(t(10), () => fired.push("b"));
    cancelA();
    cancelA();
    expect(clock.pending).toBe(1);
    clock.advanceTo(t(10));
    cancelB();
    expect(fired).toEqual(["b"]);
    expect(clock.pending).toBe(0);
  });

  test("a deadline may cancel another one of the same moment", () => {
    const clock = createScheduler();
    const fired: string[] = [];
    let cancel: Cancel = () => undefined;
    clock.at(t(5), () => cancel());
    cancel = clock.at(t(5), () => fired.push("never"));
    clock.advanceTo(t(6));
    expect(fired).toEqual([]);
  });

  test("a timer that throws leaves a clock that can go on", () => {
    const clock = createScheduler();
    const fired: number[] = [];
    clock.at(t(5), () => {
      throw new Error("broken");
    });
    clock.at(t(7), () => fired.push(clock.nowUs()));
    expect(() => clock.advanceTo(t(10))).toThrow("broken");
    expect(clock.nowUs()).toBe(5);
    clock.advanceTo(t(10));
    expect(fired).toEqual([7]);
  });

  test("wrong use is refused: the past, fractions, a clock inside its own deadline, more than the limit", () => {
    const clock = createScheduler({ startUs: t(100), limit: 3 });
    expect(() => clock.at(t(99), () => undefined)).toThrow("from 100 on, is 99");
    expect(() => clock.at(100.5 as never, () => undefined)).toThrow("whole microseconds");
    expect(() => clock.advanceTo(t(99))).toThrow("now 100, asked for 99");
    expect(() => clock.advanceTo(NaN as never)).toThrow("asked for NaN");
    clock.at(t(100), () => clock.advanceTo(t(200)));
    expect(() => clock.advanceTo(t(150))).toThrow("must not advance the clock it runs on");
    for (let i = 0; i < 3; i += 1) clock.at(t(500), () => undefined);
    expect(() => clock.at(t(500), () => undefined)).toThrow("at most 3 deadlines may wait");
  });

  test("a timer that sets itself for now for ever is stopped by name", () => {
    const clock = createScheduler({ limit: 1000 });
    const again = (): void => void clock.at(clock.nowUs(), again);
    again();
    expect(() => clock.advanceTo(t(1))).toThrow("more than 1000 deadlines at 0");
  });

  test("cancelled deadlines do not pile up", () => {
    const clock = createScheduler({ limit: 10 });
    // Each round cancels a deadline far in the future; were they kept, a million rounds would hold a million entries.
    const fired: number[] = [];
    clock.at(t(3), () => fired.push(3));
    for (let i = 0; i < 200_000; i += 1) clock.at(t(1_000_000 + i), () => fired.push(-1))();
    expect(clock.pending).toBe(1);
    clock.advanceTo(t(2_000_000));
    expect(fired).toEqual([3]);
  });

  test("any mixture of deadlines and cancellations fires exactly what a sorted list would", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ atUs: fc.nat(50), cancel: fc.boolean() }), { maxLength: 300 }), fc.array(fc.nat(20), { maxLength: 8 }), (deadlines, steps) => {
        const clock = createScheduler();
        const fired: string[] = [];
        const cancels: Cancel[] = [];
        deadlines.forEach((deadline, i) => cancels.push(clock.at(t(deadline.atUs), () => fired.push(`${clock.nowUs()}/${i}`))));
        deadlines.forEach((deadline, i) => deadline.cancel && cancels[i]?.());
        for (const step of steps) clock.advanceTo(t(clock.nowUs() + step));
        const expected = deadlines
          .map((deadline, i) => ({ ...deadline, i }))
          .filter((deadline) => !deadline.cancel && deadline.atUs <= clock.nowUs() && steps.length > 0)
          .sort((a, b) => a.atUs - b.atUs || a.i - b.i)
          .map((deadline) => `${deadline.atUs}/${deadline.i}`);
        expect(fired).toEqual(expected);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
