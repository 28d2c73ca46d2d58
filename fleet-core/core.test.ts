import { describe, expect, test } from "vitest";
import { createWorld, mission } from "./core.fixture.ts";
import { hashCoreState, replayState } from "./core-state.ts";
import { encodeJson } from "./contract/json.ts";
import { ATTEMPTS_MAX, COMMAND_LIFE_US } from "./outbox.ts";
import { createStateHash } from "./kernel/hash.ts";
import type { Scheduler } from "./kernel/clock.ts";
import type { Delivery } from "./kernel/memory.ts";

const eventTypes = (world: ReturnType<typeof createWorld>, stream: string): string[] => world.events.read(stream).map((event) => event.type);
/** Loses what `lost` says, delivers the rest after 50 ms. */
const losing = (lost: (from: string, to: string, topic: string, nowUs: number) => boolean) => (clock: Scheduler): Delivery => (from, to, topic) => (lost(from, to, topic, clock.nowUs()) ? [] : [50_000]);

describe("a mission's way through the core", () => {
  test("it goes from request to completion, each step in the log", () => {
    const world = createWorld();
    expect(world.core.requestMission(mission("m1", 2100))).toEqual({ ok: true, value: undefined });
    expect(world.state("m1")).toBe("requested");
    world.run(3);
    expect(world.state("m1")).toBe("underway");
    expect(world.core.missions()[0]?.vehicleId).toBe("v3");
    world.run(10);
    expect(world.core.missions()[0]?.progressRatio).toBeGreaterThan(0.4);
    world.run(15);
    expect(world.state("m1")).toBe("completed");
    expect(eventTypes(world, "mission/m1")).toEqual(["mission.requested", "mission.assigned", "mission.started", "mission.completed"]);
    expect(eventTypes(world, "vehicle/v3")).toEqual(["command.issued", "command.answered", "command.answered"]);
    expect(world.core.missions()[0]).toEqual({ missionId: "m1", vehicleId: "v3", state: "completed", progressRatio: 1 });
  });

  test("the assignment says why this vehicle and not the others", () => {
    const world = createWorld();
    world.vehicle("v2").operationalState = "CHARGING";
    world.core.requestMission(mission("m1", 2100));
    world.run(3);
    const assigned = world.events.read("mission/m1").find((event) => event.type === "mission.assigned");
    expect(assigned?.data).toEqual({ vehicleId: "v3", commandId: "cmd-2", why: "nearest of 2 fit vehicles: 100 m by lane to A; v1 is 2100 m away by lane, v3 100 m; v2 is CHARGING" });
  });

  test("the log tells it in sentences", () => {
    const world = createWorld({ count: 1 });
    world.core.requestMission(mission("m1", 100));
    world.run(30);
    expect(world.log.lines().map((line) => line.message)).toEqual([
      "started on 0 events, 0 missions, 1 vehicles",
      "mission m1 requested: A, for a sedan",
      "mission m1 goes to v1 (cmd-2): nearest of 1 fit vehicle: 100 m by lane to A",
      "cmd-2 to v1: ASSIGN_MISSION",
      "cmd-2: v1 says ACCEPTED",
      "mission m1 is under way with v1",
      "cmd-2: v1 says EXECUTED",
      "mission m1 completed by v1",
    ]);
  });

  test("a mission nobody can take says why, and is taken as soon as a vehicle is free", () => {
    const world = createWorld({ count: 1 });
    world.core.requestMission(mission("m1", 100));
    world.core.requestMission(mission("m2", 200));
    world.run(5);
    expect(world.state("m1")).toBe("underway");
    expect(world.core.missions()[1]).toMatchObject({ state: "unassignable", reason: "v1 has mission m1" });
    world.run(30);
    expect(world.state("m2")).toBe("underway");
    expect(world.vehicle("v1").begun).toEqual(["m1", "m2"]);
  });

  test("when no vehicle was ever heard, the mission says so, in a new core as in a restarted one", () => {
    const world = createWorld({ count: 2, delivery: losing((from) => from !== "core") });
    world.core.requestMission(mission("m1", 100));
    world.run(1.9);
    expect(world.state("m1")).toBe("requested");
    world.restart();
    world.run(2.5);
    expect(world.core.missions()[0]).toMatchObject({ state: "unassignable", reason: "v1 has not been heard lately; v2 has not been heard lately" });
  });

  test("many missions at once are placed in turns, nearest first, and the rest wait", () => {
    const world = createWorld({ count: 9 });
    for (let i = 0; i < 200; i += 1) world.core.requestMission(mission(`m${String(i).padStart(3, "0")}`, 100 + i));
    world.run(4);
    const states = world.core.missions().map((view) => view.state);
    expect(states.filter((state) => state === "underway")).toHaveLength(9);
    expect(states.slice(0, 9).every((state) => state === "underway")).toBe(true);
    expect(states.filter((state) => state === "unassignable")).toHaveLength(191);
    world.run(30);
    expect(world.core.missions().filter((view) => view.state === "completed")).toHaveLength(9);
    expect(world.core.missions().filter((view) => view.state === "underway")).toHaveLength(9);
  });

  test("waiting missions do not fill the log", () => {
    const world = createWorld({ count: 1 });
    world.vehicle("v1").operationalState = "MAINTENANCE";
    world.core.requestMission(mission("m1", 100));
    world.run(1800);
    expect(eventTypes(world, "mission/m1")).toEqual(["mission.requested", "mission.unassignable"]);
    world.run(1900);
    expect(world.core.missions()[0]).toMatchObject({ state: "failed", reason: "nobody could take it for 3600 s: v1 is MAINTENANCE" });
  });

  test("a vehicle that refuses is left alone and another one is asked", () => {
    const world = createWorld({ count: 2 });
    world.vehicle("v2").refuseWith = "outside of my operating conditions";
    world.core.requestMission(mission("m1", 1100));
    world.run(3);
    expect(world.state("m1")).toBe("underway");
    expect(world.core.missions()[0]?.vehicleId).toBe("v1");
    expect(eventTypes(world, "mission/m1")).toEqual(["mission.requested", "mission.assigned", "mission.declined", "mission.assigned", "mission.started"]);
    expect(world.vehicle("v2").begun).toEqual([]);
  });

  test("a vehicle that refuses for ever is asked three times, with rests between", () => {
    const world = createWorld({ count: 1 });
    world.vehicle("v1").refuseWith = "no";
    world.core.requestMission(mission("m1", 1100));
    world.run(600);
    expect(eventTypes(world, "mission/m1").filter((type) => type === "mission.assigned")).toHaveLength(3);
    expect(world.core.missions()[0]).toMatchObject({ state: "unassignable", reason: "v1 declined it: no" });
  });

  test("a vehicle's failure ends the mission with its reason", () => {
    const world = createWorld();
    world.core.requestMission(mission("m1", 0));
    world.run(8);
    world.vehicle("v1").breakDown("brake pressure lost");
    world.run(1);
    expect(world.core.missions()[0]).toMatchObject({ state: "failed", vehicleId: "v1", reason: "brake pressure lost" });
  });

  test.each([
    ["a stop off the map", mission("m1", 99_000), "stop A (road 1, lane -1, s 99000 m) is not on the map"],
    ["a road nobody knows", { ...mission("m1", 1), stops: [{ name: "B", road: "7", lane: -1, sM: 1, dwellS: 0 }] }, "stop B (road 7, lane -1, s 1 m) is not on the map"],
  ])("%s is refused and leaves no trace", (_name, wrong, error) => {
    const world = createWorld();
    expect(world.core.requestMission(wrong)).toEqual({ ok: false, error });
    expect(world.events.readAll(0)).toEqual([]);
  });

  test("the same request twice is one mission, another one of that name is refused", () => {
    const world = createWorld();
    world.core.requestMission(mission("m1", 100));
    expect(world.core.requestMission(mission("m1", 100)).ok).toBe(true);
    expect(world.core.requestMission(mission("m1", 200))).toEqual({ ok: false, error: "mission m1 exists already with other content" });
    expect(world.events.readAll(0)).toHaveLength(1);
  });
});

