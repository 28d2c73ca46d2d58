/**
 * One agent on board of one simulated vehicle: the agent's HAL on one side, sensors and the drive-by-wire unit on the
 * other. The drive-by-wire unit has its own watchdog, as real ones do: a silent agent gets a straight, gentle stop.
 */
import type { Agent } from "../../edge-agent/agent.ts";
import type { Hal, HalCommand, HalInputs } from "../../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import type { EnuFrame } from "../../fleet-core/kernel/frames.ts";
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import type { Log, Transport } from "../../fleet-core/kernel/ports.ts";
import type { Rng } from "../../fleet-core/kernel/rng.ts";
import type { TimeUs } from "../../fleet-core/kernel/time.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import type { DriveDemand } from "../physics/types.ts";
import type { MakeAgent } from "../types.ts";
import { createSensorSuite } from "../sensors/suite.ts";
import type { HalFrame } from "../sensors/frame.ts";
import type { Viewer } from "../sensors/visibility.ts";
import type { SensorSuite } from "../sensors/types.ts";

/** Age of the last agent command at which the drive-by-wire unit stops the vehicle by itself. */
const WATCHDOG_US = 300_000;
const STALL_SCALE = 1000;

export interface SlotOptions {
  readonly id: string;
  /** What the agent knows of its vehicle. */
  readonly profile: VehicleProfile;
  /** What carries the sensors; the same unless a fault was put in on purpose. */
  readonly physical: VehicleProfile;
  readonly makeAgent: MakeAgent;
  readonly map: RoadNetwork;
  readonly frame: EnuFrame;
  readonly rng: Rng;
  /** Scratch space shared by all sensors of the run. */
  readonly viewer: Viewer;
  readonly halFrame: HalFrame;
  readonly transport: Transport;
  readonly log: Log;
  readonly epochMs: number;
  readonly startUs: TimeUs;
  readonly cruiseMps: number;
}

export class VehicleSlot implements Hal {
  readonly id: string;
  readonly suite: SensorSuite;
  readonly agent: Agent;
  /** The last that the agent gave. */
  command: HalCommand = { steerRad: 0, accelMps2: 0, gear: "drive", hazard: false, indicator: "off" };
  private commandUs: number;
  private nowUs: TimeUs;
  private readonly profile: VehicleProfile;
  private readonly stallRng: Rng;
  /** Where the vehicle truly was when the agent last thought. */
  private readonly thoughtAtM = new Float64Array(2);

  constructor(options: SlotOptions) {
    const { id, profile, physical, map, frame, rng, startUs, cruiseMps } = options;
    this.id = id;
    this.profile = physical;
    this.nowUs = startUs;
    this.commandUs = startUs;
    this.suite = createSensorSuite({ profile: physical, frame, rng: rng.fork("sensors"), startUs, viewer: options.viewer, halFrame: options.halFrame });
    this.stallRng = rng.fork("stall");
    this.agent = options.makeAgent({
      vehicleId: id,
      profile,
      map,
      hal: this,
      uplink: options.transport,
      log: options.log,
      epochMs: options.epochMs,
      bootId: `${id}-1`,
      start: startUs,
      ...(cruiseMps > 0 ? { initialTask: { kind: "cruise", speedMps: cruiseMps } } : {}),
    });
  }

  read(): HalInputs {
    return this.suite.take(this.nowUs);
  }

  write(command: HalCommand): void {
    this.command = command;
    this.commandUs = this.nowUs;
  }

  /** Runs one agent tick unless the stalled computer (share 0 to 1) skips it. `x, y`: where the vehicle truly is now. */
  think(nowUs: TimeUs, stall: number, xM: number, yM: number): void {
    this.nowUs = nowUs;
    if (stall > 0 && this.stallRng.chance(Math.round(stall * STALL_SCALE), STALL_SCALE)) return;
    this.agent.tick(nowUs);
    this.thoughtAtM[0] = xM;
    this.thoughtAtM[1] = yM;
  }

  /** How far the agent's estimate was from the truth when it last thought [m]. */
  localisationErrorM(): number {
    const { estimate } = this.agent.status();
    const [dx, dy] = [estimate.xM - (this.thoughtAtM[0] as number), estimate.yM - (this.thoughtAtM[1] as number)];
    return Math.sqrt(dx * dx + dy * dy);
  }

  /** What the drive-by-wire unit does now with the last command. */
  demand(nowUs: TimeUs): DriveDemand {
    const { command } = this;
    if (nowUs - this.commandUs <= WATCHDOG_US) return command;
    return { steerRad: command.steerRad, accelMps2: -this.profile.mrm.comfortableMps2, gear: command.gear };
  }

  hashInto(hash: StateHash): void {
    hash.number(this.command.steerRad);
    hash.number(this.command.accelMps2);
    hash.text(this.command.gear);
    hash.number(this.commandUs);
    this.suite.hashInto(hash);
    this.agent.hashInto(hash);
  }
}
