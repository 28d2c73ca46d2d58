/**
 * Reads a vehicle profile: JSON text in, trusted `VehicleProfile` or a list of what is wrong and where out. Checks what
 * the schema cannot say (fields that must agree with each other). Must never mend a profile or fill in a default.
 */
import { z } from "zod";
import { lineColumn, parseJson, placeKey, type JsonPlace } from "../fleet-core/contract/json-syntax.ts";
import { decodeJson, fieldPath } from "../fleet-core/contract/json.ts";
import { vehicleProfileSchema, type VehicleProfile } from "../fleet-core/contract/profile.ts";
import { err, ok, type Diagnostic, type Result } from "../fleet-core/kernel/result.ts";
import { G_MPS2 } from "../fleet-core/kernel/units.ts";

/** A profile is a page of text; more is somebody else's file. */
export const PROFILE_CHARS_MAX = 200_000;
const LIMITS = { bytes: PROFILE_CHARS_MAX, depth: 16 };

type Path = readonly (string | number)[];
type Check = (path: Path, good: boolean, message: string, expected: string) => void;

/** `file` only labels the diagnostics, which give line, column, field and what was expected. */
export function parseProfile(text: string, file: string): Result<VehicleProfile, Diagnostic[]> {
  const parsed = decodeJson(text, vehicleProfileSchema, file, LIMITS);
  if (!parsed.ok) return err([...parsed.error]);
  const profile: VehicleProfile = parsed.value;
  const found: { path: Path; message: string; expected: string }[] = [];
  const check: Check = (path, good, message, expected) => {
    if (!good) found.push({ path, message, expected });
  };
  checkGeometry(profile, check);
  checkDynamics(profile, check);
  checkNames(profile, check);
  for (const [i, source] of profile.sources.entries()) {
    check(["sources", i, "field"], hasField(profile, source.field), `there is no field "${source.field}"`, "the dotted path of a field of this profile");
  }
  if (found.length === 0) return ok(profile);
  const places = new Map<string, JsonPlace>();
  parseJson(text, file, LIMITS, places);
  return err(found.map(({ path, message, expected }): Diagnostic => {
    const place = places.get(placeKey(path));
    return { severity: "error", file, ...(place === undefined ? {} : lineColumn(text, place.valueAt)), path: fieldPath(path), message, expected, rule: "profile.cross-field" };
  }));
}

/** JSON Schema (2020-12) of a profile, as published in `profiles/vehicle-profile.schema.json`. */
export function profileJsonSchemaText(): string {
  const schema = z.toJSONSchema(vehicleProfileSchema);
  return `${JSON.stringify({ $id: "atlasmesh.vehicle-profile/1", title: "AtlasMesh vehicle profile v1", ...schema }, null, 2)}\n`;
}

function checkGeometry(p: VehicleProfile, check: Check): void {
  const { lengthM, widthM, heightM, wheelbaseM, rearOverhangM, cgHeightM, cgToRearAxleM } = p.geometry;
  let front = -Infinity;
  let rear = Infinity;
  for (const [i, axle] of p.axles.entries()) {
    front = axle.xM > front ? axle.xM : front;
    rear = axle.xM < rear ? axle.xM : rear;
    check(["axles", i, "trackM"], axle.trackM < widthM, `track ${axle.trackM} m is not inside the width`, `less than geometry.widthM (${widthM})`);
  }
  const middle = p.axles.filter((axle) => !axle.steered).reduce((sum, axle, _i, all) => sum + axle.xM / all.length, 0);
  check(["axles"], p.axles.some((a) => !a.steered) && Math.abs(middle) < 0.001, `the fixed axles stand around x = ${middle} m`, "0, because the origin is mid rear axle (or mid bogie)");
  check(["geometry", "wheelbaseM"], Math.abs(front - wheelbaseM) < 0.001, `wheelbase ${wheelbaseM} m is not the distance of the front axle (${front} m) from the origin`, String(front));
  check(["geometry", "lengthM"], rearOverhangM + wheelbaseM <= lengthM && -rear <= rearOverhangM, `rear overhang ${rearOverhangM} m and wheelbase ${wheelbaseM} m do not fit the length ${lengthM} m`, "rearOverhangM + wheelbaseM at most lengthM");
  check(["geometry", "cgToRearAxleM"], cgToRearAxleM < wheelbaseM, `the centre of gravity lies ${cgToRearAxleM} m ahead of the rear axle`, `inside the wheelbase (0 to ${wheelbaseM})`);
  check(["geometry", "cgHeightM"], cgHeightM < heightM, `the centre of gravity lies at ${cgHeightM} m`, `below the roof (${heightM})`);
  check(["axles"], p.axles.some((a) => a.driven), "no axle is driven", "at least one axle with driven: true");
  check(["axles"], p.axles.some((a) => a.steered), "no axle is steered", "at least one axle with steered: true");
  const box = (p.mass.totalKg * (lengthM * lengthM + widthM * widthM)) / 12;
  const share = p.mass.yawInertiaKgm2 / box;
  check(["mass", "yawInertiaKgm2"], share > 0.3 && share < 2, `${p.mass.yawInertiaKgm2} kg m2 is ${share.toPrecision(3)} of a homogeneous box`, `between 0.3 and 2 of ${Math.round(box)}`);
}

