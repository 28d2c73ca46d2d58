/** `npm test` itself: it cannot pass when a part failed, and what was left out is said. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./sources.mjs";
import { runSteps, type Step } from "./steps.mjs";

const step = (id: string, program: string): Step => ({ id, title: `Step ${id}`, command: ["-e", program] });
async function run(steps: readonly Step[], selected = steps): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  return { code: await runSteps(steps, selected, (part) => (text += part)), get text() { return text; } };
}
const check = (words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => new Promise((done) => {
  execFile(process.execPath, [join(root, "ci/check.mjs"), ...words], { env: { ...process.env, ...env } }, (error, stdout, stderr) => done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 3, stdout, stderr }));
});

describe("steps", () => {
  it("that pass give 0 and a table", async () => {
    const { code, text } = await run([step("a", "console.log('hello')"), step("b", "")]);
    expect(code).toBe(0);
    expect(text).toMatch(/hello[\s\S]*passed {2}Step a[\s\S]*passed {2}Step b[\s\S]*check: passed\n$/);
  });

  it("go on after a failure and give 1, naming it", async () => {
    const { code, text } = await run([step("a", "process.exit(1)"), step("b", "throw new Error('x')"), step("c", "console.log('still run')")]);
    expect(code).toBe(1);
    expect(text).toContain("still run");
    expect(text).toMatch(/FAILED {2}Step a[\s\S]*FAILED {2}Step b[\s\S]*passed {2}Step c[\s\S]*check: FAILED: a, b\n$/);
  });

  it("killed by a signal have failed", async () => {
    expect((await run([step("a", "process.kill(process.pid, 'SIGKILL')")])).code).toBe(1);
  });

  it("say in the table what they left out, also on a last line without an end", async () => {
    const { code, text } = await run([step("a", "console.log('LEFT OUT one: no x'); process.stdout.write('LEFT OUT two: no y')")]);
    expect(code).toBe(0);
    expect(text.slice(text.indexOf("== Result"))).toMatch(/\(2 LEFT OUT\)\n {8}LEFT OUT one: no x\n {8}LEFT OUT two: no y\n/);
  });

  it("that were not asked for are listed as such", async () => {
    const steps = [step("a", ""), step("b", "process.exit(1)")];
    const { code, text } = await run(steps, steps.slice(0, 1));
    expect(code).toBe(0);
    expect(text).toMatch(/- {7}Step b {2}not asked for/);
  });
});

describe("npm test", () => {
  it("refuses an unknown step with exit code 2 and names the known ones", async () => {
    expect(await check(["--only", "lint,dance"])).toMatchObject({ code: 2, stderr: expect.stringMatching(/no step "dance"; there are types, lint, build, unit, bank, golden, peer, conformance, same-bits, planted, e2e/) as string });
    expect((await check(["--fast"])).code).toBe(2);
  });

  it("says loudly that the browser part was left out and why, where there is no browser", async () => {
    const { code, stdout } = await check(["--only", "e2e"], { ATLASMESH_CHROMIUM: "/nowhere/chromium" });
    expect(stdout.slice(stdout.indexOf("== Result"))).toContain("LEFT OUT end-to-end tests in Chromium: /nowhere/chromium (ATLASMESH_CHROMIUM) cannot be executed");
    expect(code).toBe(0);
  });
});
