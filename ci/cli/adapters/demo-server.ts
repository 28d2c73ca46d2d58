/**
 * The demo's server: static page, a few JSON routes, and the live twin over a WebSocket. Binds to loopback only and answers
 * only pages that came from itself. The twin inside is the same host that runs in the page's Web Worker.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import Fastify from "fastify";
import { WebSocketServer, type WebSocket } from "ws";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { writeMcap } from "../../../replay/recording/adapters/mcap-file.ts";
import { createRecordingBuffer, type RecordingBuffer } from "../../../replay/recording/buffer.ts";
import { recordRunSpec } from "../../../replay/run-record.ts";
import { createRun } from "../../../twin/run.ts";
import type { Run } from "../../../twin/types.ts";
import { createTwinHost, type TwinHost } from "../../../web/worker/host.ts";
import { createCoder, parseViewerMessage, type ScenarioListItem, type ScenarioSpecJson, type ServerMessage } from "../../../web/protocol.ts";
import { projectRoot } from "./files.ts";
import { bankFolder, bankList, profileTexts, readScenario, runtimeLabel, type PreparedRun } from "./spec.ts";

const VIEWERS_MAX = 32;
const MESSAGE_BYTES_MAX = 65_536;
/** A viewer this far behind loses its connection rather than our memory. */
const BEHIND_BYTES_MAX = 64 * 1024 * 1024;
const PUMP_MS = 10;
/** An ended run is shown this long before it starts over. */
const START_OVER_MS = 8000;

export interface DemoServer {
  readonly url: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export async function startDemoServer(options: { port: number; prepared: PreparedRun }): Promise<DemoServer> {
  const { prepared } = options;
  const pages = join(projectRoot(), "dist", "web");
  if (!existsSync(join(pages, "index.html"))) throw new InputError([{ severity: "error", file: "dist/web", message: "the page is not built", expected: "npm start, which builds it" }]);

  const coder = createCoder();
  const viewers = new Set<WebSocket>();
  let recorder: RecordingBuffer;
  const send = (message: ServerMessage): void => {
    if (viewers.size === 0) return;
    const bytes = coder.encode(message);
    for (const viewer of viewers) {
      if (viewer.bufferedAmount > BEHIND_BYTES_MAX) viewer.terminate();
      else viewer.send(bytes);
    }
  };
  const renew = (): Run => {
    const { epochMs } = prepared.scenario;
    recorder = createRecordingBuffer({ epochMs });
    const host = { build: __ATLASMESH_BUILD__, runtime: runtimeLabel(), epochMs };
    recordRunSpec(recorder, prepared.spec, host);
    return createRun(prepared.spec, { ...host, recorder, scenario: prepared.scenario });
  };
  const host: TwinHost = createTwinHost({ run: renew(), send, now: () => performance.now(), renew, playing: true, startOverMs: START_OVER_MS, budgetMs: 20 });

  const app = Fastify({ logger: false, bodyLimit: MESSAGE_BYTES_MAX });
  const isOwn = (hostHeader: string | undefined): boolean => /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(hostHeader ?? "");
  app.addHook("onRequest", async (request, reply) => {
    // A foreign name that resolves to loopback (DNS rebinding) is not us.
    if (!isOwn(request.headers.host)) await reply.code(421).send({ error: "this server answers on loopback only" });
  });
  app.addHook("onSend", async (_request, reply) => {
    reply.header("x-content-type-options", "nosniff");
    reply.header("referrer-policy", "no-referrer");
    reply.header("cross-origin-resource-policy", "same-origin");
    reply.header("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'");
  });
  app.get("/api/scenarios", (): readonly ScenarioListItem[] => bankList().map((id) => {
    const { scenario } = readScenario(join(bankFolder(), `${id}.xosc`));
    return { id, title: scenario.name, description: scenario.description };
  }));
  app.get<{ Params: { "*": string } }>("/api/scenarios/*", (request, reply) => {
    const id = request.params["*"].replace(/\/spec$/, "");
    if (!request.params["*"].endsWith("/spec") || !bankList().includes(id)) return reply.code(404).send({ error: `no scenario "${id}" in the bank` });
    const { scenario, key } = readScenario(join(bankFolder(), `${id}.xosc`));
    const spec: ScenarioSpecJson = { scenario: key, files: [...scenario.files], profiles: [...profileTexts()], build: __ATLASMESH_BUILD__, seed: prepared.spec.seed, untilS: prepared.spec.untilUs / 1e6 };
    return reply.send(spec);
  });
  app.get("/api/recording", async (_request, reply) => reply
    .header("content-type", "application/octet-stream")
    .header("content-disposition", `attachment; filename="${host.run.info.scenario}-${host.run.info.seed}.mcap"`)
    .send(Buffer.from(await writeMcap(recorder.sealed((target) => host.run.seal(target))))));
  await app.register(fastifyStatic, { root: pages, cacheControl: false });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not found" }));

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  app.server.on("upgrade", (request, socket, head) => {
    const origin = request.headers.origin;
    const own = isOwn(request.headers.host) && (origin === undefined || isOwn(origin.replace(/^https?:\/\//, "")));
    if (request.url !== "/ws" || !own || viewers.size >= VIEWERS_MAX) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (viewer) => {
      for (const message of host.welcome()) viewer.send(coder.encode(message));
      viewers.add(viewer);
      viewer.on("close", () => viewers.delete(viewer));
      viewer.on("error", () => viewer.terminate());
      viewer.on("message", (data) => {
        let message;
        try {
          message = parseViewerMessage(coder.decode(data as Buffer));
        } catch {
          message = undefined;
        }
        if (message === undefined) viewer.close(1008, "not a control message");
        else host.receive(message);
      });
    });
  });

  // The run goes on only while somebody looks, and starts over when it has ended.
  const timer = setInterval(() => {
    if (viewers.size === 0) return;
    try {
      host.pump(performance.now());
    } catch (error) {
      process.stderr.write(`atlasmesh demo: the run stopped: ${error instanceof Error ? error.message : String(error)}\n`);
      clearInterval(timer);
    }
  }, PUMP_MS);

  try {
    await app.listen({ host: "127.0.0.1", port: options.port });
  } catch (error) {
    clearInterval(timer);
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EADDRINUSE") throw new InputError([{ severity: "error", file: `127.0.0.1:${options.port}`, message: "the port is in use", expected: "a free port; try --port 0" }]);
    if (code === "EACCES") throw new InputError([{ severity: "error", file: `127.0.0.1:${options.port}`, message: "this user may not listen on the port", expected: "a port from 1024 on" }]);
    throw error;
  }
  let done: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    done = resolve;
  });
  const close = async (): Promise<void> => {
    clearInterval(timer);
    for (const viewer of viewers) viewer.terminate();
    await app.close();
    done();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close());
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return { url: `http://127.0.0.1:${port}/`, closed, close };
}
