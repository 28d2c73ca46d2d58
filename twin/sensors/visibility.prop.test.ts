import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import { body } from "./test-sensors.ts";
import type { VisibleBody } from "./types.ts";
import { createViewer, VISIBLE_SHARE } from "./visibility.ts";

const anyBody = fc.record({
  xM: fc.double({ min: -60, max: 60, noNaN: true }),
  yM: fc.double({ min: -60, max: 60, noNaN: true }),
  yawRad: fc.double({ min: -4, max: 4, noNaN: true }),
  lengthM: fc.double({ min: 0.5, max: 20, noNaN: true }),
  widthM: fc.double({ min: 0.5, max: 5, noNaN: true }),
});

const RAYS = 3000;
const DIRECTIONS = Array.from({ length: RAYS }, (_, k) => [cos((2 * Math.PI * k) / RAYS), sin((2 * Math.PI * k) / RAYS)] as const);

/** Whether a ray from the origin meets the box: slab method in the box's own frame. */
function rayHits(b: VisibleBody, [ux, uy]: readonly [number, number]): boolean {
  const c = cos(b.yawRad);
  const s = sin(b.yawRad);
  const origin = [-(b.xM * c + b.yM * s), -(b.yM * c - b.xM * s)] as const;
  const ray = [ux * c + uy * s, uy * c - ux * s] as const;
  const half = [b.lengthM / 2, b.widthM / 2] as const;
  let enter = 0;
  let leave = Infinity;
  for (const axis of [0, 1] as const) {
    if (ray[axis] === 0) {
      if (Math.abs(origin[axis]) > half[axis]) return false;
      continue;
    }
    const t1 = (-half[axis] - origin[axis]) / ray[axis];
    const t2 = (half[axis] - origin[axis]) / ray[axis];
    enter = Math.max(enter, Math.min(t1, t2));
    leave = Math.min(leave, Math.max(t1, t2));
  }
  return enter <= leave;
}

/** Distance from the origin to the box, found along its four sides; 0 inside. */
function distanceM(b: VisibleBody): number {
  const c = cos(b.yawRad);
  const s = sin(b.yawRad);
  const corners = [[1, 1], [-1, 1], [-1, -1], [1, -1]].map(([l = 0, w = 0]) => [b.xM + (l * b.lengthM * c - w * b.widthM * s) / 2, b.yM + (l * b.lengthM * s + w * b.widthM * c) / 2] as const);
  let best = Infinity;
  let inside = true;
  corners.forEach(([px, py], i) => {
    const [qx, qy] = corners[(i + 1) % 4] as readonly [number, number];
    const dx = qx - px;
    const dy = qy - py;
    if (dx * py - dy * px > 0) inside = false;
    const t = Math.min(1, Math.max(0, -(px * dx + py * dy) / (dx * dx + dy * dy)));
    const x = px + t * dx;
    const y = py + t * dy;
    best = Math.min(best, Math.sqrt(x * x + y * y));
  });
  return inside ? 0 : best;
}

describe("visibility equals what rays find", () => {
  it("for any scene, sensor yaw and field of view", () => {
    fc.assert(fc.property(fc.array(anyBody, { minLength: 1, maxLength: 6 }), fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 0.2, max: 6.4, noNaN: true }), (shapes, yawRad, fovRad) => {
      const bodies = shapes.map((shape, i) => body(`b${i}`, shape.xM, shape.yM, { ...shape, heightM: 3 }));
      const viewer = createViewer();
      viewer.look({ xM: 0, yM: 0, zM: 1.5, cosYaw: cos(yawRad), sinYaw: sin(yawRad) }, 40, fovRad, bodies);
      const found = new Map(viewer.sightings.slice(0, viewer.count).map((s) => [s.body.id, s]));
      const hits = bodies.map((b) => DIRECTIONS.map((ray) => rayHits(b, ray)));
      const edge = cos(Math.min(Math.PI, fovRad / 2));
      const inView = DIRECTIONS.map(([ux, uy]) => fovRad >= 2 * Math.PI || ux * cos(yawRad) + uy * sin(yawRad) >= edge);
      const nearM = bodies.map(distanceM);
      bodies.forEach((target, i) => {
        const own = nearM[i] as number;
        if (own === 0 || Math.abs(own - 40) < 0.1) return;
        if (own > 40) {
          expect(found.get(target.id)?.visible ?? false).toBe(false);
          return;
        }
        // Scenes where two boxes are equally near have no stated order.
        if (nearM.some((other, j) => j !== i && Math.abs(other - own) < 0.1)) return;
        let width = 0;
        let shown = 0;
        for (let k = 0; k < RAYS; k += 1) {
          if (!hits[i]?.[k]) continue;
          width += 1;
          const hidden = bodies.some((_, j) => j !== i && (nearM[j] as number) > 0 && (nearM[j] as number) < own && (hits[j]?.[k] ?? false));
          if (inView[k] && !hidden) shown += 1;
        }
        const needed = VISIBLE_SHARE * Math.min(width, (fovRad * RAYS) / (2 * Math.PI));
        if (Math.abs(shown - needed) < 15) return;
        expect(found.get(target.id)?.visible ?? false, `${target.id}: shown ${shown}, needed ${needed}`).toBe(shown > needed);
      });
    }), { numRuns: 150, seed: 1 });
  });
});
