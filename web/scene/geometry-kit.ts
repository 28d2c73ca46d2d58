/**
 * Builds low-poly meshes from a few solids, with a colour per face and a flag for faces that take the entity's own paint.
 * Axes are those of the map and the vehicle (x forward, y left, z up); the turn to three's y-up happens once, at the
 * scene's root. Flat normals only.
 */
import { BufferAttribute, BufferGeometry, Color, ShapeUtils, Vector2 } from "three";

export type P3 = readonly [x: number, y: number, z: number];
export type P2 = readonly [x: number, z: number];

export interface Kit {
  /** Colour of what follows, `#rrggbb`. */
  colour(hex: string): Kit;
  /** What follows takes the entity's colour, times `shade`. */
  paint(shade?: number): Kit;
  tri(a: P3, b: P3, c: P3): Kit;
  quad(a: P3, b: P3, c: P3, d: P3): Kit;
  /** Box around a centre. */
  box(centre: P3, size: P3): Kit;
  /** Box with a smaller or shifted top: half sizes at the bottom and top, top shifted along x. */
  taper(centre: P3, height: number, bottom: readonly [lx: number, ly: number], top: readonly [lx: number, ly: number], shiftX?: number): Kit;
  /** Side profile (x, z), counter-clockwise or not, pulled from y0 to y1; the far side may be inset at height. */
  prism(profile: readonly P2[], y0: number, y1: number): Kit;
  /** The same, narrower towards the top: half width as a function of height. */
  shell(profile: readonly P2[], halfWidthAt: (z: number, x: number) => number): Kit;
  tube(a: P3, b: P3, radius: number, segments?: number): Kit;
  cylinder(centre: P3, axis: "x" | "y" | "z", radius: number, length: number, segments?: number, radiusEnd?: number): Kit;
  ball(centre: P3, radius: number | P3, segments?: number): Kit;
  /** Non-indexed geometry with position, normal, color and paint attributes. */
  build(options?: { readonly shadeToZ?: number }): BufferGeometry;
}

const sub = (a: P3, b: P3): P3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: P3, b: P3): P3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a: P3): P3 => {
  const l = Math.hypot(a[0], a[1], a[2]) || 1;
  return [a[0] / l, a[1] / l, a[2] / l];
};
const along = (p: P3, d: P3, k: number): P3 => [p[0] + d[0] * k, p[1] + d[1] * k, p[2] + d[2] * k];

