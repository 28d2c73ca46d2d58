/**
 * What a driver model knows of one other road user, in the frame of the lane it drives on, and measures made of it. Pure
 * numbers: how they are found (map, grid, sensors) is the caller's business, what to do about them the models'.
 */

/** Lengths [m] bumper to bumper, speeds [m/s] along the ego's driving direction; the object may be reused by the caller. */
export interface Encounter {
  egoMps: number;
  /** Acceleration of the last step; negative when braking. */
  egoAccelMps2: number;
  otherMps: number;
  otherAccelMps2: number;
  /** From the ego's centre to the other's, along the road; negative: the other is behind. */
  aheadM: number;
  /** |aheadM| less both half lengths; negative while they are alongside each other. */
  gapM: number;
  /** Half of the ego's length plus half of the other's. */
  lengthsM: number;
  /** Distance between centres across the road less both half widths; negative while their widths overlap. */
  besideM: number;
  /** Lateral speed of the other towards the ego's line; negative: away. */
  approachMps: number;
}

export const createEncounter = (): Encounter => ({ egoMps: 0, egoAccelMps2: 0, otherMps: 0, otherAccelMps2: 0, aheadM: 0, gapM: 0, lengthsM: 0, besideM: 0, approachMps: 0 });

/** Time [s] until (or since, while alongside) bumpers are level at constant speeds; Infinity while the gap does not close. */
export function timeToLevelS(e: Encounter): number {
  const closing = e.egoMps - e.otherMps;
  return closing > 0 ? Math.abs(e.gapM) / closing : Infinity;
}

/** Time to collision [s]: 0 when they overlap lengthwise, Infinity when the gap does not close. */
export function timeToCollisionS(gapM: number, closingMps: number): number {
  if (gapM <= 0) return 0;
  return closingMps > 0 ? gapM / closingMps : Infinity;
}

/** Time headway [s] over the free gap; Infinity when standing. */
export const timeHeadwayS = (gapM: number, speedMps: number): number => (speedMps > 0 ? Math.max(0, gapM) / speedMps : Infinity);

/** Deceleration rate to avoid a crash [m/s²]: what ego needs to just match the other's speed; 0 when not closing. */
export function decelerationToAvoidMps2(gapM: number, closingMps: number): number {
  if (closingMps <= 0) return 0;
  return gapM > 0 ? (closingMps * closingMps) / (2 * gapM) : Infinity;
}
