/**
 * Writes a run to a Recorder: Foxglove messages for viewers, and our own channels for the verifier. `/atlasmesh/tick`
 * carries every tick's state hash and poses, so that the first difference can be named by tick, entity and field.
 */
import { FrameTransforms, LocationFix, Log, SceneUpdate } from "@foxglove/schemas/jsonschema.js";
import type { AgentStatus } from "../../fleet-core/contract/agent-status.ts";
import type { TwinNote } from "../../fleet-core/contract/twin-view.ts";
import { quaternionFromYawPitchRoll, type EnuFrame } from "../../fleet-core/kernel/frames.ts";
import type { Recorder } from "../../fleet-core/kernel/ports.ts";
import { timeUs, type TimeUs } from "../../fleet-core/kernel/time.ts";
import type { RoadMesh, RoadNetwork } from "../../fleet-core/road/types.ts";
import type { StoryboardChange } from "../../scenarios/types.ts";
import type { Body } from "./body.ts";

/** Ticks between Foxglove scene and transform messages (20 Hz), location fixes (1 Hz). */
const SCENE_TICKS = 5;
const SECOND_TICKS = 100;

const number = { type: "number" } as const;
const integer = { type: "integer" } as const;
const string = { type: "string" } as const;
const object = (title: string, properties: Record<string, unknown>): Record<string, unknown> => ({ title, type: "object", properties, required: Object.keys(properties) });

const tickSchema = object("atlasmesh.Tick", {
  tick: integer,
  hash: { type: "string", description: "64-bit state hash after this tick" },
  entities: {
    type: "array",
    items: object("atlasmesh.EntityState", { id: string, xM: number, yM: number, zM: number, yawRad: number, pitchRad: number, rollRad: number, speedMps: number, lateralMps: number, accelMps2: number, steerRad: number, flags: integer }),
  },
});
const hashSchema = object("atlasmesh.StateHash", { tick: integer, hash: string });
const noteSchema = object("atlasmesh.Note", { tick: integer, level: string, source: string, code: string, text: string });
const changeSchema = object("atlasmesh.StoryboardChange", { step: integer, element: string, state: string, name: string, path: string });
const agentSchema: Record<string, unknown> = { title: "atlasmesh.AgentStatus", type: "object" };

export interface RunRecorder {
  tick(tick: number, hash: string, bodies: readonly Body[]): void;
  agent(tick: number, id: string, status: AgentStatus): void;
  note(note: TwinNote): void;
  storyboard(change: StoryboardChange): void;
  gone(tick: number, id: string): void;
}