export function createKit(): Kit {
  const positions: number[] = [];
  const colours: number[] = [];
  const paints: number[] = [];
  const present = new Color("#888888");
  let painted = 0;

  function tri(a: P3, b: P3, c: P3): Kit {
    positions.push(...a, ...b, ...c);
    for (let i = 0; i < 3; i += 1) {
      colours.push(present.r, present.g, present.b);
      paints.push(painted);
    }
    return kit;
  }
  const quad = (a: P3, b: P3, c: P3, d: P3): Kit => {
    tri(a, b, c);
    return tri(a, c, d);
  };

  function hexahedron(p: readonly P3[]): Kit {
    const [a, b, c, d, e, f, g, h] = p as [P3, P3, P3, P3, P3, P3, P3, P3];
    quad(d, c, b, a);
    quad(e, f, g, h);
    quad(a, b, f, e);
    quad(b, c, g, f);
    quad(c, d, h, g);
    return quad(d, a, e, h);
  }

  function shell(profile: readonly P2[], half: (z: number, x: number) => number): Kit {
    const contour = profile.map(([x, z]) => new Vector2(x, z));
    const ring = ShapeUtils.isClockWise(contour) ? [...profile].reverse() : [...profile];
    const faces = ShapeUtils.triangulateShape(ring.map(([x, z]) => new Vector2(x, z)), []);
    const left = ring.map(([x, z]): P3 => [x, half(z, x), z]);
    const right = ring.map(([x, z]): P3 => [x, -half(z, x), z]);
    for (const [i = 0, j = 0, k = 0] of faces) {
      tri(left[k] as P3, left[j] as P3, left[i] as P3);
      tri(right[i] as P3, right[j] as P3, right[k] as P3);
    }
    for (let i = 0; i < ring.length; i += 1) {
      const j = (i + 1) % ring.length;
      quad(right[i] as P3, left[i] as P3, left[j] as P3, right[j] as P3);
    }
    return kit;
  }

  function frustum(a: P3, b: P3, radiusA: number, radiusB: number, segments: number): Kit {
    const d = unit(sub(b, a));
    const side = unit(cross(d, Math.abs(d[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0]));
    const up = cross(side, d);
    const point = (centre: P3, r: number, i: number): P3 => {
      const t = (i / segments) * 2 * Math.PI;
      return along(along(centre, side, Math.cos(t) * r), up, Math.sin(t) * r);
    };
    for (let i = 0; i < segments; i += 1) {
      const [p, q, r, s] = [point(a, radiusA, i), point(a, radiusA, i + 1), point(b, radiusB, i + 1), point(b, radiusB, i)];
      quad(p, s, r, q);
      tri(a, p, q);
      tri(b, r, s);
    }
    return kit;
  }

  const kit: Kit = {
    colour(hex) {
      present.set(hex);
      painted = 0;
      return kit;
    },
    paint(shade = 1) {
      present.setRGB(shade, shade, shade);
      painted = 1;
      return kit;
    },
    tri,
    quad,
    box: ([x, y, z], [lx, ly, lz]) => kit.taper([x, y, z], lz, [lx, ly], [lx, ly]),
    taper([x, y, z], height, [bx, by], [tx, ty], shiftX = 0) {
      const [z0, z1, s] = [z - height / 2, z + height / 2, x + shiftX];
      return hexahedron([
        [x - bx / 2, y - by / 2, z0], [x + bx / 2, y - by / 2, z0], [x + bx / 2, y + by / 2, z0], [x - bx / 2, y + by / 2, z0],
        [s - tx / 2, y - ty / 2, z1], [s + tx / 2, y - ty / 2, z1], [s + tx / 2, y + ty / 2, z1], [s - tx / 2, y + ty / 2, z1],
      ]);
    },
    prism: (profile, y0, y1) => {
      const mid = (y0 + y1) / 2;
      const start = positions.length;
      shell(profile, () => Math.abs(y1 - y0) / 2);
      for (let i = start + 1; i < positions.length; i += 3) positions[i] = (positions[i] ?? 0) + mid;
      return kit;
    },
    shell,
    tube: (a, b, radius, segments = 6) => frustum(a, b, radius, radius, segments),
    cylinder([x, y, z], axis, radius, length, segments = 14, radiusEnd = radius) {
      const h = length / 2;
      const [a, b]: [P3, P3] = axis === "x" ? [[x - h, y, z], [x + h, y, z]] : axis === "y" ? [[x, y - h, z], [x, y + h, z]] : [[x, y, z - h], [x, y, z + h]];
      return frustum(a, b, radius, radiusEnd, segments);
    },
    ball([x, y, z], radius, segments = 8) {
      const [rx, ry, rz] = typeof radius === "number" ? [radius, radius, radius] : radius;
      const rows = Math.max(4, Math.round(segments * 0.6));
      const point = (i: number, j: number): P3 => {
        const lat = (j / rows) * Math.PI;
        const lon = (i / segments) * 2 * Math.PI;
        return [x + rx * Math.sin(lat) * Math.cos(lon), y + ry * Math.sin(lat) * Math.sin(lon), z + rz * Math.cos(lat)];
      };
      for (let j = 0; j < rows; j += 1) for (let i = 0; i < segments; i += 1) quad(point(i, j), point(i, j + 1), point(i + 1, j + 1), point(i + 1, j));
      return kit;
    },
    build(options = {}) {
      // A little darkness towards the ground stands in for ambient occlusion.
      const toZ = options.shadeToZ ?? 0;
      if (toZ > 0) {
        for (let i = 0; i < positions.length; i += 3) {
          const k = 0.62 + 0.38 * Math.min(1, Math.max(0, (positions[i + 2] ?? 0) / toZ));
          for (let c = 0; c < 3; c += 1) colours[i + c] = (colours[i + c] ?? 0) * k;
        }
      }
      const geometry = new BufferGeometry();
      geometry.setAttribute("position", new BufferAttribute(new Float32Array(positions), 3));
      geometry.setAttribute("color", new BufferAttribute(new Float32Array(colours), 3));
      geometry.setAttribute("paint", new BufferAttribute(new Float32Array(paints), 1));
      geometry.computeVertexNormals();
      return geometry;
    },
  };
  return kit;
}
