/** `atlasmesh doctor`: what the server needs, and what of it is not as it should be. Changes nothing. */
import { EXIT, type Command } from "./command.ts";
import { policyFolder, settingsOf } from "./serve.ts";

const MARK = { good: "ok      ", warning: "WARNING ", bad: "BAD     " } as const;

export const doctor: Command = {
  name: "doctor",
  summary: "checks what `serve` needs: settings, secrets, database, policy",
  usage: "[options]",
  positionals: { min: 0, max: 0 },
  options: {
    data: { type: "string", value: "DIR", help: "data folder (default ./atlasmesh-data)" },
    host: { type: "string", value: "ADDRESS", help: "address `serve` would listen on" },
    port: { type: "string", value: "N", help: "port `serve` would listen on" },
    json: { type: "boolean", help: "print one JSON document" },
  },
  examples: ["doctor", "doctor --data /var/lib/atlasmesh --json"],
  async run(args, out) {
    const { readConfig } = await import("../../fleet-core/adapters/server/config.ts");
    const { examine } = await import("../../fleet-core/adapters/server/doctor.ts");
    const findings = await examine(readConfig(settingsOf(args)), policyFolder());
    const healthy = findings.every((finding) => finding.state !== "bad");
    if (args.values["json"] === true) out.json({ healthy, findings });
    else for (const { part, state, text, remedy } of findings) out.line(`${MARK[state]}${part.padEnd(12)} ${text}${remedy === undefined ? "" : `; ${remedy}`}`);
    return healthy ? EXIT.good : EXIT.negative;
  },
};
