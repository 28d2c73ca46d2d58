/**
 * Is the vehicle fit to drive? A fixed table of conditions, judged from what is sensed: fit, degraded (drive slower),
 * comfortable stop, emergency stop. What can call for an emergency stop is judged in each tick, what develops over tenths of
 * a second every `SLOW_US`. Each condition says its code and one sentence. It judges; it never acts.
 */
import type { AgentReason } from "../fleet-core/contract/agent-status.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { StateHash } from "../fleet-core/kernel/hash.ts";
import { secondsOf, US_PER_S } from "../fleet-core/kernel/time.ts";
import type { Ambient, ImuSample, VehicleFeedback } from "./hal/types.ts";
import type { Localisation } from "./localisation.ts";
import type { Response } from "./response.ts";

export type Level = 0 | 1 | 2 | 3;
export const FIT: Level = 0;
export const DEGRADED: Level = 1;
export const COMFORTABLE_STOP: Level = 2;
export const EMERGENCY_STOP: Level = 3;

/** What health looks at; the agent keeps one and brings it up to date in each tick. */
export interface HealthInput {
  nowUs: number;
  dtS: number;
  readonly localisation: Localisation;
  readonly response: Response;
  feedback: VehicleFeedback;
  ambient: Ambient;
  imu: readonly ImuSample[];
  /** Last measuring time of each object sensor. */
  readonly sensorsUs: Float64Array;
  tracksOverflow: number;
  /** Readings refused in this tick because they cannot be. */
  readingsRefused: number;
  /** When the core was last heard; undefined while it never was, because then nothing relies on it. */
  coreUs: number | undefined;
  /** Distance from the path and half the free width of the lane; undefined while there is no path. */
  offPathM: number | undefined;
  laneMarginM: number;
}

export interface Finding {
  readonly input: string;
  readonly code: string;
  level: Level;
  /** Highest speed this condition allows. */
  capMps: number;
  /** Figure for the sentence. */
  value: number;
  readonly say: (finding: Finding) => string;
  /** Judged only in motion, or felt once: whoever releases the vehicle has looked at it. */
  readonly passing: boolean;
}

export interface Health {
  readonly findings: readonly Finding[];
  /** Grows whenever the level of a finding changes. */
  changes(): number;
  /** Once per tick; the finding that decides is `worst()`. */
  update(input: HealthInput): void;
  worst(): Finding | undefined;
  /** What still forbids a release, if anything. */
  forbidding(): Finding | undefined;
  /** The lowest cap and who sets it. */
  capMps(): number;
  cappedBy(): Finding | undefined;
  /** Clears what stays until a person has looked at it (a collision); everything is judged afresh in the next tick. */
  clearLatched(): void;
  reasonOf(finding: Finding): AgentReason;
  hashInto(hash: StateHash): void;
}

/** Period of what need not be judged in each tick: short against the shortest silence that means something (0.3 s). */
const SLOW_US = 60_000;
const LONG_AGO_US = 1000 * US_PER_S;
/** Two agent ticks, and half of one for the scheduler. */
const STALL_S = 0.05;
/** Speed on the way back to the lane, and how far off there is no way back without a person. */
const CREEP_MPS = 1.5;
const OFF_PATH_M_MAX = 5;
/** Braking in normal traffic stays far below this; a contact does not. */
const COLLISION_MPS2 = 20;

