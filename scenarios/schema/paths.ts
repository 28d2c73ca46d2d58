/**
 * Paths inside a scenario's files. A reference is relative to the file that holds it; the result is relative to the
 * scenario's own folder, with forward slashes. Refuses absolute paths, drives, URLs, backslash escapes and climbing out
 * further than a data folder's usual depth, so that a scenario cannot name any file of the machine.
 */
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";

/** How many folders above the file that holds it a reference may reach. */
export const MAX_CLIMB = 3;

export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "" : path.slice(0, at);
}

export function baseName(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  const dot = file.lastIndexOf(".");
  return dot > 0 ? file.slice(0, dot) : file;
}

/** `reference` as seen from `folder`, normalised: `""` + `./a/../b.xodr` gives `b.xodr`. */
export function resolvePath(folder: string, reference: string): Result<string, string> {
  const path = reference.trim();
  if (path === "") return err("the path is empty");
  if (path.includes("\u0000")) return err("the path holds a zero character");
  if (path.includes("\\")) return err(`the path ${JSON.stringify(path)} holds a backslash; folders are separated by /`);
  if (path.startsWith("/") || path.startsWith("~") || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) return err(`the path ${JSON.stringify(path)} is not relative to the scenario's folder`);
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
    else parts.push("..");
  }
  const climb = parts.filter((p) => p === "..").length - folder.split("/").filter((p) => p === "..").length;
  if (climb > MAX_CLIMB) return err(`the path ${JSON.stringify(path)} leaves the scenario's data folder (at most ${MAX_CLIMB} folders up)`);
  return ok(parts.join("/"));
}
