/** Secrets in the data folder: made at random on first use, readable by the owner alone, refused when others can read them. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

export const randomSecret = (): string => randomBytes(32).toString("base64url");

/** Written whole or not at all, mode 0600. */
export function writeSecret(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  const fd = openSync(part, "wx", 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(part, file);
}

/** Undefined when there is none. Throws when the file is open to others: then the secret is none any more. */
export function readSecret(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const mode = statSync(file).mode & 0o077;
  if (mode !== 0 && process.platform !== "win32") throw new Error(`${file} is readable by others (mode ${(statSync(file).mode & 0o777).toString(8)}); make it 600 and change the secret`);
  return readFileSync(file, "utf8");
}

/** The secret under this name; `make` gives it on first use. */
export async function secretOf(folder: string, name: string, make: () => string | Promise<string>): Promise<{ readonly text: string; readonly isNew: boolean }> {
  const file = join(folder, name);
  const held = readSecret(file);
  if (held !== undefined) return { text: held, isNew: false };
  const text = await make();
  writeSecret(file, text);
  return { text, isNew: true };
}
