/** `atlasmesh run`: one scenario, headless, as fast as it goes. */
import { InputError } from "../../fleet-core/kernel/result.ts";
import { secondsOf } from "../../fleet-core/kernel/time.ts";
import { POSE_STRIDE } from "../../fleet-core/contract/twin-view.ts";
import { createStreamRecorder, type StreamRecorder } from "../../replay/adapters/mcap/stream-recorder.ts";
import { advance } from "../../twin/drive.ts";
import { createRun } from "../../twin/run.ts";
import { recordRunSpec } from "../../replay/run-record.ts";
import type { LoadedScenario } from "../../scenarios/types.ts";
import type { Run, RunSpec } from "../../twin/types.ts";
import { prepareRun, runtimeLabel } from "./adapters/spec.ts";
import { writeWhole } from "./adapters/files.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command, type Output, type Parsed } from "./command.ts";
import { isInsensitive, printSensitivity, sensitivityJson, sensitivityOf, stepsOf, TICK_OPTIONS } from "./tick.ts";

export const run: Command = {
  name: "run",
  summary: "runs one scenario headless and judges it",
  usage: "FILE.xosc|BANK-ID [options]",
  positionals: { min: 1, max: 1 },
  options: {
    profile: { type: "string", value: "P", help: "drive the scenario's ego by our agent with this vehicle profile" },
    seed: { type: "string", value: "N", help: "root of all chance in the run (default 1)" },
    faults: { type: "string", multiple: true, value: "F", help: "fault plan file, or KIND@TARGET:AT[-CLEAR][*SEVERITY]; may be repeated" },
    backend: { type: "string", value: "native", help: "who owns the physical world" },
    until: { type: "string", value: "S", help: "end at this simulated second (default 300)" },
    permutation: { type: "string", value: "N", help: "variation of a parameter distribution file, counted from 0 (default 0)" },
    parameter: { type: "string", multiple: true, value: "NAME=VALUE", help: "value of a scenario parameter; may be repeated" },
    "disable-controllers": { type: "boolean", help: "ignore the file's controllers: standard default behaviour" },
    driver: { type: "string", multiple: true, value: "ACTOR=MODEL", help: "drive an actor by a reference model: idm, acc, cc, fsm, rss or reg157; may be repeated" },
    traffic: { type: "string", value: "N", help: "background vehicles on the whole map" },
    lenient: { type: "boolean", help: "unknown elements are warnings" },
    mcap: { type: "string", value: "F", help: "write a recording (opens in Foxglove, Lichtblick, replay verify)" },
    csv: { type: "string", value: "F", help: "write trajectories: time_s,entity,x_m,y_m,z_m,yaw_rad,speed_mps" },
    "csv-hz": { type: "string", value: "10", help: "rows per second and entity, a divisor of 100 (default 10)" },
    events: { type: "string", value: "F", help: "write storyboard changes: time_s,step,element,state,name,path" },
    ...TICK_OPTIONS,
    json: { type: "boolean", help: "print the result as one JSON document" },
  },
  examples: [
    "run demo/port-depot-mine-town --until 60",
    "run cut-in.xosc --profile ride-hail-sedan --seed 7 --mcap out.mcap --json",
    "run demo/port-depot-mine-town --faults gnss-loss@sedan-1:10-20 --faults brake-fade@bus-1:15*0.5",
    "run demo/cut-in --tick-sensitivity",
    "run cut-in.xosc --driver Ego=fsm --json",
    "run scenarios/bank/demo/maps/atlas-harbour.xodr --traffic 40 --until 60",
  ],
  async run(args, out) {
    const csvHz = numberOption(args, "csv-hz", 1, 10);
    if (100 % csvHz !== 0) throw new UsageError(`--csv-hz ${csvHz}: expected a divisor of 100`);
    const steps = stepsOf(args);
    const alone = ["profile", "faults", "mcap", "csv", "events"].find((name) => steps !== undefined && args.values[name] !== undefined);
    if (alone !== undefined) throw new UsageError(`--tick-sensitivity plays the storyboard alone, at two steps; expected no --${alone}`);
    const { spec, scenario } = prepareRun(args.positionals[0] ?? "", args);
    if (steps !== undefined) return tickSensitivityOf(spec, scenario, steps, args.values["json"] === true, out);
    const mcap = stringOption(args, "mcap");
    const recorder = mcap === undefined ? undefined : await openRecorder(mcap, scenario.epochMs);
    const host = { build: __ATLASMESH_BUILD__, runtime: runtimeLabel(), epochMs: scenario.epochMs };
    if (recorder !== undefined) recordRunSpec(recorder, spec, host);
    const twin = createRun(spec, { ...host, scenario, ...(recorder === undefined ? {} : { recorder }) });
    const rows: string[] = ["time_s,entity,x_m,y_m,z_m,yaw_rad,speed_mps"];
    const csv = stringOption(args, "csv");
    const every = 100 / csvHz;
    const sample = (): void => {
      if (csv !== undefined && (twin.tick % every === 0 || twin.ended !== undefined)) rows.push(...csvRows(twin));
    };
    sample();
    while (twin.ended === undefined) {
      advance(twin, RECORD_TICKS, sample);
      await recorder?.flush();
    }
    const result = twin.result();
    if (csv !== undefined) writeWhole(csv, `${rows.join("\n")}\n`);
    const events = stringOption(args, "events");
    if (events !== undefined) writeWhole(events, eventText(twin));
    if (recorder !== undefined && mcap !== undefined) {
      twin.seal(recorder);
      await recorder.end();
      if (recorder.fullUs !== undefined) out.error(`${mcap}: the recording is full and ends at ${secondsOf(recorder.fullUs).toFixed(2)} s; shorten the run with --until`);
    }
    if (args.values["json"] === true) out.json(result);
    else {
      out.line(`${result.scenario} on ${result.map}, seed ${result.seed}${result.profile === undefined ? "" : `, ego ${result.profile}`}`);
      out.line(`${result.durationS.toFixed(2)} s simulated, ended by ${result.endedBy}, state hash ${result.hash}, build ${result.build.slice(0, 12)}`);
      for (const criterion of result.criteria) out.line(`  ${criterion.pass ? "pass" : "FAIL"}  ${criterion.text}`);
      for (const mission of twin.missions()) out.line(`  mission ${mission.missionId}: ${mission.state}`);
      out.line(`verdict: ${result.verdict}`);
      if (result.verdict === "fail") out.error(`reproduce  npx atlasmesh run ${args.positionals[0] ?? ""}${decidingWords(args)} --seed ${result.seed}`);
    }
    return result.verdict === "fail" ? EXIT.negative : EXIT.good;
  },
};

