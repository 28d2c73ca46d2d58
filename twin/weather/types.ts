/** Weather and the state of the surface it makes. */
export interface Weather {
  readonly rainMmph: number;
  readonly snowMmph: number;
  readonly fogVisibilityM: number;
  readonly night: boolean;
  readonly condition: "dry" | "wet" | "snow" | "ice";
  /** Multiplies every friction coefficient (OpenSCENARIO RoadCondition frictionScaleFactor). */
  readonly frictionScale: number;
}

export const CLEAR: Weather = { rainMmph: 0, snowMmph: 0, fogVisibilityM: 10_000, night: false, condition: "dry", frictionScale: 1 };
