/** The rules as they run: digests, golden decisions, and, where `opa` is installed, the same answers from it and the same bytes. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyVerdictSchema } from "../contract/ids.ts";
import { compile, opaVersion, sourceDigests } from "./adapters/build.mjs";
import { loadOpaPolicy, readManifest } from "./adapters/opa-wasm.ts";
import { createPolicy, type Policy } from "./policy.ts";

const folder = dirname(fileURLToPath(import.meta.url));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const fixtures = JSON.parse(readFileSync(join(folder, "fixtures.json"), "utf8")) as readonly { readonly name: string; readonly input: Record<string, unknown>; readonly allowed: boolean; readonly reasons: readonly string[] }[];
const scratch = mkdtempSync(join(tmpdir(), "atlasmesh-policy-test-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let policy: Policy;
beforeAll(async () => {
  policy = await loadOpaPolicy(folder);
});

it("the wasm was built from these very sources", () => {
  expect(sourceDigests()).toEqual(readManifest(folder).sources);
});

it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  const verdict = policy.decide(fixture.input);
  expect([verdict.allowed, verdict.reasons]).toEqual([fixture.allowed, fixture.reasons]);
  expect(policyVerdictSchema.parse(verdict)).toEqual(verdict);
  expect(verdict.bundle).toBe(readManifest(folder).bundle);
});

it("limits come with a yes", () => {
  expect(policy.decide(fixtures[5]?.input ?? {}).constraints).toEqual({ speed_mps_max: 22.3, supervised: true });
});

describe("when something is wrong the answer is no, and says so", () => {
  const broken: readonly (readonly [string, () => unknown])[] = [
    ["an exception", () => { throw new Error("no builtin"); }],
    ["nothing", () => undefined],
    ["half an answer", () => ({ allowed: true })],
    ["a yes with reasons against it", () => ({ allowed: true, reasons: ["x: y"], constraints: {}, overridden: [] })],
  ];
  it.each(broken)("%s", (_, evaluate) => {
    expect(createPolicy({ evaluate, bundle: "b", sha256 }).decide({})).toMatchObject({ allowed: false, reasons: [expect.stringMatching(/^policy-unavailable/) as string] });
  });

  it("no rules at all", () => {
    expect(createPolicy({ evaluate: undefined, bundle: "b", sha256 }).decide({})).toMatchObject({ allowed: false, bundle: "none" });
  });

  it("a wasm or data that is not the one the manifest names is not loaded", async () => {
    for (const file of ["built/policy.wasm", "data.json"]) {
      const copy = mkdtempSync(join(scratch, "copy-"));
      cpSync(join(folder, "built"), join(copy, "built"), { recursive: true });
      cpSync(join(folder, "data.json"), join(copy, "data.json"));
      const bytes = readFileSync(join(copy, file));
      bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
      writeFileSync(join(copy, file), bytes);
      await expect(loadOpaPolicy(copy), file).rejects.toThrow(/is not the one/);
    }
  });
});

describe("against the real opa", () => {
  const built = readManifest(folder);
  const version = opaVersion();
  const same = version === built.opa;
  if (!same) process.stdout.write(`LEFT OUT policy against opa: ${version === undefined ? "there is no opa on PATH" : `opa is ${version}`}, the wasm was built with ${built.opa}\n`);

  it.runIf(same)("its check, its tests and its compiler agree with what is committed, byte for byte", () => {
    const made = compile();
    expect(made.manifest).toBe(readFileSync(join(folder, "built", "manifest.json"), "utf8"));
    expect(made.wasm.equals(readFileSync(join(folder, "built", "policy.wasm")))).toBe(true);
  });

  it.runIf(same)("its evaluator gives the golden answers", () => {
    for (const fixture of fixtures) {
      const out = execFileSync("opa", ["eval", "--format", "raw", "--data", join(folder, "rego"), "--data", join(folder, "data.json"), "--stdin-input", "data.atlasmesh.decision.result"], { input: JSON.stringify(fixture.input), encoding: "utf8" });
      expect(JSON.parse(out), fixture.name).toMatchObject({ allowed: fixture.allowed, reasons: fixture.reasons });
    }
  });

  it.runIf(same)("a rule that calls what the wasm lacks fails at build, not on the road", () => {
    const copy = mkdtempSync(join(scratch, "lacks-"));
    writeFileSync(join(copy, "bad.rego"), "package bad\nresult := time.now_ns()\n");
    expect(() => execFileSync("opa", ["check", "--capabilities", join(folder, "capabilities.json"), copy], { stdio: "pipe" })).toThrow(/undefined function time.now_ns/);
  });
});
