/** Control: something to import. */
export const place = "web/worker";
