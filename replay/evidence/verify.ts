/**
 * Verifies a bundle offline: authenticity (who signed, is every byte what was signed, is it in the log, since when) and
 * conformance, as two verdicts. Pure and isomorphic: the command line and the regulator's page run this same code. It
 * believes nothing the bundle says about itself beyond what a trusted key signs.
 */
import { decodeJson, decodeValue } from "../../fleet-core/contract/json.ts";
import { formatDiagnostic } from "../../fleet-core/kernel/result.ts";
import { fromBase64, hex } from "../audit/bytes.ts";
import { parseCanonical, parseStrict } from "../audit/canonical.ts";
import type { AuditCrypto } from "../audit/crypto.ts";
import { checkConformance } from "./check-conformance.ts";
import { checkLog } from "./check-log.ts";
import { securitySchema, type Security } from "./documents.ts";
import { INTOTO_PAYLOAD, keyIdOf, parseEnvelope, verifyEnvelope, type Envelope, type KnownKey } from "./dsse.ts";
import { DISCLOSURES, ENVELOPE, MANIFEST, type BundleFiles } from "./layout.ts";
import { commitmentOf, commitmentsIn, disclosuresSchema } from "./redaction.ts";
import { BUNDLE_PREDICATE, STATEMENT_TYPE, statementSchema, type Statement } from "./statement.ts";
import type { Trust } from "./trust.ts";
import type { BundleVerdict, Finding } from "./verdict.ts";

export interface VerifyPorts {
  readonly crypto: AuditCrypto;
  /** Now, milliseconds since 1970 UTC: for keys that have expired. */
  readonly nowMs: number;
  /** Whether the CRCs of a recording are right: tells an accident from a hand that knew what it did. */
  readonly crcsHold?: (recording: Uint8Array) => boolean;
}

export function verifyBundle(files: BundleFiles, trust: Trust | undefined, ports: VerifyPorts): BundleVerdict {
  const { crypto } = ports;
  const broken: Finding[] = [];
  const untrusted: Finding[] = [];
  const find = (code: string, path: string | undefined, text: string): void => void broken.push({ code, text, ...(path === undefined ? {} : { path }) });

  const digests = new Map<string, string>();
  const digestOf = (path: string): string | undefined => {
    const bytes = files.get(path);
    if (bytes === undefined) return undefined;
    const known = digests.get(path) ?? hex(crypto.sha256(bytes));
    digests.set(path, known);
    return known;
  };

  const log = checkLog(files, trust, crypto);
  const manifest = checkManifest(files, trust, crypto, find);
  broken.push(...log.findings);
  untrusted.push(...log.untrusted);
  if (trust === undefined) untrusted.push({ code: "trust-missing", text: "no trusted keys were given: the bundle may be whole, but nobody vouches for it" });
  else if (manifest !== undefined && manifest.signers.length === 0) untrusted.push({ code: "signer-unknown", path: MANIFEST, text: "no trusted key signs the manifest" });
  else if (manifest !== undefined && manifest.signers.length < trust.threshold) untrusted.push({ code: "dsse-threshold", path: MANIFEST, text: `${manifest.signers.length} trusted keys sign the manifest, ${trust.threshold} are asked for` });

  const { statement } = manifest ?? {};
  if (statement !== undefined) checkFiles(files, statement, digestOf, ports, find);
  if (trust !== undefined && manifest !== undefined) checkTimes(manifest.signers, trust, log.witnesses, ports.nowMs, find);
  const disclosure = checkDisclosures(files, crypto, find);
  const conformance = checkConformance(files, digestOf);

  let bytes = 0;
  for (const content of files.values()) bytes += content.length;
  const times = log.witnesses.map((w) => w.timeMs);
  return {
    authenticity: { verdict: broken.length > 0 ? "broken" : untrusted.length > 0 ? "untrusted" : "authentic", findings: [...broken, ...untrusted] },
    conformance: { verdict: conformance.verdict, findings: conformance.findings },
    bundleId: statement?.predicate.bundleId,
    build: statement?.predicate.build,
    createdMs: statement?.predicate.createdMs,
    signers: (manifest?.signers ?? []).map((signer) => signer.name),
    log: log.checkpoint === undefined ? undefined : { origin: log.checkpoint.origin, size: log.checkpoint.size.toString(), witnesses: log.witnesses.map((w) => w.name), witnessedMs: times.length === 0 ? undefined : Math.min(...times) },
    files: files.size,
    bytes,
    runs: conformance.runs,
    ...disclosure,
  };
}

type Find = (code: string, path: string | undefined, text: string) => void;

function checkManifest(files: BundleFiles, trust: Trust | undefined, crypto: AuditCrypto, find: Find): { readonly statement: Statement | undefined; readonly signers: readonly KnownKey[] } | undefined {
  const bytes = files.get(MANIFEST);
  if (bytes === undefined) {
    find("manifest-missing", MANIFEST, "the bundle has no manifest");
    return undefined;
  }
  const envelope = parseEnvelope(bytes, MANIFEST);
  if (!envelope.ok) {
    find(envelope.error.fault, MANIFEST, envelope.error.text);
    return undefined;
  }
  if (envelope.value.payloadType !== INTOTO_PAYLOAD) {
    find("dsse-payload-type", MANIFEST, `the payload is ${envelope.value.payloadType}, expected ${INTOTO_PAYLOAD}`);
    return undefined;
  }
  const signers = checkSignatures(files, envelope.value, trust, crypto, find);
  const payload = parseCanonical(envelope.value.payload, "the manifest's statement");
  if (!payload.ok) {
    find(payload.error.fault, MANIFEST, payload.error.text);
    return { statement: undefined, signers };
  }
  const { _type, predicateType } = (payload.value ?? {}) as { _type?: unknown; predicateType?: unknown };
  if (_type !== STATEMENT_TYPE || predicateType !== BUNDLE_PREDICATE) {
    find("statement-type", MANIFEST, `the statement is ${String(_type)} with ${String(predicateType)}`);
    return { statement: undefined, signers };
  }
  const statement = decodeValue(payload.value, statementSchema, MANIFEST);
  if (!statement.ok) {
    find("statement-form", MANIFEST, statement.error.slice(0, 3).map(formatDiagnostic).join("; "));
    return { statement: undefined, signers };
  }
  return { statement: statement.value, signers };
}

