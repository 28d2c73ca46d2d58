import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { sharedMissing, sharedScenarios } from "../peer/test-shared.ts";
import { action, atLane, atTime, command, event, onState, scenarioText, speed, straightMap, trigger } from "../test-files.ts";
import { checkFile, type CheckReport } from "./check.ts";
import { foreignTokens } from "./document-rules.ts";
import { checkRules } from "./rules.ts";
import { toSarif } from "./sarif.ts";

const when = sharedMissing === undefined ? "" : ` (left out: ${sharedMissing})`;
const folder = join(sharedScenarios, "asam-qc-rules");

/** What the folder's rule is called in our table; two folders are about the road network file, which has no rule of ASAM's. */
const ruleOf = (name: string): string => (name === "transition_time_should_be_non_negative" ? "non_negative_transition_time_in_light_state_action" : name === "parametric_input_xodr" ? "non_existing_road_network_file" : name);
/** Where the file's name says neither, the folder says what is wrong; the parametric road network is the one that is found. */
const isGood = (rule: string, file: string): boolean => !/negative|invalid/.test(file) && (/positive|valid_xml.*positive/.test(file) || rule === "parametric_input_xodr");

function checkAt(path: string): CheckReport {
  const at = dirname(path);
  return checkFile(path.slice(at.length + 1), (name) => {
    const file = join(at, name);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  });
}

describe.skipIf(sharedMissing !== undefined)(`ASAM's files for each rule${when}`, () => {
  const files = sharedMissing !== undefined ? [] : readdirSync(folder, { withFileTypes: true }).filter((d) => d.isDirectory()).flatMap((d) => readdirSync(join(folder, d.name)).filter((n) => n.endsWith(".xosc")).map((n) => ({ rule: d.name, file: n })));
  test("there are 13 rules", () => expect(new Set(files.map((f) => f.rule)).size).toBe(13));
  for (const { rule, file } of files) {
    test(`${rule}/${file}`, () => {
      const report = checkAt(join(folder, rule, file));
      const result = report.rules.find((r) => r.rule === ruleOf(rule));
      expect(result?.status, JSON.stringify(report.diagnostics, null, 1)).toBe(isGood(rule, file) ? "passed" : "failed");
      if (!isGood(rule, file)) expect(report.valid).toBe(false);
    });
  }
});

const check = (text: string, more: Readonly<Record<string, string>> = {}): CheckReport => {
  const files = new Map(Object.entries({ "a.xosc": text, "map.xodr": straightMap(), ...more }));
  return checkFile("a.xosc", (name) => files.get(name));
};
const failed = (report: CheckReport): readonly string[] => report.rules.filter((r) => r.status === "failed").map((r) => r.rule);
const signals = '<RoadNetwork><LogicFile filepath="map.xodr"/><TrafficSignals><TrafficSignalController name="c"><Phase name="p" duration="3"/></TrafficSignalController></TrafficSignals></RoadNetwork>';
const withSignals = (parts: Parameters<typeof scenarioText>[0]): string => scenarioText(parts).replace(/<RoadNetwork>.*<\/RoadNetwork>/, signals);
const infrastructure = (inner: string): string => `<GlobalAction><InfrastructureAction><TrafficSignalAction>${inner}</TrafficSignalAction></InfrastructureAction></GlobalAction>`;
const good = withSignals({ events: event("E", action("A1", speed(5)), trigger(atTime(1))), init: infrastructure('<TrafficSignalControllerAction trafficSignalControllerRef="c" phase="p"/>') });
const catalog = (entries: string): string => `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><Catalog name="k">${entries}</Catalog></OpenSCENARIO>`;
const controller = (name: string, value: string, declared = ""): string => `<Controller name="${name}">${declared}<Properties><Property name="x" value="${value}"/></Properties></Controller>`;
const declares = (name: string, value: string): string => `<ParameterDeclarations><ParameterDeclaration name="${name}" parameterType="double" value="${value}"/></ParameterDeclarations>`;

