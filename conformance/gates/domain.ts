/** The claimed operational domain, cell by cell: surfaces, rain, fog, night. Each cell is tried where it matters: stopping behind others. */
import type { VehicleProfile } from "../../fleet-core/contract/profile.ts";
import { NEVER_BRAKES, vehicle } from "../plants.ts";
import type { Weather } from "../proving/scenario.ts";
import type { Gate, GateCase } from "../types.ts";
import { leadBrakesCase } from "./traffic.ts";

/** Words of ISO 34503's taxonomy with the profile's figures: what a certificate can list. */
export const surfaceCell = (surface: string): string => `drivable area surface: ${surface}`;
export const rainCell = (p: VehicleProfile): string => `rainfall: up to ${p.odd.rainMmphMax} mm/h`;
export const fogCell = (p: VehicleProfile): string => `fog: sight of ${p.odd.fogVisibilityMMin} m or more`;
export const NIGHT_CELL = "illumination: night";
export const speedCell = (p: VehicleProfile): string => `subject vehicle speed: up to ${(p.limits.speedMps * 3.6).toFixed(0)} km/h`;

/** Every cell the profile claims. */
export const claimedCells = (p: VehicleProfile): readonly string[] => [
  ...p.odd.surfaces.map(surfaceCell),
  speedCell(p),
  rainCell(p),
  fogCell(p),
  ...(p.odd.night ? [NIGHT_CELL] : []),
];

export const claimedDomain: Gate = {
  id: "domain.claimed-cells",
  title: "Claimed operational domain",
  claim: "On every claimed surface, in rain, fog and at night up to the claimed limits, a lead that brakes is not hit.",
  sources: [{ text: "certified domain = union of passed cells; cells in the words of ISO 34503", mark: "proposal" }],
  method: "The lead brakes with 6 m/s2 (as hard as the surface lets it) on each surface, and on the first surface in each weather.",
  without: () => undefined,
  cases: (profile) => {
    const weather = (name: string, cell: string, w: Omit<Weather, "atS">): GateCase => leadBrakesCase(profile, { name, odd: [cell], share: 1, weather: [{ atS: 0.1, ...w }] });
    return [
      ...profile.odd.surfaces.map((surface) => leadBrakesCase(profile, { name: `on ${surface}`, odd: [surfaceCell(surface), speedCell(profile)], share: 1, surface })),
      weather(`rain ${(0.9 * profile.odd.rainMmphMax).toFixed(1)} mm/h`, rainCell(profile), { rainMmph: 0.9 * profile.odd.rainMmphMax }),
      weather(`sight ${(1.15 * profile.odd.fogVisibilityMMin).toFixed(0)} m`, fogCell(profile), { fogVisibilityM: 1.15 * profile.odd.fogVisibilityMMin }),
      ...(profile.odd.night ? [weather("night", NIGHT_CELL, { night: true })] : []),
    ];
  },
  plants: [NEVER_BRAKES, vehicle("tyres with a tenth of their grip", (p) => ({ ...p, tyre: { ...p.tyre, friction: Object.fromEntries(Object.entries(p.tyre.friction).map(([surface, row]) => [surface, { dry: 0.1 * row.dry, wet: 0.1 * row.wet, snow: 0.1 * row.snow, ice: 0.1 * row.ice }])) } }))],
};
