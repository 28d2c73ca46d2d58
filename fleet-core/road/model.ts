/**
 * The parsed road network as plain data, close to OpenDRIVE: what the parser makes and the queries read. Numbers are SI;
 * curves carry their evaluators. Must never be changed after the parser has finished.
 */
import type { GeoFrame } from "./geo.ts";
import type { Curve } from "./geometry/curve.ts";
import type { Profile } from "./profile.ts";

export interface RoadModel {
  readonly id: string;
  readonly name: string;
  readonly index: number;
  readonly lengthM: number;
  /** Junction whose connecting road this is. */
  readonly junction: string | undefined;
  readonly rule: "RHT" | "LHT";
  readonly predecessor: RoadLink | undefined;
  readonly successor: RoadLink | undefined;
  /** Reference line: start s of each piece, ascending, and its shape. */
  readonly geometryStartM: Float64Array;
  readonly geometry: readonly Curve[];
  readonly elevation: Profile;
  readonly superelevation: Profile;
  readonly crossfallLeft: Profile;
  readonly crossfallRight: Profile;
  readonly shape: readonly ShapeStation[];
  /** Whether superelevation, crossfall or shape are there at all. */
  readonly banked: boolean;
  /** Whether any lane has a height. */
  readonly hasHeights: boolean;
  /** Whether any lane is kept level on a banked road. */
  readonly hasLevel: boolean;
  readonly laneOffset: Profile;
  readonly types: readonly RoadType[];
  /** Lane sections of each side; they differ only where a section is for a single side. */
  readonly left: readonly SideSection[];
  readonly right: readonly SideSection[];
  readonly centreMarks: readonly RoadMark[];
  readonly objects: readonly RoadObject[];
  readonly objectReferences: readonly ObjectReference[];
  readonly signals: readonly RoadSignal[];
  readonly tunnels: readonly Structure[];
  readonly bridges: readonly Structure[];
  /** OpenCRG surfaces the file names; nothing of theirs is applied. */
  readonly crg: readonly CrgSurface[];
}

export interface RoadLink {
  readonly kind: "road" | "junction";
  readonly id: string;
  /** Side of the linked road that touches; undefined for junctions and for links into the middle of a road. */
  readonly contact: "start" | "end" | undefined;
  /** Where the linked road is touched when not at an end (virtual junctions), and the direction of s one goes on in. */
  readonly middle?: { readonly sM: number; readonly direction: "+" | "-" };
}

/** A tunnel over, or a bridge under, a stretch of road. */
export interface Structure {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly sM: number;
  readonly lengthM: number;
  /** 0 to 1; tunnels only. */
  readonly daylight: number | undefined;
  readonly lighting: number | undefined;
  /** Lanes it holds for; empty: all. */
  readonly validity: readonly Validity[];
}

export interface CrgSurface {
  readonly file: string;
  readonly sStartM: number;
  readonly sEndM: number;
  readonly mode: string;
}

export interface RoadType {
  readonly sM: number;
  readonly type: string;
  /** Infinity for "no limit"; undefined when nothing is said. */
  readonly speedMps: number | undefined;
}

/** Lateral shape at one s: cubics over t, as in profiles. */
export interface ShapeStation {
  readonly sM: number;
  readonly overT: Profile;
}

export interface SideSection {
  readonly sStartM: number;
  readonly sEndM: number;
  /** From the inside out: ids 1, 2, … on the left, -1, -2, … on the right. */
  readonly lanes: readonly LaneModel[];
}

export interface LaneModel {
  readonly id: number;
  readonly type: string;
  readonly level: boolean;
  /** +1 when traffic drives towards +s. */
  readonly direction: 1 | -1;
  /** The first of those linked: the lane that continues. */
  readonly predecessor: number | undefined;
  readonly successor: number | undefined;
  /** All that are linked; OpenDRIVE 1.8 allows several. */
  readonly predecessors: readonly number[];
  readonly successors: readonly number[];
  /** Start s of records is absolute. Exactly one of the two has records (width wins when a file gives both). */
  readonly width: Profile;
  /** Distance of the outer border from lane 0, always positive. */
  readonly border: Profile;
  readonly speeds: readonly { readonly sM: number; readonly maxMps: number }[];
  readonly heights: readonly { readonly sM: number; readonly innerM: number; readonly outerM: number }[];
  readonly materials: readonly { readonly sM: number; readonly surface: string | undefined; readonly friction: number; readonly roughness: number | undefined }[];
  readonly access: readonly { readonly sM: number; readonly rule: string | undefined; readonly restriction: string }[];
  readonly rules: readonly { readonly sM: number; readonly value: string }[];
  readonly marks: readonly RoadMark[];
}

