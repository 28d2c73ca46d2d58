/**
 * Lane sections: per side a list of sections, so that a `singleSide` section leaves the other side as it is. Positions
 * inside lanes (sOffset) become absolute s here.
 */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { LaneModel, RoadMark, SideSection } from "../model.ts";
import type { CubicRecord, Profile } from "../profile.ts";
import { createProfile } from "../profile.ts";
import { readMarks } from "./road-marks.ts";
import { ascending, checkReach, REACH_M_MAX, readCubic, readSpeed } from "./units.ts";

/** Lane types of OpenDRIVE 1.4 to 1.8. */
export const laneTypes: readonly string[] = [
  "none", "driving", "stop", "shoulder", "biking", "sidewalk", "border", "restricted", "parking", "bidirectional", "median",
  "special1", "special2", "special3", "roadWorks", "tram", "rail", "entry", "exit", "offRamp", "onRamp", "mwyEntry", "mwyExit",
  "connectingRamp", "bus", "taxi", "HOV", "curb", "walking", "slipLane", "shared",
];

export interface Lanes {
  readonly laneOffset: Profile;
  readonly left: readonly SideSection[];
  readonly right: readonly SideSection[];
  readonly centreMarks: readonly RoadMark[];
}

interface OpenSection {
  readonly sM: number;
  readonly lanes: readonly LaneModel[];
}

export function readLanes(r: XmlReader, road: XmlElement, roadLengthM: number, rule: "RHT" | "LHT"): Lanes | undefined {
  const lanes = r.requiredChild(road, "lanes");
  if (lanes === undefined) return undefined;
  const offsets = r.children(lanes, "laneOffset");
  const offsetRecords = ascending(r, offsets, offsets.map((e) => readCubic(r, e, "s")));
  checkReach(r, offsets, offsetRecords, roadLengthM, REACH_M_MAX, "m");
  const laneOffset = createProfile(offsetRecords);

  const left: OpenSection[] = [];
  const right: OpenSection[] = [];
  const centreMarks: RoadMark[] = [];
  const sections = r.children(lanes, "laneSection", { min: 1 });
  const starts = sections.map((e) => r.requiredNumber(e, "s", { min: 0 }));
  sections.forEach((e, i) => {
    const sM = starts[i] as number;
    const sEndM = Math.max(sM, starts[i + 1] ?? roadLengthM);
    if (i === 0 && sM > 1e-6) r.complain(e, `the first lane section starts at s = ${sM}`, { attribute: "s", expected: "0", rule: "lane-section-start" });
    if (i > 0 && sM < (starts[i - 1] as number)) {
      r.error(e, `lane section at s = ${sM} stands after s = ${starts[i - 1]}`, { attribute: "s", expected: "ascending s", rule: "lane-section-order" });
      return;
    }
    if (sM >= roadLengthM && i > 0) {
      r.complain(e, `lane section at s = ${sM} lies behind the road's end at ${roadLengthM}`, { attribute: "s", expected: "s on the road", rule: "lane-section-off-road" });
      return;
    }
    const single = r.optionalBoolean(e, "singleSide") ?? false;
    const leftE = r.child(e, "left");
    const rightE = r.child(e, "right");
    const centre = r.child(e, "center");
    if (centre === undefined) r.complain(e, "laneSection has no center", { expected: "one center", rule: "centre-lane" });
    else {
      for (const lane of r.children(centre, "lane", { min: 1, max: 1 })) centreMarks.push(...readCentreLane(r, lane, sM, sEndM));
    }
    const leftLanes = leftE === undefined ? [] : readSide(r, leftE, 1, sM, sEndM, rule);
    const rightLanes = rightE === undefined ? [] : readSide(r, rightE, -1, sM, sEndM, rule);
    if (!single || leftE !== undefined) left.push({ sM, lanes: leftLanes });
    if (!single || rightE !== undefined) right.push({ sM, lanes: rightLanes });
  });
  return { laneOffset, left: closeSections(left, roadLengthM), right: closeSections(right, roadLengthM), centreMarks };
}

/** A section of a side ends where the side's next one starts. The first one holds from the road's start. */
function closeSections(open: readonly OpenSection[], roadLengthM: number): SideSection[] {
  return open.map((s, i) => ({ sStartM: i === 0 ? 0 : s.sM, sEndM: open[i + 1]?.sM ?? roadLengthM, lanes: s.lanes }));
}

function readCentreLane(r: XmlReader, e: XmlElement, sM: number, sEndM: number): RoadMark[] {
  if (r.requiredInteger(e, "id") !== 0) r.error(e, "the centre lane is not lane 0", { attribute: "id", expected: "0", rule: "centre-lane" });
  r.allow(e, { attributes: ["level", "type", "direction", "advisory", "dynamicLaneDirection", "dynamicLaneType", "roadWorks"], children: ["link", "width", "border"] });
  for (const c of e.children) if (c.name === "width" || c.name === "border") r.complain(c, "the centre lane has a width", { expected: "none: lane 0 is a line", rule: "centre-lane" });
  return readMarks(r, e, sM, sEndM);
}

