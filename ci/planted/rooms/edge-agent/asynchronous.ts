/** Planted: promises and late loading in a room that is synchronous. */
export const late = import("./clean.ts"); // expect: no-restricted-syntax
export const module = await late; // expect: no-restricted-syntax
export async function tick(): Promise<number> { // expect: no-restricted-syntax
  return 1;
}
export const arrow = async (): Promise<number> => 1; // expect: no-restricted-syntax
export async function all(numbers: AsyncIterable<number>): Promise<number> { // expect: no-restricted-syntax
  let sum = 0;
  for await (const number of numbers) sum += number; // expect: no-restricted-syntax
  return sum;
}
export function forget(): void {
  tick(); // expect: @typescript-eslint/no-floating-promises
}
