/** Planted: state that outlives a run because it belongs to the module. */
let counter = 0; // expect: no-restricted-syntax
export let shown = 1; // expect: no-restricted-syntax
const cache = new Map<string, number>(); // expect: no-restricted-syntax
export const seen = new Set<string>(); // expect: no-restricted-syntax
export function next(id: string): number {
  counter += 1;
  shown += 1;
  cache.set(id, counter);
  seen.add(id);
  return counter;
}
