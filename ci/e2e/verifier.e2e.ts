/**
 * The regulator's page, from the disk, in a real browser: both verdicts, re-execution to the last bit, every mutation with
 * the same reason as in Node, shared vectors with the same verdicts, English and Arabic, keyboard, axe.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import { scanMcap } from "../../replay/evidence/mcap-scan.ts";
import { packTar } from "../../replay/evidence/tar.ts";
import { bundleOf, type TestBundle } from "../../replay/evidence/test-bundle.ts";
import { containers, mutate, mutations } from "../../replay/evidence/test-mutations.ts";
import type { TrustFile } from "../../replay/evidence/trust.ts";
import type { BundleFiles } from "../../replay/evidence/layout.ts";
import { axe, launch, type Trouble } from "../../web/e2e/page.ts";
import { ensureBuilt } from "../build.mjs";
import { root } from "../sources.mjs";
import { atlasmesh } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "atlasmesh-verifier-"));
let browser: Browser;
let page: Page;
let bundle: TestBundle;
/** Digest of the deterministic code that recorded. */
let build: string;
const trouble: Trouble[] = [];

beforeAll(async () => {
  await ensureBuilt(["verifier"]);
  const file = join(folder, "demo.mcap");
  const made = await atlasmesh("run", "demo/port-depot-mine-town", "--until", "1", "--mcap", file);
  expect(made.code).toBe(0);
  const recording = new Uint8Array(readFileSync(file));
  build = scanMcap(recording)?.metadata.get("atlasmesh.run")?.get("build") ?? "";
  expect(build).toMatch(/^[0-9a-f]{64}$/);
  bundle = bundleOf(recording, build);
  browser = await launch(process.env["ATLASMESH_CHROMIUM"] ?? "");
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, locale: "en-GB" });
  page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && trouble.push({ kind: "console", text: message.text() }));
  page.on("pageerror", (error) => trouble.push({ kind: "exception", text: error.message }));
  page.on("request", (request) => !/^(file|blob|data):/.test(request.url()) && trouble.push({ kind: "external", text: request.url() }));
  await page.goto(pathToFileURL(join(root, "dist/verifier/index.html")).href);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => expect(trouble).toEqual([]));

const file = (name: string, bytes: Uint8Array | string) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });

/** Gives the page a container and a trust file and waits for what it says. */
async function drop(container: Uint8Array, trust: TrustFile | undefined): Promise<void> {
  await page.reload();
  await page.locator("#choose-file-input").setInputFiles([file("bundle.tar", container), ...(trust === undefined ? [] : [file("trust.json", JSON.stringify(trust))])]);
  await page.waitForFunction(() => document.querySelector("#authenticity, #refusal") !== null && document.querySelector("main > p[role=status]") === null);
}
const said = async (): Promise<{ readonly authenticity: string | null; readonly conformance: string | null; readonly codes: readonly string[] }> => ({
  authenticity: (await page.locator("#authenticity").count()) === 0 ? null : await page.locator("#authenticity").getAttribute("data-verdict"),
  conformance: (await page.locator("#conformance").count()) === 0 ? null : await page.locator("#conformance").getAttribute("data-verdict"),
  codes: await page.locator("#authenticity code, #refusal code").allTextContents(),
});
async function execute(): Promise<{ readonly outcome: string | null; readonly text: string | null }> {
  const row = page.locator("li[data-file]").first();
  await row.getByRole("button").click();
  await page.waitForFunction(() => document.querySelector("li[data-file]")?.hasAttribute("data-outcome") === true, undefined, { timeout: 120_000 });
  return { outcome: await row.getAttribute("data-outcome"), text: await row.locator(".outcome").textContent() };
}
const tar = (files: BundleFiles = bundle.files): Uint8Array => packTar(files);

