import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProfile } from "../edge-agent/profile-loader.ts";
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import { brakeLaw, cutInLaw, mshaStopM, r157FollowingM } from "./laws.ts";

function profile(category: string, totalKg = 2000): VehicleProfile {
  const parsed = parseProfile(readFileSync(new URL("../edge-agent/profiles/ride-hail-sedan.json", import.meta.url), "utf8"), "sedan");
  if (!parsed.ok) throw new Error("the sedan's profile is broken");
  return { ...parsed.value, category, mass: { ...parsed.value.mass, totalKg } };
}

const shared = `${process.env["ATLASMESH_SHARED"] ?? "../shared"}/data/evidence`;

describe("laws", () => {
  it("following distances of UN R157 at the table's speeds, both columns", () => {
    const distances = (category: string): readonly number[] => [7.2, 10, 20, 30, 40, 50, 60].map((kmh) => Number(r157FollowingM(profile(category), kmh / 3.6).toFixed(1)));
    expect(distances("M1")).toEqual([2, 3.1, 6.7, 10.8, 15.6, 20.8, 26.7]);
    expect(distances("M3")).toEqual([2.4, 3.9, 8.9, 15, 22.2, 30.6, 40]);
  });

  it("cut-in times of (EU) 2022/1426 as the law's table prints them", () => {
    const times = (category: string): readonly number[] => [10, 20, 30, 40, 50, 60].map((kmh) => {
      const law = cutInLaw(profile(category));
      return Number((kmh / 3.6 / (2 * law.decelMps2) + law.delayS).toFixed(3));
    });
    for (const [i, s] of [0.74, 1.32, 1.9, 2.47, 3.05, 3.63].entries()) expect(Math.abs((times("M3")[i] ?? 0) - s)).toBeLessThan(0.0055);
    for (const [i, s] of [0.48, 0.71, 0.94, 1.18, 1.41, 1.64].entries()) expect(Math.abs((times("M1")[i] ?? 0) - s)).toBeLessThan(0.0055);
  });

  it("a haul truck above 400 000 lb may need 148 ft from 20 mph, the operator's second included", () => {
    expect(mshaStopM(390_000, 20 * 0.44704, 1)).toBeCloseTo(148 * 0.3048, 0);
  });

  it.skipIf(!existsSync(`${shared}/msha/table_m1.csv`))("all cells of Table M-1 within 1.3 ft (needs ATLASMESH_SHARED)", () => {
    const [, ...rows] = readFileSync(`${shared}/msha/table_m1.csv`, "utf8").trim().split("\n");
    expect(rows.length).toBe(33);
    for (const row of rows) {
      const [range, mph, feet] = row.split(",");
      const lb = Number(/\d+/.exec(range ?? "")?.[0]) + 1;
      const metres = mshaStopM(lb * 0.45359237, Number(mph) * 0.44704, 1);
      expect(Math.abs(metres / 0.3048 - Number(feet)), row).toBeLessThanOrEqual(1.3);
    }
  });

  it("each category has its own braking law, and off-road vehicles go by mass", () => {
    expect(brakeLaw(profile("M1")).stopM(60 / 3.6)).toBeCloseTo(27.6, 6);
    expect(brakeLaw(profile("N3")).stopM(40 / 3.6)).toBeCloseTo(6 + 1600 / 130, 6);
    expect(brakeLaw(profile("off-road", 390_000)).source.mark).toBe("read");
    expect(brakeLaw(profile("off-road", 1150)).source.mark).toBe("proposal");
  });
});
