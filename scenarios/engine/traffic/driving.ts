/**
 * Actors of the storyboard that a driver model drives: which controller is in charge of whom, on which domains, and the
 * speed it chooses each step. It changes speeds only: the way along the lane stays the default motion's, so an actor
 * without an active driver moves exactly as the standard says. Speed actions on a driven actor become its set speed.
 */
import { ACC_STOP_GAP_M, accAcceleration, accSightM, FOLLOW, followAcceleration } from "../../drivers/acc.ts";
import { createEncounter, timeToCollisionS } from "../../drivers/encounter.ts";
import { idmAcceleration } from "../../drivers/idm.ts";
import { followingDistanceM } from "../../drivers/r157.ts";
import { assess, brake, createReaction, createThreat, resetReaction, wishedGapM, type Reaction } from "../../drivers/reference.ts";
import { driverOfController, OWN_PROPERTY, type DriverSpec } from "../../drivers/spec.ts";
import type { Controller, ControlDomains } from "../../schema/model.ts";
import { setSpeed, type Actor } from "../actor.ts";
import { LARGE } from "../angles.ts";
import type { RoadDistances } from "../road-distance.ts";
import { createSight } from "./sight.ts";

/** How far a driver looks [m]; the reference drivers see this far, IDM too. */
const SIGHT_M = 150;
/** A danger is over, and the next one a new one, after this long without any. */
const CALM_US = 2_000_000;
/** Emergency braking: 0.85 g, reached in 0.6 s. */
const AEB_MPS2 = 0.85 * 9.81;
const AEB_RAMP_S = 0.6;
const HEAVY: ReadonlySet<string> = new Set(["bus", "truck", "semitrailer", "trailer"]);

/** What a driver keeps in mind about its actor. */
export interface Drive {
  readonly spec: DriverSpec;
  readonly reaction: Reaction | undefined;
  accelMps2: number;
  /** A danger of some time ago still holds it. */
  critical: boolean;
  calmUs: number;
  aebMps2: number;
}

/** Undefined leaves the domain as it is. */
type Switches = Pick<ControlDomains, "longitudinal">;

export interface Driving {
  /** From the command line: drives from the start, whatever the file's controllers do. */
  command(actor: Actor, spec: DriverSpec): void;
  /** The file never switches the actor's controllers: a driver of ours among them is in charge from the start. */
  begin(actor: Actor): void;
  /** A controller becomes one of the actor's; with `domains` it is switched too. */
  assign(actor: Actor, controller: Controller, domains: Switches): void;
  /** Switches the named controller, or all of the actor's. */
  activate(actor: Actor, controller: string | undefined, domains: Switches): void;
  /** Chooses the speeds for the coming step. */
  step(actors: readonly Actor[], stepUs: number): void;
}

interface Charge {
  readonly controllers: { readonly name: string; readonly spec: DriverSpec | undefined }[];
  drive: Drive | undefined;
  commanded: boolean;
}

