/**
 * Things that stand around: buildings, trees, container stacks, cranes, ships, rocks, sheds. Grown from the map alone,
 * with a seed of its own; nothing here exists for the twin, nothing may stand on a road. One merged mesh plus two
 * instanced ones, so the number of draw calls does not grow with the number of things.
 */
import { Color, InstancedMesh, Matrix4, Mesh, Quaternion, Vector3, type BufferGeometry, type Material } from "three";
import { createKit, type Kit, type P3 } from "./geometry-kit.ts";
import type { Land } from "./ground.ts";
import { createPrng } from "./prng.ts";
import { zoneAt, type Zone } from "./zones.ts";

export interface SceneryOptions {
  readonly seed: string;
  /** Fewer things for slow machines, 0 to 1. */
  readonly density: number;
  readonly material: Material;
}

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

const CONTAINERS_MAX = 1400;
const CONTAINER_COLOURS = ["#a8402f", "#2f5f8f", "#3e7a55", "#c98a2b", "#7b4a78", "#8a8f94", "#b5532e", "#2c7a86", "#d0cdc4"];
const WALLS = ["#d9cfbd", "#c7b299", "#b8c0c4", "#e2dccf", "#a9a39a", "#c9a78a", "#d4c3b0"];
const ROOFS = ["#8a8d8f", "#77706a", "#9a948b", "#6d757a"];

