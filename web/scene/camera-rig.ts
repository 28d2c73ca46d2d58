/**
 * Five cameras on one lens: orbit, chase, driver, top-down, free. Each frame computes where the lens should be (map
 * frame) and eases towards it after a switch. The only place besides the root group that turns map axes into three's.
 */
import { Matrix4, Quaternion, Vector3, type PerspectiveCamera } from "three";
import type { CameraMode } from "../model/store.ts";

export interface Target {
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly lengthM: number;
  readonly heightM: number;
  readonly widthM: number;
  /** Foremost point of the box in the entity frame. */
  readonly frontXM: number;
  readonly eye: readonly [fromFront: number, left: number, up: number];
}

export interface CameraRig {
  readonly mode: CameraMode;
  /** Something moves although the world may stand. */
  readonly busy: boolean;
  setMode(mode: CameraMode): void;
  /** Ease to whatever the target now is (another vehicle was chosen). */
  retarget(): void;
  drag(dx: number, dy: number, pan: boolean): void;
  zoom(factor: number): void;
  /** Held keys of the free camera: forward, left, up, each -1 to 1. */
  fly(forward: number, left: number, up: number): void;
  update(dtMs: number, target: Target | undefined, camera: PerspectiveCamera): void;
}

const EASE_MS = 750;
const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));
/** Three's y-up from the map's z-up. */
export const toThree = (x: number, y: number, z: number, out: Vector3): Vector3 => out.set(x, z, -y);