export interface RoadMark {
  readonly sM: number;
  readonly sEndM: number;
  readonly type: string;
  readonly bold: boolean;
  readonly colour: string;
  readonly widthM: number;
  readonly laneChange: "increase" | "decrease" | "both" | "none" | undefined;
  /** Given line by line; empty: the usual look of the type. */
  readonly lines: readonly MarkLine[];
  /** Lateral offset over s for hand-drawn marks; empty: none. */
  readonly sway: Profile;
}

export interface MarkLine {
  readonly lengthM: number;
  readonly spaceM: number;
  readonly tOffsetM: number;
  readonly sOffsetM: number;
  readonly widthM: number;
  readonly colour: string;
  /** An explicit line stands once at `sOffsetM`; the others repeat. */
  readonly once: boolean;
}

export interface JunctionModel {
  readonly id: string;
  readonly name: string;
  readonly type: "default" | "direct" | "virtual" | "crossing";
  readonly connections: readonly JunctionConnection[];
  readonly controllers: readonly string[];
  /** The same controllers with what the file says of their part in the junction. */
  readonly controllerUses: readonly { readonly id: string; readonly type: string | undefined; readonly sequence: number | undefined }[];
  /** Traffic on `high` goes before traffic on `low`. */
  readonly priorities: readonly { readonly high: string; readonly low: string }[];
  /** Of a virtual junction: the stretch of the road that stays one road. */
  readonly main: { readonly road: string; readonly sStartM: number; readonly sEndM: number; readonly orientation: "+" | "-" | "none" } | undefined;
}

export interface JunctionGroup {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly junctions: readonly string[];
}

export interface JunctionConnection {
  readonly id: string;
  readonly incomingRoad: string;
  /** Connecting road, or the linked road of a direct junction. */
  readonly connectingRoad: string;
  readonly contact: "start" | "end";
  /** A connection without a road of its own: off one road here, onto another there. */
  readonly virtual?: { readonly from: RoadPlace; readonly to: RoadPlace };
  readonly laneLinks: readonly { readonly from: number; readonly to: number }[];
}

export interface RoadPlace {
  readonly road: string;
  readonly sM: number;
  readonly direction: "+" | "-";
}

export interface Validity {
  readonly fromLane: number;
  readonly toLane: number;
}

export interface RoadSignal {
  readonly id: string;
  readonly name: string;
  readonly road: string;
  readonly sM: number;
  readonly tM: number;
  readonly zOffsetM: number;
  readonly hOffsetRad: number;
  readonly orientation: "+" | "-" | "none";
  readonly dynamic: boolean;
  readonly country: string;
  readonly type: string;
  readonly subtype: string;
  readonly value: number | undefined;
  readonly unit: string | undefined;
  readonly text: string;
  readonly widthM: number | undefined;
  readonly heightM: number | undefined;
  readonly lengthM: number | undefined;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly validity: readonly Validity[];
  /** Signals whose state this one depends on. */
  readonly dependencies: readonly { readonly id: string; readonly type: string }[];
  /** Signals and objects that belong to it. */
  readonly references: readonly { readonly element: "signal" | "object"; readonly id: string; readonly type: string }[];
  /** Set on a signalReference: the id of the signal it repeats here. */
  readonly refersTo: string | undefined;
}

