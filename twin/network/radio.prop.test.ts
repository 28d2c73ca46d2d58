import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LinkProfile } from "../../fleet-core/contract/profile.ts";
import { createScheduler } from "../../fleet-core/kernel/clock.ts";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { createRadio } from "./radio.ts";

const ratio = fc.record({ numerator: fc.integer({ min: 0, max: 3 }), denominator: fc.constant(10) });
const anyLink: fc.Arbitrary<LinkProfile> = fc.record({
  id: fc.constant("lte"),
  kind: fc.constant("lte" as const),
  delayMs: fc.integer({ min: 0, max: 300 }),
  jitterMs: fc.integer({ min: 0, max: 80 }),
  loss: ratio,
  reorder: ratio,
  bandwidthBps: fc.integer({ min: 10_000, max: 100_000_000 }),
});
/** Microseconds to wait, then send this many bytes up (true) or down. */
const anyTraffic = fc.array(fc.tuple(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 4, max: 3000 }), fc.boolean()), { minLength: 1, maxLength: 60 });

interface Arrival {
  readonly number: number;
  readonly sentUs: number;
  readonly atUs: number;
  readonly up: boolean;
}

function play(link: LinkProfile, traffic: readonly (readonly [number, number, boolean])[], seed: string): { arrivals: Arrival[]; hash: string; accepted: number; lost: number } {
  const scheduler = createScheduler();
  const radio = createRadio({ scheduler, rng: createRng(seed) });
  const core = radio.endpoint("core");
  const car = radio.endpoint("car", [link]);
  const arrivals: Arrival[] = [];
  const sentUs: number[] = [];
  const receive = (up: boolean) => (_from: string, _topic: string, payload: Uint8Array): void => {
    const number = new DataView(payload.buffer).getUint32(0, true);
    arrivals.push({ number, sentUs: sentUs[number] as number, atUs: scheduler.nowUs(), up });
  };
  core.onReceive(receive(true));
  car.onReceive(receive(false));
  let now = 0;
  let accepted = 0;
  traffic.forEach(([waitUs, size, up], number) => {
    now += waitUs;
    scheduler.advanceTo(timeUs(now));
    const payload = new Uint8Array(size);
    new DataView(payload.buffer).setUint32(0, number, true);
    sentUs[number] = now;
    if ((up ? car : core).send(up ? "core" : "car", "t", payload).ok) accepted += 1;
  });
  scheduler.advanceTo(timeUs(now + 1_000_000_000));
  const hash = createStateHash();
  radio.hashInto(hash);
  return { arrivals, hash: hash.digest(), accepted, lost: radio.stats("core").lost + radio.stats("car").lost };
}

describe("radio properties", () => {
  it("never delivers before serialisation and fixed delay have passed", () => {
    fc.assert(fc.property(anyLink, anyTraffic, fc.string(), (link, traffic, seed) => {
      for (const a of play(link, traffic, seed).arrivals) {
        const [, size] = traffic[a.number] as readonly [number, number, boolean];
        expect(a.atUs - a.sentUs).toBeGreaterThanOrEqual(link.delayMs * 1000 + (size * 8_000_000) / link.bandwidthBps);
      }
    }), { numRuns: 200, seed: 1 });
  });

  it("without reordering, each direction delivers in the order of sending", () => {
    fc.assert(fc.property(anyLink, anyTraffic, fc.string(), (link, traffic, seed) => {
      const { arrivals } = play({ ...link, reorder: { numerator: 0, denominator: 1 } }, traffic, seed);
      for (const up of [true, false]) {
        const order = arrivals.filter((a) => a.up === up).map((a) => a.number);
        expect(order).toEqual([...order].sort((x, y) => x - y));
      }
    }), { numRuns: 200, seed: 2 });
  });

  it("every message is delivered once or counted lost", () => {
    fc.assert(fc.property(anyLink, anyTraffic, fc.string(), (link, traffic, seed) => {
      const { arrivals, accepted, lost } = play(link, traffic, seed);
      expect(new Set(arrivals.map((a) => a.number)).size).toBe(arrivals.length);
      expect(arrivals.length + lost).toBe(accepted);
    }), { numRuns: 200, seed: 3 });
  });

  it("same seed, same bits; the other direction's traffic moves nothing", () => {
    fc.assert(fc.property(anyLink, anyTraffic, fc.string(), (link, traffic, seed) => {
      const once = play(link, traffic, seed);
      expect(play(link, traffic, seed)).toEqual(once);
      let carried = 0;
      const onlyUp: [number, number, boolean][] = [];
      for (const [waitUs, size, up] of traffic) {
        carried += waitUs;
        if (!up) continue;
        onlyUp.push([carried, size, true]);
        carried = 0;
      }
      const up = play(link, onlyUp, seed).arrivals.map((a) => a.atUs);
      expect(up).toEqual(once.arrivals.filter((a) => a.up).map((a) => a.atUs));
    }), { numRuns: 100, seed: 4 });
  });
});
