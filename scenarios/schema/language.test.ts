import { describe, expect, test } from "vitest";
import { readXml } from "../../fleet-core/contract/xml.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { action, atTime, event, loadText, onState, play, problemsOf, scenarioText, speed, teleport, trigger, vehicle, type Parts } from "../test-files.ts";
import type { Action, GlobalAction, PrivateAction, Scenario } from "./model.ts";
import { createProblems } from "./problems.ts";
import { readScenario } from "./read-scenario.ts";
import { validateDocument } from "./validate.ts";

function model(text: string): { readonly scenario: Scenario | undefined; readonly problems: readonly string[] } {
  const tree = readXml(text, "a.xosc");
  if (!tree.ok) throw new Error("the test's text must be XML");
  const problems = createProblems({ lenient: false });
  validateDocument(tree.value, "a.xosc", "1.3", problems);
  const scenario = readScenario(tree.value, problems, { file: "a.xosc", version: "1.3", files: { read: () => undefined }, parameters: new Map() });
  return { scenario, problems: problems.diagnostics.map(formatDiagnostic) };
}

function good(parts: Parts, change: (text: string) => string = (t) => t): Scenario {
  const { scenario, problems } = model(change(scenarioText(parts)));
  expect(problems).toEqual([]);
  if (scenario === undefined) throw new Error("the test's scenario must load");
  return scenario;
}

const firstAction = (s: Scenario): Action | undefined => s.stories[0]?.acts[0]?.groups[0]?.maneuvers[0]?.events[0]?.actions[0]?.actions[0];
const privately = (inner: string): PrivateAction | undefined => {
  const a = firstAction(good({ events: event("E", action("A1", `<PrivateAction>${inner}</PrivateAction>`), trigger(atTime(1))) }));
  return a?.scope === "private" ? a.action : undefined;
};
const globally = (inner: string, change?: (text: string) => string): GlobalAction | undefined => {
  const a = firstAction(good({ events: event("E", action("A1", `<GlobalAction>${inner}</GlobalAction>`), trigger(atTime(1))) }, change));
  return a?.scope === "global" ? a.action : undefined;
};

const at = '<Position><WorldPosition x="1" y="2"/></Position>';
const car = vehicle("x").replace(/^<ScenarioObject name="x">/, "").replace("</ScenarioObject>", "");
const mix = `<TrafficDistribution><TrafficDistributionEntry weight="2"><EntityDistribution><EntityDistributionEntry weight="1"><ScenarioObjectTemplate>${car}<ObjectController><Controller name="c"><Properties/></Controller></ObjectController></ScenarioObjectTemplate></EntityDistributionEntry></EntityDistribution><Properties><Property name="k" value="v"/></Properties></TrafficDistributionEntry></TrafficDistribution>`;
const definition = '<TrafficDefinition name="t"><VehicleCategoryDistribution><VehicleCategoryDistributionEntry category="car" weight="3"/><VehicleCategoryDistributionEntry category="bus" weight="1"/></VehicleCategoryDistribution><ControllerDistribution><ControllerDistributionEntry weight="1"><Controller name="c"><Properties/></Controller></ControllerDistributionEntry></ControllerDistribution></TrafficDefinition>';
const traffic = (inner: string, name = "T"): string => `<TrafficAction trafficName="${name}">${inner}</TrafficAction>`;

