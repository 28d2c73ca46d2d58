/** `atlasmesh bench NAME`: fixed seeds, one JSON shape, hashes beside figures so that nobody compares different work. */
import { cpus } from "node:os";
import { ingestBench } from "./bench-ingest.ts";
import { mapBench } from "./bench-map.ts";
import { policyBench } from "./bench-policy.ts";
import { scenarioBench } from "./bench-scenario.ts";
import { trafficBench } from "./bench-traffic.ts";
import { twinBench } from "./bench-twin.ts";
import { EXIT, UsageError, type Command } from "./command.ts";

export interface Figure {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  readonly better: "lower" | "higher";
  /** The same work done by somebody else in the same process, where there is one. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** What the figure should reach. */
  readonly limit?: number;
}

export interface BenchResult {
  readonly figures: readonly Figure[];
  readonly hash: string;
  readonly seed: string;
}

const benches: ReadonlyMap<string, { readonly summary: string; readonly run: (quick: boolean) => BenchResult | Promise<BenchResult> }> = new Map<string, { readonly summary: string; readonly run: (quick: boolean) => BenchResult | Promise<BenchResult> }>([["ingest", { summary: "telemetry from vehicle to disk, beside broker and COPY alone", run: ingestBench }], ["policy", { summary: "time of one policy decision", run: policyBench }], ["map", { summary: "loading maps, looking up, and how true coordinates come back", run: mapBench }], ["scenario", { summary: "cost of a step of the scenario player, and of a sweep's variation", run: scenarioBench }], ["traffic", { summary: "cost of a step with background traffic", run: trafficBench }], ["twin", { summary: "cost of a vehicle step and of whole fleets", run: twinBench }]]);

export const bench: Command = {
  name: "bench",
  summary: "measures this build",
  usage: `NAME [--json] (${[...benches].map(([name, { summary }]) => `${name}: ${summary}`).join("; ")})`,
  positionals: { min: 1, max: 1 },
  options: {
    quick: { type: "boolean", help: "a tenth of the work: shows that it runs, not how fast" },
    json: { type: "boolean", help: "print one JSON document" },
  },
  examples: ["bench twin --json", "bench scenario"],
  async run(args, out) {
    const name = args.positionals[0] ?? "";
    const found = benches.get(name);
    if (found === undefined) throw new UsageError(`no bench "${name}"; expected one of ${[...benches.keys()].join(", ")}`);
    const result = await found.run(args.values["quick"] === true);
    const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.versions.node, v8: process.versions.v8 };
    if (args.values["json"] === true) out.json({ name, ...result, machine });
    else {
      for (const figure of result.figures) {
        const beside = [figure.peer === undefined ? "" : `${figure.peer.name} ${figure.peer.value.toPrecision(4)}`, figure.limit === undefined ? "" : `aim ${figure.better === "lower" ? "<=" : ">="} ${figure.limit}`].filter((text) => text !== "").join(", ");
        out.line(`${figure.metric.padEnd(44)}${figure.value.toPrecision(4).padStart(10)} ${figure.unit}${beside === "" ? "" : `   (${beside})`}`);
      }
      out.line(`seed ${result.seed}, hash ${result.hash}, ${machine.cpu}, node ${machine.node}`);
    }
    return EXIT.good;
  },
};
