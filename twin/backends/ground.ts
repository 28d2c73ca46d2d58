/**
 * Road under one vehicle as a plane, looked up again once the vehicle has moved; in between the plane itself says the
 * height. A sprung model gets the plane through both its axles, which rises smoothly where the road has a kink; a model
 * without springs the tangent plane at its origin. Off the map the last plane goes on. Must not keep anything that is not
 * in its hash.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { LanePosition, RoadNetwork } from "../../fleet-core/road/types.ts";
import type { Ground, VehicleModel } from "../physics/types.ts";
import type { Weather } from "../weather/types.ts";
import type { SurfaceOf } from "./map-surface.ts";

/** A new look-up every so far. Springs feel steps at the front axle, so sprung models ask more often. */
const LOOK_UP_M = { raycast: 0.1, bicycle: 1 } as const;
/** Axles may differ by this slope at most; more is another road, above or below. */
const SLOPE_MAX = 0.5;
/** Beyond this distance from any lane there is no road to stand on. */
const OFF_ROAD_M = 30;
/** Rolling resistance in fresh snow and on ice against dry ground; wet roads add little. */
const ROLLING_SCALE = { dry: 1, wet: 1.1, snow: 1.6, ice: 1 } as const satisfies Record<Weather["condition"], number>;

export interface GroundProbe {
  /** Plane and friction under a vehicle whose origin is at (x, y); the object is reused. */
  at(xM: number, yM: number, yawRad: number): Ground;
  hashInto(hash: StateHash): void;
}

export interface GroundOptions {
  readonly map: RoadNetwork;
  readonly weather: () => Weather;
  readonly profile: VehicleProfile;
  readonly dynamics: VehicleModel["kind"];
  readonly surfaceOf: SurfaceOf;
  /** Height where the vehicle was put, used until a road is found. */
  readonly zM: number;
}

/** One place on the road, found with the hint of the last time. */
interface Foot {
  hint: LanePosition | undefined;
  zM: number;
  nx: number;
  ny: number;
  nz: number;
}
const createFoot = (): Foot => ({ hint: undefined, zM: 0, nx: 0, ny: 0, nz: 1 });

