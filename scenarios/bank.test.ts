import { expect, test } from "vitest";
import { bankIds, resolveBankId } from "./bank.ts";

const ids = bankIds(["bank/demo/cut-in.xosc", "bank/demo/maps/port.xodr", "bank/town/cut-in.xosc", "bank/mine/haul.xosc", "bank/catalogs/cars.xosc", "bank/town/variations/speeds.xosc", "bank/readme.md", "other/x.xosc"]);

test("ids are group and name of the scenarios, sorted; maps, catalogs, distributions and other files are none", () => expect(ids).toEqual(["demo/cut-in", "mine/haul", "town/cut-in"]));
test("an id, or a name that only one id has, is resolved", () => {
  expect(resolveBankId("town/cut-in", ids)).toEqual({ ok: true, value: "town/cut-in" });
  expect(resolveBankId("haul", ids)).toEqual({ ok: true, value: "mine/haul" });
});
test("an unknown id is answered with the nearest ones", () => {
  const r = resolveBankId("mine/hall", ids);
  expect(r.ok ? undefined : r.error[0]).toMatchObject({ message: "the bank has no scenario mine/hall", expected: expect.stringMatching(/^one of mine\/haul, /) });
});
test("a name of several is answered with all of them", () => {
  const r = resolveBankId("cut-in", ids);
  expect(r.ok ? undefined : r.error[0]?.expected).toBe("one of demo/cut-in, town/cut-in");
});
