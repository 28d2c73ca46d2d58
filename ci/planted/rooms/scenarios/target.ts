/** Control: something to import. */
export const place = "scenarios";
