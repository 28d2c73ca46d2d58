/**
 * Which track number one object sensor has given to which body. A few rows of numbers, searched from end to end: a sensor
 * has a handful of things in view, and a handful of numbers is found faster than one entry of a table by name.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";

const COLUMNS = 3;
const ROWS_FIRST = 4;

export class TrackTable {
  count = 0;
  /** Body's serial, track number, when it was last in view [µs]. */
  private cells = new Float64Array(COLUMNS * ROWS_FIRST);

  /** Track number of a body seen after `sinceUs`, marked as in view now; 0 when there is none. */
  seen(serial: number, sinceUs: number, nowUs: number): number {
    const { cells } = this;
    for (let at = 0; at < COLUMNS * this.count; at += COLUMNS) {
      if (cells[at] !== serial) continue;
      if ((cells[at + 2] as number) < sinceUs) return 0;
      cells[at + 2] = nowUs;
      return cells[at + 1] as number;
    }
    return 0;
  }

  add(serial: number, track: number, nowUs: number): void {
    if (COLUMNS * (this.count + 1) > this.cells.length) {
      const roomy = new Float64Array(2 * this.cells.length);
      roomy.set(this.cells);
      this.cells = roomy;
    }
    const at = COLUMNS * this.count;
    this.cells[at] = serial;
    this.cells[at + 1] = track;
    this.cells[at + 2] = nowUs;
    this.count += 1;
  }

  /** Forgets bodies last in view before `sinceUs`. */
  forget(sinceUs: number): void {
    const { cells } = this;
    let kept = 0;
    for (let at = 0; at < COLUMNS * this.count; at += COLUMNS) {
      if ((cells[at + 2] as number) < sinceUs) continue;
      if (kept !== at) for (let i = 0; i < COLUMNS; i += 1) cells[kept + i] = cells[at + i] as number;
      kept += COLUMNS;
    }
    this.count = kept / COLUMNS;
  }

  hashInto(hash: StateHash): void {
    hash.number(this.count);
    for (let i = 0; i < COLUMNS * this.count; i += 1) hash.number(this.cells[i] as number);
  }
}
