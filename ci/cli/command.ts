/**
 * The frame of every command: parsed options in, exit code out. Exit codes: 0 good, 1 a negative verdict, 2 bad usage or
 * bad input, 3 our fault. With `--json` stdout carries one JSON document and nothing else.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";

export const EXIT = { good: 0, negative: 1, input: 2, internal: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

type OptionConfig = NonNullable<ParseArgsConfig["options"]>;

export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

export interface Command {
  /** Words after `atlasmesh`, e.g. `replay verify`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments as shown in the usage line. */
  readonly usage: string;
  readonly options: Readonly<Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean; readonly value?: string; readonly help: string }>>;
  readonly examples: readonly string[];
  readonly positionals: { readonly min: number; readonly max: number };
  run(args: Parsed, out: Output): Promise<ExitCode> | ExitCode;
}

export interface Output {
  /** Result text; stdout. */
  line(text: string): void;
  json(value: unknown): void;
  /** Progress, warnings, errors; stderr. */
  error(text: string): void;
}

export const output: Output = {
  line: (text) => process.stdout.write(`${text}\n`),
  json: (value) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
};

/** Bad usage: message for the user, exit code 2. */
export class UsageError extends Error {}

export function parse(command: Command, words: readonly string[]): Parsed {
  const options: OptionConfig = { help: { type: "boolean", short: "h" } };
  for (const [name, option] of Object.entries(command.options)) options[name] = option.multiple === true ? { type: option.type, multiple: true } : { type: option.type };
  let parsed;
  try {
    // `--faults -` and negative numbers are values, so `=` is the safe spelling; parseArgs says so itself.
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { min, max } = command.positionals;
  if (parsed.values["help"] !== true && (parsed.positionals.length < min || parsed.positionals.length > max)) {
    throw new UsageError(`expected ${command.usage}`);
  }
  return { values: parsed.values as Parsed["values"], positionals: parsed.positionals };
}

export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [`--${name}${option.value === undefined ? "" : ` ${option.value}`}`, option.help] as const);
  const width = Math.max(...rows.map(([left]) => left.length), 6) + 2;
  return [
    `atlasmesh ${command.name}: ${command.summary}`,
    "",
    `usage: npx atlasmesh ${command.name}${command.usage === "" ? "" : ` ${command.usage}`}`,
    ...(rows.length === 0 ? [] : ["", "options:", ...rows.map(([left, help]) => `  ${left.padEnd(width)}${help}`)]),
    "",
    "examples:",
    ...command.examples.map((example) => `  npx atlasmesh ${example}`),
    "",
    "exit codes: 0 good, 1 a negative verdict, 2 bad usage or input, 3 internal fault",
  ].join("\n");
}

export function stringOption(args: Parsed, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === "string" ? value : undefined;
}

/** A finite number >= `min`; UsageError names option and what was expected. */
export function numberOption(args: Parsed, name: string, min: number, fallback: number): number {
  const text = stringOption(args, name);
  if (text === undefined) return fallback;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < min) throw new UsageError(`--${name} ${text}: expected a number >= ${min}`);
  return value;
}
