/**
 * The command line as a user meets it, above all with bad input: each a clear message that names the place, and the right
 * exit code (0 good, 1 a negative verdict, 2 bad usage or input, never 3).
 */
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./sources.mjs";

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command in a process of its own, as a user types it. */
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

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const bank = join(root, "scenarios/bank/demo");
const SCENARIO = "demo/cut-in";
const recording = join(folder, "good.mcap");

let firstBuild: Answer;
beforeAll(async () => {
  firstBuild = await atlasmesh("run", SCENARIO, "--until", "0.5", "--mcap", recording, "--json");
}, 120_000);

describe("good input", () => {
  it("a run ends with 0 or, on a failed verdict, 1, and prints one JSON document and nothing else", () => {
    expect(firstBuild.stderr.replace(/building \w+…\n/, "")).toBe("");
    const result = JSON.parse(firstBuild.stdout) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(expect.arrayContaining(["scenario", "map", "seed", "build", "ticks", "durationS", "endedBy", "hash", "verdict", "criteria", "metrics"]));
    expect(result["ticks"]).toBe(50);
    expect(firstBuild.code).toBe(result["verdict"] === "fail" ? 1 : 0);
  });

  it("its recording verifies, and says how much was compared", async () => {
    const answer = await atlasmesh("replay", "verify", recording);
    expect(answer.stdout).toMatch(/^identical: 50 ticks, \d+ messages, state hash [0-9a-f]{16}\n$/);
    expect(answer.code).toBe(0);
  });

  it("a recording carries the scenario's parameters, faults and ego, and verifies with them", async () => {
    const varied = join(folder, "varied.mcap");
    const [run, verified] = await batch([
      ["run", "demo/cut-in", "--parameter", "CutInGap_m=12", "--faults", "gnss-loss@Ego:0.2-0.4", "--profile", "public-transit-bus", "--until", "0.5", "--mcap", varied],
      ["replay", "verify", varied],
    ]);
    expect(run?.code).toBe(0);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringMatching(/^identical: 50 ticks/) as string });
  });

  it("the same run gives the same file, byte for byte; another seed does not", async () => {
    const [again, other] = [join(folder, "again.mcap"), join(folder, "other.mcap")];
    const answers = await batch([
      ["run", SCENARIO, "--until", "0.5", "--mcap", again],
      ["run", SCENARIO, "--until", "0.5", "--seed", "2", "--mcap", other],
      ["replay", "diff", recording, again],
      ["replay", "diff", recording, other],
    ]);
    expect(readFileSync(again).equals(readFileSync(recording))).toBe(true);
    expect(readFileSync(other).equals(readFileSync(recording))).toBe(false);
    expect(answers[2]).toMatchObject({ code: 0, stdout: expect.stringMatching(/^identical: \d+ messages\n$/) as string });
  });

  it("--json prints exactly one document for each command that has it", async () => {
    const map = join(bank, "maps/atlas-harbour.xodr");
    const commands = [
      ["run", SCENARIO, "--until", "0.2", "--json"], ["scenario", "check", join(bank, "cut-in.xosc"), "--json"], ["scenario", "coverage", "--json"],
      ["map", "check", map, "--json"], ["map", "geojson", map], ["bank", "list", "--json"], ["bank", "check", "--json"],
      ["replay", "verify", recording, "--json"], ["replay", "diff", recording, recording, "--json"],
    ];
    const answers = await batch(commands);
    answers.forEach((answer, i) => {
      const name = commands[i]?.join(" ");
      expect(() => JSON.parse(answer.stdout) as unknown, name).not.toThrow();
      expect([0, 1], name).toContain(answer.code);
    });
  });

  it("trajectories and events are written as asked for", async () => {
    const [csv, events] = [join(folder, "t.csv"), join(folder, "e.csv")];
    const [answer] = await batch([["run", SCENARIO, "--until", "0.5", "--csv", csv, "--csv-hz", "20", "--events", events]]);
    expect(answer?.code).toBeLessThan(2);
    const [head, ...rows] = readFileSync(csv, "utf8").trim().split("\n");
    expect(head).toBe("time_s,entity,x_m,y_m,z_m,yaw_rad,speed_mps");
    expect(new Set(rows.map((row) => row.split(",")[0])).size).toBe(11);
    expect(rows[0]).toMatch(/^0\.000,/);
    expect(readFileSync(events, "utf8").split("\n")[0]).toBe("time_s,step,element,state,name,path");
  });
});

