/** Placeholder until the next file lands. */
import type { NetworkModel } from "./model.ts";
import type { RoadMesh } from "./types.ts";

export function createMesh(_model: NetworkModel): RoadMesh {
  return { origin: { xM: 0, yM: 0, zM: 0 }, surfaces: [], marks: [], bounds: { minX: 0, minY: 0, maxX: 0, maxY: 0 } };
}