describe("cancelling", () => {
  test("a waiting mission ends at once", () => {
    const world = createWorld();
    world.core.requestMission(mission("m1", 100));
    expect(world.core.cancelMission("m1").ok).toBe(true);
    expect(world.state("m1")).toBe("cancelled");
    world.run(5);
    expect(world.vehicle("v1").begun).toEqual([]);
  });

  test("a mission underway ends when the vehicle has confirmed", () => {
    const world = createWorld();
    world.core.requestMission(mission("m1", 0));
    world.run(5);
    world.core.cancelMission("m1", "customer left");
    expect(world.state("m1")).toBe("cancelling");
    world.run(1);
    expect(world.core.missions()[0]).toMatchObject({ state: "cancelled", vehicleId: "v1", reason: "customer left" });
    expect(world.vehicle("v1").missionId).toBeUndefined();
  });

  test("it never overtakes the assignment on its way", () => {
    let quiet = true;
    const world = createWorld({ count: 1, delivery: losing((from, _to, topic) => quiet && from === "core" && topic === "command") });
    world.core.requestMission(mission("m1", 0));
    world.run(4);
    expect(world.state("m1")).toBe("assigned");
    world.core.cancelMission("m1");
    world.run(2);
    expect(world.core.commandsOf("v1").map((record) => record.command.command_type)).toEqual(["ASSIGN_MISSION"]);
    quiet = false;
    world.run(6);
    expect(world.vehicle("v1").done.map((command) => command.type)).toEqual(["ASSIGN_MISSION", "CANCEL_MISSION"]);
    expect(world.state("m1")).toBe("cancelled");
  });

  test("what is over cannot be cancelled, nor what never was", () => {
    const world = createWorld();
    world.core.requestMission(mission("m1", 0));
    world.core.cancelMission("m1");
    expect(world.core.cancelMission("m1")).toEqual({ ok: false, error: "mission m1 is cancelled: it is over" });
    expect(world.core.cancelMission("m9")).toEqual({ ok: false, error: "there is no such mission" });
  });
});

