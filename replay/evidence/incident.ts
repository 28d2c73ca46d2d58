/**
 * Records of one incident from a recording: German StVG section 1g (the list of what is to be stored was read in the text)
 * and a draft in the manner of the US standing general order (columns from secondary sources). Mechanical columns are
 * filled from the recording; the others are named as for a person to fill. Never a statement of law.
 */
import type { Occurrence, VehicleState } from "./occurrences.ts";

const MPH_PER_MPS = 2.236936;
/** ADS engaged within this time before a crash makes it reportable. Secondary source. */
const ENGAGED_BEFORE_S = 30;

export interface IncidentInput {
  readonly vehicle: string;
  readonly profile: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly epochMs: number;
  readonly build: string;
  readonly scenario: string;
  readonly map: string;
  readonly occurrences: readonly Occurrence[];
  /** State of the vehicle each second of the window. */
  readonly series: readonly { readonly timeUs: number; readonly state: VehicleState }[];
  /** Faults active in the window, in words. */
  readonly faults: readonly string[];
}

const FOR_A_PERSON = "to be filled by a person";
const NOT_RECORDED = "not in the recording";

export function stvg1g(input: IncidentInput): unknown {
  return {
    rule: "StVG section 1g (1)",
    basis: "list of data read in the text; format is ours",
    vehicle: input.vehicle,
    records: input.occurrences.map((o) => ({
      "1 vehicle identification": input.vehicle,
      "2 position": o.state === null ? NOT_RECORDED : { latitudeDeg: o.state.latitudeDeg, longitudeDeg: o.state.longitudeDeg, xM: o.state.xM, yM: o.state.yM },
      "3 use and activation": { utcMs: o.utcMs, event: o.kind },
      "4 release of alternative manoeuvres": o.kind === "release" ? o.reason : "none",
      "5 system monitoring": { softwareBuild: o.softwareBuild, behaviour: o.behaviour, reason: o.reason },
      "6 environment and weather": { scenario: input.scenario, map: input.map },
      "7 network": input.faults.filter((f) => f.includes("link")).join("; ") || "no network fault",
      "8 safety systems": { event: o.kind, trigger: o.reason },
      "9 acceleration": o.state === null ? NOT_RECORDED : { longitudinalMps2: o.state.longitudinalMps2, lateralMps2: o.state.lateralMps2 },
      "10 speed": o.state === null ? NOT_RECORDED : { speedMps: o.state.speedMps },
      "11 lights": o.state === null ? NOT_RECORDED : { hazard: o.state.hazardLights, indicators: o.state.indicators, brake: o.state.braking },
      "12 supply voltage": NOT_RECORDED,
      "13 external commands": o.kind === "release" || o.kind === "command-refused" ? o.reason : "none",
    })),
  };
}

export function standingOrderDraft(input: IncidentInput): unknown {
  const crash = input.occurrences.find((o) => o.kind === "collision");
  const at = crash ?? input.occurrences[0];
  const before = input.series.filter((s) => at === undefined || s.timeUs <= at.timeUs).at(-1)?.state;
  const engaged = at === undefined ? undefined : input.occurrences.some((o) => o.kind === "activation" && o.timeUs <= at.timeUs) || input.series.some((s) => s.timeUs >= at.timeUs - ENGAGED_BEFORE_S * 1e6 && s.state.speedMps > 0);
  const heading = before === undefined || before.speedMps < 0.5 ? "stopped" : before.braking ? "slowing" : before.indicators !== "none" ? `turning or changing lanes (${before.indicators})` : "proceeding straight";
  return {
    rule: "NHTSA standing general order 2021-01, third amendment: a draft in its manner",
    basis: "secondary source; column names are ours",
    reportable: crash === undefined ? "no contact in the window" : FOR_A_PERSON,
    reportVersion: 1,
    entity: FOR_A_PERSON,
    vehicle: input.vehicle,
    make_model_year: input.profile,
    vin: FOR_A_PERSON,
    ads_software_version: input.build,
    ads_engaged_within_30_s: engaged ?? NOT_RECORDED,
    incident_utc: at === undefined ? NOT_RECORDED : at.utcMs,
    latitude: at?.state?.latitudeDeg ?? NOT_RECORDED,
    longitude: at?.state?.longitudeDeg ?? NOT_RECORDED,
    roadway: input.map,
    crash_with: crash === undefined ? "none" : crash.reason,
    pre_crash_movement: heading,
    pre_crash_speed_mph: before === undefined ? NOT_RECORDED : before.speedMps * MPH_PER_MPS,
    hazard_lights: at?.state?.hazardLights ?? NOT_RECORDED,
    data_available: ["recording, executable again", "occurrences", "state each second"],
    injury_severity: FOR_A_PERSON,
    airbags: NOT_RECORDED,
    tow: FOR_A_PERSON,
    law_enforcement: FOR_A_PERSON,
    narrative: input.occurrences.map((o) => `${(o.timeUs / 1e6).toFixed(2)} s: ${o.kind}: ${o.reason}`).join("\n"),
  };
}
