/**
 * Where readings wait until their latency has passed: as rows of numbers in one block, so that a waiting reading is
 * neither an object nor scattered over the memory. Readings keep the time they were measured. A queue nobody empties (a
 * stalled computer) keeps the newest and counts what it let go.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { NEVER_US } from "./timetable.ts";

/** Readings that may wait in one queue. */
export const QUEUE_LIMIT = 64;
const ROWS_FIRST = 4;

/** Rows of `width` numbers, oldest first. The first number of each row is when it was measured. */
export class RowQueue {
  /** Row k begins at `at(k)`. Another array after a `push`, so look it up afresh. */
  cells: Float64Array;
  rows = 0;
  /** Rows let go because nobody took them. */
  dropped = 0;
  private head = 0;
  private readonly width: number;
  private readonly limit: number;

  constructor(width: number, limit: number = QUEUE_LIMIT) {
    this.width = width;
    this.limit = limit;
    this.cells = new Float64Array(width * ROWS_FIRST);
  }

  at(row: number): number {
    return (this.head + row) * this.width;
  }

  get full(): boolean {
    return this.rows >= this.limit;
  }

  /** When the oldest row was measured; `NEVER_US` when there is none. */
  get oldestUs(): number {
    return this.rows === 0 ? NEVER_US : (this.cells[this.head * this.width] as number);
  }

  /** Makes room for one more row, letting go of the oldest when the queue is full; returns where it begins in `cells`. */
  push(measuredUs: number): number {
    if (this.full) {
      this.drop(1);
      this.dropped += 1;
    }
    if ((this.head + this.rows + 1) * this.width > this.cells.length) this.makeRoom();
    const at = (this.head + this.rows) * this.width;
    this.rows += 1;
    this.cells[at] = measuredUs;
    return at;
  }

  /** How many rows were measured at or before this time. */
  until(measuredUs: number): number {
    let n = 0;
    while (n < this.rows && (this.cells[(this.head + n) * this.width] as number) <= measuredUs) n += 1;
    return n;
  }

  /** Takes the oldest `count` rows away. */
  drop(count: number): void {
    this.rows -= count;
    this.head = this.rows === 0 ? 0 : this.head + count;
  }

  /** What waits by number and time. What the rows say follows from draws and places that are hashed themselves. */
  hashInto(hash: StateHash): void {
    hash.number(this.rows);
    hash.number(this.dropped);
    if (this.rows === 0) return;
    const last = (this.head + this.rows - 1) * this.width;
    hash.number(this.oldestUs);
    for (let i = last; i < last + this.width; i += 1) hash.number(this.cells[i] as number);
  }

  /** Moves what waits to the front when half of the block is free, else into a block of twice the size. */
  private makeRoom(): void {
    const from = this.head * this.width;
    const until = from + this.rows * this.width;
    this.head = 0;
    if (2 * (until - from) <= this.cells.length) {
      for (let i = from; i < until; i += 1) this.cells[i - from] = this.cells[i] as number;
      return;
    }
    const roomy = new Float64Array(2 * this.cells.length);
    roomy.set(this.cells.subarray(from, until));
    this.cells = roomy;
  }
}