/** Everything that stands on this land, as objects to add to the scene's z-up group. */
export function createScenery(land: Land, options: SceneryOptions): { objects: (Mesh | InstancedMesh)[]; dispose(): void } {
  const random = createPrng(`${options.seed}/scenery`);
  const kit = createKit();
  const trees: { x: number; y: number; z: number; s: number; tint: number }[] = [];
  const boxes: { x: number; y: number; z: number; yaw: number; colour: string }[] = [];
  const placed: Placed[] = [];
  const { grid } = land;
  const between = (a: number, b: number): number => a + (b - a) * random();
  const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const free = (x: number, y: number, r: number, gap = 3): boolean =>
    grid.distanceM(x, y) > r + gap && !land.inSea(x, y) && placed.every((p) => (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y) > (p.r + r) * (p.r + r));
  const claim = (x: number, y: number, r: number): void => {
    placed.push({ x, y, r });
  };

  /** A house of floors with window bands; rooms on the roof. */
  function building(x: number, y: number, lx: number, ly: number, floors: number): void {
    const z = land.heightM(x, y) - 0.3;
    const h = floors * 3.3 + 1;
    const wall = pick(WALLS);
    kit.colour(wall).box([x, y, z + h / 2], [lx, ly, h]);
    kit.colour("#39454f");
    for (let f = 0; f < floors; f += 1) {
      const zc = z + 2.3 + f * 3.3;
      const height = f === 0 ? 2.1 : 1.6;
      band(kit, x, y, zc, lx + 0.1, ly + 0.1, height);
    }
    kit.colour(wall);
    for (const s of [-0.48, -0.24, 0, 0.24, 0.48]) {
      for (const e of [-1, 1]) {
        const share = Math.abs(s) > 0.4 ? 0.06 : 0.07;
        pillar(kit, x + lx * s, y + e * (ly / 2 + 0.1), z, h, lx * share, 0, e);
        pillar(kit, x + e * (lx / 2 + 0.1), y + ly * s, z, h, 0, ly * share, e);
      }
    }
    kit.colour(pick(ROOFS)).box([x, y, z + h + 0.15], [lx + 0.5, ly + 0.5, 0.5]).box([x + lx * 0.15, y - ly * 0.1, z + h + 1.2], [lx * 0.3, ly * 0.25, 1.8]);
    kit.colour("#9aa3a8").box([x - lx * 0.25, y + ly * 0.2, z + h + 0.9], [2.2, 1.6, 1.1]);
  }

  function shed(x: number, y: number, lx: number, ly: number, yaw: boolean): void {
    const z = land.heightM(x, y) - 0.2;
    const [a, b] = yaw ? [ly, lx] : [lx, ly];
    kit.colour(pick(["#b9c0c4", "#8fa3ad", "#c3b8a3"]));
    kit.box([x, y, z + 3], [a, b, 6]);
    kit.colour("#6c767d");
    roof(kit, x, y, z + 6, a + 1, b + 1, 2.2, yaw);
    kit.colour("#3b454c");
    for (const s of [-0.28, 0, 0.28]) kit.box([x + (yaw ? a * s : 0), y + (yaw ? 0 : b * s), z + 2.1], [yaw ? a * 0.18 : a + 0.14, yaw ? b + 0.14 : b * 0.18, 4.2]);
  }

  function lamp(x: number, y: number, h: number): void {
    const z = land.heightM(x, y);
    kit.colour("#6b7277").cylinder([x, y, z + h / 2], "z", 0.12, h, 5);
    kit.colour("#e9edf0").box([x, y, z + h], [1.3, 0.5, 0.16]);
  }

  /** Rows of containers along x, stacked. */
  function stack(x: number, y: number, cols: number, rows: number): void {
    for (let i = 0; i < cols; i += 1) {
      for (let j = 0; j < rows; j += 1) {
        const height = 1 + Math.floor(random() * 4);
        const [cx, cy] = [x + (i - (cols - 1) / 2) * 12.8, y + (j - (rows - 1) / 2) * 2.75];
        if (random() < 0.12) continue;
        const z = land.heightM(cx, cy);
        for (let k = 0; k < height && boxes.length < CONTAINERS_MAX * options.density; k += 1) boxes.push({ x: cx, y: cy, z: z + 1.3 + k * 2.6, yaw: 0, colour: pick(CONTAINER_COLOURS) });
      }
    }
  }

  /** Rail-mounted yard crane over a stack. */
  function yardCrane(x: number, y: number, span: number): void {
    const z = land.heightM(x, y);
    kit.colour("#d8a01d");
    for (const s of [-1, 1]) {
      for (const e of [-1, 1]) kit.box([x + e * 4, y + (s * span) / 2, z + 8.5], [0.7, 0.8, 17]);
      kit.box([x, y + (s * span) / 2, z + 17], [9, 0.8, 1]).box([x, y + (s * span) / 2, z + 0.9], [10, 1, 0.9]);
    }
    kit.box([x - 2, y, z + 17.6], [1, span + 4, 1.2]).box([x + 2, y, z + 17.6], [1, span + 4, 1.2]);
    kit.colour("#e9edf0").box([x, y + span * 0.15, z + 16.6], [3.4, 3, 2]).colour("#2b3238").box([x, y + span * 0.15, z + 12], [0.16, 0.16, 7.5]).box([x, y + span * 0.15, z + 8.2], [2.5, 6, 0.5]);
  }

  /** Ship-to-shore crane; `out` points over the water. */
  function shoreCrane(x: number, y: number, out: readonly [number, number]): void {
    const z = land.heightM(x, y);
    const at = (along: number, across: number, up: number): P3 => [x + out[0] * along - out[1] * across, y + out[1] * along + out[0] * across, z + up];
    const beam = (a: P3, b: P3, r: number): void => {
      kit.tube(a, b, r, 4);
    };
    kit.colour("#3d78b0");
    for (const across of [-9, 9]) {
      for (const along of [-9, 9]) beam(at(along, across, 0), at(along, across, 40), 0.95);
      beam(at(-9, across, 14), at(9, across, 14), 0.8);
      beam(at(-9, across, 40), at(9, across, 40), 0.9);
      beam(at(-9, across, 14), at(9, across, 40), 0.5);
      beam(at(3, across * 0.4, 40), at(3, across * 0.4, 62), 0.6);
    }
    kit.colour("#e4e8ec");
    for (const across of [-2.6, 2.6]) {
      beam(at(-26, across, 41), at(58, across, 41), 0.85);
      beam(at(3, across, 62), at(54, across, 42), 0.22);
      beam(at(3, across, 62), at(28, across, 42), 0.22);
      beam(at(3, across, 62), at(-24, across, 42), 0.22);
    }
    kit.colour("#c94a2b").box(at(-14, 0, 44), [8, 8, 5]).box(at(34, 0, 38.6), [4, 4, 2.4]);
    kit.colour("#22282d");
    beam(at(34, 0, 37), at(34, 0, 20), 0.12);
    for (const across of [-9, 9]) beam(at(-9, across, 40), at(9, across, 40), 0.5);
  }

  function ship(x: number, y: number, out: readonly [number, number]): void {
    const east = Math.abs(out[0]) > 0.5;
    const [lx, ly] = east ? [26, 150] : [150, 26];
    const hull = (z: number, h: number, colour: string, k: number): void => {
      kit.colour(colour).taper([x, y, z], h, [lx * k, ly * k], [lx, ly]);
    };
    hull(-1.4, 4.4, "#7a2e26", 0.94);
    hull(5.2, 9, "#22324a", 0.99);
    kit.colour("#e8ebee").box([x + (east ? 0 : -52), y + (east ? -52 : 0), 19], east ? [22, 14, 20] : [14, 22, 20]);
    kit.colour("#2c3a44").box([x + (east ? 0 : -52), y + (east ? -52 : 0), 26.6], east ? [23, 14.4, 1.6] : [14.4, 23, 1.6]);
    for (let i = 0; i < 6; i += 1) {
      for (let j = 0; j < 8; j += 1) {
        const height = 2 + Math.floor(random() * 4);
        for (let k = 0; k < height; k += 1) {
          const along = -32 + i * 14.2;
          const across = (j - 3.5) * 2.6;
          boxes.push({ x: x + (east ? across : along), y: y + (east ? along : across), z: 11 + k * 2.6, yaw: east ? Math.PI / 2 : 0, colour: pick(CONTAINER_COLOURS) });
        }
      }
    }
  }

  function rock(x: number, y: number, s: number, colour: string): void {
    kit.colour(colour).ball([x, y, land.heightM(x, y) + s * 0.15], [s * between(0.8, 1.3), s * between(0.8, 1.3), s * between(0.5, 0.9)], 6);
  }

  function pile(x: number, y: number, r: number, colour: string): void {
    kit.colour(colour).cylinder([x, y, land.heightM(x, y) + r * 0.3 - 0.5], "z", r, r * 0.62, 10, r * 0.12);
  }

  if (land.sea !== undefined) quay();

  /** Cranes and ships along the water's edge, where it passes the port. */
  function quay(): void {
    const sea = land.sea;
    if (sea === undefined) return;
    const out: readonly [number, number] = sea.side === "west" ? [-1, 0] : sea.side === "east" ? [1, 0] : sea.side === "south" ? [0, -1] : [0, 1];
    const vertical = out[0] !== 0;
    const ports = land.anchors.filter((a) => a.zone === "port");
    const mid = ports.reduce((sum, a) => sum + (vertical ? a.yM : a.xM), 0) / Math.max(1, ports.length);
    const edge = sea.at;
    const place = (along: number, inland: number): readonly [number, number] => (vertical ? [edge - out[0] * inland, along] : [along, edge - out[1] * inland]);
    for (const offset of [-88, -28, 42]) {
      const [x, y] = place(mid + offset, 14);
      if (grid.distanceM(x, y) < 14) continue;
      shoreCrane(x, y, out);
      claim(x, y, 16);
    }
    const [sx, sy] = place(mid - 24, -18);
    ship(sx, sy, out);
    // Quay wall.
    kit.colour("#a9a8a2");
    const length = vertical ? grid.maxY - grid.minY : grid.maxX - grid.minX;
    const [qx, qy] = vertical ? [edge, (grid.minY + grid.maxY) / 2] : [(grid.minX + grid.maxX) / 2, edge];
    kit.box([qx, qy, -1.6], vertical ? [3, length, 3.5] : [length, 3, 3.5]);
  }

  // Lots on a jittered grid, larger things first.
  const reach = 105;
  const lot = 27;
  for (let y = grid.minY + 20; y < grid.maxY - 20; y += lot) {
    for (let x = grid.minX + 20; x < grid.maxX - 20; x += lot) {
      const [px, py] = [x + between(-4, 4), y + between(-4, 4)];
      const d = grid.distanceM(px, py);
      if (d > reach || land.inSea(px, py)) continue;
      const zone: Zone = zoneAt(land.anchors, px, py);
      const dice = random();
      switch (zone) {
        case "town": {
          if (dice > 0.3 + 0.55 * options.density) break;
          const [lx, ly] = [between(12, 20), between(12, 20)];
          const r = Math.max(lx, ly) * 0.62;
          if (!free(px, py, r, 4)) break;
          building(px, py, lx, ly, 2 + Math.floor(random() * random() * 9));
          claim(px, py, r);
          break;
        }
        case "port": {
          if (!free(px, py, 15, 4)) break;
          if (dice < 0.78) stack(px, py, 2, 4);
          else if (dice < 0.84) lamp(px, py, 24);
          claim(px, py, 14);
          if (dice < 0.1) yardCrane(px, py, 20);
          break;
        }
        case "depot": {
          if (dice < 0.34 && free(px, py, 14, 5)) {
            shed(px, py, between(18, 24), between(12, 16), random() < 0.5);
            claim(px, py, 15);
          } else if (dice < 0.5 && free(px, py, 6, 4)) {
            kit.colour("#dfe3e5").cylinder([px, py, land.heightM(px, py) + 3.5], "z", 4.5, 7.4, 16).colour("#b5bcc1").cylinder([px, py, land.heightM(px, py) + 7.4], "z", 4.6, 0.5, 16, 3.2);
            claim(px, py, 6);
          } else if (dice < 0.62 && free(px, py, 8, 4)) {
            stack(px, py, 1, 3);
            claim(px, py, 8);
          }
          break;
        }
        case "mine": {
          if (dice < 0.2 && free(px, py, 11, 6)) {
            pile(px, py, between(6, 11), pick(["#7b6a58", "#5e5a56", "#9b7d56"]));
            claim(px, py, 11);
          } else if (dice < 0.5 && free(px, py, 3, 5)) {
            for (let k = 0; k < 3; k += 1) rock(px + between(-5, 5), py + between(-5, 5), between(0.8, 2.4), pick(["#8a7358", "#6f6557", "#9a8060"]));
            claim(px, py, 6);
          }
          break;
        }
        case "range": {
          if (dice < 0.24 && free(px, py, 3, 4)) rock(px, py, between(0.6, 2), pick(["#a08a62", "#8d7a58"]));
          else if (dice < 0.3 && free(px, py, 8, 5)) {
            kit.colour("#8f7f5a");
            const z = land.heightM(px, py);
            for (let k = -3; k <= 3; k += 1) kit.box([px + k * 1.7, py, z + 0.9], [1.5, 1.4, 2]);
            claim(px, py, 8);
          } else if (dice < 0.36 && free(px, py, 2, 4)) trees.push({ x: px, y: py, z: land.heightM(px, py), s: between(0.45, 0.7), tint: 0.35 });
          break;
        }
        case "country":
          if (dice < 0.5 * options.density + 0.2) for (let k = 0; k < 3; k += 1) tryTree(px + between(-9, 9), py + between(-9, 9), between(0.8, 1.5));
          break;
      }
    }
  }

  function tryTree(x: number, y: number, s: number): void {
    if (!free(x, y, 2.2, 1.5)) return;
    trees.push({ x, y, z: land.heightM(x, y) - 0.1, s, tint: random() });
    claim(x, y, 2.2);
  }

  // Street trees and lamps close to roads in town, masts elsewhere.
  for (let k = 0; k < 24_000 && trees.length < 300 * options.density + 90; k += 1) {
    const [x, y] = [between(grid.minX, grid.maxX), between(grid.minY, grid.maxY)];
    const d = grid.distanceM(x, y);
    const zone = zoneAt(land.anchors, x, y);
    if (zone === "town" && d > 1 && d < (k % 3 === 0 ? 60 : 7)) tryTree(x, y, between(0.7, 1.15));
    else if (zone === "depot" && d > 20 && d < 70 && random() < 0.4) tryTree(x, y, between(0.7, 1.1));
    else if (zone === "country" && d < 160) tryTree(x, y, between(0.8, 1.5));
  }
  for (let k = 0; k < 500; k += 1) {
    const [x, y] = [between(grid.minX, grid.maxX), between(grid.minY, grid.maxY)];
    const d = grid.distanceM(x, y);
    const zone = zoneAt(land.anchors, x, y);
    if (d < 3 || d > 8 || zone === "country" || zone === "range" || !free(x, y, 0.6, 1)) continue;
    if (placed.some((p) => p.r === 0.61 && (p.x - x) * (p.x - x) + (p.y - y) * (p.y - y) < 900)) continue;
    lamp(x, y, zone === "town" ? 8 : 13);
    claim(x, y, 0.61);
  }

  // Assemble.
  const objects: (Mesh | InstancedMesh)[] = [];
  const geometries: BufferGeometry[] = [];
  const standing = kit.build();
  geometries.push(standing);
  const mesh = new Mesh(standing, options.material);
  mesh.name = "scenery";
  mesh.castShadow = true;
  mesh.receiveShadow = true;
  objects.push(mesh);

  const m = new Matrix4();
  const q = new Quaternion();
  const up = new Vector3(0, 0, 1);
  const tint = new Color();
  if (trees.length > 0) {
    const geometry = treeGeometry(options.density >= 1);
    geometries.push(geometry);
    const instanced = new InstancedMesh(geometry, options.material, trees.length);
    trees.forEach((t, i) => {
      m.compose(new Vector3(t.x, t.y, t.z), q.setFromAxisAngle(up, t.tint * 6.28), new Vector3(t.s, t.s, t.s * (0.9 + 0.3 * t.tint)));
      instanced.setMatrixAt(i, m);
      instanced.setColorAt(i, tint.setHSL(0.22 + 0.08 * t.tint, 0.38, 0.27 + 0.1 * t.tint));
    });
    instanced.name = "trees";
    instanced.castShadow = true;
    objects.push(instanced);
  }
  if (boxes.length > 0) {
    const geometry = containerGeometry();
    geometries.push(geometry);
    const instanced = new InstancedMesh(geometry, options.material, boxes.length);
    boxes.forEach((b, i) => {
      m.compose(new Vector3(b.x, b.y, b.z), q.setFromAxisAngle(up, b.yaw), new Vector3(1, 1, 1));
      instanced.setMatrixAt(i, m);
      instanced.setColorAt(i, tint.set(b.colour));
    });
    instanced.name = "containers";
    instanced.castShadow = true;
    instanced.receiveShadow = true;
    objects.push(instanced);
  }
  for (const object of objects) if (object instanceof InstancedMesh) object.computeBoundingSphere();
  return {
    objects,
    dispose() {
      for (const geometry of geometries) geometry.dispose();
      for (const object of objects) if (object instanceof InstancedMesh) object.dispose();
    },
  };
}

