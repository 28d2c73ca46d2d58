import { beforeAll, describe, expect, it } from "vitest";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { demoSpec } from "../../twin/test-spec.ts";
import { base64, fromBase64 } from "../audit/bytes.ts";
import { changelogWith, CHANGELOG_SECTION, compareGolden, goldenSchema, goldenText, recordGolden, type Golden } from "./golden.ts";

let golden: Golden;
const record = (seed?: string): Golden => {
  const spec = { ...demoSpec(2), ...(seed === undefined ? {} : { seed }) };
  const { scenario } = loadScenario(spec.scenario, (path) => spec.files.get(path));
  if (scenario === undefined) throw new Error("the demo does not load");
  return recordGolden("demo/test", spec, scenario, "build");
};
beforeAll(() => {
  golden = record();
}, 120_000);
const changed = (change: (g: { -readonly [K in keyof Golden]: Golden[K] }) => void): Golden => {
  const copy = JSON.parse(JSON.stringify(golden)) as Golden;
  change(copy);
  return copy;
};

describe("a golden replay", () => {
  it("is the same when the run is executed again, and when it went through its file", () => {
    expect(compareGolden(golden, record())).toBeUndefined();
    const read = decodeJson(goldenText(golden), goldenSchema, "golden", { bytes: 1 << 26, depth: 32 });
    expect(read.ok && compareGolden(read.value, golden)).toBeUndefined();
    expect(read.ok && read.value.seconds).toHaveLength(3);
  });

  it("differs from that of another seed, at a tick, an entity and a field", () => {
    const difference = compareGolden(golden, { ...record("2"), seed: golden.seed });
    expect(difference?.tick).toBeGreaterThanOrEqual(0);
    expect(difference?.field).toMatch(/\S/);
  });

  it("names the tick, even when nothing that is kept each second shows it yet", () => {
    const inside = changed((g) => {
      const bytes = fromBase64(g.tickHashes) as Uint8Array;
      bytes[2 * 136] = (bytes[2 * 136] ?? 0) ^ 1;
      g.tickHashes = base64(bytes);
    });
    expect(compareGolden(golden, inside)).toMatchObject({ tick: 137, entity: undefined });
    const last = golden.seconds.at(-1)?.entities[3];
    const moved = changed((g) => {
      const bytes = fromBase64(g.tickHashes) as Uint8Array;
      bytes[2 * 180] = (bytes[2 * 180] ?? 0) ^ 1;
      g.tickHashes = base64(bytes);
      const pose = g.seconds[2]?.entities[3]?.pose;
      if (pose !== undefined) pose[6] = (pose[6] ?? 0) + 2 ** -40;
    });
    expect(compareGolden(golden, moved)).toMatchObject({ tick: 181, entity: last?.id, field: "speedMps" });
  });

  it.each<[string, (g: { -readonly [K in keyof Golden]: Golden[K] }) => void]>([
    ["duration", (g) => void g.seconds.pop()],
    ["presence", (g) => void g.seconds[1]?.entities.pop()],
    ["behaviour", (g) => void ((g.seconds[1]?.entities[0] as { behaviour?: string }).behaviour = "held")],
    ["endedBy", (g) => void (g.endedBy = "stop-trigger")],
    ["verdict", (g) => void (g.verdict = "none")],
    ["criteria", (g) => void (g.criteria = [...g.criteria, { name: "x", pass: true }])],
  ])("notices another %s", (field, change) => expect(compareGolden(golden, changed(change))?.field).toBe(field));

  it("is updated with a reason only, and the reason goes to the changelog", () => {
    expect(changelogWith("# Changelog\n", undefined, "2026-01-02", ["a"])).toMatchObject({ ok: false });
    expect(changelogWith("# Changelog\n", "  because ", "2026-01-02", ["a"])).toMatchObject({ ok: false });
    const first = changelogWith("# Changelog\n\n## Unreleased\n", "Tyres grip less in rain", "2026-01-02", ["demo/a"]);
    const second = changelogWith(first.ok ? first.text : "", "Agents brake a tick earlier", "2026-01-03", ["demo/b"]);
    expect(second.ok && second.text).toBe(`# Changelog\n\n## Unreleased\n\n${CHANGELOG_SECTION}\n\n- 2026-01-03: Agents brake a tick earlier (demo/b)\n- 2026-01-02: Tyres grip less in rain (demo/a)\n`);
  });
});
