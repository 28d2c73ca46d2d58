/** `atlasmesh replay …`: execute recordings again and compare them. */
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { verifyRecording } from "../../replay/adapters/verify-file.ts";
import { diffRecordings } from "../../replay/compare/recordings.ts";
import { readBytes } from "./adapters/files.ts";
import { EXIT, type Command } from "./command.ts";

const verify: Command = {
  name: "replay verify",
  summary: "executes a recording again and compares every bit",
  usage: "F.mcap [--any-build] [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    "any-build": { type: "boolean", help: "go on although another build made the recording (says nothing about that build)" },
    json: { type: "boolean", help: "print the outcome as one JSON document" },
  },
  examples: ["run demo/port-depot-mine-town --until 20 --mcap out.mcap", "replay verify out.mcap"],
  async run(args, out) {
    const file = args.positionals[0] ?? "";
    const outcome = await verifyRecording(readBytes(file), file, { build: __ATLASMESH_BUILD__, anyBuild: args.values["any-build"] === true, batch: 1000 });
    if (args.values["json"] === true) out.json({ file, ...outcome });
    switch (outcome.kind) {
      case "identical":
        if (args.values["json"] !== true) out.line(`identical: ${outcome.ticks} ticks, ${outcome.messages} messages, state hash ${outcome.hash}`);
        return EXIT.good;
      case "different":
        if (args.values["json"] !== true) out.line(`DIFFERENT: ${outcome.divergence.text}`);
        return EXIT.negative;
      case "truncated":
        if (args.values["json"] !== true) out.line(`INCOMPLETE: identical for ${outcome.ticks} ticks, where the recording ran full; the rest of the run is not in it`);
        return EXIT.negative;
      case "refused": {
        for (const diagnostic of outcome.diagnostics) out.error(formatDiagnostic(diagnostic));
        // Another build is a verdict on the evidence; a broken file is bad input.
        return outcome.diagnostics.every((d) => d.path === "build" || d.path === "numerics") ? EXIT.negative : EXIT.input;
      }
    }
  },
};

const diff: Command = {
  name: "replay diff",
  summary: "first difference between two recordings",
  usage: "A.mcap B.mcap [--json]",
  positionals: { min: 2, max: 2 },
  options: { json: { type: "boolean", help: "print the outcome as one JSON document" } },
  examples: ["replay diff yesterday.mcap today.mcap"],
  run(args, out) {
    const [a = "", b = ""] = args.positionals;
    const found = diffRecordings({ bytes: readBytes(a), file: a }, { bytes: readBytes(b), file: b });
    if (!found.ok) throw new InputError(found.error);
    const { divergence, messages } = found.value;
    if (args.values["json"] === true) out.json({ a, b, identical: divergence === undefined, messages, divergence: divergence ?? null });
    else out.line(divergence === undefined ? `identical: ${messages} messages` : `DIFFERENT: ${divergence.text}`);
    return divergence === undefined ? EXIT.good : EXIT.negative;
  },
};

export const replayCommands: readonly Command[] = [verify, diff];
