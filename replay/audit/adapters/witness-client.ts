/** Asks witnesses to cosign a log's last checkpoint. What they refuse is returned as it was said, never repaired. */
import { utf8 } from "../bytes.ts";
import type { AuditCrypto } from "../crypto.ts";
import type { AuditLog } from "../log.ts";
import { openNote, type NoteKey } from "../note.ts";
import { addCheckpointRequest } from "../witness.ts";

export interface Refusal {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

const TIMEOUT_MS = 5_000;

/** `key`: the witness's verifier key when known; its answer is then checked before it is kept. */
export async function askWitness(url: string, log: AuditLog, crypto: AuditCrypto, key?: NoteKey): Promise<string | Refusal> {
  let old = 0n;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const proof = old === 0n || old >= log.lastSize ? [] : log.consistency(old, log.lastSize);
    let status: number;
    let text: string;
    try {
      const response = await fetch(new URL("add-checkpoint", url), { method: "POST", body: addCheckpointRequest(old, proof, log.last), signal: AbortSignal.timeout(TIMEOUT_MS) });
      status = response.status;
      text = await response.text();
    } catch (error) {
      return { url, status: 0, text: error instanceof Error ? error.message : String(error) };
    }
    if (status === 200) {
      const cosigned = log.last.slice(0, log.last.indexOf("\n\n") + 2) + text;
      if (key !== undefined && !openNote(crypto, utf8(cosigned), [key]).ok) return { url, status, text: "the cosignature does not verify with the witness's key" };
      return text;
    }
    // 409 names what the witness has seen: prove from there, unless it has seen more than we have.
    const seen = status === 409 && /^[0-9]{1,19}\n$/.test(text) ? BigInt(text.trim()) : undefined;
    if (seen === undefined || seen === old || seen > log.lastSize) return { url, status, text: text.trim() };
    old = seen;
  }
  return { url, status: 409, text: "the witness's memory keeps moving" };
}
