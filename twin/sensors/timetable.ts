/**
 * When the sensors of one vehicle measure and when their readings arrive, all in one block of numbers: most of the time
 * the only question is whether anything is to be done, and that is then one look.
 *
 * A sensor measures first at `startUs`, then at `startUs` + phase + k / rate: the sensors of a fleet do not all fire in the
 * same tick. The k-th time is computed from k, never added up.
 */
import type { StateHash } from "../../fleet-core/kernel/hash.ts";
import { US_PER_S } from "../../fleet-core/kernel/time.ts";

export const NEVER_US = Number.MAX_SAFE_INTEGER;
/** Of each sensor: next measurement, next arrival of a reading, how many times were computed, phase, rate. */
const COLUMNS = 5;
const DUE = 0;
const READY = 1;
const COUNT = 2;
const PHASE = 3;
const RATE = 4;

export class Timetable {
  /** Next time anything measures; as of the last `settle`. */
  dueUs: number;
  /** Next time any reading arrives; as of the last `settle`. */
  readyUs: number = NEVER_US;
  private readonly startUs: number;
  private readonly cells: Float64Array;

  constructor(startUs: number, sensors: readonly { readonly rateHz: number; readonly phaseUs: number }[]) {
    this.startUs = startUs;
    this.dueUs = startUs;
    this.cells = new Float64Array(COLUMNS * sensors.length);
    sensors.forEach(({ rateHz, phaseUs }, i) => this.cells.set([startUs, NEVER_US, 0, phaseUs, rateHz], COLUMNS * i));
  }

  due(sensor: number, nowUs: number): boolean {
    return nowUs >= (this.cells[COLUMNS * sensor + DUE] as number);
  }

  ready(sensor: number, nowUs: number): boolean {
    return nowUs >= (this.cells[COLUMNS * sensor + READY] as number);
  }

  /** Moves the sensor's next measurement behind `nowUs`. Measurements missed in between are not made up for. */
  measured(sensor: number, nowUs: number): void {
    const { cells, startUs } = this;
    const at = COLUMNS * sensor;
    let due = cells[at + DUE] as number;
    while (due <= nowUs) {
      const k = cells[at + COUNT] as number;
      due = startUs + (cells[at + PHASE] as number) + Math.floor((k * US_PER_S) / (cells[at + RATE] as number));
      cells[at + COUNT] = k + 1;
    }
    cells[at + DUE] = due;
  }

  /** When the oldest reading that waits of this sensor arrives; `NEVER_US` when none waits. */
  arrives(sensor: number, readyUs: number): void {
    this.cells[COLUMNS * sensor + READY] = readyUs;
  }

  /** Brings `dueUs` and `readyUs` up to date. */
  settle(): void {
    const { cells } = this;
    let due = NEVER_US;
    let ready = NEVER_US;
    for (let at = 0; at < cells.length; at += COLUMNS) {
      if ((cells[at + DUE] as number) < due) due = cells[at + DUE] as number;
      if ((cells[at + READY] as number) < ready) ready = cells[at + READY] as number;
    }
    this.dueUs = due;
    this.readyUs = ready;
  }

  hashInto(hash: StateHash): void {
    for (let at = 0; at < this.cells.length; at += COLUMNS) hash.number(this.cells[at + DUE] as number);
  }
}