describe("commands", () => {
  test("one is sent once when it is answered at once, with id, expiration and priority", () => {
    const world = createWorld();
    const sent = world.core.command("v1", "RESUME", { release: true });
    expect(sent).toEqual({ ok: true, value: "cmd-1" });
    world.run(40);
    expect(world.vehicle("v1").done).toEqual([{ id: "cmd-1", type: "RESUME" }]);
    expect(world.core.commandsOf("v1")[0]).toMatchObject({ status: "executed", command: { priority: "HIGH", payload: { release: true }, timestamp: "2026-01-01T00:00:00.000Z", expiration: "2026-01-01T00:00:30.000Z" } });
  });

  test("one that is never answered is repeated a bounded number of times until it expires, not longer", () => {
    const times: number[] = [];
    const world = createWorld({
      count: 1,
      delivery: losing((_from, to, topic, nowUs) => {
        if (topic === "command" && to === "v1") times.push(nowUs);
        return topic === "command";
      }),
    });
    world.core.command("v1", "PAUSE");
    world.run(120);
    expect(times.slice(0, 6)).toEqual([0, 500_000, 1_500_000, 3_500_000, 7_500_000, 11_500_000]);
    expect(Math.max(...times)).toBeLessThan(COMMAND_LIFE_US);
    expect(world.core.commandsOf("v1")[0]).toMatchObject({ status: "expired", reason: `no answer to ${times.length} attempts` });
  });

  test("an emergency stop is repeated four times a second at first, and stays within the bound", () => {
    let count = 0;
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "command" && (count += 1) > 0) });
    world.core.command("v1", "EMERGENCY_STOP");
    world.run(1.1);
    expect(count).toBe(5);
    world.run(100);
    expect(count).toBeLessThanOrEqual(ATTEMPTS_MAX);
  });

  test("resuming drops an unanswered pause, so that the pause cannot come after it", () => {
    let lost = true;
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "command" && lost) });
    world.core.command("v1", "PAUSE");
    world.run(1);
    world.core.command("v1", "RESUME");
    lost = false;
    world.run(20);
    expect(world.vehicle("v1").done.map((command) => command.type)).toEqual(["RESUME"]);
    expect(world.core.commandsOf("v1").map((record) => record.status)).toEqual(["superseded", "executed"]);
  });

  test("missions and strangers are not commanded directly", () => {
    const world = createWorld();
    expect(world.core.command("v1", "ASSIGN_MISSION")).toEqual({ ok: false, error: "ASSIGN_MISSION goes through requestMission and cancelMission" });
    expect(world.core.command("v9", "PAUSE")).toEqual({ ok: false, error: "there is no vehicle v9 in the fleet" });
  });

  test("a full queue refuses a diagnosis but never a stop", () => {
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "command") });
    for (let i = 0; i < 32; i += 1) expect(world.core.command("v1", "DIAGNOSTICS").ok).toBe(true);
    expect(world.core.command("v1", "DIAGNOSTICS")).toEqual({ ok: false, error: "v1 has 32 commands waiting for an answer already" });
    expect(world.core.command("v1", "EMERGENCY_STOP").ok).toBe(true);
  });
});

