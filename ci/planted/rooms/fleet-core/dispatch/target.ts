/** Control: something to import. */
export const place = "fleet-core/dispatch";
