/**
 * Vehicle model for egos and what is near them: a cannon-es rigid body on sprung wheels found by ray casts, alone in its
 * own world with the road as a local plane and the solid things next to it as boxes. cannon-es does rigid body, rays
 * and contacts; the tyre forces are ours, because its `RaycastVehicle` stops side slip by an impulse that knows neither
 * slip angle, wheel load nor yaw inertia. Calls `world.step(dt)` only: its other form reads the wall clock.
 */
import { Body, Box, Plane, Ray, RaycastResult, Vec3, World } from "cannon-es";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { atan2, cos, sin, tan } from "../../fleet-core/kernel/math/index.ts";
import { G_MPS2 } from "../../fleet-core/kernel/units.ts";
import { createActuators, hashActuators, resetActuators, stepActuators, type DriveFeel } from "../vehicle/actuators.ts";
import { AIR_KGPM3, chassisOf, type Chassis } from "../vehicle/chassis.ts";
import { createEnergyStore, drainEnergy, hashEnergy, stepEnergy } from "../vehicle/energy.ts";
import { CHASSIS_GROUP, createNeighbours, GROUND_GROUP, SOLID_GROUP } from "./neighbours.ts";
import { createVehicleState, hashVehicleState } from "./state.ts";
import { sideSecant } from "./tyre.ts";
import { STEP_S, type Ground, type VehicleModel } from "./types.ts";

/** Undamped frequency of each wheel's share of the mass on its spring, and damping ratio: usual for loaded road vehicles (1 to 2 Hz, 0.2 to 0.5). */
export const RIDE_HZ = 1.6;
export const RIDE_DAMPING = 0.5;
/** Beyond this multiple of the static deflection the bump stop adds its own stiffness, as a multiple of the spring's. */
const BUMP_TRAVEL = 2;
const BUMP_STIFFNESS = 6;
/** Carcass damping of a tyre's sideways deflection, as a ratio. */
const TYRE_DAMPING = 0.5;
/** The box begins this share of a wheel radius above the ground. */
const CLEARANCE = 0.6;
/** The box may touch the road only when it comes this close to it. */
const SCRAPE_M = 0.05;

