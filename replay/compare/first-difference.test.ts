import { describe, expect, it } from "vitest";
import { firstDifference } from "./first-difference.ts";

const tickOf = (xM: number): unknown => ({ tick: 2, entities: [{ id: "bus-1", xM: 1 }, { id: "sedan-1", xM }] });

describe("first difference", () => {
  it("is none for equal values", () => expect(firstDifference(tickOf(3), tickOf(3))).toBeUndefined());
  it("names the path", () => expect(firstDifference(tickOf(3), tickOf(3.0000000000000004))?.path).toBe("entities[1].xM"));
  it("tells zero from minus zero", () => expect(firstDifference(0, -0)?.path).toBe(""));
  it("finds a missing member and a missing element", () => {
    expect(firstDifference({ a: 1 }, { a: 1, b: 2 })?.path).toBe("b");
    expect(firstDifference([1], [1, 2])?.path).toBe("[1]");
  });
});
