/**
 * Cheap vehicle model for many vehicles: single-track dynamics (side speed and yaw rate, brush tyres inside the friction
 * circle, any number of axles) that fades into pure rolling below 3 m/s, on the road's tangent plane. It has no
 * suspension and no contact: solid boxes pass through it. Allocates nothing per step.
 */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { atan, cos, sin, sincos, tan } from "../../fleet-core/kernel/math/index.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { createActuators, hashActuators, resetActuators, stepActuators, type DriveFeel } from "../vehicle/actuators.ts";
import { AIR_KGPM3, chassisOf, type Chassis } from "../vehicle/chassis.ts";
import { createEnergyStore, drainEnergy, hashEnergy, stepEnergy } from "../vehicle/energy.ts";
import { createVehicleState, hashVehicleState } from "./state.ts";
import { sideSecant } from "./tyre.ts";
import { STEP_S, type Ground, type VehicleModel } from "./types.ts";

/** Pure rolling up to here, tyre dynamics from there on, blended in between. */
const ROLLING_MPS = 1;
const DYNAMIC_MPS = 3;
/** Slip is measured against at least this speed; below it pure rolling has taken over. */
const SLIP_FLOOR_MPS = 0.5;

/** `chassis`: that of the profile, for callers that make many. */
export function createBicycle(profile: VehicleProfile, chassis: Chassis = chassisOf(profile)): VehicleModel {
  const { axles, aheadOfCgM, loadShare, driveShare, steerRatio, transfer } = chassis;
  const massKg = profile.mass.totalKg;
  const inertia = profile.mass.yawInertiaKgm2;
  const cgM = profile.geometry.cgToRearAxleM;
  const cornering = profile.tyre.corneringPerRad;
  const dragK = 0.5 * AIR_KGPM3 * profile.dragAreaM2;
  const actuators = createActuators(profile);
  const energy = createEnergyStore(profile);
  const state = createVehicleState();
  const feel: DriveFeel = { speedMps: 0, resistN: 0, rollingN: 0, slopeN: 0, empty: false };
  const stiffness = new Float64Array(axles);
  const alongN = new Float64Array(axles);
  const tangent = new Float64Array(axles);
  const trig = new Float64Array(2);
  /**
   * What a step leaves for the next. One object, because a number kept in a variable of its own is allocated anew at each
   * change. `tyreN`, `cornerN`: tyre forces along x of the last step, and what cornering took from the motion along x. The
   * rest are functions of the present state and ground, kept to save their mathematics.
   */
  const kept = { tyreN: 0, cornerN: 0, steerOfTan: 0, tanSteer: 0, tiltX: 0, tiltY: 0, tiltZ: 1, tiltYaw: 0 };

  function tilt(ground: Ground, c: number, s: number): void {
    kept.tiltX = ground.nx;
    kept.tiltY = ground.ny;
    kept.tiltZ = ground.nz;
    kept.tiltYaw = state.yawRad;
    const ahead = kept.tiltX * c + kept.tiltY * s;
    const left = kept.tiltY * c - kept.tiltX * s;
    state.pitchRad = atan(ahead / kept.tiltZ);
    state.rollRad = atan(-left / Math.sqrt(ahead * ahead + kept.tiltZ * kept.tiltZ));
  }

  return {
    kind: "bicycle",
    profile,
    state,
    get socRatio() {
      return energy.remainingKwh / energy.capacityKwh;
    },
    get energyKwh() {
      return energy.drawnKwh;
    },
    drain: (share) => drainEnergy(energy, share),
    place(pose, speedMps, ground) {
      Object.assign(state, createVehicleState(), { xM: pose.xM, yM: pose.yM, zM: ground?.zM ?? pose.zM, yawRad: pose.yawRad, speedMps });
      resetActuators(actuators, speedMps);
      kept.tyreN = 0;
      kept.cornerN = 0;
      kept.tiltX = 0;
      kept.tiltY = 0;
      kept.tiltZ = 1;
      if (ground !== undefined) tilt(ground, cos(pose.yawRad), sin(pose.yawRad));
    },
    step(demand, faults, ground) {
      const yaw = state.yawRad;
      sincos(yaw, trig);
      const s = trig[0] as number;
      const c = trig[1] as number;
      const u = state.speedMps;
      const r = state.yawRateRadps;
      const v = state.lateralMps + r * cgM;
      const nz = ground.nz;
      // Gravity in the road plane, along and across the heading.
      let gravityX = 0;
      let gravityY = 0;
      let level = 1;
      if (ground.nx !== 0 || ground.ny !== 0) {
        const ahead = ground.nx * c + ground.ny * s;
        const left = ground.ny * c - ground.nx * s;
        level = nz / Math.sqrt(ahead * ahead + nz * nz);
        gravityX = (G_MPS2 * ahead * level) / nz;
        gravityY = G_MPS2 * left * level;
      }
      const weightN = massKg * G_MPS2 * nz;
      const pace = u < 0 ? -u : u;

      const dragN = dragK * u * pace;
      feel.speedMps = u;
      feel.slopeN = -massKg * gravityX;
      feel.resistN = dragN + feel.slopeN + kept.cornerN;
      feel.rollingN = profile.tyre.rollingCoefficient * ground.rollingScale * weightN;
      feel.empty = energy.remainingKwh <= 0;
      stepActuators(actuators, demand, faults, feel);
      if (actuators.steerRad !== kept.steerOfTan) {
        kept.steerOfTan = actuators.steerRad;
        kept.tanSteer = tan(kept.steerOfTan);
      }

      // Brakes and rolling resistance only ever oppose motion: at most what stops the vehicle within this step.
      const driveN = actuators.driveN;
      const againstN = actuators.brakeN + actuators.parkN + feel.rollingN;
      const stopN = -(massKg * (u / STEP_S + gravityX) + driveN - dragN - kept.cornerN);
      const stops = stopN <= againstN && stopN >= -againstN;
      const passiveN = stops ? stopN : u > 0 || (u === 0 && stopN < 0) ? -againstN : againstN;

      // Each axle: side stiffness at its present slip, then both forces scaled onto the friction circle.
      const fast = Math.sqrt(u * u + v * v);
      const blend = fast <= ROLLING_MPS ? 0 : fast >= DYNAMIC_MPS ? 1 : (fast - ROLLING_MPS) / (DYNAMIC_MPS - ROLLING_MPS);
      const dynamic = blend * blend * (3 - 2 * blend);
      const friction = ground.friction;
      let slipped = false;
      let forwardN = 0;
      let a11 = massKg / STEP_S, a12 = massKg * u, a21 = 0, a22 = inertia / STEP_S;
      let b1 = (massKg / STEP_S) * v + massKg * gravityY, b2 = (inertia / STEP_S) * r;
      for (let i = 0; i < axles; i += 1) {
        const loadN = Math.max(0, weightN * (loadShare[i] as number) + kept.tyreN * (transfer[i] as number));
        const t = kept.tanSteer * (steerRatio[i] as number);
        const cosine = t === 0 ? 1 : 1 / Math.sqrt(1 + t * t);
        const x = aheadOfCgM[i] as number;
        let fx = driveN * (driveShare[i] as number) + (passiveN * loadN) / weightN;
        let secant = 0;
        const limit = friction * loadN;
        if (dynamic > 0) {
          const vi = v + x * r;
          const rolling = u + vi * t;
          const against = rolling < 0 ? -rolling : rolling;
          const floor = against > SLIP_FLOOR_MPS ? against : SLIP_FLOOR_MPS;
          const slip = (vi - u * t) / floor;
          const size = slip < 0 ? -slip : slip;
          secant = loadN * sideSecant(size, cornering, friction);
          const fy = secant * size;
          const square = fx * fx + fy * fy;
          if (square > limit * limit) {
            const scale = limit / Math.sqrt(square);
            fx *= scale;
            secant *= scale;
            slipped = true;
          }
          secant *= cosine / floor;
        } else if (fx > limit || fx < -limit) {
          fx = fx > 0 ? limit : -limit;
          slipped = true;
        }
        stiffness[i] = secant;
        tangent[i] = t;
        alongN[i] = fx * cosine;
        forwardN += fx * cosine;
        a11 += secant;
        a12 += secant * x;
        a21 += secant * x;
        a22 += secant * x * x;
        const push = secant * u * t + fx * cosine * t;
        b1 += push;
        b2 += x * push;
      }

      // Side speed and yaw rate, implicit in both (stiff at low speed), with the secants held.
      let v1 = 0;
      let r1 = 0;
      let corner = 0;
      let net = forwardN;
      if (dynamic > 0) {
        const det = a11 * a22 - a12 * a21;
        v1 = (b1 * a22 - a12 * b2) / det;
        r1 = (a11 * b2 - a21 * b1) / det;
        for (let i = 0; i < axles; i += 1) {
          const t = tangent[i] as number;
          if (t !== 0) corner += (stiffness[i] as number) * (u * t - v1 - (aheadOfCgM[i] as number) * r1) * t;
        }
        net -= dynamic * corner;
        corner = dynamic * (corner - massKg * v1 * r1);
      }
      let u1 = 0;
      if (!stops || slipped) u1 = u + STEP_S * ((forwardN - dragN - corner) / massKg + gravityX);
      if (dynamic < 1) {
        const rRolling = u1 * kept.tanSteer * chassis.curvaturePerTan;
        const vRolling = u1 * kept.tanSteer * chassis.sidewaysPerTan + rRolling * cgM;
        r1 = dynamic * r1 + (1 - dynamic) * rRolling;
        v1 = dynamic * v1 + (1 - dynamic) * vRolling;
      }
      kept.tyreN = net;
      kept.cornerN = corner;

      const side1 = v1 - r1 * cgM;
      state.accelMps2 = (u1 - u) / STEP_S - r1 * side1;
      state.lateralAccelMps2 = (side1 - state.lateralMps) / STEP_S + r1 * u1;
      state.speedMps = u1;
      state.lateralMps = side1;
      state.yawRateRadps = r1;
      state.steerRad = actuators.steerRad;

      // Moves along the mean heading of the step; cos and sin of the small half-angle by their series.
      const half = 0.5 * STEP_S * r1;
      const cm = c - s * half - 0.5 * c * half * half;
      const sm = s + c * half - 0.5 * s * half * half;
      const dx = STEP_S * (u1 * level * cm - side1 * sm);
      const dy = STEP_S * (u1 * level * sm + side1 * cm);
      state.xM += dx;
      state.yM += dy;
      state.zM = ground.zM - (ground.nx * dx + ground.ny * dy) / nz;
      let yaw1 = yaw + STEP_S * r1;
      if (yaw1 > Math.PI) yaw1 -= 2 * Math.PI;
      else if (yaw1 <= -Math.PI) yaw1 += 2 * Math.PI;
      state.yawRad = yaw1;
      if (ground.nx !== kept.tiltX || ground.ny !== kept.tiltY || nz !== kept.tiltZ || (yaw1 !== kept.tiltYaw && (kept.tiltX !== 0 || kept.tiltY !== 0))) tilt(ground, cm - sm * half, sm + cm * half);

      const tractionW = driveN * u1;
      const brakedN = againstN > 0 ? ((passiveN < 0 ? -passiveN : passiveN) * actuators.brakeN) / againstN : 0;
      stepEnergy(energy, tractionW > 0 ? tractionW : 0, brakedN * (u1 < 0 ? -u1 : u1), STEP_S);
    },
    hashInto(hash) {
      hashVehicleState(state, hash);
      hash.number(kept.tyreN);
      hash.number(kept.cornerN);
      hashActuators(actuators, hash);
      hashEnergy(energy, hash);
    },
  };
}
