/** The demo server's twin over a WebSocket. Reconnects by itself with growing pauses; never gives up silently. */
import { createCoder, type ServerMessage } from "../protocol.ts";
import type { SourceEvents, TwinSource } from "./types.ts";

const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const;
/** A server says something at least this often while it runs; longer silence counts as lost. */
const SILENCE_MS = 15_000;

export function openLive(events: SourceEvents, base: URL): TwinSource {
  const coder = createCoder();
  const url = new URL("ws", base);
  url.protocol = base.protocol === "https:" ? "wss:" : "ws:";
  let socket: WebSocket | undefined;
  let closed = false;
  let tries = 0;
  let timer: number | undefined;
  let heardMs = performance.now();

  function connect(): void {
    const ws = new WebSocket(url);
    ws.binaryType = "arraybuffer";
    socket = ws;
    ws.onopen = () => {
      tries = 0;
      heardMs = performance.now();
      events.onState({ kind: "open" });
    };
    ws.onmessage = (event: MessageEvent<unknown>) => {
      heardMs = performance.now();
      if (event.data instanceof ArrayBuffer) events.onMessage(coder.decode(new Uint8Array(event.data)) as ServerMessage);
    };
    ws.onclose = () => {
      if (closed || socket !== ws) return;
      const wait = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 8000;
      tries += 1;
      events.onState({ kind: "lost", sinceMs: heardMs, retryAtMs: performance.now() + wait });
      timer = window.setTimeout(connect, wait);
    };
  }

  const watchdog = window.setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN && performance.now() - heardMs > SILENCE_MS) socket.close();
  }, 2000);
  connect();

  return {
    mode: "live",
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(coder.encode(message));
    },
    async recording() {
      const response = await fetch(new URL("api/recording", base));
      if (!response.ok) throw new Error(`the server answered ${response.status} for the recording`);
      return new Uint8Array(await response.arrayBuffer());
    },
    close() {
      closed = true;
      window.clearInterval(watchdog);
      if (timer !== undefined) window.clearTimeout(timer);
      socket?.close();
    },
  };
}
