/**
 * The land under and around the roads: a grid of triangles that stays just below every road, rises where nobody drives,
 * and is coloured by zone. Also the roads themselves with a skirt down to the land.
 */
import { BufferAttribute, BufferGeometry, CanvasTexture, Color, RepeatWrapping, SRGBColorSpace } from "three";
import type { RoadMesh } from "../../fleet-core/road/types.ts";
import { createPrng, noise2 } from "./prng.ts";
import type { RoadGrid } from "./road-grid.ts";
import { zoneAt, type Anchor, type Zone } from "./zones.ts";

export interface Land {
  readonly grid: RoadGrid;
  readonly anchors: readonly Anchor[];
  /** West of this x there is water, when the port lies at the western edge (or another edge, see `sea`). */
  readonly sea: { readonly side: "west" | "east" | "south" | "north"; readonly at: number } | undefined;
  heightM(x: number, y: number): number;
  inSea(x: number, y: number): boolean;
}

const EARTH: Readonly<Record<Zone, readonly [string, string]>> = {
  town: ["#7d8a5e", "#8c9468"],
  port: ["#8d8f8c", "#999a94"],
  mine: ["#a5855d", "#8f7150"],
  depot: ["#8f8f83", "#9c9786"],
  range: ["#b09a6c", "#a38a5c"],
  country: ["#75894f", "#8a9a5c"],
};

/** Land around these roads. The sea lies beyond the map edge that is nearest to where port vehicles start. */
export function createLand(mesh: RoadMesh, grid: RoadGrid, anchors: readonly Anchor[]): Land {
  const ports = anchors.filter((a) => a.zone === "port");
  const b = mesh.bounds;
  let sea: Land["sea"];
  if (ports.length > 0) {
    const x = ports.reduce((sum, a) => sum + a.xM, 0) / ports.length;
    const y = ports.reduce((sum, a) => sum + a.yM, 0) / ports.length;
    const edges = [
      { side: "west" as const, at: b.minX - 46, d: x - b.minX },
      { side: "east" as const, at: b.maxX + 46, d: b.maxX - x },
      { side: "south" as const, at: b.minY - 46, d: y - b.minY },
      { side: "north" as const, at: b.maxY + 46, d: b.maxY - y },
    ].sort((p, q) => p.d - q.d);
    const first = edges[0];
    if (first !== undefined) sea = { side: first.side, at: first.at };
  }
  const intoSea = (x: number, y: number): number => {
    if (sea === undefined) return -1e6;
    return sea.side === "west" ? sea.at - x : sea.side === "east" ? x - sea.at : sea.side === "south" ? sea.at - y : y - sea.at;
  };
  return {
    grid,
    anchors,
    sea,
    inSea: (x, y) => intoSea(x, y) > 0,
    heightM(x, y) {
      const wet = intoSea(x, y);
      if (wet > 0) return -5;
      const d = grid.distanceM(x, y);
      const base = grid.heightM(x, y);
      const zone = zoneAt(anchors, x, y);
      // Far from roads the land comes back to the plain, then swells by the zone's own relief.
      const back = Math.min(1, Math.max(0, (d - 12) / 90));
      const relief = zone === "mine" ? 15 : zone === "range" ? 5 : zone === "country" ? 10 : 0;
      const from = zone === "mine" ? 16 : 30;
      const swell = relief * Math.min(1, Math.max(0, (d - from) / 70)) * (noise2(x / 46, y / 46, 3) * 0.75 + noise2(x / 17, y / 17, 9) * 0.25);
      const nearSea = Math.min(1, Math.max(0, -wet / 60));
      return (base - 0.08) * (1 - back) - 0.08 * back + swell * nearSea;
    },
  };
}

