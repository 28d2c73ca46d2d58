/** Planted: order and text that depend on locale, on insertion or on nothing at all. */
export const before = "ä".localeCompare("z"); // expect: no-restricted-properties
export const shown = (1234.5).toLocaleString(); // expect: no-restricted-properties
export const lower = "I".toLocaleLowerCase(); // expect: no-restricted-properties
export const upper = "i".toLocaleUpperCase(); // expect: no-restricted-properties
export const sorted = [10, 9, 1].sort(); // expect: @typescript-eslint/require-array-sort-compare
export const copied = [10, 9, 1].toSorted(); // expect: @typescript-eslint/require-array-sort-compare
export function keys(table: Readonly<Record<string, number>>): string[] {
  const found: string[] = [];
  for (const key in table) found.push(key); // expect: no-restricted-syntax
  return found;
}