function roof(kit: Kit, x: number, y: number, z: number, lx: number, ly: number, h: number, along: boolean): void {
  const [a, b]: [P3, P3] = along ? [[x - lx / 2, y, z + h], [x + lx / 2, y, z + h]] : [[x, y - ly / 2, z + h], [x, y + ly / 2, z + h]];
  const [p, q, r, s]: [P3, P3, P3, P3] = [[x - lx / 2, y - ly / 2, z], [x + lx / 2, y - ly / 2, z], [x + lx / 2, y + ly / 2, z], [x - lx / 2, y + ly / 2, z]];
  if (along) kit.quad(p, q, b, a).quad(r, s, a, b).tri(s, p, a).tri(q, r, b);
  else kit.quad(q, r, b, a).quad(s, p, a, b).tri(p, q, a).tri(r, s, b);
}

/** Four dark strips around a house: the windows of one floor. */
function band(kit: Kit, x: number, y: number, z: number, lx: number, ly: number, h: number): void {
  const [x0, x1, y0, y1, z0, z1] = [x - lx / 2, x + lx / 2, y - ly / 2, y + ly / 2, z - h / 2, z + h / 2];
  const corners: readonly (readonly [number, number])[] = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % 4] ?? [ax, ay];
    kit.quad([ax, ay, z0], [bx, by, z0], [bx, by, z1], [ax, ay, z1]);
  });
}

