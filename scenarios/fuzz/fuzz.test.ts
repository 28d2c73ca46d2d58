import { readdirSync, readFileSync, statSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import { loadScenario } from "../load.ts";
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
      expect(diagnostics.map(formatDiagnostic).join("\n").slice(0, 5000)).toMatch(made.refusedWith);
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
    { numRuns: 120, seed: 7 },
  );
});

describe("the campaign finds planted faults", () => {
  const run = (load: JudgePorts["load"], cpuMs: () => number = () => 0) => runCampaign({ seed: "planted", from: 0, count: 40, corpus, ports: { ...ports(load), cpuMs } });
  test("a crash", () => {
    const tally = run((path, read, options) => {
      if (/Infinity|1e308|NaN/.test(read(path) ?? "") || (read(path) ?? "").length % 7 === 0) throw new TypeError("planted");
      return productLoad(path, read, options);
    });
    expect(tally.faults.some((f) => f.kind === "crash" && f.detail.includes("planted"))).toBe(true);
  });
  test("an element and an attribute that the reader passes over in silence", () => {
    /** Hides what it names from the reader, as a reader would that does not know it. */
    const hide = (e: XmlElement): void => {
      const children = e.children as XmlElement[];
      const at = children.findIndex((c) => c.name === "StopTrigger" || c.name === "Weather");
      if (at >= 0) hidden(children, at);
      for (const c of children) hide(c);
    };
    const hidden = (children: XmlElement[], at: number): void => {
      const real = children[at] as XmlElement;
      // Still in the tree, but asking for it by name finds nothing.
      children.splice(at, 1, new Proxy(real, { get: (target, key) => (key === "name" ? "Hidden" : Reflect.get(target, key) as unknown) }));
    };
    const tally = run((path, read, options) =>
      productLoad(path, read, {
        ...options,
        parse: (text, file) => {
          const tree = options.parse?.(text, file) ?? { ok: false as const, error: [] };
          if (tree.ok) for (const c of tree.value.children) if (c.name === "Storyboard") dropCount(c);
          return tree;
        },
      }),
    );
    function dropCount(e: XmlElement): void {
      hide(e);
    }
    expect(tally.faults.map((f) => f.kind)).toContain("silent-drop");
  });
  test("a refusal without a reason", () => {
    const tally = run((path, read, options) => ({ ...productLoad(path, read, options), diagnostics: [] }));
    expect(tally.faults.map((f) => f.kind)).toContain("no-reason");
  });
  test("a file that takes too long", () => {
    let now = 0;
    const tally = run(productLoad, () => (now += 2));
    expect(tally.faults.every((f) => f.kind === "slow")).toBe(true);
    expect(tally.faultCount).toBe(40);
  });
});

test("file n of a campaign is the same whoever asks for it, and another seed gives others", () => {
  expect(makeCase("s", 5, corpus).text).toBe(makeCase("s", 5, corpus).text);
  expect(makeCase("s", 5, corpus).text).not.toBe(makeCase("t", 5, corpus).text);
});
