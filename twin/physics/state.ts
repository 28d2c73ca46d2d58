/** The state record both vehicle models share. */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { VehicleState } from "./types.ts";

export const createVehicleState = (): VehicleState => ({
  xM: 0, yM: 0, zM: 0, yawRad: 0, pitchRad: 0, rollRad: 0,
  speedMps: 0, lateralMps: 0, yawRateRadps: 0, accelMps2: 0, lateralAccelMps2: 0, steerRad: 0,
});

export function hashVehicleState(s: VehicleState, hash: StateHash): void {
  hash.number(s.xM);
  hash.number(s.yM);
  hash.number(s.zM);
  hash.number(s.yawRad);
  hash.number(s.pitchRad);
  hash.number(s.rollRad);
  hash.number(s.speedMps);
  hash.number(s.lateralMps);
  hash.number(s.yawRateRadps);
  hash.number(s.accelMps2);
  hash.number(s.lateralAccelMps2);
  hash.number(s.steerRad);
}