describe("background traffic is read", () => {
  test("source, with entities of 1.3 and with a definition of 1.0", () => {
    const source = globally(traffic(`<TrafficSourceAction radius="20" rate="0.5" speed="8">${at}${mix}</TrafficSourceAction>`));
    expect(source).toMatchObject({ kind: "traffic-source", name: "T", radius: 20, rate: 0.5, speed: 8, mix: { kind: "distribution", entries: [{ weight: 2, value: { entities: [{ weight: 1, value: [{ name: "", model: "car", controllers: [{ name: "c" }] }] }] } }] } });
    expect(globally(traffic(`<TrafficSourceAction radius="20" rate="1" velocity="8">${at}${definition}</TrafficSourceAction>`))).toMatchObject({ rate: 1, speed: 8, mix: { kind: "definition", name: "t", categories: [{ weight: 3, value: "car" }, { weight: 1, value: "bus" }], controllers: [{ weight: 1, value: { name: "c" } }] } });
  });
  test("sink, swarm, area by polygon and by roads, stop", () => {
    expect(globally(traffic(`<TrafficSinkAction radius="5" rate="1">${at}</TrafficSinkAction>`))).toMatchObject({ kind: "traffic-sink", radius: 5, mix: undefined });
    expect(globally(traffic(`<TrafficSwarmAction innerRadius="10" semiMajorAxis="200" semiMinorAxis="100" offset="5" numberOfVehicles="12"><CentralObject entityRef="Ego"/>${mix}<InitialSpeedRange lowerLimit="5" upperLimit="9"/><DirectionOfTravelDistribution same="3" opposite="1"/></TrafficSwarmAction>`))).toMatchObject({ kind: "traffic-swarm", central: "Ego", numberOfVehicles: 12, initialSpeed: { min: 5, max: 9 }, direction: { same: 3, opposite: 1 } });
    expect(globally(traffic(`<TrafficAreaAction numberOfEntities="4" continuous="true">${mix}<TrafficArea><Polygon>${at}${at}${at}</Polygon></TrafficArea></TrafficAreaAction>`))).toMatchObject({ kind: "traffic-area", numberOfEntities: 4, continuous: true, area: { kind: "polygon" } });
    expect(globally(traffic(`<TrafficAreaAction numberOfEntities="4" continuous="false">${mix}<TrafficArea><RoadRange length="90"><RoadCursor roadId="1" s="10"><Lane id="-1"/></RoadCursor><RoadCursor roadId="1"/></RoadRange></TrafficArea></TrafficAreaAction>`))).toMatchObject({ area: { kind: "roads", ranges: [{ lengthM: 90, cursors: [{ road: "1", s: 10, lanes: [-1] }, { road: "1", s: undefined, lanes: [] }] }] } });
    expect(globally(traffic("<TrafficStopAction/>"))).toEqual({ kind: "traffic-stop", name: "T" });
  });
  test("without anybody to drive, with weights of 0, around nobody: refused", () => {
    const refused = (inner: string): string => model(scenarioText({ init: `<GlobalAction>${traffic(inner)}</GlobalAction>` })).problems.join("\n");
    expect(refused(`<TrafficSourceAction radius="20" rate="1">${at}</TrafficSourceAction>`)).toContain("TrafficSourceAction does not say who drives");
    expect(refused(`<TrafficSourceAction radius="20" rate="1">${at}${definition.replaceAll(/weight="\d"/g, 'weight="0"')}</TrafficSourceAction>`)).toContain("no entry of VehicleCategoryDistribution has a weight above 0");
    expect(refused(`<TrafficSwarmAction innerRadius="1" semiMajorAxis="2" semiMinorAxis="1" offset="0" numberOfVehicles="1"><CentralObject entityRef="Nobody"/>${mix}</TrafficSwarmAction>`)).toContain("there is no entity Nobody");
  });
});

