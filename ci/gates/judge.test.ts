/** The gate's judgement itself: it names what differs, and cannot be silent about a difference. */
import { describe, expect, it } from "vitest";
import type { DumpRange, Execution, TickState } from "./execute.ts";
import { difference, endDifference, firstDifferingField, firstDifferingSecond, type Runtime } from "./judge.ts";

type Change = (state: { tick: number; hash: string; entities: Record<string, unknown>[]; agents: unknown[]; missions: unknown[] }) => void;

/** A little world of 300 ticks with one vehicle; `change` spoils its states before they are hashed. */
function fake(name: string, change: Change = () => undefined, ticks = 300): Runtime {
  const state = (tick: number): TickState => {
    const made = { tick, hash: "", entities: [{ id: "bus-1", xM: tick / 10, yM: 0 }] as Record<string, unknown>[], agents: [{ id: "bus-1", socRatio: 1 }] as unknown[], missions: [] as unknown[] };
    change(made);
    made.hash ||= JSON.stringify([made.entities, made.agents, made.missions]);
    return made;
  };
  return {
    name,
    execute: (range?: DumpRange) => {
      const end = Math.min(ticks, range?.toTick ?? ticks);
      const all = Array.from({ length: end }, (_, i) => state(i + 1));
      const execution: Execution = {
        hash: all.at(-1)?.hash ?? "", ticks: end, simulatedS: end / 100, endedBy: "until", numerics: "", broke: undefined,
        seconds: all.filter(({ tick }) => tick % 100 === 0).map(({ hash }) => hash),
        dump: range === undefined ? [] : all.filter(({ tick }) => tick >= range.fromTick),
      };
      return Promise.resolve(execution);
    },
  };
}

async function compare(b: Runtime, a: Runtime = fake("A")): Promise<string | undefined> {
  return difference(a, await a.execute(), b, await b.execute());
}

describe("the same bits", () => {
  it("are no difference", async () => {
    expect(await compare(fake("B"))).toBeUndefined();
  });
});

describe("other bits", () => {
  it("are named by second, tick, entity and field with both values", async () => {
    const text = await compare(fake("B", (state) => {
      if (state.tick >= 142 && state.entities[0] !== undefined) state.entities[0]["xM"] = state.tick / 10 + 2 ** -40;
    }));
    expect(text).toBe("B differs from A first in second 2, at tick 142, entity bus-1, field xM: A 14.2, B 14.200000000000909");
  });

  it("in the last incomplete second are found too", async () => {
    const late: Change = (state) => void (state.tick >= 240 && state.entities[0] !== undefined && (state.entities[0]["yM"] = 1));
    expect(await compare(fake("B", late, 250), fake("A", undefined, 250))).toContain("in second 3, at tick 240, entity bus-1, field yM");
  });

  it("in an agent's mind are named", async () => {
    expect(await compare(fake("B", (state) => {
      if (state.tick > 99) state.agents[0] = { id: "bus-1", socRatio: 0.5 };
    }))).toContain("at tick 100, entity bus-1, field socRatio: A 1, B 0.5");
  });

  it("that only the hash knows are said to be hidden, until a field shows them", async () => {
    const hidden = await compare(fake("B", (state) => {
      if (state.tick >= 150) state.hash = `other ${state.tick}`;
    }));
    expect(hidden).toContain("at tick 150, entity run, field state that no field shows");
    const shown = await compare(fake("B", (state) => {
      if (state.tick >= 150 && state.tick < 160) state.hash = `other ${state.tick}`;
      if (state.tick >= 160 && state.entities[0] !== undefined) state.entities[0]["xM"] = 0;
    }));
    expect(shown).toContain("at tick 150 in hidden state, seen at tick 160, entity bus-1, field xM");
  });

  it("a run that ends earlier is a difference", async () => {
    expect(await compare(fake("B", undefined, 220))).toContain("at tick 221, entity run, field end: A goes on, B ended");
  });

  it("an entity that is missing is a difference", async () => {
    expect(await compare(fake("B", (state) => void (state.tick > 20 && (state.entities = []))))).toContain("at tick 21, entity bus-1, field entities");
  });

  it("that do not come again are said not to repeat", async () => {
    let calls = 0;
    const restless = fake("B", (state) => void (calls < 2 && state.entities[0] !== undefined && (state.entities[0]["xM"] = 7)));
    const executed = await restless.execute();
    calls = 2;
    const a = fake("A");
    expect(await difference(a, await a.execute(), restless, executed)).toContain("does not repeat itself");
  });

  it("at the end only, as the command line tells it, are a difference", async () => {
    const a = await fake("A").execute();
    expect(endDifference("command line", { hash: a.hash, ticks: a.ticks }, "A", a)).toBeUndefined();
    expect(endDifference("command line", { hash: "x", ticks: a.ticks }, "A", a)).toContain("hash x");
    expect(endDifference("command line", { hash: a.hash, ticks: 299 }, "A", a)).toContain("tick 299");
  });
});

it("seconds and fields agree on what is the same", async () => {
  const a = await fake("A").execute({ fromTick: 1, toTick: 300 });
  expect(firstDifferingSecond(a, a)).toBeUndefined();
  expect(firstDifferingField(a.dump, a.dump)).toBeUndefined();
});
