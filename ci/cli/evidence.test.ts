import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { recordDemo } from "../../replay/evidence/test-bundle.ts";
import { parse, UsageError, type Output } from "./command.ts";
import { evidenceCommands } from "./evidence.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-evidence-"));
const at = (name: string): string => join(folder, name);
const BUILD = "build-of-the-test";

/** One command as `main` would run it; JSON output parsed. */
async function run(name: string, ...words: readonly string[]): Promise<{ readonly code: number; readonly json: Readonly<Record<string, unknown>>; readonly text: string }> {
  const command = evidenceCommands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  let text = "";
  let json: Record<string, unknown> = {};
  const out: Output = { line: (line) => void (text += `${line}\n`), json: (value) => void (json = JSON.parse(JSON.stringify(value)) as Record<string, unknown>), error: () => undefined };
  return { code: await command.run(parse(command, words), out), json, text };
}

beforeAll(async () => {
  vi.stubGlobal("__ATLASMESH_BUILD__", BUILD);
  vi.stubEnv("ATLASMESH_HOME", at("home"));
  writeFileSync(at("demo.mcap"), await recordDemo(BUILD));
}, 120_000);
afterAll(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("evidence on the command line", () => {
  it("builds with the user's own key, verifies both verdicts and executes the recording again; a changed byte is a negative verdict", async () => {
    const made = await run("evidence build", "--recording", at("demo.mcap"), "--out", at("b.tar"), "--json");
    expect(made.code).toBe(0);
    expect(statSync(at("home/evidence.key")).mode & 0o777).toBe(0o600);
    const good = await run("evidence verify", at("b.tar"), "--re-execute", "--json");
    expect(good).toMatchObject({ code: 0, json: { trust: "own keys", authenticity: { verdict: "authentic" }, conformance: { verdict: "conformant" }, reexecution: [{ identical: true }] } });
    const bytes = readFileSync(at("b.tar"));
    const place = bytes.indexOf('"speedMps":');
    bytes[place + 2] = (bytes[place + 2] ?? 0) ^ 1;
    writeFileSync(at("changed.tar"), bytes);
    expect(await run("evidence verify", at("changed.tar"), "--json")).toMatchObject({ code: 1, json: { authenticity: { verdict: "broken" } } });
    // A second bundle continues the same log.
    expect(await run("evidence build", "--recording", at("demo.mcap"), "--out", at("folder"), "--json")).toMatchObject({ code: 0 });
    expect(await run("evidence verify", at("folder"), "--json")).toMatchObject({ code: 0, json: { authenticity: { verdict: "authentic" } } });
    symlinkSync(at("demo.mcap"), at("folder/15-link.json"));
    expect(await run("evidence verify", at("folder"), "--json")).toMatchObject({ code: 1, json: { authenticity: { findings: [{ code: "symlink" }] } } });
  });

  it("is believed by those who trust its signer, and by nobody else", async () => {
    const { json } = await run("evidence keygen", "--name", "operator.example", "--out", at("operator.key"), "--json");
    await run("evidence keygen", "--name", "stranger.example", "--out", at("stranger.key"));
    await run("evidence build", "--recording", at("demo.mcap"), "--out", at("signed.tar"), "--key", at("operator.key"));
    expect((await run("evidence verify", at("signed.tar"), "--trust", String(json["trust"]), "--json")).code).toBe(0);
    expect(await run("evidence verify", at("signed.tar"), "--trust", at("stranger.key.trust.json"), "--json")).toMatchObject({ code: 1, json: { authenticity: { verdict: "untrusted" } } });
  });

  it("can be sealed for a recipient, who alone opens it", async () => {
    await run("evidence keygen", "--recipient", "--name", "regulator", "--out", at("regulator.key"));
    await run("evidence keygen", "--recipient", "--name", "other", "--out", at("other.key"));
    await run("evidence build", "--recording", at("demo.mcap"), "--out", at("sealed.jwe"), "--recipient", at("regulator.key.pub"), "--confidential", "custodian=A. Person");
    expect(readFileSync(at("sealed.jwe"), "latin1")).not.toContain("ustar");
    expect((await run("evidence verify", at("sealed.jwe"), "--key", at("regulator.key"), "--json")).json).toMatchObject({ authenticity: { verdict: "authentic" }, disclosed: 1 });
    await expect(run("evidence verify", at("sealed.jwe"), "--key", at("other.key"))).rejects.toThrow(InputError);
    await expect(run("evidence verify", at("sealed.jwe"))).rejects.toThrow(/recipient/);
  });

  it("tells of an incident of one vehicle, and exports a report without scripts", async () => {
    expect((await run("evidence incident", "--recording", at("demo.mcap"), "--vehicle", "bus-1", "--from", "0", "--to", "1", "--out", at("incident"), "--json")).code).toBe(0);
    const incident = JSON.parse(readFileSync(at("incident/15-incident.json"), "utf8")) as { series: unknown[]; records: { rule: string; basis: string }[] };
    expect(incident.series.length).toBeGreaterThan(0);
    expect(incident.records.map((r) => r.basis).join()).toMatch(/secondary source/);
    await expect(run("evidence incident", "--recording", at("demo.mcap"), "--vehicle", "nobody", "--out", at("x"))).rejects.toThrow(/has no vehicle "nobody"/);
    expect((await run("evidence export", at("incident"), "--html", at("r.html"), "--json", at("r.json"))).code).toBe(0);
    const html = readFileSync(at("r.html"), "utf8");
    expect(html).not.toMatch(/<script/i);
    expect(html).toContain("secondary source");
    expect(existsSync(at("r.json"))).toBe(true);
  });

  it("refuses bad usage before it writes anything", async () => {
    await expect(run("evidence build", "--out", at("y"))).rejects.toThrow(UsageError);
    await expect(run("evidence build", "--recording", at("demo.mcap"), "--out", at("y"), "--retention", "for ever")).rejects.toThrow(/expected one of public/);
    writeFileSync(at("no.mcap"), "nothing");
    await expect(run("evidence build", "--recording", at("no.mcap"), "--out", at("y"))).rejects.toThrow(InputError);
    await expect(run("evidence verify", at("missing.tar"))).rejects.toThrow(InputError);
    expect(existsSync(at("y"))).toBe(false);
  });
});
