/** Triangles for objects: walls, roofs, patches on the ground, and ribbons for their paint. Seen from outside counter-clockwise. */
import type { ObjectShape, ObjectStroke } from "./objects.ts";

export interface Triangles {
  readonly positions: number[];
  readonly indices: number[];
}

/** Lower than this a solid is a patch on the ground [m]. */
const FLAT_M = 1e-3;
/** Rings with more corners are cut as fans, which is right when they are convex. */
const EARS_MAX = 500;

export function addShape(out: Triangles, shape: ObjectShape): void {
  const { base, top, closed, strip } = shape;
  const n = base.length;
  const turned = area(base) < 0;
  const at = (i: number): number => (turned ? n - 1 - i : i);
  const first = out.positions.length / 3;
  for (let i = 0; i < n; i += 1) out.positions.push(...(base[at(i)] as readonly [number, number, number]), ...(top[at(i)] as readonly [number, number, number]));
  const [low, high] = [(i: number): number => first + 2 * i, (i: number): number => first + 2 * i + 1];
  for (let i = 0; i < (closed ? n : n - 1); i += 1) {
    const j = (i + 1) % n;
    const tall = [i, j].some((k) => Math.abs((top[at(k)]?.[2] ?? 0) - (base[at(k)]?.[2] ?? 0)) > FLAT_M);
    if (tall) out.indices.push(low(i), low(j), high(j), low(i), high(j), high(i));
  }
  if (!closed) return;
  if (strip) {
    // Corner k of the right edge faces corner n - 1 - k of the left one; so it is the other way about, too.
    for (let k = 0; k + 1 < n / 2; k += 1) {
      const [a, b, c, d] = [k, k + 1, n - 2 - k, n - 1 - k];
      out.indices.push(high(a), high(b), high(c), high(a), high(c), high(d));
    }
    return;
  }
  for (const [a, b, c] of triangulate(Array.from({ length: n }, (_, i) => top[at(i)] as readonly [number, number, number]))) out.indices.push(high(a), high(b), high(c));
}

export function addStroke(out: Triangles, stroke: ObjectStroke): void {
  const { points, widthM } = stroke;
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [a, b] = [points[i] as readonly [number, number, number], points[i + 1] as readonly [number, number, number]];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const length = Math.sqrt(dx * dx + dy * dy);
    if (!(length > 0)) continue;
    const [nx, ny] = [(-dy / length) * 0.5 * widthM, (dx / length) * 0.5 * widthM];
    const first = out.positions.length / 3;
    out.positions.push(a[0] - nx, a[1] - ny, a[2], b[0] - nx, b[1] - ny, b[2], b[0] + nx, b[1] + ny, b[2], a[0] + nx, a[1] + ny, a[2]);
    out.indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  }
}

type Corner = readonly [number, number, number];

/** Signed plan area; counter-clockwise counts positive. */
export function area(ring: readonly Corner[]): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [a, b] = [ring[i] as Corner, ring[(i + 1) % ring.length] as Corner];
    sum += a[0] * b[1] - b[0] * a[1];
  }
  return 0.5 * sum;
}

const cross = (a: Corner, b: Corner, c: Corner): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Ear clipping of a counter-clockwise ring; a ring that crosses itself is cut as far as it goes. */
export function triangulate(ring: readonly Corner[]): (readonly [number, number, number])[] {
  const left = ring.map((_, i) => i);
  const triangles: (readonly [number, number, number])[] = [];
  const corner = (i: number): Corner => ring[left[(i + left.length) % left.length] as number] as Corner;
  const isEar = (i: number): boolean => {
    const [a, b, c] = [corner(i - 1), corner(i), corner(i + 1)];
    if (cross(a, b, c) <= 0) return false;
    return !left.some((k) => {
      const p = ring[k] as Corner;
      return p !== a && p !== b && p !== c && cross(a, b, p) >= 0 && cross(b, c, p) >= 0 && cross(c, a, p) >= 0;
    });
  };
  while (left.length > 3 && ring.length <= EARS_MAX) {
    let ear = -1;
    for (let i = 0; i < left.length && ear < 0; i += 1) if (isEar(i)) ear = i;
    if (ear < 0) break;
    triangles.push([left[(ear + left.length - 1) % left.length] as number, left[ear] as number, left[(ear + 1) % left.length] as number]);
    left.splice(ear, 1);
  }
  for (let i = 1; i + 1 < left.length; i += 1) triangles.push([left[0] as number, left[i] as number, left[i + 1] as number]);
  return triangles;
}
