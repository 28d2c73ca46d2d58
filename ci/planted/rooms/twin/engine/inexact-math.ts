/** Planted: each way to reach mathematics that differs between engines. */
export const sine = Math.sin(1); // expect: no-restricted-properties
export const { cos } = Math; // expect: no-restricted-properties
export const power = Math.pow(2, 0.5); // expect: no-restricted-properties
export const starred = 2 ** 0.5; // expect: no-restricted-syntax
export const quoted = Math["tan"](1); // expect: no-restricted-properties
export const distance = Math.hypot(3, 4); // expect: no-restricted-properties
export const angle = Math.atan2(1, 2); // expect: no-restricted-properties
export const root = Math.cbrt(2); // expect: no-restricted-properties
const m = Math; // expect: no-restricted-syntax
export const aliased = m.sin(1);
export const passed = [1].map((x) => use(Math, x)); // expect: no-restricted-syntax
export const global = globalThis.Math.exp(1); // expect: no-restricted-globals, no-restricted-syntax
const name = "log" as const;
export const computed = Math[name](2); // expect: no-restricted-syntax
function use(math: typeof m, x: number): number {
  let y = math.abs(x);
  y **= 2; // expect: no-restricted-syntax
  return y;
}
