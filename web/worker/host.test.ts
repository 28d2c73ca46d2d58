import { expect, test } from "vitest";
import type { Fault } from "../../fleet-core/contract/fault.ts";
import type { ServerMessage } from "../protocol.ts";
import { createTwinHost, type TwinHost } from "./host.ts";
import { createTestRun, type TestRun } from "./test-run.ts";

interface Rig {
  readonly host: TwinHost;
  readonly run: TestRun;
  readonly sent: ServerMessage[];
  /** Pumps every 10 ms of a simulated wall clock. */
  pass(ms: number): void;
  of<K extends ServerMessage["kind"]>(kind: K): Extract<ServerMessage, { kind: K }>[];
}

function rig(options: { endTick?: number; costMs?: number; renew?: boolean; startOverMs?: number; plan?: readonly Fault[] } = {}): Rig {
  const sent: ServerMessage[] = [];
  let clockMs = 0;
  const run = createTestRun(options.endTick, options.plan);
  // Each look at the clock costs as much as a slow machine's four ticks would.
  const host = createTwinHost({ run, send: (m) => sent.push(m), now: () => (clockMs += options.costMs ?? 0), ...(options.renew === true ? { renew: () => createTestRun() } : {}), ...(options.startOverMs === undefined ? {} : { startOverMs: options.startOverMs }) });
  host.pump(0);
  let wallMs = 0;
  return {
    host,
    run,
    sent,
    pass(ms) {
      for (let end = wallMs + ms; wallMs < end; ) {
        wallMs += 10;
        clockMs = Math.max(clockMs, wallMs);
        host.pump(wallMs);
      }
    },
    of: (kind) => sent.filter((m) => m.kind === kind) as never,
  };
}

test("at speed 1 a second of wall clock is a hundred ticks, at 4 four hundred, paused none", () => {
  const r = rig();
  r.pass(1000);
  expect(r.run.tick).toBe(100);
  r.host.receive({ kind: "speed", factor: 4 });
  r.pass(1000);
  expect(r.run.tick).toBe(500);
  r.host.receive({ kind: "pause" });
  r.pass(1000);
  expect(r.run.tick).toBe(500);
  r.host.receive({ kind: "play" });
  r.pass(100);
  expect(r.run.tick).toBe(540);
});

test("a quarter of the speed still counts every tick, with no drift", () => {
  const r = rig();
  r.host.receive({ kind: "speed", factor: 0.25 });
  r.pass(4000);
  expect(r.run.tick).toBe(100);
});

test("frames come about 25 a second, one per tick when stepped, and none twice", () => {
  const r = rig();
  r.pass(1000);
  const ticks = r.of("frames").flatMap((m) => m.frames.map((f) => f.tick));
  expect(ticks.length).toBeGreaterThanOrEqual(24);
  expect(ticks.length).toBeLessThanOrEqual(27);
  expect(new Set(ticks).size).toBe(ticks.length);
  r.sent.length = 0;
  r.host.receive({ kind: "step", ticks: 3 });
  expect(r.of("frames").flatMap((m) => m.frames.map((f) => f.tick))).toEqual([101, 102, 103]);
  expect(r.host.status.playing).toBe(false);
});

test("a roster goes out before the first frame that needs it", () => {
  const r = rig();
  r.pass(4000);
  const known = new Set<number>();
  for (const m of r.sent) {
    if (m.kind === "roster") known.add(m.version);
    if (m.kind === "frames") for (const f of m.frames) expect(known.has(f.rosterVersion), `roster ${f.rosterVersion} before tick ${f.tick}`).toBe(true);
  }
  expect(known).toEqual(new Set([1, 2]));
});

test("a slow machine drops behind instead of saving up a debt", () => {
  const r = rig({ costMs: 30 });
  r.pass(1000);
  expect(r.run.tick).toBeGreaterThan(50);
  r.host.receive({ kind: "pause" });
  const before = r.run.tick;
  r.host.receive({ kind: "play" });
  r.pass(10);
  expect(r.run.tick - before).toBeLessThanOrEqual(5);
});

test("goto runs to exactly its tick and pauses there when asked", () => {
  const r = rig();
  r.host.receive({ kind: "goto", tick: 2222, pause: true });
  r.pass(2000);
  expect(r.run.tick).toBe(2222);
  expect(r.host.status).toMatchObject({ playing: false, goalTick: undefined });
  const frames = r.of("frames").flatMap((m) => m.frames);
  expect(frames.at(-1)?.tick).toBe(2222);
});

