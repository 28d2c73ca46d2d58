/**
 * Judges a run while it goes: contacts, gaps, comfort, distance. Pure bookkeeping on what the run shows it; it never
 * changes the world. Definitions: gap bumper to bumper along the ego's axis, TTC = gap / closing speed (overlap: 0).
 */
import type { Criterion, Metric } from "../types.ts";

/** What is known of one agent-driven vehicle so far. */
export interface Watched {
  distanceM: number;
  speedMpsMax: number;
  decelMps2Max: number;
  lateralMps2Max: number;
  gapMMin: number;
  ttcSMin: number;
}

/** What of a vehicle's motion is judged. */
export interface Moving {
  readonly speedMps: number;
  readonly accelMps2: number;
  readonly lateralAccelMps2: number;
}

export interface Contact {
  readonly atUs: number;
  readonly a: string;
  readonly b: string;
  readonly relativeMps: number;
}

export interface Judge {
  contact(contact: Contact): void;
  /** Starts, or goes on, keeping a record of this vehicle. */
  watch(id: string): Watched;
  /** Once per tick and agent-driven vehicle. */
  motion(watched: Watched, stepS: number, state: Moving): void;
  /** Something ahead in the ego's own corridor. */
  ahead(watched: Watched, gapM: number, closingMps: number): void;
  criteria(agents: readonly string[]): readonly Criterion[];
  metrics(): readonly Metric[];
}

export function createJudge(): Judge {
  const watched = new Map<string, Watched>();
  const contacts: Contact[] = [];
  return {
    watch(id) {
      let w = watched.get(id);
      if (w === undefined) {
        w = { distanceM: 0, speedMpsMax: 0, decelMps2Max: 0, lateralMps2Max: 0, gapMMin: Infinity, ttcSMin: Infinity };
        watched.set(id, w);
      }
      return w;
    },
    contact(contact) {
      contacts.push(contact);
    },
    motion(w, stepS, { speedMps, accelMps2, lateralAccelMps2 }) {
      const paceMps = Math.abs(speedMps);
      const sidewaysMps2 = Math.abs(lateralAccelMps2);
      w.distanceM += paceMps * stepS;
      // Records are broken seldom: a look is cheaper than a write.
      if (paceMps > w.speedMpsMax) w.speedMpsMax = paceMps;
      if (-accelMps2 > w.decelMps2Max) w.decelMps2Max = -accelMps2;
      if (sidewaysMps2 > w.lateralMps2Max) w.lateralMps2Max = sidewaysMps2;
    },
    ahead(w, gapM, closingMps) {
      w.gapMMin = Math.min(w.gapMMin, gapM);
      if (gapM <= 0) w.ttcSMin = 0;
      else if (closingMps > 0) w.ttcSMin = Math.min(w.ttcSMin, gapM / closingMps);
    },
    criteria(agents) {
      return agents.map((id) => {
        const hit = contacts.find((contact) => contact.a === id || contact.b === id);
        return hit === undefined
          ? { name: `no-collision/${id}`, pass: true, text: `${id} touched nothing` }
          : { name: `no-collision/${id}`, pass: false, atUs: hit.atUs, text: `${hit.a} met ${hit.b} at ${(hit.atUs / 1e6).toFixed(2)} s with ${hit.relativeMps.toFixed(2)} m/s relative speed; asked for no contact` };
      });
    },
    metrics() {
      const metrics: Metric[] = [];
      for (const [id, w] of watched) {
        metrics.push(
          { name: `distance/${id}`, value: w.distanceM, unit: "m" },
          { name: `speed-max/${id}`, value: w.speedMpsMax, unit: "m/s" },
          { name: `deceleration-max/${id}`, value: w.decelMps2Max, unit: "m/s²" },
          { name: `lateral-acceleration-max/${id}`, value: w.lateralMps2Max, unit: "m/s²" },
        );
        if (w.gapMMin < Infinity) metrics.push({ name: `gap-min/${id}`, value: w.gapMMin, unit: "m" });
        if (w.ttcSMin < Infinity) metrics.push({ name: `ttc-min/${id}`, value: w.ttcSMin, unit: "s" });
      }
      return metrics;
    },
  };
}
