import { expect, test } from "vitest";
import { createPlayhead, type PlayheadInput } from "./playhead.ts";

const input = (change: Partial<PlayheadInput>): PlayheadInput => ({ dtMs: 16, firstTick: 0, lastTick: 1000, tickUs: 10_000, running: true, rate: 1, speed: 1, ...change });

test("live, the playhead glides at the run's own pace and never passes the newest frame", () => {
  const head = createPlayhead();
  head.advance(input({ lastTick: 500 }));
  let last = 500;
  let before = head.tick;
  for (let i = 0; i < 200; i += 1) {
    last += 1.6;
    const tick = head.advance(input({ lastTick: last }));
    expect(tick).toBeLessThanOrEqual(last);
    expect(tick).toBeGreaterThan(before);
    before = tick;
  }
  // About 110 ms behind.
  expect(last - head.tick).toBeGreaterThan(6);
  expect(last - head.tick).toBeLessThan(16);
});

test("paused, it arrives exactly at the newest tick", () => {
  const head = createPlayhead();
  head.advance(input({ lastTick: 500 }));
  for (let i = 0; i < 60; i += 1) head.advance(input({ lastTick: 503, running: false }));
  expect(head.tick).toBe(503);
});

test("a seek stands still, playing the past runs on until it meets the present", () => {
  const head = createPlayhead();
  head.seek(990);
  expect(head.advance(input({ dtMs: 1000 }))).toBe(990);
  head.playPast();
  head.advance(input({ dtMs: 50, speed: 1 }));
  expect(head.tick).toBeCloseTo(995, 9);
  head.advance(input({ dtMs: 100 }));
  expect(head.mode).toBe("live");
});

test("after a long sleep it jumps instead of crawling", () => {
  const head = createPlayhead();
  head.advance(input({ lastTick: 100 }));
  head.advance(input({ lastTick: 100_000 }));
  expect(head.tick).toBeGreaterThan(99_900);
});
