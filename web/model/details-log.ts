/** Vehicle details of the past, a few a second, within a limit: for the panel while scrubbing and for the plot. */
import type { VehicleDetail } from "../../fleet-core/contract/twin-view.ts";

export interface DetailsEntry {
  readonly tick: number;
  readonly details: ReadonlyMap<string, VehicleDetail>;
}

export interface PlotSeries {
  readonly timeS: number[];
  readonly speedMps: number[];
  readonly targetMps: number[];
  readonly accelMps2: number[];
}

export interface DetailsLog {
  add(tick: number, details: readonly VehicleDetail[]): void;
  clear(): void;
  /** The newest entry at or before `tick`, else the oldest there is. */
  at(tick: number): DetailsEntry | undefined;
  series(vehicleId: string, fromTick: number, toTick: number, tickUs: number): PlotSeries;
}

export function createDetailsLog(rowsMax = 60_000): DetailsLog {
  let entries: DetailsEntry[] = [];
  let rows = 0;

  function indexAt(tick: number): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((entries[mid] as DetailsEntry).tick <= tick) low = mid + 1;
      else high = mid;
    }
    return low - 1;
  }

  return {
    add(tick, details) {
      const last = entries[entries.length - 1];
      if (last !== undefined && tick <= last.tick) entries.length = indexAt(tick - 1) + 1;
      entries.push({ tick, details: new Map(details.map((d) => [d.id, d])) });
      rows = entries.length * Math.max(1, details.length);
      if (rows > rowsMax) entries = entries.slice(Math.ceil(entries.length / 4));
    },
    clear() {
      entries = [];
      rows = 0;
    },
    at: (tick) => entries[Math.max(0, indexAt(tick))],
    series(vehicleId, fromTick, toTick, tickUs) {
      const out: PlotSeries = { timeS: [], speedMps: [], targetMps: [], accelMps2: [] };
      for (let i = Math.max(0, indexAt(fromTick)); i < entries.length; i += 1) {
        const entry = entries[i] as DetailsEntry;
        if (entry.tick > toTick) break;
        const d = entry.details.get(vehicleId);
        if (d === undefined) continue;
        out.timeS.push((entry.tick * tickUs) / 1e6);
        out.speedMps.push(d.actual.speedMps);
        out.targetMps.push(d.agent.targetSpeedMps);
        out.accelMps2.push(d.actual.accelMps2);
      }
      return out;
    },
  };
}
