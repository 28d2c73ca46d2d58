/** The peer's ground truth as text: rows at 10 Hz, storyboard changes, and who its own controllers drive. Pure parsing. */

export interface PeerRow {
  readonly timeS: number;
  readonly name: string;
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  readonly headingRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly speedMps: number;
}

export interface PeerEvent {
  readonly timeS: number;
  readonly step: number;
  readonly element: string;
  readonly state: string;
  readonly name: string;
  readonly path: string;
}

const ELEMENTS = ["", "storyboard", "story", "act", "maneuverGroup", "maneuver", "event", "action"] as const;
const STATES = ["init", "standby", "running", "complete"] as const;

/** Columns `t,id,x,y,z,h,p,r,speed,…`; `#entity,ID,NAME,…` lines name the ids. */
export function parsePeerRows(text: string): readonly PeerRow[] {
  const names = new Map<string, string>();
  const rows: PeerRow[] = [];
  for (const line of text.split("\n")) {
    const cells = line.trim().split(",");
    if (cells[0] === "#entity") names.set(cells[1] ?? "", cells[2] ?? "");
    else if (/^-?\d/.test(cells[0] ?? "")) {
      const n = (i: number): number => Number(cells[i]);
      rows.push({ timeS: n(0), name: names.get(cells[1] ?? "") ?? "", xM: n(2), yM: n(3), zM: n(4), headingRad: n(5), pitchRad: n(6), rollRad: n(7), speedMps: n(8) });
    }
  }
  return rows;
}

/** Names of the entities a controller of the peer's own drives: `ctrl` of their `#entity` line is not 0. */
export function parsePeerDriven(text: string): ReadonlySet<string> {
  const driven = new Set<string>();
  for (const line of text.split("\n")) {
    const entity = /^#entity,[^,]*,([^,]*),.*\bctrl=(\d+)/.exec(line);
    if (entity !== null && Number(entity[2]) !== 0) driven.add(entity[1] ?? "");
  }
  return driven;
}

/** Columns `t,step,type,state,name,path`, types and states as numbers; names may hold commas, paths do not matter then. */
export function parsePeerEvents(text: string): readonly PeerEvent[] {
  const events: PeerEvent[] = [];
  for (const line of text.split("\n").slice(1)) {
    const cells = line.trim().split(",");
    if (cells.length < 5) continue;
    events.push({ timeS: Number(cells[0]), step: Number(cells[1]), element: ELEMENTS[Number(cells[2])] ?? "", state: STATES[Number(cells[3])] ?? "", name: cells[4] ?? "", path: cells.slice(5).join(",") });
  }
  return events;
}
