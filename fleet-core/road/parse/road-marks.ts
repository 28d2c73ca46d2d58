/** Road marks of a lane: where each holds, how it looks, line by line when the file says so. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { MarkLine, RoadMark } from "../model.ts";
import { createProfile } from "../profile.ts";
import { ascending, checkReach, REACH_M_MAX, readCubic } from "./units.ts";

export const markTypes: readonly string[] = ["none", "solid", "broken", "solid solid", "solid broken", "broken solid", "broken broken", "botts dots", "grass", "curb", "custom", "edge"];

function readLine(r: XmlReader, e: XmlElement, once: boolean, colour: string, widthM: number): MarkLine {
  // Without its length a line cannot be a dash: lenient reads it as continuous, length 0.
  if (!r.has(e, "length")) r.complain(e, "attribute length is missing", { attribute: "length", expected: "a number >= 0" });
  return {
    lengthM: r.optionalNumber(e, "length", { min: 0 }) ?? 0,
    spaceM: once ? 0 : r.requiredNumber(e, "space", { min: 0 }),
    tOffsetM: r.requiredNumber(e, "tOffset"),
    sOffsetM: r.requiredNumber(e, "sOffset"),
    widthM: r.optionalNumber(e, "width", { min: 0 }) ?? widthM,
    colour: r.optionalString(e, "color") ?? colour,
    once,
  };
}

/** The marks of one lane in the section [sM, sEndM]; each ends where the next begins. */
export function readMarks(r: XmlReader, lane: XmlElement, sM: number, sEndM: number): RoadMark[] {
  const elements = r.children(lane, "roadMark");
  const marks = elements.map((e): RoadMark => {
    const type = r.requiredString(e, "type");
    if (!markTypes.includes(type)) r.complain(e, `road mark type ${JSON.stringify(type)}`, { attribute: "type", expected: `one of ${markTypes.join(", ")}` });
    const bold = r.optionalEnum(e, "weight", ["standard", "bold"]) === "bold";
    const stated = r.optionalString(e, "color") ?? "standard";
    const colour = stated === "standard" ? "white" : stated;
    const widthM = r.optionalNumber(e, "width", { min: 0 }) ?? (bold ? 0.25 : 0.12);
    r.allow(e, { attributes: ["material", "height"] });
    const swayAt = (r.optionalNumber(e, "sOffset", { min: 0 }) ?? 0) + sM;
    const sways = r.children(e, "sway");
    const sway = ascending(r, sways, sways.map((c) => readCubic(r, c, "ds", swayAt)));
    checkReach(r, sways, sway, sEndM, REACH_M_MAX, "m");
    const detail = r.child(e, "type");
    const explicit = r.child(e, "explicit");
    const lines: MarkLine[] = [];
    if (detail !== undefined) {
      r.allow(detail, { attributes: ["name"] });
      const lineWidthM = r.optionalNumber(detail, "width", { min: 0 }) ?? widthM;
      for (const line of r.children(detail, "line", { min: 1 })) {
        r.allow(line, { attributes: ["rule"] });
        lines.push(readLine(r, line, false, colour, lineWidthM));
      }
    }
    if (explicit !== undefined) {
      for (const line of r.children(explicit, "line", { min: 1 })) {
        r.allow(line, { attributes: ["rule"] });
        lines.push(readLine(r, line, true, colour, widthM));
      }
    }
    return {
      sM: (r.optionalNumber(e, "sOffset", { min: 0 }) ?? 0) + sM,
      sEndM,
      type,
      bold,
      colour,
      widthM,
      laneChange: r.optionalEnum(e, "laneChange", ["increase", "decrease", "both", "none"]),
      lines,
      sway: createProfile(sway),
    };
  });
  const sorted = ascending(r, elements, marks);
  return sorted.map((m, i) => ({ ...m, sEndM: Math.min(sEndM, sorted[i + 1]?.sM ?? sEndM) }));
}
