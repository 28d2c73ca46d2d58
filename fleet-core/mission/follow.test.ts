import { describe, expect, test } from "vitest";
import { ABSENT_FINAL_US, ABSENT_US, followMission, type CommandStanding, type MissionReport } from "./follow.ts";
import type { MissionRecord } from "./mission.ts";

const S = 1_000_000;
const base: MissionRecord = {
  mission: { mission_id: "m1", vehicle_class: "bus", requested_at_s: 0, stops: [], repeat: false },
  requestedUs: 0,
  state: { kind: "assigned", vehicleId: "v1", commandId: "c1" },
  assignment: { vehicleId: "v1", commandId: "c1", atUs: 10 * S },
  startedUs: undefined,
  cancel: undefined,
  declines: [],
  endedUs: undefined,
  version: 2,
};
const assigned = base;
const underway: MissionRecord = { ...base, state: { kind: "underway", vehicleId: "v1", progressRatio: 0 }, startedUs: 12 * S };
const cancelling: MissionRecord = { ...underway, cancel: { commandId: "c2", reason: "why" } };
const command = (status: CommandStanding["status"], reason = "r"): CommandStanding => ({ status, reason, expirationUs: 40 * S });
const unsent = command("unsent");
const report = (sentS: number, missionId: string | undefined, sinceS = sentS, progressRatioMax = 0.5): MissionReport => ({ sentUs: sentS * S, missionId, missionSinceUs: sinceS * S, progressRatioMax });
const decides = (kind: string, more: object = {}): unknown => ({ kind: "decide", command: expect.objectContaining({ kind, ...more }) });

describe("an assigned mission", () => {
  test.each([
    ["is sent when it was never sent", unsent, undefined, { kind: "send-assign" }],
    ["waits while the command is on its way", command("open"), report(11, undefined, 0), { kind: "nothing" }],
    ["starts when accepted", command("accepted"), undefined, decides("start")],
    ["starts when the vehicle is seen driving it, answer or not", command("open"), report(11, "m1"), decides("start")],
    ["does not start on a report from before the assignment", command("open"), report(9, "m1"), { kind: "nothing" }],
    ["is free again when refused", command("rejected", "busy"), undefined, decides("decline", { reason: "busy" })],
    ["stays with a silent vehicle whose command expired", command("expired"), undefined, { kind: "nothing" }],
    ["stays while the vehicle's word is older than the expiration", command("expired"), report(39, undefined, 0), { kind: "nothing" }],
    ["asks when the vehicle speaks after the expiration without it", command("expired"), report(41, undefined, 0), { kind: "ask-again" }],
    ["starts when it is seen driving it after the expiration", command("expired"), report(41, "m1"), decides("start")],
    ["is free again when a minute of asking brought no answer", command("expired"), report(100, undefined, 0), decides("decline", { reason: "the vehicle never answered" })],
    ["is done when the vehicle says so, however late", command("executed"), undefined, decides("complete", { evidence: "acknowledged" })],
  ])("%s", (_name, assign, seen, step) => {
    expect(followMission(assigned, assign, unsent, seen)).toEqual(step);
  });
});

describe("a mission underway", () => {
  test.each([
    ["goes on while it is driven", command("accepted"), report(50, "m1", 12), { kind: "nothing" }],
    ["goes on in silence", command("accepted"), undefined, { kind: "nothing" }],
    ["does not believe old reports", command("accepted"), report(13, undefined, 0), { kind: "nothing" }],
    ["is asked about when it is missing for three seconds", command("accepted"), report(12 + ABSENT_US / S, undefined, 0), { kind: "ask-again" }],
    ["failed when nobody answers for a minute", command("accepted"), report(12 + ABSENT_FINAL_US / S, undefined, 0), decides("fail", { reason: "the vehicle no longer reports it; last known progress 50 %" })],
    ["is done when it vanished at its end", command("accepted"), report(12 + ABSENT_FINAL_US / S, undefined, 0, 0.995), decides("complete", { evidence: "telemetry" })],
    ["failed when the vehicle says that it gave it up", command("rejected", "forgot"), report(20, "other", 12), decides("fail", { reason: "the vehicle gave it up: forgot" })],
    ["failed with the vehicle's reason", command("failed", "tyre"), undefined, decides("fail", { reason: "tyre" })],
    ["is done", command("executed"), report(50, "m1", 12), decides("complete")],
  ])("%s", (_name, assign, seen, step) => {
    expect(followMission(underway, assign, unsent, seen)).toEqual(step);
  });
});

describe("a mission being cancelled", () => {
  test.each([
    ["is told to the vehicle", command("accepted"), unsent, undefined, { kind: "send-cancel" }],
    ["is not told while the assignment is still on its way", command("open"), unsent, undefined, { kind: "nothing" }],
    ["is over at once when the assignment was never sent", unsent, unsent, undefined, decides("confirm-cancel")],
    ["is over when the vehicle never took it", command("rejected"), unsent, undefined, decides("confirm-cancel")],
    ["is over when the vehicle says so", command("accepted"), command("executed"), undefined, decides("confirm-cancel", { reason: "why" })],
    ["is over when the mission failed meanwhile", command("failed"), command("open"), undefined, decides("confirm-cancel")],
    ["came too late when the mission was completed", command("executed"), command("open"), undefined, decides("complete")],
    ["waits for an accepted cancellation", command("accepted"), command("accepted"), report(20, "m1", 12), { kind: "nothing" }],
    ["is refused when the vehicle refuses and drives on", command("accepted"), command("rejected", "on a level crossing"), report(20, "m1", 12), decides("refuse-cancel", { reason: "on a level crossing" })],
    ["is not given up on old word", command("accepted"), command("expired"), report(39, "m1", 12), { kind: "nothing" }],
    ["is given up when unanswered and it drives on", command("accepted"), command("expired"), report(41, "m1", 12), decides("refuse-cancel", { reason: "the vehicle never answered" })],
    ["asks what became of it when the vehicle no longer has it", command("accepted"), command("rejected"), report(20, undefined, 12), { kind: "ask-again" }],
    ["is over when it is gone and nobody says how", command("accepted"), command("rejected"), report(80, undefined, 12), decides("confirm-cancel")],
  ])("%s", (_name, assign, cancel, seen, step) => {
    expect(followMission(cancelling, assign, cancel, seen)).toEqual(step);
  });

  test("an unanswered assignment cannot be over before its expiration: a copy may still arrive", () => {
    const record: MissionRecord = { ...assigned, cancel: { commandId: "c2", reason: "why" } };
    expect(followMission(record, command("superseded"), command("rejected"), report(30, undefined, 0))).toEqual({ kind: "nothing" });
    expect(followMission(record, command("expired"), command("rejected"), report(90, undefined, 0))).toEqual(decides("confirm-cancel"));
  });
});

test("a mission that waits or is over needs nothing", () => {
  for (const state of [{ kind: "requested" }, { kind: "completed", vehicleId: "v1" }] as const) expect(followMission({ ...base, state }, command("executed"), unsent, report(99, "m1"))).toEqual({ kind: "nothing" });
});
