import { describe, expect, it } from "vitest";
import type { LinkProfile } from "../../fleet-core/contract/profile.ts";
import { createScheduler, type Scheduler } from "../../fleet-core/kernel/clock.ts";
import { createStateHash } from "../../fleet-core/kernel/hash.ts";
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { createRadio, OVERHEAD_BYTES, PAYLOAD_BYTES_MAX, type Radio, type RadioEndpoint } from "./radio.ts";

const NEVER = { numerator: 0, denominator: 1 };
const link = (over: Partial<LinkProfile> = {}): LinkProfile => ({ id: "lte", kind: "lte", delayMs: 40, jitterMs: 0, loss: NEVER, reorder: NEVER, bandwidthBps: 8_000_000, ...over });
const bytes = (n: number, fill = 0): Uint8Array => new Uint8Array(n).fill(fill);

interface Net {
  scheduler: Scheduler;
  radio: Radio;
  core: RadioEndpoint;
  car: RadioEndpoint;
  /** [time µs, receiver, first payload byte] in order of arrival. */
  seen: [number, string, number][];
}

function net(links: readonly LinkProfile[], options: { seed?: string; limits?: Parameters<typeof createRadio>[0]["limits"]; duplicate?: { numerator: number; denominator: number } } = {}): Net {
  const scheduler = createScheduler();
  const radio = createRadio({ scheduler, rng: createRng(options.seed ?? "radio"), ...(options.limits ? { limits: options.limits } : {}), ...(options.duplicate ? { duplicate: options.duplicate } : {}) });
  const core = radio.endpoint("core");
  const car = radio.endpoint("v07", links);
  const seen: Net["seen"] = [];
  core.onReceive((_from, _topic, payload) => seen.push([scheduler.nowUs(), "core", payload[0] ?? -1]));
  car.onReceive((_from, _topic, payload) => seen.push([scheduler.nowUs(), "v07", payload[0] ?? -1]));
  return { scheduler, radio, core, car, seen };
}

const digest = (radio: Radio): string => {
  const hash = createStateHash();
  radio.hashInto(hash);
  return hash.digest();
};

