import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { codeLines, variantReport } from "./variants.ts";

const shared = `export const a = 1;\n${"export const x = 1;\n".repeat(96)}`;

describe("the variant budget", () => {
  it("counts code that only one class reaches, and whom it belongs to", () => {
    const sources = new Map([
      ["edge-agent/agent.ts", shared],
      ["edge-agent/drivers/bus/doors.ts", 'import { ramp } from "./ramp.ts";\nimport { a } from "../../agent.ts";\nexport const doors = ramp + a;\n'],
      ["edge-agent/drivers/bus/ramp.ts", "export const ramp = 1;\n"],
    ]);
    const report = variantReport(sources, ["bus", "truck"]);
    expect(report.classes.map(({ vehicleClass, lines, files }) => [vehicleClass, lines, files.map(({ path }) => path)])).toEqual([
      ["bus", 4, ["edge-agent/drivers/bus/doors.ts", "edge-agent/drivers/bus/ramp.ts"]],
      ["truck", 0, []],
    ]);
    expect(report.pass).toBe(true);
  });

  it("refuses more than a twentieth", () => {
    const report = variantReport(new Map([["edge-agent/agent.ts", shared], ["edge-agent/drivers/bus/doors.ts", "export const d = 1;\n".repeat(6)]]), ["bus"]);
    expect(report.classes[0]?.ratio).toBeCloseTo(6 / 103, 9);
    expect(report.pass).toBe(false);
  });

  it("code two classes share counts for neither", () => {
    const sources = new Map([
      ["edge-agent/agent.ts", shared],
      ["edge-agent/drivers/bus/doors.ts", 'import "../trailer.ts";\n'],
      ["edge-agent/drivers/truck/dump.ts", 'import "../trailer.ts";\n'],
      ["edge-agent/drivers/trailer.ts", "export const t = 1;\n".repeat(50)],
    ]);
    expect(variantReport(sources, ["bus", "truck"]).classes.map(({ lines }) => lines)).toEqual([1, 1]);
  });

  it("finds a variant in disguise", () => {
    const report = variantReport(new Map([["edge-agent/planner.ts", 'const slow =\n  profile.class === "bus";\n']]), ["bus"]);
    expect(report.disguised).toEqual([{ path: "edge-agent/planner.ts", line: 2, vehicleClass: "bus" }]);
    expect(report.pass).toBe(false);
  });

  it("comments and blank lines are no code", () => {
    expect(codeLines("/** a\n * b\n */\n\n// c\nconst d = 1; // e\n/* f */ const g = 2;\n")).toBe(2);
  });

  it("holds for the agent as it is", () => {
    const root = new URL("../", import.meta.url);
    const sources = new Map<string, string>();
    const walk = (folder: string): void => {
      for (const name of readdirSync(new URL(folder, root))) {
        const path = `${folder}${name}`;
        if (statSync(new URL(path, root)).isDirectory()) walk(`${path}/`);
        else if (name.endsWith(".ts") && !/\.(test|prop\.test|sim\.test)\.ts$/.test(name) && !name.startsWith("test-")) sources.set(path, readFileSync(new URL(path, root), "utf8"));
      }
    };
    walk("edge-agent/");
    const classes = readdirSync(new URL("edge-agent/profiles/", root)).filter((name) => name.endsWith(".json") && !name.includes(".schema.")).map((name) => (JSON.parse(readFileSync(new URL(`edge-agent/profiles/${name}`, root), "utf8")) as { class: string }).class);
    const report = variantReport(sources, classes);
    expect(report.disguised).toEqual([]);
    expect(report.classes.filter(({ ratio }) => ratio > report.limitRatio)).toEqual([]);
    expect(report.totalLines).toBeGreaterThan(1000);
  });
});
