/** Profiles for the tests of this room: those of the repository, read from disk, and variants of them. Tests only. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { vehicleProfileSchema, type VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";

const folder = fileURLToPath(new URL("../../edge-agent/profiles/", import.meta.url));

export function readProfiles(): readonly VehicleProfile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .sort()
    .map((name) => vehicleProfileSchema.parse(JSON.parse(readFileSync(folder + name, "utf8"))));
}

export function readProfile(id: string): VehicleProfile {
  const found = readProfiles().find((p) => p.id === id);
  invariant(found !== undefined, `there is no profile "${id}"`);
  return found;
}

/** A rigid three-axle truck made from the bus: tandem 3 m apart, so that its scrub shows; dual tyres on the first of the two. */
export function threeAxles(): VehicleProfile {
  const bus = readProfile("public-transit-bus");
  const [front, rear] = bus.axles;
  invariant(front !== undefined && rear !== undefined, "the bus has two axles");
  return { ...bus, id: "three-axles", axles: [front, { ...rear, xM: 1.5, tyres: 4 }, { ...rear, xM: -1.5, tyres: 2, driven: false }] };
}