describe("what gets lost", () => {
  test("when the answer to an assignment is lost, telemetry shows that the vehicle drives it", () => {
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "ack") });
    world.core.requestMission(mission("m1", 0));
    world.run(6);
    expect(world.state("m1")).toBe("underway");
    expect(world.vehicle("v1").begun).toEqual(["m1"]);
  });

  test("when the final answer is lost, the core asks again and hears it", () => {
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic, nowUs) => topic === "ack" && nowUs > 10e6 && nowUs < 27e6) });
    world.core.requestMission(mission("m1", 0));
    world.run(26);
    expect(world.state("m1")).toBe("underway");
    expect(world.vehicle("v1").missionId).toBeUndefined();
    world.run(6);
    expect(world.state("m1")).toBe("completed");
    expect(world.events.read("mission/m1").at(-1)?.data).toEqual({ vehicleId: "v1", evidence: "acknowledged" });
    expect(world.vehicle("v1").begun).toEqual(["m1"]);
  });

  test("when it can never be heard, the last progress decides, and the reason says so", () => {
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic, nowUs) => topic === "ack" || (nowUs > 18.5e6 && nowUs < 22e6)) });
    world.core.requestMission(mission("m1", 0));
    world.run(100);
    expect(world.core.missions()[0]).toMatchObject({ state: "failed", reason: "the vehicle no longer reports it; last known progress 89 %" });
  });

  test("when only the final answer can never be heard, telemetry close to the end counts as done", () => {
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "ack") });
    world.core.requestMission(mission("m1", 0));
    world.run(100);
    expect(world.events.read("mission/m1").at(-1)).toMatchObject({ type: "mission.completed", data: { vehicleId: "v1", evidence: "telemetry" } });
  });

  test("an assignment that arrives too late is refused by the vehicle and goes to another one", () => {
    const world = createWorld({ count: 2, delivery: losing((_from, to, topic, nowUs) => topic === "command" && to === "v2" && nowUs < 40e6) });
    world.core.requestMission(mission("m1", 1100));
    world.run(39);
    expect(world.core.missions()[0]).toMatchObject({ state: "assigned", vehicleId: "v2" });
    world.run(8);
    expect(world.core.missions()[0]).toMatchObject({ state: "underway", vehicleId: "v1" });
    expect(world.vehicle("v2").begun).toEqual([]);
  });

  test("a vehicle that is heard but never answers loses the mission a minute after its expiration", () => {
    const world = createWorld({ count: 2, delivery: losing((_from, to, topic) => topic === "command" && to === "v2") });
    world.core.requestMission(mission("m1", 1100));
    world.run(85);
    expect(world.core.missions()[0]).toMatchObject({ state: "assigned", vehicleId: "v2" });
    world.run(10);
    expect(world.core.missions()[0]).toMatchObject({ state: "underway", vehicleId: "v1" });
    expect(world.events.read("mission/m1").find((event) => event.type === "mission.declined")?.data).toEqual({ vehicleId: "v2", reason: "the vehicle never answered" });
  });

  test("a mission accepted, driven and finished while the core was down is not driven again", () => {
    const world = createWorld({ count: 1, delivery: losing(() => false) });
    world.core.requestMission(mission("m1", 0));
    world.run(0.22);
    expect(world.state("m1")).toBe("assigned");
    world.crash();
    world.run(60);
    world.restart();
    world.run(10);
    expect(world.state("m1")).toBe("completed");
    expect(world.vehicle("v1").begun).toEqual(["m1"]);
  });

  test("a vehicle gone silent keeps its mission: silence proves nothing", () => {
    const world = createWorld({ count: 2, delivery: losing((from, to, _topic, nowUs) => nowUs > 5e6 && nowUs < 200e6 && (from === "v1" || to === "v1")), missionS: 300 });
    world.core.requestMission(mission("m1", 0));
    world.run(190);
    expect(world.core.missions()[0]).toMatchObject({ state: "underway", vehicleId: "v1" });
    expect(world.core.vehicles()[0]).toMatchObject({ vehicleId: "v1", silent: true, missionId: "m1" });
    world.run(150);
    expect(world.state("m1")).toBe("completed");
    expect(world.vehicle("v2").begun).toEqual([]);
  });

  test("a vehicle that rebooted and forgot its mission makes it fail with that reason", () => {
    const world = createWorld({ count: 1, missionS: 200 });
    world.core.requestMission(mission("m1", 0));
    world.run(60);
    world.vehicle("v1").reboot();
    world.run(10);
    expect(world.core.missions()[0]).toMatchObject({ state: "failed", reason: "the vehicle gave it up: expired" });
    expect(world.log.lines().some((line) => line.message.includes("v1 has rebooted (boot 2)"))).toBe(true);
  });

  test("a vehicle that drives a mission which is over is told to drop it", () => {
    // A late copy of the assignment reaches it after the core gave up on it.
    const world = createWorld({ count: 1 });
    world.core.requestMission(mission("m1", 0));
    world.run(3);
    world.vehicle("v1").breakDown("driver's seat occupied");
    world.run(2);
    expect(world.state("m1")).toBe("failed");
    const copy = { command_id: "cmd-late", vehicle_id: "v1", timestamp: "2026-01-01T00:00:03Z", command_type: "ASSIGN_MISSION", priority: "NORMAL", payload: { mission: mission("m1", 0) } };
    world.hub.endpoint("core").send("v1", "command", encodeJson(copy));
    world.run(6);
    expect(world.vehicle("v1").missionId).toBeUndefined();
    expect(world.vehicle("v1").done.at(-1)?.type).toBe("CANCEL_MISSION");
  });
});

