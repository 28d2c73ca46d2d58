/** How one kind of entity looks: its body at a nominal size, its lamps, its wheels when no profile says where they are. */
import type { Kit } from "../geometry-kit.ts";

export interface Lamp {
  readonly role: "brake" | "left" | "right" | "head" | "beacon";
  readonly at: readonly [x: number, y: number, z: number];
  readonly size: readonly [x: number, y: number, z: number];
}

export interface WheelPlace {
  readonly xM: number;
  readonly yM: number;
  readonly radiusM: number;
  readonly widthM: number;
  readonly steered: boolean;
}

export interface Model {
  readonly id: string;
  /** Box the body was drawn for: its size and centre in the entity frame. Other sizes are scaled from it. */
  readonly nominal: { readonly lengthM: number; readonly widthM: number; readonly heightM: number; readonly centreXM: number };
  /** Where the driver's eyes would be, as shares of length from the front, of half width from the middle, and of height. */
  readonly eye: readonly [fromFront: number, left: number, up: number];
  readonly draw: (kit: Kit) => void;
  readonly lamps: readonly Lamp[];
  readonly wheels: readonly WheelPlace[];
  /** Darkness towards the ground reaches up to here [m]. */
  readonly shadeToZ: number;
}

/** The usual lamps at the corners of a vehicle. */
export function cornerLamps(front: number, rear: number, half: number, zFront: number, zRear: number, size: number): readonly Lamp[] {
  const s = size;
  const lamps: Lamp[] = [];
  for (const side of [1, -1] as const) {
    const turn = side === 1 ? "left" : "right";
    lamps.push(
      { role: "head", at: [front, side * (half - s * 1.2), zFront], size: [0.06, s * 1.7, s * 0.8] },
      { role: turn, at: [front - 0.02, side * (half - s * 0.15), zFront], size: [0.08, s * 0.5, s * 0.8] },
      { role: "brake", at: [rear, side * (half - s * 1.1), zRear], size: [0.06, s * 1.6, s * 0.8] },
      { role: turn, at: [rear, side * (half - s * 0.15), zRear], size: [0.06, s * 0.5, s * 0.8] },
    );
  }
  return lamps;
}

export const pair = (xM: number, track: number, radiusM: number, widthM: number, steered: boolean): readonly WheelPlace[] => [
  { xM, yM: track / 2, radiusM, widthM, steered },
  { xM, yM: -track / 2, radiusM, widthM, steered },
];
