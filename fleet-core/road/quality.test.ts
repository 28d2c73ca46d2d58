/** One planted fault per rule: each is reported under its own name, with its place; sound maps are not. */
import { expect, test } from "vitest";
import { parseOpenDrive } from "./open-drive.ts";
import { qualityRules } from "./parse/quality.ts";
import { fixtureNames, fixtureText } from "./test-fixtures.ts";

type Finding = readonly [rule: string | undefined, line: number | undefined, column: number | undefined, severity: string];

function findings(text: string): Finding[] {
  return parseOpenDrive(text, "q.xodr", { lenient: true, thorough: true }).diagnostics.map((d) => [d.rule, d.line, d.column, d.severity] as const);
}

const lane = (id: number, link = ""): string => `<lane id="${id}" type="driving" level="false"><link>${link}</link><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>`;
const side = (name: string, id: number, back: string, on: string): string => `<${name}>${lane(id, `${back === "" ? "" : `<predecessor id="${back}"/>`}${on === "" ? "" : `<successor id="${on}"/>`}`)}</${name}>`;
const lanes = (left: string, right: string): string => `<lanes><laneSection s="0">${left}<center><lane id="0" type="none" level="false"/></center>${right}</laneSection></lanes>`;
const both = (back: boolean, on: boolean): string => lanes(side("left", 1, back ? "1" : "", on ? "1" : ""), side("right", -1, back ? "-1" : "", on ? "-1" : ""));

/** Two roads in a row, then a junction with one connecting road to a third; one element a line. */
const MAP = [
  '<?xml version="1.0"?>', "<OpenDRIVE>", '<header revMajor="1" revMinor="6"/>',
  '<road name="" length="100" id="1" junction="-1">', '<link><successor elementType="road" elementId="2" contactPoint="start"/></link>', '<planView><geometry s="0" x="0" y="0" hdg="0" length="60"><line/></geometry><geometry s="60" x="60" y="0" hdg="0" length="40"><line/></geometry></planView>', '<elevationProfile><elevation s="0" a="0" b="0" c="0" d="0"/></elevationProfile>', "<lateralProfile/>", both(false, true), "</road>",
  '<road name="" length="100" id="2" junction="-1">', '<link><predecessor elementType="road" elementId="1" contactPoint="end"/><successor elementType="junction" elementId="9"/></link>', '<planView><geometry s="0" x="100" y="0" hdg="0" length="100"><line/></geometry></planView>', both(true, false), "</road>",
  '<road name="" length="20" id="3" junction="9">', '<link><predecessor elementType="road" elementId="2" contactPoint="end"/><successor elementType="road" elementId="4" contactPoint="start"/></link>', '<planView><geometry s="0" x="200" y="0" hdg="0" length="20"><line/></geometry></planView>', lanes("", side("right", -1, "-1", "-1")), "</road>",
  '<road name="" length="50" id="4" junction="-1">', '<link><predecessor elementType="junction" elementId="9"/></link>', '<planView><geometry s="0" x="220" y="0" hdg="0" length="50"><line/></geometry></planView>', both(false, false),
  '<objects><object id="o1" s="5" t="9"/></objects>', '<signals><signal id="s1" s="5" t="9" dynamic="no" type="1" subtype="1" orientation="+"/></signals>', "</road>",
  '<junction id="9" name="">', '<connection id="0" incomingRoad="2" connectingRoad="3" contactPoint="start"><laneLink from="-1" to="-1"/></connection>', "</junction>", "</OpenDRIVE>",
].join("\n");

