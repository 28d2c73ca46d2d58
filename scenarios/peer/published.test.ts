import { expect, test } from "vitest";
import { action, atTime, event, loadText, scenarioText, speed, trigger } from "../test-files.ts";
import { judgePublished } from "./judge-published.ts";
import { parsePublished, plainName } from "./published.ts";

const raw = (rows: readonly string[], patterns: readonly string[], extra: readonly string[] = []): string =>
  JSON.stringify([{ test: "t", scenarios: ["resources/xosc/A-b_1.xosc", "Loading .*A-b_1.xosc"], extra_args: extra, common_args: "--fixed_timestep 0.01 ", csv_rows: rows, log_patterns: patterns }]);

test("rows keep the exactness they are written with, patterns become storyboard changes", () => {
  const parsed = parsePublished(raw(["1.000.*, 0, Ego, 60.00.*, -1.750, 0, 0.00, 0, 0, 10.0, 0.1"], ["Loading .*", "\\\\n.1.010.* E standbyState -> startTransition -> runningState", "^.1.0.* a complete after 1 execution", "^.3.000.* QuitCondition: true"], ['"--fixed_timestep 0.1 --disable_controllers"']))[0];
  expect(parsed).toMatchObject({ scenario: plainName("x/a_b-1.XOSC"), stepUs: 100_000, disableControllers: true, otherPatterns: 2 });
  expect(parsed?.rows[0]?.values.slice(0, 2)).toEqual([{ value: 60, slack: expect.closeTo(0.01, 9) }, { value: -1.75, slack: expect.closeTo(0.0005, 9) }]);
  expect(parsed?.changes).toEqual([{ timeS: 1.01, slackS: expect.closeTo(0.001, 9), name: "E", state: "running" }, { timeS: 1, slackS: expect.closeTo(0.1, 9), name: "a", state: "complete" }]);
});

test("facts that hold are counted, planted wrong ones are named", () => {
  const scenario = loadText(scenarioText({ events: event("E", action("a", speed(12)), trigger(atTime(1))) })).scenario;
  if (scenario === undefined) throw new Error("the test's scenario must load");
  const judge = (rows: readonly string[], patterns: readonly string[]) => judgePublished(parsePublished(raw(rows, patterns))[0] as never, scenario, undefined, false);
  const running = "\\\\n.1.000.* E standbyState -> startTransition -> runningState";
  expect(judge(["1.000, 0, Ego, 60.000, -1.750, 0, 0, 0, 0, 10.000, 0"], [running])).toMatchObject({ rows: 1, rowsHeld: 1, changes: 1, changesHeld: 1, faults: [] });
  const wrong = judge(["1.000, 0, Ego, 60.100, -1.750, 0, 0, 0, 0, 10.000, 0", "1.000, 0, Nobody, 0, 0, 0, 0, 0, 0, 0, 0"], [running.replace("1.000", "1.100")]);
  expect(wrong).toMatchObject({ rows: 2, rowsHeld: 0, changesHeld: 0 });
  expect(wrong.faults).toEqual(["t=1 Ego: x 60.000, peer 60.1", "t=1 Nobody: not there", "1.1 s E running (ours at 1)"]);
  // Actions of the peer's controllers are in no file: they are left out, and counted as that.
  expect(judge([], ["\\\\n.1.000.* LaneChangeAction_0 initState -> startTransition -> runningState"])).toMatchObject({ changes: 0, changesDriven: 1 });
});
