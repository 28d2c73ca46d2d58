/** A sweep's record survives its writer: whatever byte it was killed at, what is whole counts, and the end result is the same. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { createAggregator } from "../../../scenarios/sweep/aggregate.ts";
import type { SweepHead } from "../../../scenarios/sweep/journal.ts";
import { select } from "../../../scenarios/sweep/plan.ts";
import { distribution, openTest } from "../../../scenarios/sweep/test-sweep.ts";
import { verdictLine } from "../../../scenarios/sweep/verdict.ts";
import { createSweepFile, resumeSweepFile } from "./sweep-file.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A map name with letters of two and three bytes: lines may be cut inside a character.
const { session } = openTest(distribution([["EgoSpeed", [8, 14]], ["Map", ["map.xodr", "strâße-路.xodr"]]]));
const verdicts = Array.from({ length: 4 }, (_, i) => session.verdict(i));
const head: SweepHead = { sweep: "atlasmesh.sweep/1", scenario: "a.xosc", distribution: "v.xosc", files: session.files, build: "abc", seed: "1", profile: "", drivers: "", traffic: 0, valueSeed: "", variations: 4, from: 0, limit: 4, sample: 0, untilS: 20, disableControllers: false, lenient: false, minTtcS: null, minThwS: null };
const { has } = select(4, 0, 4, 0);
const path = join(folder, "sweep.ndjson");

function writeWhole(): Buffer {
  rmSync(path, { force: true });
  const file = createSweepFile(path, head);
  for (const v of verdicts) file.write(verdictLine(v));
  file.close();
  return readFileSync(path);
}

/** Goes on from what lies at `path` as the command does. */
function goOn(now: SweepHead = head): { readonly known: readonly number[]; readonly hash: string } {
  const known: number[] = [];
  const aggregator = createAggregator(10);
  const file = resumeSweepFile(path, now, has, (v) => {
    known.push(v.variation);
    aggregator.add(v);
  });
  for (const v of verdicts) {
    if (known.includes(v.variation)) continue;
    aggregator.add(v);
    file.write(verdictLine(v));
  }
  file.close();
  return { known, hash: aggregator.result().hash };
}

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return "not refused";
};

describe("a record cut off", () => {
  const whole = writeWhole();
  const wholeHash = goOn().hash;
  test("at any byte is gone on from, and ends as if it had never been cut", () => {
    // Every byte of the last two lines and of the beginning, and a good many between.
    const lastLines = whole.lastIndexOf("\n", whole.lastIndexOf("\n", whole.length - 2) - 1);
    for (let length = 0; length <= whole.length; length += length < 40 || length >= lastLines ? 1 : Math.min(23, lastLines - length)) {
      writeFileSync(path, whole.subarray(0, length));
      const { known, hash } = goOn();
      const lines = whole.subarray(0, length).toString("latin1").split("\n").length - 1;
      expect(known.length, `cut at byte ${length}`).toBe(Math.max(0, lines - 1));
      expect(hash, `cut at byte ${length}`).toBe(wholeHash);
      expect(readFileSync(path).equals(whole), `cut at byte ${length}`).toBe(true);
    }
  }, 120_000);
  test("the verdicts are not all alike, so the test can tell them apart", () => {
    expect(new Set(verdicts.map((v) => v.verdict)).size).toBeGreaterThan(1);
    expect(whole.includes("strâße-路.xodr")).toBe(true);
  });
});

describe("a record is refused, and left as it was,", () => {
  const refusedWith = (bytes: Buffer | string, now: SweepHead = head): string => {
    writeFileSync(path, bytes);
    const before = readFileSync(path);
    const said = refusal(() => goOn(now));
    expect(readFileSync(path).equals(before)).toBe(true);
    return said;
  };
  const lines = writeWhole().toString().split("\n");

  test("when it is of another build, scenario, seed or other criteria: each by name", () => {
    const whole = lines.join("\n");
    expect(refusedWith(whole, { ...head, build: "def" })).toContain("another sweep: build: abc there, def now");
    expect(refusedWith(whole, { ...head, seed: "2" })).toContain("seed (--seed): 1 there, 2 now");
    expect(refusedWith(whole, { ...head, files: "0000000000000000" })).toContain("text of scenario or distribution");
    expect(refusedWith(whole, { ...head, scenario: "b.xosc", minTtcS: 1.5 })).toMatch(/scenario: a\.xosc there, b\.xosc now; --min-ttc: null there, 1\.5 now/);
  });
  test("when a line in the middle is spoiled, twice there, or not of this selection", () => {
    const middle = lines[2] ?? "";
    expect(refusedWith([...lines.slice(0, 2), middle.slice(0, -7), ...lines.slice(3)].join("\n"))).toContain("sweep.ndjson:3:1: error: the line is not JSON");
    expect(refusedWith([...lines.slice(0, 3), ...lines.slice(2)].join("\n"))).toContain("variation 1 stands there twice");
    expect(refusedWith([...lines.slice(0, 2), middle.replace('"variation":1', '"variation":9'), ...lines.slice(3)].join("\n"))).toContain("variation 9 is not asked for");
    expect(refusedWith([...lines.slice(0, 2), middle.replace('"verdict":', '"verdict": '), ...lines.slice(3)].join("\n"))).toContain("is not as a sweep writes it");
  });
  test("when it is another file altogether, with or without line ends", () => {
    expect(refusedWith("a letter to my aunt")).toContain("not the beginning of a sweep's line");
    expect(refusedWith("a letter\nto my aunt\n")).toContain("no record of a sweep");
    expect(refusedWith(`${lines[0]}\na letter`)).toContain("not the beginning of a sweep's line");
    expect(refusedWith(Buffer.alloc(5_000_000, "x"))).toContain("bytes");
  });
});

test("a new record does not overwrite a file", () => {
  writeWhole();
  expect(refusal(() => createSweepFile(path, head))).toContain("exists (expected a new file; --resume");
});