export function createDriving(roads: RoadDistances): Driving {
  const charges = new Map<Actor, Charge>();
  const sight = createSight(roads);
  const encounter = createEncounter();
  const threat = createThreat();
  const worst = createThreat();

  function chargeOf(actor: Actor): Charge {
    let charge = charges.get(actor);
    if (charge === undefined) {
      charge = { controllers: actor.model.controllers.map(known), drive: undefined, commanded: false };
      charges.set(actor, charge);
    }
    return charge;
  }

  function take(actor: Actor, charge: Charge, spec: DriverSpec): void {
    charge.drive = { spec, reaction: spec.model.kind === "reference" ? createReaction(spec.model.driver) : undefined, accelMps2: 0, critical: false, calmUs: 0, aebMps2: 0 };
    actor.driven = true;
    actor.requestedSpeed = spec.setMps ?? actor.speed;
  }

  function release(actor: Actor, charge: Charge): void {
    charge.drive = undefined;
    actor.driven = false;
  }

  /** Only the longitudinal domain changes anything: across, every driver keeps to its lane as the default motion does. */
  function activate(actor: Actor, controller: string | undefined, domains: Switches): void {
    const charge = chargeOf(actor);
    if (charge.commanded || domains.longitudinal === undefined) return;
    const found = charge.controllers.find((c) => c.spec !== undefined && (controller === undefined || c.name === controller));
    if (found?.spec === undefined) return;
    if (!domains.longitudinal) {
      if (charge.drive?.spec === found.spec) release(actor, charge);
    } else if (charge.drive?.spec !== found.spec) take(actor, charge, found.spec);
  }

  /** The nearest one ahead on the own way, as the followers see it: gap and speed into the two fields. */
  const leader = { gapM: Infinity, mps: 0 };
  function findLeader(actor: Actor, drive: Drive, actors: readonly Actor[], rangeM: number, besideM: number): void {
    leader.gapM = Infinity;
    leader.mps = 0;
    for (const other of actors) {
      if (other === actor || !other.active || isTowed(other, actor) || !sight.look(actor, drive.accelMps2, other, rangeM, encounter)) continue;
      if (encounter.aheadM <= 0 || encounter.gapM >= leader.gapM) continue;
      if (sight.sameLane ? encounter.besideM < besideM : encounter.besideM < 0) {
        leader.gapM = encounter.gapM;
        leader.mps = Math.max(0, encounter.otherMps);
      }
    }
  }

  function choose(actor: Actor, drive: Drive, actors: readonly Actor[], stepUs: number): number {
    const { model } = drive.spec;
    const dtS = stepUs / 1e6;
    const v = actor.speed;
    const set = Math.max(0, Math.min(actor.requestedSpeed, actor.maxSpeed));
    switch (model.kind) {
      case "idm":
        findLeader(actor, drive, actors, SIGHT_M, Infinity);
        return idmAcceleration(model.idm, v, set, leader.gapM, leader.mps);
      case "acc": {
        const acc = { ...model.acc, accelMaxMps2: Math.min(model.acc.accelMaxMps2, limitOf(actor.maxAcceleration, 3)), brakeMaxMps2: limitOf(actor.maxDeceleration, model.acc.brakeMaxMps2) };
        findLeader(actor, drive, actors, accSightM(acc, v), model.besideM);
        if (leader.gapM < ACC_STOP_GAP_M) return dtS > 0 ? -v / dtS : 0;
        const a = accAcceleration(acc, v, set, leader.gapM, leader.mps);
        // Alone it lands on the set speed instead of swinging about it.
        return leader.gapM === Infinity && dtS > 0 && (v + a * dtS - set) * (v - set) < 0 ? (set - v) / dtS : a;
      }
      case "reference": {
        const { driver } = model;
        const reaction = drive.reaction as Reaction;
        worst.dangerous = false;
        worst.critical = 0;
        worst.proactive = 0;
        leader.gapM = Infinity;
        leader.mps = 0;
        let ttcS = Infinity;
        // The regulation counts a cut-in from a distance of its own, the others from the overlap.
        const comesInM = driver.kind === "reg157" ? driver.besideM : 0;
        for (const other of actors) {
          if (other === actor || !other.active || isTowed(other, actor) || !sight.look(actor, drive.accelMps2, other, SIGHT_M, encounter)) continue;
          // Oncoming traffic on its own side is no encounter of these models.
          if (encounter.besideM > 0 && encounter.otherMps < -0.5) continue;
          assess(driver, encounter, threat);
          worst.dangerous ||= threat.dangerous;
          worst.critical = Math.max(worst.critical, threat.critical);
          worst.proactive = Math.max(worst.proactive, threat.proactive);
          if (encounter.aheadM > 0 && (sight.sameLane || encounter.besideM < comesInM) && encounter.gapM < leader.gapM) {
            leader.gapM = encounter.gapM;
            leader.mps = Math.max(0, encounter.otherMps);
          }
          if (encounter.aheadM > 0 && encounter.besideM < 0) ttcS = Math.min(ttcS, timeToCollisionS(encounter.gapM, v - encounter.otherMps));
        }
        if (model.fullStop && drive.critical && v > 0) worst.dangerous = true;
        if (model.aebTtcS !== undefined && (drive.aebMps2 > 0 ? v > 0 : ttcS < model.aebTtcS)) drive.aebMps2 = Math.min(AEB_MPS2, drive.aebMps2 + (AEB_MPS2 / AEB_RAMP_S) * dtS);
        else drive.aebMps2 = 0;
        const following = model.cruise ? followAcceleration(FOLLOW, v, set, leader.gapM, leader.mps, wishedGapM(driver, v, leader.mps, followingDistanceM(HEAVY.has(actor.model.category) ? "M2M3N2N3" : "M1N1", v)), dtS) : 0;
        if (worst.dangerous) {
          drive.critical = true;
          drive.calmUs = 0;
          // Who was braking for a leader already does not let go of the brake to react.
          return Math.min(following, -brake(driver, reaction, worst, stepUs), -drive.aebMps2);
        }
        if (drive.critical) {
          drive.calmUs += stepUs;
          if (drive.calmUs >= CALM_US || v === 0) {
            drive.critical = false;
            resetReaction(driver, reaction);
          }
        }
        if (drive.aebMps2 > 0) return -drive.aebMps2;
        return following;
      }
    }
  }

  return {
    command(actor, spec) {
      const charge = chargeOf(actor);
      charge.commanded = true;
      take(actor, charge, spec);
    },
    begin(actor) {
      const own = actor.model.controllers.find((c) => c.properties.has(OWN_PROPERTY));
      if (own !== undefined) activate(actor, own.name, { longitudinal: true });
    },
    assign(actor, controller, domains) {
      const charge = chargeOf(actor);
      const next = known(controller);
      // The newly assigned one comes first: it is the one meant when none is named.
      charge.controllers.unshift(next);
      if (!charge.commanded && charge.drive !== undefined) release(actor, charge);
      activate(actor, controller.name, domains);
    },
    activate,
    step(actors, stepUs) {
      if (stepUs <= 0) return;
      for (const [actor, { drive }] of charges) {
        if (drive === undefined || !actor.active || actor.external || actor.movedAlong) continue;
        const a = choose(actor, drive, actors, stepUs);
        const next = Math.max(0, actor.speed + (a * stepUs) / 1e6);
        drive.accelMps2 = ((next - actor.speed) * 1e6) / stepUs;
        setSpeed(actor, Math.min(next, actor.maxSpeed));
      }
    },
  };
}

/** Whether `other` hangs on `actor`. */
function isTowed(other: Actor, actor: Actor): boolean {
  for (let t = actor.trailer; t !== undefined; t = t.trailer) if (t === other) return true;
  return false;
}

const limitOf = (limit: number, otherwise: number): number => (limit < LARGE ? limit : otherwise);

function known(controller: Controller): { readonly name: string; readonly spec: DriverSpec | undefined } {
  const spec = driverOfController(controller);
  return { name: controller.name, spec: spec === undefined || "error" in spec ? undefined : spec };
}
