/** `atlasmesh conformance`: tries all gates on vehicle profiles; reports, and whether the gates themselves can fail. */
import { parseProfile } from "../../edge-agent/profile-loader.ts";
import { certify, detect, type Detection, type ProfileReport } from "../../conformance/certify.ts";
import { gates } from "../../conformance/gates/index.ts";
import { htmlText } from "../../conformance/report/html.ts";
import { junitText } from "../../conformance/report/junit.ts";
import { sarif } from "../../conformance/report/sarif.ts";
import { reportText } from "../../conformance/report/text.ts";
import type { Subject } from "../../conformance/types.ts";
import { variantReport } from "../../conformance/variants.ts";
import { InputError } from "../../fleet-core/kernel/result.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText, listBelow, projectRoot, writeWhole } from "./adapters/files.ts";
import { profileTexts } from "./adapters/spec.ts";
import { EXIT, stringOption, UsageError, type Command } from "./command.ts";

/** Taken before any run: the tripwire of a run replaces what stands in `performance`. */
const nowMs = performance.now.bind(performance);

/** A profile of ours by id, or a profile file of somebody else's. */
function subjectOf(word: string, known: ReadonlyMap<string, string>): { subject: Subject; file: string } {
  const text = known.get(word) ?? (existsSync(word) ? readText(word) : undefined);
  if (text === undefined) throw new UsageError(`--profile ${word}: expected a file or one of ${[...known.keys()].join(", ")}`);
  const file = known.has(word) ? `edge-agent/profiles/${word}.json` : word;
  const parsed = parseProfile(text, file);
  if (!parsed.ok) throw new InputError(parsed.error);
  return { subject: { claimed: parsed.value, text, physical: parsed.value }, file };
}

/** Sources of the agent, without its tests. */
function agentSources(): ReadonlyMap<string, string> {
  const folder = join(projectRoot(), "edge-agent");
  return new Map(listBelow(folder, ".ts").filter((path) => !/(\.test\.ts$|(^|\/)test-)/.test(path)).map((path) => [`edge-agent/${path}`, readText(join(folder, path))]));
}

export const conformance: Command = {
  name: "conformance",
  summary: "tries the conformance gates on vehicle profiles",
  usage: "[options]",
  positionals: { min: 0, max: 0 },
  options: {
    profile: { type: "string", multiple: true, value: "P", help: "profile id or file; may be repeated (default: all of edge-agent/profiles)" },
    gate: { type: "string", multiple: true, value: "G", help: "only gates whose id begins so; may be repeated" },
    plants: { type: "boolean", help: "also put in faults on purpose: each gate must catch all of its own" },
    junit: { type: "string", value: "F", help: "write JUnit XML" },
    sarif: { type: "string", value: "F", help: "write SARIF 2.1.0" },
    html: { type: "string", value: "F", help: "write a page with heat map, margins and operational domain" },
    json: { type: "boolean", help: "print everything as one JSON document" },
  },
  examples: ["conformance", "conformance --profile public-transit-bus --gate failures --html report.html", "conformance --plants --junit conformance.xml --json"],
  run(args, out) {
    const words = args.values["profile"];
    const known = profileTexts();
    const subjects = (Array.isArray(words) ? words.map(String) : [...known.keys()]).map((word) => subjectOf(word, known));
    const prefixes = Array.isArray(args.values["gate"]) ? args.values["gate"].map(String) : [];
    const all = gates(nowMs);
    for (const prefix of prefixes) if (!all.some(({ id }) => id.startsWith(prefix))) throw new UsageError(`--gate ${prefix}: no gate begins so; there are ${all.map(({ id }) => id).join(", ")}`);
    const selected = prefixes.length === 0 ? all : all.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
    const json = args.values["json"] === true;
    const reports: ProfileReport[] = [];
    const detections: (Detection & { readonly profile: string })[] = [];
    for (const { subject } of subjects) {
      const report = certify(subject, selected);
      reports.push(report);
      if (!json) for (const line of reportText(report)) out.line(line);
      if (args.values["plants"] === true) for (const gate of selected) detections.push(...detect(gate, subject).map((detection) => ({ ...detection, profile: report.profile })));
    }
    const variants = variantReport(agentSources(), [...new Set(subjects.map(({ subject }) => subject.claimed.class))]);
    const missed = detections.filter(({ caught }) => !caught);
    if (!json) {
      if (detections.length > 0) out.line(`planted faults: ${detections.length - missed.length} of ${detections.length} caught`);
      for (const { profile, gate, plant } of missed) out.line(`  NOT CAUGHT  ${profile} ${gate}: ${plant}`);
      out.line(`variant budget: ${variants.totalLines} lines of agent code, at most ${(100 * variants.limitRatio).toFixed(0)} % for one class: ${variants.pass ? "pass" : "FAIL"}`);
      for (const { vehicleClass, lines, ratio, files } of variants.classes) out.line(`  ${vehicleClass.padEnd(24)} ${String(lines).padStart(5)} lines ${(100 * ratio).toFixed(2).padStart(6)} %${files.length === 0 ? "" : `  ${files.map(({ path }) => path).join(", ")}`}`);
      for (const { path, line, vehicleClass } of variants.disguised) out.line(`  shared code names a class: ${path}:${line} ${vehicleClass}`);
    }
    const fileOf = new Map(reports.map(({ profile }, i) => [profile, subjects[i]?.file ?? profile]));
    const write = (option: string, text: () => string): void => {
      const path = stringOption(args, option);
      if (path !== undefined) writeWhole(path, text());
    };
    write("junit", () => junitText(reports));
    write("sarif", () => `${JSON.stringify(sarif(reports, __ATLASMESH_BUILD__, (profile) => fileOf.get(profile) ?? profile), null, 2)}\n`);
    write("html", () => htmlText(reports, __ATLASMESH_BUILD__));
    const good = reports.every(({ verdict }) => verdict === "pass") && missed.length === 0 && variants.pass;
    if (json) out.json({ build: __ATLASMESH_BUILD__, verdict: good ? "pass" : "fail", reports, detections, variants });
    return good ? EXIT.good : EXIT.negative;
  },
};
