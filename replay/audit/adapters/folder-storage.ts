/** A folder as Storage: one file per key, written whole or not at all. Keys are relative paths; nothing outside is reached. */
import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { invariant } from "../../../fleet-core/kernel/invariant.ts";
import type { Storage } from "../../../fleet-core/kernel/ports.ts";
import { err, ok } from "../../../fleet-core/kernel/result.ts";

const SAFE = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/** `mode` of new files, e.g. 0o600 for keys. */
export function createFolderStorage(folder: string, mode = 0o644): Storage {
  const fileOf = (key: string): string => {
    invariant(SAFE.test(key) && !key.split("/").some((part) => part === "." || part === ".."), `"${key}" is no key of a folder storage`);
    return join(folder, ...key.split("/"));
  };
  return {
    get(key) {
      const file = fileOf(key);
      return existsSync(file) && lstatSync(file).isFile() ? new Uint8Array(readFileSync(file)) : undefined;
    },
    put(key, value) {
      const file = fileOf(key);
      const part = `${file}.part`;
      try {
        mkdirSync(dirname(file), { recursive: true });
        const fd = openSync(part, "w", mode);
        try {
          for (let at = 0; at < value.length; ) at += writeSync(fd, value, at);
          fsyncSync(fd);
        } finally {
          closeSync(fd);
        }
        renameSync(part, file);
        return ok(undefined);
      } catch {
        rmSync(part, { force: true });
        return err("full");
      }
    },
    delete: (key) => rmSync(fileOf(key), { force: true }),
    keys(prefix) {
      if (!existsSync(folder)) return [];
      const found: string[] = [];
      const walk = (path: string, at: string): void => {
        for (const entry of readdirSync(path, { withFileTypes: true })) {
          if (entry.isDirectory()) walk(join(path, entry.name), `${at}${entry.name}/`);
          else if (entry.isFile() && !entry.name.endsWith(".part")) found.push(`${at}${entry.name}`);
        }
      };
      walk(folder, "");
      return found.filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    },
  };
}
