/**
 * Everything that moves: one instanced mesh per model, one for all wheels, one for all lamps, one for the shadows under
 * them. Matrices are written in place each frame; nothing here allocates while the roster stays the same.
 */
import { BoxGeometry, Color, DynamicDrawUsage, Euler, Group, InstancedMesh, Matrix4, PlaneGeometry, Quaternion, Vector3, type BufferGeometry, type Material } from "three";
import { FLAG, POSE_STRIDE, type EntityView } from "../../fleet-core/contract/twin-view.ts";
import type { Sample } from "../model/history.ts";
import type { ProfileView } from "../protocol.ts";
import { createKit } from "./geometry-kit.ts";
import type { Materials } from "./materials.ts";
import { modelOf } from "./models/index.ts";
import type { Lamp, Model, WheelPlace } from "./models/types.ts";

export interface Entities {
  readonly group: Group;
  /** Writes all matrices for this moment. `hidden` is the row not to draw (the camera sits in it). */
  update(sample: Sample, profiles: ReadonlyMap<string, ProfileView>, tickUs: number, hidden: number): void;
  dispose(): void;
}

interface Slot {
  readonly row: number;
  readonly mesh: InstancedMesh;
  readonly index: number;
  /** Entity frame from model frame. */
  readonly fit: Matrix4;
  readonly wheels: readonly (WheelPlace & { readonly index: number })[];
  readonly lamps: readonly (Lamp & { readonly index: number })[];
  readonly blob: Matrix4;
}

const ZERO = new Matrix4().makeScale(0, 0, 0);

function fitOf(entity: EntityView, model: Model): Matrix4 {
  const n = model.nominal;
  const [sx, sy, sz] = [entity.lengthM / n.lengthM, entity.widthM / n.widthM, entity.heightM / n.heightM];
  return new Matrix4().compose(new Vector3(entity.centreXM - n.centreXM * sx, entity.centreYM, entity.centreZM - entity.heightM / 2), new Quaternion(), new Vector3(sx, sy, sz));
}

function wheelsOf(entity: EntityView, model: Model, profile: ProfileView | undefined): readonly WheelPlace[] {
  const n = model.nominal;
  if (profile === undefined) {
    const [sx, sy, sz] = [entity.lengthM / n.lengthM, entity.widthM / n.widthM, entity.heightM / n.heightM];
    return model.wheels.map((w) => ({ ...w, xM: entity.centreXM + (w.xM - n.centreXM) * sx, yM: entity.centreYM + w.yM * sy, radiusM: w.radiusM * Math.min(1.2, Math.max(0.8, sz)), widthM: w.widthM * sy }));
  }
  return profile.axles.flatMap((axle) => {
    const width = model.wheels.find((w) => w.steered === axle.steered)?.widthM ?? axle.wheelRadiusM * 0.65;
    return [1, -1].map((side) => ({ xM: axle.xM, yM: (side * axle.trackM) / 2, radiusM: axle.wheelRadiusM, widthM: width, steered: axle.steered }));
  });
}

/** Unit wheel: radius 1, width 1, axle along y. */
function wheelGeometry(): BufferGeometry {
  const kit = createKit();
  kit.colour("#17191b").cylinder([0, 0, 0], "y", 1, 1, 16);
  kit.colour("#8d949b").cylinder([0, 0, 0], "y", 0.56, 1.02, 10);
  kit.colour("#3b4148");
  for (let i = 0; i < 5; i += 1) {
    const t = (i / 5) * 2 * Math.PI;
    const [x, z, r] = [Math.cos(t) * 0.34, Math.sin(t) * 0.34, 0.1];
    for (const y of [0.52, -0.52]) kit.quad([x - r, y, z - r], [x + r, y, z - r], [x + r, y, z + r], [x - r, y, z + r]);
  }
  return kit.build();
}

const OFF: Readonly<Record<Lamp["role"], Color>> = { brake: new Color("#5a1210"), left: new Color("#5c3a0c"), right: new Color("#5c3a0c"), head: new Color("#dfe7ea"), beacon: new Color("#6a4a10") };
const ON: Readonly<Record<Lamp["role"], Color>> = { brake: new Color("#ff2a1c"), left: new Color("#ffa51f"), right: new Color("#ffa51f"), head: new Color("#ffffff"), beacon: new Color("#ffb52a") };

