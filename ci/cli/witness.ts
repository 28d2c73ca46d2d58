/** `atlasmesh witness`: cosigns checkpoints of logs it knows, on loopback, and never one that does not continue what it saw. */
import { createFolderStorage } from "../../replay/audit/adapters/folder-storage.ts";
import { readKeyFile } from "../../replay/audit/adapters/key-file.ts";
import { startWitness } from "../../replay/audit/adapters/witness-server.ts";
import { verifierKeyText } from "../../replay/audit/note.ts";
import { passphraseOf, readTrust } from "./adapters/evidence.ts";
import { EXIT, numberOption, stringOption, UsageError, type Command } from "./command.ts";

export const witness: Command = {
  name: "witness",
  summary: "cosigns the checkpoints of audit logs over HTTP on loopback",
  usage: "--key F --trust F... --state DIR [options]",
  positionals: { min: 0, max: 0 },
  options: {
    key: { type: "string", value: "F", help: "the witness's key (evidence keygen)" },
    "passphrase-env": { type: "string", value: "V", help: "environment variable with the key's passphrase" },
    trust: { type: "string", multiple: true, value: "F", help: "trust file of a log's owner; may be repeated" },
    state: { type: "string", value: "DIR", help: "where the witness remembers what it saw" },
    init: { type: "boolean", help: "a new witness: begin with an empty memory" },
    port: { type: "string", value: "N", help: "port on 127.0.0.1 (default 8420; 0 takes any free one)" },
  },
  examples: ["witness --key ~/witness.key --trust operator.key.trust.json --state ~/witness-state --init"],
  async run(args, out) {
    const [key, state] = [stringOption(args, "key"), stringOption(args, "state")];
    const trust = (args.values["trust"] ?? []) as readonly string[];
    if (key === undefined || state === undefined || trust.length === 0) throw new UsageError("expected --key F --trust F --state DIR");
    const port = numberOption(args, "port", 0, 8420);
    if (!Number.isInteger(port) || port > 65535) throw new UsageError(`--port ${port}: expected a whole number from 0 to 65535`);
    const ring = readKeyFile(key, passphraseOf(args));
    const logs = trust.flatMap((path) => readTrust(path).logs).map((log) => ({ origin: log.name, keys: [log] }));
    const server = await startWitness({ port, signer: ring.witness, logs, storage: createFolderStorage(state), init: args.values["init"] === true, nowMs: () => Date.now() });
    out.line(server.url);
    out.error(`witness ${verifierKeyText(ring.witness.key)}\nfor ${logs.map((log) => log.origin).join(", ")}; Ctrl+C stops it`);
    await new Promise<void>((stop) => {
      process.once("SIGINT", stop);
      process.once("SIGTERM", stop);
    });
    await server.close();
    return EXIT.good;
  },
};
