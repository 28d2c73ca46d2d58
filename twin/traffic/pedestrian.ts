/**
 * A walker who steps into a lane from its right side, crosses at constant speed, walks off the road and is gone. Its place
 * is a function of the time since it stepped out, never a sum of steps. It does not look: yielding is the vehicle's part.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { cos, sin, wrapAngle } from "../../fleet-core/kernel/math/index.ts";
import { secondsOf, type TimeUs } from "../../fleet-core/kernel/time.ts";
import { clamp } from "../../fleet-core/kernel/units.ts";
import type { VisibleBody } from "../sensors/types.ts";

/** Usual walking speed of a person who crosses a road (1.4 to 1.5 m/s). */
export const WALK_MPS = 1.5;
/** Travel time ahead at severity 0 and at severity 1, from contract/fault.ts. */
export const HEADWAY_MILD_S = 3;
export const HEADWAY_SEVERE_S = 1;
/** Nearer than this nobody steps out, however slowly the vehicle moves: it would walk into its side. */
export const AHEAD_M_MIN = 6;
/** How far past the road's edge a walker goes before it is gone. */
export const BEYOND_M = 4;
const BODY = { lengthM: 0.5, widthM: 0.6, heightM: 1.75 } as const;

/** How far ahead of the vehicle's front the walker crosses [m], by fault severity (0 to 1) and speed (>= 0). */
export function steppingOutAheadM(severity: number, speedMps: number): number {
  const headwayS = HEADWAY_MILD_S + clamp(severity, 0, 1) * (HEADWAY_SEVERE_S - HEADWAY_MILD_S);
  return Math.max(AHEAD_M_MIN, Math.max(0, speedMps) * headwayS);
}

export interface CrossingPlace {
  /** Point on the lane's centre line that is crossed, map frame, on the ground. */
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  /** Driving direction of the lane there. */
  readonly headingRad: number;
  /** From the lane's centre to where the walker steps out on the right, and to the road's left edge; both > 0. */
  readonly toRightM: number;
  readonly toLeftEdgeM: number;
}

export type WalkerBody = Omit<VisibleBody, "serial" | "cosYaw" | "sinYaw">;

export interface Pedestrian {
  readonly id: string;
  /** Mutated by `step`; velocity and place in the map frame, yaw in walking direction. */
  readonly body: WalkerBody;
  readonly zM: number;
  /** It has left; take it out of the world. */
  readonly gone: boolean;
  /** Places it for `nowUs`, which never runs backwards. */
  step(nowUs: TimeUs): void;
  /** A vehicle touched it: it stays where it is. */
  strike(): void;
  readonly struck: boolean;
  hashInto(hash: StateHash): void;
}

export function createPedestrian(options: { id: string; startUs: TimeUs; place: CrossingPlace }): Pedestrian {
  const { id, startUs, place } = options;
  invariant(place.toRightM > 0 && place.toLeftEdgeM > 0, "a walker needs a road to cross");
  const yawRad = wrapAngle(place.headingRad + Math.PI / 2);
  const ux = cos(yawRad);
  const uy = sin(yawRad);
  const startXM = place.xM - ux * place.toRightM;
  const startYM = place.yM - uy * place.toRightM;
  const lengthM = place.toRightM + place.toLeftEdgeM + BEYOND_M;
  const body: WalkerBody = { id, kind: "pedestrian", xM: startXM, yM: startYM, yawRad, vxMps: ux * WALK_MPS, vyMps: uy * WALK_MPS, ...BODY };
  let struck = false;
  let gone = false;
  return {
    id,
    body,
    zM: place.zM,
    get gone() {
      return gone;
    },
    get struck() {
      return struck;
    },
    step(nowUs) {
      invariant(nowUs >= startUs, `a walker that steps out at ${startUs} us is not there at ${nowUs} us`);
      if (struck || gone) return;
      const walkedM = secondsOf(nowUs - startUs) * WALK_MPS;
      body.xM = startXM + ux * walkedM;
      body.yM = startYM + uy * walkedM;
      gone = walkedM >= lengthM;
    },
    strike() {
      struck = true;
      body.vxMps = 0;
      body.vyMps = 0;
    },
    hashInto(hash) {
      hash.text(id);
      hash.number(body.xM);
      hash.number(body.yM);
      hash.number(body.vxMps);
      hash.number(body.vyMps);
      hash.number(struck ? 1 : 0);
      hash.number(gone ? 1 : 0);
    },
  };
}
