import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { parse, UsageError, type Command } from "./command.ts";
import { scenarioCommands } from "./scenario.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-check-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [check, coverage] = scenarioCommands as readonly [Command, Command];
const header = '<FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="" author=""/>';
const scenario = (entity: string): string => `<OpenSCENARIO>${header}<CatalogLocations/><RoadNetwork/><Entities/><Storyboard><Init><Actions>${entity}</Actions></Init></Storyboard></OpenSCENARIO>`;
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const good = write("good.xosc", scenario(""));
const bad = write("bad.xosc", scenario('<Private entityRef="Nobody"><PrivateAction><TeleportAction><Position><WorldPosition x="${2 ^ 2}" y="0"/></Position></TeleportAction></PrivateAction></Private>'));

async function run(command: Command, ...words: readonly string[]): Promise<{ readonly code: number; readonly lines: string; readonly errors: string; readonly json: unknown }> {
  const lines: string[] = [];
  const errors: string[] = [];
  let json: unknown;
  const code = await command.run(parse(command, words), { line: (t) => void lines.push(t), error: (t) => void errors.push(t), json: (v) => void (json = v) });
  return { code, lines: lines.join("\n"), errors: errors.join("\n"), json };
}

test("a good file is exit 0, a broken one exit 1 with the rule's id, one that is not there bad input", async () => {
  expect(await run(check, good)).toMatchObject({ code: 0, lines: `${good}: valid`, errors: "" });
  const found = await run(check, bad);
  expect(found.code).toBe(1);
  expect(found.lines).toMatch(/not valid, breaks resolvable_entity_references, allowed_operators$/);
  expect(found.errors).toMatch(/bad\.xosc:1:\d+: error: .*Nobody.*\[asam\.net:xosc:1\.2\.0:reference_control\.resolvable_entity_references\]/);
  await expect(async () => run(check, join(folder, "none.xosc"))).rejects.toThrow(InputError);
});

test("--rule counts one rule only, by name or id, and refuses others", async () => {
  expect((await run(check, bad, "--rule", "valid_schema")).code).toBe(0);
  expect((await run(check, bad, "--rule", "asam.net:xosc:1.2.0:data_type.allowed_operators")).code).toBe(1);
  await expect(async () => run(check, bad, "--rule", "none")).rejects.toThrow(UsageError);
});

test("--json is one document for one file and for several; --sarif writes a file", async () => {
  expect((await run(check, bad, "--json")).json).toMatchObject({ file: bad, kind: "scenario", valid: false });
  expect((await run(check, good, bad, "--json")).json).toMatchObject({ valid: false, files: [{ valid: true }, { valid: false }] });
  const sarif = join(folder, "out.sarif");
  await run(check, bad, "--sarif", sarif);
  expect(JSON.parse(readFileSync(sarif, "utf8"))).toMatchObject({ version: "2.1.0" });
});

test("coverage comes as a table, as data and as the document", async () => {
  expect((await run(coverage)).lines).toMatch(/^OpenSCENARIO XML 1\.0 to 1\.3: \d+ types/);
  expect((await run(coverage, "--markdown")).lines).toMatch(/^# Coverage of OpenSCENARIO XML\n/);
  expect(Array.isArray((await run(coverage, "--json")).json)).toBe(true);
});
