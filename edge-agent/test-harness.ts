/**
 * A closed loop for tests of the agent: kinematic vehicles with the profile's actuator limits and lags, sensors with its
 * rates, latencies and noise, scripted objects, faults, a message queue to a pretended core. Much simpler than the twin
 * and independent of it, so that an agent that only works in the twin is found out. For tests only.
 */
import { readFileSync } from "node:fs";
import type { AgentStatus } from "../fleet-core/contract/agent-status.ts";
import type { CommandAck } from "../fleet-core/contract/command.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { createEnuFrame } from "../fleet-core/kernel/frames.ts";
import { createStateHash } from "../fleet-core/kernel/hash.ts";
import { cos, sin, tan, wrapAngle } from "../fleet-core/kernel/math/index.ts";
import type { Log, Transport } from "../fleet-core/kernel/ports.ts";
import { err, formatDiagnostic, ok } from "../fleet-core/kernel/result.ts";
import { createRng, type Rng } from "../fleet-core/kernel/rng.ts";
import { isoUtc, timeUs, type TimeUs } from "../fleet-core/kernel/time.ts";
import { clamp, G_MPS2 } from "../fleet-core/kernel/units.ts";
import type { RoadNetwork } from "../fleet-core/road/types.ts";
import { createAgent, type Agent } from "./agent.ts";
import type { GnssFix, HalCommand, HalInputs, ImuSample, ObjectList, OdometrySample, SensedObject } from "./hal/types.ts";
import { parseProfile } from "./profile-loader.ts";

export const PROFILE_IDS = ["defense-vehicle", "light-industrial-utv", "mine-haul-truck", "public-transit-bus", "ride-hail-sedan", "terminal-tractor"] as const;
export type ProfileId = (typeof PROFILE_IDS)[number];

export function profileOf(id: ProfileId): VehicleProfile {
  const parsed = parseProfile(readFileSync(new URL(`./profiles/${id}.json`, import.meta.url), "utf8"), id);
  if (!parsed.ok) throw new Error(parsed.error.map(formatDiagnostic).join("\n"));
  return parsed.value;
}

export const EPOCH_MS = 1_767_247_200_000;
const STEP_S = 0.01;

/** A scripted thing; x, y is the box centre. Constant velocity, changed by the test as it likes. */
export interface TestObject {
  kind: SensedObject["kind"];
  xM: number;
  yM: number;
  yawRad: number;
  vxMps: number;
  vyMps: number;
  lengthM: number;
  widthM: number;
}

/** All off at first; the test turns them on. */
export interface TestFaults {
  gnssSilent: boolean;
  gnssJumpM: number;
  lidarSilent: boolean;
  cameraSilent: boolean;
  radarSilent: boolean;
  odometrySilent: boolean;
  imuSilent: boolean;
  wheelScale: number;
  brakeHealth: number;
  steeringStuck: boolean;
  steeringHealth: number;
  lagS: number;
  computeStalled: boolean;
  linkDown: boolean;
  socRatio: number | undefined;
  impactMps2: number;
  rainMmph: number;
  fogVisibilityM: number;
  night: boolean;
  badReadings: boolean;
  uplinkFull: boolean;
}

const healthy = (): TestFaults => ({
  gnssSilent: false, gnssJumpM: 0, lidarSilent: false, cameraSilent: false, radarSilent: false, odometrySilent: false, imuSilent: false, wheelScale: 1, brakeHealth: 1,
  steeringStuck: false, steeringHealth: 1, lagS: 0, computeStalled: false, linkDown: false, socRatio: undefined, impactMps2: 0, rainMmph: 0, fogVisibilityM: 10_000, night: false, badReadings: false, uplinkFull: false,
});

export interface TestVehicle {
  readonly id: string;
  readonly profile: VehicleProfile;
  readonly agent: Agent;
  readonly faults: TestFaults;
  xM: number;
  yM: number;
  yawRad: number;
  speedMps: number;
  accelMps2: number;
  steerRad: number;
  command: HalCommand;
  readonly acks: CommandAck[];
  readonly telemetry: unknown[];
  readonly log: string[];
  status(): AgentStatus;
  send(topic: string, message: unknown, from?: string): void;
  sendBytes(topic: string, bytes: Uint8Array): void;
  order(type: string, payload?: Record<string, unknown>, id?: string): string;
  lastAck(id: string): CommandAck | undefined;
}