describe("radio", () => {
  it("a message takes its serialisation time plus the fixed delay, and is never delivered inside send", () => {
    const { scheduler, core, car, seen } = net([link()]);
    expect(car.send("core", "telemetry", bytes(1000))).toEqual({ ok: true, value: undefined });
    scheduler.advanceTo(timeUs(0));
    expect(seen).toEqual([]);
    scheduler.advanceTo(timeUs(1_000_000));
    // 8 Mbit/s carries one byte a microsecond.
    expect(seen).toEqual([[1000 + "telemetry".length + OVERHEAD_BYTES + 40_000, "core", 0]]);
    core.send("v07", "command", bytes(10, 3));
    scheduler.advanceTo(timeUs(2_000_000));
    expect(seen[1]).toEqual([1_000_000 + 10 + "command".length + OVERHEAD_BYTES + 40_000, "v07", 3]);
  });

  it("messages wait for the air behind each other, each direction on its own", () => {
    const { scheduler, core, car, seen } = net([link({ bandwidthBps: 8_000 })]);
    const cost = (1 + 1 + OVERHEAD_BYTES) * 1000;
    car.send("core", "t", bytes(1, 1));
    car.send("core", "t", bytes(1, 2));
    core.send("v07", "t", bytes(1, 3));
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen).toEqual([[cost + 40_000, "core", 1], [cost + 40_000, "v07", 3], [2 * cost + 40_000, "core", 2]]);
  });

  it("a full queue refuses and says so; a payload beyond the limit is too large", () => {
    const { car, radio } = net([link({ bandwidthBps: 8_000 })], { limits: { queueBytes: 1000 } });
    const outcomes = Array.from({ length: 20 }, () => car.send("core", "t", bytes(35)));
    expect(outcomes.filter((o) => o.ok)).toHaveLength(10);
    expect(outcomes[19]).toEqual({ ok: false, error: "queue-full" });
    expect(car.send("core", "t", bytes(PAYLOAD_BYTES_MAX + 1))).toEqual({ ok: false, error: "too-large" });
    expect(radio.stats("v07")).toMatchObject({ sent: 10, sentBytes: 350, refused: 11 });
  });

  it("the number of messages on the way is bounded too", () => {
    const { car } = net([link({ delayMs: 60_000 })], { limits: { queueMessages: 5 } });
    expect(Array.from({ length: 7 }, () => car.send("core", "t", bytes(1)).ok)).toEqual([true, true, true, true, true, false, false]);
  });

  it("loses its share of messages, within four sigma for this seed", () => {
    const { scheduler, car, radio, seen } = net([link({ loss: { numerator: 1, denominator: 10 } })]);
    const n = 10_000;
    for (let i = 0; i < n; i += 1) {
      car.send("core", "t", bytes(1));
      scheduler.advanceTo(timeUs((i + 1) * 1000));
    }
    scheduler.advanceTo(timeUs(100_000_000));
    const lost = n - seen.length;
    expect(Math.abs(lost - n / 10)).toBeLessThan(4 * Math.sqrt(n * 0.1 * 0.9));
    expect(radio.stats("v07")).toMatchObject({ sent: n, lost });
    expect(radio.stats("core").delivered).toBe(n - lost);
  });

  it("a reordering path lets later messages overtake, at the profile's rate", () => {
    const { scheduler, car, seen } = net([link({ jitterMs: 20, reorder: { numerator: 1, denominator: 4 } })]);
    for (let i = 0; i < 200; i += 1) {
      car.send("core", "t", bytes(1, i));
      scheduler.advanceTo(timeUs((i + 1) * 5000));
    }
    scheduler.advanceTo(timeUs(10_000_000));
    const order = seen.map(([, , n]) => n);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(order.filter((n, i) => i > 0 && n < (order[i - 1] as number)).length).toBeGreaterThan(20);
  });

  it("nothing crosses a partition, not even what was on the way; after healing messages arrive again", () => {
    const { scheduler, radio, core, car, seen } = net([link()]);
    car.send("core", "t", bytes(1, 1));
    radio.setPartition("core", "v07", true);
    car.send("core", "t", bytes(1, 2));
    core.send("v07", "t", bytes(1, 3));
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen).toEqual([]);
    expect(radio.stats("v07")).toMatchObject({ sent: 2, lost: 2 });
    radio.setPartition("v07", "core", false);
    car.send("core", "t", bytes(1, 4));
    core.send("v07", "t", bytes(1, 5));
    scheduler.advanceTo(timeUs(2_000_000));
    expect(seen.map(([, to, n]) => [to, n])).toEqual([["core", 4], ["v07", 5]]);
  });

  it("link loss of 1 stops both directions, of one half about one half, of 0 none", () => {
    const run = (share: number): number => {
      const { scheduler, radio, core, car, seen } = net([link()]);
      radio.setLinkLoss("v07", share);
      for (let i = 0; i < 500; i += 1) {
        car.send("core", "t", bytes(1));
        core.send("v07", "t", bytes(1));
        scheduler.advanceTo(timeUs((i + 1) * 10_000));
      }
      scheduler.advanceTo(timeUs(60_000_000));
      return seen.length;
    };
    expect(run(0)).toBe(1000);
    expect(run(1)).toBe(0);
    expect(Math.abs(run(0.5) - 500)).toBeLessThan(64);
  });

  it("a fault does not move the path's own draws", () => {
    const arrivals = (faulty: boolean): readonly number[] => {
      const { scheduler, radio, car, seen } = net([link({ jitterMs: 50 })]);
      for (let i = 0; i < 60; i += 1) {
        radio.setLinkLoss("v07", faulty && i >= 20 && i < 40 ? 0.5 : 0);
        car.send("core", "t", bytes(1));
        scheduler.advanceTo(timeUs((i + 1) * 200_000));
      }
      return seen.map(([t]) => t).filter((t) => t >= 8_200_000);
    };
    expect(arrivals(true)).toEqual(arrivals(false));
    expect(arrivals(false).length).toBe(19);
  });

  it("a crashed core gets nothing and sends nothing; restarted, its new receiver gets what comes then", () => {
    const { scheduler, radio, core, car, seen } = net([link()]);
    car.send("core", "t", bytes(1, 1));
    radio.setDown("core", true);
    scheduler.advanceTo(timeUs(500_000));
    core.send("v07", "t", bytes(1, 2));
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen).toEqual([]);
    radio.setDown("core", false);
    const second: number[] = [];
    radio.endpoint("core").onReceive((_from, _topic, payload) => second.push(payload[0] as number));
    car.send("core", "t", bytes(1, 3));
    scheduler.advanceTo(timeUs(2_000_000));
    expect(second).toEqual([3]);
  });

  it("a message to nobody is lost and counted", () => {
    const { car, radio } = net([link()]);
    expect(car.send("nobody", "t", bytes(1)).ok).toBe(true);
    expect(radio.stats("v07")).toMatchObject({ sent: 1, lost: 1 });
  });

  it("the payload is taken as it was when sent", () => {
    const { scheduler, car, seen } = net([link()]);
    const payload = bytes(1, 7);
    car.send("core", "t", payload);
    payload[0] = 9;
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen[0]?.[2]).toBe(7);
  });

  it("between two vehicles a message goes up one path and down the other", () => {
    const { scheduler, radio, car } = net([link({ delayMs: 30 })]);
    const times: number[] = [];
    radio.endpoint("v08", [link({ delayMs: 500, kind: "satcom" })]).onReceive(() => times.push(scheduler.nowUs()));
    car.send("v08", "t", bytes(1));
    scheduler.advanceTo(timeUs(2_000_000));
    expect(times).toEqual([30_000 + 500_000 + 2 * (1 + 1 + OVERHEAD_BYTES)]);
  });

  it("duplicates arrive when asked for", () => {
    const { scheduler, car, seen } = net([link()], { duplicate: { numerator: 1, denominator: 1 } });
    car.send("core", "t", bytes(1, 4));
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen.map(([, , n]) => n)).toEqual([4, 4]);
  });
});

