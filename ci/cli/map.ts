/** `atlasmesh map …`: what is on a road network, and whether it is sound. */
import { basename } from "node:path";
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { mapGeoJson } from "../../fleet-core/road/geojson.ts";
import { parseOpenDrive } from "../../fleet-core/road/open-drive.ts";
import type { LanePosition, RoadMap } from "../../fleet-core/road/types.ts";
import { readText } from "./adapters/files.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command, type Output, type Parsed } from "./command.ts";

const lenient = { type: "boolean", help: "unknown elements are warnings" } as const;

function load(args: Parsed, out: Output): RoadMap {
  const file = args.positionals[0] ?? "";
  const { network, diagnostics } = parseOpenDrive(readText(file), file, { lenient: args.values["lenient"] === true });
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (network === undefined || errors.length > 0) throw new InputError(errors);
  for (const warning of diagnostics) out.error(formatDiagnostic(warning));
  return network;
}

const check: Command = {
  name: "map check",
  summary: "validates an OpenDRIVE file: errors refuse it, warnings name broken rules",
  usage: "FILE.xodr [--json] [--fail-on-warnings]",
  positionals: { min: 1, max: 1 },
  options: { lenient, "fail-on-warnings": { type: "boolean", help: "exit code 1 when a rule is broken" }, json: { type: "boolean", help: "print the findings as one JSON document" } },
  examples: ["map check scenarios/bank/demo/maps/atlas-harbour.xodr", "map check scenarios/bank/demo/maps/atlas-harbour.xodr --fail-on-warnings --json"],
  run(args, out) {
    const file = args.positionals[0] ?? "";
    const { network, diagnostics } = parseOpenDrive(readText(file), file, { lenient: args.values["lenient"] === true, thorough: true });
    const errors = diagnostics.filter((d) => d.severity === "error");
    const warnings = diagnostics.length - errors.length;
    const lengthM = network === undefined ? 0 : network.roads.reduce((sum, road) => sum + (network.roadLengthM(road) ?? 0), 0);
    if (args.values["json"] === true) out.json({ file: basename(file), valid: errors.length === 0, roads: network?.roads.length ?? 0, lengthM, warnings, diagnostics });
    else {
      for (const diagnostic of diagnostics) out.error(`${formatDiagnostic(diagnostic)}${diagnostic.rule === undefined ? "" : ` [${diagnostic.rule}]`}`);
      if (network !== undefined && errors.length === 0) out.line(`${file}: valid, ${network.roads.length} roads, ${(lengthM / 1000).toFixed(2)} km${warnings === 0 ? "" : `, ${warnings} warnings`}`);
    }
    return errors.length > 0 ? EXIT.input : warnings > 0 && args.values["fail-on-warnings"] === true ? EXIT.negative : EXIT.good;
  },
};

const sample: Command = {
  name: "map sample",
  summary: "what a place on a lane is: point, attitude, curvature, lane, limit, surface, latitude and longitude",
  usage: "FILE.xodr --road ID --lane L --s S [--t T] [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    road: { type: "string", value: "ID", help: "road id" },
    lane: { type: "string", value: "L", help: "lane id (0: the reference line)" },
    s: { type: "string", value: "S", help: "distance along the reference line [m]" },
    t: { type: "string", value: "T", help: "offset from the lane centre (lane 0: from the reference line) along +t [m], default 0" },
    lenient,
    json: { type: "boolean", help: "print one JSON document" },
  },
  examples: ["map sample scenarios/bank/demo/maps/atlas-harbour.xodr --road 1 --lane=-1 --s 50 --json"],
  run(args, out) {
    const network = load(args, out);
    const road = stringOption(args, "road");
    if (road === undefined || stringOption(args, "s") === undefined) throw new UsageError("expected --road ID and --s S");
    const lane = numberOption(args, "lane", -1000, 0);
    const sM = numberOption(args, "s", 0, 0);
    const tM = numberOption(args, "t", -1e6, 0);
    const length = network.roadLengthM(road);
    const bad = (message: string, expected: string): InputError => new InputError([{ severity: "error", file: args.positionals[0] ?? "", path: `road ${road}`, message, expected }]);
    if (length === undefined) throw bad("no such road", someOf(network.roads));
    if (sM > length) throw bad(`s ${sM} is off the road`, `0 to ${length}`);
    const point = lane === 0 ? network.pointAt(road, sM, tM) : network.pointOfLane({ road, lane, sM, offsetM: tM });
    if (point === undefined) throw bad(`no lane ${lane} at s ${sM}`, `one of ${network.lanesAt(road, sM).map((info) => info.lane).join(", ")}`);
    const info = network.lanesAt(road, sM).find((l) => l.lane === lane);
    const limit = info?.speedLimitMps;
    const geodetic = network.geo?.toGeodetic(point.xM, point.yM, point.zM);
    const result = {
      road, lane, sM, tM, ...point,
      type: info?.type ?? null,
      direction: info?.direction ?? null,
      widthM: network.laneWidthM(road, lane, sM) ?? null,
      speedLimitMps: limit === undefined || limit === Infinity ? null : limit,
      speedUnlimited: limit === Infinity,
      material: lane === 0 ? null : (network.materialAt(road, lane, sM) ?? null),
      latDeg: geodetic?.[0] ?? null,
      lonDeg: geodetic?.[1] ?? null,
      altM: geodetic?.[2] ?? null,
    };
    if (args.values["json"] === true) out.json(result);
    else {
      out.line(`x ${point.xM.toFixed(6)} m, y ${point.yM.toFixed(6)} m, z ${point.zM.toFixed(6)} m, heading ${point.headingRad.toFixed(9)} rad, pitch ${point.pitchRad.toFixed(9)} rad, roll ${point.rollRad.toFixed(9)} rad, curvature ${point.curvature.toFixed(9)} 1/m`);
      if (info !== undefined) out.line(`lane ${lane} (${info.type}), ${result.widthM?.toFixed(3) ?? "?"} m wide, ${result.speedUnlimited ? "no speed limit" : limit === undefined ? "no speed limit given" : `limit ${limit.toFixed(3)} m/s`}${result.material === null ? "" : `, ${result.material.surface ?? "surface"} with friction ${result.material.friction}`}${point.inTunnel === true ? ", in a tunnel" : ""}${point.onBridge === true ? ", on a bridge" : ""}`);
      if (geodetic !== undefined) out.line(`latitude ${result.latDeg?.toFixed(9)} deg, longitude ${result.lonDeg?.toFixed(9)} deg, height ${result.altM?.toFixed(3)} m`);
    }
    return EXIT.good;
  },
};