export interface VehicleSpec {
  readonly id?: string;
  readonly profile: VehicleProfile;
  readonly road?: string;
  readonly lane?: number;
  readonly sM?: number;
  readonly offsetM?: number;
  readonly speedMps?: number;
  readonly cruiseMps?: number;
}

export interface TestWorld {
  readonly map: RoadNetwork;
  readonly vehicles: readonly TestVehicle[];
  readonly objects: TestObject[];
  nowS(): number;
  /** Runs for this long; `each` is called after every 10 ms. */
  run(seconds: number, each?: () => void): void;
  /** Heartbeat of the pretended core at 4 Hz; off until asked for. */
  heartbeat(on: boolean): void;
  hash(): string;
  /** Free distance between two boxes, negative when they overlap. */
  clearance(a: TestVehicle, b: TestVehicle | TestObject): number;
}

interface Box {
  readonly xM: number;
  readonly yM: number;
  readonly c: number;
  readonly s: number;
  readonly halfL: number;
  readonly halfW: number;
}

const boxOfVehicle = (v: TestVehicle): Box => {
  const { lengthM, widthM, rearOverhangM } = v.profile.geometry;
  const ahead = lengthM / 2 - rearOverhangM;
  const [c, s] = [cos(v.yawRad), sin(v.yawRad)];
  return { xM: v.xM + c * ahead, yM: v.yM + s * ahead, c, s, halfL: lengthM / 2, halfW: widthM / 2 };
};
const boxOf = (o: TestVehicle | TestObject): Box => ("agent" in o ? boxOfVehicle(o) : { xM: o.xM, yM: o.yM, c: cos(o.yawRad), s: sin(o.yawRad), halfL: o.lengthM / 2, halfW: o.widthM / 2 });

/** Greatest separation over the axes of both boxes: exact sign, a lower bound of the distance. */
function separation(a: Box, b: Box): number {
  let most = -Infinity;
  for (const axis of [a, b]) {
    for (const [ux, uy] of [[axis.c, axis.s], [-axis.s, axis.c]] as const) {
      const reach = (box: Box): number => box.halfL * Math.abs(box.c * ux + box.s * uy) + box.halfW * Math.abs(box.c * uy - box.s * ux);
      const gap = Math.abs((b.xM - a.xM) * ux + (b.yM - a.yM) * uy) - reach(a) - reach(b);
      most = Math.max(most, gap);
    }
  }
  return most;
}

interface Delayed<T> {
  readonly dueUs: number;
  readonly value: T;
}

