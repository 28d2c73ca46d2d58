/** Signals and signal references along a road, as data. Must never interpret what a sign means. */
import type { XmlElement, XmlReader } from "../../contract/xml.ts";
import type { RoadSignal, Validity } from "../model.ts";
import { readOrientation, readValidity } from "./units.ts";

const yesNo = ["yes", "no"] as const;

export function readSignals(r: XmlReader, road: XmlElement, roadId: string): RoadSignal[] {
  const signals = r.child(road, "signals");
  if (signals === undefined) return [];
  const place = (e: XmlElement): { id: string; road: string; sM: number; tM: number; orientation: "+" | "-" | "none"; validity: Validity[] } => ({
    id: r.requiredString(e, "id"),
    road: roadId,
    sM: r.requiredNumber(e, "s", { min: 0 }),
    tM: r.requiredNumber(e, "t"),
    orientation: readOrientation(r, e),
    validity: readValidity(r, e),
  });
  const own = r.children(signals, "signal").map((e): RoadSignal => {
    r.allow(e, {
      attributes: ["countryRevision", "temporary", "invalidated"],
      children: ["positionRoad", "positionInertial", "semantics", "staticBoard", "vmsBoard", "vmsGroup", "displayArea"],
    });
    return {
      ...place(e),
      name: r.optionalString(e, "name") ?? "",
      zOffsetM: r.optionalNumber(e, "zOffset") ?? 0,
      hOffsetRad: r.optionalNumber(e, "hOffset") ?? 0,
      pitchRad: r.optionalNumber(e, "pitch") ?? 0,
      rollRad: r.optionalNumber(e, "roll") ?? 0,
      dynamic: r.enumOf(e, "dynamic", yesNo) === "yes",
      country: r.optionalString(e, "country") ?? "",
      type: r.requiredString(e, "type"),
      subtype: r.requiredString(e, "subtype"),
      value: optionalValue(r, e),
      unit: r.optionalString(e, "unit"),
      text: r.optionalString(e, "text") ?? "",
      lengthM: r.optionalNumber(e, "length"),
      widthM: r.optionalNumber(e, "width"),
      heightM: r.optionalNumber(e, "height"),
      dependencies: r.children(e, "dependency").map((d) => ({ id: r.requiredString(d, "id"), type: r.optionalString(d, "type") ?? "" })),
      references: r.children(e, "reference").map((d) => ({ element: r.enumOf(d, "elementType", ["signal", "object"]), id: r.requiredString(d, "elementId"), type: r.optionalString(d, "type") ?? "" })),
      refersTo: undefined,
    };
  });
  const references = r.children(signals, "signalReference").map((e): RoadSignal => {
    const at = place(e);
    return {
      ...at, refersTo: at.id, name: "", zOffsetM: 0, hOffsetRad: 0, pitchRad: 0, rollRad: 0, dynamic: false, country: "", type: "", subtype: "", value: undefined, unit: undefined, text: "", lengthM: undefined, widthM: undefined, heightM: undefined,
      dependencies: [], references: [],
    };
  });
  return [...own, ...references];
}

/** Older exporters write an empty value for "none". */
function optionalValue(r: XmlReader, e: XmlElement): number | undefined {
  return r.optionalString(e, "value")?.trim() ? r.optionalNumber(e, "value") : undefined;
}