describe("help", () => {
  it("every command of the overview has --help with an example, and exits 0", async () => {
    const [overview] = await batch([["--help"]]);
    expect(overview?.code).toBe(0);
    const names = [...(overview?.stdout ?? "").matchAll(/^ {2}(\w+(?: \w+)?) {2,}\S/gm)].map(([, name]) => name ?? "");
    expect(names).toEqual(expect.arrayContaining(["run", "scenario check", "map check", "bank list", "bank check", "replay verify", "replay diff", "demo", "bench"]));
    const answers = await batch(names.map((name) => [...name.split(" "), "--help"]));
    answers.forEach((answer, i) => {
      expect(answer.stdout, names[i]).toContain(`npx atlasmesh ${names[i]}`);
      expect(answer.stdout, names[i]).toMatch(/examples:\n {2}npx atlasmesh \S/);
      expect(answer.code, names[i]).toBe(0);
    });
  });

  it("without a command the overview comes with exit code 2", async () => {
    expect(await atlasmesh()).toMatchObject({ code: 2, stdout: expect.stringContaining("usage: npx atlasmesh COMMAND") as string });
  });
});

describe("bad usage is exit code 2 and says what was expected", () => {
  const cases: readonly (readonly [words: readonly string[], says: RegExp])[] = [
    [["fly"], /unknown command "fly"/],
    [["replay"], /replay verify/],
    [["replay", "rewind"], /replay verify/],
    [["run"], /expected FILE\.xosc\|BANK-ID/],
    [["run", SCENARIO, SCENARIO], /expected FILE\.xosc\|BANK-ID/],
    [["run", SCENARIO, "--fast"], /--fast/],
    [["run", SCENARIO, "--until"], /--until/],
    [["run", SCENARIO, "--until", "soon"], /--until soon: expected a number/],
    [["run", SCENARIO, "--until", "-1"], /--until/],
    [["run", SCENARIO, "--until", "0"], /--until 0: expected a number >= /],
    [["run", SCENARIO, "--until", "Infinity"], /--until Infinity: expected/],
    [["run", SCENARIO, "--csv-hz", "7"], /--csv-hz 7: expected a divisor of 100/],
    [["run", SCENARIO, "--profile", "hovercraft"], /--profile hovercraft: expected one of .*ride-hail-sedan/],
    [["run", join(bank, "cut-in.xosc"), "--permutation", "3"], /--permutation 3: .*varies no parameters/],
    [["run", join(bank, "cut-in.xosc"), "--parameter", "CutInGap_m"], /--parameter CutInGap_m: expected NAME=VALUE/],
    [["run", SCENARIO, "--backend", "carla"], /--backend carla: expected native/],
    [["bench", "nothing"], /nothing.*expected|expected.*twin/],
    [["demo", "--port", "70000"], /--port 70000: expected a whole number from 0 to 65535/],
    [["demo", "--port", "eighty"], /--port eighty: expected/],
    [["map", "sample", join(bank, "maps/atlas-harbour.xodr")], /expected --road ID and --s S/],
    [["replay", "verify"], /expected F\.mcap/],
    [["replay", "diff", recording], /expected A\.mcap B\.mcap/],
  ];
  let answers: readonly Answer[] = [];
  beforeAll(async () => {
    answers = await batch(cases.map(([words]) => words));
  }, 60_000);
  it.each(cases.map(([words, says], i) => [words.map((word) => word.replaceAll(`${root}/`, "").replaceAll(`${folder}/`, "")).join(" "), says, i] as const))("%s", (_, says, i) => {
    expect(answers[i]?.stderr).toMatch(says);
    expect(answers[i]).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("bad input is exit code 2 and names file and place", () => {
  const xosc = (change: (text: string) => string): string => change(readFileSync(join(bank, "cut-in.xosc"), "utf8"));
  const xodr = (change: (text: string) => string): string => change(readFileSync(join(bank, "maps/atlas-harbour.xodr"), "utf8"));
  const mapFile = /filepath="([^"]+\.xodr)"/.exec(xosc((text) => text))?.[1] ?? "";
  const withMap = (name: string, path: string): string => write(name, xosc((scenario) => scenario.replace(mapFile, path)));
  cpSync(join(bank, "maps"), join(folder, "maps"), { recursive: true });
  const scenario = (name: string, change: (text: string) => string): readonly string[] => {
    const text = xosc((original) => change(original));
    expect(text, `${name}: the change hits`).not.toBe(xosc((original) => original));
    return ["run", write(name, text), "--until", "0.1"];
  };
  const cases: readonly (readonly [name: string, words: () => readonly string[], says: RegExp])[] = [
    ["a scenario that does not exist", () => ["run", "nowhere.xosc"], /nowhere\.xosc: error:.*cannot be read/],
    ["a folder for a scenario", () => ["run", `${root}/scenarios`], /is not a file/],
    ["an unknown bank id, with a suggestion", () => ["run", "demo/cut-inn"], /demo\/cut-inn.*demo\/cut-in/s],
    ["a parameter the scenario does not declare", () => ["run", "demo/cut-in", "--parameter", "Bogus=1"], /declares no parameter Bogus \(expected one of EgoSpeed_mps, CutInGap_m\)/],
    ["a parameter outside its constraints", () => ["run", "demo/cut-in", "--parameter", "EgoSpeed_mps=30"], /cut-in\.xosc:5:\d+: error: .*EgoSpeed_mps is 30/],
    ["an empty scenario file", () => ["run", write("empty.xosc", "")], /empty\.xosc.*error/],
    ["a scenario that is not UTF-8", () => ["run", write("latin.xosc", Uint8Array.from([0x3c, 0xe4, 0x3e]))], /latin\.xosc: error: is not UTF-8/],
    ["a scenario that is no XML", () => ["run", write("text.xosc", "hello")], /text\.xosc:1/],
    ["a scenario cut off", () => scenario("cut.xosc", (text) => text.slice(0, text.length / 2)), /cut\.xosc:\d+:\d+: error/],
    ["a tag that is not closed", () => scenario("tag.xosc", (text) => text.replace("</Entities>", "")), /tag\.xosc:\d+:\d+: error/],
    ["another document", () => ["run", write("other.xosc", "<?xml version=\"1.0\"?>\n<html/>")], /other\.xosc:2:\d+: error: \/html/],
    ["an element nobody knows", () => scenario("element.xosc", (text) => text.replace("<Entities>", "<Entities><Dragon/>")), /element\.xosc:\d+:\d+: error:.*Dragon/],
    ["a number that is none", () => scenario("number.xosc", (text) => text.replace(/<AbsoluteTargetSpeed value="[^"]*"/, "<AbsoluteTargetSpeed value=\"fast\"")), /number\.xosc:\d+:\d+: error:.*fast/],
    ["a missing map", () => ["run", withMap("nomap.xosc", "gone.xodr")], /gone\.xodr/],
    ["a missing scenario file for scenario check", () => ["scenario", "check", "nowhere.xosc"], /nowhere\.xosc/],
    ["a map that is no map", () => ["map", "check", write("text.xodr", "hello")], /text\.xodr:1/],
    ["a map cut off", () => ["map", "check", write("cut.xodr", xodr((text) => text.slice(0, text.length / 3)))], /cut\.xodr:\d+:\d+: error/],
    ["a road of negative length", () => ["map", "check", write("length.xodr", xodr((text) => text.replace(/(<road [^>]*length=")[^"]*"/, "$1-5\"")))], /length\.xodr:\d+:\d+: error:.*-5/],
    ["a road that goes nowhere", () => ["map", "check", write("link.xodr", xodr((text) => text.replace(/(<successor elementType="road" elementId=")[^"]*"/, "$1atlantis\"")))], /link\.xodr:\d+:\d+: error:.*atlantis/],
    ["a scenario on a broken map", () => {
      write("broken.xodr", xodr((text) => text.slice(0, 5000)));
      return ["run", withMap("broken.xosc", "broken.xodr")];
    }, /broken\.xodr:\d+:\d+: error/],
    ["a road that is not on the map", () => ["map", "sample", join(bank, "maps/atlas-harbour.xodr"), "--road", "9999", "--s", "1"], /road 9999.*no such road/],
    ["a fault plan that does not exist", () => ["run", SCENARIO, "--faults", "gone.json"], /gone\.json/],
    ["a fault plan that is no JSON", () => ["run", SCENARIO, "--faults", write("text.json", "{\n  \"schema\": hello\n}")], /text\.json:2:\d+/],
    ["a fault plan with an unknown kind", () => ["run", SCENARIO, "--faults", write("kind.json", "{\"schema\":\"atlasmesh.fault-plan/1\",\"faults\":[\n{\"kind\":\"meteor\",\"target\":\"Ego\",\"atS\":1,\"severity\":1}]}")], /kind\.json:2:\d+.*meteor.*brake-fade/],
    ["a fault plan with severity 2", () => ["run", SCENARIO, "--faults", write("severity.json", "{\"schema\":\"atlasmesh.fault-plan/1\",\"faults\":[\n{\"kind\":\"gnss-loss\",\"target\":\"Ego\",\"atS\":1,\"severity\":2}]}")], /severity\.json:2:\d+.*severity/],
    ["a fault with a misspelt kind", () => ["run", SCENARIO, "--faults", "gnss-los@Ego:1"], /gnss-los/],
    ["a fault on somebody who is not there", () => ["run", SCENARIO, "--faults", "gnss-loss@nobody:1", "--until", "2"], /nobody/],
    ["a fault without a time", () => ["run", SCENARIO, "--faults", "gnss-loss@Ego"], /gnss-loss@Ego/],
    ["an output folder that does not exist", () => ["run", SCENARIO, "--until", "0.1", "--mcap", join(folder, "no/such/out.mcap")], /no\/such\/out\.mcap.*existing folder/],
    ["a recording that does not exist", () => ["replay", "verify", "gone.mcap"], /gone\.mcap/],
    ["a recording that is none", () => ["replay", "verify", join(bank, "cut-in.xosc")], /cut-in\.xosc.*MCAP magic.*byte 0/],
    ["an empty recording", () => ["replay", "verify", write("empty.mcap", "")], /empty\.mcap.*MCAP magic/],
  ];
  let answers: readonly Answer[] = [];
  beforeAll(async () => {
    answers = await batch(cases.map(([, words]) => words()));
  }, 120_000);
  it.each(cases.map(([name, , says], i) => [name, says, i] as const))("%s", (_, says, i) => {
    expect(answers[i]?.stderr).toMatch(says);
    expect(answers[i]).toMatchObject({ code: 2, stdout: "" });
  });

  it("no message shows a stack or asks for internals", () => {
    for (const answer of answers) expect(answer.stderr).not.toMatch(/^\s+at .*:\d+:\d+|internal error/m);
  });
});

describe("a recording that was changed", () => {
  const PLACE = /tick \d+|byte \d+|metadata \S+|attachment \S+|channel \d+|topic|schema|MCAP magic|records|data section|fault-plan\.json|operator\.json|scenario\/|profile\/|epochMs|was made (by|with)|\.(xosc|xodr|json):\d+:\d+: error/;
  const spoiled = async (name: string, files: readonly (readonly [label: string, bytes: Uint8Array])[]): Promise<void> => {
    const paths = files.map(([, bytes], i) => write(`${name}-${i}.mcap`, bytes));
    const answers = await batch(paths.map((path) => ["replay", "verify", path]));
    const wrong = answers.flatMap((answer, i) => {
      const text = `${answer.stdout}${answer.stderr}`;
      const problem = answer.code !== 1 && answer.code !== 2 ? `exit code ${answer.code}` : !PLACE.test(text) ? "names no place" : /internal error|^\s+at .*:\d+:\d+/m.test(text) ? "shows its internals" : undefined;
      return problem === undefined ? [] : [`${files[i]?.[0]}: ${problem}: ${text.slice(0, 300)}`];
    });
    for (const path of paths) rmSync(path, { force: true });
    expect(wrong).toEqual([]);
  };
  /** A byte changed at `offset`; which bit is decided by the offset. */
  const flipped = (bytes: Uint8Array, offset: number): readonly [string, Uint8Array] => {
    const copy = bytes.slice();
    const mask = 1 << (offset % 8);
    copy[offset] = (copy[offset] ?? 0) ^ mask;
    return [`byte ${offset} of ${bytes.length} xor ${mask}`, copy];
  };
  const good = (): Uint8Array => new Uint8Array(readFileSync(recording));
  /** Fixed pseudo-random offsets, so that a failure comes again. */
  const offsets = (count: number, length: number): readonly number[] => {
    let state = 0x9e3779b9;
    return Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * length);
    });
  };

  it("by one bit anywhere is never accepted, and the place is named", async () => {
    const bytes = good();
    await spoiled("flip", offsets(120, bytes.length).map((offset) => flipped(bytes, offset)));
  }, 300_000);

  it("by one bit in the head or in the summary and footer is never accepted either", async () => {
    const bytes = good();
    await spoiled("edge", [...Array.from({ length: 40 }, (_, i) => i), ...Array.from({ length: 80 }, (_, i) => bytes.length - 1 - i * 3)].map((offset) => flipped(bytes, offset)));
  }, 300_000);

  it("by cutting it off anywhere is never accepted", async () => {
    const bytes = good();
    await spoiled("cut", [1, 7, 8, 9, bytes.length - 1, bytes.length - 8, bytes.length - 9, ...offsets(20, bytes.length)].map((length) => [`cut to ${length}`, bytes.slice(0, length)] as const));
  }, 300_000);

  it("by adding, doubling or removing bytes is never accepted", async () => {
    const bytes = good();
    const half = Math.floor(bytes.length / 2);
    const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
    await spoiled("shape", [
      ["a byte added at the end", join(bytes, Uint8Array.of(0))],
      ["the file twice", join(bytes, bytes)],
      ["a byte added in the middle", join(bytes.slice(0, half), Uint8Array.of(0), bytes.slice(half))],
      ["a byte removed in the middle", join(bytes.slice(0, half), bytes.slice(half + 1))],
      ["the middle zeroed", join(bytes.slice(0, half), new Uint8Array(64), bytes.slice(half + 64))],
    ]);
  }, 120_000);

  it("in a pose is named by tick, entity and field", async () => {
    const bytes = good();
    const text = Buffer.from(bytes).toString("latin1");
    const tick = text.indexOf("{\"tick\":7,\"hash\"");
    const at = text.indexOf("\"xM\":", tick) + 6;
    expect(tick).toBeGreaterThan(0);
    const copy = bytes.slice();
    copy[at] = copy[at] === 0x39 ? 0x38 : (copy[at] ?? 0) + 1;
    const [answer] = await batch([["replay", "verify", write("pose.mcap", copy)]]);
    expect(answer).toMatchObject({ code: 1, stdout: expect.stringMatching(/^DIFFERENT: tick 7 \(0\.07 s\), \S+: xM recorded \S+, recomputed \S+\n$/) as string });
  });
});

describe("demo", () => {
  it("says when the port is in use and exits with 2", async () => {
    const busy = createServer();
    await new Promise<void>((done) => busy.listen(0, "127.0.0.1", done));
    const address = busy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const answer = await atlasmesh("demo", "--port", String(port));
      expect(answer.stderr).toContain(`127.0.0.1:${port}: error: the port is in use`);
      expect(answer.code).toBe(2);
    } finally {
      await new Promise((done) => busy.close(done));
    }
  }, 180_000);
});
