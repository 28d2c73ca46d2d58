/**
 * Proves that each lint rule and each import direction catches its planted fault, and nothing else. The planted files are
 * linted in a copy of the project's shape below `out/`, with the real configuration, so the rooms themselves stay clean.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { ESLint } from "eslint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mayImport } from "./import-directions.js";
import { filesBelow, root } from "./sources.mjs";

const PLANTED = "ci/planted/rooms";
const planted = filesBelow(PLANTED).map((file) => file.slice(PLANTED.length + 1));

/** `line rule` of every expectation in a planted file. */
function expectations(text: string): readonly string[] {
  return text.split("\n").flatMap((line, i) => {
    const rules = /\/\/ expect: (.+)$/.exec(line)?.[1];
    return rules === undefined ? [] : rules.split(",").map((rule) => `${i + 1} ${rule.trim()}`);
  });
}

/** The whole table of directions as files: each room imports, at two depths, from each room, at two depths. */
const rooms = [...Object.keys(mayImport), "ci"];
const inRoom = (room: string, target: string): boolean => target === room || target.startsWith(`${room}/`);
/** The innermost row a file falls under; files directly in fleet-core have one of their own. */
function rowOf(file: string): string {
  const folder = posix.dirname(file);
  const rows = rooms.filter((room) => (room === "fleet-core" ? folder === room : inRoom(room, folder)));
  return rows.reduce((longest, row) => (row.length > longest.length ? row : longest), "");
}
const importers = rooms.flatMap((room) => [`${room}/matrix.ts`, ...(room === "fleet-core" ? [] : [`${room}/some/depth/matrix.ts`])]);
const targets = rooms.flatMap((room) => [`${room}/leaf.ts`, ...(room === "fleet-core" ? [] : [`${room}/some/leaf.ts`])]);
function matrixText(importer: string): string {
  const row = mayImport[rowOf(importer)];
  const lines = targets.map((target, i) => {
    const path = posix.relative(posix.dirname(importer), target);
    const allowed = row === undefined || row.some((room) => inRoom(room, posix.dirname(target)));
    return `export { leaf as leaf${i} } from "${path.startsWith(".") ? path : `./${path}`}";${allowed ? "" : " // expect: import-x/no-restricted-paths"}`;
  });
  return `${lines.join("\n")}\n`;
}

let tree = "";
const texts = new Map<string, string>();
const found = new Map<string, readonly string[]>();

beforeAll(async () => {
  mkdirSync(join(root, "out"), { recursive: true });
  tree = mkdtempSync(join(root, "out", "planted-"));
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  };
  for (const file of ["tsconfig.json", "ci/eslint.config.js", "ci/import-directions.js", "ci/globals.d.ts"]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  for (const file of planted) texts.set(file, readFileSync(join(root, PLANTED, file), "utf8"));
  for (const file of targets) put(file, "export const leaf = 1;\n");
  for (const file of importers) texts.set(file, matrixText(file));
  for (const [file, text] of texts) put(file, text);
  const eslint = new ESLint({ cwd: tree, overrideConfigFile: join(tree, "ci/eslint.config.js") });
  for (const result of await eslint.lintFiles([...texts.keys()])) {
    const file = relative(tree, result.filePath).split(sep).join("/");
    found.set(file, result.messages.map((message) => `${message.line} ${message.ruleId}`));
  }
}, 120_000);
afterAll(() => rmSync(tree, { recursive: true, force: true }));

const byLine = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : a > b ? 1 : 0);
const reported = (file: string): readonly string[] => [...new Set(found.get(file) ?? ["the file was not linted"])].sort(byLine);

describe("each planted fault is reported at its line, and nothing else", () => {
  it.each(planted.filter((file) => expectations(readFileSync(join(root, PLANTED, file), "utf8")).length > 0))("%s", (file) => {
    expect(reported(file)).toEqual(expectations(texts.get(file) ?? ""));
  });
});

describe("control files are clean", () => {
  it.each(planted.filter((file) => expectations(readFileSync(join(root, PLANTED, file), "utf8")).length === 0))("%s", (file) => {
    expect(reported(file)).toEqual([]);
  });
});

describe("the import table holds at every depth", () => {
  it.each(importers)("%s", (file) => {
    expect(reported(file)).toEqual(expectations(texts.get(file) ?? ""));
  });
});

it("every rule of the deterministic rooms and every import rule has a planted fault", async () => {
  const { deterministicRules } = await import("./eslint.config.js");
  const provoked = new Set(planted.flatMap((file) => expectations(readFileSync(join(root, PLANTED, file), "utf8")).map((e) => e.split(" ")[1] ?? "")));
  for (const rule of [...Object.keys(deterministicRules), "import-x/no-restricted-paths", "@typescript-eslint/no-explicit-any", "@typescript-eslint/no-floating-promises", "@typescript-eslint/no-misused-promises", "@typescript-eslint/consistent-type-imports", "eqeqeq"]) {
    expect(provoked, `a planted fault for ${rule}`).toContain(rule);
  }
});

it("every folder of fleet-core has its own row of import directions", () => {
  const folders = readdirSync(join(root, "fleet-core"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `fleet-core/${entry.name}`);
  expect(Object.keys(mayImport)).toEqual(expect.arrayContaining(folders));
});
