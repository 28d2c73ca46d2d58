import { describe, expect, test } from "vitest";
import { commandAckSchema } from "../fleet-core/contract/command.ts";
import { telemetrySchema } from "../fleet-core/contract/telemetry.ts";
import { isoUtc } from "../fleet-core/kernel/time.ts";
import { REMEMBERED_MAX } from "./commands.ts";
import { createTestWorld, EPOCH_MS, profileOf, type TestVehicle, type TestWorld } from "./test-harness.ts";
import { createTestMap } from "./test-map.ts";

const profile = profileOf("ride-hail-sedan");
const map = createTestMap([{ id: "1", pieces: [{ lengthM: 1500, curvature: 0 }], lanes: [-1, 1] }]);
const stop = (name: string, sM: number, dwellS = 1, lane = -1) => ({ name, road: "1", lane, sM, dwellS });
const mission = (over: Record<string, unknown> = {}) => ({ mission: { mission_id: "m1", vehicle_class: "ride-hail-sedan", requested_at_s: 0, repeat: false, stops: [stop("a", 120), stop("b", 240)], ...over } });

function ready(): { world: TestWorld; v: TestVehicle } {
  const world = createTestWorld({ map, vehicles: [{ profile }] });
  world.heartbeat(true);
  world.run(1);
  return { world, v: world.vehicles[0]! };
}
const iso = (world: TestWorld, offsetS = 0): string => isoUtc(EPOCH_MS, Math.round((world.nowS() + offsetS) * 1e6));
const raw = (world: TestWorld, over: Record<string, unknown>) => ({ command_id: "x1", vehicle_id: "v1", timestamp: iso(world), command_type: "PAUSE", ...over });