export function createTestWorld(options: { readonly map: RoadNetwork; readonly vehicles: readonly VehicleSpec[]; readonly seed?: string; readonly noise?: boolean; readonly slipShare?: number }): TestWorld {
  const { map } = options;
  const rng = createRng(options.seed ?? "test");
  const frame = createEnuFrame(map.originLatDeg, map.originLonDeg, 0);
  const objects: TestObject[] = [];
  const vehicles: TestVehicle[] = [];
  let tick = 0;
  let beating = false;
  const nowUs = (): TimeUs => timeUs(tick * 10_000);

  const steps = options.vehicles.map((spec, i) => createVehicle(spec, i));

  function createVehicle(spec: VehicleSpec, index: number): { sense: () => void; think: () => void; move: () => void } {
    const { profile } = spec;
    const id = spec.id ?? `v${index + 1}`;
    const lane = spec.lane ?? -1;
    const at = { road: spec.road ?? map.roads[0] ?? "", lane, sM: spec.sM ?? 10, offsetM: 0 };
    const point = map.pointOfLane(at);
    if (point === undefined) throw new Error(`no such place for ${id}`);
    const yaw = lane < 0 ? point.headingRad : wrapAngle(point.headingRad + Math.PI);
    const offset = spec.offsetM ?? 0;
    const faults = healthy();
    const own: Rng = rng.fork(id);
    const gauss = (sigma: number): number => (options.noise === false ? 0 : own.normal() * sigma);
    const acks: CommandAck[] = [];
    const telemetry: unknown[] = [];
    const log: string[] = [];
    let receive: (from: string, topic: string, payload: Uint8Array) => void = () => undefined;
    const uplink: Transport = {
      send(to, topic, payload) {
        if (faults.uplinkFull) return err("queue-full");
        if (faults.linkDown || to !== "core") return ok(undefined);
        const message: unknown = JSON.parse(new TextDecoder().decode(payload));
        if (topic === "ack") acks.push(message as CommandAck);
        else if (topic === "telemetry") telemetry.push(message);
        return ok(undefined);
      },
      onReceive(next) {
        receive = next;
      },
    };
    const recorder: Log = { write: (level, name, message) => void log.push(`${(tick / 100).toFixed(2)} ${level} ${name} ${message}`) };
    const gnss: Delayed<GnssFix>[] = [];
    const seen: Delayed<ObjectList>[] = [];
    const imu: ImuSample[] = [];
    const odometry: OdometrySample[] = [];
    let brakeDelay: number[] = [];
    let commandSeq = 0;
    const takeDue = <T>(queue: Delayed<T>[]): T[] => {
      const due = queue.filter((item) => item.dueUs <= nowUs()).map((item) => item.value);
      const rest = queue.filter((item) => item.dueUs > nowUs());
      queue.length = 0;
      queue.push(...rest);
      return due;
    };

    const vehicle: TestVehicle = {
      id,
      profile,
      faults,
      xM: point.xM - offset * sin(yaw),
      yM: point.yM + offset * cos(yaw),
      yawRad: yaw,
      speedMps: spec.speedMps ?? 0,
      accelMps2: 0,
      steerRad: 0,
      command: { steerRad: 0, accelMps2: 0, gear: "drive", hazard: false, indicator: "off" },
      acks,
      telemetry,
      log,
      agent: undefined as unknown as Agent,
      status: () => vehicle.agent.status(),
      send(topic, message, from = "core") {
        if (!faults.linkDown) receive(from, topic, new TextEncoder().encode(JSON.stringify(message)));
      },
      sendBytes(topic, bytes) {
        receive("core", topic, bytes);
      },
      order(type, payload, commandId) {
        commandSeq += 1;
        const command_id = commandId ?? `c${commandSeq}`;
        vehicle.send("command", { command_id, vehicle_id: id, timestamp: isoUtc(EPOCH_MS, nowUs()), command_type: type, priority: "NORMAL", ...(payload === undefined ? {} : { payload }) });
        return command_id;
      },
      lastAck: (commandId) => acks.filter((ack) => ack.command_id === commandId).at(-1),
    };

    const hal = {
      read(): HalInputs {
        const inputs: HalInputs = {
          gnss: takeDue(gnss),
          imu: imu.splice(0),
          odometry: odometry.splice(0),
          objects: takeDue(seen),
          feedback: {
            measuredUs: nowUs(), steerRad: vehicle.steerRad, accelMps2: vehicle.accelMps2, socRatio: faults.socRatio ?? profile.energy.socInitial,
            brakeHealthRatio: faults.brakeHealth, steeringHealthRatio: faults.steeringHealth, parkingBrake: vehicle.command.gear === "park",
          },
          ambient: { measuredUs: nowUs(), rainMmph: faults.rainMmph, fogVisibilityM: faults.fogVisibilityM, night: faults.night },
        };
        return inputs;
      },
      write(command: HalCommand): void {
        vehicle.command = command;
      },
    };
    (vehicle as { agent: Agent }).agent = createAgent({
      vehicleId: id, profile, map, hal, uplink, log: recorder, epochMs: EPOCH_MS, bootId: "boot-1", start: timeUs(0),
      ...(spec.cruiseMps === undefined ? {} : { initialTask: { kind: "cruise" as const, speedMps: spec.cruiseMps } }),
    });
    vehicles.push(vehicle);

    function sense(): void {
      const now = nowUs();
      const every = (rateHz: number, phase: number): boolean => (tick + phase) % Math.max(1, Math.round(100 / rateHz)) === 0;
      const [c, s] = [cos(vehicle.yawRad), sin(vehicle.yawRad)];
      const yawRate = (vehicle.speedMps * tan(vehicle.steerRad)) / profile.geometry.wheelbaseM;
      const p = profile.sensors;
      if (!faults.imuSilent) imu.push({ measuredUs: now, accelXMps2: vehicle.accelMps2 + faults.impactMps2 + gauss(p.imu.accelSigmaMps2), accelYMps2: vehicle.speedMps * yawRate + gauss(p.imu.accelSigmaMps2), yawRateRadps: yawRate + gauss(p.imu.gyroSigmaRadps) });
      faults.impactMps2 = 0;
      if (tick % 2 === 0 && !faults.odometrySilent) odometry.push({ measuredUs: now, speedMps: Math.abs(vehicle.speedMps) < 0.02 ? 0 : vehicle.speedMps * faults.wheelScale + gauss(p.odometry.sigmaMps) });
      if (every(p.gnss.rateHz, index) && !faults.gnssSilent) {
        const geo = frame.toGeodetic(vehicle.xM + gauss(p.gnss.sigmaM) + faults.gnssJumpM * 0.6, vehicle.yM + gauss(p.gnss.sigmaM) + faults.gnssJumpM * 0.8, 0);
        const fix: GnssFix = { measuredUs: now, latitudeDeg: faults.badReadings ? NaN : (geo[0] as number), longitudeDeg: geo[1] as number, altitudeM: geo[2] as number, yawRad: wrapAngle(vehicle.yawRad + gauss(p.gnss.headingSigmaRad)), speedMps: Math.max(0, Math.abs(vehicle.speedMps) + gauss(p.gnss.speedSigmaMps)), sigmaM: p.gnss.sigmaM };
        gnss.push({ dueUs: now + p.gnss.latencyMs * 1000, value: fix });
      }
      for (const [i, sensor] of p.objects.entries()) {
        if (!every(sensor.rateHz, index + i)) continue;
        if ((sensor.kind === "lidar" && faults.lidarSilent) || (sensor.kind === "camera" && faults.cameraSilent) || (sensor.kind === "radar" && faults.radarSilent)) continue;
        const list: SensedObject[] = [];
        const all: { readonly n: number; readonly box: Box; readonly kind: SensedObject["kind"]; readonly yawRad: number; readonly vx: number; readonly vy: number }[] = [];
        for (const [n, o] of objects.entries()) all.push({ n, box: boxOf(o), kind: o.kind, yawRad: o.yawRad, vx: o.vxMps, vy: o.vyMps });
        for (const [n, v] of vehicles.entries()) if (v !== vehicle) all.push({ n: 1000 + n, box: boxOf(v), kind: "vehicle", yawRad: v.yawRad, vx: v.speedMps * cos(v.yawRad), vy: v.speedMps * sin(v.yawRad) });
        for (const o of all) {
          const dx = o.box.xM - vehicle.xM;
          const dy = o.box.yM - vehicle.yM;
          const xM = c * dx + s * dy;
          const yM = c * dy - s * dx;
          const rangeM = Math.sqrt((xM - sensor.xM) * (xM - sensor.xM) + (yM - sensor.yM) * (yM - sensor.yM));
          const inView = cos(sensor.yawRad) * (xM - sensor.xM) + sin(sensor.yawRad) * (yM - sensor.yM) > rangeM * cos(Math.min(sensor.fovRad / 2, 3.1));
          if (rangeM > sensor.rangeM || !inView || (options.noise !== false && own.chance(sensor.miss.numerator, sensor.miss.denominator))) continue;
          const sigma = sensor.rangeSigmaM + sensor.bearingSigmaRad * rangeM;
          list.push({
            trackId: o.n, kind: o.kind, xM: xM + gauss(sigma), yM: yM + gauss(sigma), vxMps: c * o.vx + s * o.vy + gauss(sensor.speedSigmaMps), vyMps: c * o.vy - s * o.vx + gauss(sensor.speedSigmaMps),
            yawRad: faults.badReadings ? Infinity : wrapAngle(o.yawRad - vehicle.yawRad), lengthM: o.box.halfL * 2, widthM: o.box.halfW * 2,
          });
        }
        seen.push({ dueUs: now + sensor.latencyMs * 1000, value: { sensorId: sensor.id, measuredUs: now, objects: list } });
      }
    }

    function move(): void {
      const { steering, drive, brake } = profile;
      const command = vehicle.command;
      const steerLag = steering.lagS + faults.lagS;
      if (!faults.steeringStuck) vehicle.steerRad += clamp((command.steerRad - vehicle.steerRad) / Math.max(STEP_S, steerLag), -steering.rateRadpsMax, steering.rateRadpsMax) * STEP_S;
      // Brakes: dead time, then a linear build-up; drive: first order. Demand beyond the means is cut.
      const asked = clamp(command.accelMps2, -brake.decelMps2Max, drive.forceNMax / profile.mass.totalKg);
      const wanted = command.gear === "park" ? -brake.parkMps2 : asked < 0 ? asked * faults.brakeHealth : asked;
      const power = drive.powerWMax / (profile.mass.totalKg * Math.max(1, vehicle.speedMps));
      brakeDelay.push(Math.min(wanted, power));
      const dead = Math.round((brake.deadTimeS + faults.lagS) / STEP_S);
      if (brakeDelay.length > dead + 1) brakeDelay = brakeDelay.slice(brakeDelay.length - dead - 1);
      const demand = wanted < 0 ? Math.min(0, brakeDelay[0] as number) : Math.min(wanted, power);
      const rate = demand < vehicle.accelMps2 && demand < 0 ? brake.decelMps2Max / Math.max(STEP_S, brake.buildUpS) : 1 / Math.max(STEP_S, drive.lagS + faults.lagS);
      vehicle.accelMps2 += demand < 0 ? clamp(demand - vehicle.accelMps2, -rate * STEP_S, STEP_S * 8) : clamp((demand - vehicle.accelMps2) * rate * STEP_S, -8 * STEP_S, 8 * STEP_S);
      vehicle.speedMps = Math.max(0, vehicle.speedMps + vehicle.accelMps2 * STEP_S);
      if (vehicle.speedMps === 0 && vehicle.accelMps2 < 0) vehicle.accelMps2 = 0;
      const yawRate = (vehicle.speedMps * tan(vehicle.steerRad)) / profile.geometry.wheelbaseM;
      // The rear axle slips outwards in a bend by lateral acceleration over cornering stiffness.
      const slip = (options.slipShare ?? 1) * ((vehicle.speedMps * yawRate) / (G_MPS2 * profile.tyre.corneringPerRad));
      const mid = vehicle.yawRad + (yawRate * STEP_S) / 2 - slip;
      vehicle.xM += vehicle.speedMps * cos(mid) * STEP_S;
      vehicle.yM += vehicle.speedMps * sin(mid) * STEP_S;
      vehicle.yawRad = wrapAngle(vehicle.yawRad + yawRate * STEP_S);
    }

    return {
      sense,
      think() {
        if (tick % 2 === 0 && !faults.computeStalled) vehicle.agent.tick(nowUs());
      },
      move,
    };
  }

  return {
    map,
    vehicles,
    objects,
    nowS: () => tick / 100,
    heartbeat(on) {
      beating = on;
    },
    run(seconds, each) {
      const end = tick + Math.round(seconds * 100);
      while (tick < end) {
        if (beating && tick % 25 === 0) for (const v of vehicles) v.send("heartbeat", { beat: tick });
        for (const step of steps) step.sense();
        for (const step of steps) step.think();
        for (const step of steps) step.move();
        for (const o of objects) {
          o.xM += o.vxMps * STEP_S;
          o.yM += o.vyMps * STEP_S;
        }
        tick += 1;
        each?.();
      }
    },
    hash() {
      const hash = createStateHash();
      for (const v of vehicles) {
        v.agent.hashInto(hash);
        for (const value of [v.xM, v.yM, v.yawRad, v.speedMps, v.accelMps2, v.steerRad]) hash.number(value);
      }
      return hash.digest();
    },
    clearance: (a, b) => separation(boxOf(a), boxOf(b)),
  };
}

export const car = (over: Partial<TestObject>): TestObject => ({ kind: "vehicle", xM: 0, yM: 0, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: 4.5, widthM: 1.8, ...over });
export const person = (over: Partial<TestObject>): TestObject => ({ kind: "pedestrian", xM: 0, yM: 0, yawRad: 0, vxMps: 0, vyMps: 0, lengthM: 0.5, widthM: 0.6, ...over });
