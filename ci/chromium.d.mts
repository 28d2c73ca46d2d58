import type { Browser } from "playwright-core";
export function findChromium(): { readonly path?: string; readonly reason?: string };
export function launchChromium(path: string, args?: readonly string[]): Promise<Browser>;
