/**
 * The parsed road network as plain data, close to OpenDRIVE: what the parser makes and the queries read. Numbers are SI;
 * curves carry their evaluators. Must never be changed after the parser has finished.
 */
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
  readonly laneOffset: Profile;
  readonly types: readonly RoadType[];
  /** Lane sections of each side; they differ only where a section is for a single side. */
  readonly left: readonly SideSection[];
  readonly right: readonly SideSection[];
  readonly centreMarks: readonly RoadMark[];
  readonly objects: readonly RoadObject[];
  readonly signals: readonly RoadSignal[];
}

export interface RoadLink {
  readonly kind: "road" | "junction";
  readonly id: string;
  /** Side of the linked road that touches; undefined for junctions. */
  readonly contact: "start" | "end" | undefined;
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
  readonly predecessor: number | undefined;
  readonly successor: number | undefined;
  /** Start s of records is absolute. Exactly one of the two has records (width wins when a file gives both). */
  readonly width: Profile;
  /** Distance of the outer border from lane 0, always positive. */
  readonly border: Profile;
  readonly speeds: readonly { readonly sM: number; readonly maxMps: number }[];
  readonly heights: readonly { readonly sM: number; readonly innerM: number; readonly outerM: number }[];
  readonly materials: readonly { readonly sM: number; readonly surface: string | undefined; readonly friction: number; readonly roughness: number | undefined }[];
  readonly access: readonly { readonly sM: number; readonly rule: string | undefined; readonly restriction: string }[];
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
}

export interface JunctionConnection {
  readonly id: string;
  readonly incomingRoad: string;
  /** Connecting road, or the linked road of a direct junction. */
  readonly connectingRoad: string;
  readonly contact: "start" | "end";
  readonly laneLinks: readonly { readonly from: number; readonly to: number }[];
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
  readonly validity: readonly Validity[];
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
  readonly repeats: readonly ObjectRepeat[];
  readonly outlines: readonly ObjectOutline[];
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
}

export interface ObjectOutline {
  readonly outer: boolean;
  readonly closed: boolean;
  /** Road coordinates (s, t, dz, height), or local (u, v, z, height). */
  readonly frame: "road" | "local";
  readonly corners: readonly { readonly a: number; readonly b: number; readonly zM: number; readonly heightM: number }[];
}

export interface SignalController {
  readonly id: string;
  readonly name: string;
  readonly signals: readonly string[];
}

export interface NetworkModel {
  readonly name: string;
  readonly revision: string;
  readonly date: string;
  readonly geoReference: string | undefined;
  readonly originLatDeg: number;
  readonly originLonDeg: number;
  readonly offset: { readonly xM: number; readonly yM: number; readonly zM: number; readonly headingRad: number };
  readonly roads: readonly RoadModel[];
  readonly roadById: ReadonlyMap<string, RoadModel>;
  readonly junctions: ReadonlyMap<string, JunctionModel>;
  readonly controllers: readonly SignalController[];
}
