/** Control: something to import. */
export const place = "twin";
