/**
 * Who is near whom: a uniform hash grid over body centres, rebuilt each tick. Answers come in ascending index, whatever
 * the cells look like, so nothing downstream depends on them. Allocates only when it grows.
 */
import { invariant } from "../../fleet-core/kernel/invariant.ts";

export const BODIES_MAX = 100_000;
/** Cells are asked this much farther, so that a body exactly at the radius is not lost to the rounding of its cell. */
const ROUNDING_M = 1e-6;

export interface BodyGrid {
  /** Takes the centres of bodies 0 … `count` - 1 [m]. Positions must be finite. */
  rebuild(count: number, xM: ArrayLike<number>, yM: ArrayLike<number>): void;
  /**
   * Writes the indices of all bodies whose centre is within `radiusM` of (x, y), ascending, to `out` and returns how many.
   * `out` must have room for all bodies.
   */
  near(xM: number, yM: number, radiusM: number, out: Int32Array): number;
}

/** `cellM`: about the radius most often asked for, or half of it. */
export function createBodyGrid(cellM: number): BodyGrid {
  invariant(cellM > 0 && Number.isFinite(cellM), `cells need a size above 0, got ${cellM}`);
  let n = 0;
  let mask = 15;
  /** Counting sort: the bodies of bucket b are items[starts[b]] … items[starts[b + 1] - 1], ascending. */
  let starts = new Int32Array(mask + 2);
  let items = new Int32Array(16);
  let x = new Float64Array(16);
  let y = new Float64Array(16);
  let cellX = new Int32Array(16);
  let cellY = new Int32Array(16);
  let bucket = new Int32Array(16);

  const cellOf = (m: number): number => Math.floor(m / cellM);
  const hash = (cx: number, cy: number): number => {
    const h = Math.imul(cx, 0x9e3779b1) ^ Math.imul(cy, 0x85ebca6b);
    return (h ^ (h >>> 15)) & mask;
  };

  function grow(count: number): void {
    let size = items.length;
    while (size < count) size *= 2;
    mask = 2 * size - 1;
    starts = new Int32Array(mask + 2);
    items = new Int32Array(size);
    x = new Float64Array(size);
    y = new Float64Array(size);
    cellX = new Int32Array(size);
    cellY = new Int32Array(size);
    bucket = new Int32Array(size);
  }

  function ascending(out: Int32Array, count: number): void {
    if (count > 32) {
      out.subarray(0, count).sort();
      return;
    }
    for (let i = 1; i < count; i += 1) {
      const value = out[i] as number;
      let j = i;
      while (j > 0 && (out[j - 1] as number) > value) {
        out[j] = out[j - 1] as number;
        j -= 1;
      }
      out[j] = value;
    }
  }

  return {
    rebuild(count, xM, yM) {
      if (!(count >= 0 && count <= BODIES_MAX)) invariant(false, `a grid holds up to ${BODIES_MAX} bodies, got ${count}`);
      if (count > items.length) grow(count);
      n = count;
      starts.fill(0);
      for (let i = 0; i < n; i += 1) {
        const bx = xM[i] as number;
        const by = yM[i] as number;
        if (!Number.isFinite(bx + by)) invariant(false, `body ${i} must be at a finite place, is at ${bx}, ${by}`);
        const cx = cellOf(bx);
        const cy = cellOf(by);
        const b = hash(cx, cy);
        x[i] = bx;
        y[i] = by;
        cellX[i] = cx;
        cellY[i] = cy;
        bucket[i] = b;
        starts[b + 1] = (starts[b + 1] as number) + 1;
      }
      for (let b = 0; b <= mask; b += 1) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
      // Filling from the back leaves each bucket ascending and moves starts[b + 1] to the first of bucket b.
      for (let i = n - 1; i >= 0; i -= 1) {
        const slot = (bucket[i] as number) + 1;
        const at = (starts[slot] as number) - 1;
        starts[slot] = at;
        items[at] = i;
      }
      for (let b = 0; b <= mask; b += 1) starts[b] = starts[b + 1] as number;
      starts[mask + 1] = n;
    },
    near(px, py, radiusM, out) {
      const r2 = radiusM * radiusM;
      let found = 0;
      const reachM = radiusM + ROUNDING_M;
      const fromX = cellOf(px - reachM);
      const toX = cellOf(px + reachM);
      const fromY = cellOf(py - reachM);
      const toY = cellOf(py + reachM);
      // With more cells than bodies it is cheaper to ask every body; the answer is the same.
      if ((toX - fromX + 1) * (toY - fromY + 1) >= n) {
        for (let i = 0; i < n; i += 1) {
          const dx = (x[i] as number) - px;
          const dy = (y[i] as number) - py;
          if (dx * dx + dy * dy <= r2) out[found++] = i;
        }
        return found;
      }
      for (let cx = fromX; cx <= toX; cx += 1) {
        for (let cy = fromY; cy <= toY; cy += 1) {
          const b = hash(cx, cy);
          const end = starts[b + 1] as number;
          for (let k = starts[b] as number; k < end; k += 1) {
            const i = items[k] as number;
            if (cellX[i] !== (cx | 0) || cellY[i] !== (cy | 0)) continue;
            const dx = (x[i] as number) - px;
            const dy = (y[i] as number) - py;
            if (dx * dx + dy * dy <= r2) out[found++] = i;
          }
        }
      }
      ascending(out, found);
      return found;
    },
  };
}
