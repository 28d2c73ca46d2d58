/**
 * The road network as everybody uses it: twin, agent, routing, scenarios, page. Made from OpenDRIVE by `parseOpenDrive`.
 * Map frame: OpenDRIVE inertial x, y, z [m]; s along the reference line, t to its left; headings in rad, counter-
 * clockwise from +x. Lane offset is measured from the lane's centre line, positive to the left (OpenDRIVE +t).
 */
import type { GeoFrame } from "./geo.ts";
import type { JunctionModel, NetworkModel, RoadObject, RoadSignal, SignalController } from "./model.ts";

export type { GeoFrame } from "./geo.ts";
export type { JunctionModel, NetworkModel, RoadObject, RoadSignal, SignalController } from "./model.ts";

export interface LaneRef {
  readonly road: string;
  /** OpenDRIVE id: negative right of the reference line, positive left; never 0. */
  readonly lane: number;
}

export interface LanePosition extends LaneRef {
  readonly sM: number;
  /** Lateral offset from the lane centre along +t. */
  readonly offsetM: number;
}

export interface RoadPoint {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  /** Heading of the reference line direction (+s) at this point. */
  readonly headingRad: number;
  /** Attitude of the surface for a body that looks along +s: nose down positive, left side up positive (ISO 8855). */
  readonly pitchRad: number;
  readonly rollRad: number;
  /** Curvature of the reference line [1/m], positive to the left. */
  readonly curvature: number;
  /** Whether the place lies in a tunnel, or on a bridge; absent on roads without any. */
  readonly inTunnel?: boolean;
  readonly onBridge?: boolean;
}

export interface LaneInfo extends LaneRef {
  readonly type: string;
  /** s range on the road. */
  readonly sStartM: number;
  readonly sEndM: number;
  /** +1 when traffic drives towards +s, -1 otherwise (right-hand rule: negative lanes +1). */
  readonly direction: 1 | -1;
  readonly speedLimitMps: number | undefined;
}

/** Lane centre line in driving direction, sampled; columns share the index. */
export interface LanePath {
  /** Distance along the path from its start, in the x, y plane; strictly ascending. */
  readonly sM: Float64Array;
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  readonly zM: Float64Array;
  /** Driving direction, continuous: not wrapped, so neighbours never differ by a full turn. */
  readonly headingRad: Float64Array;
  readonly curvature: Float64Array;
  /** Speed limit there; Infinity when the map states none. */
  readonly limitMps: Float64Array;
  readonly widthM: Float64Array;
  readonly lanes: readonly LaneRef[];
  /** Index in `lanes` for each sample. */
  readonly laneIndex: Uint16Array;
  readonly lengthM: number;
}

