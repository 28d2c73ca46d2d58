/** The record of a sweep on disk: begun anew, or gone on from; each line is written whole and at once. */
import { closeSync, existsSync, ftruncateSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { createJournal, headLine, type SweepHead } from "../../../scenarios/sweep/journal.ts";
import type { VariationVerdict } from "../../../scenarios/sweep/verdict.ts";

const CHUNK_BYTES = 1 << 20;
/** A line longer than this is none of ours. */
const LINE_BYTES_MAX = 1 << 22;
const NEWLINE = 10;

export interface SweepFile {
  write(line: string): void;
  close(): void;
}

const bad = (file: string, message: string, expected: string): InputError => new InputError([{ severity: "error", file, message, expected }]);

/** A new record; an existing file is left alone. */
export function createSweepFile(path: string, head: SweepHead): SweepFile {
  if (existsSync(path) && statSync(path).isFile() && statSync(path).size > 0) throw bad(path, "exists", `a new file; --resume ${path} goes on from this one`);
  const file = open(path, "w");
  file.write(headLine(head));
  return file;
}

/**
 * Goes on from a record, or begins it. `known` is told of each verdict there is. What a killed writer left of its last line
 * is cut off; anything else that is not of this very sweep is refused.
 */
export function resumeSweepFile(path: string, head: SweepHead, isSelected: (variation: number) => boolean, known: (verdict: VariationVerdict) => void): SweepFile {
  if (!existsSync(path)) return createSweepFile(path, head);
  if (!statSync(path).isFile()) throw bad(path, "is not a file", "a file written by sweep --out");
  const journal = createJournal(path, head, isSelected);
  const file = open(path, "r+");
  try {
    const good = readLines(path, file.fd, (line) => {
      const taken = journal.line(line);
      if (!taken.ok) throw new InputError([taken.error]);
      if (taken.value !== undefined) known(taken.value);
    }, (rest) => {
      const taken = journal.rest(rest);
      if (!taken.ok) throw new InputError([taken.error]);
    });
    ftruncateSync(file.fd, good);
    file.seek(good);
    if (!journal.begun) file.write(headLine(head));
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Calls `take` for each line that has its end, `rest` with what follows; returns the offset after the last line end. */
function readLines(path: string, fd: number, take: (line: string) => void, rest: (text: string) => void): number {
  const decoder = new TextDecoder("utf-8");
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let pending = Buffer.alloc(0);
  let offset = 0;
  for (;;) {
    const read = readSync(fd, chunk, 0, CHUNK_BYTES, offset + pending.length);
    if (read === 0) break;
    const data = Buffer.concat([pending, chunk.subarray(0, read)]);
    let from = 0;
    for (let end = data.indexOf(NEWLINE, from); end >= 0; end = data.indexOf(NEWLINE, from)) {
      take(decoder.decode(data.subarray(from, end)));
      from = end + 1;
    }
    offset += from;
    pending = Buffer.from(data.subarray(from));
    if (pending.length > LINE_BYTES_MAX) throw bad(path, `has a line of more than ${LINE_BYTES_MAX} bytes`, "a file written by sweep --out");
  }
  // A killed writer may have stopped inside a character; its bytes are cut off with the rest of the line.
  rest(decoder.decode(pending));
  return offset;
}

function open(path: string, flags: "w" | "r+"): SweepFile & { readonly fd: number; seek(offset: number): void } {
  if (!existsSync(dirname(resolve(path)))) throw bad(path, "cannot be written: its folder does not exist", "an existing folder");
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch {
    throw bad(path, "cannot be written", "a writable path");
  }
  let position = 0;
  return {
    fd,
    seek: (offset) => void (position = offset),
    write(line) {
      const data = Buffer.from(`${line}\n`);
      for (let at = 0; at < data.length; ) {
        const written = writeSync(fd, data, at, data.length - at, position);
        at += written;
        position += written;
      }
    },
    close: () => closeSync(fd),
  };
}