/** Trusted signers that hold. Keys the bundle itself names are checked too: their signatures must at least be good. */
function checkSignatures(files: BundleFiles, envelope: Envelope, trust: Trust | undefined, crypto: AuditCrypto, find: Find): readonly KnownKey[] {
  const trusted = trust?.signers ?? [];
  const revoked = new Set<string>();
  const named: KnownKey[] = [];
  const security: Security | undefined = (() => {
    const parsed = parseStrict(files.get("10-security.json") ?? new Uint8Array(), "10-security.json");
    const checked = parsed.ok ? securitySchema.safeParse(parsed.value) : undefined;
    return checked?.success === true ? checked.data : undefined;
  })();
  for (const { name, publicKey } of security?.keys ?? []) {
    const key = fromBase64(publicKey);
    if (typeof key !== "string" && key.length === 32) named.push({ name, publicKey: key });
  }
  for (const { keyId } of security?.revocations ?? []) revoked.add(keyId);
  const verified = verifyEnvelope(crypto, envelope, [...trusted, ...named]);
  if (!verified.ok) {
    find(verified.error.fault, MANIFEST, verified.error.text);
    return [];
  }
  const good = verified.value.filter((key) => trusted.some((signer) => signer === key));
  for (const key of good) if (revoked.has(keyIdOf(crypto.sha256, key.publicKey))) find("signer-revoked", MANIFEST, `the key of ${key.name} is listed as revoked`);
  return good;
}

function checkFiles(files: BundleFiles, statement: Statement, digestOf: (path: string) => string | undefined, ports: VerifyPorts, find: Find): void {
  const listed = new Set<string>();
  for (const { name, digest } of statement.subject) {
    if (listed.has(name)) find("subject-twice", name, `the manifest names ${name} twice`);
    listed.add(name);
    const found = digestOf(name);
    if (found === undefined) find("file-missing", name, "the manifest names it, the bundle lacks it");
    else if (found !== digest.sha256) {
      const other = [...files.keys()].find((path) => path !== name && digestOf(path) === digest.sha256);
      if (other !== undefined) find("subject-of-another-file", name, `the manifest gives it the digest of ${other}`);
      else if (name.endsWith(".mcap") && ports.crcsHold?.(files.get(name) as Uint8Array) === true) find("recording-altered", name, "the recording was changed and its CRCs made to fit");
      else find("file-altered", name, "its digest is not the one that was signed");
    }
  }
  for (const path of files.keys()) if (!listed.has(path) && !ENVELOPE.includes(path)) find("file-unlisted", path, "the manifest does not name it");
}

function checkTimes(signers: readonly KnownKey[], trust: Trust, witnesses: readonly { readonly timeMs: number }[], nowMs: number, find: Find): void {
  for (const signer of trust.signers.filter((candidate) => signers.includes(candidate))) {
    const within = (timeMs: number): boolean => timeMs >= signer.validFromMs && timeMs <= signer.validUntilMs;
    if (witnesses.length > 0) {
      // Every witness that gives a time must give one at which the key was valid: one of them could be lying.
      if (!witnesses.every((w) => within(w.timeMs))) find("timestamp-outside-validity", MANIFEST, `the log's witnesses saw the manifest when the key of ${signer.name} was not valid`);
    } else if (!within(nowMs)) find("signer-expired", MANIFEST, `the key of ${signer.name} is not valid now, and no trusted time says that it was when it signed`);
  }
}

function checkDisclosures(files: BundleFiles, crypto: AuditCrypto, find: Find): { readonly redacted: number; readonly disclosed: number } {
  const commitments = new Set<string>();
  for (const [path, bytes] of files) {
    if (!path.endsWith(".json") || ENVELOPE.includes(path) || path.endsWith(".cdx.json")) continue;
    const value = parseStrict(bytes, path);
    if (!value.ok) find(value.error.fault, path, value.error.text);
    else for (const hash of commitmentsIn(value.value)) commitments.add(hash);
  }
  const bytes = files.get(DISCLOSURES);
  let disclosed = 0;
  if (bytes !== undefined) {
    const parsed = decodeJson(bytes, disclosuresSchema, DISCLOSURES, { bytes: 64 * 1024 * 1024, depth: 32 });
    if (!parsed.ok) find("disclosure-form", DISCLOSURES, parsed.error.slice(0, 2).map(formatDiagnostic).join("; "));
    else for (const disclosure of parsed.value.disclosures) {
      const hash = commitmentOf(crypto.sha256, disclosure);
      if (hash === undefined || !commitments.has(hash)) find("disclosure-altered", DISCLOSURES, `what is disclosed as ${disclosure.path} was never committed to`);
      else disclosed += 1;
    }
  }
  return { redacted: Math.max(0, commitments.size - disclosed), disclosed };
}
