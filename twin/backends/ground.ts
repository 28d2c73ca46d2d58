/**
 * Road under one vehicle as a tangent plane, looked up again once the vehicle has moved; in between the plane itself says
 * the height. Off the map the last plane goes on. Must not keep anything that is not in its hash.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { cos, sin } from "../../fleet-core/kernel/math/index.ts";
import type { LanePosition, RoadNetwork } from "../../fleet-core/road/types.ts";
import type { Ground } from "../physics/types.ts";
import type { Weather } from "../weather/types.ts";

/** A new look-up every so far: the plane is off by this squared over twice the radius of the crest, 0.1 mm at 1 km. */
const LOOK_UP_M = 0.5;
/** Beyond this distance from any lane there is no road to stand on. */
const OFF_ROAD_M = 30;
/** Rolling resistance in fresh snow and on ice against dry ground; wet roads add little. */
const ROLLING_SCALE = { dry: 1, wet: 1.1, snow: 1.6, ice: 1 } as const satisfies Record<Weather["condition"], number>;

/** Names the road surface at a lane position with a key of `tyre.friction`; undefined when the map does not say. */
export type SurfaceOf = (map: RoadNetwork, at: LanePosition) => string | undefined;

export interface GroundProbe {
  /** Plane and friction at (x, y); the object is reused. */
  at(xM: number, yM: number): Ground;
  hashInto(hash: StateHash): void;
}

/** `zM`: height where the vehicle was put, used until a road is found. */
export function createGroundProbe(map: RoadNetwork, weather: () => Weather, profile: VehicleProfile, surfaceOf: SurfaceOf, start: { readonly xM: number; readonly yM: number; readonly zM: number; readonly yawRad: number }): GroundProbe {
  const ground: Ground = { zM: start.zM, nx: 0, ny: 0, nz: 1, friction: 0, rollingScale: 1 };
  let anchorX = start.xM;
  let anchorY = start.yM;
  let anchorZ = start.zM;
  let looked = false;
  let hint: LanePosition | undefined;
  let surface = defaultSurface(profile);

  function lookUp(xM: number, yM: number): void {
    const found = map.locate(xM, yM, hint === undefined ? { withinM: OFF_ROAD_M, headingRad: start.yawRad } : { withinM: OFF_ROAD_M, hint });
    const point = found === undefined ? undefined : map.pointAt(found.road, found.sM, found.tM);
    anchorZ -= (ground.nx * (xM - anchorX) + ground.ny * (yM - anchorY)) / ground.nz;
    anchorX = xM;
    anchorY = yM;
    looked = true;
    if (found === undefined || point === undefined) return;
    hint = { road: found.road, lane: found.lane, sM: found.sM, offsetM: found.offsetM };
    const named = surfaceOf(map, hint);
    surface = named !== undefined && profile.tyre.friction[named] !== undefined ? named : defaultSurface(profile);
    setNormal(ground, point.headingRad, point.pitchRad, point.rollRad);
    // `locate` may answer with a point beside the wheels (a lane's edge): carry its height over on the plane.
    anchorZ = point.zM - (ground.nx * (xM - point.xM) + ground.ny * (yM - point.yM)) / ground.nz;
  }

  return {
    at(xM, yM) {
      const dx = xM - anchorX;
      const dy = yM - anchorY;
      if (!looked || dx * dx + dy * dy > LOOK_UP_M * LOOK_UP_M) lookUp(xM, yM);
      ground.zM = anchorZ - (ground.nx * (xM - anchorX) + ground.ny * (yM - anchorY)) / ground.nz;
      const { condition, frictionScale } = weather();
      ground.friction = (profile.tyre.friction[surface]?.[condition] ?? 0) * frictionScale;
      ground.rollingScale = ROLLING_SCALE[condition];
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
      if (hint === undefined) return;
      hash.text(hint.road);
      hash.number(hint.lane);
      hash.number(hint.sM);
      hash.number(hint.offsetM);
    },
  };
}

/** Asphalt when the profile knows it, else the first surface of its operating domain. */
function defaultSurface(profile: VehicleProfile): string {
  if (profile.tyre.friction["asphalt"] !== undefined) return "asphalt";
  return profile.odd.surfaces[0] as string;
}

/** Normal of a surface whose x axis has this heading and pitch (positive nose down) and that is then rolled about it. */
export function setNormal(ground: Ground, headingRad: number, pitchRad: number, rollRad: number): void {
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
