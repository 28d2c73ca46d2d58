/** `atlasmesh demo`: everything at once on loopback; prints one URL. */
import { startDemoServer } from "./adapters/demo-server.ts";
import { prepareRun } from "./adapters/spec.ts";
import { EXIT, numberOption, UsageError, type Command } from "./command.ts";

export const DEMO_SCENARIO = "demo/port-depot-mine-town";

export const demo: Command = {
  name: "demo",
  summary: "starts the live twin and its page on loopback",
  usage: "[FILE.xosc|BANK-ID] [options]",
  positionals: { min: 0, max: 1 },
  options: {
    port: { type: "string", value: "N", help: "port on 127.0.0.1 (default 8321; 0 takes any free one)" },
    profile: { type: "string", value: "P", help: "drive the scenario's ego by our agent with this vehicle profile" },
    seed: { type: "string", value: "N", help: "root of all chance in the run (default 1)" },
    faults: { type: "string", multiple: true, value: "F", help: "fault plan file or short form; may be repeated" },
    until: { type: "string", value: "S", help: "start over at this simulated second (default 300)" },
  },
  examples: ["demo", "demo --port 9000 --seed 7", "demo cut-in.xosc --profile ride-hail-sedan"],
  async run(args, out) {
    const port = numberOption(args, "port", 0, 8321);
    if (!Number.isInteger(port) || port > 65535) throw new UsageError(`--port ${port}: expected a whole number from 0 to 65535`);
    const prepared = prepareRun(args.positionals[0] ?? DEMO_SCENARIO, args);
    const server = await startDemoServer({ port, prepared });
    out.line(server.url);
    out.error("The twin runs while somebody looks. Ctrl+C stops it.");
    await server.closed;
    return EXIT.good;
  },
};
