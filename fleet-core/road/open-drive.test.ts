import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../kernel/result.ts";
import { parseOpenDrive } from "./open-drive.ts";
import { fixture, fixtureNames, fixtureText } from "./test-fixtures.ts";

const MAP = `<?xml version="1.0"?>
<OpenDRIVE>
<header revMajor="1" revMinor="6"/>
<road name="" length="100" id="1" junction="-1">
<link/>
<planView>
<geometry s="0" x="0" y="0" hdg="0" length="100"><line/></geometry>
</planView>
<lanes>
<laneSection s="0">
<center><lane id="0" type="none" level="false"/></center>
<right>
<lane id="-1" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>
</right>
</laneSection>
</lanes>
</road>
</OpenDRIVE>`;

/** Messages for the map with one text replaced. */
function complaints(search: string, replacement: string, lenient = false): string[] {
  expect(MAP).toContain(search);
  const result = parseOpenDrive(MAP.replace(search, replacement), "m.xodr", { lenient });
  expect(result.network === undefined).toBe(result.diagnostics.some((d) => d.severity === "error"));
  return result.diagnostics.map(formatDiagnostic);
}

describe("what is read", () => {
  test("all own fixtures are valid, strictly", () => {
    for (const name of fixtureNames) expect(fixture(name).name).toBe(name);
  });

  test("the header gives the origin and its offset", () => {
    const map = fixture("t-junction");
    expect([map.originLatDeg, map.originLonDeg, map.leftHandTraffic, map.headerOffset]).toEqual([52.5, 13.25, false, undefined]);
    expect(map.geoReference).toMatch(/^\+proj=tmerc/);
    const shifted = parseOpenDrive(MAP.replace('revMinor="6"/>', 'revMinor="6"><geoReference>+lat_0=-33.5</geoReference><offset x="1" y="2" z="3" hdg="0.5"/></header>'), "m.xodr").network;
    expect(shifted?.headerOffset).toEqual({ xM: 1, yM: 2, zM: 3, headingRad: 0.5 });
    expect([shifted?.originLatDeg, shifted?.originLonDeg]).toEqual([0, 0]);
    expect(shifted?.name).toBe("m");
  });

  test("signals, objects, junctions and controllers are data", () => {
    const map = fixture("t-junction");
    expect(map.signals.map((s) => [s.id, s.road, s.sM, s.tM, s.dynamic, s.orientation, s.validity])).toEqual([["S1", "1", 85, -5, true, "+", [{ fromLane: -1, toLane: -1 }]]]);
    expect(map.objects.map((o) => [o.id, o.type, o.outlines[0]?.corners.length, o.outlines[0]?.frame])).toEqual([["O1", "building", 3, "local"]]);
    expect(map.junctions.map((j) => [j.id, j.type, j.connections.length, j.controllers])).toEqual([["100", "default", 6, ["1"]]]);
    expect(map.controllers).toEqual([{ id: "1", name: "lights", sequence: undefined, signals: ["S1"], controls: [{ signal: "S1", type: "0" }] }]);
  });

  test("user data may stand anywhere and changes nothing", () => {
    expect(complaints("<line/>", '<line><userData code="x"><a b="c"/></userData></line>')).toEqual([]);
  });

  test("speeds come in m/s, km/h and mph, by lane before road type", () => {
    const limits = (type: string, lane: string): number | undefined =>
      parseOpenDrive(MAP.replace("<planView>", `${type}<planView>`).replace('d="0"/></lane>', `d="0"/>${lane}</lane>`), "m.xodr").network?.lanesAt("1", 50)[0]?.speedLimitMps;
    expect(limits("", "")).toBeUndefined();
    expect(limits('<type s="0" type="town"><speed max="36" unit="km/h"/></type>', "")).toBeCloseTo(10, 12);
    expect(limits('<type s="0" type="town"><speed max="no limit"/></type>', "")).toBe(Infinity);
    expect(limits('<type s="0" type="town"><speed max="36" unit="km/h"/></type>', '<speed sOffset="10" max="25" unit="mph"/>')).toBeCloseTo(11.176, 12);
    expect(limits('<type s="0" type="town"><speed max="36" unit="km/h"/></type>', '<speed sOffset="60" max="25" unit="mph"/>')).toBeCloseTo(10, 12);
  });
});

