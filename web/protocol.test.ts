import { expect, test } from "vitest";
import { createCoder, parseViewerMessage, type ServerMessage } from "./protocol.ts";

test("frames and meshes survive the wire as typed arrays, bit for bit", () => {
  const message: ServerMessage = { kind: "frames", frames: [{ tick: 7, rosterVersion: 2, poses: new Float64Array([0.1, -0, 1e-300, Math.PI]) }] };
  const back = createCoder().decode(createCoder().encode(message)) as typeof message;
  expect(back.frames[0]?.poses).toBeInstanceOf(Float64Array);
  expect(back).toEqual(message);
  const mesh = { surfaces: [{ kind: "driving", positions: new Float32Array([1, 2, 3]), indices: new Uint32Array([0, 1, 2]) }] };
  expect(createCoder().decode(createCoder().encode(mesh as unknown as ServerMessage))).toEqual(mesh);
});

test("a socket's controls are read, with nothing that was not asked for", () => {
  expect(parseViewerMessage({ kind: "play", extra: 1 })).toEqual({ kind: "play" });
  expect(parseViewerMessage({ kind: "step", ticks: 1 })).toEqual({ kind: "step", ticks: 1 });
  expect(parseViewerMessage({ kind: "goto", tick: 500 })).toEqual({ kind: "goto", tick: 500, pause: false });
  expect(parseViewerMessage({ kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 0.5, forS: 10 } })).toEqual({ kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 0.5, forS: 10 } });
  expect(parseViewerMessage({ kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 0.5 } })).toEqual({ kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 0.5, forS: undefined } });
});

test.each([
  null,
  "play",
  { kind: "reboot" },
  { kind: "step", ticks: 0 },
  { kind: "step", ticks: 1.5 },
  { kind: "step", ticks: 1e9 },
  { kind: "speed", factor: 0 },
  { kind: "speed", factor: Number.NaN },
  { kind: "goto", tick: -1 },
  { kind: "release", vehicleId: 7 },
  { kind: "release", vehicleId: "x".repeat(200) },
  { kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: "high" } },
  { kind: "inject", fault: { kind: "brake-fade", target: "bus-1", severity: 1, forS: -1 } },
])("%j is no control and is refused", (value) => {
  expect(parseViewerMessage(value)).toBeUndefined();
});
