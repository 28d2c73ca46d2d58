/** Controllers of the file and drivers of the command line: who is in charge, when, and what that changes. */
import { describe, expect, it } from "vitest";
import { createRng } from "../../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../../fleet-core/kernel/time.ts";
import { driverNamed, driverOfController, DRIVER_NAMES, type DriverName } from "../../drivers/spec.ts";
import { idmEquilibriumGapM, IDM_CAR } from "../../drivers/idm.ts";
import { action, atTime, event, loadText, play, scenarioText, speed, straightMap, teleport, trigger, vehicle, type Parts } from "../../test-files.ts";

const controller = (properties: Readonly<Record<string, string>>, name = "Driver"): string =>
  `<Controller name="${name}"><Properties>${Object.entries(properties).map(([n, v]) => `<Property name="${n}" value="${v}"/>`).join("")}</Properties></Controller>`;
const ego = (properties: Readonly<Record<string, string>>, name?: string): string => vehicle("Ego", `<ObjectController>${controller(properties, name)}</ObjectController>`);
const switchTo = (longitudinal: boolean): string => `<PrivateAction><ControllerAction><ActivateControllerAction longitudinal="${longitudinal}" lateral="false"/></ControllerAction></PrivateAction>`;
const lead = (s: number, mps: number): string => `<Private entityRef="Lead">${teleport(-1, s)}${speed(mps)}</Private>`;
const both = (properties: Readonly<Record<string, string>>, more: Partial<Parts> = {}, name?: string): Parts => ({ entities: ego(properties, name) + vehicle("Lead"), init: `<Private entityRef="Ego">${teleport(-1, 50)}${speed(20)}</Private>${lead(120, 10)}`, ...more });
const gap = (p: ReturnType<typeof play>): number => p.player.state("Lead").xM - p.player.state("Ego").xM - 4;

describe("a driver of the file", () => {
  it("every model follows a slower leader instead of running into it", () => {
    for (const model of DRIVER_NAMES) {
      const p = play(both({ "atlasmesh.driver": model }), { "map.xodr": straightMap(2000) });
      let smallest = Infinity;
      for (let s = 0; s <= 40; s += 0.5) {
        p.to(s);
        smallest = Math.min(smallest, gap(p));
      }
      expect(smallest, model).toBeGreaterThan(1);
      expect(Math.abs(p.player.state("Ego").speedMps - 10), model).toBeLessThan(1);
    }
  });

  it("the exact default motion runs into it, and so does everybody with the controllers disabled", () => {
    for (const options of [{ disableControllers: true }, {}]) {
      const p = play(both(options.disableControllers === true ? { "atlasmesh.driver": "idm" } : {}), { "map.xodr": straightMap(2000) }, options);
      p.to(10);
      expect(p.player.state("Ego").xM).toBeCloseTo(250, 6);
      expect(gap(p)).toBeLessThan(0);
    }
  });

  it("settles at IDM's equilibrium gap", () => {
    const p = play(both({ "atlasmesh.driver": "idm", setSpeed: "14" }, { stop: trigger(atTime(200)) }), { "map.xodr": straightMap(3000) });
    p.to(120);
    expect(gap(p)).toBeCloseTo(idmEquilibriumGapM({ ...IDM_CAR, wishedMps: 14 }, 10), 1);
  });

  it("begins when it is activated, not before, and hands back when it is deactivated", () => {
    const events = event("On", action("on", switchTo(true)), trigger(atTime(1))) + event("Off", action("off", switchTo(false)), trigger(atTime(3)));
    const p = play(both({ "atlasmesh.driver": "acc" }, { events }), { "map.xodr": straightMap(2000) });
    p.to(1);
    expect(p.player.state("Ego").speedMps).toBe(20);
    p.to(2.9);
    expect(p.player.state("Ego").speedMps).toBeLessThan(20);
    p.to(3.1);
    const kept = p.player.state("Ego").speedMps;
    p.to(5);
    expect(p.player.state("Ego").speedMps).toBe(kept);
  });

  it("takes speed actions as its set speed and goes there as it drives", () => {
    const p = play({ entities: ego({ "atlasmesh.driver": "idm" }), events: event("Faster", action("a", speed(15)), trigger(atTime(1))) });
    p.to(1.5);
    expect(p.player.state("Ego").speedMps).toBeLessThan(12);
    p.to(40);
    expect(p.player.state("Ego").speedMps).toBeGreaterThan(14.5);
  });

  it("controllers of the public player that mean the same model drive too", () => {
    const on = event("On", action("on", switchTo(true)), trigger(atTime(0)));
    for (const [properties, name] of [[{ esminiController: "ACCController" }, "c"], [{ model: "FSM" }, "ALKS_R157SM_Controller"], [{ esminiController: "ALKS_R157SM_Controller", model: "Regulation" }, "c"]] as const) {
      const p = play(both(properties, { events: on }, name), { "map.xodr": straightMap(2000) });
      p.to(20);
      expect(gap(p), name).toBeGreaterThan(0);
    }
  });

  it("an assigned controller is the one that drives", () => {
    const assign = `<PrivateAction><ControllerAction><AssignControllerAction activateLateral="false" activateLongitudinal="true">${controller({ "atlasmesh.driver": "idm" }, "Late")}</AssignControllerAction></ControllerAction></PrivateAction>`;
    const p = play(both({}, { events: event("Assign", action("a", assign), trigger(atTime(1))) }), { "map.xodr": straightMap(2000) });
    p.to(30);
    expect(gap(p)).toBeGreaterThan(1);
  });
});

