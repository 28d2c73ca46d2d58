/** `.tlog-proof` files (C2SP tlog-proof): an entry's index, its inclusion proof and the checkpoint it leads to, as text. */
import { err, ok, type Result } from "../../fleet-core/kernel/result.ts";
import { base64, fromBase64, textOf, utf8 } from "./bytes.ts";
import { parseSize } from "./checkpoint.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
const HASHES_MAX = 63;

export interface TlogProof {
  readonly extra: Uint8Array | undefined;
  readonly index: bigint;
  readonly hashes: readonly Uint8Array[];
  /** The signed note, as bytes. */
  readonly checkpoint: Uint8Array;
}

export type TlogProofFault = "proof-encoding" | "proof-header" | "proof-extra" | "proof-index" | "proof-hash" | "proof-lines";

export function tlogProofText(proof: TlogProof): string {
  const extra = proof.extra === undefined ? "" : `extra ${base64(proof.extra)}\n`;
  return `${HEADER}\n${extra}index ${proof.index}\n${proof.hashes.map((hash) => `${base64(hash)}\n`).join("")}\n${textOf(proof.checkpoint) ?? ""}`;
}

export function parseTlogProof(bytes: Uint8Array): Result<TlogProof, TlogProofFault> {
  const text = textOf(bytes);
  if (text === undefined || text.includes("\r")) return err("proof-encoding");
  const end = text.indexOf("\n\n");
  if (end < 0) return err("proof-lines");
  const [header, ...rows] = text.slice(0, end).split("\n");
  if (header !== HEADER) return err("proof-header");
  let extra: Uint8Array | undefined;
  if (rows[0]?.startsWith("extra ") === true) {
    const decoded = fromBase64(rows[0].slice("extra ".length));
    if (typeof decoded === "string") return err("proof-extra");
    extra = decoded;
    rows.shift();
  }
  const place = /^index ([0-9]+)$/.exec(rows.shift() ?? "");
  const index = parseSize(place?.[1] ?? "");
  if (!index.ok) return err("proof-index");
  if (rows.length > HASHES_MAX) return err("proof-lines");
  const hashes: Uint8Array[] = [];
  for (const row of rows) {
    const hash = fromBase64(row);
    if (typeof hash === "string" || hash.length !== 32) return err("proof-hash");
    hashes.push(hash);
  }
  return ok({ extra, index: index.value, hashes, checkpoint: utf8(text.slice(end + 2)) });
}