describe("heartbeats and bad messages", () => {
  test("every vehicle gets two heartbeats a second, and none from a dead core", () => {
    const world = createWorld();
    world.run(10);
    expect(world.vehicle("v2").heartbeats).toBe(21);
    world.crash();
    world.run(10);
    expect(world.vehicle("v2").heartbeats).toBe(21);
  });

  test.each([
    ["not JSON", "v1", "telemetry", "{", "telemetry of v1:1:2: error: found the end of the text in an object (expected a member name in quotation marks)"],
    ["a field of the wrong type", "v1", "ack", '{"command_id":1,"vehicle_id":"v1","timestamp":"2026-01-01T00:00:00Z","outcome":"ACCEPTED"}', "ack of v1:1:15: error: command_id: is 1 (expected a string)"],
    ["another one's name", "v1", "ack", '{"command_id":"c","vehicle_id":"v2","timestamp":"2026-01-01T00:00:00Z","outcome":"ACCEPTED"}', "ack of v1: error: vehicle_id: is v2 (expected v1)"],
    ["an answer to nothing", "v1", "ack", '{"command_id":"c","vehicle_id":"v1","timestamp":"2026-01-01T00:00:00Z","outcome":"ACCEPTED"}', "ack of v1: error: command_id: v1 answers a command nobody issued or that is long over: c"],
    ["a stranger", "x9", "ack", "{}", "ack: error: comes from nobody of this fleet"],
    ["an unknown topic", "v1", "gossip", "{}", "gossip: error: is not a topic of the core (expected telemetry or ack)"],
  ])("%s is refused by name and changes nothing", (_name, from, topic, text, message) => {
    const world = createWorld();
    world.hub.endpoint(from).send("core", topic, new TextEncoder().encode(text));
    world.clock.advanceTo(world.clock.nowUs());
    expect(world.log.lines().at(-1)).toMatchObject({ level: "warn", message: `message of ${from} refused: ${message}` });
    expect(world.events.readAll(0)).toEqual([]);
  });
});