export function groundGeometry(land: Land, stepM: number): BufferGeometry {
  const { grid } = land;
  const nx = Math.ceil((grid.maxX - grid.minX) / stepM);
  const ny = Math.ceil((grid.maxY - grid.minY) / stepM);
  const positions = new Float32Array((nx + 1) * (ny + 1) * 3);
  const colours = new Float32Array(positions.length);
  const uvs = new Float32Array((nx + 1) * (ny + 1) * 2);
  const a = new Color();
  const b = new Color();
  const seabed = new Color("#33525c");
  for (let j = 0; j <= ny; j += 1) {
    for (let i = 0; i <= nx; i += 1) {
      const k = j * (nx + 1) + i;
      const x = grid.minX + i * stepM;
      const y = grid.minY + j * stepM;
      const lowest = grid.lowestM(x, y, stepM);
      let z = land.heightM(x, y);
      // Linear between vertices, so a vertex keeps below every road within its own squares.
      if (lowest !== undefined) z = Math.min(z, lowest - 0.1);
      positions.set([x, y, z], k * 3);
      uvs.set([x / 24, y / 24], k * 2);
      if (land.inSea(x, y)) a.copy(seabed);
      else {
        const n = noise2(x / 60, y / 60, 5);
        // The border between two zones wanders a little instead of running dead straight.
        const zone = zoneAt(land.anchors, x + (noise2(x / 40, y / 40, 1) - 0.5) * 60, y + (noise2(x / 40, y / 40, 2) - 0.5) * 60);
        const [low, high] = EARTH[zone];
        a.set(low).lerp(b.set(high), n);
        // Streets in town run between pavements, not lawns.
        const d = grid.distanceM(x, y);
        if (zone === "town" && d < 34) a.lerp(b.set("#a5a39a"), 0.75 * Math.min(1, (34 - d) / 12));
        else if (zone === "depot" && d < 26) a.lerp(b.set("#8b8d8a"), 0.7);
        const k2 = 0.9 + 0.2 * noise2(x / 13, y / 13, 8);
        a.multiplyScalar(k2);
      }
      colours.set([a.r, a.g, a.b], k * 3);
    }
  }
  const indices: number[] = [];
  for (let j = 0; j < ny; j += 1) {
    for (let i = 0; i < nx; i += 1) {
      const k = j * (nx + 1) + i;
      indices.push(k, k + 1, k + nx + 2, k, k + nx + 2, k + nx + 1);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(positions, 3));
  geometry.setAttribute("color", new BufferAttribute(colours, 3));
  geometry.setAttribute("uv", new BufferAttribute(uvs, 2));
  geometry.setIndex(indices);
  geometry.computeVertexNormals();
  return geometry;
}

const SURFACE: Readonly<Record<string, string>> = {
  driving: "#4a4e54", shoulder: "#6f7172", sidewalk: "#b4b0a6", walking: "#b4b0a6", border: "#7c8064", curb: "#c2bfb8", parking: "#595e66", biking: "#8a4f43",
  restricted: "#585c60", median: "#7f8c60", none: "#76815a", stop: "#5b5f63", bus: "#5a4a46", entry: "#4a4e54", exit: "#4a4e54", onRamp: "#4a4e54", offRamp: "#4a4e54",
};
const DIRT = new Color("#8d7152");
const SAND = new Color("#9c875c");
const CONCRETE = new Color("#7d7f80");

/** All road surfaces as one mesh, with skirts at their outer edges where the road stands above the plain. */
export function roadGeometry(mesh: RoadMesh, land: Land): BufferGeometry {
  const positions: number[] = [];
  const colours: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const colour = new Color();
  for (const surface of mesh.surfaces) {
    const base = positions.length / 3;
    const p = surface.positions;
    const kindColour = SURFACE[surface.kind] ?? "#55595e";
    for (let i = 0; i + 2 < p.length; i += 3) {
      const [x, y, z] = [p[i] ?? 0, p[i + 1] ?? 0, p[i + 2] ?? 0];
      positions.push(x, y, z);
      uvs.push(x / 9, y / 9);
      colour.set(kindColour);
      const zone = zoneAt(land.anchors, x, y);
      if (surface.kind !== "sidewalk") {
        if (zone === "mine") colour.lerp(DIRT, 0.8);
        else if (zone === "range") colour.lerp(SAND, 0.72);
        else if (zone === "port" || zone === "depot") colour.lerp(CONCRETE, 0.45);
      }
      colour.multiplyScalar(0.96 + 0.08 * noise2(x / 9, y / 9, 4));
      colours.push(colour.r, colour.g, colour.b);
    }
    for (const index of surface.indices) indices.push(base + index);
    if (!land.grid.flat) skirt(surface.indices, base, positions, colours, uvs, indices);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 3));
  geometry.setAttribute("uv", new BufferAttribute(new Float32Array(uvs), 2));
  geometry.setIndex(indices);
  // Upright normals throughout: roads are nearly level, and the skirts then shade like the road they belong to.
  geometry.setAttribute("normal", new BufferAttribute(new Float32Array(positions.length).map((_, i) => (i % 3 === 2 ? 1 : 0)), 3));
  return geometry;
}

