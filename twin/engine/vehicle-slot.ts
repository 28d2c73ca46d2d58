/**
 * One agent on board of one simulated vehicle: the agent's HAL on one side, sensors and the drive-by-wire unit on the
 * other. The drive-by-wire unit has its own watchdog, as real ones do: a silent agent gets a straight, gentle stop.
 */
import { createAgent, type Agent } from "../../edge-agent/agent.ts";
import type { Hal, HalCommand } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../../fleet-core/kernel/frames.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { Log, Transport } from "../../fleet-core/kernel/ports.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import type { DriveDemand } from "../physics/types.ts";
import { createSensorSuite } from "../sensors/suite.ts";
import type { Viewer } from "../sensors/visibility.ts";
import type { SensorSuite } from "../sensors/types.ts";

/** Age of the last agent command at which the drive-by-wire unit stops the vehicle by itself. */
const WATCHDOG_US = 300_000;
const STALL_SCALE = 1000;

export interface VehicleSlot {
  readonly id: string;
  readonly profile: VehicleProfile;
  readonly suite: SensorSuite;
  readonly agent: Agent;
  /** Runs one agent tick unless the stalled computer (share 0 to 1) skips it. `x, y`: where the vehicle truly is now. */
  think(nowUs: TimeUs, stall: number, xM: number, yM: number): void;
  /** How far the agent's estimate was from the truth when it last thought [m]. */
  localisationErrorM(): number;
  /** What the drive-by-wire unit does now with the last command. */
  demand(nowUs: TimeUs): DriveDemand;
  lastCommand(): HalCommand;
  hashInto(hash: StateHash): void;
}

export interface SlotOptions {
  readonly id: string;
  readonly profile: VehicleProfile;
  readonly map: RoadNetwork;
  readonly frame: EnuFrame;
  readonly rng: Rng;
  /** Scratch space shared by all sensors of the run. */
  readonly viewer: Viewer;
  readonly transport: Transport;
  readonly log: Log;
  readonly epochMs: number;
  readonly startUs: TimeUs;
  readonly cruiseMps: number;
}

export function createVehicleSlot(options: SlotOptions): VehicleSlot {
  const { id, profile, map, frame, rng, startUs, cruiseMps } = options;
  const suite = createSensorSuite({ profile, frame, rng: rng.fork("sensors"), startUs, viewer: options.viewer });
  const stallRng = rng.fork("stall");
  let command: HalCommand = { steerRad: 0, accelMps2: 0, gear: "drive", hazard: false, indicator: "off" };
  let commandUs = startUs;
  let nowUs = startUs;
  /** Where the vehicle truly was when the agent last thought. */
  const truthM = new Float64Array(2);
  const hal: Hal = {
    read: () => suite.take(nowUs),
    write(next) {
      command = next;
      commandUs = nowUs;
    },
  };
  const agent = createAgent({
    vehicleId: id,
    profile,
    map,
    hal,
    uplink: options.transport,
    log: options.log,
    epochMs: options.epochMs,
    bootId: `${id}-1`,
    start: startUs,
    ...(cruiseMps > 0 ? { initialTask: { kind: "cruise", speedMps: cruiseMps } } : {}),
  });
  return {
    id,
    profile,
    suite,
    agent,
    think(now, stall, xM, yM) {
      nowUs = now;
      if (stall > 0 && stallRng.chance(Math.round(stall * STALL_SCALE), STALL_SCALE)) return;
      agent.tick(now);
      truthM[0] = xM;
      truthM[1] = yM;
    },
    localisationErrorM() {
      const { estimate } = agent.status();
      const [dx, dy] = [estimate.xM - (truthM[0] as number), estimate.yM - (truthM[1] as number)];
      return Math.sqrt(dx * dx + dy * dy);
    },
    demand(now) {
      if (now - commandUs <= WATCHDOG_US) return command;
      return { steerRad: command.steerRad, accelMps2: -profile.mrm.comfortableMps2, gear: command.gear };
    },
    lastCommand: () => command,
    hashInto(hash) {
      hash.number(command.steerRad);
      hash.number(command.accelMps2);
      hash.text(command.gear);
      hash.number(commandUs);
      suite.hashInto(hash);
      agent.hashInto(hash);
    },
  };
}
