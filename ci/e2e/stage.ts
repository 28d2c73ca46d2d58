/** What every end-to-end test stands on: a demo server of its own, a browser, pages that keep a list of their misdeeds. */
import { execFile, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { launch, openPage, waitReady, type OpenPage } from "../../web/e2e/page.ts";
import type { TestHook } from "../../web/model/test-hook.ts";
import { launchChromium } from "../chromium.mjs";
import { root } from "../sources.mjs";

export interface Demo {
  readonly url: string;
  /** `performance.now()` when the server had printed its address. */
  readonly sinceMs: number;
  stop(): Promise<void>;
}

/** Starts `atlasmesh demo --port 0` with `words` and waits for the address it prints. */
export function startDemo(...words: readonly string[]): Promise<Demo> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(root, "ci/atlasmesh.mjs"), "demo", "--port", "0", ...words], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let errors = "";
    const ended = new Promise<void>((end) => child.on("close", () => end()));
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      const url = /^(http:\/\/127\.0\.0\.1:\d+\/)\n/.exec(out)?.[1];
      if (url !== undefined) {
        done({
          url,
          sinceMs: performance.now(),
          stop: async () => {
            child.kill("SIGTERM");
            const late = setTimeout(kill, 10_000);
            await ended;
            clearTimeout(late);
            process.off("exit", kill);
          },
        });
      }
    });
    child.on("close", (code) => fail(new Error(`demo ended with ${code}: ${out}${errors}`)));
  });
}

/** The command line in a process of its own. */
export function atlasmesh(...words: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [join(root, "ci/atlasmesh.mjs"), ...words], { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => done({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 3, stdout, stderr }));
  });
}

export interface Stage {
  readonly demo: Demo;
  readonly browser: Browser;
  /** Opens the server's page (with this query) in a fresh context. Opened inside a test, it is closed with it. */
  open(query?: string, options?: BrowserContextOptions): Promise<OpenPage>;
}

/** One server and one browser for a test file. Failures leave a picture in `out/`; misdeeds of any page are failures. */
export function useStage(options: { readonly flags?: readonly string[]; readonly words?: readonly string[] } = {}): Stage {
  let demo: Demo;
  let browser: Browser;
  const pages = new Set<OpenPage>();
  let lasting: ReadonlySet<OpenPage> = new Set();
  beforeAll(async () => {
    demo = await startDemo(...(options.words ?? []));
    const path = process.env["ATLASMESH_CHROMIUM"] ?? "";
    browser = options.flags === undefined ? await launch(path) : await launchChromium(path, options.flags);
  });
  beforeEach(() => {
    lasting = new Set(pages);
  });
  afterEach(async ({ task }) => {
    const failed = task.result?.state === "fail";
    let i = 0;
    for (const { page } of pages) {
      if (!failed || page.isClosed()) continue;
      mkdirSync(join(root, "out", "e2e"), { recursive: true });
      i += 1;
      await page.screenshot({ path: join(root, "out", "e2e", `${task.name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}-${i}.png`) }).catch(() => undefined);
    }
    const trouble = [...pages].flatMap((opened) => opened.trouble.splice(0));
    for (const opened of [...pages]) {
      if (lasting.has(opened)) continue;
      pages.delete(opened);
      await opened.close();
    }
    expect(trouble, "console errors, exceptions, failed or foreign requests").toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await demo.stop();
  });
  return {
    get demo() {
      return demo;
    },
    get browser() {
      return browser;
    },
    async open(query = "", contextOptions = {}) {
      // Small pictures: without a GPU every pixel costs processor time that the twin needs.
      const opened = await openPage(browser, `${demo.url}${query}`, { viewport: { width: 900, height: 640 }, ...contextOptions });
      pages.add(opened);
      return opened;
    },
  };
}

/** Reads from the page's own test hook. */
export const ask = <T>(page: Page, read: (hook: TestHook) => T): Promise<T> => page.evaluate(`(${read.toString()})(window.__atlasmesh)`) as Promise<T>;

/** Waits until `test` of the page's hook is true. Asked from outside: the page's content policy forbids it to evaluate texts. */
export async function until(page: Page, test: (hook: TestHook) => unknown, what: string, timeoutMs = 150_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await ask(page, test))) {
    if (performance.now() > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await page.waitForTimeout(60);
  }
}

/** Positions of all entities now, by id. */
export const positions = (page: Page): Promise<Record<string, readonly [number, number]>> => ask(page, (hook) => {
  const { roster, poses } = hook.session.sample;
  return Object.fromEntries(roster.map((entity, i) => [entity.id, [poses[i * 10] ?? 0, poses[i * 10 + 1] ?? 0] as const]));
});

/** Ids that are somewhere else in `b` than in `a`. */
export const moved = (a: Record<string, readonly [number, number]>, b: Record<string, readonly [number, number]>): readonly string[] =>
  Object.keys(a).filter((id) => b[id] !== undefined && Math.hypot(b[id][0] - (a[id]?.[0] ?? 0), b[id][1] - (a[id]?.[1] ?? 0)) > 0.05);

/** Pauses and gives the tick at which the run stands. By the button: Space presses whatever button has the focus. */
export async function pause(page: Page): Promise<number> {
  if (await ask(page, (hook) => hook.state.status?.playing)) await page.getByRole("button", { name: "Pause" }).click();
  await until(page, (hook) => hook.state.status?.playing === false && hook.lastTick === hook.state.status.tick, "the run stands still");
  return ask(page, (hook) => hook.lastTick);
}

export { waitReady };