describe("the verifier page, opened from the disk", () => {
  it("says of a good bundle that it is authentic and conformant, and of one without trust that nobody vouches for it", async () => {
    await drop(tar(), undefined);
    expect(await said()).toMatchObject({ authenticity: "untrusted", codes: ["trust-missing"] });
    await drop(tar(), bundle.trust);
    expect(await said()).toEqual({ authenticity: "authentic", conformance: "conformant", codes: [] });
  });

  it("executes the recording again to the hash that Node computed", async () => {
    await drop(tar(), bundle.trust);
    const { outcome, text } = await execute();
    expect(outcome).toBe("identical");
    const { runs } = JSON.parse(Buffer.from(bundle.files.get("06-runs.json") ?? []).toString()) as { runs: { stateHash: string }[] };
    expect(text).toContain(runs[0]?.stateHash);
    mkdirSync(join(root, "out"), { recursive: true });
    await page.screenshot({ path: join(root, "out", "verifier-good.png"), fullPage: true });
  });

  it("turns red at the tick, entity and field when the recorded state was changed by somebody who could sign", async () => {
    const recording = Buffer.from(bundle.files.get("06-runs/demo.mcap") ?? []);
    const at = recording.indexOf('"tick":57,');
    const pose = recording.indexOf('"speedMps":', at) + '"speedMps":'.length;
    recording[pose] = recording[pose] === 0x39 ? 0x38 : 0x39;
    const forged = bundleOf(new Uint8Array(recording), build);
    await drop(tar(forged.files), forged.trust);
    expect((await said()).authenticity).toBe("authentic");
    const { outcome, text } = await execute();
    expect(outcome).toBe("different");
    expect(text).toMatch(/57/);
    expect(text).toContain("speedMps");
    expect(await page.locator(".strip .wrong").count()).toBe(1);
    await page.screenshot({ path: join(root, "out", "verifier-different.png"), fullPage: true });
  });

  it("refuses a recording of another build, and one whose input was changed, by name", async () => {
    // The build id and the digest beside it, as somebody would who knows the format.
    const { digest = "", ...entries } = Object.fromEntries(scanMcap(bundle.files.get("06-runs/demo.mcap") ?? new Uint8Array())?.metadata.get("atlasmesh.run") ?? []);
    const otherBuild = `${build[0] === "0" ? "1" : "0"}${build.slice(1)}`;
    const relabelled = Buffer.from(bundle.files.get("06-runs/demo.mcap") ?? []);
    relabelled.write(hashText(canonicalJson({ ...entries, build: otherBuild })), relabelled.indexOf(digest), "latin1");
    relabelled.write(otherBuild, relabelled.indexOf(build), "latin1");
    const other = bundleOf(new Uint8Array(relabelled), build);
    await drop(tar(other.files), other.trust);
    expect(await execute()).toMatchObject({ outcome: "refused", text: expect.stringContaining(otherBuild.slice(0, 12)) as string });
    const recording = Buffer.from(bundle.files.get("06-runs/demo.mcap") ?? []);
    const digit = recording.indexOf('length="') + 'length="'.length;
    recording[digit] = (recording[digit] ?? 0) ^ 1;
    const input = bundleOf(new Uint8Array(recording), build);
    await drop(tar(input.files), input.trust);
    expect((await execute()).outcome).not.toBe("identical");
  });

  it.each(mutations.map((m) => [m.name, m] as const))("refuses %s with the reason Node gives", async (_, mutation) => {
    const { files, trust } = mutate(bundle, mutation);
    await drop(tar(files), trust);
    const { authenticity, codes } = await said();
    expect(authenticity).toBe("broken");
    expect(codes).toContain(mutation.code);
  });

  it.each(containers.map((c) => [c.name, c] as const))("does not open a container with %s", async (_, container) => {
    await drop(container.make(bundle.files), bundle.trust);
    expect((await said()).codes).toEqual([container.code]);
  });

  it("is worked by keyboard, speaks Arabic from right to left, and axe finds nothing in either language and theme", async () => {
    await drop(tar(), bundle.trust);
    const source = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
    await page.locator("#choose-file").focus();
    for (const id of ["choose-folder", "choose-trust"]) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
    }
    for (const language of ["en", "ar"]) {
      for (const theme of ["dark", "light"]) {
        await page.evaluate((t) => void (document.documentElement.dataset["theme"] = t), theme);
        expect(await axe(page, source)).toEqual([]);
      }
      await page.screenshot({ path: join(root, "out", `verifier-${language}.png`), fullPage: true });
      await page.locator("#language").focus();
      await page.keyboard.press("Enter");
    }
    await page.locator("#language").click();
    expect(await page.evaluate(() => document.documentElement.dir)).toBe("rtl");
    await page.locator("#language").click();
  });
});
