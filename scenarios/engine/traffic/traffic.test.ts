/** Background traffic: what each traffic action promises, no collisions, and the same bits for the same seed. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createRng } from "../../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../../fleet-core/kernel/time.ts";
import type { ScenarioPlayer } from "../../types.ts";
import { action, atLane, atTime, event, play, scenarioText, speed, straightMap, teleport, trigger, vehicle } from "../../test-files.ts";
import { campaign, emptyScenario, touching } from "./test-campaign.ts";

const harbour = readFileSync(fileURLToPath(new URL("../../bank/demo/maps/atlas-harbour.xodr", import.meta.url)), "utf8");

const global = (inside: string, name = "flow"): string => `<GlobalAction><TrafficAction trafficName="${name}">${inside}</TrafficAction></GlobalAction>`;
const mix = (category = "car"): string =>
  `<TrafficDefinition name="mix"><VehicleCategoryDistribution><VehicleCategoryDistributionEntry category="${category}" weight="1"/></VehicleCategoryDistribution><ControllerDistribution><ControllerDistributionEntry weight="1"><Controller name="c"><Properties/></Controller></ControllerDistributionEntry></ControllerDistribution></TrafficDefinition>`;
const source = (s: number, more: string, lane = -1, radius = 1): string => `<TrafficSourceAction radius="${radius}" ${more}>${atLane(lane, s)}${mix()}</TrafficSourceAction>`;
const sink = (s: number, more = "", lane = -1, radius = 15): string => `<TrafficSinkAction radius="${radius}" ${more}>${atLane(lane, s)}</TrafficSinkAction>`;
const swarm = (more: string, category = "car"): string =>
  `<TrafficSwarmAction innerRadius="20" offset="0" semiMajorAxis="200" semiMinorAxis="60" ${more}>${mix(category)}<CentralObject entityRef="Ego"/><InitialSpeedRange lowerLimit="8" upperLimit="12"/></TrafficSwarmAction>`;

const driven = '<ObjectController><Controller name="D"><Properties><Property name="atlasmesh.driver" value="idm"/></Properties></Controller></ObjectController>';

/** Ego out of the way at the end of the lane against which nothing drives, standing. */
const away = `<Private entityRef="Ego">${teleport(2, 990)}${speed(0)}</Private>`;

/** Traffic cars there now, and all that ever were, by name. */
function watch(player: ScenarioPlayer, to: (s: number) => void, untilS: number): { readonly seen: ReadonlySet<string>; readonly touches: number } {
  const seen = new Set<string>();
  let touches = 0;
  for (let s = 0; s <= untilS; s += 0.5) {
    to(s);
    for (const a of player.actors) if (a.name !== "Ego") seen.add(a.name);
    touches += touching(player).length;
  }
  return { seen, touches };
}
const cars = (player: ScenarioPlayer): readonly string[] => player.actors.filter((a) => a.name !== "Ego").map((a) => a.name);

describe("a traffic source", () => {
  it("puts as many vehicles on the road as its rate says, evenly", () => {
    const p = play({ init: global(source(100, 'rate="0.25" speed="12"')) + away, stop: trigger(atTime(200)) });
    const { seen, touches } = watch(p.player, p.to, 40);
    expect(Math.abs(seen.size - 11)).toBeLessThanOrEqual(1);
    expect(touches).toBe(0);
  });

  it("lets them start at the stated speed, in its radius and on a lane that leads away", () => {
    const p = play({ init: global(source(100, 'rate="0.5" speed="12"', -1, 20)) + away });
    p.to(0.01);
    const [first] = cars(p.player);
    const state = p.player.state(first ?? "");
    expect(state.speedMps).toBeCloseTo(12, 0);
    const dx = state.xM - 100;
    expect(Math.sqrt(dx * dx + (state.yM + 1.75) * (state.yM + 1.75))).toBeLessThanOrEqual(20.2);
  });

  it("waits while there is no room instead of putting cars into each other", () => {
    const p = play({ init: `${global(source(100, 'rate="2" speed="10"'))}<Private entityRef="Ego">${teleport(-1, 130)}${speed(0)}</Private>`, stop: trigger(atTime(60)) });
    const { touches } = watch(p.player, p.to, 15);
    expect(touches).toBe(0);
    expect(cars(p.player).length).toBeLessThan(8);
  });
});

