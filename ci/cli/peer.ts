/** `atlasmesh peer scenarios`: the shared scenarios against a peer's ground truth, held by recorded bars. */
import { join } from "node:path";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { openShared } from "../../scenarios/peer/adapters/shared.ts";
import { readDeviations } from "../../scenarios/peer/deviations.ts";
import { barsSchema, judgeBars, surveyText } from "../../scenarios/peer/report.ts";
import { survey } from "../../scenarios/peer/survey.ts";
import { projectRoot, readText } from "./adapters/files.ts";
import { EXIT, stringOption, type Command } from "./command.ts";

const scenarios: Command = {
  name: "peer scenarios",
  summary: "compares the shared scenarios with a peer player's ground truth",
  usage: "[--shared FOLDER] [--json]",
  positionals: { min: 0, max: 0 },
  options: {
    shared: { type: "string", value: "FOLDER", help: "where the shared data lie (default: ATLASMESH_SHARED, else ../shared)" },
    json: { type: "boolean", help: "print one JSON document" },
    verbose: { type: "boolean", help: "name each run on stderr as it is made" },
  },
  examples: ["peer scenarios", "peer scenarios --json"],
  run(args, out) {
    const root = projectRoot();
    const folder = stringOption(args, "shared") ?? process.env["ATLASMESH_SHARED"] ?? join(root, "..", "shared");
    const data = openShared(folder);
    const json = args.values["json"] === true;
    if (data.missing !== undefined) {
      if (json) out.json({ leftOut: data.missing });
      else out.line(`LEFT OUT comparison with the peer's scenarios: ${data.missing}`);
      return EXIT.good;
    }
    const file = join(root, "scenarios", "deviations.json");
    const deviations = readDeviations(readText(file), file);
    if (!deviations.ok) throw new InputError(deviations.error);
    const barsFile = join(root, "scenarios", "peer", "bars.json");
    const bars = decodeJson(readText(barsFile), barsSchema, barsFile);
    if (!bars.ok) throw new InputError(bars.error);
    const result = survey(data, deviations.value, (text) => (args.values["verbose"] === true ? out.error(text) : undefined));
    const below = judgeBars(result, bars.value);
    const verdict = below.length === 0 && result.faults.length === 0;
    if (json) out.json({ verdict: verdict ? "pass" : "fail", ...result, deviations: deviations.value, below });
    else out.line(surveyText(result, deviations.value, below));
    return verdict ? EXIT.good : EXIT.negative;
  },
};

export const peerCommands: readonly Command[] = [scenarios];
