import { describe, expect, test } from "vitest";
import { action, atLane, atTime, event, loadText, onState, problemsOf, scenarioText, speed, straightMap, teleport, trigger, vehicle } from "./test-files.ts";

const good = scenarioText({ events: event("E", action("Act1", speed(5)), trigger(atTime(1))) });

/** The good file with one text replaced; fails when the text is not in it. */
function broken(from: string, to: string): readonly string[] {
  if (!good.includes(from)) throw new Error(`the test's file does not hold ${from}`);
  return problemsOf(good.replace(from, to));
}

test("a good file loads, says what it read and when it begins", () => {
  const { scenario, diagnostics } = loadText(good);
  expect(diagnostics).toEqual([]);
  expect(scenario?.name).toBe("a");
  expect(scenario?.mapFile).toBe("map.xodr");
  expect([...(scenario?.files.keys() ?? [])]).toEqual(["a.xosc", "map.xodr"]);
  expect(scenario?.epochMs).toBe(Date.UTC(2026, 2, 1, 6));
});

describe("a bad file is refused with file, line, column and what was expected", () => {
  test("text that is no XML", () => {
    const [first] = broken("</Storyboard>", "</Storybord>");
    expect(first).toMatch(/^a\.xosc:\d+:\d+: error: /);
  });
  test("another root element", () => {
    expect(problemsOf("<OpenDRIVE/>")[0]).toMatch(/^a\.xosc:1:1: error: .*FileHeader/);
    expect(problemsOf('<Foo><FileHeader revMajor="1" revMinor="3"/></Foo>')[0]).toMatch(/^a\.xosc:1:1: error: \/Foo: the root element is Foo \(expected OpenSCENARIO\)$/);
  });
  test("no version, another major version", () => {
    expect(broken('revMajor="1" ', "")[0]).toMatch(/^a\.xosc:3:1: error: .*states no version/);
    expect(broken('revMajor="1"', 'revMajor="0"')[0]).toMatch(/^a\.xosc:3:13: error: .*version 0\.3 \(expected 1\.0 to 1\.3\)/);
  });
  test("an unknown element", () => {
    const line = good.split("\n").findIndex((l) => l.includes("<SpeedAction>")) + 1;
    const messages = broken("<SpeedActionTarget>", "<SpeedActionGoal/><SpeedActionTarget>");
    expect(messages[0]).toMatch(new RegExp(`^a\\.xosc:${line}:\\d+: error: /OpenSCENARIO/.*/SpeedActionGoal: SpeedActionGoal is not an element of SpeedAction \\(expected one of SpeedActionDynamics, SpeedActionTarget\\)$`));
  });
  test("an unknown attribute", () => {
    expect(broken('<LogicFile filepath="map.xodr"', '<LogicFile filepath="map.xodr" path="x"')[0]).toMatch(/^a\.xosc:6:45: error: .*path is not an attribute of LogicFile \(expected filepath\)$/);
  });
  test("a missing attribute and a missing element", () => {
    expect(broken('dynamicsShape="step" ', "")[0]).toMatch(/SpeedActionDynamics has no dynamicsShape \(expected one of cubic, linear, sinusoidal, step\)$/);
    expect(broken("<Init><Actions>", "<Init></Init><Init><Actions>").join("\n")).toMatch(/Init/);
  });
  test("a value of the wrong type", () => {
    expect(broken('s="50"', 's="fifty"').join("\n")).toMatch(/a\.xosc:12:\d+: error: .*@s: s is "fifty" \(expected a number\)/);
    expect(broken('conditionEdge="none"', 'conditionEdge="up"').join("\n")).toMatch(/conditionEdge is "up" \(expected one of falling, none, rising, risingOrFalling\)/);
    expect(broken('maximumExecutionCount="1"', 'maximumExecutionCount="-1"').join("\n")).toMatch(/maximumExecutionCount is "-1" \(expected a whole number >= 0\)/);
  });
  test("elements out of order, or too many", () => {
    expect(broken("<Entities>", "<Storyboard/><Entities>").join("\n")).toMatch(/Storyboard does not belong here in OpenSCENARIO \(expected/);
    expect(broken("</SpeedActionTarget>", "</SpeedActionTarget><SpeedActionTarget/>").join("\n")).toMatch(/SpeedActionTarget/);
  });
  test("text where none belongs", () => expect(broken("<Entities>", "<Entities>oops").join("\n")).toMatch(/Entities holds the text "oops"/));
  test("a storyboard reference to nothing, with the nearest names", () => {
    const text = scenarioText({ events: event("E", action("Act1", speed(5)), trigger(atTime(1))), stop: trigger(onState("action", "Act2", "completeState")) });
    expect(problemsOf(text)[0]).toMatch(/^a\.xosc:\d+:\d+: error: .*there is no action Act2 \(expected Act1\)$/);
  });
  test("an unknown entity", () => expect(broken('<Private entityRef="Ego">', '<Private entityRef="Ega">')[0]).toMatch(/@entityRef: there is no entity Ega \(expected Ego\)$/));
  test("duplicate names", () => {
    expect(problemsOf(scenarioText({ entities: vehicle("Ego") + vehicle("Ego") }))[0]).toMatch(/entity Ego is declared twice/);
    expect(problemsOf(scenarioText({ events: event("E", action("x", speed(1)), "") + event("E", action("y", speed(1)), "") }))[0]).toMatch(/second Event named "E" in Maneuver/);
  });
  test("a map that is not there, and one that is broken", () => {
    expect(problemsOf(scenarioText({ map: "none.xodr" }))[0]).toMatch(/^a\.xosc:6:25: error: .*the road network file none\.xodr does not exist/);
    expect(problemsOf(scenarioText({}), { "map.xodr": straightMap().replace("<line/>", "<lime/>") })[0]).toMatch(/^map\.xodr:3:\d+: error: /);
  });
  test("paths that leave the data folder", () => {
    for (const path of ["/etc/passwd", "C:/x.xodr", "file:///x.xodr", "../../../../x.xodr", "..\\x.xodr"]) expect(problemsOf(scenarioText({ map: path }))[0]).toMatch(/LogicFile\/@filepath: the path/);
  });
  test("negative transition times", () => expect(broken('dynamicsDimension="time" value="0"', 'dynamicsDimension="time" value="-1"').join("\n")).toMatch(/@value/));
  test("files of other kinds say what they are", () => {
    const head = '<FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>';
    expect(problemsOf(`<OpenSCENARIO>${head}<Catalog name="c"/></OpenSCENARIO>`)[0]).toMatch(/this file is a catalog/);
    expect(problemsOf(`<OpenSCENARIO>${head}<ParameterValueDistribution><ScenarioFile filepath="b.xosc"/><Deterministic/></ParameterValueDistribution></OpenSCENARIO>`)[0]).toMatch(/varies the parameters of b\.xosc/);
  });
  test("a file that does not exist", () => expect(loadText("", {}).diagnostics.length).toBeGreaterThan(0));
});

describe("what is not of the standard", () => {
  test("is refused by name", () => expect(broken("<SpeedActionTarget>", "<Extra/><SpeedActionTarget>")[0]).toMatch(/^a\.xosc:\d+:\d+: error: .*Extra is not an element of SpeedAction/));
  test("unknown elements are warnings when lenient", () => {
    const result = loadText(good.replace("<SpeedActionTarget>", "<Extra/><SpeedActionTarget>"), {}, { lenient: true });
    expect(result.scenario).toBeDefined();
    expect(result.diagnostics).toHaveLength(1);
  });
});

describe("parameters", () => {
  const declare = (inner: string): string => `<ParameterDeclarations>${inner}</ParameterDeclarations>`;
  const v0 = '<ParameterDeclaration name="v0" parameterType="double" value="36"><ConstraintGroup><ValueConstraint rule="greaterThan" value="0"/><ValueConstraint rule="lessOrEqual" value="60"/></ConstraintGroup></ParameterDeclaration>';
  const text = scenarioText({ head: declare(v0), init: `<Private entityRef="Ego">${teleport(-1, 50)}${speed(0).replace('value="0"/></SpeedActionTarget>', 'value="${$v0 / 3.6}"/></SpeedActionTarget>')}</Private>` });
  test("are used in expressions and may be given from outside", () => {
    expect(loadText(text).diagnostics).toEqual([]);
    expect(loadText(text, {}, { parameters: new Map([["v0", "50"]]) }).scenario).toBeDefined();
  });
  test("outside their constraints are refused, saying the limits", () => {
    expect(problemsOf(text, {}, { parameters: new Map([["v0", "61"]]) })[0]).toMatch(/^a\.xosc:4:\d+: error: .*parameter v0 is 61 \(expected greaterThan 0 and lessOrEqual 60\)$/);
  });
  test("of the wrong type, or unknown, are refused", () => {
    expect(problemsOf(text, {}, { parameters: new Map([["v0", "fast"]]) })[0]).toMatch(/parameter v0 is set to "fast" \(expected a number \(type double\)\)/);
    expect(problemsOf(text, {}, { parameters: new Map([["w", "1"]]) })[0]).toMatch(/declares no parameter w \(expected one of v0\)/);
    expect(problemsOf(text.replace("$v0 /", "$v1 /"))[0]).toMatch(/unknown parameter \$v1/);
  });
});

describe("catalogs", () => {
  const entry = vehicle("x").replace(/^<ScenarioObject name="x">/, "").replace("</ScenarioObject>", "").replace('<Vehicle name="car"', '<Vehicle name="van"').replace('vehicleCategory="car">', 'vehicleCategory="car"><ParameterDeclarations><ParameterDeclaration name="len" parameterType="double" value="4"/></ParameterDeclarations>').replace('length="4"', 'length="$len"');
  const catalog = `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><Catalog name="cars">${entry}</Catalog></OpenSCENARIO>`;
  const using = (name: string, entryName: string, inside = ""): string => scenarioText({ catalogs: '<VehicleCatalog><Directory path="./catalogs"/></VehicleCatalog>', entities: `<ScenarioObject name="Ego"><CatalogReference catalogName="${name}" entryName="${entryName}">${inside}</CatalogReference></ScenarioObject>` });
  const files = { "catalogs/cars.xosc": catalog };
  test("give their entries with the reference's parameters", () => {
    const result = loadText(using("cars", "van", '<ParameterAssignments><ParameterAssignment parameterRef="len" value="7.5"/></ParameterAssignments>'), files);
    expect(result.diagnostics).toEqual([]);
    expect([...(result.scenario?.files.keys() ?? [])]).toContain("catalogs/cars.xosc");
  });
  test("that are missing, or lack the entry, are named", () => {
    expect(problemsOf(using("buses", "van"), files)[0]).toMatch(/catalog buses is not found \(expected one of the files catalogs\/buses\.xosc\)/);
    expect(problemsOf(using("cars", "vam"), files)[0]).toMatch(/catalog cars has no .* named vam \(expected one of van\)/);
  });
  test("see only their own parameters", () => {
    const leaking = { "catalogs/cars.xosc": catalog.replace('length="$len"', 'length="$outer"') };
    const text = using("cars", "van").replace("<CatalogLocations>", '<ParameterDeclarations><ParameterDeclaration name="outer" parameterType="double" value="4"/></ParameterDeclarations><CatalogLocations>');
    expect(problemsOf(text, leaking)[0]).toMatch(/^catalogs\/cars\.xosc:1:\d+: error: .*unknown parameter \$outer/);
  });
  test("a directory outside is left out with a warning, and only matters when it is used", () => {
    const text = scenarioText({ catalogs: '<VehicleCatalog><Directory path="/usr/share/cars"/></VehicleCatalog>' });
    expect(loadText(text).scenario).toBeDefined();
    expect(problemsOf(text)[0]).toMatch(/warning: .*not relative to the scenario's folder/);
  });
});

test("positions, routes and trajectories of every kind are read", () => {
  const vertex = (s: number): string => `<Vertex time="${s}">${atLane(-1, s)}</Vertex>`;
  const follow = (shape: string): string =>
    `<PrivateAction><RoutingAction><FollowTrajectoryAction><TimeReference><None/></TimeReference><TrajectoryFollowingMode followingMode="position"/><TrajectoryRef><Trajectory name="t" closed="false"><Shape>${shape}</Shape></Trajectory></TrajectoryRef></FollowTrajectoryAction></RoutingAction></PrivateAction>`;
  const cp = (x: number): string => `<ControlPoint><Position><WorldPosition x="${x}" y="0"/></Position></ControlPoint>`;
  const shapes = [
    `<Polyline>${vertex(60)}${vertex(80)}</Polyline>`,
    `<Clothoid curvature="0" curvaturePrime="0.001" length="20">${atLane(-1, 60)}</Clothoid>`,
    `<ClothoidSpline><ClothoidSplineSegment curvatureStart="0" curvatureEnd="0.01" length="20"/></ClothoidSpline>`,
    `<Nurbs order="3">${cp(60)}${cp(70)}${cp(80)}${[0, 0, 0, 1, 1, 1].map((k) => `<Knot value="${k}"/>`).join("")}</Nurbs>`,
  ];
  for (const shape of shapes) expect(loadText(scenarioText({ events: event("E", action("x", follow(shape)), trigger(atTime(1))) })).diagnostics).toEqual([]);
  expect(problemsOf(scenarioText({ events: event("E", action("x", follow((shapes[3] as string).replace('<Knot value="1"/>', ""))), "") }))[0]).toMatch(/Nurbs has 5 knots \(expected 6/);
});
