/** Bundles on disk: a folder or one container file, sealed for a recipient if wanted. Reads strictly: no links, nothing outside. */
import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { err, ok, InputError, type Result } from "../../../fleet-core/kernel/result.ts";
import { pathFault, type BundleFiles } from "../layout.ts";
import { looksLikeTar, packTar, unpackTar, type ContainerFault } from "../tar.ts";

const BYTES_MAX = 4 * 1024 * 1024 * 1024;
const FILES_MAX = 10_000;

const bad = (file: string, message: string, expected: string): InputError => new InputError([{ severity: "error", file, message, expected }]);

function writeFile(path: string, bytes: Uint8Array): void {
  const part = `${path}.part`;
  const fd = openSync(part, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(part, path);
}

/** Whether `path` names a container file rather than a folder. */
export const isContainerName = (path: string): boolean => /\.(?:tar|evidence)$/.test(path);

/** Writes a container when the name says so, else a folder, which must be new or empty. Throws InputError. */
export function writeBundle(path: string, files: BundleFiles): void {
  const target = resolve(path);
  if (!existsSync(dirname(target))) throw bad(path, "cannot be written: its folder does not exist", "an existing folder");
  try {
    if (isContainerName(path)) return writeFile(target, packTar(files));
    if (existsSync(target) && readdirSync(target).length > 0) throw bad(path, "is there already and not empty", "a new folder, or a name ending in .tar");
    for (const [name, bytes] of files) {
      const file = join(target, ...name.split("/"));
      mkdirSync(dirname(file), { recursive: true });
      writeFile(file, bytes);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    rmSync(`${target}.part`, { force: true });
    throw bad(path, `cannot be written: ${error instanceof Error ? error.message : String(error)}`, "a writable path");
  }
}

export interface OpenFault {
  readonly fault: ContainerFault | "no-bundle" | "too-large";
  readonly text: string;
}

/** Files of a folder or container. A link or a path outside is a fault of the bundle, not of the input. */
export function readBundle(path: string): Result<BundleFiles, OpenFault> {
  if (!existsSync(path)) throw bad(path, "cannot be read", "a bundle: a folder or a .tar file");
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return err({ fault: "symlink", text: `${path} is a link` });
  if (stat.isFile()) {
    const bytes = new Uint8Array(readFileSync(path));
    return looksLikeTar(bytes) ? unpackTar(bytes) : err({ fault: "no-bundle", text: `${path} is no bundle (a sealed one needs --key)` });
  }
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const walk = (folder: string, prefix: string): OpenFault | undefined => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = `${prefix}${entry.name}`;
      if (entry.isSymbolicLink()) return { fault: "symlink", text: `${name} is a link` };
      if (entry.isDirectory()) {
        const fault = walk(join(folder, entry.name), `${name}/`);
        if (fault !== undefined) return fault;
      } else if (!entry.isFile()) return { fault: "container-entry-kind", text: `${name} is no plain file` };
      else {
        const form = pathFault(name);
        if (form !== undefined) return { fault: form, text: `"${name}" is no path of a bundle` };
        const bytes = new Uint8Array(readFileSync(join(folder, entry.name)));
        total += bytes.length;
        if (total > BYTES_MAX || files.size >= FILES_MAX) return { fault: "too-large", text: `more than ${FILES_MAX} files or ${BYTES_MAX} bytes` };
        files.set(name, bytes);
      }
    }
    return undefined;
  };
  const fault = walk(path, "");
  return fault === undefined ? ok(files) : err(fault);
}