describe("groups of entities", () => {
  const two = vehicle("Ego") + vehicle("Two") + '<ScenarioObject name="Post"><MiscObject name="post" mass="1" miscObjectCategory="pole"><BoundingBox><Center x="0" y="0" z="0"/><Dimensions width="1" length="1" height="1"/></BoundingBox></MiscObject></ScenarioObject>';
  const group = (name: string, members: string): string => `<EntitySelection name="${name}"><Members>${members}</Members></EntitySelection>`;
  const named = group("pair", '<EntityRef entityRef="Two"/><EntityRef entityRef="Ego"/>');
  test("by name, by type, of groups; members in the order of the entities", () => {
    const s = good({ entities: two + named + group("cars", '<ByType objectType="vehicle"/>') + group("all", '<EntityRef entityRef="pair"/><EntityRef entityRef="Post"/>') });
    expect([...s.selections]).toEqual([["pair", ["Ego", "Two"]], ["cars", ["Ego", "Two"]], ["all", ["Ego", "Two", "Post"]]]);
  });
  test("stand for their members as actors, in Init, in conditions, in collisions and when deleted", () => {
    const byEntity = '<Condition name="c" delay="0" conditionEdge="none"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="all"><EntityRef entityRef="pair"/></TriggeringEntities><EntityCondition><CollisionCondition><EntityRef entityRef="pair"/></CollisionCondition></EntityCondition></ByEntityCondition></Condition>';
    const s = good({ entities: two + named, actors: ["pair"], init: `<Private entityRef="pair">${teleport(-1, 50)}</Private>`, events: event("E", action("A1", '<GlobalAction><EntityAction entityRef="pair"><DeleteEntityAction/></EntityAction></GlobalAction>'), trigger(byEntity)) });
    const g = s.stories[0]?.acts[0]?.groups[0];
    expect(s.init.map((i) => i.entity)).toEqual(["Ego", "Two"]);
    expect(g?.actors).toEqual(["Ego", "Two"]);
    expect(g?.maneuvers[0]?.events[0]?.startTrigger?.groups[0]?.[0]?.body).toMatchObject({ entities: ["Ego", "Two"], condition: { with: { entities: ["Ego", "Two"] } } });
    expect(g?.maneuvers[0]?.events[0]?.actions[0]?.actions.map((a) => (a.scope === "global" && a.action.kind === "delete-entity" ? a.action.entity : ""))).toEqual(["Ego", "Two"]);
  });
  test("are refused where one entity is meant, and when they name nobody", () => {
    const relative = '<PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/><SpeedActionTarget><RelativeTargetSpeed entityRef="pair" value="0" speedTargetValueType="delta" continuous="false"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction>';
    expect(model(scenarioText({ entities: two + named, events: event("E", action("A1", relative), trigger(atTime(1))) })).problems.join("\n")).toContain("pair is a group of entities; one entity is meant here");
    expect(model(scenarioText({ entities: two + group("g", '<EntityRef entityRef="Ega"/>') })).problems.join("\n")).toContain("group g names Ega, which is neither an entity nor a group");
    expect(model(scenarioText({ entities: two + group("g", '<EntityRef entityRef="g"/>') })).problems.join("\n")).toContain("group g has no members");
    expect(model(scenarioText({ entities: two + group("Ego", '<EntityRef entityRef="Two"/>') })).problems.join("\n")).toContain("an entity is named Ego too");
  });
});

describe("actors that trigger", () => {
  const three = vehicle("Ego") + vehicle("Fast") + vehicle("Slow");
  const init = `<Private entityRef="Ego">${teleport(-1, 10)}${speed(10)}</Private><Private entityRef="Fast">${teleport(-1, 100)}${speed(20)}</Private><Private entityRef="Slow">${teleport(-2, 200)}${speed(5)}</Private>`;
  const faster = (limit: number): string => `<Condition name="c" delay="0" conditionEdge="none"><ByEntityCondition><TriggeringEntities triggeringEntitiesRule="any"><EntityRef entityRef="Fast"/><EntityRef entityRef="Slow"/></TriggeringEntities><EntityCondition><SpeedCondition value="${limit}" rule="greaterThan"/></EntityCondition></ByEntityCondition></Condition>`;
  const speeds = (limit: number, select: string): readonly number[] => {
    const p = play({ entities: three, init, stories: `<Story name="S"><Act name="A"><ManeuverGroup name="G" maximumExecutionCount="1"><Actors selectTriggeringEntities="${select}"><EntityRef entityRef="Ego"/></Actors><Maneuver name="M">${event("E", action("Act1", speed(1)), trigger(faster(limit)))}</Maneuver></ManeuverGroup><StartTrigger>${trigger(atTime(0))}</StartTrigger></Act></Story>` });
    p.to(1);
    expect(p.steps("E", "complete").length).toBe(1);
    return ["Ego", "Fast", "Slow"].map((name) => p.player.state(name).speedMps);
  };
  test("act with the listed ones, and only those whose condition holds", () => {
    expect(speeds(10, "true")).toEqual([1, 1, 5]);
    expect(speeds(2, "true")).toEqual([1, 1, 1]);
    expect(speeds(10, "false")).toEqual([1, 20, 5]);
  });
});

