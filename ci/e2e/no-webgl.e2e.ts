/** Without WebGL the page says so and goes on with the map from above. */
import { describe, expect, it } from "vitest";
import { ask, moved, positions, until, useStage } from "./stage.ts";

const stage = useStage({ flags: ["--disable-3d-apis", "--disable-gpu"] });

describe("without WebGL", () => {
  it("a message says so, the map from above moves, and everything else works", async () => {
    const { page } = await stage.open();
    await page.getByText("This browser has no WebGL 2").waitFor();
    await until(page, (hook) => hook.ready && hook.lastTick > 300, "three seconds of run");
    expect(await ask(page, (hook) => [hook.quality, hook.state.webgl])).toEqual(["none", "no"]);
    const before = await positions(page);
    await page.waitForTimeout(1000);
    expect(moved(before, await positions(page)).length).toBeGreaterThan(0);
    // The map is painted, not blank: it has more than the ground's colour.
    const colours = await page.locator("canvas.map").evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      const seen = new Set<number>();
      for (let i = 0; i < data.length; i += 4 * 37) seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
      return seen.size;
    });
    expect(colours).toBeGreaterThan(3);
    await page.locator("#vehicles tbody tr", { hasText: "bus-2" }).click();
    await page.locator(".fault-grid").getByRole("button", { name: "Camera dropout" }).click();
    await until(page, (hook) => hook.state.decisions.at(-1)?.vehicleId === "bus-2", "a decision of bus-2");
  });
});
