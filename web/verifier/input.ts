/** Files out of a drop or a file dialogue, folders included, with their relative paths. Limits before anything is read. */
import type { InputFile } from "./messages.ts";

const FILES_MAX = 10_000;
const BYTES_MAX = 2 * 1024 * 1024 * 1024;

const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

function limited(files: readonly File[]): readonly File[] {
  let total = 0;
  for (const file of files) total += file.size;
  if (files.length > FILES_MAX || total > BYTES_MAX) throw new Error(`more than ${FILES_MAX} files or ${BYTES_MAX} bytes`);
  return files;
}

export async function fromFiles(list: readonly File[]): Promise<readonly InputFile[]> {
  return Promise.all(limited(list).map(async (file) => ({ path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath, bytes: await bytesOf(file) })));
}

const readAll = (entry: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> => new Promise((done, fail) => {
  const reader = entry.createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives its entries in portions and an empty one at the end.
  const next = (): void => reader.readEntries((portion) => {
    if (portion.length === 0) return done(found);
    found.push(...portion);
    return next();
  }, fail);
  next();
});

async function walk(entry: FileSystemEntry, into: { path: string; file: File }[]): Promise<void> {
  if (into.length > FILES_MAX) throw new Error(`more than ${FILES_MAX} files`);
  if (entry.isFile) into.push({ path: entry.fullPath.replace(/^\//, ""), file: await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail)) });
  else for (const child of await readAll(entry as FileSystemDirectoryEntry)) await walk(child, into);
}

/** The transfer's items must be taken before anything is awaited: the browser empties it. */
export async function fromDrop(transfer: DataTransfer): Promise<readonly InputFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const found: { path: string; file: File }[] = [];
  for (const entry of entries) await walk(entry, found);
  limited(found.map(({ file }) => file));
  return Promise.all(found.map(async ({ path, file }) => ({ path, bytes: await bytesOf(file) })));
}

/** A trust file says so itself. */
export function isTrustFile({ bytes }: InputFile): boolean {
  if (bytes.length > 1 << 20 || bytes[0] !== 0x7b) return false;
  try {
    return (JSON.parse(new TextDecoder().decode(bytes)) as { schema?: unknown }).schema === "atlasmesh.trust/1";
  } catch {
    return false;
  }
}
