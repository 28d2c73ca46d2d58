/** Control: something to import. */
export const place = "replay/recording";
