/**
 * Energy store of a vehicle: what driving, auxiliaries and faults take out and braking brings back. Knows power only,
 * neither speed nor road.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";

const J_PER_KWH = 3.6e6;

export interface EnergyStore {
  readonly capacityKwh: number;
  readonly auxiliaryW: number;
  readonly efficiency: number;
  /** 0 for engines that cannot take energy back. */
  readonly regenRatio: number;
  readonly regenWMax: number;
  remainingKwh: number;
  /** Drawn since the start, regeneration subtracted; what a fault removed is not counted. */
  drawnKwh: number;
}

export function createEnergyStore(profile: VehicleProfile): EnergyStore {
  const { energy, drive } = profile;
  return {
    capacityKwh: energy.capacityKwh,
    auxiliaryW: energy.auxiliaryW,
    efficiency: drive.efficiency,
    regenRatio: energy.kind === "battery" ? drive.regenRatio : 0,
    regenWMax: drive.powerWMax,
    remainingKwh: energy.capacityKwh * energy.socInitial,
    drawnKwh: 0,
  };
}

/**
 * One step of `dtS` with `tractionW` >= 0 at the wheels and `brakingW` >= 0 in the service brakes. Draws traction over
 * efficiency plus auxiliaries; returns `regenRatio` of the braking power, at most the drive's own power. Never below
 * empty, never above full (what does not fit is burnt in the brakes).
 */
export function stepEnergy(store: EnergyStore, tractionW: number, brakingW: number, dtS: number): void {
  const backW = Math.min(brakingW * store.regenRatio, store.regenWMax);
  const drawKwh = ((tractionW / store.efficiency + store.auxiliaryW - backW) * dtS) / J_PER_KWH;
  const before = store.remainingKwh;
  const after = before - drawKwh;
  store.remainingKwh = after < 0 ? 0 : after > store.capacityKwh ? store.capacityKwh : after;
  store.drawnKwh += before - store.remainingKwh;
}

/** Removes this share (0 to 1) of what is left at once. */
export function drainEnergy(store: EnergyStore, share: number): void {
  invariant(share >= 0 && share <= 1, `a share to drain lies in 0 to 1, is ${share}`);
  store.remainingKwh *= 1 - share;
}

export function hashEnergy(store: EnergyStore, hash: StateHash): void {
  hash.number(store.remainingKwh);
  hash.number(store.drawnKwh);
}