describe("every command is answered", () => {
  test.each<[string, (world: TestWorld) => Record<string, unknown>, string, string]>([
    ["to another vehicle", (w) => raw(w, { vehicle_id: "v2" }), "REJECTED", "wrong-vehicle"],
    ["expired", (w) => raw(w, { expiration: iso(w, -1) }), "REJECTED", "expired"],
    ["still valid", (w) => raw(w, { expiration: iso(w, 10) }), "EXECUTED", "at-rest"],
    ["from the future", (w) => raw(w, { timestamp: iso(w, 3600) }), "REJECTED", "from-the-future"],
    ["of an unknown type", (w) => raw(w, { command_type: "FLY" }), "REJECTED", "invalid"],
    ["with a field of a later version", (w) => raw(w, { colour: "red" }), "EXECUTED", "at-rest"],
    ["of a type that is no text", (w) => raw(w, { command_type: 7 }), "REJECTED", "invalid"],
    ["with a date that is none", (w) => raw(w, { timestamp: "yesterday" }), "REJECTED", "invalid"],
    ["CHANGE_OPERATIONAL_MODE", (w) => raw(w, { command_type: "CHANGE_OPERATIONAL_MODE" }), "REJECTED", "unsupported-in-this-version"],
    ["UPDATE_ROUTE", (w) => raw(w, { command_type: "UPDATE_ROUTE" }), "REJECTED", "unsupported-in-this-version"],
    ["DIAGNOSTICS", (w) => raw(w, { command_type: "DIAGNOSTICS" }), "REJECTED", "unsupported-in-this-version"],
    ["OTA_UPDATE", (w) => raw(w, { command_type: "OTA_UPDATE" }), "REJECTED", "unsupported-in-this-version"],
    ["ASSIGN_MISSION without a mission", (w) => raw(w, { command_type: "ASSIGN_MISSION" }), "REJECTED", "invalid-mission"],
    ["ASSIGN_MISSION for another class", (w) => raw(w, { command_type: "ASSIGN_MISSION", payload: mission({ vehicle_class: "public-transit-bus" }) }), "REJECTED", "wrong-class"],
    ["ASSIGN_MISSION for another vehicle", (w) => raw(w, { command_type: "ASSIGN_MISSION", payload: mission({ vehicle_id: "v9" }) }), "REJECTED", "wrong-vehicle"],
    ["ASSIGN_MISSION to a place that is not there", (w) => raw(w, { command_type: "ASSIGN_MISSION", payload: mission({ stops: [{ ...stop("nowhere", 10), road: "77" }] }) }), "REJECTED", "no-such-place"],
    ["ASSIGN_MISSION to a place out of reach", (w) => raw(w, { command_type: "ASSIGN_MISSION", payload: mission({ stops: [stop("other side", 100, 1, 1)] }) }), "REJECTED", "unreachable"],
    ["ASSIGN_MISSION with no stops", (w) => raw(w, { command_type: "ASSIGN_MISSION", payload: mission({ stops: [] }) }), "REJECTED", "invalid-mission"],
    ["CANCEL_MISSION of an unknown mission", (w) => raw(w, { command_type: "CANCEL_MISSION", payload: { mission_id: "zz" } }), "REJECTED", "no-such-mission"],
    ["CANCEL_MISSION with nothing to cancel", (w) => raw(w, { command_type: "CANCEL_MISSION" }), "EXECUTED", "done"],
    ["RESUME with nothing to resume", (w) => raw(w, { command_type: "RESUME" }), "EXECUTED", "done"],
    ["RESUME with a release that is no boolean", (w) => raw(w, { command_type: "RESUME", payload: { release: "yes" } }), "REJECTED", "invalid-payload"],
    ["PAUSE", (w) => raw(w, {}), "EXECUTED", "at-rest"],
    ["SAFE_STOP", (w) => raw(w, { command_type: "SAFE_STOP" }), "EXECUTED", "at-rest"],
    ["EMERGENCY_STOP", (w) => raw(w, { command_type: "EMERGENCY_STOP" }), "EXECUTED", "at-rest"],
  ])("%s: as it deserves", (_name, make, outcome, code) => {
    const { world, v } = ready();
    v.send("command", make(world));
    world.run(2);
    const acks = v.acks.filter((ack) => ack.command_id === "x1");
    expect(acks.at(-1), JSON.stringify(acks)).toMatchObject({ outcome, reason_code: code, vehicle_id: "v1" });
    for (const ack of acks) expect(commandAckSchema.safeParse(ack).success).toBe(true);
    expect(acks[0]?.outcome).toBe(outcome === "REJECTED" ? "REJECTED" : "ACCEPTED");
  });

  test("bytes that are no command are logged, not answered, and change nothing", () => {
    const { world, v } = ready();
    const before = v.acks.length;
    for (const bytes of [new Uint8Array(0), new Uint8Array([0xff, 0xfe, 0x00]), new TextEncoder().encode("{}"), new TextEncoder().encode('{"command_id":'), new TextEncoder().encode("x".repeat(100_000)), new TextEncoder().encode("[".repeat(50_000))]) v.sendBytes("command", bytes);
    world.run(1);
    expect(v.acks.length).toBe(before);
    expect(v.log.filter((line) => line.includes("command.unreadable"))).toHaveLength(6);
    expect(v.status().mrm.kind).toBe("none");
  });

  test("a message that is not from the core is ignored and logged", () => {
    const { world, v } = ready();
    v.send("command", raw(world, { command_type: "EMERGENCY_STOP" }), "mallory");
    world.run(1);
    expect(v.status().mrm.kind).toBe("none");
    expect(v.acks).toHaveLength(0);
    expect(v.log.some((line) => line.includes("inbox.stranger"))).toBe(true);
  });

  test("more messages than fit are dropped by name", () => {
    const { world, v } = ready();
    for (let i = 0; i < 80; i += 1) v.order("RESUME", undefined, `r${i}`);
    world.run(1);
    expect(v.log.filter((line) => line.includes("inbox.full"))).toHaveLength(16);
    expect(v.lastAck("r63")).toBeDefined();
    expect(v.lastAck("r64")).toBeUndefined();
  });

  test("answers wait while the radio queue is full", () => {
    const { world, v } = ready();
    v.faults.uplinkFull = true;
    const c = v.order("PAUSE");
    world.run(1);
    expect(v.acks).toHaveLength(0);
    v.faults.uplinkFull = false;
    world.run(0.1);
    expect(v.acks.map((ack) => [ack.command_id, ack.outcome])).toEqual([[c, "ACCEPTED"], [c, "EXECUTED"]]);
  });
});