/** Rule, what is replaced by what, and the line it is then reported at. */
const planted: readonly (readonly [string, string, string, number])[] = [
  ["geometry-kink", 'x="60" y="0" hdg="0"', 'x="60" y="0" hdg="0.2"', 6],
  ["elevation-jump", '<elevation s="0" a="0" b="0" c="0" d="0"/>', '<elevation s="0" a="0" b="0" c="0" d="0"/><elevation s="50" a="0.5" b="0" c="0" d="0"/>', 7],
  ["superelevation-jump", "<lateralProfile/>", '<lateralProfile><superelevation s="0" a="0" b="0" c="0" d="0"/><superelevation s="50" a="0.1" b="0" c="0" d="0"/></lateralProfile>', 8],
  ["lane-offset-jump", "<lanes><laneSection", '<lanes><laneOffset s="0" a="0" b="0" c="0" d="0"/><laneOffset s="50" a="1" b="0" c="0" d="0"/><laneSection', 9],
  ["lane-width-negative", 'a="3.5" b="0" c="0"', 'a="3.5" b="-0.1" c="0"', 9],
  ["lane-section-no-lanes", "</laneSection></lanes>", '</laneSection><laneSection s="50"><center><lane id="0" type="none" level="false"/></center></laneSection></lanes>', 4],
  ["road-link-not-answered", '<predecessor elementType="road" elementId="1" contactPoint="end"/>', "", 5],
  ["road-ends-gap", 'x="100" y="0"', 'x="101" y="0"', 5],
  ["road-ends-kink", 'x="100" y="0" hdg="0"', 'x="100" y="0" hdg="0.2"', 5],
  ["lane-link-not-answered", '<predecessor id="1"/>', "", 9],
  ["lane-ends-gap", '<predecessor id="1"/></link><width sOffset="0" a="3.5"', '<predecessor id="1"/></link><width sOffset="0" a="3"', 5],
  ["lane-link-against-traffic", '<successor id="1"/>', '<successor id="-1"/>', 9],
  ["junction-incoming-unlinked", '<successor elementType="junction" elementId="9"/>', "", 29],
  ["junction-foreign-road", 'id="3" junction="9"', 'id="3" junction="-1"', 29],
  ["junction-connection-not-answered", '<predecessor elementType="road" elementId="2" contactPoint="end"/>', "", 29],
  ["junction-against-traffic", '<laneLink from="-1" to="-1"/>', '<laneLink from="-1" to="1"/>', 29],
  ["junction-without-connection", '<connection id="0" incomingRoad="2" connectingRoad="3" contactPoint="start"><laneLink from="-1" to="-1"/></connection>', "", 28],
  ["connecting-road-unused", '<connection id="0" incomingRoad="2" connectingRoad="3"', '<connection id="0" incomingRoad="2" connectingRoad="4"', 16],
  ["priority-road-missing", "</junction>", '<priority high="3" low="77"/></junction>', 30],
  ["id-twice", "</signals>", '<signal id="s1" s="6" t="9" dynamic="no" type="1" subtype="1" orientation="+"/></signals>', 26],
  ["signal-off-road", '<signal id="s1" s="5"', '<signal id="s1" s="51"', 26],
  ["object-off-road", '<object id="o1" s="5"', '<object id="o1" s="-5"', 25],
  ["structure-off-road", "</objects>", '<bridge id="b" s="40" length="20" type="steel"/></objects>', 25],
  ["signal-dependency-missing", '<signal id="s1" s="5" t="9" dynamic="no" type="1" subtype="1" orientation="+"/>', '<signal id="s1" s="5" t="9" dynamic="no" type="1" subtype="1" orientation="+"><dependency id="s9"/></signal>', 26],
];

test("the sound map and all own fixtures break no rule", () => {
  expect(findings(MAP)).toEqual([]);
  for (const name of fixtureNames) expect(findings(fixtureText(name)), name).toEqual([]);
});

test("each rule has a planted fault", () => {
  expect(planted.map(([rule]) => rule).sort()).toEqual([...qualityRules].sort());
});

test.each(planted)("%s is found where it was planted", (rule, search, replacement, line) => {
  expect(MAP).toContain(search);
  // Where a text occurs several times the last lanes of lane 1 on road 1 or 2 are meant: the first of them.
  const text = rule === "junction-against-traffic" ? MAP.replace(search, replacement).replace(lanes("", side("right", -1, "-1", "-1")), both(true, true)) : MAP.replace(search, replacement);
  const found = findings(text).filter(([name]) => name === rule);
  expect(found.length, JSON.stringify(findings(text))).toBeGreaterThan(0);
  expect(found[0]?.[1]).toBe(line);
  expect(found[0]?.[2]).toBeGreaterThan(0);
  expect(found[0]?.[3]).toBe("warning");
  // Without being asked nobody hears of it.
  expect(parseOpenDrive(text, "q.xodr", { lenient: true }).diagnostics.some((d) => d.rule === rule)).toBe(false);
});

test.each([
  ["link-target-missing", 'elementId="2" contactPoint="start"', 'elementId="22" contactPoint="start"'],
  ["junction-missing", 'id="3" junction="9"', 'id="3" junction="99"'],
  ["lane-link-missing", '<successor id="1"/>', '<successor id="5"/>'],
  ["connection-road-missing", 'connectingRoad="3"', 'connectingRoad="33"'],
  ["connection-lane-missing", '<laneLink from="-1" to="-1"/>', '<laneLink from="-1" to="-4"/>'],
  ["geometry-s-gap", '<geometry s="60"', '<geometry s="61"'],
  ["reference-line-gap", 'x="60" y="0"', 'x="60" y="1"'],
  ["road-length", '<road name="" length="50"', '<road name="" length="60"'],
  ["lane-ids", '<lane id="-1"', '<lane id="-2"'],
  ["lane-width-missing", '<width sOffset="0" a="3.5" b="0" c="0" d="0"/>', ""],
  ["lane-section-start", '<laneSection s="0">', '<laneSection s="1">'],
])("%s is a fault for every reader, with its name", (rule, search, replacement) => {
  expect(MAP).toContain(search);
  const { network, diagnostics } = parseOpenDrive(MAP.replace(search, replacement), "q.xodr");
  expect(network).toBeUndefined();
  expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.rule)).toContain(rule);
});
