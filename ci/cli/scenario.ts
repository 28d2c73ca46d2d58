/** `atlasmesh scenario …`: validation against the standard, and what the code supports of it. */
import { dirname, join, resolve, basename } from "node:path";
import { existsSync } from "node:fs";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { coverage, coverageMarkdown } from "../../scenarios/schema/coverage.ts";
import { loadScenario } from "../../scenarios/load.ts";
import { readText } from "./adapters/files.ts";
import { scenarioPath } from "./adapters/spec.ts";
import { EXIT, type Command } from "./command.ts";

const check: Command = {
  name: "scenario check",
  summary: "validates an OpenSCENARIO file and everything it names",
  usage: "FILE.xosc|BANK-ID [--lenient] [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    lenient: { type: "boolean", help: "unknown elements are warnings" },
    json: { type: "boolean", help: "print the findings as one JSON document" },
  },
  examples: ["scenario check scenarios/bank/demo/port-depot-mine-town.xosc"],
  run(args, out) {
    const path = scenarioPath(args.positionals[0] ?? "");
    readText(path);
    const folder = dirname(resolve(path));
    const { scenario, diagnostics } = loadScenario(basename(path), (name) => {
      const file = join(folder, ...name.split("/"));
      return existsSync(file) ? readText(file) : undefined;
    }, { lenient: args.values["lenient"] === true });
    const valid = scenario !== undefined && diagnostics.every((d) => d.severity !== "error");
    if (args.values["json"] === true) out.json({ file: path, valid, diagnostics });
    else {
      for (const diagnostic of diagnostics) out.error(formatDiagnostic(diagnostic));
      if (valid) out.line(`${path}: valid`);
    }
    return valid ? EXIT.good : EXIT.input;
  },
};

const covered: Command = {
  name: "scenario coverage",
  summary: "prints which elements of OpenSCENARIO this build supports",
  usage: "[--json]",
  positionals: { min: 0, max: 0 },
  options: { json: { type: "boolean", help: "print one JSON document instead of a table" } },
  examples: ["scenario coverage"],
  run(args, out) {
    if (args.values["json"] === true) out.json(coverage());
    else out.line(coverageMarkdown());
    return EXIT.good;
  },
};

export const scenarioCommands: readonly Command[] = [check, covered];
