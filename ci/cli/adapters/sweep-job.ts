/** What a sweep's threads are told, and the session each of them opens on files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../../fleet-core/kernel/result.ts";
import { openSession, type Session, type SweepSettings } from "../../../scenarios/sweep/session.ts";
import { readText } from "./files.ts";
import { agentRuns } from "./sweep-agents.ts";

/** Plain data: it crosses threads. */
export interface SweepJob {
  /** Folder that scenario and distribution are named from. */
  readonly folder: string;
  readonly settings: SweepSettings;
  readonly egoProfile: string | undefined;
  readonly profiles: ReadonlyMap<string, string>;
  readonly build: string;
}

/** Throws InputError when the distribution or the scenario cannot be read at all. */
export function openFileSession(job: SweepJob): Session {
  const read = (name: string): string | undefined => {
    const file = join(job.folder, ...name.split("/"));
    return existsSync(file) ? readText(file) : undefined;
  };
  const session = openSession(job.settings, read, agentRuns(job.settings, job.egoProfile, job.profiles, job.build));
  if (!session.ok) throw new InputError(session.error);
  return session.value;
}