function readSide(r: XmlReader, side: XmlElement, sign: 1 | -1, sM: number, sEndM: number, rule: "RHT" | "LHT"): LaneModel[] {
  const elements = r.children(side, "lane", { min: 1 });
  const lanes = elements.map((e) => readLane(r, e, sign, sM, sEndM, rule));
  const order = lanes.map((lane, i) => ({ lane, e: elements[i] as XmlElement })).sort((a, b) => Math.abs(a.lane.id) - Math.abs(b.lane.id));
  order.forEach(({ lane, e }, i) => {
    const before = i === 0 ? 0 : Math.abs((order[i - 1] as { lane: LaneModel }).lane.id);
    const id = Math.abs(lane.id);
    if (id === before) r.error(e, `lane ${lane.id} is given twice in its section`, { attribute: "id", expected: "each lane once", rule: "lane-ids" });
    else if (id !== before + 1) r.complain(e, `lane ${sign * (before + 1)} is missing inside of lane ${lane.id}`, { attribute: "id", expected: "ids without gaps", rule: "lane-ids" });
  });
  return order.map((o) => o.lane);
}

function readLane(r: XmlReader, e: XmlElement, sign: 1 | -1, sM: number, sEndM: number, rule: "RHT" | "LHT"): LaneModel {
  const id = r.requiredInteger(e, "id");
  if (id * sign <= 0) r.error(e, `lane ${id} stands in ${sign > 0 ? "left" : "right"}`, { attribute: "id", expected: sign > 0 ? "a positive id" : "a negative id", rule: "lane-ids" });
  const type = r.requiredString(e, "type");
  if (!laneTypes.includes(type)) r.complain(e, `lane type ${JSON.stringify(type)}`, { attribute: "type", expected: `one of ${laneTypes.join(", ")}` });
  const reversed = r.optionalEnum(e, "direction", ["standard", "reversed", "both"]) === "reversed";
  r.allow(e, { attributes: ["advisory", "dynamicLaneDirection", "dynamicLaneType", "roadWorks"], children: ["visibility"] });

  const link = r.child(e, "link");
  // Since 1.8 a lane may have several; the first is the one that continues.
  const linkIds = (name: string): number[] => (link === undefined ? [] : r.children(link, name).map((c) => r.requiredInteger(c, "id")));
  const predecessors = linkIds("predecessor");
  const successors = linkIds("successor");

  const widths = r.children(e, "width");
  const borders = r.children(e, "border");
  if (widths.length === 0 && borders.length === 0) r.complain(e, `lane ${id} has neither width nor border`, { expected: "width or border", rule: "lane-width-missing" });
  const start = (list: readonly XmlElement[], records: readonly CubicRecord[]): void => {
    if (records.length > 0 && (records[0] as CubicRecord).sM > sM + 1e-6) r.complain(list[0] as XmlElement, `the first ${(list[0] as XmlElement).name} starts at sOffset ${(records[0] as CubicRecord).sM - sM}`, { attribute: "sOffset", expected: "0", rule: "lane-width-start" });
  };
  const widthRecords = ascending(r, widths, widths.map((w) => readCubic(r, w, "sOffset", sM)));
  start(widths, widthRecords);
  checkReach(r, widths, widthRecords, sEndM, REACH_M_MAX, "m");
  // A border may be written as a signed t or as a distance; both mean the same line.
  const borderRecords = ascending(r, borders, borders.map((b) => readCubic(r, b, "sOffset", sM))).map((b) => (sign * b.a < 0 || (b.a === 0 && sign * b.b < 0) ? b : { sM: b.sM, a: sign * b.a, b: sign * b.b, c: sign * b.c, d: sign * b.d }));
  start(borders, borderRecords);
  checkReach(r, borders, borderRecords, sEndM, REACH_M_MAX, "m");

  const at = (c: XmlElement): number => (r.optionalNumber(c, "sOffset", { min: 0 }) ?? 0) + sM;
  const speedElements = r.children(e, "speed");
  const speeds = ascending(r, speedElements, speedElements.map((c) => ({ sM: at(c), maxMps: readSpeed(r, c) ?? Infinity })));
  const heightElements = r.children(e, "height");
  const heights = ascending(r, heightElements, heightElements.map((c) => ({ sM: at(c), innerM: r.requiredNumber(c, "inner"), outerM: r.requiredNumber(c, "outer") })));
  const materialElements = r.children(e, "material");
  const materials = ascending(r, materialElements, materialElements.map((c) => ({ sM: at(c), surface: r.optionalString(c, "surface"), friction: r.requiredNumber(c, "friction", { min: 0 }), roughness: r.optionalNumber(c, "roughness", { min: 0 }) })), true);
  const access = r.children(e, "access").flatMap((c) => {
    const place = { sM: at(c), rule: r.optionalString(c, "rule") };
    const inside = r.children(c, "restriction").map((x) => ({ ...place, restriction: r.requiredString(x, "type") }));
    const own = r.optionalString(c, "restriction");
    return own === undefined ? inside : [{ ...place, restriction: own }, ...inside];
  });

  return {
    id,
    type,
    level: r.optionalBoolean(e, "level") ?? false,
    direction: (id < 0) === (rule === "RHT") ? (reversed ? -1 : 1) : reversed ? 1 : -1,
    predecessor: predecessors[0],
    successor: successors[0],
    predecessors,
    successors,
    width: createProfile(widthRecords),
    border: createProfile(widths.length > 0 ? [] : borderRecords),
    speeds,
    heights,
    materials,
    access,
    rules: r.children(e, "rule").map((c) => ({ sM: at(c), value: r.requiredString(c, "value") })),
    marks: readMarks(r, e, sM, sEndM),
  };
}