const someOf = (names: readonly string[]): string => `one of ${names.slice(0, 20).join(", ")}${names.length > 20 ? ", …" : ""}`;

/** `ROAD,LANE,S` of a lane of the map. */
function placeOption(args: Parsed, name: string, network: RoadMap): LanePosition {
  const text = stringOption(args, name);
  const found = /^([^,]+),([+-]?\d+),([+-]?[\d.eE+-]+)$/.exec(text?.trim() ?? "");
  const sM = Number(found?.[3] ?? NaN);
  if (found === null || !Number.isFinite(sM)) throw new UsageError(`--${name} ${text ?? ""}: expected ROAD,LANE,S such as 1,-1,12.5`);
  const [road, lane] = [found[1] as string, Number(found[2])];
  const bad = (message: string, expected: string): InputError => new InputError([{ severity: "error", file: args.positionals[0] ?? "", path: `--${name}`, message, expected }]);
  const length = network.roadLengthM(road);
  if (length === undefined) throw bad(`no road ${road}`, someOf(network.roads));
  if (sM < 0 || sM > length) throw bad(`s ${sM} is off road ${road}`, `0 to ${length}`);
  const lanes = network.lanesAt(road, sM).map((l) => l.lane);
  if (!lanes.includes(lane)) throw bad(`road ${road} has no lane ${lane} at s ${sM}`, `one of ${lanes.join(", ")}`);
  return { road, lane, sM, offsetM: 0 };
}

const route: Command = {
  name: "map route",
  summary: "shortest way over the lanes from one place to another",
  usage: "FILE.xodr --from ROAD,LANE,S --to ROAD,LANE,S [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    from: { type: "string", value: "ROAD,LANE,S", help: "where it starts (write --from=…: lanes may be negative)" },
    to: { type: "string", value: "ROAD,LANE,S", help: "where it ends" },
    lenient,
    json: { type: "boolean", help: "print lanes and points as one JSON document" },
  },
  examples: ["map route scenarios/bank/demo/maps/atlas-harbour.xodr --from=1,-1,10 --to=1,-1,100"],
  run(args, out) {
    const network = load(args, out);
    const [from, to] = [placeOption(args, "from", network), placeOption(args, "to", network)];
    const path = network.route(from, to);
    const file = args.positionals[0] ?? "";
    if (path === undefined) {
      if (args.values["json"] === true) out.json({ file: basename(file), from, to, found: false });
      else out.line(`no way from road ${from.road} lane ${from.lane} to road ${to.road} lane ${to.lane}`);
      return EXIT.negative;
    }
    const last = path.sM.length - 1;
    const enters = path.lanes.map((lane, i) => ({ ...lane, fromM: path.sM[path.laneIndex.indexOf(i)] as number }));
    if (args.values["json"] === true) {
      out.json({ file: basename(file), from, to, found: true, lengthM: path.lengthM, lanes: enters, points: Array.from({ length: last + 1 }, (_, i) => [path.sM[i], path.xM[i], path.yM[i], path.zM[i], path.headingRad[i], path.curvature[i]]) });
    } else {
      for (const { road, lane, fromM } of enters) out.line(`${fromM.toFixed(1).padStart(9)} m  road ${road} lane ${lane}`);
      out.line(`${path.lengthM.toFixed(1).padStart(9)} m  there: x ${(path.xM[last] as number).toFixed(3)} m, y ${(path.yM[last] as number).toFixed(3)} m`);
    }
    return EXIT.good;
  },
};

const geojson: Command = {
  name: "map geojson",
  summary: "exports lanes, objects and signals as GeoJSON (WGS84)",
  usage: "FILE.xodr",
  positionals: { min: 1, max: 1 },
  options: { lenient },
  examples: ["map geojson scenarios/bank/demo/maps/atlas-harbour.xodr > harbour.geojson"],
  run(args, out) {
    out.json(mapGeoJson(load(args, out)));
    return EXIT.good;
  },
};

export const mapCommands: readonly Command[] = [check, sample, route, geojson];