export function createGroundProbe({ map, weather, profile, dynamics, surfaceOf, zM }: GroundOptions): GroundProbe {
  const ground: Ground = { zM, nx: 0, ny: 0, nz: 1, friction: 0, rollingScale: 1 };
  const origin = createFoot();
  const front = createFoot();
  const lookUpM = LOOK_UP_M[dynamics];
  const wheelbaseM = profile.geometry.wheelbaseM;
  let anchorX = 0;
  let anchorY = 0;
  let anchorZ = zM;
  let looked = false;
  let surface = defaultSurface(profile);
  /** What `ground.friction` was looked up for. */
  let frictionOf: { readonly surface: string; readonly weather: Weather } | undefined;

  function stand(foot: Foot, xM: number, yM: number, yawRad: number): boolean {
    const found = map.locate(xM, yM, foot.hint === undefined ? { withinM: OFF_ROAD_M, headingRad: yawRad } : { withinM: OFF_ROAD_M, hint: foot.hint });
    const point = found === undefined ? undefined : map.pointAt(found.road, found.sM, found.tM);
    if (found === undefined || point === undefined) return false;
    foot.hint = { road: found.road, lane: found.lane, sM: found.sM, offsetM: found.offsetM };
    setNormal(foot, point.headingRad, point.pitchRad, point.rollRad);
    // The answer may lie beside the place asked for (beyond the end of a road): carry its height over on the plane.
    foot.zM = point.zM - (foot.nx * (xM - point.xM) + foot.ny * (yM - point.yM)) / foot.nz;
    return true;
  }

  function lookUp(xM: number, yM: number, yawRad: number): void {
    if (looked) anchorZ -= (ground.nx * (xM - anchorX) + ground.ny * (yM - anchorY)) / ground.nz;
    anchorX = xM;
    anchorY = yM;
    looked = true;
    if (!stand(origin, xM, yM, yawRad)) return;
    anchorZ = origin.zM;
    ground.nx = origin.nx;
    ground.ny = origin.ny;
    ground.nz = origin.nz;
    const named = surfaceOf(origin.hint as LanePosition);
    surface = named !== undefined && profile.tyre.friction[named] !== undefined ? named : defaultSurface(profile);
    if (dynamics !== "raycast") return;
    const c = cos(yawRad);
    const s = sin(yawRad);
    front.hint ??= origin.hint;
    if (!stand(front, xM + wheelbaseM * c, yM + wheelbaseM * s, yawRad)) return;
    const rise = (front.zM - origin.zM) / wheelbaseM;
    const tangent = -(origin.nx * c + origin.ny * s) / origin.nz;
    if (Math.abs(rise - tangent) > SLOPE_MAX) {
      front.hint = undefined;
      return;
    }
    // Sideways the mean of both places.
    const left = -0.5 * ((origin.ny * c - origin.nx * s) / origin.nz + (front.ny * c - front.nx * s) / front.nz);
    if (rise === tangent && front.nx === origin.nx && front.ny === origin.ny) return;
    const nz = 1 / Math.sqrt(1 + rise * rise + left * left);
    ground.nx = (-rise * c + left * s) * nz;
    ground.ny = (-rise * s - left * c) * nz;
    ground.nz = nz;
  }

  return {
    at(xM, yM, yawRad) {
      const dx = xM - anchorX;
      const dy = yM - anchorY;
      if (!looked || dx * dx + dy * dy > lookUpM * lookUpM) lookUp(xM, yM, yawRad);
      ground.zM = anchorZ - (ground.nx * (xM - anchorX) + ground.ny * (yM - anchorY)) / ground.nz;
      const weatherNow = weather();
      if (frictionOf === undefined || frictionOf.weather !== weatherNow || frictionOf.surface !== surface) {
        const { condition, frictionScale } = weatherNow;
        frictionOf = { surface, weather: weatherNow };
        ground.friction = (profile.tyre.friction[surface]?.[condition] ?? 0) * frictionScale;
        ground.rollingScale = ROLLING_SCALE[condition];
      }
      return ground;
    },
    hashInto(hash) {
      hash.number(anchorX);
      hash.number(anchorY);
      hash.number(anchorZ);
      hash.number(ground.nx);
      hash.number(ground.ny);
      hash.number(ground.nz);
      hash.text(surface);
      hash.number(looked ? 1 : 0);
      for (const { hint } of [origin, front]) {
        hash.number(hint === undefined ? 0 : 1);
        if (hint === undefined) continue;
        hash.text(hint.road);
        hash.number(hint.lane);
        hash.number(hint.sM);
        hash.number(hint.offsetM);
      }
    },
  };
}

/** Asphalt when the profile knows it, else the first surface of its operating domain. */
function defaultSurface(profile: VehicleProfile): string {
  if (profile.tyre.friction["asphalt"] !== undefined) return "asphalt";
  return profile.odd.surfaces[0] as string;
}

/** Normal of a surface whose x axis has this heading and pitch (positive nose down) and that is then rolled about it. */
export function setNormal(ground: { nx: number; ny: number; nz: number }, headingRad: number, pitchRad: number, rollRad: number): void {
  if (pitchRad === 0 && rollRad === 0) {
    ground.nx = 0;
    ground.ny = 0;
    ground.nz = 1;
    return;
  }
  const ch = cos(headingRad);
  const sh = sin(headingRad);
  const cp = cos(pitchRad);
  const sp = sin(pitchRad);
  const cr = cos(rollRad);
  const sr = sin(rollRad);
  ground.nx = ch * sp * cr + sh * sr;
  ground.ny = sh * sp * cr - ch * sr;
  ground.nz = cp * cr;
}
