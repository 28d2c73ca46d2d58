/** `bench twin`: physics per vehicle-step beside raw cannon-es, and simulated seconds per CPU-second of whole fleets. */
import { parseProfile } from "../../edge-agent/profile-loader.ts";
import { NO_FAULTS } from "../../fleet-core/contract/fault.ts";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { advance } from "../../twin/drive.ts";
import { benchPhysics } from "../../twin/physics/bench.ts";
import { createRun } from "../../twin/run.ts";
import type { RunSpec } from "../../twin/types.ts";
import { profileTexts } from "./adapters/spec.ts";
import type { BenchResult, Figure } from "./bench.ts";

const SEED = "1";
const PROFILE = "ride-hail-sedan";
/** Two-lane one-way roads 300 m apart, 40 vehicles each, one every 110 m in a lane: each vehicle sees a handful of others. */
const ROAD_M = 4000;
const ROAD_VEHICLES = 40;
const LANES = 2;
const SPACING_M = 110;
const ROADS_APART_M = 300;

const round = (value: number): number => Number(value.toPrecision(5));

export function twinBench(quick: boolean): BenchResult {
  const figures: Figure[] = [];
  const hashes: string[] = [];
  const profiles = profileTexts();
  const profile = parseProfile(profiles.get(PROFILE) ?? "", `${PROFILE}.json`);
  if (!profile.ok) throw new InputError(profile.error);
  const physics = benchPhysics({ profile: profile.value, vehicles: 20, steps: quick ? 500 : 5000, nowNs: () => Number(process.hrtime.bigint()) });
  hashes.push(physics.hash);
  const raw = physics.nsPerVehicleStepRawCannon / 1000;
  figures.push(
    { metric: "raycast vehicle step", unit: "us", value: round(physics.nsPerVehicleStepRaycast / 1000), better: "lower", peer: { name: "raw cannon-es RaycastVehicle step", value: round(raw) }, limit: round(1.3 * raw) },
    { metric: "raycast vehicle step / raw cannon-es step", unit: "ratio", value: round(physics.raycastOverRaw), better: "lower", limit: 1.3 },
    { metric: "bicycle vehicle step", unit: "us", value: round(physics.nsPerVehicleStepBicycle / 1000), better: "lower" },
  );
  for (const [vehicles, seconds, limit] of [[1, 600, undefined], [10, 120, undefined], [100, 60, 20], [1000, 10, 1]] as const) {
    const { factor, hash } = fleet(vehicles, profiles, quick ? Math.max(1, seconds / 10) : seconds);
    hashes.push(hash);
    figures.push({ metric: `simulated s per CPU-s, ${vehicles} agents`, unit: "s/s", value: round(factor), better: "higher", ...(limit === undefined ? {} : { limit }) });
  }
  return { figures, hash: hashText(hashes.join(" ")), seed: SEED };
}

/** `vehicles` agents cruising; setting up, loading and a warm-up of a sixth of the time are not counted. */
function fleet(vehicles: number, profiles: ReadonlyMap<string, string>, seconds: number): { factor: number; hash: string } {
  const files = new Map([["fleet.xosc", scenarioText(vehicles)], ["fleet.xodr", mapText(Math.ceil(vehicles / ROAD_VEHICLES))]]);
  const { scenario, diagnostics } = loadScenario("fleet.xosc", (path) => files.get(path));
  if (scenario === undefined) throw new InputError(diagnostics);
  const spec: RunSpec = { scenario: "fleet.xosc", files, parameters: new Map(), lenient: false, profiles, egoProfile: undefined, seed: SEED, faults: NO_FAULTS, operator: [], backend: "native", untilUs: timeFromS(2 * seconds + 2), disableControllers: false };
  const run = createRun(spec, { build: __ATLASMESH_BUILD__, runtime: "bench", scenario });
  advance(run, Math.round(Math.max(1, seconds / 6) * 100));
  const before = process.cpuUsage();
  advance(run, Math.round(seconds * 100));
  const used = process.cpuUsage(before);
  return { factor: seconds / ((used.user + used.system) / 1e6), hash: run.hash() };
}

function mapText(roads: number): string {
  const lanes = Array.from({ length: LANES }, (_, i) => `<lane id="${-1 - i}" type="driving" level="false"><width sOffset="0" a="3.5" b="0" c="0" d="0"/></lane>`).join("");
  const road = (id: number): string => `<road name="r${id}" length="${ROAD_M}" id="${id}" junction="-1"><type s="0" type="motorway"><speed max="50" unit="km/h"/></type><planView><geometry s="0" x="0" y="${id * ROADS_APART_M}" hdg="0" length="${ROAD_M}"><line/></geometry></planView><lanes><laneSection s="0"><center><lane id="0" type="none" level="false"/></center><right>${lanes}</right></laneSection></lanes></road>`;
  return `<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6" name="fleet"/>${Array.from({ length: roads }, (_, i) => road(i + 1)).join("")}</OpenDRIVE>`;
}

function scenarioText(vehicles: number): string {
  const names = Array.from({ length: vehicles }, (_, i) => `v${String(i + 1).padStart(4, "0")}`);
  const entity = (name: string): string => `<ScenarioObject name="${name}"><Vehicle name="car" vehicleCategory="car"><BoundingBox><Center x="1.4" y="0" z="0.8"/><Dimensions width="1.85" length="4.7" height="1.6"/></BoundingBox><Performance maxSpeed="50" maxAcceleration="3" maxDeceleration="8"/><Axles><FrontAxle maxSteering="0.6" wheelDiameter="0.7" trackWidth="1.6" positionX="2.9" positionZ="0.35"/><RearAxle maxSteering="0" wheelDiameter="0.7" trackWidth="1.6" positionX="0" positionZ="0.35"/></Axles></Vehicle><ObjectController><Controller name="atlasmesh-agent"><Properties><Property name="profile" value="${PROFILE}"/></Properties></Controller></ObjectController></ScenarioObject>`;
  const init = (name: string, i: number): string => `<Private entityRef="${name}"><PrivateAction><TeleportAction><Position><LanePosition roadId="${1 + Math.floor(i / ROAD_VEHICLES)}" laneId="${-1 - (i % LANES)}" s="${20 + SPACING_M * Math.floor((i % ROAD_VEHICLES) / LANES) + 40 * (i % LANES)}"/></Position></TeleportAction></PrivateAction><PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="step" dynamicsDimension="time" value="0"/><SpeedActionTarget><AbsoluteTargetSpeed value="${8 + (i % 3)}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Private>`;
  return `<?xml version="1.0"?><OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00Z" description="fleet bench" author="AtlasMesh"/><CatalogLocations/><RoadNetwork><LogicFile filepath="fleet.xodr"/></RoadNetwork><Entities>${names.map(entity).join("")}</Entities><Storyboard><Init><Actions>${names.map(init).join("")}</Actions></Init><StopTrigger/></Storyboard></OpenSCENARIO>`;
}