export function createEntities(materials: Materials, shadows: boolean): Entities {
  const group = new Group();
  group.name = "entities";
  const geometries = new Map<string, BufferGeometry>();
  const wheel = wheelGeometry();
  const lampBox = new BoxGeometry(1, 1, 1);
  const plane = new PlaneGeometry(1, 1);
  let meshes: InstancedMesh[] = [];
  let wheelMesh: InstancedMesh | undefined;
  let lampMesh: InstancedMesh | undefined;
  let blobMesh: InstancedMesh | undefined;
  let slots: Slot[] = [];
  let shown: readonly EntityView[] | undefined;
  let shownProfiles: ReadonlyMap<string, ProfileView> | undefined;
  const rolled = new Map<string, number>();
  let lastTick: number | undefined;

  const pose = new Matrix4();
  const body = new Matrix4();
  const part = new Matrix4();
  const local = new Matrix4();
  const position = new Vector3();
  const one = new Vector3(1, 1, 1);
  const scale = new Vector3();
  const euler = new Euler();
  const quaternion = new Quaternion();

  function clear(): void {
    for (const mesh of [...meshes, wheelMesh, lampMesh, blobMesh]) {
      if (mesh === undefined) continue;
      group.remove(mesh);
      mesh.dispose();
    }
    meshes = [];
    slots = [];
  }

  function instanced(geometry: BufferGeometry, material: Material, count: number, name: string): InstancedMesh {
    const mesh = new InstancedMesh(geometry, material, Math.max(1, count));
    mesh.count = count;
    mesh.name = name;
    mesh.frustumCulled = false;
    mesh.visible = count > 0;
    mesh.instanceMatrix.setUsage(DynamicDrawUsage);
    group.add(mesh);
    return mesh;
  }

  function rebuild(roster: readonly EntityView[], profiles: ReadonlyMap<string, ProfileView>): void {
    clear();
    const models = roster.map(modelOf);
    const counts = new Map<Model, number>();
    for (const model of models) counts.set(model, (counts.get(model) ?? 0) + 1);
    const byModel = new Map<Model, InstancedMesh>();
    for (const [model, count] of counts) {
      let geometry = geometries.get(model.id);
      if (geometry === undefined) {
        const kit = createKit();
        model.draw(kit);
        geometry = kit.build({ shadeToZ: model.shadeToZ });
        geometries.set(model.id, geometry);
      }
      const mesh = instanced(geometry, materials.painted, count, `body ${model.id}`);
      mesh.castShadow = shadows;
      mesh.receiveShadow = shadows;
      byModel.set(model, mesh);
      meshes.push(mesh);
    }
    const used = new Map<Model, number>();
    let wheels = 0;
    let lamps = 0;
    const colour = new Color();
    slots = roster.map((entity, row) => {
      const model = models[row] as Model;
      const mesh = byModel.get(model) as InstancedMesh;
      const index = used.get(model) ?? 0;
      used.set(model, index + 1);
      mesh.setColorAt(index, colour.set(/^#[0-9a-f]{6}$/i.test(entity.colour) ? entity.colour : "#9aa4ad"));
      const places = entity.kind === "vehicle" ? wheelsOf(entity, model, entity.profile === undefined ? undefined : profiles.get(entity.profile)) : [];
      return {
        row,
        mesh,
        index,
        fit: fitOf(entity, model),
        wheels: places.map((w) => ({ ...w, index: wheels++ })),
        lamps: model.lamps.map((l) => ({ ...l, index: lamps++ })),
        blob: new Matrix4().compose(new Vector3(entity.centreXM, entity.centreYM, 0.05), new Quaternion(), new Vector3(entity.lengthM * 1.16 + 0.2, entity.widthM * 1.32 + 0.2, 1)),
      };
    });
    wheelMesh = instanced(wheel, materials.painted, wheels, "wheels");
    lampMesh = instanced(lampBox, materials.lamp, lamps, "lamps");
    blobMesh = instanced(plane, materials.blob, slots.length, "contact shadows");
    wheelMesh.castShadow = shadows;
    blobMesh.renderOrder = 2;
    // Colours of lamps change; the attribute must exist before the first frame.
    for (let i = 0; i < lamps; i += 1) lampMesh.setColorAt(i, OFF.head);
    for (let i = 0; i < wheels; i += 1) wheelMesh.setColorAt(i, colour.set("#ffffff"));
    shown = roster;
    shownProfiles = profiles;
  }

  function lit(role: Lamp["role"], flags: number, blink: boolean): boolean {
    switch (role) {
      case "brake":
        return (flags & FLAG.brake) !== 0;
      case "left":
        return blink && (flags & (FLAG.left | FLAG.hazard)) !== 0;
      case "right":
        return blink && (flags & (FLAG.right | FLAG.hazard)) !== 0;
      case "head":
        return true;
      case "beacon":
        return blink;
    }
  }

  return {
    group,
    update(sample, profiles, tickUs, hidden) {
      if (shown !== sample.roster || shownProfiles !== profiles) rebuild(sample.roster, profiles);
      const dtS = lastTick === undefined ? 0 : ((sample.tick - lastTick) * tickUs) / 1e6;
      lastTick = sample.tick;
      // Blinkers run on simulated time, so a paused picture stands still.
      const timeS = (sample.tick * tickUs) / 1e6;
      const blink = timeS % 0.8 < 0.42;
      for (const slot of slots) {
        const k = slot.row * POSE_STRIDE;
        const p = sample.poses;
        const speed = p[k + 6] ?? 0;
        const steer = p[k + 7] ?? 0;
        const flags = p[k + 9] ?? 0;
        quaternion.setFromEuler(euler.set(p[k + 5] ?? 0, p[k + 4] ?? 0, p[k + 3] ?? 0, "ZYX"));
        pose.compose(position.set(p[k] ?? 0, p[k + 1] ?? 0, p[k + 2] ?? 0), quaternion, one);
        const hide = slot.row === hidden;
        body.multiplyMatrices(pose, slot.fit);
        slot.mesh.setMatrixAt(slot.index, hide ? ZERO : body);
        const id = sample.roster[slot.row]?.id ?? "";
        const way = (rolled.get(id) ?? 0) + (Math.abs(dtS) < 2 ? speed * dtS : 0);
        rolled.set(id, way);
        for (const w of slot.wheels) {
          euler.set(0, way / w.radiusM, w.steered ? steer : 0, "ZYX");
          local.compose(position.set(w.xM, w.yM, w.radiusM), quaternion.setFromEuler(euler), scale.set(w.radiusM, w.widthM, w.radiusM));
          wheelMesh?.setMatrixAt(w.index, hide ? ZERO : part.multiplyMatrices(pose, local));
        }
        for (const lamp of slot.lamps) {
          local.makeScale(...lamp.size).setPosition(...lamp.at);
          lampMesh?.setMatrixAt(lamp.index, hide ? ZERO : part.multiplyMatrices(body, local));
          lampMesh?.setColorAt(lamp.index, lit(lamp.role, flags, blink) ? ON[lamp.role] : OFF[lamp.role]);
        }
        blobMesh?.setMatrixAt(slot.row, part.multiplyMatrices(pose, slot.blob));
      }
      for (const mesh of meshes) mesh.instanceMatrix.needsUpdate = true;
      if (wheelMesh !== undefined) wheelMesh.instanceMatrix.needsUpdate = true;
      if (lampMesh !== undefined) lampMesh.instanceMatrix.needsUpdate = true;
      if (blobMesh !== undefined) blobMesh.instanceMatrix.needsUpdate = true;
      if (lampMesh?.instanceColor) lampMesh.instanceColor.needsUpdate = true;
    },
    dispose() {
      clear();
      for (const geometry of geometries.values()) geometry.dispose();
      wheel.dispose();
      lampBox.dispose();
      plane.dispose();
    },
  };
}
