/**
 * The minimal risk manoeuvre as a state machine: none, operating, succeeded, failed. It may only get harder while it
 * operates, it ends at a standstill, and only an authorised release leads out of it. It knows nothing about causes.
 */
import type { AgentReason, MrmBehaviour, MrmState } from "../fleet-core/contract/agent-status.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { US_PER_S } from "../fleet-core/kernel/time.ts";

export interface Mrm {
  state(): MrmState;
  /** Deceleration asked for now [m/s², positive]; 0 when there is no manoeuvre. */
  decelMps2(): number;
  /** Begins a manoeuvre or makes a running one harder. True when something changed. */
  request(behaviour: MrmBehaviour, reason: AgentReason, nowUs: number, speedMps: number): boolean;
  /** To be called each tick. True when the state changed. */
  update(nowUs: number, speedMps: number): boolean;
  /** Authorised release; only at a standstill after the manoeuvre. */
  release(): boolean;
  hashInto(hash: StateHash): void;
}

/** At rest for this long counts as standstill. */
const REST_US = 500_000;
export const REST_MPS = 0.05;

export function createMrm(profile: VehicleProfile): Mrm {
  let state: MrmState = { kind: "none" };
  let deadlineUs = 0;
  let restSinceUs = -1;

  const decelOf = (behaviour: MrmBehaviour): number => (behaviour === "emergency-stop" ? profile.mrm.emergencyMps2 : profile.mrm.comfortableMps2);

  return {
    state: () => state,
    decelMps2: () => (state.kind === "none" ? 0 : decelOf(state.behaviour)),
    request(behaviour, reason, nowUs, speedMps) {
      const harder = (state.kind === "operating" || state.kind === "failed") && state.behaviour !== "emergency-stop" && behaviour === "emergency-stop";
      if (state.kind !== "none" && !harder) return false;
      state = { kind: "operating", behaviour, reason, sinceUs: state.kind === "operating" ? state.sinceUs : nowUs };
      // Twice the time full effect would need, plus five seconds: later than that the brakes do not do what they should.
      deadlineUs = nowUs + Math.round((5 + (2 * Math.max(0, speedMps)) / decelOf(behaviour)) * US_PER_S);
      restSinceUs = -1;
      return true;
    },
    update(nowUs, speedMps) {
      if (state.kind !== "operating" && state.kind !== "failed") return false;
      if (Math.abs(speedMps) > REST_MPS) restSinceUs = -1;
      else if (restSinceUs < 0) restSinceUs = nowUs;
      const { behaviour, reason } = state;
      if (restSinceUs >= 0 && nowUs - restSinceUs >= REST_US) {
        state = { kind: "succeeded", behaviour, reason, mrcUs: nowUs };
        return true;
      }
      if (state.kind === "operating" && nowUs > deadlineUs) {
        state = { kind: "failed", behaviour, reason };
        return true;
      }
      return false;
    },
    release() {
      if (state.kind !== "succeeded") return false;
      state = { kind: "none" };
      return true;
    },
    hashInto(hash) {
      hash.text(state.kind);
      if (state.kind !== "none") {
        hash.text(state.behaviour);
        hash.text(state.reason.code);
      }
      if (state.kind === "operating") hash.number(state.sinceUs);
      if (state.kind === "succeeded") hash.number(state.mrcUs);
      hash.number(deadlineUs);
      hash.number(restSinceUs);
    },
  };
}