/** `chassis`: that of the profile, for callers that make many. */
export function createRaycast(profile: VehicleProfile, chassis: Chassis = chassisOf(profile)): VehicleModel {
  const { geometry } = profile;
  const massKg = profile.mass.totalKg;
  const cgM = geometry.cgToRearAxleM;
  const cgHeightM = geometry.cgHeightM;
  const cornering = profile.tyre.corneringPerRad;
  const dragK = 0.5 * AIR_KGPM3 * profile.dragAreaM2;
  const actuators = createActuators(profile);
  const energy = createEnergyStore(profile);
  const state = createVehicleState();
  const feel: DriveFeel = { speedMps: 0, resistN: 0, rollingN: 0, slopeN: 0, empty: false };

  // Per wheel, left and right of each axle; dual tyres are one wheel of the same stiffness per load.
  const wheels = 2 * chassis.axles;
  const omega = 2 * Math.PI * RIDE_HZ;
  const sagM = G_MPS2 / (omega * omega);
  const wheelX = new Float64Array(wheels);
  const wheelY = new Float64Array(wheels);
  const radius = new Float64Array(wheels);
  const wheelMass = new Float64Array(wheels);
  const wheelAxle = new Uint8Array(wheels);
  profile.axles.forEach((axle, i) => {
    for (const side of [0, 1]) {
      const w = 2 * i + side;
      wheelX[w] = axle.xM - cgM;
      wheelY[w] = (side === 0 ? 0.5 : -0.5) * axle.trackM;
      radius[w] = axle.wheelRadiusM;
      wheelMass[w] = 0.5 * massKg * (chassis.loadShare[i] as number);
      wheelAxle[w] = i;
    }
  });
  let pitchK = 0;
  let rollK = 0;
  for (let w = 0; w < wheels; w += 1) {
    const k = (wheelMass[w] as number) * omega * omega;
    pitchK += k * (wheelX[w] as number) * (wheelX[w] as number);
    rollK += k * (wheelY[w] as number) * (wheelY[w] as number);
  }

  const world = new World({ gravity: new Vec3(0, 0, -G_MPS2) });
  world.broadphase.useBoundingBoxes = true;
  const smallestRadius = Math.min(...profile.axles.map((a) => a.wheelRadiusM));
  const clearanceM = CLEARANCE * smallestRadius;
  const half = new Vec3(geometry.lengthM / 2, geometry.widthM / 2, Math.max(0.05, (geometry.heightM - clearanceM) / 2));
  const centre = new Vec3(geometry.lengthM / 2 - geometry.rearOverhangM - cgM, 0, clearanceM + half.z - cgHeightM);
  const body = new Body({ mass: massKg, linearDamping: 0, angularDamping: 0, collisionFilterGroup: CHASSIS_GROUP, collisionFilterMask: SOLID_GROUP });
  body.addShape(new Box(half), centre);
  // A box's own inertia in roll; about the upright axis the profile's, which a long body also has in pitch.
  body.inertia.set((massKg * (geometry.widthM * geometry.widthM + geometry.heightM * geometry.heightM)) / 12, profile.mass.yawInertiaKgm2, profile.mass.yawInertiaKgm2);
  body.invInertia.set(1 / body.inertia.x, 1 / body.inertia.y, 1 / body.inertia.z);
  const road = new Body({ mass: 0, shape: new Plane(), collisionFilterGroup: GROUND_GROUP, collisionFilterMask: CHASSIS_GROUP });
  world.addBody(body);
  world.addBody(road);
  const neighbours = createNeighbours(world, profile);
  const ray = new Ray();
  const hit = new RaycastResult();

  /** Sideways deflection of each tyre's contact patch, and what the wheels feel within one step. */
  const deflection = new Float64Array(wheels);
  const loadN = new Float64Array(wheels);
  const armX = new Float64Array(wheels);
  const armY = new Float64Array(wheels);
  const armZ = new Float64Array(wheels);
  let fresh = true;
  let cornerN = 0;
  /** Velocity of the origin after the last step, in the map frame. */
  let originVx = 0;
  let originVy = 0;
  let originVz = 0;
  let roadNx = 0;
  let roadNy = 0;
  let roadNz = 1;

  /** Lays the body on the ground at rest in its springs, with the lean the slope gives it. */
  function settle(ground: Ground): void {
    fresh = false;
    const { nx, ny, nz } = ground;
    const c = cos(state.yawRad);
    const s = sin(state.yawRad);
    const rise = -(nx * c + ny * s) / nz;
    const norm = 1 / Math.sqrt(1 + rise * rise);
    const fx = c * norm, fy = s * norm, fz = rise * norm;
    const lx = ny * fz - nz * fy, ly = nz * fx - nx * fz, lz = nx * fy - ny * fx;
    const pullX = -G_MPS2 * fz;
    const pullY = -G_MPS2 * lz;
    const pitch = (massKg * cgHeightM * pullX) / (pitchK - massKg * G_MPS2 * nz * cgHeightM);
    const roll = -(massKg * cgHeightM * pullY) / (rollK - massKg * G_MPS2 * nz * cgHeightM);
    const m = quaternionOfAxes(fx, fy, fz, lx, ly, lz, nx, ny, nz);
    const lean = { x: 0.5 * roll, y: 0.5 * pitch, z: 0, w: 1 };
    body.quaternion.set(
      m.w * lean.x + m.x + m.y * lean.z - m.z * lean.y,
      m.w * lean.y + m.y + m.z * lean.x - m.x * lean.z,
      m.w * lean.z + m.z + m.x * lean.y - m.y * lean.x,
      m.w - m.x * lean.x - m.y * lean.y - m.z * lean.z,
    );
    body.quaternion.normalize();
    const heightM = cgHeightM + sagM * (1 - nz);
    const q = body.quaternion;
    const bx = 1 - 2 * (q.y * q.y + q.z * q.z), by = 2 * (q.x * q.y + q.z * q.w);
    const ux = 2 * (q.x * q.z + q.y * q.w), uy = 2 * (q.y * q.z - q.x * q.w);
    // Origin exactly at (x, y); height from the centre of gravity, which leans without rising.
    const px = state.xM + bx * cgM + ux * cgHeightM;
    const py = state.yM + by * cgM + uy * cgHeightM;
    body.position.set(px, py, ground.zM - (nx * (px - state.xM) + ny * (py - state.yM)) / nz + heightM / nz);
    body.velocity.set(fx * state.speedMps, fy * state.speedMps, fz * state.speedMps);
    body.angularVelocity.set(0, 0, 0);
    body.aabbNeedsUpdate = true;
    body.updateInertiaWorld(true);
    originVx = body.velocity.x;
    originVy = body.velocity.y;
    originVz = body.velocity.z;
    const held = state.speedMps === 0 ? pullY / (cornering * G_MPS2 * nz) : 0;
    for (let w = 0; w < wheels; w += 1) deflection[w] = held * (radius[w] as number);
    readPose();
  }

  /** Pose and velocities of the origin from the body. */
  function readPose(): void {
    const q = body.quaternion;
    const xx = q.x * q.x, yy = q.y * q.y, zz = q.z * q.z;
    const bxx = 1 - 2 * (yy + zz), bxy = 2 * (q.x * q.y + q.z * q.w), bxz = 2 * (q.x * q.z - q.y * q.w);
    const byx = 2 * (q.x * q.y - q.z * q.w), byy = 1 - 2 * (xx + zz), byz = 2 * (q.y * q.z + q.x * q.w);
    const bzx = 2 * (q.x * q.z + q.y * q.w), bzy = 2 * (q.y * q.z - q.x * q.w), bzz = 1 - 2 * (xx + yy);
    const rx = -bxx * cgM - bzx * cgHeightM, ry = -bxy * cgM - bzy * cgHeightM, rz = -bxz * cgM - bzz * cgHeightM;
    const v = body.velocity;
    const o = body.angularVelocity;
    const vx = v.x + o.y * rz - o.z * ry, vy = v.y + o.z * rx - o.x * rz, vz = v.z + o.x * ry - o.y * rx;
    const ax = (vx - originVx) / STEP_S, ay = (vy - originVy) / STEP_S, az = (vz - originVz) / STEP_S;
    originVx = vx;
    originVy = vy;
    originVz = vz;
    state.xM = body.position.x + rx;
    state.yM = body.position.y + ry;
    state.zM = body.position.z + rz;
    state.yawRad = atan2(bxy, bxx);
    state.pitchRad = atan2(-bxz, Math.sqrt(bxx * bxx + bxy * bxy));
    state.rollRad = atan2(byz, bzz);
    state.speedMps = vx * bxx + vy * bxy + vz * bxz;
    state.lateralMps = vx * byx + vy * byy + vz * byz;
    state.yawRateRadps = o.x * bzx + o.y * bzy + o.z * bzz;
    state.accelMps2 = ax * bxx + ay * bxy + az * bxz;
    state.lateralAccelMps2 = ax * byx + ay * byy + az * byz;
    state.steerRad = actuators.steerRad;
  }

  return {
    kind: "raycast",
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
      Object.assign(state, createVehicleState(), { xM: pose.xM, yM: pose.yM, zM: pose.zM, yawRad: pose.yawRad, speedMps });
      resetActuators(actuators, speedMps);
      cornerN = 0;
      fresh = true;
      if (ground !== undefined) settle(ground);
    },
    step(demand, faults, ground, near) {
      if (fresh) settle(ground);
      const { nx, ny, nz } = ground;
      // cannon-es keeps a stale bounding box, and rays miss the plane, unless told that it moved.
      road.position.set(state.xM, state.yM, ground.zM);
      if (nx !== roadNx || ny !== roadNy || nz !== roadNz) {
        const w = Math.sqrt(0.5 * (1 + nz));
        road.quaternion.set((-0.5 * ny) / w, (0.5 * nx) / w, 0, w);
        roadNx = nx;
        roadNy = ny;
        roadNz = nz;
      }
      road.aabbNeedsUpdate = true;
      neighbours.place(near, state);

      const p = body.position;
      const q = body.quaternion;
      const xx = q.x * q.x, yy = q.y * q.y, zz = q.z * q.z;
      const bxx = 1 - 2 * (yy + zz), bxy = 2 * (q.x * q.y + q.z * q.w), bxz = 2 * (q.x * q.z - q.y * q.w);
      const byx = 2 * (q.x * q.y - q.z * q.w), byy = 1 - 2 * (xx + zz), byz = 2 * (q.y * q.z + q.x * q.w);
      const bzx = 2 * (q.x * q.z + q.y * q.w), bzy = 2 * (q.y * q.z - q.x * q.w), bzz = 1 - 2 * (xx + yy);
      // Heading f and left l within the road plane.
      const off = bxx * nx + bxy * ny + bxz * nz;
      const flat = 1 / Math.sqrt(Math.max(1e-6, 1 - off * off));
      const fx = (bxx - off * nx) * flat, fy = (bxy - off * ny) * flat, fz = (bxz - off * nz) * flat;
      const lx = ny * fz - nz * fy, ly = nz * fx - nx * fz, lz = nx * fy - ny * fx;

      const u = state.speedMps;
      const gravityX = -G_MPS2 * fz;
      const dragN = dragK * u * (u < 0 ? -u : u);
      feel.speedMps = u;
      feel.slopeN = -massKg * gravityX;
      feel.resistN = dragN + feel.slopeN + cornerN;
      feel.rollingN = profile.tyre.rollingCoefficient * ground.rollingScale * massKg * G_MPS2 * nz;
      feel.empty = energy.remainingKwh <= 0;
      stepActuators(actuators, demand, faults, feel);

      // Springs and dampers on the rays.
      const v = body.velocity;
      const o = body.angularVelocity;
      let forceX = -dragN * fx, forceY = -dragN * fy, forceZ = -dragN * fz;
      let torqueX = 0, torqueY = 0, torqueZ = 0;
      let sumN = 0, midX = 0, midY = 0, midZ = 0;
      for (let w = 0; w < wheels; w += 1) {
        const x = wheelX[w] as number;
        const y = wheelY[w] as number;
        const reach = 2 * (radius[w] as number);
        const top = reach - cgHeightM;
        const from = ray.from;
        from.x = p.x + bxx * x + byx * y + bzx * top;
        from.y = p.y + bxy * x + byy * y + bzy * top;
        from.z = p.z + bxz * x + byz * y + bzz * top;
        const length = reach + sagM;
        ray.to.set(from.x - bzx * length, from.y - bzy * length, from.z - bzz * length);
        hit.hasHit = false;
        hit.shouldStop = false;
        ray.intersectBody(road, hit);
        if (!hit.hasHit) {
          loadN[w] = 0;
          continue;
        }
        const at = hit.hitPointWorld;
        const rx = at.x - p.x, ry = at.y - p.y, rz = at.z - p.z;
        const closing = -((v.x + o.y * rz - o.z * ry) * nx + (v.y + o.z * rx - o.x * rz) * ny + (v.z + o.x * ry - o.y * rx) * nz);
        const mass = wheelMass[w] as number;
        const travel = length - hit.distance;
        let load = mass * omega * (omega * travel + 2 * RIDE_DAMPING * closing);
        if (travel > BUMP_TRAVEL * sagM) load += mass * omega * omega * BUMP_STIFFNESS * (travel - BUMP_TRAVEL * sagM);
        if (load < 0) load = 0;
        loadN[w] = load;
        armX[w] = rx;
        armY[w] = ry;
        armZ[w] = rz;
        sumN += load;
        midX += load * rx;
        midY += load * ry;
        midZ += load * rz;
        const lX = load * nx, lY = load * ny, lZ = load * nz;
        forceX += lX;
        forceY += lY;
        forceZ += lZ;
        torqueX += ry * lZ - rz * lY;
        torqueY += rz * lX - rx * lZ;
        torqueZ += rx * lY - ry * lX;
      }

      let passiveN = 0;
      let corner = 0;
      const againstN = actuators.brakeN + actuators.parkN + feel.rollingN;
      const driveN = actuators.driveN;
      if (sumN > 0) {
        // Force along f that stops the contact patches within this step, pitching included: brakes give at most that.
        midX /= sumN;
        midY /= sumN;
        midZ /= sumN;
        const e = body.invInertiaWorld.elements as unknown as InertiaElements;
        const slide = (v.x + o.y * midZ - o.z * midY) * fx + (v.y + o.z * midX - o.x * midZ) * fy + (v.z + o.x * midY - o.y * midX) * fz;
        const kX = midY * fz - midZ * fy, kY = midZ * fx - midX * fz, kZ = midX * fy - midY * fx;
        const jX = e[0] * kX + e[1] * kY + e[2] * kZ, jY = e[3] * kX + e[4] * kY + e[5] * kZ, jZ = e[6] * kX + e[7] * kY + e[8] * kZ;
        const mobility = 1 / massKg + kX * jX + kY * jY + kZ * jZ;
        const free = (forceX * fx + forceY * fy + forceZ * fz - cornerN) / massKg + gravityX + jX * torqueX + jY * torqueY + jZ * torqueZ;
        const stopN = -(slide / STEP_S + free) / mobility - driveN;
        passiveN = stopN > againstN ? againstN : stopN < -againstN ? -againstN : stopN;

        // Tyres: deflection of the contact patch as a spring that leaks with rolling (relaxation length = wheel radius).
        const friction = ground.friction;
        const tanSteer = actuators.steerRad === 0 ? 0 : tan(actuators.steerRad);
        for (let w = 0; w < wheels; w += 1) {
          const load = loadN[w] as number;
          const relax = radius[w] as number;
          const rx = armX[w] as number, ry = armY[w] as number, rz = armZ[w] as number;
          if (load === 0) {
            deflection[w] = 0;
            continue;
          }
          const axle = wheelAxle[w] as number;
          const turn = tanSteer * (chassis.steerRatio[axle] as number);
          let cosine = 1;
          let sine = 0;
          if (turn !== 0) {
            // Ackermann: the outer wheel of the single-track angle turns less, the inner more.
            const t = turn / (1 - tanSteer / geometry.wheelbaseM * (wheelY[w] as number));
            cosine = 1 / Math.sqrt(1 + t * t);
            sine = t * cosine;
          }
          const vx = v.x + o.y * rz - o.z * ry, vy = v.y + o.z * rx - o.x * rz, vz = v.z + o.x * ry - o.y * rx;
          const vf = vx * fx + vy * fy + vz * fz;
          const vl = vx * lx + vy * ly + vz * lz;
          const rolling = vf * cosine + vl * sine;
          const side = vl * cosine - vf * sine;
          const pace = rolling < 0 ? -rolling : rolling;
          let bend = ((deflection[w] as number) + STEP_S * side) / (1 + (STEP_S * pace) / relax);
          const slide3 = (3 * friction * relax) / cornering;
          if (bend > slide3) bend = slide3;
          else if (bend < -slide3) bend = -slide3;
          const bendRate = (bend - (deflection[w] as number)) / STEP_S;
          deflection[w] = bend;
          const slip = bend / relax;
          const secant = sideSecant(slip < 0 ? -slip : slip, cornering, friction);
          let fSide = -load * (secant * slip + 2 * TYRE_DAMPING * Math.sqrt(cornering / (relax * G_MPS2)) * bendRate);
          let fRoll = 0.5 * driveN * (chassis.driveShare[axle] as number) + (passiveN * load) / sumN;
          const limit = friction * load;
          const square = fSide * fSide + fRoll * fRoll;
          if (square > limit * limit) {
            const scale = limit / Math.sqrt(square);
            fSide *= scale;
            fRoll *= scale;
          }
          const along = fRoll * cosine - fSide * sine;
          const left = fRoll * sine + fSide * cosine;
          corner += fSide * sine;
          const tX = along * fx + left * lx, tY = along * fy + left * ly, tZ = along * fz + left * lz;
          forceX += tX;
          forceY += tY;
          forceZ += tZ;
          torqueX += ry * tZ - rz * tY;
          torqueY += rz * tX - rx * tZ;
          torqueZ += rx * tY - ry * tX;
        }
      } else {
        deflection.fill(0);
      }
      // Cornering drag, less what the turning frame gives back, so that demand and achieved acceleration along x agree.
      const sideCg = v.x * lx + v.y * ly + v.z * lz;
      cornerN = corner - massKg * sideCg * state.yawRateRadps;

      body.force.set(forceX, forceY, forceZ);
      body.torque.set(torqueX, torqueY, torqueZ);
      // The box meets the road only when it lies on it; on its wheels that pair would be tested for nothing.
      const cx = p.x + bxx * centre.x + bzx * centre.z - road.position.x;
      const cy = p.y + bxy * centre.x + bzy * centre.z - road.position.y;
      const cz = p.z + bxz * centre.x + bzz * centre.z - road.position.z;
      const upright = Math.abs(bxx * nx + bxy * ny + bxz * nz) * half.x + Math.abs(byx * nx + byy * ny + byz * nz) * half.y + Math.abs(bzx * nx + bzy * ny + bzz * nz) * half.z;
      body.collisionFilterMask = cx * nx + cy * ny + cz * nz - upright < SCRAPE_M ? SOLID_GROUP | GROUND_GROUP : SOLID_GROUP;
      world.step(STEP_S);
      readPose();

      const tractionW = driveN * state.speedMps;
      const brakedN = againstN > 0 ? (Math.abs(passiveN) * actuators.brakeN) / againstN : 0;
      stepEnergy(energy, tractionW > 0 ? tractionW : 0, brakedN * Math.abs(state.speedMps), STEP_S);
    },
    hashInto(hash) {
      hashVehicleState(state, hash);
      for (const v of [body.position, body.velocity, body.angularVelocity]) {
        hash.number(v.x);
        hash.number(v.y);
        hash.number(v.z);
      }
      const q = body.quaternion;
      hash.number(q.x);
      hash.number(q.y);
      hash.number(q.z);
      hash.number(q.w);
      for (let w = 0; w < wheels; w += 1) hash.number(deflection[w] as number);
      hash.number(originVx);
      hash.number(originVy);
      hash.number(originVz);
      hash.number(cornerN);
      hash.number(fresh ? 1 : 0);
      hashActuators(actuators, hash);
      hashEnergy(energy, hash);
    },
  };
}

