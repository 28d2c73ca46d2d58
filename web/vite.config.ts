/**
 * Builds the page into `dist/web`, to be served from any folder (relative base) and to ask no other host for anything.
 * The same exact-math plugin as in Node runs over the worker's bundle, or the two would not agree on a single bit.
 */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { buildDigest } from "../ci/sources.mjs";
import { exactMath } from "../ci/vite/exact-math.ts";

const exact = process.env["ATLASMESH_INEXACT_MATH"] !== "1";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  define: { __ATLASMESH_BUILD__: JSON.stringify(buildDigest()) },
  plugins: [react(), exactMath({ exact })],
  worker: { format: "es", plugins: () => [exactMath({ exact })] },
  build: {
    outDir: fileURLToPath(new URL("../dist/web", import.meta.url)),
    emptyOutDir: true,
    target: "es2023",
    chunkSizeWarningLimit: 1500,
    // Nothing is inlined as a data URL: a strict content policy can then forbid them.
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "three", test: /node_modules[\\/](three|@react-three)[\\/]/ }] } } },
  },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } },
});