describe("crash and restart", () => {
  test("a restarted core goes on with missions in progress and keeps what waits", () => {
    const world = createWorld({ count: 1 });
    world.core.requestMission(mission("m1", 0));
    world.core.requestMission(mission("m2", 0));
    world.run(10);
    world.crash();
    world.run(30);
    world.restart();
    expect(world.state("m1")).toBe("underway");
    world.run(10);
    expect(world.state("m1")).toBe("completed");
    expect(world.state("m2")).toBe("underway");
    expect(world.vehicle("v1").begun).toEqual(["m1", "m2"]);
  });

  test("a command that was in the log but not yet answered is sent again with the same id", () => {
    let lost = true;
    const world = createWorld({ count: 1, delivery: losing((_from, _to, topic) => topic === "command" && lost) });
    world.core.command("v1", "SAFE_STOP");
    world.run(1);
    world.restart();
    lost = false;
    world.run(2);
    expect(world.vehicle("v1").done).toEqual([{ id: "cmd-1", type: "SAFE_STOP" }]);
    expect(world.core.command("v1", "DIAGNOSTICS")).toEqual({ ok: true, value: "cmd-3" });
  });

  test("the replay of the log has the hash of the living state", () => {
    const world = createWorld();
    for (let i = 0; i < 6; i += 1) world.core.requestMission(mission(`m${i}`, i * 500));
    world.vehicle("v2").refuseWith = "no";
    world.run(25);
    world.core.cancelMission("m1");
    world.run(15);
    const hash = createStateHash();
    hashCoreState(replayState(world.events.readAll(0)), hash);
    expect(hash.digest()).toBe(world.durableHash());
  });

  test("the hash of the living state sees each part that decides the future", () => {
    const digest = (world: ReturnType<typeof createWorld>): string => {
      const hash = createStateHash();
      world.core.hashInto(hash);
      return hash.digest();
    };
    const one = createWorld();
    const two = createWorld();
    one.run(5);
    two.run(5);
    expect(digest(one)).toBe(digest(two));
    two.vehicle("v1").socRatio = 0.8;
    one.run(1);
    two.run(1);
    expect(digest(one)).not.toBe(digest(two));
  });

  test("a log with an event of the wrong form is refused by position and field", () => {
    const world = createWorld();
    world.events.append("mission/m1", 0, [{ type: "mission.requested", data: { mission: { ...mission("m1", 1), stops: [] } }, correlationId: "m1" }]);
    expect(() => replayState(world.events.readAll(0))).toThrow("event 1 of mission/m1: error: data.mission.stops: has 0 items (expected at least 1 items)");
  });
});
