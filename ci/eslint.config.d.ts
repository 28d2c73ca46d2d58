export const inexact: readonly string[];
export const deterministicRules: Readonly<Record<string, unknown>>;