export interface RoadNetwork {
  readonly name: string;
  readonly roads: readonly string[];
  /** proj4 text of `geoReference`, if any. */
  readonly geoReference: string | undefined;
  /** Latitude and longitude of map points and back, exact; absent when the map says nothing we understand about it. */
  readonly geo?: GeoFrame;
  /** Of map point (0, 0); 0, 0 when not georeferenced. A tangent plane there is good to centimetres for some kilometres. */
  readonly originLatDeg: number;
  readonly originLonDeg: number;
  readonly leftHandTraffic: boolean;
  /** What the header adds to map coordinates before they are georeferenced; absent when it adds nothing. */
  readonly headerOffset?: { readonly xM: number; readonly yM: number; readonly zM: number; readonly headingRad: number };
  roadLengthM(road: string): number | undefined;
  /** Lanes at s, from right to left (ascending id). */
  lanesAt(road: string, sM: number): readonly LaneInfo[];
  laneWidthM(road: string, lane: number, sM: number): number | undefined;
  /** Point at road coordinates (s, t); undefined when there is no such road or s is off it. */
  pointAt(road: string, sM: number, tM: number): RoadPoint | undefined;
  /** t of the lane's centre at s; lane 0 gives the lane offset. */
  laneCentreT(road: string, lane: number, sM: number): number | undefined;
  pointOfLane(position: LanePosition): RoadPoint | undefined;
  /**
   * Nearest lane to a world point, `hint` (its previous answer) first; undefined when farther than `withinM` (default: no
   * limit). `distanceM` is 0 inside the lane, else the way to its edge. Where roads overlap, the heading (driving
   * direction) and then the better centred lane decide; with `zM` the road nearest in space does.
   */
  locate(xM: number, yM: number, options?: { hint?: LanePosition; withinM?: number; drivableOnly?: boolean; headingRad?: number; zM?: number }): (LanePosition & { readonly tM: number; readonly distanceM: number }) | undefined;
  /** Lanes reached when driving off the end of this one: of its lane section at s, or off its road without s. */
  successors(lane: LaneRef, sM?: number): readonly LaneRef[];
  /**
   * Shortest lane sequence, lane changes allowed where adjacent lanes drive the same way (each counts as 25 m, across a
   * solid line as 2 km more) and blended over up to 50 m; undefined when unreachable. Offsets of both ends are ignored.
   */
  route(from: LanePosition, to: LanePosition): LanePath | undefined;
  /**
   * Follows `from` straight on, the least turning successor at each fork, until `lengthM` (measured along the lane to
   * within a percent) or the end of the network. `from` must be a lane of the map.
   */
  straightOn(from: LanePosition, lengthM: number): LanePath;
  /** Geometry for drawing: lane ribbons merged by kind, road marks merged by kind and colour. Made once. */
  mesh(): RoadMesh;
}

export interface LaneMaterial {
  readonly surface: string | undefined;
  readonly friction: number;
  readonly roughness: number | undefined;
}

/** What `parseOpenDrive` gives: the network, and what only few need. */
export interface RoadMap extends RoadNetwork {
  /** What stands along the roads, as data; signal references too (`refersTo`). */
  readonly signals: readonly RoadSignal[];
  readonly objects: readonly RoadObject[];
  readonly junctions: readonly JunctionModel[];
  readonly controllers: readonly SignalController[];
  /** The parsed data itself, for exports and checks. */
  readonly model: NetworkModel;
  /** What the lane is made of at s, where the map says so. */
  materialAt(road: string, lane: number, sM: number): LaneMaterial | undefined;
  /** Where a signal stands: at its mounting height, looking the way its orientation and offset say. undefined when its road is not there. */
  signalPose(signal: RoadSignal): { readonly xM: number; readonly yM: number; readonly zM: number; readonly headingRad: number } | undefined;
  /** Whether the lane at s is made for motor vehicles. */
  isDrivable(road: string, lane: number, sM: number): boolean;
  /**
   * Road coordinates of a world point on this road, nearest foot, or the one near `nearSM`. `alongM` is what is left in
   * the direction of the line: 0 unless the point lies before or behind the road. undefined when there is no such road.
   */
  project(road: string, xM: number, yM: number, nearSM?: number): { readonly sM: number; readonly tM: number; readonly alongM: number } | undefined;
}

export interface RoadMesh {
  /**
   * Map point that positions are relative to. Absent (0) unless the map lies more than 20 km out, where 32-bit floats
   * would be coarser than a millimetre or two.
   */
  readonly origin?: { readonly xM: number; readonly yM: number; readonly zM: number };
  /** Triangles per surface kind (driving, shoulder, sidewalk, border, parking…): xyz triples and indices. */
  readonly surfaces: readonly { readonly kind: string; readonly positions: Float32Array; readonly indices: Uint32Array }[];
  /** Marks as triangle ribbons, at the height of the surface: whoever draws lifts them. */
  readonly marks: readonly { readonly kind: string; readonly colour: string; readonly positions: Float32Array; readonly indices: Uint32Array }[];
  /** Solids and patches that stand along the roads, by object type (building, barrier, crosswalk…). */
  readonly objects?: readonly { readonly kind: string; readonly positions: Float32Array; readonly indices: Uint32Array }[];
  /** Of the road surface, in map coordinates (origin not subtracted). */
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
}
