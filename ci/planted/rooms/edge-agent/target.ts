/** Control: something to import. */
export const place = "edge-agent";
