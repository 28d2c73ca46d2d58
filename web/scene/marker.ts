/**
 * What is drawn for the selected vehicle: a ring under it, the way it is about to take at its present steering angle, and
 * a bar at the thing it follows. Positions are rewritten in place.
 */
import { BufferAttribute, BufferGeometry, Color, DoubleSide, Group, Mesh, MeshBasicMaterial, RingGeometry } from "three";
import { FLAG, POSE_STRIDE, type VehicleDetail } from "../../fleet-core/contract/twin-view.ts";
import type { Sample } from "../model/history.ts";

export interface Marker {
  readonly group: Group;
  update(sample: Sample, row: number, detail: VehicleDetail | undefined, wheelbaseM: number): void;
  dispose(): void;
}

const STEPS = 28;
const CALM = new Color("#36c5d6");
const SLOW = new Color("#ffb454");
const ALARM = new Color("#ff5d4f");

export function createMarker(): Marker {
  const group = new Group();
  group.name = "marker";
  const common = { transparent: true, depthWrite: false, side: DoubleSide, toneMapped: false } as const;
  const ringMaterial = new MeshBasicMaterial({ ...common, opacity: 0.85 });
  const ring = new Mesh(new RingGeometry(0.955, 1, 56), ringMaterial);
  const wayMaterial = new MeshBasicMaterial({ ...common, vertexColors: true, opacity: 0.75 });
  const wayGeometry = new BufferGeometry();
  const positions = new BufferAttribute(new Float32Array((STEPS + 1) * 6), 3);
  const colours = new BufferAttribute(new Float32Array((STEPS + 1) * 8), 4);
  wayGeometry.setAttribute("position", positions);
  wayGeometry.setAttribute("color", colours);
  const indices: number[] = [];
  for (let i = 0; i < STEPS; i += 1) indices.push(i * 2, i * 2 + 1, i * 2 + 2, i * 2 + 1, i * 2 + 3, i * 2 + 2);
  wayGeometry.setIndex(indices);
  const way = new Mesh(wayGeometry, wayMaterial);
  const barMaterial = new MeshBasicMaterial({ ...common, opacity: 0.9 });
  const barGeometry = new RingGeometry(0.35, 0.5, 4, 1, Math.PI / 4);
  const bar = new Mesh(barGeometry, barMaterial);
  for (const mesh of [ring, way, bar]) {
    mesh.frustumCulled = false;
    mesh.renderOrder = 3;
    group.add(mesh);
  }
  const colour = new Color();

  return {
    group,
    update(sample, row, detail, wheelbaseM) {
      const entity = sample.roster[row];
      group.visible = entity !== undefined;
      if (entity === undefined) return;
      const k = row * POSE_STRIDE;
      const [x = 0, y = 0, z = 0, yaw = 0, pitch = 0, , speed = 0, steer = 0, accel = 0, flags = 0] = sample.poses.subarray(k, k + POSE_STRIDE);
      const [c, s] = [Math.cos(yaw), Math.sin(yaw)];
      colour.copy((flags & (FLAG.mrm | FLAG.collided)) !== 0 ? ALARM : (flags & FLAG.brake) !== 0 || accel < -0.4 ? SLOW : CALM);
      ringMaterial.color.copy(colour);
      ring.position.set(x + c * entity.centreXM, y + s * entity.centreXM, z + 0.14 - Math.sin(pitch) * entity.centreXM);
      ring.rotation.set(0, pitch, yaw, "ZYX");
      ring.scale.set(entity.lengthM * 0.62 + 0.5, entity.widthM * 0.86 + 0.5, 1);
      // The way ahead: three seconds at this speed, or to the stop that this braking gives, on the present curvature.
      const front = entity.centreXM + entity.lengthM / 2;
      const reach = Math.max(0, accel < -0.3 ? Math.min(speed * 3, (speed * speed) / (2 * -accel)) : speed * 3);
      const curvature = Math.tan(Math.min(1, Math.max(-1, steer))) / Math.max(1, wheelbaseM);
      const half = entity.widthM * 0.42;
      for (let i = 0; i <= STEPS; i += 1) {
        const d = front + (reach * i) / STEPS;
        const a = curvature * d;
        const [lx, ly] = Math.abs(curvature) < 1e-5 ? [d, 0] : [Math.sin(a) / curvature, (1 - Math.cos(a)) / curvature];
        for (const [j, side] of [[0, half], [1, -half]] as const) {
          const [px, py] = [lx - Math.sin(a) * side, ly + Math.cos(a) * side];
          positions.setXYZ(i * 2 + j, x + c * px - s * py, y + s * px + c * py, z + 0.1 - Math.sin(pitch) * d);
          colours.setXYZW(i * 2 + j, colour.r, colour.g, colour.b, 0.55 * (1 - i / STEPS));
        }
      }
      positions.needsUpdate = true;
      colours.needsUpdate = true;
      way.visible = reach > 1;
      const lead = detail?.agent.lead;
      bar.visible = lead !== undefined && lead.gapM < 120;
      if (lead !== undefined) {
        const other = sample.roster.findIndex((e) => e.id === lead.id);
        if (other >= 0) {
          const o = other * POSE_STRIDE;
          const e = sample.roster[other];
          bar.position.set(sample.poses[o] ?? 0, sample.poses[o + 1] ?? 0, (sample.poses[o + 2] ?? 0) + (e?.heightM ?? 2) + 1);
          bar.rotation.set(0, Math.PI / 2, 0);
          bar.rotateOnWorldAxis(bar.up.set(0, 0, 1), yaw);
          bar.scale.setScalar(1.6);
        } else {
          const d = front + lead.gapM;
          const a = curvature * d;
          const [lx, ly] = Math.abs(curvature) < 1e-5 ? [d, 0] : [Math.sin(a) / curvature, (1 - Math.cos(a)) / curvature];
          bar.position.set(x + c * lx - s * ly, y + s * lx + c * ly, z + 1.6);
          bar.rotation.set(0, Math.PI / 2, 0);
          bar.rotateOnWorldAxis(bar.up.set(0, 0, 1), yaw);
          bar.scale.setScalar(2);
        }
        barMaterial.color.copy(lead.gapM < 8 ? ALARM : SLOW);
      }
    },
    dispose() {
      for (const mesh of [ring, way, bar]) mesh.geometry.dispose();
      for (const m of [ringMaterial, wayMaterial, barMaterial]) m.dispose();
    },
  };
}