describe("values the user defines", () => {
  const stop = (rule: string, value: string): string => trigger(`<Condition name="c" delay="0" conditionEdge="none"><ByValueCondition><UserDefinedValueCondition name="phase" rule="${rule}" value="${value}"/></ByValueCondition></Condition>`);
  const endsAt = (rule: string, value: string, initial?: string): string | undefined => {
    const scenario = loadText(scenarioText({ stop: stop(rule, value), events: event("E", action("A1", '<UserDefinedAction><CustomCommandAction type="atlasmesh.value">phase = 9</CustomCommandAction></UserDefinedAction>'), trigger(atTime(0.5))) })).scenario;
    const p = play({ stop: stop(rule, value), events: event("E", action("A1", '<UserDefinedAction><CustomCommandAction type="atlasmesh.value">phase = 9</CustomCommandAction></UserDefinedAction>'), trigger(atTime(0.5))) });
    expect(scenario).toBeDefined();
    if (initial !== undefined) p.player.setUserValue("phase", initial);
    p.to(0.2);
    const early = p.player.ended;
    p.to(1);
    return early !== undefined ? "early" : p.player.ended !== undefined ? "late" : undefined;
  };
  test("are compared as numbers or as texts, set from outside or by a command; one nobody set fulfils nothing", () => {
    expect(endsAt("equalTo", "9.0")).toBe("late");
    expect(endsAt("greaterThan", "8", "10")).toBe("early");
    expect(endsAt("equalTo", "go", "go")).toBe("early");
    expect(endsAt("notEqualTo", "9")).toBeUndefined();
  });
  test("a command that sets nothing is refused", () => {
    expect(problemsOf(scenarioText({ init: '<UserDefinedAction><CustomCommandAction type="atlasmesh.value">=3</CustomCommandAction></UserDefinedAction>' }))[0]).toMatch(/atlasmesh\.value holds "=3" \(expected NAME=VALUE\)/);
  });
});