describe("each rule accepts a good file and names a planted fault", () => {
  test("a good scenario and a good catalog keep all rules", () => {
    expect(check(good)).toMatchObject({ valid: true, kind: "scenario", version: "1.3", diagnostics: [] });
    expect(failed(check(good))).toEqual([]);
    expect(check(catalog(controller("a", "$v", declares("v", "1"))))).toMatchObject({ valid: true, kind: "catalog", diagnostics: [] });
  });
  const faults: readonly (readonly [string, string])[] = [
    ["valid_xml_document", good.replace("</Storyboard>", "")],
    ["root_tag_is_openscenario", "<OpenDRIVE/>"],
    ["fileheader_is_present", good.replace(/<FileHeader[^>]*>/, "")],
    ["version_is_defined", good.replace('revMinor="3" ', "")],
    ["version_is_defined", good.replace('revMinor="3"', 'revMinor="70000"')],
    ["valid_schema", good.replace("<Entities>", "<Entities><Dragon/>")],
    ["valid_schema", good.replace('revMajor="1"', 'revMajor="0"')],
    ["uniquely_resolvable_entity_references", catalog(controller("a", "1") + controller("a", "2"))],
    ["resolvable_signal_id_in_traffic_signal_state_action", withSignals({ init: infrastructure('<TrafficSignalStateAction name="77" state="on"/>') })],
    ["resolvable_traffic_signal_controller_by_traffic_signal_controller_ref", good.replace('ControllerRef="c"', 'ControllerRef="d"')],
    ["valid_actor_reference_in_private_actions", good.replace('<EntityRef entityRef="Ego"/></Actors>', "</Actors>")],
    ["resolvable_entity_references", good.replace('<EntityRef entityRef="Ego"/></Actors>', '<EntityRef entityRef="Ega"/></Actors>')],
    ["resolvable_variable_reference", withSignals({ init: '<GlobalAction><VariableAction variableRef="v"><SetAction value="1"/></VariableAction></GlobalAction>' })],
    ["resolvable_storyboard_element_reference", good.replace(atTime(60), onState("event", "F", "completeState"))],
    ["resolvable_storyboard_element_reference", withSignals({ events: event("E", action("A1", speed(5)), trigger(atTime(1))) }).replace(/<Act name="A">.*<\/Act>/s, (act) => act + act.replace('name="A"', 'name="B"')).replace(atTime(60), onState("event", "E", "completeState"))],
    ["unique_element_names_on_same_level", good.replace("</Story>", (end) => end) .replace("<Phase name=\"p\" duration=\"3\"/>", '<Phase name="p" duration="3"/><Phase name="p" duration="4"/>')],
    ["valid_parameter_declaration_in_catalogs", catalog(controller("a", "$v"))],
    ["valid_parameter_declaration_in_catalogs", catalog(controller("a", "$v", declares("v", "1")) + controller("b", "${$v + 1}"))],
    ["valid_parameter_declaration_in_catalogs", catalog(controller("a", "$v", declares("v", "")))],
    ["allowed_operators", good.replace('AbsoluteTargetSpeed value="5"', 'AbsoluteTargetSpeed value="${2 ^ 3}"')],
    ["allowed_operators", good.replace('AbsoluteTargetSpeed value="5"', 'AbsoluteTargetSpeed value="${power(2, 3)}"')],
    ["positive_duration_in_phase", good.replace('duration="3"', 'duration="-3"')],
    ["non_negative_transition_time_in_light_state_action", withSignals({ events: event("E", action("L", '<PrivateAction><AppearanceAction><LightStateAction transitionTime="-1"><LightType><VehicleLight vehicleLightType="lowBeam"/></LightType><LightState mode="on"/></LightStateAction></AppearanceAction></PrivateAction>'), trigger(atTime(1))) })],
    ["non_existing_road_network_file", good.replace("map.xodr", "none.xodr")],
  ];
  for (const [rule, text] of faults) {
    test(rule, () => {
      const report = check(text);
      expect(failed(report), JSON.stringify(report.diagnostics, null, 1)).toContain(rule);
      expect(report.valid).toBe(false);
      const found = report.diagnostics.find((d) => d.rule === rule);
      expect(found?.uid).toBe(checkRules.find((r) => r.name === rule)?.uid);
    });
  }
  test("every rule of the table has a planted fault here", () => expect(new Set(faults.map(([rule]) => rule))).toEqual(new Set(checkRules.map((r) => r.name))));
});

