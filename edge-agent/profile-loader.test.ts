import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../fleet-core/kernel/result.ts";
import { parseProfile, profileJsonSchemaText, PROFILE_CHARS_MAX } from "./profile-loader.ts";

const folder = new URL("./profiles/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json")).sort();
const textOf = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const sedan = textOf("ride-hail-sedan.json");

type Tree = { [key: string]: Tree } & { [index: number]: Tree };
/** The sedan with one planted change. */
function changed(change: (profile: Tree) => void): string {
  const tree = JSON.parse(sedan) as Tree;
  change(tree);
  return JSON.stringify(tree, null, 2);
}
function problems(text: string): string[] {
  const result = parseProfile(text, "p.json");
  return result.ok ? [] : result.error.map(formatDiagnostic);
}

describe("the six profiles", () => {
  test("are six, and each file is named after its id", () => {
    expect(names).toEqual(["defense-vehicle.json", "light-industrial-utv.json", "mine-haul-truck.json", "public-transit-bus.json", "ride-hail-sedan.json", "terminal-tractor.json"]);
    for (const name of names) {
      const result = parseProfile(textOf(name), name);
      expect(result.ok ? `${result.value.id}.json` : result.error.map(formatDiagnostic)).toBe(name);
    }
  });

  // Own gate table (speed, service brake, lag, manoeuvre deceleration), checked figure by figure.
  test.each([
    ["light-industrial-utv", 25, 3.5, 0.5, 2.4],
    ["terminal-tractor", 40, 5.0, 0.6, 4.0],
    ["mine-haul-truck", 50, 2.94, 2.5, 2.0],
    ["defense-vehicle", 70, 5.0, 0.6, 4.0],
    ["ride-hail-sedan", 60, 6.43, 0.35, 4.0],
    ["public-transit-bus", 50, 5.0, 0.6, 2.4],
  ])("%s stays inside the gate table", (id, kph, brake, lagS, mrm) => {
    const result = parseProfile(textOf(`${id}.json`), id);
    if (!result.ok) throw new Error("unreadable");
    const p = result.value;
    expect(p.limits.speedMps).toBeLessThanOrEqual(kph / 3.6);
    expect(p.brake.decelMps2Max).toBeGreaterThanOrEqual(brake);
    expect(p.brake.deadTimeS + p.brake.buildUpS / 2).toBeLessThanOrEqual(lagS + 1e-9);
    expect(p.mrm.emergencyMps2).toBeLessThanOrEqual(mrm);
  });

  test("the bus keeps combined comfort acceleration below 2.4 m/s2 for standing passengers", () => {
    const result = parseProfile(textOf("public-transit-bus.json"), "bus");
    if (!result.ok) throw new Error("unreadable");
    const { accelMps2, decelMps2, lateralMps2 } = result.value.limits;
    const hardest = Math.max(accelMps2, decelMps2);
    expect(Math.sqrt(hardest * hardest + lateralMps2 * lateralMps2)).toBeLessThan(2.4);
  });
});

describe("a wrong profile is refused with place and expectation", () => {
  test("JSON syntax errors carry line and column", () => {
    expect(problems('{\n  "schema": "x",\n  "id": nope\n}')[0]).toMatch(/^p\.json:3:9: error: /);
    expect(problems(sedan.slice(0, 200))[0]).toMatch(/^p\.json:\d+:\d+: error: /);
    expect(problems("")[0]).toMatch(/^p\.json:1:1: error: /);
    expect(problems("[".repeat(100))).toHaveLength(1);
  });

  test("schema errors name field, place and expectation", () => {
    const text = changed((p) => { (p as Record<string, unknown>)["wheels"] = 4; (p["mass"] as Record<string, unknown>)["totalKg"] = "heavy"; });
    const lines = problems(text);
    expect(lines.some((l) => /^p\.json:\d+:\d+: error: mass\.totalKg: is "heavy" \(expected a number\)$/.test(l)), lines.join("\n")).toBe(true);
    expect(lines.some((l) => l.includes("wheels: is not a known field"))).toBe(true);
  });

  test("a file beyond the size limit is not read", () => {
    expect(problems(" ".repeat(PROFILE_CHARS_MAX + 1))[0]).toContain("at most 200000");
  });

  const set = (p: Tree, path: string, value: unknown): void => {
    const parts = path.split(".");
    const last = parts.pop() as string;
    let node = p as unknown as Record<string, unknown>;
    for (const part of parts) node = node[part] as Record<string, unknown>;
    node[last] = value;
  };
  test.each<[string, unknown, string]>([
    ["geometry.wheelbaseM", 2.6, "is not the distance of the front axle"],
    ["axles.1.xM", 0.5, "fixed axles stand around x = 0.5 m"],
    ["axles.0.trackM", 2.2, "not inside the width"],
    ["geometry.cgToRearAxleM", 3.2, "centre of gravity lies 3.2 m ahead"],
    ["geometry.cgHeightM", 3, "centre of gravity lies at 3 m"],
    ["geometry.lengthM", 3, "do not fit the length"],
    ["axles.1.driven", false, "no axle is driven"],
    ["axles.0.steered", false, "no axle is steered"],
    ["mass.yawInertiaKgm2", 34000, "of a homogeneous box"],
    ["limits.speedMps", 60, "more than the drive gives"],
    ["drive.powerWMax", 3000, "cannot hold limits.speedMps"],
    ["limits.decelMps2", 9, "more than the brakes give"],
    ["mrm.emergencyMps2", 9, "more than the brakes give"],
    ["mrm.comfortableMps2", 5, "harder than an emergency stop"],
    ["mrm.linkDegradedS", 9, "later than mrm.linkDegradedS"],
    ["energy.socReserve", 0.9, "inside its reserve"],
    ["drive.efficiency", 0, "no energy reaches the wheels"],
    ["tyre.friction.asphalt.wet", 1.2, "friction must fall"],
    ["odd.surfaces", ["lava"], 'no friction is given for "lava"'],
    ["limits.lateralMps2", 7, "cannot be had on wet"],
    ["sensors.imu.id", "gnss", 'sensor id "gnss" is used twice'],
    ["sensors.objects.1.id", "lidar-roof", "used twice"],
    ["sensors.objects.0.fovRad", 7, "more than a full turn"],
    ["sensors.objects.0.miss.numerator", 500, "is not a probability"],
    ["links.1.id", "nr", 'link id "nr" is used twice'],
    ["links.0.loss.numerator", 5000, "is not a probability"],
    ["sources.0.field", "geometry.wingspanM", 'there is no field "geometry.wingspanM"'],
  ])("%s = %j", (path, value, message) => {
    const lines = problems(changed((p) => set(p, path, value)));
    expect(lines.some((line) => line.includes(message) && /^p\.json:\d+:\d+: error: /.test(line)), lines.join("\n")).toBe(true);
  });
});

test("the published JSON Schema is the one generated from the contract", async () => {
  await expect(profileJsonSchemaText()).toMatchFileSnapshot("./profiles/vehicle-profile.schema.json");
});