function tickSensitivityOf(spec: RunSpec, scenario: LoadedScenario, steps: readonly [number, number], json: boolean, out: Output): 0 | 1 {
  const found = sensitivityOf(scenario, spec, steps);
  const verdict = isInsensitive(found) ? "pass" : "fail";
  if (json) out.json({ scenario: scenario.name, map: scenario.mapFile, seed: spec.seed, build: __ATLASMESH_BUILD__, verdict, ...sensitivityJson(found) });
  else printSensitivity(out, scenario.name, found);
  return verdict === "pass" ? EXIT.good : EXIT.negative;
}

/** Ticks between two writes of a recording to the disk. */
const RECORD_TICKS = 100;

async function openRecorder(path: string, epochMs: number): Promise<StreamRecorder> {
  try {
    return await createStreamRecorder(path, { epochMs });
  } catch {
    throw new InputError([{ severity: "error", file: path, message: "cannot be written", expected: "a writable path in an existing folder" }]);
  }
}

/** The options given that decide a run; the seed is said apart, for it is part of every run. */
function decidingWords(args: Parsed): string {
  return ["profile", "permutation", "parameter", "driver", "traffic", "faults", "until", "disable-controllers", "lenient"].flatMap((name) => {
    const value = args.values[name];
    if (value === undefined || value === false) return [];
    return (Array.isArray(value) ? value : [value]).map((one) => (one === true ? ` --${name}` : ` --${name} ${/^[\w@.,:*=/-]+$/.test(String(one)) ? String(one) : `'${String(one)}'`}`));
  }).join("");
}

function csvRows(twin: Run): readonly string[] {
  const { poses } = twin.frame();
  const time = secondsOf(twin.timeUs).toFixed(3);
  return twin.roster().map((entity, i) => {
    const at = (column: number): string => (poses[i * POSE_STRIDE + column] ?? 0).toFixed(6);
    const name = /[",\n]/.test(entity.id) ? `"${entity.id.replaceAll('"', '""')}"` : entity.id;
    return `${time},${name},${at(0)},${at(1)},${at(2)},${at(3)},${at(6)}`;
  });
}

function eventText(twin: Run): string {
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = twin.storyboard().map((c) => `${secondsOf(c.timeUs).toFixed(3)},${c.step},${c.element},${c.state},${quote(c.name)},${quote(c.path)}`);
  return `${["time_s,step,element,state,name,path", ...rows].join("\n")}\n`;
}