describe("choice of path", () => {
  const both = [link({ id: "nr", kind: "5g", delayMs: 10 }), link({ id: "sat", kind: "satcom", delayMs: 300 })];

  it("leaves a dead path at once, goes back to a better one only when it has been up for two seconds", () => {
    const { scheduler, radio, car } = net(both);
    expect(car.path()).toBe("nr");
    scheduler.advanceTo(timeUs(1_000_000));
    radio.setPathUp("v07", "nr", false);
    expect(car.path()).toBe("sat");
    scheduler.advanceTo(timeUs(3_000_000));
    radio.setPathUp("v07", "nr", true);
    scheduler.advanceTo(timeUs(4_999_999));
    expect(car.path()).toBe("sat");
    scheduler.advanceTo(timeUs(5_000_000));
    expect(car.path()).toBe("nr");
    radio.setPathUp("v07", "nr", false);
    radio.setPathUp("v07", "sat", false);
    expect(car.path()).toBeUndefined();
    radio.setPathUp("v07", "nr", true);
    expect(car.path()).toBe("nr");
    expect(radio.endpoint("core").path()).toBeUndefined();
  });

  it("a better path taken in silence counts as taken: when it dies, the best one that is up follows at once", () => {
    const { scheduler, radio, car } = net([...both, link({ id: "wifi", kind: "wifi" })]);
    radio.setPathUp("v07", "nr", false);
    radio.setPathUp("v07", "sat", false);
    expect(car.path()).toBe("wifi");
    scheduler.advanceTo(timeUs(1_000_000));
    radio.setPathUp("v07", "sat", true);
    scheduler.advanceTo(timeUs(2_000_000));
    radio.setPathUp("v07", "nr", true);
    scheduler.advanceTo(timeUs(3_500_000));
    radio.setPathUp("v07", "sat", false);
    expect(car.path()).toBe("nr");
  });

  it("a path that blinks is not gone back to", () => {
    const { scheduler, radio, car } = net(both);
    radio.setPathUp("v07", "nr", false);
    for (let second = 1; second <= 10; second += 1) {
      scheduler.advanceTo(timeUs(second * 1_000_000));
      radio.setPathUp("v07", "nr", true);
      scheduler.advanceTo(timeUs(second * 1_000_000 + 900_000));
      expect(car.path()).toBe("sat");
      radio.setPathUp("v07", "nr", false);
    }
  });

  it("what is on the way on a path that goes down is lost, even if the path comes back before its arrival", () => {
    const { scheduler, radio, car, seen } = net([link()]);
    car.send("core", "t", bytes(1, 1));
    scheduler.advanceTo(timeUs(10_000));
    radio.setPathUp("v07", "lte", false);
    car.send("core", "t", bytes(1, 2));
    scheduler.advanceTo(timeUs(20_000));
    radio.setPathUp("v07", "lte", true);
    car.send("core", "t", bytes(1, 3));
    scheduler.advanceTo(timeUs(1_000_000));
    expect(seen.map(([, , n]) => n)).toEqual([3]);
    expect(radio.stats("v07")).toMatchObject({ sent: 3, lost: 2 });
  });

  it("looking at the path never changes what happens", () => {
    const three = [...both, link({ id: "wifi", kind: "wifi" })];
    for (let seed = 0; seed < 30; seed += 1) {
      const run = (look: boolean): string => {
        const { scheduler, radio, car } = net(three);
        const rng = createRng(seed);
        for (let i = 0; i < 200; i += 1) {
          scheduler.advanceTo(timeUs(i * 500_000));
          const change = rng.below(8);
          if (change < 3) radio.setPathUp("v07", (three[change] as LinkProfile).id, rng.chance(1, 2));
          if (look) car.path();
        }
        car.send("core", "t", bytes(100));
        return digest(radio);
      };
      expect(run(true)).toBe(run(false));
    }
  });

  it("an outage empties what waits for the air", () => {
    const { scheduler, radio, car, core, seen } = net([link({ bandwidthBps: 8_000 })]);
    for (let i = 0; i < 100; i += 1) {
      car.send("core", "t", bytes(35));
      core.send("v07", "t", bytes(35));
    }
    scheduler.advanceTo(timeUs(1_000_000));
    radio.setPathUp("v07", "lte", false);
    radio.setPathUp("v07", "lte", true);
    const before = seen.length;
    car.send("core", "t", bytes(35, 8));
    core.send("v07", "t", bytes(35, 9));
    scheduler.advanceTo(timeUs(1_140_000));
    expect(seen.slice(before)).toEqual([[1_140_000, "core", 8], [1_140_000, "v07", 9]]);
  });

  it("an unknown path or endpoint is a broken assumption", () => {
    const { radio } = net(both);
    expect(() => radio.setPathUp("v07", "wifi", false)).toThrow('no radio path "wifi", there are nr, sat');
    expect(() => radio.setDown("v99", true)).toThrow('no endpoint "v99"');
    expect(() => radio.setPathUp("core", "nr", false)).toThrow("fixed");
  });
});