export function createCameraRig(options: { readonly centre: readonly [x: number, y: number, z: number]; readonly spanM: number; readonly reducedMotion: boolean; readonly floor: (x: number, y: number) => number }): CameraRig {
  let mode: CameraMode = 2;
  const orbit = { azimuth: -2.2, elevation: 0.56, distance: 2.5, panX: 0, panY: 0 };
  const chase = { azimuth: 0.42, elevation: 0.24, distance: 1, yaw: undefined as number | undefined };
  const top = { height: 170, panX: 0, panY: 0 };
  const driver = { yaw: 0, pitch: 0 };
  const free = { x: 0, y: 0, z: 40, yaw: 0, pitch: -0.4, set: false };
  const flying = { forward: 0, left: 0, up: 0 };
  const fromPosition = new Vector3();
  const fromRotation = new Quaternion();
  let easeMs = EASE_MS;
  let started = false;
  let touched = true;

  const eye = new Vector3();
  const look = new Vector3();
  const up = new Vector3();
  const matrix = new Matrix4();
  const rotation = new Quaternion();
  const last: { camera: PerspectiveCamera | undefined } = { camera: undefined };

  function begin(): void {
    touched = true;
    const camera = last.camera;
    if (camera === undefined || options.reducedMotion) {
      easeMs = EASE_MS;
      return;
    }
    fromPosition.copy(camera.position);
    fromRotation.copy(camera.quaternion);
    easeMs = 0;
  }

  let widen = 1;
  /** Size-dependent distance that shows a haul truck and a pedestrian equally well. */
  const reach = (t: Target | undefined): number => (t === undefined ? options.spanM * 0.25 : (5 + t.lengthM * 1.35 + t.heightM) * widen);

  function aim(dtMs: number, t: Target | undefined): number {
    const [cx, cy, cz] = t === undefined ? options.centre : [t.xM + Math.cos(t.yawRad) * (t.frontXM - t.lengthM / 2), t.yM + Math.sin(t.yawRad) * (t.frontXM - t.lengthM / 2), t.zM];
    up.set(0, 1, 0);
    switch (mode) {
      case 1: {
        const d = reach(t) * orbit.distance;
        const [px, py] = [cx + orbit.panX, cy + orbit.panY];
        const flat = Math.cos(orbit.elevation) * d;
        const [ex, ey] = [px + Math.cos(orbit.azimuth) * flat, py + Math.sin(orbit.azimuth) * flat];
        const ez = Math.max(cz + Math.sin(orbit.elevation) * d, options.floor(ex, ey) + 1.2);
        toThree(ex, ey, ez, eye);
        toThree(px, py, cz + (t?.heightM ?? 0) * 0.4, look);
        return 48;
      }
      case 2: {
        if (t === undefined) {
          toThree(cx - reach(t), cy - reach(t), cz + reach(t) * 0.5, eye);
          toThree(cx, cy, cz, look);
          return 52;
        }
        if (chase.yaw === undefined) chase.yaw = t.yawRad;
        const turn = t.yawRad - chase.yaw;
        chase.yaw += (turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI))) * (1 - Math.exp(-dtMs / 420));
        const d = reach(t) * chase.distance;
        const a = chase.yaw + Math.PI + chase.azimuth;
        const flat = Math.cos(chase.elevation) * d;
        const [ex, ey] = [cx + Math.cos(a) * flat, cy + Math.sin(a) * flat];
        const ez = Math.max(cz + t.heightM * 0.55 + Math.sin(chase.elevation) * d, options.floor(ex, ey) + 1.2);
        toThree(ex, ey, ez, eye);
        toThree(cx + Math.cos(chase.yaw) * t.lengthM * 0.55, cy + Math.sin(chase.yaw) * t.lengthM * 0.55, cz + t.heightM * 0.5, look);
        return 52;
      }
      case 3: {
        if (t === undefined) break;
        const x = t.frontXM - t.eye[0] * t.lengthM;
        const y = (t.eye[1] * t.widthM) / 2;
        const z = t.eye[2] * t.heightM;
        const [c, s] = [Math.cos(t.yawRad), Math.sin(t.yawRad)];
        const ez = t.zM + z - x * Math.sin(t.pitchRad);
        const [ex, ey] = [t.xM + c * x - s * y, t.yM + s * x + c * y];
        const a = t.yawRad + driver.yaw;
        const p = -t.pitchRad + driver.pitch - 0.05;
        toThree(ex, ey, ez, eye);
        toThree(ex + Math.cos(a) * Math.cos(p), ey + Math.sin(a) * Math.cos(p), ez + Math.sin(p), look);
        return 66;
      }
      case 4: {
        const [px, py] = [cx + top.panX, cy + top.panY];
        toThree(px, py, cz + top.height, eye);
        toThree(px, py, cz, look);
        up.set(0, 0, -1);
        return 45;
      }
      case 5:
        break;
    }
    if (!free.set) {
      free.set = true;
      const camera = last.camera;
      if (camera !== undefined && started) {
        free.x = camera.position.x;
        free.y = -camera.position.z;
        free.z = camera.position.y;
        const d = new Vector3(0, 0, -1).applyQuaternion(camera.quaternion);
        free.yaw = Math.atan2(-d.z, d.x);
        free.pitch = clamp(Math.asin(clamp(d.y, -1, 1)), -1.3, 1.3);
      } else {
        free.x = cx - 60;
        free.y = cy - 60;
        free.z = cz + 45;
        free.yaw = Math.PI / 4;
      }
    }
    const speed = (12 + Math.max(0, free.z) * 0.7) * (dtMs / 1000);
    free.x += (Math.cos(free.yaw) * flying.forward - Math.sin(free.yaw) * flying.left) * speed;
    free.y += (Math.sin(free.yaw) * flying.forward + Math.cos(free.yaw) * flying.left) * speed;
    free.z = Math.max(options.floor(free.x, free.y) + 1.5, free.z + (flying.up + flying.forward * Math.sin(free.pitch)) * speed);
    toThree(free.x, free.y, free.z, eye);
    toThree(free.x + Math.cos(free.yaw) * Math.cos(free.pitch), free.y + Math.sin(free.yaw) * Math.cos(free.pitch), free.z + Math.sin(free.pitch), look);
    return 55;
  }

  return {
    get mode() {
      return mode;
    },
    get busy() {
      return easeMs < EASE_MS || touched || (mode === 5 && (flying.forward !== 0 || flying.left !== 0 || flying.up !== 0));
    },
    setMode(next) {
      if (next === mode) return;
      begin();
      mode = next;
      if (next === 5) free.set = false;
      chase.yaw = undefined;
      driver.yaw = 0;
      driver.pitch = 0;
    },
    retarget() {
      begin();
      orbit.panX = 0;
      orbit.panY = 0;
      top.panX = 0;
      top.panY = 0;
      chase.yaw = undefined;
    },
    drag(dx, dy, pan) {
      touched = true;
      if (mode === 4 || (mode === 1 && pan)) {
        const k = mode === 4 ? top.height / 700 : 0.12 * orbit.distance;
        const box = mode === 4 ? top : orbit;
        const a = mode === 4 ? Math.PI / 2 : orbit.azimuth + Math.PI;
        box.panX += (Math.sin(a) * -dx + Math.cos(a) * dy) * k;
        box.panY += (Math.cos(a) * dx + Math.sin(a) * dy) * k;
      } else if (mode === 1) {
        orbit.azimuth -= dx * 0.006;
        orbit.elevation = clamp(orbit.elevation + dy * 0.005, 0.04, 1.5);
      } else if (mode === 2) {
        chase.azimuth -= dx * 0.006;
        chase.elevation = clamp(chase.elevation + dy * 0.004, 0.04, 1.3);
      } else if (mode === 3) {
        driver.yaw = clamp(driver.yaw + dx * 0.004, -2.4, 2.4);
        driver.pitch = clamp(driver.pitch + dy * 0.003, -0.8, 0.6);
      } else {
        free.yaw += dx * 0.004;
        free.pitch = clamp(free.pitch + dy * 0.004, -1.5, 1.5);
      }
    },
    zoom(factor) {
      touched = true;
      if (mode === 1) orbit.distance = clamp(orbit.distance * factor, 0.7, 40);
      else if (mode === 2) chase.distance = clamp(chase.distance * factor, 0.45, 6);
      else if (mode === 4) top.height = clamp(top.height * factor, 25, options.spanM * 1.6 + 200);
      else if (mode === 5) {
        const k = (1 - factor) * 60;
        free.x += Math.cos(free.yaw) * Math.cos(free.pitch) * k;
        free.y += Math.sin(free.yaw) * Math.cos(free.pitch) * k;
        free.z += Math.sin(free.pitch) * k;
      }
    },
    fly(forward, left, upward) {
      flying.forward = forward;
      flying.left = left;
      flying.up = upward;
    },
    update(dtMs, target, camera) {
      last.camera = camera;
      // A narrow picture (a phone held upright) shows as much from farther away.
      widen = Math.max(1, 1.15 / camera.aspect);
      const fov = aim(dtMs, target);
      matrix.lookAt(eye, look, up);
      rotation.setFromRotationMatrix(matrix);
      if (easeMs < EASE_MS) {
        easeMs += dtMs;
        const t = clamp(easeMs / EASE_MS, 0, 1);
        const k = t * t * (3 - 2 * t);
        camera.position.lerpVectors(fromPosition, eye, k);
        camera.quaternion.slerpQuaternions(fromRotation, rotation, k);
        camera.fov += (fov - camera.fov) * k;
      } else {
        camera.position.copy(eye);
        camera.quaternion.copy(rotation);
        camera.fov = fov;
      }
      const near = mode === 3 ? 0.2 : 0.6;
      camera.near = near;
      camera.far = 5000;
      camera.updateProjectionMatrix();
      started = true;
      touched = false;
    },
  };
}
