/** `atlasmesh sweep` as a user meets it: workers, a killed sweep, failing variations and their command, bad input. */
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { straightMap } from "../../scenarios/test-files.ts";
import { distribution, leadBrakes } from "../../scenarios/sweep/test-sweep.ts";
import { root } from "../sources.mjs";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-sweep-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
write("map.xodr", straightMap());
const scenario = write("a.xosc", leadBrakes);
/** 60 variations: the planted failing ones are those with 14 m/s and less than 80 m; twelve cannot be built. */
const speeds = distribution([["EgoSpeed", [8, 9, 10, 14, 70]], ["Gap", [60, 65, 70, 85, 90, 95]], ["LeadSpeed", [5, 9.5]]]);
const small = write("speeds.xosc", speeds);

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function atlasmesh(...words: readonly string[]): Promise<Answer> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, "ci/atlasmesh.mjs"), ...words], { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 3, stdout, stderr }));
  });
}

/** Many commands, one process. */
function batch(commands: readonly (readonly string[])[]): Promise<readonly Answer[]> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(root, "ci/cli-batch.mjs")], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.on("error", fail);
    child.on("close", (code) => (code === 0 ? done(JSON.parse(text) as Answer[]) : fail(new Error(`the batch ended with ${code}`))));
    child.stdin.end(JSON.stringify(commands));
  });
}

interface Document {
  readonly verdicts: Readonly<Record<string, number>>;
  readonly hash: string;
  readonly failing: readonly { readonly variation: number; readonly parameters: Readonly<Record<string, string>>; readonly reasons: readonly string[]; readonly hash: string; readonly reproduce: string }[];
  readonly errors: readonly { readonly variation: number; readonly reasons: readonly string[] }[];
}
const documentOf = (answer: Answer): Document => {
  const { cost, ...rest } = JSON.parse(answer.stdout) as Document & { readonly cost: unknown };
  expect(cost).toBeDefined();
  return rest;
};
const lines = (path: string): readonly string[] => readFileSync(path, "utf8").trimEnd().split("\n");

describe("a sweep", () => {
  const [one, two] = [join(folder, "one.ndjson"), join(folder, "two.ndjson")];

  let alone: Answer;
  beforeAll(async () => {
    alone = await atlasmesh("sweep", small, "--out", one, "--json");
  }, 300_000);

  it("gives the same bytes and the same result with one worker and with two", async () => {
    const shared = await atlasmesh("sweep", small, "--out", two, "--workers", "2", "--json");
    expect(shared.code).toBe(1);
    expect(documentOf(shared)).toEqual(documentOf(alone));
    expect(readFileSync(two).equals(readFileSync(one))).toBe(true);
    expect(lines(one)).toHaveLength(61);
  }, 300_000);

  it("finds the planted failing variations and says how to reproduce each; that command finds the same", async () => {
    const whole = documentOf(alone);
    const planted = whole.failing.filter((f) => f.parameters["EgoSpeed"] === "14" && f.parameters["Gap"] === "60" && f.parameters["LeadSpeed"] === "5");
    expect(planted).toHaveLength(1);
    expect(planted[0]?.reasons[0]).toMatch(/^Ego met Lead at \d+\.\d\d s with \d+\.\d\d m\/s relative speed; asked for no contact$/);
    const words = (planted[0]?.reproduce ?? "").split(" ");
    expect(words.slice(0, 3)).toEqual(["npx", "atlasmesh", "sweep"]);
    const again = await atlasmesh(...words.slice(2), "--json");
    expect(again.code).toBe(1);
    expect(documentOf(again).failing).toEqual(planted);
    expect(whole.verdicts).toMatchObject({ error: 12, none: 0 });
    expect(whole.errors[0]?.reasons[0]).toContain("parameter EgoSpeed is 70 (expected lessOrEqual 60)");
  }, 300_000);

  it("streams one verdict a line with --ndjson, the result last", async () => {
    const answer = await atlasmesh("sweep", scenario, "--distribution", small, "--limit", "5", "--ndjson");
    const rows = answer.stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map((row) => row["variation"])).toEqual([0, 1, 2, 3, 4, undefined]);
    expect(rows[5]?.["result"]).toMatchObject({ played: 5, variations: 60 });
  }, 300_000);
});

describe("a sweep that is killed", () => {
  const many = write("many.xosc", distribution([["EgoSpeed", Array.from({ length: 15 }, (_, i) => 5 + i / 2)], ["Gap", Array.from({ length: 16 }, (_, i) => 50 + i)]]));
  const [whole, cut] = [join(folder, "whole.ndjson"), join(folder, "cut.ndjson")];

  it("goes on where it was and ends with the same file and the same hash", async () => {
    const reference = documentOf(await atlasmesh("sweep", many, "--resume", whole, "--json", "--workers", "2"));
    const child = spawn(process.execPath, [join(root, "ci/atlasmesh.mjs"), "sweep", many, "--resume", cut, "--json"], { cwd: root, stdio: "ignore" });
    const ended = new Promise((done) => child.on("close", done));
    for (;;) {
      if (child.exitCode !== null || (existsSync(cut) && readFileSync(cut).length > 8_000)) break;
      await new Promise((done) => setTimeout(done, 2));
    }
    child.kill("SIGKILL");
    await ended;
    const left = lines(cut).length - 1;
    expect(left).toBeGreaterThan(5);
    const resumed = await atlasmesh("sweep", many, "--resume", cut, "--json", "--workers", "2");
    expect(documentOf(resumed)).toEqual(reference);
    expect(readFileSync(cut).equals(readFileSync(whole))).toBe(true);
    expect((JSON.parse(resumed.stdout) as { cost: { resumed: number } }).cost.resumed).toBeGreaterThan(0);
  }, 300_000);

  it("is not gone on with when the map has changed since", async () => {
    const map = readFileSync(join(folder, "map.xodr"), "utf8");
    write("map.xodr", map.replaceAll('a="3.5"', 'a="3.75"'));
    const answer = await atlasmesh("sweep", many, "--resume", whole);
    write("map.xodr", map);
    expect(answer).toMatchObject({ code: 2, stderr: expect.stringContaining("variation 0 comes out differently now: a map, a catalog or a profile has changed since") as string });
  }, 300_000);
});

describe("bad input to sweep", () => {
  it("is answered with what was expected, and 2", async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["sweep", scenario], "varies no parameters; expected a ParameterValueDistribution file, or --distribution F"],
      [["sweep", small, "--distribution", small], "is a distribution itself; expected a scenario"],
      [["sweep", small, "--from", "60"], "--from 60: expected a whole number from 0 to 59"],
      [["sweep", small, "--workers", "0"], "--workers 0: expected a number >= 1"],
      [["sweep", small, "--limit", "1.5"], "--limit 1.5: expected a whole number"],
      [["sweep", small, "--profile", "hovercraft"], "--profile hovercraft: expected one of "],
      [["sweep", small, "--json", "--ndjson"], "expected one of them"],
      [["sweep", small, "--out", join(folder, "map.xodr")], "exists (expected a new file"],
      [["sweep", small, "--resume", join(folder, "map.xodr")], "no record of a sweep"],
      [["sweep", join(folder, "none.xosc")], "none.xosc: error: cannot be read"],
      [["sweep", write("nowhere.xosc", distribution([["Gap", [1]]], "nowhere/a.xosc"))], "the scenario nowhere/a.xosc does not exist"],
    ];
    const answers = await batch(cases.map(([words]) => words));
    cases.forEach(([words, message], i) => expect(answers[i], words.join(" ")).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string }));
  }, 300_000);
});