describe("details are read, not passed over", () => {
  test("overrides with values, limits and gears", () => {
    const overrides = privately('<ControllerAction><OverrideControllerValueAction><Throttle active="true" value="0.4" maxRate="2"/><Brake active="true"><BrakeForce value="900" maxRate="10"/></Brake><SteeringWheel active="false" value="0.1" maxTorque="3"/><Gear active="true"><AutomaticGear gear="r"/></Gear></OverrideControllerValueAction></ControllerAction>');
    expect(overrides).toMatchObject({ kind: "override-controller", overrides: [{ what: "throttle", value: 0.4, maxRate: 2 }, { what: "brake", unit: "force", value: 900, maxRate: 10 }, { what: "steeringWheel", active: false, maxTorque: 3 }, { what: "gear", unit: "automatic", gear: "r" }] });
  });
  test("lights with colours, animations of every kind", () => {
    expect(privately('<AppearanceAction><LightStateAction transitionTime="2"><LightType><VehicleLight vehicleLightType="indicatorLeft"/></LightType><LightState mode="flashing" luminousIntensity="5" flashingOnDuration="0.4" flashingOffDuration="0.6"><Color colorType="yellow"><ColorRgb red="1" green="0.5" blue="0"/></Color></LightState></LightStateAction></AppearanceAction>')).toMatchObject({ change: { kind: "light", light: { kind: "vehicle", name: "indicatorLeft" }, mode: "flashing", flashOnS: 0.4, transitionS: 2, colour: { kind: "rgb", green: 0.5 } } });
    expect(privately('<AppearanceAction><AnimationAction loop="true" animationDuration="3"><AnimationType><PedestrianAnimation motion="walking"><PedestrianGesture gesture="umbrellaLeftHand"/></PedestrianAnimation></AnimationType><AnimationState state="0.5"/></AnimationAction></AppearanceAction>')).toMatchObject({ change: { kind: "animation", what: { kind: "pedestrian", motion: "walking", gestures: ["umbrellaLeftHand"] }, loop: true, durationS: 3, state: 0.5 } });
    expect(privately('<AppearanceAction><AnimationAction><AnimationType><ComponentAnimation><UserDefinedComponent userDefinedComponentType="crane"/></ComponentAnimation></AnimationType></AnimationAction></AppearanceAction>')).toMatchObject({ change: { what: { kind: "component", component: "crane", user: true } } });
  });
  test("header, sky, signal groups, used area, axles, external objects", () => {
    const text = scenarioText({
      entities: vehicle("Ego").replace("</Axles>", '<AdditionalAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.6" positionX="1" positionZ="0.3"/></Axles>') + '<ScenarioObject name="Far"><ExternalObjectReference name="tower"/></ScenarioObject>',
      events: event("E", action("A1", '<GlobalAction><EnvironmentAction><Environment name="e"><Weather fractionalCloudCover="fourOktas" atmosphericPressure="100000"><Sun azimuth="1" elevation="0.5" illuminance="900"/><Fog visualRange="100"><BoundingBox><Center x="0" y="0" z="0"/><Dimensions width="9" length="8" height="7"/></BoundingBox></Fog><Wind direction="1.5" speed="4"/></Weather><RoadCondition frictionScaleFactor="0.8"><Properties><Property name="p" value="q"/></Properties></RoadCondition></Environment></EnvironmentAction></GlobalAction>'), trigger(atTime(1))),
    }).replace(/(<FileHeader[^>]*)\/>/, '$1><License name="L" spdxId="MPL-2.0">text</License><Properties><Property name="a" value="b"/></Properties></FileHeader>').replace(/<RoadNetwork>.*<\/RoadNetwork>/, `<RoadNetwork><TrafficSignals><TrafficSignalController name="c"><Phase name="p" duration="3"><TrafficSignalGroupState state="off;on"/></Phase></TrafficSignalController></TrafficSignals><UsedArea>${at}${at}</UsedArea></RoadNetwork>`);
    const { scenario: s, problems } = model(text);
    expect(problems).toEqual([expect.stringMatching(/warning: .*nothing is known of the external object tower/)]);
    expect(s?.extras).toMatchObject({ license: { name: "L", spdxId: "MPL-2.0", text: "text" } });
    expect(s?.signalControllers[0]?.phases[0]?.groupState).toBe("off;on");
    expect(s?.usedArea).toHaveLength(2);
    expect(s?.entities[0]?.details.axles.map((a) => a.place)).toEqual(["front", "rear", "additional"]);
    expect(s?.entities[1]).toMatchObject({ kind: "external", model: "tower" });
    const a = s === undefined ? undefined : firstAction(s);
    expect(a?.scope === "global" && a.action.kind === "environment" ? a.action.environment.sky : undefined).toMatchObject({ fractionalCloudCover: "fourOktas", atmosphericPressurePa: 100000, sun: { azimuthRad: 1 }, wind: { speedMps: 4 }, fogBox: { width: 9 } });
  });
  test("both of two that exclude each other are refused or warned about, never one in silence", () => {
    expect(problemsOf(scenarioText({ events: event("E", action("A1", '<PrivateAction><LongitudinalAction><LongitudinalDistanceAction entityRef="Ego" distance="1" timeGap="1" continuous="true" freespace="true"/></LongitudinalAction></PrivateAction>'), trigger(atTime(1))) }))[0]).toContain("has distance and timeGap");
    expect(problemsOf(scenarioText({ events: event("E", action("A1", '<PrivateAction><ActivateControllerAction controllerRef="a" objectControllerRef="b" lateral="true"/></PrivateAction>'), trigger(atTime(1))) })).join()).toContain("controllerRef is left aside");
  });
  test("a reference that fits two storyboard elements is said", () => {
    const two = event("E", action("A1", speed(5)), trigger(atTime(1)));
    const text = scenarioText({ stories: ["A", "B"].map((name) => `<Story name="${name}"><Act name="act"><ManeuverGroup name="G" maximumExecutionCount="1"><Actors selectTriggeringEntities="false"><EntityRef entityRef="Ego"/></Actors><Maneuver name="M">${two}</Maneuver></ManeuverGroup></Act></Story>`).join(""), stop: trigger(onState("event", "E", "completeState")) });
    expect(problemsOf(text)[0]).toMatch(/warning: .*E names 2 elements of type event/);
  });
});
