/** `atlasmesh bank …`: the scenario bank. */
import { basename, dirname, join } from "node:path";
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { bankFolder, bankList, profileTexts, readScenario } from "./adapters/spec.ts";
import { timeFromS } from "../../fleet-core/kernel/time.ts";
import { listBelow } from "./adapters/files.ts";
import { EXIT, type Command } from "./command.ts";
import { openFileSession } from "./adapters/sweep-job.ts";
import { TICK_US } from "../../twin/types.ts";
import { isInsensitive, sensitivityJson, sensitivityLine, sensitivityOf, stepsOf, TICK_OPTIONS } from "./tick.ts";

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

/** Longest play of a tick-sensitivity check. */
const SENSITIVITY_S = 300;

interface Row {
  readonly id: string;
  readonly valid: boolean;
  readonly diagnostics: readonly string[];
  readonly roads?: number;
  readonly variations?: number;
  readonly tickSensitivity?: Readonly<Record<string, unknown>>;
  readonly line?: string;
  readonly sensitive?: boolean;
}

function checked(id: string, check: () => Omit<Row, "id" | "valid" | "diagnostics">): Row {
  try {
    return { id, valid: true, diagnostics: [], ...check() };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { id, valid: false, diagnostics: error.diagnostics.map(formatDiagnostic) };
  }
}

function checkScenario(id: string, steps: readonly [number, number] | undefined): Row {
  return checked(id, () => {
    const { scenario } = readScenario(join(bankFolder(), `${id}.xosc`));
    const roads = scenario.map.roads.length;
    if (steps === undefined) return { roads };
    const found = sensitivityOf(scenario, { seed: "1", untilUs: timeFromS(SENSITIVITY_S), disableControllers: false }, steps);
    const { events: _, ...summary } = sensitivityJson(found);
    return { roads, tickSensitivity: summary, line: sensitivityLine(found), sensitive: !isInsensitive(found) };
  });
}

/** A parameter distribution of the bank: it reads, and its first and last variation can be built and played to the first step. */
function checkDistribution(file: string): Row {
  const path = join(bankFolder(), file);
  return checked(file.slice(0, -".xosc".length), () => {
    const settings = { distribution: basename(path), scenario: undefined, seed: "1", valueSeed: undefined, drivers: new Map(), traffic: undefined, stepUs: TICK_US, untilUs: TICK_US, disableControllers: false, lenient: false, limits: { minTtcS: undefined, minThwS: undefined } };
    const session = openFileSession({ folder: dirname(path), settings, egoProfile: undefined, profiles: profileTexts(), build: __ATLASMESH_BUILD__ });
    for (const variation of new Set([0, session.count - 1])) {
      const { verdict, reasons } = session.verdict(variation);
      if (verdict === "error") throw new InputError(reasons.map((message) => ({ severity: "error", file: path, message: `variation ${variation}: ${message}` })));
    }
    return { variations: session.count };
  });
}

const check: Command = {
  name: "bank check",
  summary: "loads every scenario and parameter distribution of the bank in strict mode",
  usage: "[--tick-sensitivity [--tick-ms A,B]] [--json]",
  positionals: { min: 0, max: 0 },
  options: { ...TICK_OPTIONS, json: { type: "boolean", help: "print one JSON document" } },
  examples: ["bank check", "bank check --tick-sensitivity"],
  run(args, out) {
    const steps = stepsOf(args);
    const rows = bankList().map((id) => checkScenario(id, steps));
    const distributions = listBelow(bankFolder(), ".xosc").filter((path) => path.split("/").includes("variations")).map(checkDistribution);
    const all = [...rows, ...distributions];
    const bad = all.filter((row) => !row.valid);
    const sensitive = rows.filter((row) => row.sensitive === true);
    if (args.values["json"] === true) {
      const shown = rows.map(({ line: _, ...row }) => row);
      out.json({ scenarios: rows.length, valid: rows.filter((row) => row.valid).length, ...(steps === undefined ? {} : { stepsUs: steps, sensitive: sensitive.length }), rows: shown, distributions });
    } else {
      for (const row of bad) for (const line of row.diagnostics) out.error(line);
      for (const row of rows) if (row.line !== undefined) out.line(`${row.id.padEnd(34)}${row.line}`);
      out.line(`${rows.length - rows.filter((row) => !row.valid).length} of ${rows.length} scenarios load${distributions.length === 0 ? "" : `, ${distributions.filter((row) => row.valid).length} of ${distributions.length} distributions`}`);
      if (steps !== undefined) out.line(`${sensitive.length} of ${rows.length} scenarios end otherwise at the other step`);
    }
    return bad.length === 0 && rows.length > 0 && sensitive.length === 0 ? EXIT.good : EXIT.negative;
  },
};

export const bankCommands: readonly Command[] = [list, check];
