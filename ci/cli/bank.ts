/** `atlasmesh bank …`: the scenario bank. */
import { join } from "node:path";
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { bankFolder, bankList, readScenario } from "./adapters/spec.ts";
import { EXIT, type Command } from "./command.ts";

const list: Command = {
  name: "bank list",
  summary: "lists the scenarios of the bank",
  usage: "[--json]",
  positionals: { min: 0, max: 0 },
  options: { json: { type: "boolean", help: "print one JSON document" } },
  examples: ["bank list"],
  run(args, out) {
    const rows = bankList().map((id) => ({ id, description: readScenario(join(bankFolder(), `${id}.xosc`)).scenario.description }));
    if (args.values["json"] === true) out.json(rows);
    else for (const row of rows) out.line(`${row.id.padEnd(34)}${row.description}`);
    return EXIT.good;
  },
};

const check: Command = {
  name: "bank check",
  summary: "loads every scenario of the bank in strict mode",
  usage: "[--json]",
  positionals: { min: 0, max: 0 },
  options: { json: { type: "boolean", help: "print one JSON document" } },
  examples: ["bank check"],
  run(args, out) {
    const rows = bankList().map((id) => {
      try {
        const { scenario } = readScenario(join(bankFolder(), `${id}.xosc`));
        return { id, valid: true, roads: scenario.map.roads.length, diagnostics: [] as string[] };
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return { id, valid: false, roads: 0, diagnostics: error.diagnostics.map(formatDiagnostic) };
      }
    });
    const bad = rows.filter((row) => !row.valid);
    if (args.values["json"] === true) out.json({ scenarios: rows.length, valid: rows.length - bad.length, rows });
    else {
      for (const row of bad) for (const line of row.diagnostics) out.error(line);
      out.line(`${rows.length - bad.length} of ${rows.length} scenarios load`);
    }
    return bad.length === 0 && rows.length > 0 ? EXIT.good : EXIT.negative;
  },
};

export const bankCommands: readonly Command[] = [list, check];
