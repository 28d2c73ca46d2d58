/** For everybody: languages, themes, keyboard alone, narrow screens. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axe } from "../../web/e2e/page.ts";
import { ask, until, useStage, waitReady } from "./stage.ts";

const stage = useStage();
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const scrollsSideways = (page: Page): Promise<number> => page.evaluate(() => {
  const root = document.scrollingElement ?? document.documentElement;
  return root.scrollWidth - root.clientWidth;
});

describe("language and theme", () => {
  it.each([["dark", "en"], ["light", "en"], ["dark", "ar"], ["light", "ar"]] as const)("%s in %s has no finding of axe-core", async (theme, language) => {
    const { page } = await stage.open("", { colorScheme: theme });
    await waitReady(page);
    if (language === "ar") await page.getByRole("button", { name: "العربية" }).click();
    await until(page, (hook) => hook.state.selected !== undefined, "a vehicle is selected");
    await page.locator("section.vehicle dl").waitFor();
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual(language === "ar" ? ["ar", "rtl"] : ["en", "ltr"]);
    expect(await axe(page, axeSource)).toEqual([]);
  });

  it("in Arabic no English text is left but names, and the choice survives a reload", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    await page.getByRole("button", { name: "العربية" }).click();
    expect(await page.locator(".fault-grid").textContent()).not.toMatch(/[A-Za-z]{5,}/);
    expect(await page.locator(".timeline").textContent()).not.toMatch(/[A-Za-z]{5,}/);
    await page.reload();
    await waitReady(page);
    expect(await page.evaluate(() => document.documentElement.dir)).toBe("rtl");
    await page.getByRole("button", { name: "English" }).click();
    expect(await page.evaluate(() => document.documentElement.dir)).toBe("ltr");
  });
});

describe("keyboard alone", () => {
  /** Presses Tab until `wanted` matches the focused element's text or label. */
  async function tabTo(page: Page, wanted: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const element = document.activeElement;
        return element === null || element === document.body ? "" : (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
      });
      if (wanted.test(name)) return;
      seen.push(name);
    }
    throw new Error(`no way by Tab to ${wanted}; passed ${[...new Set(seen)].join(" | ")}`);
  }

  it("skips to the table, chooses a vehicle, injects a fault and reads the decision", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the vehicle table");
    await page.keyboard.press("Enter");
    await tabTo(page, /^tractor-1$/);
    await page.keyboard.press("Enter");
    await until(page, (hook) => hook.state.selected === "tractor-1", "tractor-1 selected");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await tabTo(page, /^Brake fade$/);
    expect(await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement as Element);
      return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
    }), "the focus is visible").toBe(true);
    await page.keyboard.press("Enter");
    await until(page, (hook) => hook.state.decisions.at(-1)?.vehicleId === "tractor-1", "a decision of tractor-1");
    await page.locator("section.decision ol li, section.decision p").first().waitFor();
  });
});

describe("the list of events", () => {
  it("is one stop for Tab however long it is; the arrow keys move in it, and it stands still meanwhile", async () => {
    const { page } = await stage.open();
    await waitReady(page);
    const buttons = page.locator(".events li button");
    await until(page, (hook) => hook.state.notes.length > 3, "some events");
    const stops = (): Promise<number> => page.locator(".events li button[tabindex='0']").count();
    expect(await stops()).toBe(1);
    await buttons.first().focus();
    const newest = await page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press("ArrowDown");
    const older = await page.evaluate(() => document.activeElement?.textContent);
    expect(older).not.toBe(newest);
    expect(await stops()).toBe(1);
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate(() => document.activeElement?.textContent)).not.toBe(older);
    await page.keyboard.press("End");
    expect(await page.evaluate(() => document.activeElement === document.querySelector(".events li:last-child button"))).toBe(true);
    const oldest = await page.evaluate(() => document.activeElement?.textContent);
    expect(await ask(page, (hook) => hook.state.view), "End stayed in the list").toBe("live");
    await until(page, (hook) => hook.lastTick > 1000, "more happens");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(oldest);
  });
});

describe("narrow screens", () => {
  it.each([["en", 360, 740], ["ar", 360, 740], ["en", 1280, 800], ["en", 768, 1024]] as const)("%s at %i × %i does not scroll sideways", async (language, width, height) => {
    const { page } = await stage.open("", { viewport: { width, height } });
    await waitReady(page);
    if (language === "ar") await page.getByRole("button", { name: "العربية" }).click();
    await until(page, (hook) => hook.state.selected !== undefined, "a vehicle is selected");
    await page.waitForTimeout(300);
    expect(await scrollsSideways(page)).toBe(0);
    const box = await page.locator(".picture canvas").boundingBox();
    expect(box?.width).toBeGreaterThan(width * 0.4);
    expect(box?.height).toBeGreaterThan(150);
    expect(await ask(page, (hook) => hook.ready)).toBe(true);
  });
});
