import fc from "fast-check";
import { expect, test } from "vitest";
import { parseOpenDrive } from "./open-drive.ts";
import { fixtureNames, fixtureText } from "./test-fixtures.ts";

const texts = fixtureNames.map(fixtureText);
const values = ["", "0", "-1", "1e9", "-1e9", "1e308", "NaN", "0.5", "100", "x", "start", "end", "junction", "true", "1e-300"];

/** One way to spoil a map: an attribute's value, an element's name, or a cut-out piece. */
const spoil = fc.tuple(fc.integer({ min: 0, max: texts.length - 1 }), fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 })).map(([which, changes]) => {
  let text = texts[which] as string;
  for (const [kind, where, what] of changes) {
    if (kind === 0) {
      const all = [...text.matchAll(/="([^"]*)"/g)];
      const m = all[where % all.length];
      if (m !== undefined) text = `${text.slice(0, m.index)}="${values[what % values.length]}"${text.slice(m.index + m[0].length)}`;
    } else if (kind === 1) {
      // A whole self-closing element goes.
      const all = [...text.matchAll(/<\w+[^<>]*\/>/g)];
      const m = all[where % all.length];
      if (m !== undefined) text = text.slice(0, m.index) + text.slice(m.index + m[0].length);
    } else {
      const at = where % text.length;
      text = text.slice(0, at) + text.slice(at + 1 + (what % 40));
    }
  }
  return text;
});

test("a spoiled map is either refused with a place or usable, never a crash", () => {
  let refused = 0;
  let used = 0;
  fc.assert(
    fc.property(spoil, fc.boolean(), (text, lenient) => {
      const { network, diagnostics } = parseOpenDrive(text, "spoiled.xodr", { lenient });
      const errors = diagnostics.filter((d) => d.severity === "error");
      expect(network === undefined).toBe(errors.length > 0);
      for (const d of diagnostics) expect(d.line).toBeGreaterThan(0);
      if (network === undefined) {
        refused += 1;
        return;
      }
      used += 1;
      for (const road of network.roads) {
        const half = 0.5 * (network.roadLengthM(road) as number);
        for (const lane of network.lanesAt(road, half)) {
          const p = network.pointOfLane({ road, lane: lane.lane, sM: half, offsetM: 0 });
          expect([p?.xM, p?.yM, p?.zM, p?.headingRad, p?.pitchRad, p?.rollRad].every((v) => Number.isFinite(v))).toBe(true);
          const path = network.straightOn({ road, lane: lane.lane, sM: half, offsetM: 0 }, 50);
          expect(path.xM.every((v) => Number.isFinite(v)) && path.curvature.every((v) => Number.isFinite(v))).toBe(true);
        }
      }
      const { bounds } = network.mesh();
      expect(Number.isFinite(bounds.minX + bounds.maxY)).toBe(true);
      network.locate(bounds.minX, bounds.minY);
    }),
    { numRuns: 300 },
  );
  // Both outcomes happen, or the test would prove nothing.
  expect(refused).toBeGreaterThan(20);
  expect(used).toBeGreaterThan(20);
});
