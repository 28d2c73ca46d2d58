export function sourceDigests(): Record<string, string>;
export function opaVersion(): string | undefined;
export function compile(): { readonly wasm: Buffer; readonly manifest: string };
