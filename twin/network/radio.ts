/**
 * Simulated radio as kernel `Transport`s: delay, jitter, loss, reordering, bandwidth and outages between vehicles and the
 * fixed network. Star: a message from an endpoint with radio paths goes up its chosen path, one to such an endpoint comes
 * down that one's path; fixed endpoints reach each other at once. Must never deliver inside `send`, look at a clock of
 * its own or draw from a generator shared by two directions.
 */
import type { LinkProfile } from "../../fleet-core/contract/profile.ts";
import type { Scheduler } from "../../fleet-core/kernel/clock.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { Transport } from "../../fleet-core/kernel/ports.ts";
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import { createPath, createPathChoice, type Path, type PathChoice, type Ratio, SWITCH_BACK_US } from "./path.ts";

/** Largest payload of one message [byte]. */
export const PAYLOAD_BYTES_MAX = 65_536;
/** Framing and addressing that each message costs on the air besides its topic and payload [byte]. */
export const OVERHEAD_BYTES = 64;
/** Fault shares become integer ratios of this denominator. */
const SHARE_PARTS = 1_000_000;

export interface RadioLimits {
  /** Bytes that may wait for the air, per path and direction. */
  readonly queueBytes: number;
  /** Messages on the way, per path and direction. */
  readonly queueMessages: number;
  readonly endpoints: number;
  /** How long a preferred path must have been up before a vehicle goes back to it. */
  readonly switchBackUs: number;
}

export const RADIO_LIMITS: RadioLimits = { queueBytes: 262_144, queueMessages: 1024, endpoints: 10_000, switchBackUs: SWITCH_BACK_US };

export interface RadioStats {
  /** Messages this endpoint handed over and the radio took. */
  readonly sent: number;
  /** Payload bytes of those. */
  readonly sentBytes: number;
  /** Messages refused with `too-large` or `queue-full`. */
  readonly refused: number;
  /** Messages this endpoint sent that will never arrive. */
  readonly lost: number;
  /** Messages handed to this endpoint's receiver; duplicates count. */
  readonly delivered: number;
  /** Payload bytes of those. */
  readonly deliveredBytes: number;
}

export interface RadioEndpoint extends Transport {
  /** Id of the radio path in use; undefined when none is up, or for a fixed endpoint. */
  path(): string | undefined;
}

export interface Radio {
  /**
   * The endpoint `id`; made on the first call. `links`: its radio paths in order of preference, none for a fixed one.
   * A later call (a restarted core) gives the same endpoint; its receiver may be replaced.
   */
  endpoint(id: string, links?: readonly LinkProfile[]): RadioEndpoint;
  /** While on, nothing crosses between `a` and `b`, messages on the way included. */
  setPartition(a: string, b: string, on: boolean): void;
  /** Share (0 to 1) of messages lost besides each path's own loss, both ways, on every path of `id`. */
  setLinkLoss(id: string, share: number): void;
  /** Path outage; what is on the way on a path that goes down is lost. */
  setPathUp(id: string, pathId: string, up: boolean): void;
  /** A crashed endpoint neither receives nor sends. */
  setDown(id: string, down: boolean): void;
  stats(id: string): RadioStats;
  hashInto(hash: StateHash): void;
}

interface Endpoint {
  readonly id: string;
  readonly choice: PathChoice | undefined;
  linkLossParts: number;
  down: boolean;
  receive: ((from: string, topic: string, payload: Uint8Array) => void) | undefined;
  readonly stats: { -readonly [K in keyof RadioStats]: RadioStats[K] };
  readonly transport: RadioEndpoint;
}

interface Message {
  readonly from: Endpoint;
  readonly to: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly bytes: number;
}