describe("rules that do not apply are skipped with the reason", () => {
  test("rules of 1.2 in a file of 1.1, those about scenarios in a catalog, and all others after a basic one", () => {
    const status = (report: CheckReport, rule: string): string => `${report.rules.find((r) => r.rule === rule)?.status} ${report.rules.find((r) => r.rule === rule)?.reason}`;
    expect(status(check(good.replace('revMinor="3"', 'revMinor="1"')), "allowed_operators")).toBe("skipped from version 1.2 on");
    expect(status(check(catalog("")), "resolvable_entity_references")).toBe("skipped the file holds no scenario");
    expect(status(check("<a>"), "valid_schema")).toBe("skipped the file breaks valid_xml_document");
    expect(status(checkFile("b.xosc", () => undefined), "valid_xml_document")).toBe("skipped the file cannot be read");
  });
});

describe("distribution files are checked with the scenario they vary", () => {
  const varies = (name: string, value: string): string => `<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><ParameterValueDistribution><ScenarioFile filepath="b.xosc"/><Deterministic><DeterministicSingleParameterDistribution parameterName="${name}"><DistributionSet><Element value="1"/><Element value="${value}"/></DistributionSet></DeterministicSingleParameterDistribution></Deterministic></ParameterValueDistribution></OpenSCENARIO>`;
  const base = scenarioText({ head: declares("v", "1") });
  test("good, of another name, of a wrong type, of a scenario that is not there", () => {
    expect(check(varies("v", "2"), { "b.xosc": base })).toMatchObject({ valid: true, kind: "distribution" });
    expect(check(varies("w", "2"), { "b.xosc": base }).diagnostics[0]?.message).toBe("the scenario b.xosc declares no parameter w");
    expect(check(varies("v", "fast"), { "b.xosc": base }).diagnostics[0]?.message).toBe('parameter v is set to "fast"');
    expect(check(varies("v", "2")).diagnostics[0]?.message).toBe("the scenario b.xosc does not exist");
  });
});

test("tokens that no operator accounts for are named", () => {
  expect(foreignTokens("round(1.3) % $a_1 - .5e3 + not true")).toEqual([]);
  expect(foreignTokens("2_3 ^ power(2) & \"x\"")).toEqual(["_3", "^", "power", "&", '"', "x", '"']);
});

test("commands of others and lane positions do not disturb", () => {
  expect(check(scenarioText({ events: event("E", action("a", command("vendor.x", "...")), trigger(atTime(1))), init: `<Private entityRef="Ego"><PrivateAction><TeleportAction>${atLane(-1, 5)}</TeleportAction></PrivateAction></Private>` })).valid).toBe(true);
});

test("SARIF names rule, place and level of each finding", () => {
  const sarif = JSON.parse(JSON.stringify(toSarif([check(good.replace("<Entities>", "<Entities><Dragon/>"))], "1"))) as { version: string; runs: readonly { results: readonly unknown[]; tool: { driver: { rules: readonly unknown[] } } }[] };
  expect(sarif.version).toBe("2.1.0");
  expect(sarif.runs[0]?.tool.driver.rules).toHaveLength(checkRules.length);
  expect(sarif.runs[0]?.results[0]).toMatchObject({ ruleId: "asam.net:xosc:1.0.0:xml.valid_schema", level: "error", locations: [{ physicalLocation: { artifactLocation: { uri: "a.xosc" }, region: { startLine: 7 } } }] });
});