test("the state hash of every whole second is sent, and of the present tick on request", () => {
  const r = rig();
  r.pass(2500);
  expect(r.of("hashes").flatMap((m) => m.hashes.map(([tick]) => tick))).toEqual([100, 200]);
  r.host.receive({ kind: "hash" });
  expect(r.of("hashes").at(-1)?.hashes[0]?.[0]).toBe(250);
});

test("a fault is answered by the tick at which the vehicle decided, and why", () => {
  const r = rig();
  r.pass(500);
  r.host.receive({ kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 0.5, forS: 10 } });
  expect(r.of("decision")[0]?.decision).toMatchObject({ injectedTick: 50, fault: { atS: 0.5, clearS: 10.5 }, changes: [] });
  r.pass(500);
  const last = r.of("decision").at(-1)?.decision;
  expect(last?.changes).toHaveLength(1);
  expect(last?.changes[0]).toMatchObject({ tick: 56, behaviour: "mrm", reason: { code: "brake-weak" } });
});

test("what cannot be done is refused with a reason", () => {
  const r = rig();
  r.host.receive({ kind: "inject", fault: { kind: "brake-fade", target: "nobody", severity: 1, forS: undefined } });
  r.host.receive({ kind: "inject", fault: { kind: "earthquake" as never, target: "bus-1", severity: 1, forS: undefined } });
  r.host.receive({ kind: "release", vehicleId: "bus-1" });
  r.host.receive({ kind: "restart" });
  expect(r.of("refused").map((m) => m.control)).toEqual(["inject", "inject", "release", "restart"]);
  expect(r.of("refused")[0]?.reason).toContain("nobody");
});

test("a viewer that comes late is told the map, the past, the events and the present", () => {
  const r = rig();
  r.pass(5000);
  const welcome = r.host.welcome();
  expect(welcome[0]).toMatchObject({ kind: "hello", untilTick: 100_000 });
  const versions = new Set(welcome.flatMap((m) => (m.kind === "roster" ? [m.version] : [])));
  const frames = welcome.flatMap((m) => (m.kind === "frames" ? m.frames : []));
  expect(frames.at(-1)?.tick).toBe(500);
  expect(frames.length).toBeGreaterThan(10);
  expect(frames.every((f) => versions.has(f.rosterVersion))).toBe(true);
  expect(welcome.flatMap((m) => (m.kind === "notes" ? m.notes : [])).length).toBe(10);
  expect(welcome.at(-1)).toMatchObject({ kind: "status", status: { tick: 500 } });
});

test("the run's end stops the clock and brings the verdict; a restart begins at tick 0 with a new greeting", () => {
  const r = rig({ endTick: 120, renew: true });
  r.pass(3000);
  expect(r.run.tick).toBe(120);
  expect(r.host.status).toMatchObject({ ended: "until", verdict: "pass", playing: false });
  r.sent.length = 0;
  r.host.receive({ kind: "restart" });
  expect(r.of("hello")).toHaveLength(1);
  expect(r.host.run.tick).toBe(0);
  r.pass(100);
  expect(r.host.run.tick).toBe(10);
});

test("an ended run begins again by itself when its owner wants that, and only after the pause", () => {
  const r = rig({ endTick: 50, renew: true, startOverMs: 2000 });
  r.pass(2000);
  expect(r.host.run.tick).toBe(50);
  r.pass(1000);
  expect(r.host.run).not.toBe(r.run);
  expect(r.host.status).toMatchObject({ playing: true, ended: undefined });
  expect(r.host.run.tick).toBeGreaterThan(0);
});

test("a fault that came with the run is watched from the tick it begins", () => {
  const r = rig({ plan: [{ kind: "brake-fade", target: "bus-1", atS: 0.755, severity: 0.5 }] });
  r.pass(700);
  expect(r.of("decision")).toEqual([]);
  r.pass(500);
  const last = r.of("decision").at(-1)?.decision;
  expect(last).toMatchObject({ injectedTick: 76, before: { behaviour: "cruise" } });
  expect(last?.changes[0]?.tick).toBe(82);
});
