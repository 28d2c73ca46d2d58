/** `atlasmesh replay …`: execute recordings again and compare them. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { decodeJson } from "../../fleet-core/contract/json.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { verifyRecording } from "../../replay/adapters/verify-file.ts";
import { diffRecordings } from "../../replay/compare/recordings.ts";
import { cutRecording, openIndexed } from "../../replay/adapters/mcap/indexed.ts";
import { recoverRecording } from "../../replay/adapters/mcap/recover.ts";
import { changelogWith, compareGolden, goldenSchema, goldenText, recordGolden } from "../../replay/golden/golden.ts";
import { listBelow, projectRoot, readBytes, readText, writeWhole } from "./adapters/files.ts";
import { bankList, prepareRun } from "./adapters/spec.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command } from "./command.ts";

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

const recover: Command = {
  name: "replay recover",
  summary: "makes a recording whole whose writer was killed",
  usage: "F.mcap [--out G.mcap] [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    out: { type: "string", value: "G", help: "where the whole recording goes (default F with .recovered.mcap)" },
    json: { type: "boolean", help: "print the outcome as one JSON document" },
  },
  examples: ["replay recover killed.mcap --out whole.mcap"],
  async run(args, out) {
    const file = args.positionals[0] ?? "";
    const recovered = await recoverRecording(readBytes(file), file);
    if (!recovered.ok) throw new InputError(recovered.error);
    const { bytes, messages, lastUs, problem } = recovered.value;
    const target = stringOption(args, "out") ?? `${file.replace(/\.mcap$/, "")}.recovered.mcap`;
    writeWhole(target, bytes);
    if (args.values["json"] === true) out.json({ file, out: target, messages, lastS: lastUs / 1e6, problem: problem ?? null });
    else out.line(`${target}: ${messages} messages up to ${(lastUs / 1e6).toFixed(2)} s${problem === undefined ? "; the file was whole" : `; the file ${problem}`}`);
    return EXIT.good;
  },
};

const cut: Command = {
  name: "replay cut",
  summary: "takes a part out of a recording, by its index",
  usage: "F.mcap --from S --to S [--out G.mcap] [--json]",
  positionals: { min: 1, max: 1 },
  options: {
    from: { type: "string", value: "S", help: "first run second" },
    to: { type: "string", value: "S", help: "last run second" },
    out: { type: "string", value: "G", help: "where the part goes (default F with .cut.mcap)" },
    json: { type: "boolean", help: "print the outcome as one JSON document" },
  },
  examples: ["replay cut out.mcap --from 12 --to 13 --out second.mcap"],
  async run(args, out) {
    const file = args.positionals[0] ?? "";
    const fromS = numberOption(args, "from", 0, 0);
    const toS = numberOption(args, "to", 0, Number.MAX_SAFE_INTEGER / 1e6);
    if (toS < fromS) throw new UsageError(`--to ${toS}: expected at least --from ${fromS}`);
    const opened = await openIndexed(file);
    if (!opened.ok) throw new InputError(opened.error);
    try {
      const { bytes, messages } = await cutRecording(opened.value, Math.round(fromS * 1e6), Math.min(Math.round(toS * 1e6), Number.MAX_SAFE_INTEGER));
      const target = stringOption(args, "out") ?? `${file.replace(/\.mcap$/, "")}.cut.mcap`;
      writeWhole(target, bytes);
      if (args.values["json"] === true) out.json({ file, out: target, messages, bytes: bytes.length });
      else out.line(`${target}: ${messages} messages, ${bytes.length} bytes`);
      return messages > 0 ? EXIT.good : EXIT.negative;
    } finally {
      opened.value.close();
    }
  },
};

const GOLDEN_SECONDS = 20;
const GOLDEN_LIMITS = { bytes: 256 * 1024 * 1024, depth: 32 };

const golden: Command = {
  name: "replay golden",
  summary: "executes the bank and compares with what it did before",
  usage: "[BANK-ID...] [--update --reason TEXT] [--json]",
  positionals: { min: 0, max: 1000 },
  options: {
    update: { type: "boolean", help: "write what differs anew; needs --reason" },
    reason: { type: "string", value: "TEXT", help: "why the behaviour changed; goes to CHANGELOG.md" },
    until: { type: "string", value: "S", help: `seconds of each scenario, for new goldens (default ${GOLDEN_SECONDS})` },
    json: { type: "boolean", help: "print the outcome as one JSON document" },
  },
  examples: ["replay golden", "replay golden demo/cut-in", 'replay golden --update --reason "Agents yield to pedestrians earlier"'],
  run(args, out) {
    const update = args.values["update"] === true;
    const changelog = join(projectRoot(), "CHANGELOG.md");
    const reason = stringOption(args, "reason");
    // Said before anything runs: an update without a reason is refused whatever it would find.
    const refusal = update ? changelogWith("", reason, "", []) : undefined;
    if (refusal?.ok === false) throw new UsageError(refusal.problem);
    const folder = join(projectRoot(), "replay", "golden", "data");
    const fileOf = (id: string): string => join(folder, ...`${id}.json`.split("/"));
    const ids = args.positionals.length > 0 ? args.positionals : bankList();
    const rows = ids.map((id) => {
      const file = fileOf(id);
      const kept = existsSync(file) ? decodeJson(readBytes(file), goldenSchema, file, GOLDEN_LIMITS) : undefined;
      if (kept?.ok === false && !update) throw new InputError(kept.error);
      const before = kept?.ok === true ? kept.value : undefined;
      const untilS = numberOption(args, "until", 0.01, before?.untilS ?? GOLDEN_SECONDS);
      const { spec, scenario } = prepareRun(id, { values: { until: String(untilS) }, positionals: [id] });
      const found = recordGolden(id, spec, scenario, __ATLASMESH_BUILD__);
      const difference = before === undefined ? undefined : compareGolden(before, found);
      const state = before === undefined ? "missing" : difference === undefined ? "same" : "different";
      if (update && state !== "same") {
        mkdirSync(dirname(file), { recursive: true });
        writeWhole(file, goldenText(found));
      }
      if (args.values["json"] !== true && state !== "same") out.line(`${update ? "updated" : state === "missing" ? "NO GOLDEN" : "DIFFERENT"}  ${difference?.text ?? id}`);
      return { id, state, hash: found.hash, difference: difference ?? null };
    });
    const orphans = args.positionals.length > 0 ? [] : listBelow(folder, ".json").map((name) => name.replace(/\.json$/, "")).filter((id) => !ids.includes(id));
    for (const id of orphans) {
      if (update) rmSync(fileOf(id));
      if (args.values["json"] !== true) out.line(`${update ? "removed" : "NO SCENARIO"}  ${id}`);
    }
    const changed = [...rows.filter((row) => row.state !== "same").map((row) => row.id), ...orphans];
    if (update && changed.length > 0) {
      const written = changelogWith(readText(changelog), reason, new Date().toISOString().slice(0, 10), changed);
      if (written.ok) writeWhole(changelog, written.text);
    }
    if (args.values["json"] === true) out.json({ scenarios: rows.length, same: rows.length - rows.filter((row) => row.state !== "same").length, updated: update ? changed.length : 0, rows, orphans });
    else out.line(`${rows.filter((row) => row.state === "same").length} of ${rows.length} scenarios are what they were${update ? `, ${changed.length} updated` : ""}`);
    return update || changed.length === 0 ? EXIT.good : EXIT.negative;
  },
};

export const replayCommands: readonly Command[] = [verify, diff, recover, cut, golden];