/** Walls down from edges that belong to one triangle only. */
function skirt(source: Uint32Array, base: number, positions: number[], colours: number[], uvs: number[], indices: number[]): void {
  const seen = new Map<number, readonly [number, number] | undefined>();
  const edge = (a: number, b: number): void => {
    const key = Math.min(a, b) * 4_194_304 + Math.max(a, b);
    seen.set(key, seen.has(key) ? undefined : [a, b]);
  };
  for (let t = 0; t + 2 < source.length; t += 3) {
    const [a, b, c] = [source[t] ?? 0, source[t + 1] ?? 0, source[t + 2] ?? 0];
    edge(a, b);
    edge(b, c);
    edge(c, a);
  }
  for (const pair of seen.values()) {
    if (pair === undefined) continue;
    const [a, b] = [base + pair[0], base + pair[1]];
    const z = (k: number): number => positions[k * 3 + 2] ?? 0;
    if (z(a) < 0.4 && z(b) < 0.4) continue;
    const start = positions.length / 3;
    for (const [k, drop] of [[a, 0], [b, 0], [b, 3], [a, 3]] as const) {
      positions.push(positions[k * 3] ?? 0, positions[k * 3 + 1] ?? 0, z(k) - drop);
      for (let d = 0; d < 3; d += 1) colours.push((colours[k * 3 + d] ?? 0) * (drop === 0 ? 0.9 : 0.8));
      uvs.push(uvs[k * 2] ?? 0, uvs[k * 2 + 1] ?? 0);
    }
    indices.push(start, start + 2, start + 1, start, start + 3, start + 2, start, start + 1, start + 2, start, start + 2, start + 3);
  }
}

/** All marks as one mesh, lifted a hand's breadth of a hand so that they never fight with the road for depth. */
export function marksGeometry(mesh: RoadMesh): BufferGeometry {
  const positions: number[] = [];
  const colours: number[] = [];
  const indices: number[] = [];
  const colour = new Color();
  for (const mark of mesh.marks) {
    const base = positions.length / 3;
    colour.set(markColour(mark.colour)).multiplyScalar(0.92);
    for (let i = 0; i + 2 < mark.positions.length; i += 3) {
      positions.push(mark.positions[i] ?? 0, mark.positions[i + 1] ?? 0, (mark.positions[i + 2] ?? 0) + 0.015);
      colours.push(colour.r, colour.g, colour.b);
    }
    for (const index of mark.indices) indices.push(base + index);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
  geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 3));
  geometry.setIndex(indices);
  geometry.computeVertexNormals();
  return geometry;
}

function markColour(name: string): string {
  switch (name) {
    case "yellow":
      return "#e3b23a";
    case "red":
      return "#b8402f";
    case "blue":
      return "#3f6fb5";
    case "green":
      return "#4f9a55";
    case "orange":
      return "#d9822b";
    case "standard":
    case "white":
      return "#e6e6e0";
    default:
      return /^#[0-9a-f]{6}$/i.test(name) ? name : "#e6e6e0";
  }
}

/** Fine grain for large surfaces, drawn once: light and dark specks around white. */
export function grainTexture(seed: string, contrast: number): CanvasTexture {
  const size = 256;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext("2d");
  const random = createPrng(seed);
  if (context !== null) {
    const image = context.createImageData(size, size);
    for (let k = 0; k < size * size; k += 1) {
      const [i, j] = [k % size, Math.floor(k / size)];
      // Wrapped coarse noise plus fine specks, so that the tile repeats without a seam.
      const coarse = noise2(8 + 4 * Math.cos((i / size) * 2 * Math.PI), 8 + 4 * Math.sin((j / size) * 2 * Math.PI), 6);
      const v = 255 * (1 - contrast * (0.85 * random() + 0.15 * coarse));
      image.data.set([v, v, v, 255], k * 4);
    }
    context.putImageData(image, 0, 0);
  }
  const texture = new CanvasTexture(canvas);
  texture.wrapS = RepeatWrapping;
  texture.wrapT = RepeatWrapping;
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 4;
  return texture;
}
