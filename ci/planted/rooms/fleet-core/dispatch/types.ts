/** Planted: holes in the types. */
export type Shape = { readonly kind: "circle" } | { readonly kind: "square" };

export function area(shape: Shape): number {
  switch (shape.kind) { // expect: @typescript-eslint/switch-exhaustiveness-check
    case "circle":
      return 3;
  }
  return 0;
}

export function anything(value: any): boolean { // expect: @typescript-eslint/no-explicit-any
  return value == 1; // expect: eqeqeq
}
// A comment must not switch a rule off here.
/* eslint-disable no-restricted-globals */ // expect: null
export const now = Date.now(); // expect: no-restricted-globals