type InertiaElements = readonly [number, number, number, number, number, number, number, number, number];

/** Unit quaternion of the rotation whose columns are the axes x, y, z. Source: Shepperd's method, largest term first. */
function quaternionOfAxes(xx: number, xy: number, xz: number, yx: number, yy: number, yz: number, zx: number, zy: number, zz: number): { x: number; y: number; z: number; w: number } {
  const trace = xx + yy + zz;
  if (trace > 0) {
    const s = 2 * Math.sqrt(1 + trace);
    return { w: s / 4, x: (yz - zy) / s, y: (zx - xz) / s, z: (xy - yx) / s };
  }
  if (xx > yy && xx > zz) {
    const s = 2 * Math.sqrt(1 + xx - yy - zz);
    return { w: (yz - zy) / s, x: s / 4, y: (yx + xy) / s, z: (zx + xz) / s };
  }
  if (yy > zz) {
    const s = 2 * Math.sqrt(1 + yy - xx - zz);
    return { w: (zx - xz) / s, x: (yx + xy) / s, y: s / 4, z: (zy + yz) / s };
  }
  const s = 2 * Math.sqrt(1 + zz - xx - yy);
  return { w: (xy - yx) / s, x: (zx + xz) / s, y: (zy + yz) / s, z: s / 4 };
}
