/**
 * Background traffic as the storyboard asks for it: who is to drive (a mix), where, how many. Parameters are resolved,
 * catalog entries put in place. Types only; how it is played stands in `engine/traffic`.
 */
import type { Attachments } from "./model-details.ts";
import type { Controller, Entity, Position } from "./model.ts";

/** A value drawn with a probability of `weight` / sum of all weights. Weights are >= 0, at least one is > 0. */
export interface Weighted<T> {
  readonly weight: number;
  readonly value: T;
}

/**
 * What one drawn vehicle is made of: first the entity itself, then what it tows, in order. Names are endings (`""`, `"+"`,
 * `"++"`): whoever creates one puts a name of its own in front, of `trailer` references too.
 */
export type EntityTemplate = readonly [Entity, ...Entity[]];

/** 1.0 to 1.2 (TrafficDefinition) draw category, role and controller each by itself; 1.3 draws whole entities. */
export type TrafficMix =
  | {
      readonly kind: "definition";
      readonly name: string;
      /** vehicleCategory. */
      readonly categories: readonly Weighted<string>[];
      /** Role; empty when the file has none. */
      readonly roles: readonly Weighted<string>[];
      readonly controllers: readonly Weighted<Controller>[];
    }
  | {
      readonly kind: "distribution";
      readonly entries: readonly Weighted<{ readonly entities: readonly Weighted<EntityTemplate>[]; readonly properties: ReadonlyMap<string, string>; readonly attachments: Attachments }>[];
    };

/** Where a TrafficAreaAction fills: corners of a polygon in the world (at least three), or stretches of roads. */
export type TrafficArea =
  | { readonly kind: "polygon"; readonly corners: readonly Position[] }
  | { readonly kind: "roads"; readonly ranges: readonly RoadRange[] };

/** From the first cursor along the others to the last; `length` cuts it short. */
export interface RoadRange {
  readonly lengthM: number | undefined;
  readonly cursors: readonly RoadCursor[];
}

export interface RoadCursor {
  readonly road: string;
  /** Undefined: where the range enters or leaves the road. */
  readonly s: number | undefined;
  /** Lane ids; empty: all driving lanes. */
  readonly lanes: readonly number[];
}

interface Named {
  /** Name of the traffic action, to be ended by a TrafficStopAction; undefined when the file gives none. */
  readonly name: string | undefined;
}

export type TrafficAction =
  | (Named & {
      readonly kind: "traffic-source";
      /** Vehicles appear within this radius around the position. */
      readonly radius: number;
      /** Vehicles per second. */
      readonly rate: number;
      /** Speed when they appear; undefined: left to the player. */
      readonly speed: number | undefined;
      readonly position: Position;
      readonly mix: TrafficMix;
    })
  | (Named & {
      readonly kind: "traffic-sink";
      readonly radius: number;
      /** Vehicles per second at most; undefined: all that come. */
      readonly rate: number | undefined;
      readonly position: Position;
      /** 1.0 only: who may leave here; undefined: everybody of the traffic. */
      readonly mix: TrafficMix | undefined;
    })
  | (Named & {
      readonly kind: "traffic-swarm";
      readonly central: string;
      /** Around the central object, moved by `offset` along its heading: no vehicle is made inside the inner radius. */
      readonly innerRadius: number;
      readonly semiMajorAxis: number;
      readonly semiMinorAxis: number;
      readonly offset: number;
      readonly numberOfVehicles: number;
      /** Speeds when they appear, drawn evenly; undefined: left to the player. */
      readonly initialSpeed: { readonly min: number; readonly max: number } | undefined;
      /** Weights of the direction of travel; undefined: left to the player. */
      readonly direction: { readonly same: number; readonly opposite: number } | undefined;
      readonly mix: TrafficMix;
    })
  | (Named & {
      readonly kind: "traffic-area";
      readonly numberOfEntities: number;
      /** Keep the number up while the action lasts; otherwise fill once. */
      readonly continuous: boolean;
      readonly mix: TrafficMix;
      readonly area: TrafficArea;
    })
  /** Ends the traffic action of that name; undefined: all of them. */
  | (Named & { readonly kind: "traffic-stop" });
