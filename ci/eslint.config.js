/**
 * Lint of the whole project: types, deterministic rooms (what differs between engines, machines or runs is forbidden by
 * name), import directions between rooms. `ci/planted` holds one planted fault per rule; `ci/lint.test.ts` proves that
 * each is reported.
 */
import { fileURLToPath } from "node:url";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";
import { directionZones } from "./import-directions.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const port = (what) => `Not in a deterministic room: take ${what}.`;
const globals = {
  Date: "Clock", performance: "Clock", setTimeout: "Clock", setInterval: "Clock", setImmediate: "Clock", queueMicrotask: "Clock",
  requestAnimationFrame: "Clock", crypto: "Rng or Identity", fetch: "Transport", XMLHttpRequest: "Transport", WebSocket: "Transport",
  Worker: "an adapter", process: "a parsed config value", Intl: "nothing; format in web/", WeakRef: "nothing",
  FinalizationRegistry: "nothing", Promise: "nothing; promises live in adapters", Atomics: "nothing", SharedArrayBuffer: "nothing",
  localStorage: "Storage", navigator: "nothing", require: "an import", console: "Log",
  globalThis: "nothing", self: "nothing", window: "nothing", document: "nothing",
};
/** Packages whose code may decide bits of a run; `ci/sources.mjs` puts their versions into the build digest. */
const packages = ["cannon-es", "saxes", "zod", "@mcap/core", "@foxglove/schemas"];
const atTopLevel = ":matches(Program, Program > ExportNamedDeclaration) >";
export const inexact = ["sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "expm1", "log", "log1p", "log2", "log10", "pow", "hypot", "cbrt"];

const deterministic = ["twin/**/*.ts", "scenarios/**/*.ts", "fleet-core/**/*.ts", "edge-agent/**/*.ts", "replay/**/*.ts"];
const notDeterministic = ["**/adapters/**", "**/*.test.ts", "**/*.bench.ts", "**/main.ts", "**/test-*.ts"];

/** The rules of the deterministic rooms, shared with the planted-fault test. */
export const deterministicRules = {
  "no-restricted-globals": ["error", { checkGlobalObject: true, globals: Object.entries(globals).map(([name, what]) => ({ name, message: port(what) })) }],
  "no-restricted-properties": ["error",
    { object: "Math", property: "random", message: port("Rng") },
    ...inexact.map((property) => ({ object: "Math", property, message: "Differs between engines; import it from fleet-core/kernel/math." })),
    ...["localeCompare", "toLocaleString", "toLocaleDateString", "toLocaleTimeString", "toLocaleLowerCase", "toLocaleUpperCase"].map((property) => ({ property, message: "Depends on ICU and locale." }))],
  "no-restricted-syntax": ["error",
    { selector: ":matches(BinaryExpression[operator='**'], AssignmentExpression[operator='**='])", message: "** is Math.pow." },
    { selector: "ForInStatement", message: "Iterate a sorted array or a Map." },
    { selector: "ImportExpression", message: "No dynamic import here." },
    { selector: ":matches(AwaitExpression, ForOfStatement[await=true], :function[async=true])", message: "The deterministic core is synchronous; promises live in adapters." },
    { selector: `${atTopLevel} VariableDeclaration[kind!='const']`, message: "No module state." },
    { selector: `${atTopLevel} VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]`, message: "An empty table at module level can only be module state." },
    // Math may be used as Math.name only: under another name, or by a computed one, the rule above sees nothing.
    { selector: ":matches(:not(MemberExpression, VariableDeclarator) > Identifier[name='Math'], VariableDeclarator[id.type='Identifier'] > Identifier[name='Math'].init, MemberExpression[object.name='Math'][computed=true]:not([property.type='Literal']), MemberExpression[object.name=/^(globalThis|self|window)$/][property.name='Math'])", message: "Math is used as Math.name only." }],
  "no-restricted-imports": ["error", { patterns: [
    { regex: "^node:", message: port("an adapter") },
    { regex: `^(?!node:|\\.{1,2}/|(${packages.join("|")})(/|$))`, message: `A deterministic room uses only ${packages.join(", ")}; each more package decides bits (and belongs into ci/sources.mjs).` }] }],
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
  "@typescript-eslint/require-array-sort-compare": "error",
};

export default tseslint.config(
  { ignores: ["dist/**", "out/**", "node_modules/**", "ci/planted/**"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "import-x": importX },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "import-x/no-restricted-paths": ["error", { basePath: root, zones: directionZones }],
    },
  },
  { files: deterministic, ignores: notDeterministic, linterOptions: { noInlineConfig: true }, rules: deterministicRules },
  // The tripwire's whole job is to touch what nobody else may.
  { files: ["twin/engine/tripwire.ts"], rules: { "no-restricted-globals": "off", "no-restricted-properties": "off" } },
  // A build configuration, not part of the page.
  { files: ["web/vite.config.ts", "web/verifier/vite.config.ts"], rules: { "import-x/no-restricted-paths": "off" } },
  {
    files: ["**/*.js", "**/*.mjs"],
    rules: { eqeqeq: "error", "no-undef": "off" },
  },
);
