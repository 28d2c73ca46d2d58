/**
 * OpenDRIVE in, road network out. Strict by default: what the standard does not know, and what this reader does not
 * support, is an error with file:line:column; lenient turns that into warnings. Wrong values and dangling references are
 * errors always. Must never give a network together with errors.
 */
import type { XmlElement, XmlReader } from "../contract/xml.ts";
import { createXmlReader, readXml } from "../contract/xml.ts";
import type { Diagnostic } from "../kernel/result.ts";
import { readGeoReference } from "./geo.ts";
import type { JunctionModel, NetworkModel, RoadModel, SignalController } from "./model.ts";
import { createRoadNetwork } from "./network.ts";
import { cutSections } from "./parse/cut-sections.ts";
import { readController, readJunction, readJunctionGroup } from "./parse/junctions.ts";
import { checkLinks } from "./parse/links.ts";
import { checkQuality } from "./parse/quality.ts";
import { readRoad } from "./parse/roads.ts";
import { SANE } from "./parse/units.ts";
import { STRETCHES_MAX, stretchesOf } from "./spatial-index.ts";
import type { RoadMap } from "./types.ts";

export interface OpenDriveOptions {
  readonly lenient?: boolean;
  /** Also checks rules a map may break and still be read (`parse/quality.ts`), as warnings. */
  readonly thorough?: boolean;
}

export interface OpenDriveResult {
  readonly network?: RoadMap;
  readonly diagnostics: Diagnostic[];
}

/** `file` is the name used in messages; its last part without extension names the network. */
export function parseOpenDrive(text: string, file: string, options: OpenDriveOptions = {}): OpenDriveResult {
  const { model, diagnostics } = parseOpenDriveModel(text, file, options);
  return model === undefined ? { diagnostics } : { network: createRoadNetwork(model), diagnostics };
}

/** The parsed data itself, for checks and exports. */
export function parseOpenDriveModel(text: string, file: string, options: OpenDriveOptions = {}): { readonly model?: NetworkModel; readonly diagnostics: Diagnostic[] } {
  const tree = readXml(text, file);
  if (!tree.ok) return { diagnostics: tree.error };
  const root = tree.value;
  const r = createXmlReader(file, { lenient: options.lenient ?? false, ignoreAnywhere: ["userData", "dataQuality"] });
  if (root.name !== "OpenDRIVE") {
    r.error(root, `the root element is ${root.name}`, { expected: "OpenDRIVE" });
    return { diagnostics: [...r.diagnostics] };
  }
  const header = readHeader(r, root);
  r.allow(root, { children: ["station"] });
  for (const include of r.children(root, "include")) r.unsupported(include, "include");

  const roads: RoadModel[] = [];
  const roadById = new Map<string, RoadModel>();
  const roadElement = new Map<RoadModel, XmlElement>();
  const roadElements = r.children(root, "road", { min: 1 });
  for (const e of roadElements) {
    const road = readRoad(r, e, roads.length);
    if (road === undefined) continue;
    if (roadById.has(road.id)) {
      r.error(e, `road ${road.id} is given twice`, { attribute: "id", expected: "each road id once", rule: "id-twice" });
      continue;
    }
    roads.push(road);
    roadById.set(road.id, road);
    roadElement.set(road, e);
  }
  const junctions = new Map<string, JunctionModel>();
  const junctionElement = new Map<JunctionModel, XmlElement>();
  for (const e of r.children(root, "junction")) {
    const junction = readJunction(r, e);
    if (junctions.has(junction.id)) r.error(e, `junction ${junction.id} is given twice`, { attribute: "id", expected: "each junction id once", rule: "id-twice" });
    junctions.set(junction.id, junction);
    junctionElement.set(junction, e);
  }
  const controllerElement = new Map<SignalController, XmlElement>();
  const controllers = r.children(root, "controller").map((e) => {
    const controller = readController(r, e);
    controllerElement.set(controller, e);
    return controller;
  });
  const junctionGroups = r.children(root, "junctionGroup").map((e) => {
    const group = readJunctionGroup(r, e);
    for (const id of group.junctions) if (!junctions.has(id)) r.complain(e, `junction ${id} does not exist`, { expected: "the id of a junction" });
    return group;
  });
  // A road that could not be read would make links to it look wrong as well.
  if (roads.length === roadElements.length) {
    const input = { roads, roadById, junctions, controllers, roadElement, junctionElement, controllerElement };
    checkLinks(r, input);
    if (options.thorough === true && !r.failed) checkQuality(r, input);
  }
  r.finish(root);
  const stretches = r.failed ? 0 : roads.reduce((sum, road) => sum + stretchesOf(road), 0);
  if (stretches > STRETCHES_MAX) r.error(root, `the map is too large: ${stretches} stretches of road`, { expected: `at most ${STRETCHES_MAX}` });
  if (r.failed) return { diagnostics: [...r.diagnostics] };
  const name = header.name !== "" ? header.name : (file.split("/").pop() ?? file).replace(/\.[^.]*$/, "");
  const cut = cutSections(roads, junctions.values());
  return { model: { ...header, name, roads: cut, roadById: new Map(cut.map((road) => [road.id, road])), junctions, controllers, junctionGroups }, diagnostics: [...r.diagnostics] };
}

