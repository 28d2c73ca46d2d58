/**
 * Where the roads are, as a coarse grid: distance to the nearest one and its height. Scenery asks it where it may stand
 * and the ground asks it how high to lie. Made once per map; pure.
 */
import type { RoadMesh } from "../../fleet-core/road/types.ts";

export interface RoadGrid {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly cellM: number;
  /** Distance [m] from the nearest road surface, 0 on it; exact to about a cell. */
  distanceM(x: number, y: number): number;
  /** Height [m] of the nearest road surface. */
  heightM(x: number, y: number): number;
  /** Lowest road height within the square of this half side, or undefined when no road is in it. */
  lowestM(x: number, y: number, halfM: number): number | undefined;
  readonly flat: boolean;
}

const CELLS_MAX = 420;

export function createRoadGrid(mesh: RoadMesh, marginM: number): RoadGrid {
  const b = mesh.bounds;
  const [minX, minY, maxX, maxY] = [b.minX - marginM, b.minY - marginM, b.maxX + marginM, b.maxY + marginM];
  const cellM = Math.max(2.5, Math.max(maxX - minX, maxY - minY) / CELLS_MAX);
  const nx = Math.max(2, Math.ceil((maxX - minX) / cellM));
  const ny = Math.max(2, Math.ceil((maxY - minY) / cellM));
  const height = new Float32Array(nx * ny).fill(Number.NaN);
  let low = Infinity;
  let high = -Infinity;

  const cell = (x: number, y: number): number => {
    const i = Math.min(nx - 1, Math.max(0, Math.floor((x - minX) / cellM)));
    const j = Math.min(ny - 1, Math.max(0, Math.floor((y - minY) / cellM)));
    return j * nx + i;
  };
  for (const { positions: p, indices } of mesh.surfaces) {
    for (let t = 0; t + 2 < indices.length; t += 3) {
      const [a, b2, c] = [(indices[t] ?? 0) * 3, (indices[t + 1] ?? 0) * 3, (indices[t + 2] ?? 0) * 3];
      const at = (k: number, d: number): number => p[k + d] ?? 0;
      const span = Math.max(Math.abs(at(a, 0) - at(b2, 0)), Math.abs(at(a, 1) - at(b2, 1)), Math.abs(at(a, 0) - at(c, 0)), Math.abs(at(a, 1) - at(c, 1)), Math.abs(at(b2, 0) - at(c, 0)), Math.abs(at(b2, 1) - at(c, 1)));
      const n = Math.min(64, Math.max(1, Math.ceil((span / cellM) * 1.5)));
      for (let i = 0; i <= n; i += 1) {
        for (let j = 0; j <= n - i; j += 1) {
          const [u, v] = [i / n, j / n];
          const w = 1 - u - v;
          const z = at(a, 2) * w + at(b2, 2) * u + at(c, 2) * v;
          const k = cell(at(a, 0) * w + at(b2, 0) * u + at(c, 0) * v, at(a, 1) * w + at(b2, 1) * u + at(c, 1) * v);
          const old = height[k] ?? Number.NaN;
          if (Number.isNaN(old) || z < old) height[k] = z;
          low = Math.min(low, z);
          high = Math.max(high, z);
        }
      }
    }
  }

  // Two-pass chamfer transform: each cell learns its distance to the nearest road cell and which one it is.
  const distance = new Float32Array(nx * ny).fill(1e9);
  const nearest = new Int32Array(nx * ny).fill(-1);
  for (let k = 0; k < height.length; k += 1) {
    if (!Number.isNaN(height[k] ?? Number.NaN)) {
      distance[k] = 0;
      nearest[k] = k;
    }
  }
  const relax = (k: number, from: number, step: number): void => {
    const d = (distance[from] ?? 1e9) + step;
    if (d < (distance[k] ?? 0)) {
      distance[k] = d;
      nearest[k] = nearest[from] ?? -1;
    }
  };
  for (let j = 0; j < ny; j += 1) {
    for (let i = 0; i < nx; i += 1) {
      const k = j * nx + i;
      if (i > 0) relax(k, k - 1, 1);
      if (j > 0) relax(k, k - nx, 1);
      if (i > 0 && j > 0) relax(k, k - nx - 1, Math.SQRT2);
      if (i < nx - 1 && j > 0) relax(k, k - nx + 1, Math.SQRT2);
    }
  }
  for (let j = ny - 1; j >= 0; j -= 1) {
    for (let i = nx - 1; i >= 0; i -= 1) {
      const k = j * nx + i;
      if (i < nx - 1) relax(k, k + 1, 1);
      if (j < ny - 1) relax(k, k + nx, 1);
      if (i < nx - 1 && j < ny - 1) relax(k, k + nx + 1, Math.SQRT2);
      if (i > 0 && j < ny - 1) relax(k, k + nx - 1, Math.SQRT2);
    }
  }

  return {
    minX,
    minY,
    maxX,
    maxY,
    cellM,
    flat: !(high - low > 0.6),
    distanceM: (x, y) => Math.max(0, ((distance[cell(x, y)] ?? 1e6) - 0.5) * cellM),
    heightM: (x, y) => {
      const k = nearest[cell(x, y)] ?? -1;
      const z = k < 0 ? 0 : (height[k] ?? 0);
      return Number.isNaN(z) ? 0 : z;
    },
    lowestM(x, y, halfM) {
      let lowest: number | undefined;
      const i0 = Math.max(0, Math.floor((x - halfM - minX) / cellM));
      const i1 = Math.min(nx - 1, Math.floor((x + halfM - minX) / cellM));
      const j0 = Math.max(0, Math.floor((y - halfM - minY) / cellM));
      const j1 = Math.min(ny - 1, Math.floor((y + halfM - minY) / cellM));
      for (let j = j0; j <= j1; j += 1) {
        for (let i = i0; i <= i1; i += 1) {
          const z = height[j * nx + i] ?? Number.NaN;
          if (!Number.isNaN(z) && (lowest === undefined || z < lowest)) lowest = z;
        }
      }
      return lowest;
    },
  };
}