export function createHealth(profile: VehicleProfile, tickS: number): Health {
  const { limits, odd, energy, mrm } = profile;
  const slow = limits.speedMps / 3;
  const half = limits.speedMps / 2;
  const findings: Finding[] = [];
  const add = (input: string, code: string, say: (finding: Finding) => string, passing = false): Finding => {
    const finding: Finding = { input, code, level: FIT, capMps: Infinity, value: 0, say, passing };
    findings.push(finding);
    return finding;
  };
  const one = (value: number): string => value.toFixed(1);

  const collision = add("imu", "collision", (f) => `an impact of ${one(f.value)} m/s2 was felt`, true);
  const steering = add("steering", "steering-not-following", (f) => (f.value > 0 ? `the steering has not moved for ${one(f.value)} s although told to` : "the steering unit reports that it is unfit"));
  const offPath = add("localisation", "lane-departure", (f) => `the vehicle is ${one(f.value)} m off its path`);
  const brake = add("brake", "brake-weak", (f) => `the brakes answer with ${Math.round(f.value * 100)} % of their force`);
  const bound = add("localisation", "localisation-bound", (f) => `the position may be off by ${one(f.value)} m, more than the lane allows`);
  const jump = add("gnss", "gnss-jump", (f) => `GNSS jumped by ${one(f.value)} m against wheels and gyro`);
  const lost = add("gnss", "gnss-lost", (f) => `GNSS has been silent for ${one(f.value)} s`);
  const odometry = add("odometry", "odometry-silent", (f) => `wheel speed has been silent for ${one(f.value)} s`);
  const gyro = add("imu", "imu-silent", (f) => `the inertial unit has been silent for ${one(f.value)} s`);
  const wheel = add("odometry", "wheel-speed-disagrees", (f) => `wheel speed and GNSS speed disagree by ${Math.round(f.value * 100)} %`, true);
  const stall = add("compute", "compute-stall", (f) => `the computer missed ${Math.round(f.value)} of its own ticks`, true);
  const link = add("link", "link-silent", (f) => `the core has been silent for ${one(f.value)} s`);
  const soc = add("energy", "energy-low", (f) => `the energy store is at ${Math.round(f.value * 100)} %`);
  const rain = add("ambient", "odd-rain", (f) => `rain of ${one(f.value)} mm/h against ${odd.rainMmphMax} mm/h allowed`);
  const fog = add("ambient", "odd-fog", (f) => `visibility of ${Math.round(f.value)} m against ${odd.fogVisibilityMMin} m needed`);
  const night = add("ambient", "odd-night", () => "it is night and this vehicle drives by day only");
  const lag = add("actuators", "actuator-lag", (f) => `the actuators answer ${f.value.toFixed(2)} s late`, true);
  const crowd = add("tracking", "tracks-overflow", () => "more objects are around than can be tracked");
  const broken = add("readings", "readings-refused", () => "sensors deliver readings that cannot be");
  const sensors = profile.sensors.objects;
  const silent = sensors.map((sensor) => add(sensor.id, `${sensor.kind}-silent`, (f) => `the ${sensor.kind} ${sensor.id} has been silent for ${one(f.value)} s`));
  const forward = sensors.map((sensor) => Math.abs(sensor.yawRad) < 1);
  const lidars = sensors.some((sensor) => sensor.kind === "lidar");

  let missedTicks = 0;
  let missedUs = -LONG_AGO_US;
  let lastOverflow = 0;
  let overflowUs = -LONG_AGO_US;
  /** Since when the surroundings are outside the domain; -1 inside it. */
  let outsideUs = -1;
  /** Last refused reading, and the first of this spell of them. */
  let refusedUs = -LONG_AGO_US;
  let refusalsUs = -LONG_AGO_US;
  let slowUs = -1;
  let changes = 0;
  let unfit = 0;
  let deciding: Finding | undefined;
  let capping: Finding | undefined;

  /** A condition that is and stays fit is left alone: nothing of it is looked at. */
  function set(finding: Finding, level: Level, value: number, capMps: number): void {
    if (level !== finding.level) {
      changes += 1;
      if (finding.level === FIT) unfit += 1;
      if (level === FIT) unfit -= 1;
      finding.level = level;
    } else if (level === FIT) return;
    finding.value = value;
    finding.capMps = level === FIT ? Infinity : capMps;
  }

  const ageOf = (i: number, nowUs: number, sensorsUs: Float64Array): number => secondsOf(nowUs - (sensorsUs[i] as number));
  const quietAfterS = sensors.map((sensor) => Math.max(0.5, 3 / sensor.rateHz + sensor.latencyMs / 1000 + 0.2));

  function judgeSensors({ nowUs, sensorsUs }: HealthInput): void {
    let forwardAlive = 0;
    let lidarAlive = 0;
    for (let i = 0; i < sensors.length; i += 1) {
      if (ageOf(i, nowUs, sensorsUs) > (quietAfterS[i] as number)) continue;
      if (forward[i] === true) forwardAlive += 1;
      if (sensors[i]?.kind === "lidar") lidarAlive += 1;
    }
    for (let i = 0; i < sensors.length; i += 1) {
      const ageS = ageOf(i, nowUs, sensorsUs);
      const quiet = ageS > (quietAfterS[i] as number);
      const lidarsGone = lidars && lidarAlive === 0 && sensors[i]?.kind === "lidar" && ageS > 1;
      set(silent[i] as Finding, !quiet ? FIT : forwardAlive === 0 ? EMERGENCY_STOP : lidarsGone ? COMFORTABLE_STOP : DEGRADED, ageS, slow);
    }
  }

  function judgeActuators({ feedback, response, imu }: HealthInput): void {
    for (const sample of imu) {
      const felt = Math.sqrt(sample.accelXMps2 * sample.accelXMps2 + sample.accelYMps2 * sample.accelYMps2);
      if (felt > COLLISION_MPS2) set(collision, EMERGENCY_STOP, Math.max(felt, collision.value), 0);
    }
    const stuckS = response.stuckS();
    const steers = feedback.steeringHealthRatio;
    set(steering, stuckS > 0.6 || steers < 0.3 ? EMERGENCY_STOP : steers < 0.7 ? COMFORTABLE_STOP : steers < 0.95 ? DEGRADED : FIT, stuckS > 0.6 ? stuckS : 0, slow);
    const brakes = feedback.brakeHealthRatio;
    set(brake, brakes < 0.7 ? COMFORTABLE_STOP : brakes < 0.95 ? DEGRADED : FIT, brakes, limits.speedMps * Math.sqrt(Math.max(0, brakes)) * 0.8);
  }

  function judgePlace({ localisation, offPathM, laneMarginM }: HealthInput): void {
    const off = offPathM ?? 0;
    // Creeping back to the lane after a release is allowed; leaving it at speed is not.
    const astray = localisation.ready() && off > Math.max(1, laneMarginM + 0.4);
    set(offPath, !astray ? FIT : localisation.estimate.speedMps > CREEP_MPS + 0.5 ? EMERGENCY_STOP : off > OFF_PATH_M_MAX ? COMFORTABLE_STOP : DEGRADED, off, CREEP_MPS);
  }

  function judgeTicks({ nowUs, dtS, tracksOverflow, readingsRefused }: HealthInput): void {
    const missed = dtS > tickS + STALL_S ? Math.round(dtS / tickS) - 1 : 0;
    if (missed > 0) missedUs = nowUs;
    missedTicks = nowUs - missedUs > 3 * US_PER_S ? 0 : missedTicks + missed;
    set(stall, missedTicks * tickS > 0.5 ? COMFORTABLE_STOP : missedTicks > 0 ? DEGRADED : FIT, missedTicks, slow);
    if (tracksOverflow > lastOverflow) overflowUs = nowUs;
    lastOverflow = tracksOverflow;
    set(crowd, nowUs - overflowUs < US_PER_S ? DEGRADED : FIT, 1, slow);
    if (readingsRefused > 0) {
      if (nowUs - refusedUs > US_PER_S) refusalsUs = nowUs;
      refusedUs = nowUs;
    }
    set(broken, nowUs - refusedUs > US_PER_S ? FIT : nowUs - refusalsUs > 2 * US_PER_S ? COMFORTABLE_STOP : DEGRADED, 1, slow);
  }

  function judgeLocalisation({ nowUs, localisation, laneMarginM }: HealthInput): void {
    const e = localisation.estimate;
    const fixAgeS = secondsOf(nowUs - localisation.fixUs());
    const refused = localisation.refused();
    set(lost, fixAgeS > 0.5 && refused === 0 ? (localisation.ready() || fixAgeS < 2 ? DEGRADED : COMFORTABLE_STOP) : FIT, fixAgeS, half);
    set(jump, refused >= 8 ? COMFORTABLE_STOP : refused >= 2 ? DEGRADED : FIT, localisation.refusedByM(), half);
    const lat3 = 3 * e.sigmaLatM;
    const lon3 = 3 * e.sigmaLonM;
    const unsure = localisation.ready() && (lat3 > Math.max(0.4, laneMarginM) || lon3 > 3);
    set(bound, unsure ? COMFORTABLE_STOP : FIT, Math.max(lat3, lon3), half);
    const wheelAgeS = secondsOf(nowUs - localisation.odometryUs());
    set(odometry, wheelAgeS > 0.3 ? COMFORTABLE_STOP : FIT, wheelAgeS, half);
    const imuAgeS = secondsOf(nowUs - localisation.imuUs());
    set(gyro, imuAgeS > 0.3 ? COMFORTABLE_STOP : FIT, imuAgeS, half);
    const apart = Math.abs(localisation.wheelRatio() - 1);
    set(wheel, apart > 0.08 ? (apart > 0.35 || fixAgeS > 0.5 ? COMFORTABLE_STOP : DEGRADED) : FIT, apart, half);
  }

  function judgeSurroundings({ nowUs, ambient, feedback, coreUs, response }: HealthInput): void {
    const coreAgeS = coreUs === undefined ? 0 : secondsOf(nowUs - coreUs);
    set(link, coreAgeS > mrm.linkMrmS ? COMFORTABLE_STOP : coreAgeS > mrm.linkDegradedS ? DEGRADED : FIT, coreAgeS, half);
    set(soc, feedback.socRatio < energy.socReserve / 2 ? COMFORTABLE_STOP : feedback.socRatio < energy.socReserve ? DEGRADED : FIT, feedback.socRatio, Infinity);

    const outside = ambient.rainMmph > odd.rainMmphMax || ambient.fogVisibilityM < odd.fogVisibilityMMin || (ambient.night && !odd.night);
    if (!outside) outsideUs = -1;
    else if (outsideUs < 0) outsideUs = nowUs;
    const left: Level = outsideUs >= 0 && nowUs - outsideUs >= 0.5 * US_PER_S ? COMFORTABLE_STOP : DEGRADED;
    set(rain, ambient.rainMmph > odd.rainMmphMax ? left : ambient.rainMmph > 0.8 * odd.rainMmphMax ? DEGRADED : FIT, ambient.rainMmph, half);
    set(fog, ambient.fogVisibilityM < odd.fogVisibilityMMin ? left : ambient.fogVisibilityM < 1.5 * odd.fogVisibilityMMin ? DEGRADED : FIT, ambient.fogVisibilityM, half);
    set(night, ambient.night && !odd.night ? left : FIT, 1, half);

    const lagS = response.lagS();
    set(lag, lagS > 0.8 ? COMFORTABLE_STOP : lagS > 0.3 ? DEGRADED : FIT, lagS, slow);
  }

  function weigh(): void {
    deciding = undefined;
    capping = undefined;
    if (unfit === 0) return;
    for (const finding of findings) {
      if (finding.level > (deciding?.level ?? FIT)) deciding = finding;
      if (finding.level !== FIT && finding.capMps < (capping?.capMps ?? Infinity)) capping = finding;
    }
  }

  return {
    findings,
    changes: () => changes,
    update(input) {
      judgeActuators(input);
      judgePlace(input);
      judgeTicks(input);
      if (input.nowUs >= slowUs) {
        slowUs = input.nowUs + SLOW_US;
        judgeLocalisation(input);
        judgeSurroundings(input);
        judgeSensors(input);
      }
      weigh();
    },
    worst: () => deciding,
    forbidding: () => findings.find((finding) => finding.level >= COMFORTABLE_STOP && !finding.passing),
    capMps: () => capping?.capMps ?? Infinity,
    cappedBy: () => capping,
    clearLatched() {
      set(collision, FIT, 0, 0);
      missedTicks = 0;
      slowUs = -1;
    },
    reasonOf: (finding) => ({ code: finding.code, text: finding.say(finding) }),
    hashInto(hash) {
      hash.number(unfit);
      if (unfit > 0) {
        for (let i = 0; i < findings.length; i += 1) {
          const finding = findings[i] as Finding;
          if (finding.level === FIT) continue;
          hash.number(i);
          hash.number(finding.level);
          hash.number(finding.value);
        }
      }
      for (const value of [slowUs, missedTicks, missedUs, lastOverflow, overflowUs, outsideUs, refusedUs, refusalsUs]) hash.number(value);
    },
  };
}