describe("a traffic sink", () => {
  it("takes away everybody who comes, and nobody who belongs to the storyboard", () => {
    const p = play({ init: global(source(100, 'rate="0.3" speed="12"')) + global(sink(400), "out") + away, stop: trigger(atTime(200)) });
    watch(p.player, p.to, 50);
    for (const name of cars(p.player)) expect(p.player.state(name).xM).toBeLessThan(400);
    expect(p.player.actors.some((a) => a.name === "Ego")).toBe(true);
    // 300 m at 12 m/s and one every 3.3 s: what is on the way, no more.
    expect(cars(p.player).length).toBeLessThanOrEqual(11);
  });

  it("takes no more than its rate", () => {
    const p = play({ init: global(source(100, 'rate="0.5" speed="12"')) + global(sink(300, 'rate="0.1"', -1, 200), "out") + away, stop: trigger(atTime(200)) });
    const { seen } = watch(p.player, p.to, 40);
    const taken = seen.size - cars(p.player).length;
    expect(taken).toBeGreaterThanOrEqual(3);
    expect(taken).toBeLessThanOrEqual(5);
  });
});

describe("a traffic swarm", () => {
  const egoDrives = `<Private entityRef="Ego">${teleport(-1, 500)}${speed(8)}</Private>`;
  const ratio = (p: ReturnType<typeof play>, name: string): number => {
    const [c, s] = [p.player.state("Ego"), p.player.state(name)];
    return Math.sqrt(((s.xM - c.xM) / 200) * ((s.xM - c.xM) / 200) + ((s.yM - c.yM) / 60) * ((s.yM - c.yM) / 60));
  };

  it("fills the ellipse outside the inner radius with the number asked for, at the speeds asked for", () => {
    const p = play({ init: global(swarm('numberOfVehicles="16"')) + egoDrives });
    p.to(0.01);
    expect(cars(p.player).length).toBe(16);
    for (const name of cars(p.player)) {
      expect(ratio(p, name)).toBeLessThanOrEqual(1.01);
      const [c, s] = [p.player.state("Ego"), p.player.state(name)];
      expect(Math.abs(s.xM - c.xM)).toBeGreaterThanOrEqual(19);
      expect(s.speedMps).toBeLessThanOrEqual(12.1);
    }
    expect(touching(p.player)).toEqual([]);
  });

  it("follows its centre: who leaves the ellipse goes, and others come", () => {
    const p = play({ entities: vehicle("Ego", driven), init: `${global(swarm('numberOfVehicles="10"'))}<Private entityRef="Ego">${teleport(-1, 300)}${speed(16)}</Private>` });
    const { seen, touches } = watch(p.player, p.to, 20);
    expect(touches).toBe(0);
    expect(seen.size).toBeGreaterThan(10);
    expect(cars(p.player).length).toBeGreaterThanOrEqual(8);
    for (const name of cars(p.player)) expect(ratio(p, name)).toBeLessThanOrEqual(1.05);
  });

  it("sends all the same way when the file says so, and draws the category from the mix", () => {
    const oneWay = swarm('numberOfVehicles="8"', "van").replace("</TrafficSwarmAction>", '<DirectionOfTravelDistribution same="1" opposite="0"/></TrafficSwarmAction>');
    const p = play({ init: global(oneWay) + egoDrives });
    p.to(0.01);
    for (const a of p.player.actors) if (a.name !== "Ego") expect([a.category, Math.abs(p.player.state(a.name).headingRad) < 0.1]).toEqual(["van", true]);
  });
});

describe("a traffic area", () => {
  const area = (more: string, inside: string): string => `<TrafficAreaAction ${more}>${mix()}<TrafficArea>${inside}</TrafficArea></TrafficAreaAction>`.replace(/<TrafficDefinition.*<\/TrafficDefinition>/, distribution);
  const distribution = `<TrafficDistribution><TrafficDistributionEntry weight="1"><EntityDistribution><EntityDistributionEntry weight="1"><ScenarioObjectTemplate>${/<Vehicle .*<\/Vehicle>/.exec(vehicle("x"))?.[0] ?? ""}</ScenarioObjectTemplate></EntityDistributionEntry></EntityDistribution><Properties/></TrafficDistributionEntry></TrafficDistribution>`;
  const range = '<RoadRange><RoadCursor roadId="1" s="200"><Lane id="-1"/></RoadCursor><RoadCursor roadId="1" s="600"><Lane id="-1"/></RoadCursor></RoadRange>';

  it("fills a stretch of lanes once, with the vehicles described", () => {
    const p = play({ init: global(area('numberOfEntities="9" continuous="false"', range)) + away, stop: trigger(atTime(300)) });
    p.to(0.01);
    expect(cars(p.player).length).toBe(9);
    for (const a of p.player.actors) {
      if (a.name === "Ego") continue;
      const s = p.player.state(a.name);
      expect(a.box.lengthM).toBe(4);
      expect([s.yM, s.xM > 195, s.xM < 605]).toEqual([-1.75, true, true]);
    }
    p.to(75);
    expect(cars(p.player).length).toBe(0);
  });

  it("keeps the number up when it is continuous, until it is stopped", () => {
    const stopIt = event("Stop", action("stop", global("<TrafficStopAction/>")), trigger(atTime(30)));
    const p = play({ init: global(area('numberOfEntities="9" continuous="true"', range)) + away, events: stopIt, stop: trigger(atTime(300)) });
    p.to(29);
    const inside = cars(p.player).filter((name) => p.player.state(name).xM < 600);
    expect(inside.length).toBeGreaterThanOrEqual(7);
    p.to(115);
    expect(cars(p.player)).toEqual([]);
  });
});

