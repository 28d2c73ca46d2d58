/**
 * Triangles of the road: a ribbon per lane, upright faces where neighbouring lanes differ in height, and the road marks,
 * merged by kind. Junctions are covered by the lanes of their connecting roads. Finer where the road bends, so that no
 * edge leaves its curve by more than 3 cm. Must never be asked for per tick.
 */
import { createCurvePoint } from "./geometry/curve.ts";
import { createLaneEdges, evaluateEdges, sectionIndex } from "./lanes.ts";
import { markLines } from "./mark-lines.ts";
import type { LaneModel, NetworkModel, RoadMark, RoadModel, SideSection } from "./model.ts";
import type { Profile } from "./profile.ts";
import { profileValue } from "./profile.ts";
import { evaluateReference } from "./reference-line.ts";
import { addShape, addStroke } from "./object-mesh.ts";
import { objectShapes, objectStrokes } from "./objects.ts";
import { createSurface, evaluateSurface } from "./surface.ts";
import type { RoadMesh } from "./types.ts";

const CHORD_M = 0.03;
const CELL_M = 25;
const CELL_M_MIN = 0.25;
/** Just inside, so that a section's own records answer at its end. */
const INSIDE_M = 1e-9;
/** A road is cut finely only so far: what follows is drawn coarse. */
const STATIONS_MAX = 100_000;
const FAR_M = 20_000;
const NARROW_M = 1e-3;

interface Batch {
  readonly positions: number[];
  readonly indices: number[];
}

export function createMesh(model: NetworkModel): RoadMesh {
  const surfaces = new Map<string, Batch>();
  const marks = new Map<string, Batch & { readonly kind: string; readonly colour: string }>();
  const point = createCurvePoint();
  const surface = createSurface();
  const edges = createLaneEdges();

  const batchOf = (kind: string): Batch => {
    let batch = surfaces.get(kind);
    if (batch === undefined) surfaces.set(kind, (batch = { positions: [], indices: [] }));
    return batch;
  };
  const markBatch = (kind: string, colour: string): Batch => {
    const key = `${kind}/${colour}`;
    let batch = marks.get(key);
    if (batch === undefined) marks.set(key, (batch = { kind, colour, positions: [], indices: [] }));
    return batch;
  };
  const put = (batch: Batch, road: RoadModel, sM: number, tM: number, liftM: number): void => {
    evaluateReference(road, sM, point);
    evaluateSurface(road, sM, tM, point.curvature, surface);
    batch.positions.push(
      point.xM + surface.forwardM * point.cosHeading - surface.leftM * point.sinHeading,
      point.yM + surface.forwardM * point.sinHeading + surface.leftM * point.cosHeading,
      surface.zM + liftM,
    );
  };
  /** Strip over the last 2 n vertices (right, left, right, left …), seen from above counter-clockwise. */
  const strip = (batch: Batch, n: number, wide: readonly boolean[]): void => {
    const first = batch.positions.length / 3 - 2 * n;
    for (let i = 0; i + 1 < n; i += 1) {
      const at = first + 2 * i;
      if (wide[i] === true) batch.indices.push(at, at + 2, at + 1);
      if (wide[i + 1] === true) batch.indices.push(at + 1, at + 2, at + 3);
    }
  };

  for (const road of model.roads) {
    const grid = stationsOf(road, put);
    for (const side of [road.right, road.left]) {
      for (const section of side) {
        const stations = within(grid, section.sStartM, section.sEndM);
        if (stations.length < 2) continue;
        let below: (sM: number) => number = () => 0;
        for (const lane of section.lanes) {
          ribbon(road, section, lane, stations);
          below = faces(road, section, lane, stations, below);
          for (const mark of lane.marks) paint(road, section, lane, mark, grid);
        }
        const outer = section.lanes[section.lanes.length - 1];
        if (outer !== undefined) faces(road, section, outer, stations, below, true);
      }
    }
    for (const mark of road.centreMarks) paint(road, undefined, undefined, mark, grid);
  }

  function ribbon(road: RoadModel, section: SideSection, lane: LaneModel, stations: readonly number[]): void {
    const batch = batchOf(lane.type);
    const wide: boolean[] = [];
    for (const s of stations) {
      evaluateEdges(road, section, lane.id, s, edges);
      const { innerT, outerT } = edges;
      const inner = heightOf(lane, s, "innerM");
      const outer = heightOf(lane, s, "outerM");
      put(batch, road, s, Math.min(innerT, outerT), lane.id < 0 ? outer : inner);
      put(batch, road, s, Math.max(innerT, outerT), lane.id < 0 ? inner : outer);
      wide.push(Math.abs(outerT - innerT) >= NARROW_M);
    }
    strip(batch, stations.length, wide);
  }

  /** Upright face on the lane's inner edge (or, last, on its outer one); returns the lane's outer height for the next. */
  function faces(road: RoadModel, section: SideSection, lane: LaneModel, stations: readonly number[], below: (sM: number) => number, last = false): (sM: number) => number {
    if (road.hasHeights) {
      const low = (s: number): number => (last ? 0 : below(s));
      const high = (s: number): number => heightOf(lane, s, last ? "outerM" : "innerM");
      const wide = stations.map((s) => Math.abs(high(s) - low(s)) >= NARROW_M);
      if (wide.includes(true)) {
        const batch = batchOf("curb");
        for (const s of stations) {
          evaluateEdges(road, section, lane.id, s, edges);
          const t = last ? edges.outerT : edges.innerT;
          // The face looks towards its lower side.
          const towardsPlusT = high(s) > low(s) === (last ? lane.id > 0 : lane.id < 0);
          const [bottom, top] = [Math.min(low(s), high(s)), Math.max(low(s), high(s))];
          put(batch, road, s, t, towardsPlusT ? top : bottom);
          put(batch, road, s, t, towardsPlusT ? bottom : top);
        }
        strip(batch, stations.length, wide);
      }
    }
    return (s) => heightOf(lane, s, "outerM");
  }

  function paint(road: RoadModel, section: SideSection | undefined, lane: LaneModel | undefined, mark: RoadMark, grid: readonly number[]): void {
    const edgeT = (s: number): number => {
      if (section === undefined || lane === undefined) return profileValue(road.laneOffset, s);
      evaluateEdges(road, section, lane.id, s, edges);
      return edges.outerT;
    };
    for (const line of markLines(mark, lane?.id ?? 0)) {
      const batch = markBatch(mark.type, line.colour);
      const stations = within(grid, line.fromM, line.toM);
      if (stations.length < 2) continue;
      for (const s of stations) {
        const t = edgeT(s) + line.tOffsetM + profileValue(mark.sway, s);
        const lift = lane === undefined ? 0 : heightOf(lane, s, "outerM");
        put(batch, road, s, t - 0.5 * line.widthM, lift);
        put(batch, road, s, t + 0.5 * line.widthM, lift);
      }
      strip(batch, stations.length, stations.map(() => true));
    }
  }

  const objects = new Map<string, Batch>();
  for (const shape of objectShapes(model)) {
    const { type } = shape.object;
    let batch = objects.get(type);
    if (batch === undefined) objects.set(type, (batch = { positions: [], indices: [] }));
    addShape(batch, shape);
  }
  for (const stroke of objectStrokes(model)) addStroke(markBatch("object", stroke.colour), stroke);
  return finish(surfaces, marks, objects);
}

