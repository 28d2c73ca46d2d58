/**
 * The road network as everybody uses it: twin, agent, routing, scenarios, page. Made from OpenDRIVE by `parseOpenDrive`.
 * Map frame: OpenDRIVE inertial x, y, z [m]; s along the reference line, t to its left; headings in rad, counter-
 * clockwise from +x. Lane offset is measured from the lane's centre line, positive to the left (OpenDRIVE +t).
 */
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
  readonly pitchRad: number;
  readonly rollRad: number;
  /** Curvature of the reference line [1/m], positive to the left. */
  readonly curvature: number;
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
  /** Distance along the path from its start. */
  readonly sM: Float64Array;
  readonly xM: Float64Array;
  readonly yM: Float64Array;
  readonly zM: Float64Array;
  /** Driving direction. */
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
  /** proj4 text of `geoReference`, if any; latitude and longitude of the origin when it gives them. */
  readonly geoReference: string | undefined;
  readonly originLatDeg: number;
  readonly originLonDeg: number;
  readonly leftHandTraffic: boolean;
  roadLengthM(road: string): number | undefined;
  /** Lanes at s, from right to left (ascending id). */
  lanesAt(road: string, sM: number): readonly LaneInfo[];
  laneWidthM(road: string, lane: number, sM: number): number | undefined;
  /** Point at road coordinates (s, t); undefined when there is no such road or s is off it. */
  pointAt(road: string, sM: number, tM: number): RoadPoint | undefined;
  /** t of the lane's centre at s. */
  laneCentreT(road: string, lane: number, sM: number): number | undefined;
  pointOfLane(position: LanePosition): RoadPoint | undefined;
  /** Nearest lane to a world point, `hint` (its previous answer) first; undefined when farther than `withinM`. */
  locate(xM: number, yM: number, options?: { hint?: LanePosition; withinM?: number; drivableOnly?: boolean; headingRad?: number }): (LanePosition & { readonly tM: number; readonly distanceM: number }) | undefined;
  /** Lanes reached when driving off the end of this one. */
  successors(lane: LaneRef, sM?: number): readonly LaneRef[];
  /** Shortest lane sequence, lane changes allowed where adjacent lanes drive the same way; undefined when unreachable. */
  route(from: LanePosition, to: LanePosition): LanePath | undefined;
  /** Follows `from` straight on, first successor at each fork, until `lengthM` or the end of the network. */
  straightOn(from: LanePosition, lengthM: number): LanePath;
  /** Geometry for drawing: one ribbon per lane and the road marks as poly lines. */
  mesh(): RoadMesh;
}

export interface RoadMesh {
  /** Triangles per surface kind (driving, shoulder, sidewalk, border, parking…): xyz triples and indices. */
  readonly surfaces: readonly { readonly kind: string; readonly positions: Float32Array; readonly indices: Uint32Array }[];
  /** Marks as triangle ribbons. */
  readonly marks: readonly { readonly kind: string; readonly colour: string; readonly positions: Float32Array; readonly indices: Uint32Array }[];
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
}
