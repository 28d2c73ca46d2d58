/** Record, verify, tamper, share: the same bits in the server, in this browser, and on the command line. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { openPage } from "../../web/e2e/page.ts";
import { ask, atlasmesh, pause, startDemo, until, useStage, waitReady } from "./stage.ts";

const stage = useStage();
const folder = mkdtempSync(join(tmpdir(), "atlasmesh-e2e-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Presses Record and keeps the download. */
async function record(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Record" }).click()]);
  const path = join(folder, name);
  await download.saveAs(path);
  return path;
}

/** Presses Verify and waits for the verdict. */
async function verify(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Verify" }).click();
  await until(page, (hook) => ["identical", "different", "failed"].includes(hook.state.evidence.kind), "a verdict");
}

/** Hash at the present tick of a run that stands still. */
async function hashNow(page: Page): Promise<{ readonly tick: number; readonly hash: string }> {
  const tick = await pause(page);
  await ask(page, (hook) => hook.askHash());
  await page.waitForFunction((t) => window.__atlasmesh?.hashAt(t) !== undefined, tick);
  return { tick, hash: (await page.evaluate((t) => window.__atlasmesh?.hashAt(t), tick)) ?? "" };
}

describe("the server's run", () => {
  it("is recorded, verified green in this browser, and by the command line with the same ticks and hash", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    await until(page, (hook) => hook.lastTick > 400, "four seconds");
    await pause(page);
    const file = await record(page, "live.mcap");
    await verify(page);
    const evidence = await ask(page, (hook) => hook.state.evidence);
    expect(evidence).toMatchObject({ kind: "identical" });
    if (evidence.kind !== "identical") throw new Error("unreachable");
    expect(evidence.totalTicks).toBe(await ask(page, (hook) => hook.state.status?.tick));
    expect(await page.locator(".evidence-text.good").textContent()).toContain(evidence.hash);
    const answer = await atlasmesh("replay", "verify", file);
    expect(answer.stdout).toMatch(new RegExp(`^identical: ${evidence.totalTicks} ticks, \\d+ messages, state hash ${evidence.hash}\n$`));
    expect(answer.code).toBe(0);
  });

  it("tampered with turns red at a tick, entity and field", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    await until(page, (hook) => hook.lastTick > 200, "two seconds");
    await record(page, "tampered.mcap");
    await page.getByRole("button", { name: "Tamper" }).click();
    await until(page, (hook) => hook.state.evidence.kind === "ready" && hook.state.evidence.tampered !== undefined, "a tampered recording");
    await verify(page);
    const evidence = await ask(page, (hook) => hook.state.evidence);
    if (evidence.kind !== "different") throw new Error(`the verdict is ${evidence.kind}`);
    expect(evidence.difference.tick).toBeGreaterThan(0);
    expect(evidence.difference.entity).toMatch(/\S/);
    expect(evidence.difference.field).toMatch(/\S/);
    expect(evidence.difference.recorded).not.toBe(evidence.difference.replayed);
    const text = (await page.locator(".evidence-text.bad").textContent()) ?? "";
    for (const part of [String(evidence.difference.tick), evidence.difference.entity ?? "", evidence.difference.field ?? ""]) expect(text).toContain(part);
    expect(await page.locator(".strip .wrong").count()).toBe(1);
  });
});

describe("the run in this browser", () => {
  it("moves in a worker, has the server's hashes at the same ticks, and its recording verifies on the command line", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    await until(page, (hook) => hook.hashAt(100) !== undefined, "the server's hash at 1 s");
    const live = await ask(page, (hook) => [100, 200, 300].map((tick) => hook.hashAt(tick)));
    await page.getByRole("button", { name: "Run it in this browser" }).click();
    await until(page, (hook) => hook.mode === "local" && hook.lastTick > 320, "three seconds in the worker");
    const local = await ask(page, (hook) => [100, 200, 300].map((tick) => hook.hashAt(tick)));
    expect(local[0]).toMatch(/^[0-9a-f]{16}$/);
    live.forEach((hash, i) => {
      if (hash !== undefined) expect(local[i]).toBe(hash);
    });
    await pause(page);
    const file = await record(page, "local.mcap");
    await verify(page);
    const evidence = await ask(page, (hook) => hook.state.evidence);
    if (evidence.kind !== "identical") throw new Error(`the verdict is ${JSON.stringify(evidence)}`);
    const answer = await atlasmesh("replay", "verify", file);
    expect(answer).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(`${evidence.totalTicks} ticks`) as string });
    expect(answer.stdout).toContain(evidence.hash);
  });

  it("is recreated by its link: scenario, seed, faults, time, camera, and the very same bits", async () => {
    const first = await stage.open("?s=demo/port-depot-mine-town&seed=7&mode=local&cam=1");
    await waitReady(first.page);
    await until(first.page, (hook) => hook.mode === "local" && hook.lastTick > 100, "a second in the worker");
    await first.page.locator("#vehicles tbody tr", { hasText: "bus-1" }).click();
    await first.page.locator(".fault-grid").getByRole("button", { name: "Brake fade" }).click();
    await until(first.page, (hook) => hook.state.decisions.length > 0, "the fault has come");
    const injected = await ask(first.page, (hook) => hook.state.decisions.at(-1)?.injectedTick ?? 0);
    await first.page.waitForFunction((t) => (window.__atlasmesh?.lastTick ?? 0) > t + 150, injected);
    const original = await hashNow(first.page);
    await first.page.getByRole("button", { name: "Share" }).click();
    await first.page.waitForURL(/faults=/);
    const link = new URL(first.page.url()).search;
    expect(link).toContain("seed=7");
    expect(link).toContain("cam=1");
    await first.page.close();

    const second = await stage.open(link);
    await waitReady(second.page);
    await second.page.waitForFunction((t) => (window.__atlasmesh?.lastTick ?? 0) >= t && window.__atlasmesh?.state.status?.goalTick === undefined, original.tick, { timeout: 120_000 });
    expect(await ask(second.page, (hook) => hook.state.camera)).toBe(1);
    const again = await hashNow(second.page);
    expect(again).toEqual(original);
  });

  it("says in words what is wrong with a broken link, and runs all the same", async () => {
    const { page } = await stage.open("?mode=local&s=demo/port-depot-mine-town&faults=meteor@bus-1:3:1&cam=9");
    await waitReady(page);
    const text = (await page.getByRole("alert").first().textContent()) ?? "";
    expect(text).toContain("meteor@bus-1:3:1");
    expect(text).toContain("cam=9");
  });
});

describe("the server goes away", () => {
  it("is said, with the way out", async () => {
    const other = await startDemo();
    const { page, close } = await openPage(stage.browser, other.url);
    await waitReady(page);
    await other.stop();
    await page.getByText(/Connection lost/).waitFor();
    await page.getByRole("alert").getByRole("button", { name: "Run it in this browser" }).waitFor();
    await close();
  });
});