function heightOf(lane: LaneModel, sM: number, edge: "innerM" | "outerM"): number {
  let height = 0;
  for (const record of lane.heights) if (record.sM <= sM) height = record[edge];
  return height;
}

/** Places along the road: wherever a record starts, and between them as the outermost edges bend. */
function stationsOf(road: RoadModel, put: (batch: Batch, road: RoadModel, sM: number, tM: number, liftM: number) => void): number[] {
  const cuts = new Set<number>([0, road.lengthM]);
  const add = (profile: Profile): void => {
    for (let i = 0; i < profile.length; i += 5) cuts.add(profile[i] as number);
  };
  for (const s of road.geometryStartM) cuts.add(s);
  for (const p of [road.elevation, road.superelevation, road.crossfallLeft, road.crossfallRight, road.laneOffset]) add(p);
  for (const shape of road.shape) cuts.add(shape.sM);
  for (const section of [...road.left, ...road.right]) {
    cuts.add(section.sStartM);
    for (const lane of section.lanes) {
      add(lane.width);
      add(lane.border);
      for (const h of lane.heights) cuts.add(h.sM);
    }
  }
  const sorted = [...cuts].filter((s) => s >= 0 && s <= road.lengthM).sort((a, b) => a - b);

  const edges = createLaneEdges();
  const scratch: Batch = { positions: [], indices: [] };
  /** Both outermost edges as two points, six numbers. */
  const rim = (sM: number): readonly number[] => {
    scratch.positions.length = 0;
    for (const side of [road.right, road.left]) {
      const section = side[sectionIndex(side, sM)];
      const outer = section?.lanes[section.lanes.length - 1];
      let t = profileValue(road.laneOffset, sM);
      if (outer !== undefined) {
        evaluateEdges(road, section, outer.id, sM, edges);
        t = edges.outerT;
      }
      put(scratch, road, sM, t, 0);
    }
    return [...scratch.positions];
  };
  /** How far b leaves the chord from a to c at the share w. */
  const bulge = (a: readonly number[], b: readonly number[], c: readonly number[], w: number): number => {
    let worst = 0;
    for (let i = 0; i < 6; i += 3) {
      let square = 0;
      for (let k = i; k < i + 3; k += 1) {
        const d = (b[k] as number) - (a[k] as number) - w * ((c[k] as number) - (a[k] as number));
        square += d * d;
      }
      worst = Math.max(worst, square);
    }
    return Math.sqrt(worst);
  };
  const stations: number[] = [];
  const divide = (from: number, to: number, a: readonly number[], c: readonly number[]): void => {
    const length = to - from;
    if (length > 2 * CELL_M_MIN && stations.length < STATIONS_MAX) {
      const middle = 0.5 * (from + to);
      const b = rim(middle);
      const bent = length > CELL_M || bulge(a, b, c, 0.5) > CHORD_M || bulge(a, rim(from + 0.25 * length), c, 0.25) > CHORD_M || bulge(a, rim(from + 0.75 * length), c, 0.75) > CHORD_M;
      if (bent) {
        divide(from, middle, a, b);
        divide(middle, to, b, c);
        return;
      }
    }
    stations.push(to);
  };
  stations.push(sorted[0] ?? 0);
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const from = sorted[i] as number;
    const to = sorted[i + 1] as number;
    if (to - from < 1e-6) continue;
    divide(from, to, rim(from), rim(to - INSIDE_M));
  }
  return stations;
}

