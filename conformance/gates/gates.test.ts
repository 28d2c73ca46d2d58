import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProfile } from "../../edge-agent/profile-loader.ts";
import { detect, tryGate } from "../certify.ts";
import type { Subject } from "../types.ts";
import { gates } from "./index.ts";

const now = performance.now.bind(performance);
const folder = new URL("../../edge-agent/profiles/", import.meta.url);

function subjectOf(file: string): Subject {
  const text = readFileSync(new URL(file, folder), "utf8");
  const parsed = parseProfile(text, file);
  if (!parsed.ok) throw new Error(`${file} is broken`);
  return { claimed: parsed.value, text, physical: parsed.value };
}

const profiles = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.includes(".schema."));

describe("gates", () => {
  const all = gates(now);

  it("have ids of their own, a claim, a method, sources and plants", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const gate of all) {
      expect(gate.claim.length, gate.id).toBeGreaterThan(20);
      expect(gate.method.length, gate.id).toBeGreaterThan(20);
      expect(gate.sources.length, gate.id).toBeGreaterThan(0);
      expect(gate.plants.length, gate.id).toBeGreaterThan(0);
    }
  });

  // The quick ones here; the check's conformance step tries every plant of every gate on every vehicle.
  it.each(["kinematics.braking-law", "traffic.vru-crossing", "failures.odd-exit"].map((id, i) => [id, profiles[i] as string] as const))("%s catches all it must catch on %s", (id, file) => {
    const gate = all.find((candidate) => candidate.id === id);
    if (gate === undefined) throw new Error(`no gate ${id}`);
    const found = detect(gate, subjectOf(file));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ caught }) => !caught)).toEqual([]);
  });

  it("a plant that spoils nothing is not caught", () => {
    const [gate] = all;
    if (gate === undefined) throw new Error("no gates");
    expect(detect({ ...gate, plants: [{ name: "nothing", plant: (subject) => subject }] }, subjectOf("ride-hail-sedan.json"))).toEqual([{ gate: gate.id, plant: "nothing", caught: false }]);
  });

  it("a gate nothing was tried in has not been passed", () => {
    const [gate] = all;
    if (gate === undefined) throw new Error("no gates");
    expect(tryGate({ ...gate, cases: () => [] }, subjectOf("ride-hail-sedan.json")).outcome).toBe("failed");
  });
});