function checkDynamics(p: VehicleProfile, check: Check): void {
  const { drive, brake, limits, mrm, energy } = p;
  check(["limits", "speedMps"], limits.speedMps <= drive.speedMpsMax, `${limits.speedMps} m/s is more than the drive gives`, `at most drive.speedMpsMax (${drive.speedMpsMax})`);
  const v = limits.speedMps;
  const resistance = p.mass.totalKg * G_MPS2 * p.tyre.rollingCoefficient + 0.5 * 1.225 * p.dragAreaM2 * v * v;
  check(["drive", "powerWMax"], resistance * v <= drive.powerWMax && resistance <= drive.forceNMax, `${drive.powerWMax} W cannot hold limits.speedMps`, `at least ${Math.round(resistance * v)} W and ${Math.round(resistance)} N for ${v} m/s on the level`);
  check(["limits", "decelMps2"], limits.decelMps2 <= brake.decelMps2Max, `${limits.decelMps2} m/s2 is more than the brakes give`, `at most brake.decelMps2Max (${brake.decelMps2Max})`);
  check(["mrm", "emergencyMps2"], mrm.emergencyMps2 <= brake.decelMps2Max, `${mrm.emergencyMps2} m/s2 is more than the brakes give`, `at most brake.decelMps2Max (${brake.decelMps2Max})`);
  check(["mrm", "comfortableMps2"], mrm.comfortableMps2 <= mrm.emergencyMps2, "a comfortable stop is harder than an emergency stop", `at most mrm.emergencyMps2 (${mrm.emergencyMps2})`);
  check(["mrm", "linkMrmS"], mrm.linkDegradedS < mrm.linkMrmS, `manoeuvre after ${mrm.linkMrmS} s of silence`, `later than mrm.linkDegradedS (${mrm.linkDegradedS})`);
  check(["energy", "socReserve"], energy.socReserve < energy.socInitial, `the vehicle starts at ${energy.socInitial}, inside its reserve`, `less than energy.socInitial (${energy.socInitial})`);
  check(["drive", "efficiency"], drive.efficiency > 0, "no energy reaches the wheels", "more than 0");
  for (const [surface, row] of Object.entries(p.tyre.friction)) {
    check(["tyre", "friction", surface], row.wet <= row.dry && row.snow <= row.wet && row.ice <= row.snow, "friction must fall from dry over wet and snow to ice", "dry >= wet >= snow >= ice");
  }
  for (const [i, surface] of p.odd.surfaces.entries()) {
    const row = p.tyre.friction[surface];
    check(["odd", "surfaces", i], row !== undefined, `no friction is given for "${surface}"`, `one of ${Object.keys(p.tyre.friction).join(", ")}`);
    if (row === undefined) continue;
    check(["limits", "lateralMps2"], limits.lateralMps2 < row.wet * G_MPS2, `${limits.lateralMps2} m/s2 cannot be had on wet ${surface}`, `less than ${(row.wet * G_MPS2).toPrecision(3)}`);
  }
}

function checkNames(p: VehicleProfile, check: Check): void {
  const sensors = new Set<string>([p.sensors.gnss.id]);
  const sensor = (id: string, path: Path): void => {
    check(path, !sensors.has(id), `sensor id "${id}" is used twice`, "each sensor id once");
    sensors.add(id);
  };
  sensor(p.sensors.imu.id, ["sensors", "imu", "id"]);
  sensor(p.sensors.odometry.id, ["sensors", "odometry", "id"]);
  const chance = (part: { readonly numerator: number; readonly denominator: number }, path: Path): void =>
    check(path, part.numerator <= part.denominator, `${part.numerator}/${part.denominator} is not a probability`, "numerator at most denominator");
  for (const [i, s] of p.sensors.objects.entries()) {
    sensor(s.id, ["sensors", "objects", i, "id"]);
    chance(s.miss, ["sensors", "objects", i, "miss"]);
    check(["sensors", "objects", i, "fovRad"], s.fovRad <= 6.283186, `${s.fovRad} rad is more than a full turn`, "at most 6.2832");
  }
  const links = new Set<string>();
  for (const [i, l] of p.links.entries()) {
    check(["links", i, "id"], !links.has(l.id), `link id "${l.id}" is used twice`, "each link id once");
    links.add(l.id);
    chance(l.loss, ["links", i, "loss"]);
    chance(l.reorder, ["links", i, "reorder"]);
  }
}

function hasField(root: unknown, path: string): boolean {
  let value = root;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return true;
}
