import { describe, expect, it } from "vitest";
import { buildDigest, closureOf } from "./sources.mjs";

describe("the build's digest", () => {
  const files = closureOf(["twin/run.ts"]);

  it("is over what a run reaches: agent, physics, engine, mathematics", () => {
    for (const file of ["edge-agent/agent.ts", "twin/physics/raycast.ts", "scenarios/engine/player.ts", "fleet-core/kernel/math/index.ts", "fleet-core/road/network.ts", "fleet-core/core.ts"]) expect(files).toContain(file);
  });

  it("is not over servers, reports and tests", () => {
    expect(files.filter((file) => /\/adapters\/|\.test\.ts$|^conformance\/|^ci\/|^web\//.test(file))).toEqual([]);
    expect(buildDigest()).toMatch(/^[0-9a-f]{64}$/);
  });
});
