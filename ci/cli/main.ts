/** Entry of the `atlasmesh` command: finds the command, prints help, turns failures into messages and exit codes. */
import { formatDiagnostic, InputError } from "../../fleet-core/kernel/result.ts";
import { bankCommands } from "./bank.ts";
import { bench } from "./bench.ts";
import { EXIT, helpOf, output, parse, UsageError, type Command, type ExitCode } from "./command.ts";
import { conformance } from "./conformance.ts";
import { demo } from "./demo.ts";
import { doctor } from "./doctor.ts";
import { evidenceCommands } from "./evidence.ts";
import { mapCommands } from "./map.ts";
import { peerCommands } from "./peer.ts";
import { replayCommands } from "./replay.ts";
import { run } from "./run.ts";
import { scenarioCommands } from "./scenario.ts";
import { scenarioFuzzCommands } from "./scenario-fuzz.ts";
import { serve } from "./serve.ts";
import { sweep } from "./sweep.ts";
import { witness } from "./witness.ts";

const commands: readonly Command[] = [run, sweep, ...scenarioCommands, ...scenarioFuzzCommands, ...mapCommands, ...bankCommands, ...replayCommands, ...evidenceCommands, witness, ...peerCommands, conformance, serve, doctor, demo, bench];

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 3;
  return [
    "atlasmesh: fleet management for autonomous vehicles, developed against a deterministic digital twin",
    "",
    "usage: npx atlasmesh COMMAND [options]",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    "",
    "npx atlasmesh COMMAND --help shows options and examples, e.g. npx atlasmesh run --help",
    "exit codes: 0 good, 1 a negative verdict, 2 bad usage or input, 3 internal fault",
  ].join("\n");
}

function find(words: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(" ");
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined && words.length >= length) return { command, rest: words.slice(length) };
  }
  return undefined;
}

export async function main(words: readonly string[]): Promise<ExitCode> {
  const [first] = words;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    output.line(overview());
    return first === undefined ? EXIT.input : EXIT.good;
  }
  if (first === "--version" || first === "version") {
    output.line(`atlasmesh build ${__ATLASMESH_BUILD__}`);
    return EXIT.good;
  }
  const found = find(words);
  if (found === undefined) {
    const group = commands.filter((command) => command.name.startsWith(`${first} `));
    if (group.length > 0) {
      const asksHelp = words.includes("--help") || words.includes("-h");
      (asksHelp ? output.line : output.error)([`atlasmesh ${first} has:`, ...group.map((command) => `  ${command.name}: ${command.summary}`)].join("\n"));
      return asksHelp ? EXIT.good : EXIT.input;
    }
    output.error(`atlasmesh: unknown command "${first}"\n\n${overview()}`);
    return EXIT.input;
  }
  const { command, rest } = found;
  try {
    const args = parse(command, rest);
    if (args.values["help"] === true) {
      output.line(helpOf(command));
      return EXIT.good;
    }
    return await command.run(args, output);
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`atlasmesh ${command.name}: ${error.message}\ntry: npx atlasmesh ${command.name} --help`);
      return EXIT.input;
    }
    if (error instanceof InputError) {
      for (const diagnostic of error.diagnostics) output.error(formatDiagnostic(diagnostic));
      return EXIT.input;
    }
    output.error(`atlasmesh ${command.name}: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return EXIT.internal;
  }
}
