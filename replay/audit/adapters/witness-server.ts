/**
 * The witness over HTTP on loopback: `POST /add-checkpoint`. One request at a time; the memory is on disk before a
 * cosignature leaves. Must never start without knowing what it has seen.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import type { Storage } from "../../../fleet-core/kernel/ports.ts";
import { textOf, utf8 } from "../bytes.ts";
import type { NoteSigner } from "../note.ts";
import { addCheckpoint, memoryText, parseMemory, type WitnessedLog, type WitnessMemory } from "../witness.ts";
import { nodeCrypto } from "./node-hash.ts";

const MEMORY_KEY = "witness-memory";
const BODY_BYTES_MAX = 1 << 20;

export interface WitnessServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface WitnessOptions {
  readonly port: number;
  readonly signer: NoteSigner;
  readonly logs: readonly WitnessedLog[];
  readonly storage: Storage;
  /** Start with an empty memory; refused when there is one. */
  readonly init: boolean;
  readonly nowMs: () => number;
}

function readMemory(storage: Storage, init: boolean): WitnessMemory {
  const bytes = storage.get(MEMORY_KEY);
  const bad = (message: string, expected: string): InputError => new InputError([{ severity: "error", file: MEMORY_KEY, message, expected }]);
  if (bytes === undefined) {
    if (!init) throw bad("is missing: a witness that forgot what it saw would cosign a rolled-back log", "the witness's own state folder, or --init for a new witness");
    if (!storage.put(MEMORY_KEY, new Uint8Array()).ok) throw bad("cannot be written", "a writable state folder");
    return new Map();
  }
  if (init) throw bad("exists already", "no --init: this witness has a memory");
  const memory = parseMemory(textOf(bytes) ?? "?");
  if (memory === undefined) throw bad("is broken", "lines `size root origin`; restore it, or retire this witness and its key");
  return memory;
}

export async function startWitness(options: WitnessOptions): Promise<WitnessServer> {
  let memory = readMemory(options.storage, options.init);
  const server: Server = createServer((request, response) => {
    const answer = (status: number, mediaType: string, body: string): void => void response.writeHead(status, { "content-type": mediaType, "content-length": utf8(body).length }).end(body);
    if (request.url !== "/add-checkpoint") return answer(404, "text/plain", "this server has /add-checkpoint\n");
    if (request.method !== "POST") return answer(405, "text/plain", "expected POST\n");
    const parts: Uint8Array[] = [];
    let size = 0;
    request.on("data", (part: Uint8Array) => {
      size += part.length;
      if (size <= BODY_BYTES_MAX) parts.push(part);
    });
    request.on("end", () => {
      if (size > BODY_BYTES_MAX) return answer(400, "text/plain", "the request is too long\n");
      // Synchronous from here to the stored memory: no second request comes between.
      const result = addCheckpoint(new Uint8Array(Buffer.concat(parts)), options.logs, memory, options.signer, nodeCrypto, BigInt(Math.floor(options.nowMs() / 1000)));
      if (result.memory !== undefined) {
        if (!options.storage.put(MEMORY_KEY, utf8(memoryText(result.memory))).ok) return answer(500, "text/plain", "the memory could not be stored\n");
        memory = result.memory;
      }
      return answer(result.status, result.mediaType, result.body);
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((done) => {
      server.closeAllConnections();
      server.close(() => done());
    }),
  };
}
