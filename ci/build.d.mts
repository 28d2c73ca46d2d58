/** Builds the named parts when their sources changed; resolves with the output folder. */
export function ensureBuilt(parts: readonly string[], force?: boolean): Promise<string>;