export interface RoadObject {
  readonly id: string;
  readonly name: string;
  readonly road: string;
  readonly type: string;
  readonly subtype: string;
  readonly sM: number;
  readonly tM: number;
  readonly zOffsetM: number;
  readonly headingRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly orientation: "+" | "-" | "none";
  readonly lengthM: number | undefined;
  readonly widthM: number | undefined;
  readonly heightM: number | undefined;
  readonly radiusM: number | undefined;
  readonly dynamic: boolean;
  /** Pitch and roll are those of the road surface. */
  readonly perpendicular: boolean;
  readonly validLengthM: number | undefined;
  readonly repeats: readonly ObjectRepeat[];
  readonly outlines: readonly ObjectOutline[];
  readonly markings: readonly ObjectMarking[];
  readonly borders: readonly ObjectBorder[];
  readonly materials: readonly { readonly surface: string | undefined; readonly friction: number | undefined; readonly roughness: number | undefined }[];
  readonly parking: { readonly access: string; readonly restrictions: string } | undefined;
  readonly validity: readonly Validity[];
}

export interface ObjectRepeat {
  readonly sM: number;
  readonly lengthM: number;
  readonly distanceM: number;
  readonly tStartM: number | undefined;
  readonly tEndM: number | undefined;
  readonly widthStartM: number | undefined;
  readonly widthEndM: number | undefined;
  readonly heightStartM: number | undefined;
  readonly heightEndM: number | undefined;
  readonly zOffsetStartM: number | undefined;
  readonly zOffsetEndM: number | undefined;
  readonly lengthStartM: number | undefined;
  readonly lengthEndM: number | undefined;
  readonly radiusStartM: number | undefined;
  readonly radiusEndM: number | undefined;
  /** Runs straight from its first to its last place instead of along the road. */
  readonly detached: boolean;
}

/** Paint on an object: along a side of its box, or along corners of its outline. */
export interface ObjectMarking {
  readonly side: "front" | "rear" | "left" | "right" | undefined;
  readonly corners: readonly string[];
  readonly colour: string;
  readonly widthM: number;
  readonly bold: boolean;
  readonly startOffsetM: number;
  readonly stopOffsetM: number;
  readonly zOffsetM: number;
  readonly lineLengthM: number;
  readonly spaceLengthM: number;
}

export interface ObjectBorder {
  readonly outline: string;
  readonly type: string;
  readonly widthM: number;
  readonly complete: boolean;
  readonly corners: readonly string[];
}

/** Says that an object of another road matters here too. */
export interface ObjectReference {
  readonly id: string;
  readonly road: string;
  readonly sM: number;
  readonly tM: number;
  readonly zOffsetM: number;
  readonly validLengthM: number | undefined;
  readonly orientation: "+" | "-" | "none";
  readonly validity: readonly Validity[];
}

export interface ObjectOutline {
  readonly id: string | undefined;
  readonly fill: string | undefined;
  readonly outer: boolean;
  readonly closed: boolean;
  /** Road coordinates (s, t, dz, height), or local (u, v, z, height). */
  readonly frame: "road" | "local";
  readonly corners: readonly { readonly id: string | undefined; readonly a: number; readonly b: number; readonly zM: number; readonly heightM: number }[];
}

export interface SignalController {
  readonly id: string;
  readonly name: string;
  readonly sequence: number | undefined;
  readonly signals: readonly string[];
  /** The same signals with the type the file gives their control. */
  readonly controls: readonly { readonly signal: string; readonly type: string | undefined }[];
}

export interface NetworkModel {
  readonly name: string;
  readonly revision: string;
  readonly date: string;
  readonly geoReference: string | undefined;
  /** Latitude and longitude of map points and back; absent when the map says nothing we understand about it. */
  readonly geo?: GeoFrame;
  /** Of map point (0, 0); 0, 0 when not georeferenced. */
  readonly originLatDeg: number;
  readonly originLonDeg: number;
  readonly offset: { readonly xM: number; readonly yM: number; readonly zM: number; readonly headingRad: number };
  readonly roads: readonly RoadModel[];
  readonly roadById: ReadonlyMap<string, RoadModel>;
  readonly junctions: ReadonlyMap<string, JunctionModel>;
  readonly controllers: readonly SignalController[];
  readonly junctionGroups?: readonly JunctionGroup[];
}
