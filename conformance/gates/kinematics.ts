/** The vehicle moves as its profile says: braking, acceleration, turning, grip, slopes, actuators. */
import { brakingRunM, checkAll, type MakeModel } from "../../twin/physics/closed-form.ts";
import { frictionOf } from "../../twin/physics/formulas.ts";
import { createRaycast } from "../../twin/physics/raycast.ts";
import { brakeLaw } from "../laws.ts";
import { vehicle, WEAK_BRAKES } from "../plants.ts";
import { atMost, type Gate, type Subject } from "../types.ts";

/** The physical vehicle, whatever profile is asked for. */
const model = (subject: Subject): MakeModel => () => createRaycast(subject.physical);

export const kinematicEnvelope: Gate = {
  id: "kinematics.envelope",
  title: "Kinematic envelope",
  claim: "Braking, acceleration, turning, grip, slopes and actuators are those of the profile.",
  sources: [{ text: "closed forms of vehicle dynamics; tolerances of 1 to 5 %", mark: "proposal" }],
  method: "The vehicle's dynamics drive each manoeuvre on a plane; the figure is compared with the closed form of the profile.",
  without: () => undefined,
  cases: () => [{
    name: "manoeuvres",
    odd: ["surface"],
    run: (subject) => ({
      measures: checkAll(subject.claimed, model(subject)).map((check) => atMost(`${check.name}: ${check.measured.toFixed(3)} against ${check.expected.toFixed(3)} ${check.unit}`, Math.abs(check.measured - check.expected), check.tolerance, check.unit)),
      facts: [],
      runs: [],
    }),
  }],
  plants: [
    WEAK_BRAKES,
    vehicle("brakes that answer half a second later", (p) => ({ ...p, brake: { ...p.brake, deadTimeS: p.brake.deadTimeS + 0.5 } })),
    vehicle("steering at half its rate", (p) => ({ ...p, steering: { ...p.steering, rateRadpsMax: 0.5 * p.steering.rateRadpsMax } })),
    vehicle("half the drive power and force", (p) => ({ ...p, drive: { ...p.drive, powerWMax: 0.5 * p.drive.powerWMax, forceNMax: 0.5 * p.drive.forceNMax } })),
  ],
};

export const brakingLaw: Gate = {
  id: "kinematics.braking-law",
  title: "Service braking",
  claim: "From its greatest operational speed the vehicle comes to rest within the way its category allows.",
  sources: [
    { text: "UN R13-H (M1, N1), UN R13 (M2, M3, N2, N3): service braking", mark: "memory" },
    { text: "30 CFR 56/57.14101 Table M-1 (heavy off-road)", mark: "read" },
    { text: "3.5 m/s2 after 0.5 s (light off-road)", mark: "proposal" },
  ],
  method: "Full braking on a dry road from the profile's speed limit, measured on the vehicle's dynamics.",
  without: () => undefined,
  cases: (profile) => [{
    name: `from ${(profile.limits.speedMps * 3.6).toFixed(0)} km/h`,
    odd: ["surface", "speed"],
    run: (subject) => {
      const { claimed } = subject;
      const law = brakeLaw(claimed);
      const { metres, fromMps } = brakingRunM(claimed, model(subject), claimed.limits.speedMps, frictionOf(claimed, "dry"));
      return { measures: [atMost(`way to rest from ${(fromMps * 3.6).toFixed(1)} km/h, ${law.source.text}`, metres, law.stopM(fromMps), "m")], facts: [], runs: [] };
    },
  }],
  plants: [
    vehicle("brakes with 40 % of their force", (p) => ({ ...p, brake: { ...p.brake, decelMps2Max: 0.4 * p.brake.decelMps2Max } })),
    vehicle("brakes that answer two seconds later", (p) => ({ ...p, brake: { ...p.brake, deadTimeS: p.brake.deadTimeS + 2 } })),
  ],
};
