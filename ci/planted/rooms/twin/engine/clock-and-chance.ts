/** Planted: every global that differs between machines or moments, in the spellings people use. */
export const born = Date.now(); // expect: no-restricted-globals
export const date = new Date(0); // expect: no-restricted-globals
export const monotonic = performance.now(); // expect: no-restricted-globals
export const viaGlobal = globalThis.setTimeout(() => undefined, 1); // expect: no-restricted-globals
export const viaSelf = self.queueMicrotask; // expect: no-restricted-globals
export const viaWindow = window.crypto; // expect: no-restricted-globals
export const timer = setInterval(() => undefined, 1); // expect: no-restricted-globals
export const soon = setImmediate(() => undefined); // expect: no-restricted-globals
export const frame = requestAnimationFrame(() => undefined); // expect: no-restricted-globals
export const id = crypto.randomUUID(); // expect: no-restricted-globals
export const page = fetch("https://example.org"); // expect: no-restricted-globals
export const socket = new WebSocket("wss://example.org"); // expect: no-restricted-globals
export const request = new XMLHttpRequest(); // expect: no-restricted-globals
export const worker = new Worker("worker.js"); // expect: no-restricted-globals
export const where = process.env["HOME"]; // expect: no-restricted-globals
export const numbers = new Intl.NumberFormat(); // expect: no-restricted-globals
export const weak = new WeakRef({}); // expect: no-restricted-globals
export const registry = new FinalizationRegistry(() => undefined); // expect: no-restricted-globals
export const later = Promise.resolve(1); // expect: no-restricted-globals
export const shared = new SharedArrayBuffer(8); // expect: no-restricted-globals
export const waited = Atomics.load(new Int32Array(8), 0); // expect: no-restricted-globals
export const kept = localStorage.getItem("x"); // expect: no-restricted-globals
export const agent = navigator.userAgent; // expect: no-restricted-globals
export const files: unknown = require("node:fs"); // expect: @typescript-eslint/no-require-imports, no-restricted-globals
console.log("hello"); // expect: no-restricted-globals
export const everything = globalThis; // expect: no-restricted-globals
export const chance = Math.random(); // expect: no-restricted-properties