/** Names a recording of everything a run does; `epochMs` [ms since 1970 UTC] is the time of tick 0. */
export function createRunRecorder(recorder: Recorder, options: { epochMs: number; map: RoadNetwork; frame: EnuFrame; tickUs: number }): RunRecorder {
  const { epochMs, map, frame, tickUs } = options;
  const channels = {
    tick: recorder.channel({ topic: "/atlasmesh/tick", schemaName: "atlasmesh.Tick", jsonSchema: tickSchema }),
    hash: recorder.channel({ topic: "/atlasmesh/hash", schemaName: "atlasmesh.StateHash", jsonSchema: hashSchema }),
    note: recorder.channel({ topic: "/atlasmesh/note", schemaName: "atlasmesh.Note", jsonSchema: noteSchema }),
    storyboard: recorder.channel({ topic: "/atlasmesh/storyboard", schemaName: "atlasmesh.StoryboardChange", jsonSchema: changeSchema }),
    tf: recorder.channel({ topic: "/tf", schemaName: "foxglove.FrameTransforms", jsonSchema: FrameTransforms }),
    scene: recorder.channel({ topic: "/scene", schemaName: "foxglove.SceneUpdate", jsonSchema: SceneUpdate }),
    log: recorder.channel({ topic: "/log", schemaName: "foxglove.Log", jsonSchema: Log }),
  };
  const agents = new Map<string, number>();
  const locations = new Map<string, number>();
  const geodetic = new Float64Array(3);
  const at = (tick: number): TimeUs => timeUs(tick * tickUs);
  const stamp = (us: number): { sec: number; nsec: number } => {
    const sec = Math.floor(epochMs / 1000) + Math.floor(us / 1_000_000);
    const nsec = (epochMs % 1000) * 1_000_000 + (us % 1_000_000) * 1000;
    return nsec >= 1_000_000_000 ? { sec: sec + 1, nsec: nsec - 1_000_000_000 } : { sec, nsec };
  };
  recorder.write(channels.scene, at(0), { deletions: [], entities: [mapEntity(map.mesh(), stamp(0))] });

  function scene(tick: number, bodies: readonly Body[]): void {
    const timestamp = stamp(tick * tickUs);
    recorder.write(channels.tf, at(tick), {
      transforms: bodies.map((body) => ({
        timestamp,
        parent_frame_id: "map",
        child_frame_id: body.id,
        translation: { x: body.pose.xM, y: body.pose.yM, z: body.pose.zM },
        rotation: quaternionFromYawPitchRoll(body.pose.yawRad, body.pose.pitchRad, body.pose.rollRad),
      })),
    });
    recorder.write(channels.scene, at(tick), {
      deletions: [],
      entities: bodies.map((body) => ({
        ...emptyEntity(timestamp, body.id, body.id),
        metadata: [{ key: "kind", value: body.kind }, { key: "driven", value: body.driven }],
        cubes: [{
          pose: { position: { x: body.box.centreXM, y: body.box.centreYM, z: body.box.centreZM }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
          size: { x: body.lengthM, y: body.widthM, z: body.heightM },
          color: colour(body.colour),
        }],
      })),
    });
  }

  function location(tick: number, body: Body): void {
    let channel = locations.get(body.id);
    if (channel === undefined) {
      channel = recorder.channel({ topic: `/vehicle/${body.id}/location`, schemaName: "foxglove.LocationFix", jsonSchema: LocationFix });
      locations.set(body.id, channel);
    }
    frame.toGeodetic(body.pose.xM, body.pose.yM, body.pose.zM, geodetic);
    recorder.write(channel, at(tick), {
      timestamp: stamp(tick * tickUs),
      frame_id: body.id,
      latitude: geodetic[0],
      longitude: geodetic[1],
      altitude: geodetic[2],
      position_covariance: [0, 0, 0, 0, 0, 0, 0, 0, 0],
      position_covariance_type: 0,
      metadata: [],
    });
  }

  return {
    tick(tick, hash, bodies) {
      recorder.write(channels.tick, at(tick), {
        tick,
        hash,
        entities: bodies.map(({ id, pose: p, flags }) => ({ id, xM: p.xM, yM: p.yM, zM: p.zM, yawRad: p.yawRad, pitchRad: p.pitchRad, rollRad: p.rollRad, speedMps: p.speedMps, lateralMps: p.lateralMps, accelMps2: p.accelMps2, steerRad: p.steerRad, flags })),
      });
      if (tick % SECOND_TICKS === 0) recorder.write(channels.hash, at(tick), { tick, hash });
      if (tick % SCENE_TICKS === 0) scene(tick, bodies);
      if (tick % SECOND_TICKS === 0) for (const body of bodies) if (body.driven === "agent") location(tick, body);
    },
    agent(tick, id, status) {
      let channel = agents.get(id);
      if (channel === undefined) {
        channel = recorder.channel({ topic: `/vehicle/${id}/agent`, schemaName: "atlasmesh.AgentStatus", jsonSchema: agentSchema });
        agents.set(id, channel);
      }
      recorder.write(channel, at(tick), status);
    },
    note(note) {
      const level = note.level === "error" ? 4 : note.level === "warn" ? 3 : 2;
      recorder.write(channels.note, at(note.tick), { tick: note.tick, level: note.level, source: note.source, code: note.code, text: note.text });
      recorder.write(channels.log, at(note.tick), { timestamp: stamp(note.timeUs), level, message: `${note.code}: ${note.text}`, name: note.source, file: "", line: 0 });
    },
    storyboard(change) {
      recorder.write(channels.storyboard, change.timeUs, { step: change.step, element: change.element, state: change.state, name: change.name, path: change.path });
    },
    gone(tick, id) {
      const timestamp = stamp(tick * tickUs);
      recorder.write(channels.scene, at(tick), { deletions: [{ timestamp, type: 0, id }], entities: [] });
    },
  };
}

interface Stamp {
  readonly sec: number;
  readonly nsec: number;
}

/** All members of foxglove.SceneEntity; viewers expect each to be present. */
const emptyEntity = (timestamp: Stamp, id: string, frameId: string): Record<string, unknown> => ({
  timestamp, frame_id: frameId, id, lifetime: { sec: 0, nsec: 0 }, frame_locked: true, metadata: [],
  arrows: [], cubes: [], spheres: [], cylinders: [], lines: [], triangles: [], texts: [], models: [],
});

const GREYS: ReadonlyMap<string, number> = new Map([["driving", 0.32], ["shoulder", 0.45], ["sidewalk", 0.6], ["parking", 0.38], ["border", 0.5]]);

function mapEntity(mesh: RoadMesh, timestamp: Stamp): Record<string, unknown> {
  const pose = { position: { x: 0, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } };
  const triangles = (positions: Float32Array, indices: Uint32Array, color: unknown): Record<string, unknown> => {
    const points: { x: number; y: number; z: number }[] = [];
    for (let i = 0; i + 2 < positions.length; i += 3) points.push({ x: positions[i] as number, y: positions[i + 1] as number, z: positions[i + 2] as number });
    return { pose, points, color, colors: [], indices: Array.from(indices) };
  };
  const grey = (level: number): unknown => ({ r: level, g: level, b: level, a: 1 });
  return {
    ...emptyEntity(timestamp, "map", "map"),
    triangles: [
      ...mesh.surfaces.map((part) => triangles(part.positions, part.indices, grey(GREYS.get(part.kind) ?? 0.4))),
      ...mesh.marks.map((part) => triangles(part.positions, part.indices, grey(0.95))),
    ],
  };
}

function colour(hex: string): { r: number; g: number; b: number; a: number } {
  const part = (i: number): number => Number.parseInt(hex.slice(i, i + 2), 16) / 255;
  return { r: part(1), g: part(3), b: part(5), a: 1 };
}