describe("a command is done once", () => {
  test("a duplicate is answered with its latest outcome and not repeated", () => {
    const { world, v } = ready();
    v.order("ASSIGN_MISSION", mission(), "a1");
    world.run(1);
    v.order("ASSIGN_MISSION", mission(), "a1");
    world.run(0.1);
    expect(v.acks.map((ack) => ack.outcome)).toEqual(["ACCEPTED", "ACCEPTED"]);
    world.run(60);
    v.order("ASSIGN_MISSION", mission(), "a1");
    world.run(5);
    expect(v.acks.at(-1)).toMatchObject({ command_id: "a1", outcome: "EXECUTED" });
    expect(v.status().missionId).toBeUndefined();
  });

  test("an old stop that comes again after its release does not stop the vehicle again", () => {
    const { world, v } = ready();
    v.order("SAFE_STOP", undefined, "s1");
    world.run(2);
    v.order("RESUME", { release: true }, "r1");
    world.run(1);
    v.order("SAFE_STOP", undefined, "s1");
    world.run(1);
    expect(v.status().mrm.kind).toBe("none");
    expect(v.acks.at(-1)).toMatchObject({ command_id: "s1", outcome: "EXECUTED" });
  });

  test("a late copy of an older order does not undo a newer one", () => {
    const { world, v } = ready();
    v.send("command", raw(world, { command_id: "new", command_type: "SAFE_STOP" }));
    world.run(2);
    v.send("command", raw(world, { command_id: "old", command_type: "RESUME", payload: { release: true }, timestamp: iso(world, -3) }));
    world.run(1);
    expect(v.lastAck("old")).toMatchObject({ outcome: "REJECTED", reason_code: "stale" });
    expect(v.status().mrm.kind).toBe("succeeded");
  });

  test("memory of outcomes is bounded", () => {
    const { world, v } = ready();
    v.order("RESUME", undefined, "first");
    for (let i = 0; i < REMEMBERED_MAX; i += 1) {
      v.order("RESUME", undefined, `n${i}`);
      if (i % 50 === 0) world.run(0.1);
    }
    world.run(0.1);
    const before = v.acks.filter((ack) => ack.command_id === "first").length;
    v.order("RESUME", undefined, "first");
    world.run(0.1);
    // Forgotten, so it is handled as new: two answers instead of one.
    expect(v.acks.filter((ack) => ack.command_id === "first").length).toBe(before + 2);
  });

  test("a second mission is refused while one is under way", () => {
    const { world, v } = ready();
    v.order("ASSIGN_MISSION", mission());
    world.run(1);
    const c = v.order("ASSIGN_MISSION", mission({ mission_id: "m2" }));
    world.run(0.1);
    expect(v.lastAck(c)).toMatchObject({ outcome: "REJECTED", reason_code: "busy" });
  });
});

