/**
 * Opens the page in real Chromium for end-to-end tests, collecting whatever a good page must not do: console errors,
 * uncaught exceptions, failed requests, requests to other hosts. Node only; no part of the page.
 */
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

/** Chromium without a GPU, quiet on the network. */
export const CHROMIUM_FLAGS: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable", "/usr/bin/google-chrome"];

/** Path of a Chromium on this machine; `CHROMIUM` in the environment wins. Undefined when there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const asked = env["CHROMIUM"];
  if (asked !== undefined && asked !== "") return asked;
  return PLACES.find((path) => existsSync(path));
}

export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS], headless: true });
}

export interface Trouble {
  readonly kind: "console" | "exception" | "request" | "external";
  readonly text: string;
}

export interface OpenPage {
  readonly page: Page;
  /** Everything a good page must not do, so far. */
  readonly trouble: Trouble[];
  close(): Promise<void>;
}

/** Chromium's own remarks about software rendering; not the page's doing. */
const HARMLESS = /GroupMarkerNotSet|software WebGL|GPU stall|swiftshader/i;

/** Opens `url` in a fresh context. The page's origin is the only host it may ask. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const trouble: Trouble[] = [];
  const origin = new URL(url).origin;
  page.on("console", (message) => {
    if (message.type() === "error" && !HARMLESS.test(message.text())) trouble.push({ kind: "console", text: message.text() });
  });
  page.on("pageerror", (error) => trouble.push({ kind: "exception", text: error.stack ?? error.message }));
  page.on("requestfailed", (request) => trouble.push({ kind: "request", text: `${request.url()} ${request.failure()?.errorText ?? ""}` }));
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push({ kind: "request", text: `${response.status()} ${response.url()}` });
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (target.protocol !== "data:" && target.protocol !== "blob:" && target.origin !== origin) trouble.push({ kind: "external", text: request.url() });
  });
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== new URL(url).host) trouble.push({ kind: "external", text: socket.url() });
  });
  await page.goto(url);
  return { page, trouble, close: () => context.close() };
}

/** Waits until the twin has shown a frame. */
export async function waitReady(page: Page, timeoutMs = 60_000): Promise<void> {
  await page.waitForFunction(() => window.__atlasmesh?.ready === true && (window.__atlasmesh.frames > 0 || window.__atlasmesh.quality === "none"), undefined, { timeout: timeoutMs });
}

/** Waits until the newest tick the page knows has reached `tick`. */
export async function waitTick(page: Page, tick: number, timeoutMs = 60_000): Promise<void> {
  await page.waitForFunction((wanted) => (window.__atlasmesh?.lastTick ?? -1) >= wanted, tick, { timeout: timeoutMs });
}

export interface AxeFinding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly string[];
}

/** Violations of WCAG 2.0 to 2.2 A and AA found by axe-core, whose source text the caller reads and passes in. */
export async function axe(page: Page, source: string): Promise<readonly AxeFinding[]> {
  await page.evaluate(source);
  return page.evaluate(async () => {
    interface AxeApi {
      run(context: Document, options: unknown): Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const api = (window as unknown as { axe: AxeApi }).axe;
    const found = await api.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
    return found.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`) }));
  });
}
