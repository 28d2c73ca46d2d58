/** Signs a draft and puts it into the log: manifest over every file, events into the tree, checkpoint, inclusion proof. */
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { invariant } from "../../fleet-core/kernel/invariant.ts";
import { base64, concat, hex, utf8 } from "../audit/bytes.ts";
import type { AuditCrypto, Signer } from "../audit/crypto.ts";
import { eventBytes, parseEvent, type AuditEvent, type RetentionClass } from "../audit/event.ts";
import type { AuditLog } from "../audit/log.ts";
import { keepUntilMs } from "../audit/retention.ts";
import { tlogProofText } from "../audit/tlog-proof.ts";
import type { BundleDraft } from "./build.ts";
import { MANIFEST_EVENT } from "./check-log.ts";
import type { Security } from "./documents.ts";
import { INTOTO_PAYLOAD, keyIdOf, signEnvelope } from "./dsse.ts";
import { CHECKPOINT, DISCLOSURES, ENTRIES, LEAVES, MANIFEST, PROOF } from "./layout.ts";
import { statementOf } from "./statement.ts";

export interface SealInput {
  readonly draft: BundleDraft;
  readonly signers: readonly { readonly name: string; readonly signer: Signer }[];
  readonly log: AuditLog;
  readonly origin: string;
  readonly crypto: AuditCrypto;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly build: string;
  readonly retention: RetentionClass;
  readonly revocations: Security["revocations"];
}

/** Files signed and logged; `finish` adds what the log's last checkpoint says, after witnesses were asked. */
export function sealBundle(input: SealInput): { readonly bundleId: string; readonly finish: () => ReadonlyMap<string, Uint8Array> } {
  const { draft, log, crypto, createdMs, createdBy } = input;
  const files = new Map(draft.files);
  const event = (type: string, subject: string, atMs: number, data: Record<string, unknown>): bigint => {
    const bytes = eventBytes({ schema: "atlasmesh.audit-event/1", type, atMs, actor: createdBy, subject, retention: input.retention, data } satisfies AuditEvent);
    const index = log.append(bytes);
    invariant(index.ok, `the event ${type} does not fit the log`);
    return index.value;
  };
  const first = log.size;
  for (const [path, bytes] of draft.files) if (path.endsWith(".mcap")) event("evidence.recording", path, createdMs, { sha256: hex(crypto.sha256(bytes)) });
  for (const o of draft.occurrences) event(`vehicle.${o.kind}`, o.vehicle, o.utcMs, { reason: o.reason, recording: o.recording, timeUs: o.timeUs });

  const keys = input.signers.map(({ name, signer }) => ({ name, purpose: "dsse", keyId: keyIdOf(crypto.sha256, signer.publicKey), publicKey: base64(signer.publicKey) }));
  files.set("10-security.json", utf8(`${JSON.stringify({ schema: "atlasmesh.evidence-security/1", keys, revocations: input.revocations, logExtract: ENTRIES } satisfies Security, null, 1)}\n`));
  const bundleId = hex(crypto.sha256(utf8(canonicalJson([createdMs, createdBy, [...files].map(([path, bytes]) => [path, hex(crypto.sha256(bytes))])])))).slice(0, 32);
  const statement = statementOf(crypto.sha256, files, { bundleId, createdMs, createdBy, build: input.build, log: { origin: input.origin }, retention: { class: input.retention, untilMs: keepUntilMs({ atMs: createdMs, retention: input.retention }) } });
  const manifest = signEnvelope(crypto.sha256, INTOTO_PAYLOAD, statement, input.signers.map(({ signer }) => signer));
  files.set(MANIFEST, manifest);
  const index = event(MANIFEST_EVENT, bundleId, createdMs, { sha256: hex(crypto.sha256(manifest)) });
  const done = log.checkpoint();
  invariant(done.ok, "the log's storage is full");
  const size = log.size;
  if (draft.disclosures.disclosures.length > 0) files.set(DISCLOSURES, utf8(`${JSON.stringify(draft.disclosures, null, 1)}\n`));

  return {
    bundleId,
    finish() {
      const entries: string[] = [];
      for (let i = first; i < size; i += 1n) {
        const parsed = parseEvent(log.entry(i) ?? new Uint8Array(), `entry ${i}`);
        invariant(parsed.ok, `entry ${i} of the log is not what was appended`);
        entries.push(`${canonicalJson({ event: parsed.value, index: Number(i) })}\n`);
      }
      files.set(ENTRIES, utf8(entries.join("")));
      files.set(LEAVES, concat(...Array.from({ length: Number(size) }, (_, i) => log.leaf(BigInt(i)))));
      files.set(CHECKPOINT, utf8(log.last));
      files.set(PROOF, utf8(tlogProofText({ extra: undefined, index, hashes: log.inclusion(index, size), checkpoint: utf8(log.last) })));
      return files;
    },
  };
}
