/** Plays a scenario at the step of a published check and counts which of its facts hold. */
import { createRng } from "../../fleet-core/kernel/rng.ts";
import { timeUs } from "../../fleet-core/kernel/time.ts";
import { absAngleDifference } from "../engine/angles.ts";
import type { ActorState, LoadedScenario, StoryboardChange } from "../types.ts";
import { PEER_TOLERANCE, peerFrame } from "./compare.ts";
import { parsePeerDriven, parsePeerRows } from "./peer-files.ts";
import type { PublishedRow, PublishedTest } from "./published.ts";
import { createReplay } from "./replay.ts";

export interface PublishedVerdict {
  readonly rows: number;
  readonly rowsHeld: number;
  /** Rows of entities a controller of the peer's drives. */
  readonly rowsDriven: number;
  readonly changes: number;
  readonly changesHeld: number;
  /** Changes of the peer's own making: by its controllers, or by the clock of its ghost. */
  readonly changesDriven: number;
  readonly faults: readonly string[];
}

/** `truth`: the peer's rows of the same scenario, for those its controllers drive; undefined: nobody is driven. */
export function judgePublished(test: PublishedTest, scenario: LoadedScenario, truth: string | undefined, disableControllers: boolean): PublishedVerdict {
  const names = disableControllers || truth === undefined ? new Set<string>() : new Set([...parsePeerDriven(truth)].filter((n) => !n.endsWith("_ghost")));
  const player = scenario.play({ rng: createRng("peer"), stepUs: test.stepUs, disableControllers });
  const frame = peerFrame(scenario);
  const changes: StoryboardChange[] = [];
  const faults: string[] = [];
  const steps = (s: number): number => Math.round((s * 1e6) / test.stepUs);
  // The peer's controllers start actions of their own, which no file names; while its ghost runs ahead, its clock is its own.
  const written = (name: string): boolean => name.startsWith("Init ") || name === "storyBoard" || [...scenario.files.values()].some((text) => text.includes(name));
  const haunted = !disableControllers && truth !== undefined && [...parsePeerDriven(truth)].some((n) => n.endsWith("_ghost"));
  const wanted = haunted ? [] : test.changes.filter((c) => c.timeS >= 0 && written(c.name));
  const rows = test.rows.filter((r) => r.timeS >= 0).sort((a, b) => a.timeS - b.timeS);
  const last = Math.max(0, ...rows.map((r) => steps(r.timeS)), ...wanted.map((c) => steps(c.timeS))) + 1;
  let held = 0;
  let driven = 0;
  let next = 0;
  let replay = createReplay([], names);
  for (let step = 0; step <= last; step += 1) {
    if (step === 1) {
      if (!disableControllers && truth !== undefined) for (const actor of player.actors) if (actor.controller !== undefined) names.add(actor.name);
      if (names.size > 0) replay = createReplay(parsePeerRows(truth ?? ""), names);
    }
    if (step > 0) replay.before(player, (step * test.stepUs) / 1e6);
    player.step(timeUs(step * test.stepUs));
    changes.push(...player.takeChanges());
    player.takeCommands();
    for (; next < rows.length && steps((rows[next] as PublishedRow).timeS) === step; next += 1) {
      const row = rows[next] as PublishedRow;
      if (names.has(row.name)) driven += 1;
      else if (!player.actors.some((a) => a.name === row.name)) faults.push(`t=${row.timeS} ${row.name}: not there`);
      else {
        const fault = rowFault(row, frame(player.state(row.name)));
        if (fault === undefined) held += 1;
        else faults.push(`t=${row.timeS} ${row.name}: ${fault}`);
      }
    }
  }
  let changesHeld = 0;
  for (const c of wanted) {
    const near = changes.filter((own) => own.name === c.name && own.state === c.state);
    if (near.some((own) => Math.abs(own.timeUs / 1e6 - c.timeS) <= PEER_TOLERANCE.steps * (test.stepUs / 1e6) + c.slackS)) changesHeld += 1;
    else faults.push(`${c.timeS} s ${c.name} ${c.state} (ours at ${near.slice(0, 4).map((own) => own.timeUs / 1e6).join(", ") || "never"})`);
  }
  return { rows: rows.length - driven, rowsHeld: held, rowsDriven: driven, changes: wanted.length, changesHeld, changesDriven: test.changes.length - wanted.length, faults };
}

function rowFault(row: PublishedRow, s: ActorState): string | undefined {
  const ours = [s.xM, s.yM, s.zM, s.headingRad, s.pitchRad, s.rollRad, s.speedMps];
  const parts = ["x", "y", "z", "heading", "pitch", "roll", "speed"] as const;
  for (const [i, part] of parts.entries()) {
    const v = row.values[i];
    if (v === undefined) continue;
    const angle = i >= 3 && i <= 5;
    const off = angle ? absAngleDifference(ours[i] as number, v.value) : Math.abs((ours[i] as number) - v.value);
    const limit = (angle ? PEER_TOLERANCE.headingRad : i === 6 ? PEER_TOLERANCE.speedMps : PEER_TOLERANCE.positionM) + v.slack;
    if (off > limit) return `${part} ${(ours[i] as number).toFixed(3)}, peer ${v.value}`;
  }
  return undefined;
}