describe("a mission", () => {
  test("is driven stop by stop, with progress that only grows, and reported done", () => {
    const { world, v } = ready();
    const c = v.order("ASSIGN_MISSION", mission());
    let last = 0;
    const dwelt: number[] = [];
    world.run(60, () => {
      const s = v.status();
      if (s.missionId !== undefined) {
        expect(s.missionProgressRatio).toBeGreaterThanOrEqual(last - 1e-3);
        last = s.missionProgressRatio;
      }
      if (s.behaviour === "dwell" && (dwelt.length === 0 || Math.abs((dwelt.at(-1) ?? 0) - v.xM) > 5)) dwelt.push(v.xM);
    });
    expect(dwelt.map(Math.round), v.log.join("\n")).toEqual([120, 240]);
    expect(v.lastAck(c)).toMatchObject({ outcome: "EXECUTED" });
    expect(v.status()).toMatchObject({ behaviour: "idle", operationalState: "READY", missionId: undefined });
  });

  test("is paused and goes on where it was", () => {
    const { world, v } = ready();
    const c = v.order("ASSIGN_MISSION", mission());
    world.run(5);
    const p = v.order("PAUSE");
    world.run(10);
    expect(v.speedMps).toBe(0);
    expect(v.status()).toMatchObject({ behaviour: "paused", missionId: "m1" });
    expect(v.lastAck(p)).toMatchObject({ outcome: "EXECUTED", reason_code: "at-rest" });
    v.order("RESUME");
    world.run(60);
    expect(v.lastAck(c)).toMatchObject({ outcome: "EXECUTED" });
  });

  test("is cancelled: the vehicle comes to rest, the mission has failed as cancelled, a new one is taken", () => {
    const { world, v } = ready();
    const c = v.order("ASSIGN_MISSION", mission());
    world.run(6);
    expect(v.speedMps).toBeGreaterThan(5);
    const k = v.order("CANCEL_MISSION", { mission_id: "m1" });
    world.run(10);
    expect(v.lastAck(c)).toMatchObject({ outcome: "FAILED", reason_code: "cancelled" });
    expect(v.lastAck(k)).toMatchObject({ outcome: "EXECUTED" });
    expect(v.speedMps).toBe(0);
    const again = v.order("ASSIGN_MISSION", mission({ mission_id: "m2", stops: [stop("c", 400)] }));
    world.run(50);
    expect(v.lastAck(again)).toMatchObject({ outcome: "EXECUTED" });
  });

  test("is finished after a manoeuvre and its release", () => {
    const { world, v } = ready();
    const c = v.order("ASSIGN_MISSION", mission());
    world.run(5);
    v.order("EMERGENCY_STOP");
    world.run(10);
    expect(v.status()).toMatchObject({ behaviour: "held", missionId: "m1" });
    v.order("RESUME", { release: true });
    world.run(60);
    expect(v.lastAck(c), v.log.join("\n")).toMatchObject({ outcome: "EXECUTED" });
  });
});

describe("telemetry", () => {
  test("comes once a second, counts from 1, satisfies the contract, and says what the estimate says", () => {
    const { world, v } = ready();
    v.order("ASSIGN_MISSION", mission());
    world.run(29);
    expect(v.telemetry.length).toBeGreaterThanOrEqual(29);
    let sequence = 0;
    for (const message of v.telemetry) {
      const parsed = telemetrySchema.safeParse(message);
      expect(parsed.success, JSON.stringify(message)).toBe(true);
      if (!parsed.success) continue;
      sequence += 1;
      expect(parsed.data.sequence).toBe(sequence);
      expect(parsed.data.position.accuracy).toBeLessThan(0.5);
    }
    const last = telemetrySchema.parse(v.telemetry.at(-1));
    expect(last.mission).toMatchObject({ mission_id: "m1" });
    expect(last.status.operational_state).toBe("BUSY");
    expect(last.position.heading).toBeCloseTo(90, 0);
    expect(last.position.latitude).toBeCloseTo(48.1, 3);
  });
});

test("the same inputs give the same bits; another seed gives others", () => {
  const play = (seed: string): string => {
    const world = createTestWorld({ map, seed, vehicles: [{ profile }, { profile: profileOf("public-transit-bus"), sM: 60, cruiseMps: 6 }] });
    world.heartbeat(true);
    world.run(1);
    world.vehicles[0]!.order("ASSIGN_MISSION", mission());
    world.vehicles[1]!.faults.cameraSilent = true;
    world.run(20);
    world.vehicles[0]!.order("SAFE_STOP");
    world.run(10);
    return world.hash();
  };
  expect(play("a")).toBe(play("a"));
  expect(play("a")).not.toBe(play("b"));
});

test("a broken assumption inside a tick becomes an emergency stop that is logged and held", () => {
  const broken = { ...map, locate: () => ({ road: "1", lane: -1, sM: NaN, offsetM: 0, tM: 0, distanceM: 0 }), straightOn: () => ({ ...map.straightOn({ road: "1", lane: -1, sM: 0, offsetM: 0 }, 300), xM: new Float64Array(601).fill(NaN) }) };
  const world = createTestWorld({ map: broken, vehicles: [{ profile, cruiseMps: 10, speedMps: 10 }] });
  const v = world.vehicles[0]!;
  world.run(15);
  expect(v.log.some((line) => line.includes("agent.invariant"))).toBe(true);
  expect(v.status().mrm).toMatchObject({ kind: "succeeded", behaviour: "emergency-stop", reason: { code: "invariant" } });
  expect(v.speedMps).toBe(0);
  expect(v.command.hazard).toBe(true);
});
