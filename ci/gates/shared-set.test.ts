/** The list of outside scenarios: nothing that loads is missed, nothing that does not is passed over in silence. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { distribution, leadBrakes } from "../../scenarios/sweep/test-sweep.ts";
import { scenarioText, straightMap } from "../../scenarios/test-files.ts";
import { setOf } from "./node-run.ts";
import { specOf } from "./execute.ts";
import { loadShared } from "./shared-set.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-shared-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};
write("README.md", "not a source");
write("one/deep/a.xosc", leadBrakes);
write("one/deep/map.xodr", straightMap());
write("one/v.xosc", distribution([["Gap", [30, 40, 50]]], "deep/a.xosc"));
write("one/broken.xosc", "<OpenSCENARIO>");
write("one/lost.xosc", scenarioText({ map: "gone.xodr" }));
write("one/catalog.xosc", '<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/><Catalog name="c"/></OpenSCENARIO>');
write("two/packed.xosc", scenarioText({ map: "Town" }));
write("two/Town.xodr.gz", gzipSync(straightMap()));
write("three/by-manifest.xosc", scenarioText({ map: "$elsewhere", head: '<ParameterDeclarations><ParameterDeclaration name="elsewhere" parameterType="string" value="no/such.xodr"/></ParameterDeclarations>' }));
write("three/maps/it.xodr", straightMap());
write("three/manifest.json", JSON.stringify({ scenarios: [{ scenario: "by-manifest.xosc", map: "maps/it.xodr" }] }));

test("scenarios, first and last variations, packed maps and the manifest's maps are found; the rest is told with its reason", () => {
  const { loaded, notLoaded } = loadShared(folder);
  expect(loaded.map(({ name }) => name)).toEqual(["one/deep/a.xosc", "one/v.xosc variation 0", "one/v.xosc variation 2", "three/by-manifest.xosc", "two/packed.xosc"]);
  expect(loaded.map(({ parameters }) => parameters.get("Gap"))).toEqual([undefined, "30", "50", undefined, undefined]);
  expect(notLoaded.map(({ name }) => name)).toEqual(["one/broken.xosc", "one/lost.xosc"]);
  expect(notLoaded[1]?.reason).toContain("gone.xodr does not exist");
});

test("a set holds each text once and gives every run its own files and seed", () => {
  const { loaded } = loadShared(folder);
  const spec = { profiles: new Map(), egoProfile: undefined, seed: "7", faults: { schema: "atlasmesh.fault-plan/1", faults: [] }, operator: [], backend: "native", disableControllers: false, lenient: true } as const;
  const cases = loaded.map(({ name, scenario, parameters }) => ({ name, untilS: 1, simulateS: 0, spec: { ...spec, scenario: [...scenario.files.keys()][0] ?? "", files: scenario.files, parameters, untilUs: 0 as never } }));
  const set = setOf(cases);
  expect(new Set(set.texts).size).toBe(set.texts.length);
  expect(set.texts.filter((text) => text === straightMap())).toHaveLength(1);
  const run = specOf(set, 2, 3);
  expect(run.files).toEqual(loaded[2]?.scenario.files);
  expect(run).toMatchObject({ seed: "10", lenient: true });
  expect(run.parameters.get("Gap")).toBe("50");
});