describe("traffic at large", () => {
  it("several seeds over streets and junctions: nobody touches anybody, and the town keeps moving", () => {
    const scenario = emptyScenario(harbour);
    for (const seed of [1, 2]) {
      const result = campaign(scenario, { seed, seconds: 60, traffic: 40, stepUs: 100_000 });
      expect(result.touches).toEqual([]);
      expect(result.countMean).toBeGreaterThan(38);
      expect(result.speedMeanMps).toBeGreaterThan(3);
      expect(result.stuck).toBe(0);
    }
  });

  it("same seed same bits, another seed another day", () => {
    const scenario = emptyScenario(harbour);
    const hash = (seed: number): string => campaign(scenario, { seed, seconds: 8, traffic: 25, stepUs: 100_000 }).hash;
    expect(hash(7)).toBe(hash(7));
    expect(hash(7)).not.toBe(hash(8));
  });

  it("waits behind a standing car of the storyboard", () => {
    const p = play({ init: `${global(source(100, 'rate="0.2" speed="12"'))}<Private entityRef="Ego">${teleport(-1, 300)}${speed(0)}</Private>`, stop: trigger(atTime(200)) }, { "map.xodr": oneLane });
    const { touches } = watch(p.player, p.to, 40);
    expect(touches).toBe(0);
    const fronts = cars(p.player).map((name) => p.player.state(name).xM + 3.6);
    expect(Math.max(...fronts)).toBeLessThan(299.4);
    expect(Math.max(...fronts)).toBeGreaterThan(290);
  });

  it("a car of the storyboard that brakes for nobody is found touching: the check sees what traffic avoids", () => {
    const p = play({ entities: vehicle("Ego") + vehicle("Ram"), init: `<Private entityRef="Ego">${teleport(-1, 300)}${speed(0)}</Private><Private entityRef="Ram">${teleport(-1, 100)}${speed(12)}</Private>` });
    let touches = 0;
    for (let s = 0; s <= 30; s += 0.5) {
      p.to(s);
      touches += touching(p.player).length;
    }
    expect(touches).toBeGreaterThan(0);
  });

  it("stops for red and goes on green", () => {
    const controller = '<TrafficSignals><TrafficSignalController name="C"><Phase name="red" duration="30"><TrafficSignalState trafficSignalId="7" state="red"/></Phase><Phase name="green" duration="30"><TrafficSignalState trafficSignalId="7" state="green"/></Phase></TrafficSignalController></TrafficSignals>';
    const text = scenarioText({ init: away + global(source(100, 'rate="0.1" speed="12"')), stop: trigger(atTime(300)) }).replace("</RoadNetwork>", `${controller}</RoadNetwork>`);
    const player = emptyScenario(signalled, {}, text).play({ rng: createRng(1), stepUs: 100_000, disableControllers: false });
    const farthest = (untilS: number, fromS: number): number => {
      let most = 0;
      for (let i = fromS * 10; i <= untilS * 10; i += 1) {
        player.step(timeUs(i * 100_000));
        for (const name of cars(player)) most = Math.max(most, player.state(name).xM + 3.6);
      }
      return most;
    };
    const red = farthest(29, 0);
    expect(red).toBeGreaterThan(290);
    expect(red).toBeLessThan(300);
    expect(farthest(55, 29.1)).toBeGreaterThan(330);
  });
});

const oneLane = straightMap().replace(/<lane id="-2".*?<\/lane>/s, "");
const signalled = oneLane.replace("</lanes></road>", '</lanes><signals><signal s="300" t="-5" id="7" name="light" dynamic="yes" orientation="+" zOffset="3" country="DE" type="1000001" subtype="-1" value="-1"/></signals></road>');