describe("a driver of the command line", () => {
  const run = (drivers: ReadonlyMap<string, DriverName>, disableControllers: boolean): number => {
    const loaded = loadText(scenarioText(both({})), { "map.xodr": straightMap(2000) }).scenario;
    const player = loaded?.play({ rng: createRng(1), stepUs: 10_000, disableControllers, drivers: new Map([...drivers].map(([a, name]) => [a, driverNamed(name)])) });
    for (let i = 0; i <= 1500; i += 1) player?.step(timeUs(i * 10_000));
    return (player?.state("Lead").xM ?? 0) - (player?.state("Ego").xM ?? 0) - 4;
  };

  it("drives whatever the file's controllers are, disabled or not", () => {
    expect(run(new Map([["Ego", "rss"]]), true)).toBeGreaterThan(1);
    expect(run(new Map([["Ego", "cc"]]), false)).toBeGreaterThan(1);
    expect(run(new Map(), false)).toBeLessThan(0);
  });

  it("for an entity that is not there is refused by name", () => {
    expect(() => run(new Map([["Nobody", "rss"]]), false)).toThrow(/Nobody/);
  });
});

describe("driver properties", () => {
  const of = (properties: Readonly<Record<string, string>>, name = "c"): ReturnType<typeof driverOfController> => driverOfController({ name, properties: new Map(Object.entries(properties)) });
  it("name the model and change its parameters", () => {
    expect(of({ "atlasmesh.driver": "idm", timeGap: "2", desiredDistance: "4", setSpeed: "11" })).toMatchObject({ name: "idm", setMps: 11, model: { idm: { timeGapS: 2, standM: 4 } } });
    expect(of({ model: "RSS", cruise: "false", fullStop: "true" }, "ALKS_R157SM_Controller")).toMatchObject({ name: "rss", model: { cruise: false, fullStop: true } });
  });
  it("of other controllers are nobody's driver, and wrong ones are named", () => {
    expect(of({ "atlasmesh.agent": "x" })).toBeUndefined();
    expect(of({ "atlasmesh.driver": "fast" })).toMatchObject({ expected: expect.stringContaining("fsm") });
    expect(of({ "atlasmesh.driver": "acc", timeGap: "long" })).toMatchObject({ error: expect.stringContaining("timeGap") });
    expect(of({ model: "Best" }, "ALKS_R157SM_Controller")).toMatchObject({ error: expect.stringContaining("Best") });
  });
  it("that cannot be are refused when the scenario is loaded", () => {
    const loaded = loadText(scenarioText({ entities: ego({ "atlasmesh.driver": "fast" }) }));
    expect(loaded.scenario).toBeUndefined();
    expect(loaded.diagnostics.map((d) => d.message).join()).toMatch(/atlasmesh.driver is "fast"/);
  });
});