type Header = Pick<NetworkModel, "name" | "revision" | "date" | "geoReference" | "geo" | "originLatDeg" | "originLonDeg" | "offset">;

function readHeader(r: XmlReader, root: XmlElement): Header {
  const none: Header = { name: "", revision: "", date: "", geoReference: undefined, originLatDeg: 0, originLonDeg: 0, offset: { xM: 0, yM: 0, zM: 0, headingRad: 0 } };
  const e = r.requiredChild(root, "header");
  if (e === undefined) return none;
  r.allow(e, { attributes: ["version", "north", "south", "east", "west", "vendor"], children: ["license", "defaultRegulations"] });
  const major = r.requiredInteger(e, "revMajor");
  const minor = r.requiredInteger(e, "revMinor");
  if (major !== 1) r.complain(e, `OpenDRIVE ${major}.${minor}`, { attribute: "revMajor", expected: "1" });
  else if (minor < 1 || minor > 8) r.complain(e, `OpenDRIVE ${major}.${minor}`, { attribute: "revMinor", expected: "4 to 8" });
  const geo = r.child(e, "geoReference");
  const geoReference = geo === undefined ? "" : r.textOf(geo);
  const shift = r.child(e, "offset");
  const offset = shift === undefined ? none.offset : { xM: r.requiredNumber(shift, "x", SANE), yM: r.requiredNumber(shift, "y", SANE), zM: r.optionalNumber(shift, "z", SANE) ?? 0, headingRad: r.optionalNumber(shift, "hdg", SANE) ?? 0 };
  const reference = geo === undefined || geoReference === "" ? undefined : readGeoReference(geoReference, offset);
  // The map is good without; who needs the Earth (GeoPosition, GeoJSON) says so itself.
  for (const { message, expected } of reference?.problems ?? []) r.warning(geo as XmlElement, reference?.frame === undefined ? `${message}: the map is not georeferenced` : message, { ...(expected === undefined ? {} : { expected }), rule: "geo-reference" });
  const origin = reference?.frame?.toGeodetic(0, 0, 0);
  return {
    name: r.optionalString(e, "name") ?? "",
    revision: `${major}.${minor}`,
    date: r.optionalString(e, "date") ?? "",
    geoReference: geoReference === "" ? undefined : geoReference,
    ...(reference?.frame === undefined ? {} : { geo: reference.frame }),
    originLatDeg: origin?.[0] ?? 0,
    originLonDeg: origin?.[1] ?? 0,
    offset,
  };
}
