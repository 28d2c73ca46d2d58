/**
 * The three-dimensional scene of one map: builds what stands, moves what moves, aims the camera, answers clicks. All
 * content lives in one group whose children use map axes (z up); three's y-up begins at that group and in `camera-rig`.
 */
import { AmbientLight, BackSide, BufferAttribute, Color, DirectionalLight, Fog, Group, HemisphereLight, Mesh, MeshBasicMaterial, MeshLambertMaterial, MeshStandardMaterial, PlaneGeometry, SphereGeometry, Vector3, type Material, type PerspectiveCamera, type Scene } from "three";
import { POSE_STRIDE, type VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { RoadMesh } from "../../fleet-core/road/types.ts";
import type { Sample } from "../model/history.ts";
import type { ProfileView } from "../protocol.ts";
import { createCameraRig, type CameraRig, type Target } from "./camera-rig.ts";
import { createEntities } from "./entities.ts";
import { createLand, grainTexture, groundGeometry, marksGeometry, roadGeometry } from "./ground.ts";
import { createMarker } from "./marker.ts";
import { createMaterials } from "./materials.ts";
import { modelOf } from "./models/index.ts";
import { pick } from "./picking.ts";
import { createRoadGrid } from "./road-grid.ts";
import { createScenery } from "./scenery.ts";
import { anchorsFrom } from "./zones.ts";

export interface StageOptions {
  readonly scene: Scene;
  readonly mesh: RoadMesh;
  readonly mapName: string;
  readonly first: Sample;
  readonly high: boolean;
  readonly reducedMotion: boolean;
}

export interface Stage {
  readonly rig: CameraRig;
  /** Row whose body is not drawn because the camera sits in it. */
  readonly hidden: number;
  update(frame: { readonly dtMs: number; readonly sample: Sample; readonly selected: number; readonly detail: VehicleDetail | undefined; readonly profiles: ReadonlyMap<string, ProfileView>; readonly tickUs: number }, camera: PerspectiveCamera): void;
  /** Row under a point of the picture (-1 to 1 each way), -1 for none. */
  pickAt(x: number, y: number, sample: Sample, camera: PerspectiveCamera): number;
  dispose(): void;
}

const HORIZON = "#c9dbe6";
const ZENITH = "#3d78b8";
const SUN = new Vector3(-0.52, 0.46, 0.72).normalize();

function sky(): Mesh {
  const geometry = new SphereGeometry(4000, 48, 24);
  const position = geometry.getAttribute("position");
  const colours = new Float32Array(position.count * 3);
  const [low, high, warm, c] = [new Color(HORIZON), new Color(ZENITH), new Color("#fff1d6"), new Color()];
  const d = new Vector3();
  const sun = new Vector3(SUN.x, SUN.z, -SUN.y);
  for (let i = 0; i < position.count; i += 1) {
    d.fromBufferAttribute(position, i).normalize();
    const t = Math.min(1, Math.max(0, d.y * 1.7));
    c.copy(low).lerp(high, Math.pow(t, 0.55));
    const glow = Math.max(0, d.dot(sun));
    c.lerp(warm, 0.55 * Math.pow(glow, 10) + 0.12 * Math.pow(glow, 2) * (1 - t));
    colours.set([c.r, c.g, c.b], i * 3);
  }
  geometry.setAttribute("color", new BufferAttribute(colours, 3));
  const mesh = new Mesh(geometry, new MeshBasicMaterial({ vertexColors: true, side: BackSide, fog: false, depthWrite: false }));
  mesh.renderOrder = -1;
  mesh.frustumCulled = false;
  mesh.name = "sky";
  return mesh;
}

export function createStage(options: StageOptions): Stage {
  const { scene, mesh, high } = options;
  const root = new Group();
  root.rotation.x = -Math.PI / 2;
  scene.add(root);
  const b = mesh.bounds;
  const span = Math.max(60, b.maxX - b.minX, b.maxY - b.minY);
  const grid = createRoadGrid(mesh, Math.min(420, 160 + span * 0.25));
  const land = createLand(mesh, grid, anchorsFrom(options.first.roster, options.first.poses));
  const materials = createMaterials(high);
  const disposables: { dispose(): void }[] = [materials];

  // Light: low warm sun, blue sky fill.
  const sun = new DirectionalLight("#fff0d8", high ? 3.1 : 2.3);
  sun.position.copy(SUN).multiplyScalar(200);
  const fill = new HemisphereLight("#cfe2f5", "#8d8065", high ? 1.5 : 1.35);
  fill.position.set(0, 0, 1);
  root.add(sun, sun.target, fill, new AmbientLight("#ffffff", 0.18));
  if (high) {
    sun.castShadow = true;
    sun.shadow.mapSize.set(2048, 2048);
    sun.shadow.bias = -0.0006;
    sun.shadow.normalBias = 0.06;
    const c = sun.shadow.camera;
    [c.left, c.right, c.top, c.bottom, c.near, c.far] = [-95, 95, 95, -95, 10, 480];
  }
  scene.fog = new Fog(HORIZON, 260, Math.max(1300, span * 1.7));
  const dome = sky();
  scene.add(dome);

  const surface = (texture: boolean, extra: { polygonOffset?: boolean; factor?: number } = {}): Material => {
    const grain = texture ? grainTexture("ground", 0.2) : null;
    if (grain !== null) disposables.push(grain);
    const common = { vertexColors: true, ...(grain === null ? {} : { map: grain }), ...(extra.polygonOffset === true ? { polygonOffset: true, polygonOffsetFactor: extra.factor ?? -1, polygonOffsetUnits: extra.factor ?? -1 } : {}) };
    const material = high ? new MeshStandardMaterial({ ...common, roughness: 0.96, metalness: 0 }) : new MeshLambertMaterial(common);
    disposables.push(material);
    return material;
  };
  const cells = high ? 150 : 84;
  const ground = new Mesh(groundGeometry(land, Math.max(6, Math.max(grid.maxX - grid.minX, grid.maxY - grid.minY) / cells)), surface(true));
  const road = new Mesh(roadGeometry(mesh, land), surface(true, { polygonOffset: true, factor: -2 }));
  const marks = new Mesh(marksGeometry(mesh), surface(false, { polygonOffset: true, factor: -4 }));
  for (const [m, name] of [[ground, "ground"], [road, "road"], [marks, "marks"]] as const) {
    m.name = name;
    m.receiveShadow = high;
    disposables.push(m.geometry);
    root.add(m);
  }
  if (land.sea !== undefined) {
    const wide = 6000;
    const material = high ? new MeshStandardMaterial({ color: "#3f7183", roughness: 0.25, metalness: 0.1 }) : new MeshLambertMaterial({ color: "#4a7d8e" });
    const water = new Mesh(new PlaneGeometry(wide, wide), material);
    const { side, at } = land.sea;
    const [cx, cy] = [(grid.minX + grid.maxX) / 2, (grid.minY + grid.maxY) / 2];
    water.position.set(side === "west" ? at - wide / 2 : side === "east" ? at + wide / 2 : cx, side === "south" ? at - wide / 2 : side === "north" ? at + wide / 2 : cy, -2.2);
    water.name = "water";
    disposables.push(water.geometry, material);
    root.add(water);
  }
  // Beyond the ground's edge: one plain so that no horizon shows a gap.
  const plain = new Mesh(new PlaneGeometry(9000, 9000), new MeshLambertMaterial({ color: land.sea === undefined ? "#7d8c58" : "#8d8a66" }));
  plain.position.set((grid.minX + grid.maxX) / 2, (grid.minY + grid.maxY) / 2, -6);
  disposables.push(plain.geometry, plain.material as Material);
  root.add(plain);

  const scenery = createScenery(land, { seed: options.mapName, density: high ? 1 : 0.55, material: materials.standing });
  for (const object of scenery.objects) root.add(object);
  disposables.push(scenery);

  const entities = createEntities(materials, high);
  const marker = createMarker();
  root.add(entities.group, marker.group);
  disposables.push(entities, marker);

  const floor = (x: number, y: number): number => (land.inSea(x, y) ? -2 : land.heightM(x, y));
  const rig = createCameraRig({ centre: [(b.minX + b.maxX) / 2, (b.minY + b.maxY) / 2, 0], spanM: span, reducedMotion: options.reducedMotion, floor });
  let hidden = -1;
  let target: { -readonly [K in keyof Target]: Target[K] } | undefined;
  const ray = new Vector3();

  return {
    rig,
    get hidden() {
      return hidden;
    },
    update(frame, camera) {
      const { sample, selected } = frame;
      const entity = sample.roster[selected];
      if (entity === undefined) target = undefined;
      else {
        const k = selected * POSE_STRIDE;
        const model = modelOf(entity);
        target = {
          xM: sample.poses[k] ?? 0,
          yM: sample.poses[k + 1] ?? 0,
          zM: sample.poses[k + 2] ?? 0,
          yawRad: sample.poses[k + 3] ?? 0,
          pitchRad: sample.poses[k + 4] ?? 0,
          lengthM: entity.lengthM,
          heightM: entity.heightM,
          widthM: entity.widthM,
          frontXM: entity.centreXM + entity.lengthM / 2,
          eye: model.eye,
        };
      }
      hidden = rig.mode === 3 ? selected : -1;
      entities.update(sample, frame.profiles, frame.tickUs, hidden);
      const axles = entity?.profile === undefined ? undefined : frame.profiles.get(entity.profile)?.axles;
      marker.update(sample, selected, frame.detail, axles === undefined ? (entity?.lengthM ?? 4) * 0.6 : Math.max(...axles.map((a) => a.xM)));
      rig.update(frame.dtMs, target, camera);
      dome.position.copy(camera.position);
      if (high && target !== undefined) {
        sun.target.position.set(target.xM, target.yM, target.zM);
        sun.position.copy(SUN).multiplyScalar(220).add(sun.target.position);
      }
    },
    pickAt(x, y, sample, camera) {
      ray.set(x, y, 0.5).unproject(camera).sub(camera.position).normalize();
      const o = camera.position;
      return pick(sample, [o.x, -o.z, o.y], [ray.x, -ray.z, ray.y]);
    },
    dispose() {
      scene.remove(root, dome);
      scene.fog = null;
      dome.geometry.dispose();
      (dome.material as Material).dispose();
      for (const d of disposables) d.dispose();
    },
  };
}
