/**
 * Who executes a gate's set: a Node of some version, or Chromium. Each gives the runs of every spec in one go, and any single
 * run again with its ticks written out.
 */
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { root } from "../sources.mjs";

const run = promisify(execFile);
/** A page takes the set in parts: one message must not be too long. */
const PART = 4 << 20;

/** `all(times)`: runs of each spec, `times` times over. `one(of, index, range)`: one run again. */
export function inNode(name, path, script, file) {
  return {
    name,
    all: (times = 1) => new Promise((done, fail) => {
      const child = spawn(path, [script, file, "--times", String(times)], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
      child.on("error", fail);
      child.on("close", (code) => {
        if (code !== 0) return fail(new Error(`${name} ended with ${code}`));
        const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
        const each = lines.length / times;
        done(Array.from({ length: times }, (_, i) => lines.slice(i * each, (i + 1) * each)));
      });
    }),
    async one(of, index, range) {
      const words = range === undefined ? [] : ["--from", String(range.fromTick), "--to", String(range.toTick)];
      const { stdout } = await run(path, [script, file, "--spec", String(of), "--run", String(index), ...words], { maxBuffer: 1 << 30, cwd: root });
      return JSON.parse(stdout);
    },
  };
}

export function inBrowser(name, browser, script, file) {
  const withPage = async (use) => {
    const page = await browser.newPage();
    try {
      await page.goto("about:blank");
      await page.addScriptTag({ path: script });
      const json = readFileSync(file, "utf8");
      for (let at = 0; at < json.length; at += PART) await page.evaluate((part) => window.atlasmeshGate.take(part), json.slice(at, at + PART));
      return await use(page);
    } finally {
      await page.close();
    }
  };
  return {
    name,
    all: () => withPage(async (page) => {
      const specs = JSON.parse(readFileSync(file, "utf8")).specs.length;
      const runs = [];
      for (let of = 0; of < specs; of += 1) runs.push(await page.evaluate((number) => window.atlasmeshGate.executeAll(number), of));
      return [runs];
    }),
    one: (of, index, range) => withPage((page) => page.evaluate(([spec, number, wanted]) => window.atlasmeshGate.execute(spec, number, wanted ?? undefined), [of, index, range ?? null])),
  };
}
