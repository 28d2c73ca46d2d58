/** The live page: what a newcomer sees and does in the first minutes. */
import { availableParallelism, loadavg } from "node:os";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import { ask, moved, pause, positions, until, useStage, waitReady } from "./stage.ts";

const stage = useStage();
let page: Page;
let firstMotionMs = 0;
const busy = (loadavg()[0] ?? 0) > 2 * availableParallelism();

beforeAll(async () => {
  ({ page } = await stage.open("", { viewport: { width: 1120, height: 680 } }));
  await waitReady(page);
  const before = await positions(page);
  for (;;) {
    if (moved(before, await positions(page)).length > 0) break;
    await page.waitForTimeout(50);
  }
  firstMotionMs = performance.now() - stage.demo.sinceMs;
});

describe("the scene", () => {
  it("moves within 10 s of the server's start", () => {
    const text = `vehicles moved ${(firstMotionMs / 1000).toFixed(1)} s after the server printed its address`;
    // Too many seconds say something only where the processors are free for it.
    if (busy && firstMotionMs >= 10_000) process.stdout.write(`LEFT OUT the 10 s limit: this machine is overloaded; ${text}\n`);
    else {
      process.stdout.write(`${text}\n`);
      expect(firstMotionMs).toBeLessThan(10_000);
    }
  });

  it("shows all six vehicle classes, driven by agents, and draws them", async () => {
    expect(POSE_STRIDE).toBe(10);
    const classes = await ask(page, (hook) => hook.state.roster.filter((e) => e.driven === "agent").map((e) => hook.state.header?.profiles.get(e.profile ?? "")?.vehicleClass));
    expect(new Set(classes).size).toBe(6);
    expect(await ask(page, (hook) => hook.drawCalls)).toBeGreaterThan(5);
    expect(await page.locator("#vehicles tbody tr").count()).toBe(classes.length);
  });

  it("keeps its draw calls far below the number of things it shows (instancing)", async () => {
    expect(await ask(page, (hook) => hook.drawCalls)).toBeLessThan(300);
  });
});

describe("the player", () => {
  it("pauses, and steps one tick at a time", async () => {
    const tick = await pause(page);
    await page.keyboard.press(".");
    await until(page, (hook) => hook.state.status?.playing === false && hook.lastTick > 0, "a step");
    await page.waitForFunction((t) => window.__atlasmesh?.lastTick === t + 1, tick);
    await page.getByRole("button", { name: "One tick on" }).click();
    await page.waitForFunction((t) => window.__atlasmesh?.lastTick === t + 2, tick);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Space");
    await page.waitForFunction((t) => (window.__atlasmesh?.lastTick ?? 0) > t + 20, tick);
    await page.keyboard.press("Space");
    await until(page, (hook) => hook.state.status?.playing === false, "Space pauses");
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await until(page, (hook) => hook.state.status?.playing === true, "the button plays");
  });

  it("takes the speed it is given", async () => {
    await page.getByLabel("Speed").first().selectOption("4");
    await until(page, (hook) => hook.state.status?.speed === 4, "speed 4");
    await page.getByLabel("Speed").first().selectOption("1");
    await until(page, (hook) => hook.state.status?.speed === 1, "speed 1");
  });

  it("scrubs to the past while the run goes on, and comes back to now", async () => {
    await until(page, (hook) => hook.lastTick > 300, "three seconds of past");
    const slider = page.getByLabel("Time in the run");
    await slider.evaluate((element: HTMLInputElement) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(element, "100");
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await until(page, (hook) => hook.state.view !== "live" && Math.abs(hook.tick - 100) < 60, "the past at tick 100");
    const past = await positions(page);
    await page.keyboard.press("End");
    await until(page, (hook) => hook.state.view === "live" && hook.lastTick - hook.tick < 100, "now");
    await page.waitForTimeout(300);
    expect(moved(past, await positions(page)).length).toBeGreaterThan(0);
  });
});

describe("looking", () => {
  it("five cameras by keys, and the pressed one is marked", async () => {
    for (const camera of [1, 3, 4, 5, 2]) {
      await page.keyboard.press(String(camera));
      await page.waitForFunction((wanted) => window.__atlasmesh?.state.camera === wanted, camera);
      expect(await page.locator(".cameras button[aria-pressed=true] kbd").textContent()).toBe(String(camera));
      const frames = await ask(page, (hook) => hook.frames);
      await page.waitForFunction((before) => (window.__atlasmesh?.frames ?? 0) > before, frames);
    }
  });

  it("a click on a row selects the vehicle and shows its state with units", async () => {
    const row = page.locator("#vehicles tbody tr", { hasText: "haul-1" });
    await row.click();
    await until(page, (hook) => hook.state.selected === "haul-1", "haul-1 selected");
    const panel = page.locator("section.vehicle");
    expect(await panel.locator("h2").textContent()).toContain("haul-1");
    await panel.getByText(/\d km\/h/).first().waitFor();
    expect(await panel.textContent()).toMatch(/Energy\s*\d+\.\d %/);
  });

  it("a click on a vehicle in the picture selects it", async () => {
    await pause(page);
    await page.keyboard.press("2");
    await page.waitForTimeout(2500);
    // The free camera stays where the chase camera was: behind the vehicle, which is near the middle of the picture.
    await page.keyboard.press("5");
    await ask(page, (hook) => hook.session.select(undefined));
    await until(page, (hook) => hook.state.selected === undefined, "nothing selected");
    await page.locator(".picture canvas").scrollIntoViewIfNeeded();
    const box = await page.locator(".picture canvas").boundingBox();
    if (box === null) throw new Error("no canvas");
    for (const [dx, dy] of [[0, 0], [0, -12], [0, 12], [-12, 0], [12, 0], [0, -30], [0, 30], [-30, 0], [30, 0]] as const) {
      await page.mouse.click(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy);
      await page.waitForTimeout(150);
      if ((await ask(page, (hook) => hook.state.selected)) !== undefined) break;
    }
    expect(await ask(page, (hook) => hook.state.selected)).toBe("haul-1");
    await page.keyboard.press("2");
    await page.getByRole("button", { name: "Play", exact: true }).click();
  });

  it("? shows the keys, Escape puts them away", async () => {
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });
});

describe("a fault", () => {
  it("is pressed, and the page says what the vehicle decided, why, and how soon", async () => {
    await page.locator("#vehicles tbody tr", { hasText: "sedan-1" }).click();
    await page.locator(".fault-grid").getByRole("button", { name: "Brake fade" }).click();
    const card = page.getByLabel("Decision").first().or(page.locator("section.decision"));
    await card.first().locator("ol li").first().waitFor({ timeout: 60_000 });
    const decision = await ask(page, (hook) => hook.state.decisions.at(-1));
    expect(decision).toMatchObject({ vehicleId: "sedan-1", fault: { kind: "brake-fade", target: "sedan-1" } });
    expect(decision?.changes[0]?.reason.text).not.toBe("");
    const text = (await card.first().textContent()) ?? "";
    expect(text).toContain("sedan-1");
    expect(text).toMatch(/\d+\.\d+ s/);
  });

  it("that cannot be is refused in words", async () => {
    await ask(page, (hook) => hook.session.inject("brake-fade", "nobody", 0.5, 10));
    await until(page, (hook) => hook.state.refusal !== undefined, "a refusal");
    expect((await ask(page, (hook) => hook.state.refusal?.reason)) ?? "").toContain("nobody");
  });
});
