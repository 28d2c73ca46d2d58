/** Bundle of the command line and the servers for Node: our code and cannon-es inside, other packages outside. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { buildDigest } from "../sources.mjs";
import { exactMath } from "./exact-math.ts";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  plugins: [exactMath({ exact: process.env.ATLASMESH_INEXACT_MATH !== "1" })],
  define: { __ATLASMESH_BUILD__: JSON.stringify(buildDigest()) },
  publicDir: false,
  build: {
    ssr: true,
    target: "node20",
    minify: false,
    sourcemap: "inline",
    rollupOptions: {
      input: { atlasmesh: "ci/cli/main.ts", "sweep-worker": "ci/cli/adapters/sweep-worker.ts" },
      output: { format: "es", entryFileNames: "[name].mjs", chunkFileNames: "chunks/[name]-[hash].mjs" },
    },
  },
  ssr: { noExternal: ["cannon-es"] },
});
