/** Faults put in on purpose, shared by gates: vehicles that are not what their profile says, agents that misbehave. */
import { createAgent, type Agent, type AgentOptions } from "../edge-agent/agent.ts";
import type { HalCommand, HalInputs } from "../edge-agent/hal/types.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { Plant, Subject } from "./types.ts";

/** The vehicle really is `change`d; its profile does not say so. */
export const vehicle = (name: string, change: (p: VehicleProfile) => VehicleProfile): Plant => ({
  name,
  plant: (subject) => ({ ...subject, physical: change(subject.physical) }),
});

/** An agent whose commands pass through `spoil` on their way to the vehicle. `nowUs` is the tick's time. */
export const commands = (name: string, spoil: (command: HalCommand, nowUs: number, profile: VehicleProfile) => HalCommand): Plant => ({
  name,
  plant: (subject) => around(subject, (options, now) => ({ ...options, hal: { read: () => options.hal.read(), write: (command) => options.hal.write(spoil(command, now(), options.profile)) } })),
});

/** An agent that is shown something else than the sensors say. */
export const readings = (name: string, spoil: (read: HalInputs, nowUs: number) => HalInputs): Plant => ({
  name,
  plant: (subject) => around(subject, (options, now) => ({ ...options, hal: { read: () => spoil(options.hal.read(), now()), write: (command) => options.hal.write(command) } })),
});

/** An agent that believes another profile. */
export const belief = (name: string, change: (p: VehicleProfile) => VehicleProfile): Plant => ({
  name,
  plant: (subject) => around(subject, (options) => ({ ...options, profile: change(options.profile) })),
});

/** Wraps the agent itself. */
export const agent = (name: string, wrap: (agent: Agent, options: AgentOptions) => Agent): Plant => ({
  name,
  plant: (subject) => {
    const make = subject.makeAgent ?? createAgent;
    return { ...subject, makeAgent: (options) => wrap(make(options), options) };
  },
});

function around(subject: Subject, change: (options: AgentOptions, nowUs: () => number) => AgentOptions): Subject {
  const make = subject.makeAgent ?? createAgent;
  return {
    ...subject,
    makeAgent: (options) => {
      let nowUs = options.start as number;
      const inner = make(change(options, () => nowUs));
      return { ...inner, tick: (now) => {
        nowUs = now;
        inner.tick(now);
      } };
    },
  };
}

export const WEAK_BRAKES = vehicle("brakes with 60 % of their force", (p) => ({ ...p, brake: { ...p.brake, decelMps2Max: 0.6 * p.brake.decelMps2Max } }));
export const NEVER_BRAKES = commands("an agent that never brakes", (c) => ({ ...c, accelMps2: Math.max(0, c.accelMps2) }));
