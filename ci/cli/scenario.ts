/** `atlasmesh scenario …`: files checked against the standard's rules, and what the code supports of it. */
import { existsSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { formatDiagnostic, type Diagnostic } from "../../fleet-core/kernel/result.ts";
import { checkFile, type CheckReport } from "../../scenarios/check/check.ts";
import { checkRules } from "../../scenarios/check/rules.ts";
import { toSarif } from "../../scenarios/check/sarif.ts";
import { coverage, coverageDocument, coverageMarkdown } from "../../scenarios/schema/coverage.ts";
import { readText } from "./adapters/files.ts";
import { scenarioPath } from "./adapters/spec.ts";
import { EXIT, stringOption, UsageError, type Command } from "./command.ts";

/** Files are named as seen from where the user stands, not from the checked file's folder. */
function checkAt(path: string, lenient: boolean): CheckReport {
  // A file that cannot be read at all is bad input (exit 2); what can be read gets a verdict.
  readText(path);
  const folder = dirname(resolve(path));
  const report = checkFile(basename(path), (name) => {
    const file = join(folder, ...name.split("/"));
    return existsSync(file) && statSync(file).isFile() ? readText(file) : undefined;
  }, { lenient });
  const here = relative(process.cwd(), folder).split(sep).join("/");
  const shown = <T extends Diagnostic>(d: T): T => ({ ...d, file: here === "" ? d.file : `${here}/${d.file}` });
  return { ...report, file: path, diagnostics: report.diagnostics.map(shown) };
}

/** Errors that count: all, or those of the wanted rules. */
function errorsOf(report: CheckReport, rules: ReadonlySet<string> | undefined): number {
  return report.diagnostics.filter((d) => d.severity === "error" && (rules === undefined || (d.rule !== undefined && rules.has(d.rule)))).length;
}

function wantedRules(words: readonly string[]): ReadonlySet<string> | undefined {
  if (words.length === 0) return undefined;
  return new Set(words.map((word) => {
    const found = checkRules.find((rule) => rule.name === word || rule.uid === word);
    if (found === undefined) throw new UsageError(`--rule ${word}: expected one of ${checkRules.map((rule) => rule.name).join(", ")}`);
    return found.name;
  }));
}

const check: Command = {
  name: "scenario check",
  summary: "checks scenarios, catalogs and parameter distributions, with everything they name, against ASAM's rules",
  usage: "FILE.xosc|BANK-ID... [--rule NAME]... [--lenient] [--json] [--sarif FILE]",
  positionals: { min: 1, max: 1000 },
  options: {
    lenient: { type: "boolean", help: "unknown elements are warnings" },
    rule: { type: "string", multiple: true, value: "NAME", help: "the verdict counts this rule only (name or asam.net:xosc:... id); may be repeated" },
    json: { type: "boolean", help: "print findings and the state of each rule as one JSON document" },
    sarif: { type: "string", value: "FILE", help: "write the findings as SARIF 2.1.0" },
  },
  examples: ["scenario check scenarios/bank/demo/port-depot-mine-town.xosc", "scenario check my.xosc my-catalog.xosc --sarif findings.sarif", "scenario check my.xosc --rule allowed_operators"],
  run(args, out) {
    const given = args.values["rule"];
    const rules = wantedRules(Array.isArray(given) ? given.map(String) : []);
    const reports = args.positionals.map((word) => checkAt(scenarioPath(word), args.values["lenient"] === true));
    const verdicts = reports.map((report) => ({ ...report, valid: errorsOf(report, rules) === 0 }));
    const sarif = stringOption(args, "sarif");
    if (sarif !== undefined) writeFileSync(sarif, `${JSON.stringify(toSarif(reports, "1"), null, 2)}\n`);
    if (args.values["json"] === true) out.json(verdicts.length === 1 ? verdicts[0] : { valid: verdicts.every((v) => v.valid), files: verdicts });
    else {
      for (const report of verdicts) {
        for (const d of report.diagnostics) out.error(`${formatDiagnostic(d)}${d.uid === undefined ? "" : ` [${d.uid}]`}`);
        const broken = report.rules.filter((r) => r.status === "failed").map((r) => r.rule);
        out.line(`${report.file}: ${report.valid ? "valid" : `not valid${broken.length === 0 ? "" : `, breaks ${broken.join(", ")}`}`}`);
      }
    }
    return verdicts.every((v) => v.valid) ? EXIT.good : EXIT.negative;
  },
};

const covered: Command = {
  name: "scenario coverage",
  summary: "prints which elements of OpenSCENARIO this build supports",
  usage: "[--json|--markdown]",
  positionals: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", help: "print one JSON document instead of a table" },
    markdown: { type: "boolean", help: "print scenarios/COVERAGE.md" },
  },
  examples: ["scenario coverage", "scenario coverage --markdown > scenarios/COVERAGE.md"],
  run(args, out) {
    if (args.values["json"] === true) out.json(coverage());
    else if (args.values["markdown"] === true) out.line(coverageDocument().trimEnd());
    else out.line(coverageMarkdown());
    return EXIT.good;
  },
};

export const scenarioCommands: readonly Command[] = [check, covered];
