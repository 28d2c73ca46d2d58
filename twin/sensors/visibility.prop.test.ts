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

/** Whether a ray from the origin at `angle` meets the box: slab method in the box's own frame. */
function rayHits(b: VisibleBody, angle: number): boolean {
  const c = cos(b.yawRad);
  const s = sin(b.yawRad);
  const o = [-(b.xM * c + b.yM * s), -(b.yM * c - b.xM * s)] as const;
  const d = [cos(angle - b.yawRad), sin(angle - b.yawRad)] as const;
  const half = [b.lengthM / 2, b.widthM / 2] as const;
  let enter = 0;
  let leave = Infinity;
  for (const axis of [0, 1] as const) {
    if (d[axis] === 0) {
      if (Math.abs(o[axis]) > half[axis]) return false;
      continue;
    }
    const t1 = (-half[axis] - o[axis]) / d[axis];
    const t2 = (half[axis] - o[axis]) / d[axis];
    enter = Math.max(enter, Math.min(t1, t2));
    leave = Math.min(leave, Math.max(t1, t2));
  }
  return enter <= leave;
}

describe("visibility equals what rays find", () => {
  const RAYS = 3000;

  it("for any scene, sensor yaw and field of view", () => {
    fc.assert(fc.property(fc.array(anyBody, { minLength: 1, maxLength: 6 }), fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: 0.2, max: 6.4, noNaN: true }), (shapes, yawRad, fovRad) => {
      const bodies = shapes.map((shape, i) => body(`b${i}`, shape.xM, shape.yM, { ...shape, heightM: 3 }));
      const viewer = createViewer();
      viewer.look({ xM: 0, yM: 0, zM: 1.5, cosYaw: cos(yawRad), sinYaw: sin(yawRad) }, 40, fovRad, bodies);
      const found = new Map(viewer.sightings.slice(0, viewer.count).map((s) => [s.body.id, s]));
      const hits = bodies.map((b) => Array.from({ length: RAYS }, (_, k) => rayHits(b, (2 * Math.PI * k) / RAYS)));
      const inView = Array.from({ length: RAYS }, (_, k) => cos((2 * Math.PI * k) / RAYS - yawRad) >= cos(Math.min(Math.PI, fovRad / 2)));
      // Nearness found anew, by walking the outline.
      const nearM = bodies.map((b) => {
        const inside = Math.abs(b.xM * cos(b.yawRad) + b.yM * sin(b.yawRad)) <= b.lengthM / 2 && Math.abs(b.yM * cos(b.yawRad) - b.xM * sin(b.yawRad)) <= b.widthM / 2;
        if (inside) return 0;
        let best = Infinity;
        for (let i = 0; i <= 400; i += 1) {
          const f = i / 400 - 0.5;
          for (const [l, w] of [[f * b.lengthM, b.widthM / 2], [f * b.lengthM, -b.widthM / 2], [b.lengthM / 2, f * b.widthM], [-b.lengthM / 2, f * b.widthM]] as const) {
            const x = b.xM + l * cos(b.yawRad) - w * sin(b.yawRad);
            const y = b.yM + l * sin(b.yawRad) + w * cos(b.yawRad);
            best = Math.min(best, Math.sqrt(x * x + y * y));
          }
        }
        return best;
      });
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
    }), { numRuns: 150 });
  });
});
