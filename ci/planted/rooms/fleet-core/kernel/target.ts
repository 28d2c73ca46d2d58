/** Control: something to import. */
export const sin = (x: number): number => x;