/** `duplicate`: probability that a message arrives twice on one hop; absent means never. */
export function createRadio(options: { scheduler: Scheduler; rng: Rng; limits?: Partial<RadioLimits>; duplicate?: Ratio }): Radio {
  const { scheduler, rng, duplicate } = options;
  const limits: RadioLimits = { ...RADIO_LIMITS, ...options.limits };
  const endpoints = new Map<string, Endpoint>();
  const partitions = new Set<string>();
  /** Mixes time and size of every message taken, so that a hash sees what is on the way. */
  let trail = 0;

  const pair = (a: string, b: string): string => (a < b ? JSON.stringify([a, b]) : JSON.stringify([b, a]));
  const parted = (a: string, b: string): boolean => partitions.size > 0 && partitions.has(pair(a, b));
  function known(id: string): Endpoint {
    const endpoint = endpoints.get(id);
    invariant(endpoint !== undefined, `the radio knows no endpoint "${id}"`);
    return endpoint;
  }

  /** One hop over `path`; calls `arrive` when it came through, else counts the message lost. False: queue full. */
  function hop(path: Path, up: boolean, owner: Endpoint, message: Message, arrive: () => void): boolean {
    const direction = up ? path.up : path.down;
    const timing = direction.admit(scheduler.nowUs(), message.bytes, limits);
    if (timing === undefined) return false;
    const epoch = path.epoch;
    const faulted = owner.linkLossParts > 0 && direction.faultRng.chance(owner.linkLossParts, SHARE_PARTS);
    const copies = duplicate !== undefined && direction.rng.chance(duplicate.numerator, duplicate.denominator) ? 2 : 1;
    trail = Math.imul(trail ^ (timing.arriveUs % 4294967296), 0x01000193) ^ message.bytes;
    scheduler.at(timing.arriveUs as TimeUs, () => {
      direction.inFlight -= 1;
      if (timing.lost || faulted || path.epoch !== epoch) {
        message.from.stats.lost += 1;
        return;
      }
      for (let i = 0; i < copies; i += 1) arrive();
    });
    return true;
  }

  function deliver(message: Message): void {
    const to = endpoints.get(message.to);
    if (to === undefined || to.down || to.receive === undefined || parted(message.from.id, message.to)) {
      message.from.stats.lost += 1;
      return;
    }
    to.stats.delivered += 1;
    to.stats.deliveredBytes += message.payload.length;
    to.receive(message.from.id, message.topic, message.payload);
  }

  /** Last hop, to an endpoint with radio paths. */
  function goDown(message: Message, to: Endpoint, choice: PathChoice): "sent" | "no-path" | "full" {
    const path = choice.current(scheduler.nowUs());
    if (path === undefined) return "no-path";
    return hop(path, false, to, message, () => deliver(message)) ? "sent" : "full";
  }

  function send(from: Endpoint, toId: string, topic: string, payload: Uint8Array): Result<void, "too-large" | "queue-full"> {
    if (payload.length > PAYLOAD_BYTES_MAX) {
      from.stats.refused += 1;
      return err("too-large");
    }
    const to = endpoints.get(toId);
    const message: Message = { from, to: toId, topic, payload: payload.slice(), bytes: payload.length + topic.length + OVERHEAD_BYTES };
    let outcome: "sent" | "no-path" | "full";
    if (from.down || to === undefined || parted(from.id, toId)) {
      outcome = "no-path";
    } else if (from.choice === undefined) {
      if (to.choice === undefined) {
        scheduler.at(scheduler.nowUs(), () => deliver(message));
        outcome = "sent";
      } else {
        outcome = goDown(message, to, to.choice);
      }
    } else {
      const path = from.choice.current(scheduler.nowUs());
      const { choice } = to;
      const arrive = choice === undefined ? () => deliver(message) : () => {
        if (goDown(message, to, choice) !== "sent") from.stats.lost += 1;
      };
      outcome = path === undefined ? "no-path" : hop(path, true, from, message, arrive) ? "sent" : "full";
    }
    if (outcome === "full") {
      from.stats.refused += 1;
      return err("queue-full");
    }
    from.stats.sent += 1;
    from.stats.sentBytes += payload.length;
    if (outcome === "no-path") from.stats.lost += 1;
    return ok(undefined);
  }

  return {
    endpoint(id, links = []) {
      const existing = endpoints.get(id);
      if (existing !== undefined) {
        invariant(links.length === 0 || existing.choice !== undefined, `endpoint "${id}" is fixed and cannot be given radio paths`);
        return existing.transport;
      }
      invariant(endpoints.size < limits.endpoints, `at most ${limits.endpoints} radio endpoints`);
      const choice = links.length === 0 ? undefined : createPathChoice(links.map((link) => createPath(link, rng.fork(`${id}/${link.id}`), scheduler.nowUs())), limits.switchBackUs);
      const endpoint: Endpoint = {
        id,
        choice,
        linkLossParts: 0,
        down: false,
        receive: undefined,
        stats: { sent: 0, sentBytes: 0, refused: 0, lost: 0, delivered: 0, deliveredBytes: 0 },
        transport: {
          send: (to, topic, payload) => send(endpoint, to, topic, payload),
          onReceive: (receive) => {
            endpoint.receive = receive;
          },
          path: () => choice?.current(scheduler.nowUs())?.link.id,
        },
      };
      endpoints.set(id, endpoint);
      return endpoint.transport;
    },
    setPartition(a, b, on) {
      if (on) partitions.add(pair(a, b));
      else partitions.delete(pair(a, b));
    },
    setLinkLoss(id, share) {
      invariant(share >= 0 && share <= 1, `a share lies between 0 and 1, is ${share}`);
      known(id).linkLossParts = Math.round(share * SHARE_PARTS);
    },
    setPathUp(id, pathId, up) {
      const { choice } = known(id);
      invariant(choice !== undefined, `endpoint "${id}" is fixed and has no radio paths`);
      choice.setUp(pathId, up, scheduler.nowUs());
    },
    setDown(id, down) {
      known(id).down = down;
    },
    stats: (id) => ({ ...known(id).stats }),
    hashInto(hash) {
      hash.number(trail);
      hash.number(endpoints.size);
      for (const e of endpoints.values()) {
        hash.text(e.id);
        hash.number(e.linkLossParts);
        hash.number(e.down ? 1 : 0);
        hash.number(e.stats.sent);
        hash.number(e.stats.sentBytes);
        hash.number(e.stats.refused);
        hash.number(e.stats.lost);
        hash.number(e.stats.delivered);
        hash.number(e.stats.deliveredBytes);
        e.choice?.hashInto(hash, scheduler.nowUs());
      }
      hash.number(partitions.size);
      for (const key of [...partitions].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0))) hash.text(key);
    },
  };
}
