/**
 * Bundles of the same-bits gate, `--mode node` and `--mode browser`: same plugin and same minifier as the product's. With
 * ATLASMESH_INEXACT_MATH=1 the planted fault, which the gate must reject.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { exactMath } from "../vite/exact-math.ts";

export default defineConfig(({ mode }) => {
  const exact = process.env["ATLASMESH_INEXACT_MATH"] !== "1";
  const outDir = fileURLToPath(new URL(`../../dist/${exact ? "" : "inexact/"}gates/${mode}`, import.meta.url));
  const shared = { root: fileURLToPath(new URL("../..", import.meta.url)), publicDir: false as const, plugins: [exactMath({ exact })], define: { __ATLASMESH_BUILD__: JSON.stringify("same-bits gate") } };
  if (mode === "browser") {
    return { ...shared, build: { outDir, emptyOutDir: true, target: "es2023", lib: { entry: "ci/gates/browser-run.ts", formats: ["iife"], name: "gate", fileName: () => "gate.js" } } };
  }
  return {
    ...shared,
    build: { ssr: true, outDir, emptyOutDir: true, target: "node20", minify: false, rollupOptions: { input: { "node-run": "ci/gates/node-run.ts" }, output: { format: "es", entryFileNames: "[name].mjs" } } },
    ssr: { noExternal: ["cannon-es"] },
  };
});