describe("what is refused, with its place", () => {
  test.each([
    ["<line/>", "<line curvature='1'/>", "m.xodr:7:56: error: /OpenDRIVE/road/planView/geometry/line/@curvature: unknown attribute curvature (expected none here)"],
    ["<link/>", "<lnk/>", "m.xodr:5:1: error: /OpenDRIVE/road/lnk: unknown element lnk in road (expected one of elevationProfile, lanes, lateralProfile, link, objects, planView, railroad, signals, surface, type)"],
    ["<line/>", "<bend/>", "m.xodr:7:1: error: /OpenDRIVE/road/planView/geometry: geometry lacks its content (expected one of arc, line, paramPoly3, poly3, spiral)"],
    ['hdg="0"', 'hdg="north"', 'm.xodr:7:29: error: /OpenDRIVE/road/planView/geometry/@hdg: attribute hdg is "north" (expected a number >= -1000000000 and <= 1000000000)'],
    [' x="0"', "", "m.xodr:7:1: error: /OpenDRIVE/road/planView/geometry/@x: attribute x is missing (expected a number >= -1000000000 and <= 1000000000)"],
    ['length="100" id', 'length="-1" id', 'm.xodr:4:15: error: /OpenDRIVE/road/@length: attribute length is "-1" (expected a number >= 0 and <= 200000 [m])'],
    ["<link/>", '<link><successor elementType="road" elementId="9" contactPoint="start"/></link>', "m.xodr:5:37: error: /OpenDRIVE/road/link/successor/@elementId: road 9 does not exist (expected the id of a road)"],
    ["<link/>", '<link><successor elementType="rail" elementId="9"/></link>', 'm.xodr:5:18: error: /OpenDRIVE/road/link/successor/@elementType: attribute elementType is "rail" (expected one of road, junction)'],
    ['junction="-1"', 'junction="7"', "m.xodr:4:35: error: /OpenDRIVE/road/@junction: junction 7 does not exist (expected the id of a junction, or -1)"],
    ['id="-1" type="driving"', 'id="1" type="driving"', "m.xodr:13:7: error: /OpenDRIVE/road/lanes/laneSection/right/lane/@id: lane 1 stands in right (expected a negative id)"],
    ['id="-1" type="driving"', 'id="-2" type="driving"', "m.xodr:13:7: error: /OpenDRIVE/road/lanes/laneSection/right/lane/@id: lane -1 is missing inside of lane -2 (expected ids without gaps)"],
    ["</right>", '<lane id="-1" type="stop"><width sOffset="0" a="1" b="0" c="0" d="0"/></lane></right>', "m.xodr:14:7: error: /OpenDRIVE/road/lanes/laneSection/right/lane[2]/@id: lane -1 is given twice in its section (expected each lane once)"],
    ['<width sOffset="0" a="3.5" b="0" c="0" d="0"/>', "", "m.xodr:13:1: error: /OpenDRIVE/road/lanes/laneSection/right/lane: lane -1 has neither width nor border (expected width or border)"],
    ['level="false"><width', 'level="perhaps"><width', 'm.xodr:13:30: error: /OpenDRIVE/road/lanes/laneSection/right/lane/@level: attribute level is "perhaps" (expected true or false)'],
    ['revMajor="1"', 'revMajor="2"', "m.xodr:3:9: error: /OpenDRIVE/header/@revMajor: OpenDRIVE 2.6 (expected 1)"],
    ["</planView>", '<geometry s="150" x="100" y="0" hdg="0" length="1"><line/></geometry></planView>', "m.xodr:8:11: error: /OpenDRIVE/road/planView/geometry[2]/@s: geometry starts at s = 150, the one before ends at 100 (expected no gap in s)"],
    ["</planView>", '<geometry s="100" x="101" y="1" hdg="0" length="1"><line/></geometry></planView>', "m.xodr:8:1: error: /OpenDRIVE/road/planView/geometry[2]: the reference line jumps by 1.414 m (expected at most 0.1 m)"],
    ["<line/>", '<spiral curvStart="0" curvEnd="1000000"/>', "m.xodr:7:50: error: /OpenDRIVE/road/planView/geometry/spiral: the spiral turns too far (curvature 0 to 1000000 over 100 m) (expected at most 2000 rad)"],
    ["<line/>", '<paramPoly3 aU="0" bU="0" cU="100" dU="0" aV="0" bV="0" cV="0" dV="0"/>', "m.xodr:7:50: error: /OpenDRIVE/road/planView/geometry/paramPoly3: the curve stands still or runs away (expected polynomials with a heading everywhere)"],
    ["</OpenDRIVE>", '<junction id="5" name="v" type="virtual" mainRoad="7" sStart="1" sEnd="2" orientation="+"/></OpenDRIVE>', "m.xodr:18:42: error: /OpenDRIVE/junction/@mainRoad: road 7 does not exist (expected the id of a road)"],
    ["</OpenDRIVE>", '<junction id="5" name="v" type="virtual" mainRoad="1" sStart="1" sEnd="200" orientation="+"/></OpenDRIVE>', "m.xodr:18:66: error: /OpenDRIVE/junction/@sEnd: the virtual junction reaches from s = 1 to 200 (expected ascending, 0 to 100)"],
    ["<link/>", '<link><successor elementType="road" elementId="1" elementS="300" elementDir="+"/></link>', "m.xodr:5:51: error: /OpenDRIVE/road/link/successor/@elementS: road 1 has no s = 300 (expected 0 to 100)"],
    ["</road>", '<objects><object id="o" s="1" t="0"><repeat s="0" length="100" distance="0.001"/></object></objects></road>', "m.xodr:17:64: error: /OpenDRIVE/road/objects/object/repeat/@distance: the repeat makes 100001 objects (expected at most 10000)"],
    ["</OpenDRIVE>", '<junction id="5" name=""><connection id="0" incomingRoad="1" connectingRoad="8" contactPoint="start"/></junction></OpenDRIVE>', "m.xodr:18:62: error: /OpenDRIVE/junction/connection/@connectingRoad: road 8 does not exist (expected the id of a road)"],
    ["</road>", '<signals><signalReference s="1" t="0" id="S9" orientation="+"/></signals></road>', "m.xodr:17:39: error: /OpenDRIVE/road/signals/signalReference/@id: signal S9 does not exist (expected the id of a signal)"],
    ['a="3.5" b="0" c="0"', 'a="3.5" b="0" c="1"', "m.xodr:13:44: error: /OpenDRIVE/road/lanes/laneSection/right/lane/width: width reaches 1410 m at s = 37.5 (expected at most 1000 m either way)"],
    ["<lanes>", '<elevationProfile><elevation s="0" a="0" b="1000" c="0" d="0"/></elevationProfile><lanes>', "m.xodr:9:19: error: /OpenDRIVE/road/elevationProfile/elevation: elevation reaches 2.500e+4 m at s = 25 (expected at most 20000 m either way)"],
    ["</OpenDRIVE>", "", "m.xodr:18:1: error: unclosed tag: OpenDRIVE"],
  ])("%s -> %s", (search, replacement, message) => {
    expect(complaints(search, replacement)).toContain(message);
  });

  test("the root must be OpenDRIVE and have a road", () => {
    expect(parseOpenDrive("<OpenScenario/>", "m.xodr").diagnostics.map(formatDiagnostic)).toEqual(["m.xodr:1:1: error: /OpenScenario: the root element is OpenScenario (expected OpenDRIVE)"]);
    expect(parseOpenDrive('<OpenDRIVE><header revMajor="1" revMinor="4"/></OpenDRIVE>', "m.xodr").diagnostics.map(formatDiagnostic)).toEqual(["m.xodr:1:1: error: /OpenDRIVE: OpenDRIVE has 0 road (expected at least 1)"]);
  });

  test("lenient reads past unknown names and tolerable faults, never past wrong values", () => {
    for (const [search, replacement] of [["<line/>", '<line a="1"/>'], ["<link/>", "<lnk/>"], ['id="-1" type="driving"', 'id="-2" type="driving"'], ["<link/>", '<link><successor elementType="road" elementId="9" contactPoint="start"/></link>']] as const) {
      const messages = complaints(search, replacement, true);
      expect(messages.length).toBeGreaterThan(0);
      for (const m of messages) expect(m).toContain(": warning:");
    }
    expect(complaints('hdg="0"', 'hdg="north"', true)[0]).toContain(": error:");
    expect(complaints('id="1" junction', 'id="1" junk', true).join()).toContain("attribute junction is missing");
  });

  test("a lane link that leads nowhere names the lanes that are there", () => {
    const { diagnostics } = parseOpenDrive(fixtureText("left-hand").replace('<successor id="1"/>', '<successor id="4"/>'), "l.xodr");
    expect(diagnostics.map(formatDiagnostic)).toEqual(["l.xodr:16:72: error: /OpenDRIVE/road/lanes/laneSection[1]/left/lane/link/successor/@id: lane 1 of road 1 has successor 4, which is not there (expected one of 1, 2)"]);
  });

  test("a junction's lane link from or to a missing lane is an error", () => {
    const { diagnostics } = parseOpenDrive(fixtureText("motorway-exit").replace('<laneLink from="-3" to="-1"/>', '<laneLink from="-4" to="-2"/>'), "x.xodr");
    expect(diagnostics.map((d) => `${d.message} (${d.expected})`)).toEqual(["road 1 has no lane -4 at junction 7 (one of -3, -2, -1)", "road 3 has no lane -2 at its start (one of -1)"]);
  });
});
