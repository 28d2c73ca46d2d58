/** Planted: what is wrong in every room, also in the page. */
import { Store } from "./store.ts"; // expect: @typescript-eslint/consistent-type-imports

export const time = Date.now();
export const raised = 2 ** 3;
export async function load(): Promise<Store | undefined> {
  return undefined;
}
export function start(): void {
  load(); // expect: @typescript-eslint/no-floating-promises
}
export const spread = { ...load() }; // expect: @typescript-eslint/no-misused-promises