/** Stations of a stretch with its two ends, the far end just inside. */
function within(grid: readonly number[], fromM: number, toM: number): number[] {
  if (!(toM - fromM > 1e-6)) return [];
  const found = [fromM];
  let low = 0;
  let high = grid.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((grid[middle] as number) > fromM + 1e-6) high = middle;
    else low = middle + 1;
  }
  for (let i = low; i < grid.length && (grid[i] as number) < toM - 1e-6; i += 1) found.push(grid[i] as number);
  found.push(toM - INSIDE_M);
  return found;
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

function finish(surfaces: ReadonlyMap<string, Batch>, marks: ReadonlyMap<string, Batch & { readonly kind: string; readonly colour: string }>, objects: ReadonlyMap<string, Batch>): RoadMesh {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { positions } of surfaces.values()) {
    for (let i = 0; i < positions.length; i += 3) {
      minX = Math.min(minX, positions[i] as number);
      minY = Math.min(minY, positions[i + 1] as number);
      maxX = Math.max(maxX, positions[i] as number);
      maxY = Math.max(maxY, positions[i + 1] as number);
    }
  }
  const bounds = minX <= maxX ? { minX, minY, maxX, maxY } : { minX: 0, minY: 0, maxX: 0, maxY: 0 };
  const far = Math.max(Math.abs(bounds.minX), Math.abs(bounds.maxX), Math.abs(bounds.minY), Math.abs(bounds.maxY)) > FAR_M;
  const origin = far ? { xM: Math.round(0.5 * (bounds.minX + bounds.maxX)), yM: Math.round(0.5 * (bounds.minY + bounds.maxY)), zM: 0 } : undefined;
  const shift = [origin?.xM ?? 0, origin?.yM ?? 0, 0];
  const pack = (batch: Batch): { positions: Float32Array; indices: Uint32Array } => ({
    positions: Float32Array.from(batch.positions, (v, i) => v - (shift[i % 3] as number)),
    indices: Uint32Array.from(batch.indices),
  });
  return {
    ...(origin === undefined ? {} : { origin }),
    surfaces: [...surfaces].sort(byKey).filter(([, b]) => b.indices.length > 0).map(([kind, batch]) => ({ kind, ...pack(batch) })),
    marks: [...marks].sort(byKey).filter(([, b]) => b.indices.length > 0).map(([, batch]) => ({ kind: batch.kind, colour: batch.colour, ...pack(batch) })),
    objects: [...objects].sort(byKey).filter(([, b]) => b.indices.length > 0).map(([kind, batch]) => ({ kind, ...pack(batch) })),
    bounds,
  };
}