/** One upright strip in front of the windows; `wx` or `wy` is its width, `side` the face it stands on. */
function pillar(kit: Kit, x: number, y: number, z: number, h: number, wx: number, wy: number, side: number): void {
  const [ax, ay, bx, by] = wx > 0 ? [x - (side * -wx) / 2, y, x + (side * -wx) / 2, y] : [x, y - (side * wy) / 2, x, y + (side * wy) / 2];
  kit.quad([ax, ay, z], [bx, by, z], [bx, by, z + h], [ax, ay, z + h]);
}

function treeGeometry(full: boolean): BufferGeometry {
  const kit = createKit();
  kit.colour("#6a4f36").cylinder([0, 0, 1], "z", 0.2, 2, 5);
  kit.paint(1).ball([0, 0, 3.6], [1.9, 1.9, 1.9], 6);
  if (full) kit.paint(1.15).ball([0.5, 0.3, 4.9], [1.3, 1.3, 1.2], 6);
  if (full) kit.paint(0.86).ball([-0.7, -0.5, 3.1], [1.3, 1.3, 1.1], 5);
  else kit.paint(1.12).ball([0.4, 0.2, 4.8], [1.2, 1.2, 1.1], 5);
  return kit.build();
}

function containerGeometry(): BufferGeometry {
  const kit = createKit();
  kit.paint(1).box([0, 0, 0], [12.19, 2.44, 2.58]);
  // Corrugation as darker stripes on the long sides only: there are hundreds of these.
  kit.paint(0.74);
  for (let i = -3; i <= 3; i += 1) {
    for (const [y, a, b] of [[1.23, 0.35, -0.35], [-1.23, -0.35, 0.35]] as const) kit.quad([i * 1.65 + a, y, -1.1], [i * 1.65 + b, y, -1.1], [i * 1.65 + b, y, 1.1], [i * 1.65 + a, y, 1.1]);
  }
  return kit.build();
}
