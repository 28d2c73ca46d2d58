/** `atlasmesh serve`: the fleet core on real parts. */
import { join } from "node:path";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { projectRoot } from "./adapters/files.ts";
import { EXIT, stringOption, type Command, type Parsed } from "./command.ts";

/** Environment with the command's flags laid over it. */
export function settingsOf(args: Parsed): Record<string, string | undefined> {
  const given: Record<string, string | undefined> = { ...process.env };
  const flags = { data: "ATLASMESH_DATA", host: "ATLASMESH_HOST", port: "ATLASMESH_PORT" } as const;
  for (const [flag, name] of Object.entries(flags)) {
    const value = stringOption(args, flag);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

export const policyFolder = (): string => join(projectRoot(), "fleet-core", "policy");

export const serve: Command = {
  name: "serve",
  summary: "runs the fleet core: database, log, policy, API",
  usage: "[options]",
  positionals: { min: 0, max: 0 },
  options: {
    data: { type: "string", value: "DIR", help: "folder for database, keys and tokens (default ./atlasmesh-data)" },
    host: { type: "string", value: "ADDRESS", help: "address to listen on (default 127.0.0.1)" },
    port: { type: "string", value: "N", help: "port of the API (default 8420; 0 takes any free one)" },
  },
  examples: ["serve", "serve --data /var/lib/atlasmesh --port 9000", "doctor"],
  async run(args, out) {
    const { readConfig } = await import("../../fleet-core/adapters/server/config.ts");
    const config = readConfig(settingsOf(args));
    if (!config.ok) {
      for (const fault of config.error) out.error(formatDiagnostic(fault));
      return EXIT.input;
    }
    const { serve: start } = await import("../../fleet-core/adapters/server/serve.ts");
    const server = await start({ config: config.value, policyFolder: policyFolder() });
    out.line(server.url);
    out.error(`API ${server.url}/api/v1   documentation ${server.url}/docs   token in ${server.adminTokenFile}`);
    for (const warning of server.warnings) out.error(`WARNING ${warning}`);
    const ended = await Promise.race([signal(), server.failed]);
    await server.stop();
    if (!(ended instanceof Error)) return EXIT.good;
    out.error(`atlasmesh serve: ${ended.message}`);
    return EXIT.internal;
  },
};

/** Signals that come together with the first one are the same wish: wrappers pass one on that the terminal sent as well. */
const SAME_WISH_MS = 1000;

/** The first Ctrl+C or termination; another one later ends the process at once, as everybody expects. */
const signal = (): Promise<undefined> =>
  new Promise((done) => {
    let firstMs: number | undefined;
    const take = (): void => {
      if (firstMs !== undefined && Date.now() - firstMs > SAME_WISH_MS) process.exit(130);
      firstMs ??= Date.now();
      done(undefined);
    };
    process.on("SIGINT", take);
    process.on("SIGTERM", take);
  });
