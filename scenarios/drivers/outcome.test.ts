/** Public files that name a driver model: what becomes of the driven car here and in the peer player. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { loadShared, sharedList, sharedMissing, sharedScenarios } from "../peer/test-shared.ts";
import { boxDistanceM, compareOutcome } from "./outcome.ts";

const truth = (source: string, name: string): string | undefined => {
  const file = join(sharedScenarios, source, "gt", `${name}.csv.gz`);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString("utf8") : undefined;
};

describe("distance of boxes", () => {
  const box = { lengthM: 4, widthM: 2, centreXM: 1, centreYM: 0 };
  it("is 0 for overlapping ones and the way between outlines otherwise", () => {
    const at = (xM: number, yM: number, headingRad = 0): { xM: number; yM: number; headingRad: number } => ({ xM, yM, headingRad });
    expect(boxDistanceM(box, at(0, 0), box, at(3, 1))).toBe(0);
    expect(boxDistanceM(box, at(0, 0), box, at(10, 0))).toBe(6);
    expect(boxDistanceM(box, at(0, 0), box, at(7, 6))).toBe(5);
  });
});

const RECOGNISED = ["alks_cut-in", "alks_cut-out", "alks_decelerate", "alks_pedestrian", "alks_r157_cut_in_quick_brake", "esmini-unit__alks_r157_quick_stop_test", "esmini-unit__alks_r157_test"];

describe.skipIf(sharedMissing !== undefined)(`outcome of reference drivers in public files${sharedMissing === undefined ? "" : `: left out, ${sharedMissing}`}`, () => {
  it("collides exactly where the peer's driver collides", () => {
    const lines: string[] = [];
    const different: string[] = [];
    for (const s of sharedList("esmini")) {
      if (!RECOGNISED.includes(s.name)) continue;
      const rows = truth("esmini", s.name);
      const loaded = loadShared(s, { lenient: true }).scenario;
      if (rows === undefined || loaded === undefined) {
        different.push(`${s.name}: not loaded`);
        continue;
      }
      const c = compareOutcome(loaded, rows, "Ego");
      lines.push(`${s.name}: collided ${c.ours.collided}/${c.peer.collided}, smallest gap ${c.ours.minGapM.toFixed(2)}/${c.peer.minGapM.toFixed(2)} m, end ${c.ours.endMps.toFixed(2)}/${c.peer.endMps.toFixed(2)} m/s, speed rms ${c.speedRmsMps.toFixed(2)} m/s over ${c.rows} rows`);
      if (c.ours.collided !== c.peer.collided) different.push(lines[lines.length - 1] ?? "");
    }
    console.info(lines.join("\n"));
    expect(lines.length).toBe(RECOGNISED.length);
    expect(different).toEqual([]);
  });
});
