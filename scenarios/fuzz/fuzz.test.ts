import { readdirSync, readFileSync, statSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { loadScenario } from "../load.ts";
import type { Watched } from "../schema/reading.ts";
import type { ReadText } from "../types.ts";
import { corpusFile, makeCase, runCampaign, type CorpusFile } from "./campaign.ts";
import { hostileCases } from "./hostile.ts";
import { judge, productLoad, type JudgePorts } from "./judge.ts";

const bank = fileURLToPath(new URL("../bank/", import.meta.url));
const fromBank: ReadText = (path) => {
  const file = join(bank, path);
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
};
const corpus: readonly CorpusFile[] = readdirSync(bank, { recursive: true, encoding: "utf8" }).filter((n) => n.endsWith(".xosc")).sort().flatMap((path) => corpusFile(path, path, fromBank) ?? []);

/** The smallest of them, where one will do. */
const cutIn = corpus.find((c) => c.path === "demo/cut-in.xosc") as CorpusFile;

/** CPU time is not asked for here: tests make no promises about time. */
const ports = (load: JudgePorts["load"] = productLoad): JudgePorts => ({ load, cpuMs: () => 0, cpuBudgetMs: 1, maps: new Map(), trees: new Map() });

describe("files made to hurt", () => {
  for (const made of hostileCases()) {
    test(made.name, () => {
      const read: ReadText = (path) => made.files.get(path);
      expect(judge("a.xosc", read, ports()).faults).toEqual([]);
      const { scenario, diagnostics } = loadScenario("a.xosc", read);
      if (made.refusedWith === undefined) return;
      expect(scenario).toBeUndefined();
      expect(diagnostics.map(formatDiagnostic).join("\n")).toMatch(made.refusedWith);
    });
  }
});

test("changed files of our bank are played or refused with a reason: a slice of the campaign", () => {
  const maps = ports();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (index) => {
      const made = makeCase("unit", index, corpus);
      expect(judge(made.path, made.read, maps, made.changed).faults, `file ${index} of ${made.id}`).toEqual([]);
    }),
    { numRuns: 40, seed: 7 },
  );
});

describe("the campaign finds planted faults", () => {
  const run = (load: JudgePorts["load"], cpuMs: () => number = () => 0) => runCampaign({ seed: "planted", from: 0, count: 12, corpus: [cutIn], ports: { ...ports(load), cpuMs } });
  test("a crash", () => {
    const tally = run((path, read, options) => {
      if ((read(path) ?? "").length % 2 === 0) throw new TypeError("planted");
      return productLoad(path, read, options);
    });
    expect(tally.faults.some((f) => f.kind === "crash" && f.detail.includes("planted"))).toBe(true);
  });
  test("an element or an attribute that the reader passes over in silence", () => {
    /** What a reader sees that does not know `element` or `attribute`; what it reads of the rest is counted as ever. */
    const without = (e: XmlElement, element: string, attribute: string): XmlElement => {
      const children = e.children.filter((c) => c.name !== element).map((c) => without(c, element, attribute));
      const known = (name: string): boolean => name !== attribute;
      const attributes = { get: (name: string) => (known(name) ? e.attributes.get(name) : undefined), has: (name: string) => known(name) && e.attributes.has(name), values: () => [...e.attributes.values()].filter((a) => known(a.name)).values() };
      return Object.create(e, { children: { value: children }, attributes: { value: attributes }, seen: { get: () => (e as XmlElement & Watched).seen, set: (seen: boolean) => void ((e as XmlElement & Watched).seen = seen) } }) as XmlElement;
    };
    const blind = (element: string, attribute: string): JudgePorts["load"] => (path, read, options) =>
      productLoad(path, read, {
        ...options,
        parse: (text, file) => {
          const tree = options.parse?.(text, file) ?? { ok: false as const, error: [] };
          return tree.ok ? { ok: true, value: without(tree.value, element, attribute) } : tree;
        },
      });
    const found = (load: JudgePorts["load"]): readonly string[] => judge(cutIn.path, cutIn.read, ports(load)).faults.map((f) => `${f.kind} ${f.detail}`);
    expect(found(productLoad)).toEqual([]);
    expect(found(blind("StopTrigger", "none"))).toEqual(expect.arrayContaining(["silent-drop /OpenSCENARIO/Storyboard/StopTrigger"]));
    expect(found(blind("none", "offset")).join("\n")).toMatch(/^silent-drop .*@offset$/m);
  });
  test("a refusal without a reason", () => {
    const tally = run((path, read, options) => ({ ...productLoad(path, read, options), diagnostics: [] }));
    expect(tally.faults.map((f) => f.kind)).toContain("no-reason");
  });
  test("a file that takes too long", () => {
    let now = 0;
    const tally = run(productLoad, () => (now += 2));
    expect(tally.faults.every((f) => f.kind === "slow")).toBe(true);
    expect(tally.faultCount).toBe(12);
  });
});

test("file n of a campaign is the same whoever asks for it, and another seed gives others", () => {
  expect(makeCase("s", 5, corpus).text).toBe(makeCase("s", 5, corpus).text);
  expect(makeCase("s", 5, corpus).text).not.toBe(makeCase("t", 5, corpus).text);
});
