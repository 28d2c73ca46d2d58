/**
 * What a gate is: one claim about a vehicle, where the claim comes from, how it is tried, and what must make it fail.
 * A gate never knows which vehicle class it tries; everything class-specific comes from the profile.
 */
import type { VehicleProfile } from "../fleet-core/contract/profile.ts";
import type { MakeAgent } from "../twin/types.ts";

/**
 * How far a source was read: `read` in its own text, `secondary` as another source transcribes it, `memory` not checked,
 * `proposal` ours, no outside authority. Shown with every claim.
 */
export type SourceMark = "read" | "secondary" | "memory" | "proposal";

export interface Source {
  readonly text: string;
  readonly mark: SourceMark;
}

/** A figure held against a limit. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly relation: "at most" | "at least";
  readonly limit: number;
}

export const holds = ({ value, relation, limit }: Measure): boolean => (relation === "at most" ? value <= limit : value >= limit);
/** Room left to the limit, in the measure's unit; negative when it does not hold. */
export const marginOf = ({ value, relation, limit }: Measure): number => (relation === "at most" ? limit - value : value - limit);

export const atMost = (name: string, value: number, limit: number, unit: string): Measure => ({ name, value, unit, relation: "at most", limit });
export const atLeast = (name: string, value: number, limit: number, unit: string): Measure => ({ name, value, unit, relation: "at least", limit });

/** A statement that is true or not. */
export interface Fact {
  readonly name: string;
  readonly pass: boolean;
  /** What was seen, in words. */
  readonly text: string;
}

/** A run that a case rests on: what reproduces it, and its state hash. */
export interface CaseRun {
  readonly scenario: string;
  readonly seed: string;
  readonly simulatedS: number;
  readonly hash: string;
  /** The second worth looking at. */
  readonly atS?: number;
}

export interface CaseResult {
  readonly measures: readonly Measure[];
  readonly facts: readonly Fact[];
  readonly runs: readonly CaseRun[];
}

/** The vehicle under trial. */
export interface Subject {
  /** What the vehicle is said to be: the agent drives by it, limits come from it, the certificate names it. */
  readonly claimed: VehicleProfile;
  /** The profile's text as read. */
  readonly text: string;
  /** The vehicle as it really is; the same unless a fault was planted. */
  readonly physical: VehicleProfile;
  /** Stands in for the agent; undefined is the agent of this build. */
  readonly makeAgent?: MakeAgent;
}

export interface GateCase {
  readonly name: string;
  /** Features of the operational domain (ISO 34503 words) this case tries. */
  readonly odd: readonly string[];
  run(subject: Subject): CaseResult;
}

/** A fault put in on purpose: the gate must fail with it. */
export interface Plant {
  readonly name: string;
  plant(subject: Subject): Subject;
}

export interface Gate {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly sources: readonly Source[];
  /** How the claim is tried, in words. */
  readonly method: string;
  /** Why this gate does not apply to the vehicle; undefined when it does. */
  without(profile: VehicleProfile): string | undefined;
  cases(profile: VehicleProfile): readonly GateCase[];
  readonly plants: readonly Plant[];
}

export const passed = (result: CaseResult): boolean => result.measures.every(holds) && result.facts.every(({ pass }) => pass);
