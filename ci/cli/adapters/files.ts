/** Files for the command line: reading with clear errors, writing whole or not at all. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../../../fleet-core/kernel/result.ts";

const INPUT_BYTES_MAX = 512 * 1024 * 1024;

/** Root of the checkout, found upward from the running bundle. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (existsSync(join(folder, "package.json")) && existsSync(join(folder, "fleet-core"))) return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("the atlasmesh checkout was not found above the bundle");
    folder = parent;
  }
}

const bad = (file: string, message: string, expected: string): InputError => new InputError([{ severity: "error", file, message, expected }]);

export function readBytes(path: string): Uint8Array {
  let size: number;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw bad(path, "is not a file", "a regular file");
    size = stat.size;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw bad(path, "cannot be read", "an existing, readable file");
  }
  if (size > INPUT_BYTES_MAX) throw bad(path, `has ${size} bytes`, `at most ${INPUT_BYTES_MAX}`);
  try {
    return new Uint8Array(readFileSync(path));
  } catch {
    throw bad(path, "cannot be read", "an existing, readable file");
  }
}

export function readText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readBytes(path));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw bad(path, "is not UTF-8 text", "UTF-8");
  }
}

/** Writes beside the target and renames, so nobody ever sees half a file. */
export function writeWhole(path: string, bytes: Uint8Array | string): void {
  const target = resolve(path);
  if (!existsSync(dirname(target))) throw bad(path, "cannot be written: its folder does not exist", "an existing folder");
  const part = `${target}.part`;
  try {
    const fd = openSync(part, "w");
    try {
      const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
      for (let at = 0; at < data.length; ) at += writeSync(fd, data, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, target);
  } catch {
    rmSync(part, { force: true });
    throw bad(path, "cannot be written", "a writable path");
  }
}

/** Files below `folder` with this ending, relative, forward slashes, sorted by code units. */
export function listBelow(folder: string, ending: string): readonly string[] {
  const found: string[] = [];
  const walk = (path: string, prefix: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(path, entry.name), `${prefix}${entry.name}/`);
      else if (entry.name.endsWith(ending)) found.push(`${prefix}${entry.name}`);
    }
  };
  if (existsSync(folder)) walk(folder, "");
  return found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
