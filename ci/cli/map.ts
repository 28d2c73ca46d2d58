/** `atlasmesh map …`: what is on a road network, and whether it is sound. */
import { basename } from "node:path";
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { mapGeoJson } from "../../fleet-core/road/geojson.ts";
import { parseOpenDrive } from "../../fleet-core/road/open-drive.ts";
import type { RoadNetwork } from "../../fleet-core/road/types.ts";
import { readText } from "./adapters/files.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command, type Output, type Parsed } from "./command.ts";

const lenient = { type: "boolean", help: "unknown elements are warnings" } as const;

function load(args: Parsed, out: Output): RoadNetwork {
  const file = args.positionals[0] ?? "";
  const { network, diagnostics } = parseOpenDrive(readText(file), file, { lenient: args.values["lenient"] === true });
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (network === undefined || errors.length > 0) throw new InputError(errors);
  for (const warning of diagnostics) out.error(formatDiagnostic(warning));
  return network;
}

const check: Command = {
  name: "map check",
  summary: "validates an OpenDRIVE file",
  usage: "FILE.xodr [--json]",
  positionals: { min: 1, max: 1 },
  options: { lenient, json: { type: "boolean", help: "print the findings as one JSON document" } },
  examples: ["map check scenarios/bank/demo/maps/atlas-harbour.xodr"],
  run(args, out) {
    const file = args.positionals[0] ?? "";
    const { network, diagnostics } = parseOpenDrive(readText(file), file, { lenient: args.values["lenient"] === true });
    const errors = diagnostics.filter((d) => d.severity === "error");
    const lengthM = network === undefined ? 0 : network.roads.reduce((sum, road) => sum + (network.roadLengthM(road) ?? 0), 0);
    if (args.values["json"] === true) out.json({ file: basename(file), valid: errors.length === 0, roads: network?.roads.length ?? 0, lengthM, diagnostics });
    else {
      for (const diagnostic of diagnostics) out.error(formatDiagnostic(diagnostic));
      if (network !== undefined && errors.length === 0) out.line(`${file}: valid, ${network.roads.length} roads, ${(lengthM / 1000).toFixed(2)} km`);
    }
    return errors.length === 0 ? EXIT.good : EXIT.input;
  },
};

const sample: Command = {
  name: "map sample",
  summary: "point, heading and curvature on a lane",
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
    if (length === undefined) throw bad("no such road", `one of ${network.roads.slice(0, 20).join(", ")}${network.roads.length > 20 ? ", …" : ""}`);
    if (sM > length) throw bad(`s ${sM} is off the road`, `0 to ${length}`);
    const point = lane === 0 ? network.pointAt(road, sM, tM) : network.pointOfLane({ road, lane, sM, offsetM: tM });
    if (point === undefined) throw bad(`no lane ${lane} at s ${sM}`, `one of ${network.lanesAt(road, sM).map((info) => info.lane).join(", ")}`);
    if (args.values["json"] === true) out.json({ road, lane, sM, tM, ...point });
    else out.line(`x ${point.xM.toFixed(6)} m, y ${point.yM.toFixed(6)} m, z ${point.zM.toFixed(6)} m, heading ${point.headingRad.toFixed(9)} rad, curvature ${point.curvature.toFixed(9)} 1/m`);
    return EXIT.good;
  },
};

const geojson: Command = {
  name: "map geojson",
  summary: "exports lanes as GeoJSON (WGS84)",
  usage: "FILE.xodr",
  positionals: { min: 1, max: 1 },
  options: { lenient },
  examples: ["map geojson scenarios/bank/demo/maps/atlas-harbour.xodr > harbour.geojson"],
  run(args, out) {
    out.json(mapGeoJson(load(args, out)));
    return EXIT.good;
  },
};

export const mapCommands: readonly Command[] = [check, sample, geojson];
