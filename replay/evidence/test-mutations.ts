/**
 * Everything a verifier must refuse, each with the reason code it must give: the changes of a careless hand, of a thief
 * without keys, and of an insider with some. The same table is run in Node and, through the page, in a browser.
 */
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { base64, concat, fromBase64, hex, textOf, utf8 } from "../audit/bytes.ts";
import { seedSigner, newSeed } from "../audit/adapters/noble.ts";
import { nodeCrypto } from "../audit/adapters/node-hash.ts";
import { noteKey, signatureLine } from "../audit/note.ts";
import { crc32 } from "../adapters/mcap/crc.ts";
import { INTOTO_PAYLOAD, keyIdOf, signEnvelope } from "./dsse.ts";
import { CHECKPOINT, DISCLOSURES, ENTRIES, LEAVES, MANIFEST, PROOF, type BundleFiles } from "./layout.ts";
import { packTar } from "./tar.ts";
import { NOW_MS, type TestBundle } from "./test-bundle.ts";
import type { TrustFile } from "./trust.ts";

export interface Mutated {
  readonly files: Map<string, Uint8Array>;
  readonly trust: TrustFile;
}
export interface Mutation {
  readonly name: string;
  readonly code: string;
  readonly change: (to: Mutated, bundle: TestBundle) => Partial<Mutated> | undefined | void;
}

const text = (files: BundleFiles, path: string): string => textOf(files.get(path) ?? new Uint8Array()) ?? "";
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const edit = (path: string, change: (text: string) => string): Mutation["change"] => ({ files }) => void files.set(path, utf8(change(text(files, path))));
const lines = (path: string, change: (lines: string[]) => void): Mutation["change"] => edit(path, (whole) => {
  const list = whole.slice(0, -1).split("\n");
  change(list);
  return `${list.join("\n")}\n`;
});
interface Dsse { payload: string; payloadType: string; signatures: { keyid: string; sig: string }[] }
const dsse = (change: (envelope: Dsse) => void): Mutation["change"] => edit(MANIFEST, (whole) => {
  const envelope = JSON.parse(whole) as Dsse;
  change(envelope);
  return canonicalJson(envelope);
});
/** The statement changed as text and signed again by the operator: what an insider could do. The log then does not know it. */
const resigned = (change: (text: string) => string): Mutation["change"] => ({ files }, { operator }) => {
  const envelope = JSON.parse(text(files, MANIFEST)) as Dsse;
  const payload = utf8(change(textOf(fromBase64(envelope.payload) as Uint8Array) ?? ""));
  files.set(MANIFEST, signEnvelope(nodeCrypto.sha256, INTOTO_PAYLOAD, payload, [operator.signer("dsse")]));
};
/** Signature bytes of the first note line changed. */
const noteSignature = (change: (bytes: Uint8Array) => Uint8Array): Mutation["change"] => edit(CHECKPOINT, (whole) => {
  const row = /— (\S+) (\S+)\n/u.exec(whole);
  const encoded = row?.[2] ?? "";
  return whole.replace(encoded, base64(change(fromBase64(encoded) as Uint8Array)));
});
const body = (note: string): string => note.slice(0, note.indexOf("\n\n") + 1);
const MCAP = "06-runs/demo.mcap";

/** One digit of a recorded pose changed, and the CRCs of chunk, data section made to fit. */
function alterRecording(bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  const needle = utf8('"xM":');
  let at = 8;
  let dataEnd = 0;
  for (let p = 8; p + 9 <= out.length; p += 9 + Number(view.getBigUint64(p + 1, true))) {
    if (view.getUint8(p) === 0x06 && at === 8) at = p;
    if (view.getUint8(p) === 0x0f) dataEnd = p;
  }
  const records = at + 9 + 28 + 4 + view.getUint32(at + 9 + 28, true) + 8;
  const end = at + 9 + Number(view.getBigUint64(at + 1, true));
  let found = records;
  for (; found < end && !needle.every((byte, i) => out[found + i] === byte); ) found += 1;
  out[found + 5] = (out[found + 5] ?? 0) === 0x31 ? 0x32 : 0x31;
  view.setUint32(at + 9 + 24, crc32(out.subarray(records, end)), true);
  view.setUint32(dataEnd + 9, crc32(out.subarray(0, dataEnd)), true);
  return out;
}

export const mutations: readonly Mutation[] = [
  { name: "a byte of an event", code: "event-altered", change: lines(ENTRIES, (l) => void (l[1] = (l[1] ?? "").replace('"timeUs":', '"timeUs":1'))) },
  { name: "a byte of a leaf", code: "log-leaf-altered", change: ({ files }) => void files.set(LEAVES, flip(files.get(LEAVES) as Uint8Array, 3)) },
  { name: "a byte of a proof node", code: "proof-altered", change: edit(PROOF, (t) => t.replace(/(index \d+\n)(.)/, (_, head: string, c: string) => `${head}${c === "A" ? "B" : "A"}`)) },
  { name: "a proof node left out", code: "proof-length", change: edit(PROOF, (t) => t.replace(/(index \d+\n)[^\n]+\n/, "$1")) },
  { name: "a byte of the root", code: "checkpoint-root-altered", change: (to) => {
    for (const path of [CHECKPOINT, PROOF]) to.files.set(path, utf8(text(to.files, path).replace(/\n(\d+)\n(.)/, (_, n: string, c: string) => `\n${n}\n${c === "A" ? "B" : "A"}`)));
  } },
  { name: "a byte of the origin", code: "checkpoint-origin", change: edit(CHECKPOINT, (t) => t.replace("operator", "operatOr")) },
  { name: "the size", code: "checkpoint-size-altered", change: edit(CHECKPOINT, (t) => t.replace(/\n(\d+)\n/, (_, n: string) => `\n${Number(n) + 1}\n`)) },
  { name: "a byte of the note's signature", code: "note-bad-signature", change: noteSignature((b) => flip(b, 20)) },
  { name: "a byte of the key id", code: "note-key-id", change: (to, { operator }) => {
    noteSignature((b) => flip(b, 1))(to, { operator } as TestBundle);
    return { trust: { ...to.trust, witnesses: [], witnessThreshold: 0 } };
  } },
  { name: "two events swapped", code: "events-reordered", change: lines(ENTRIES, (l) => void ([l[0], l[1]] = [l[1] ?? "", l[0] ?? ""])) },
  { name: "two events swapped under their indices", code: "events-reordered", change: lines(ENTRIES, (l) => {
    const [a, b] = [/"index":\d+/.exec(l[0] ?? "")?.[0] ?? "", /"index":\d+/.exec(l[1] ?? "")?.[0] ?? ""];
    [l[0], l[1]] = [(l[1] ?? "").replace(b, a), (l[0] ?? "").replace(a, b)];
  }) },
  { name: "an event dropped", code: "event-missing", change: lines(ENTRIES, (l) => void l.splice(1, 1)) },
  { name: "an event doubled", code: "event-duplicated", change: lines(ENTRIES, (l) => void l.splice(1, 0, l[1] ?? "")) },
  { name: "the tail cut off", code: "log-truncated", change: lines(ENTRIES, (l) => void l.pop()) },
  { name: "leaves cut off", code: "log-leaves-missing", change: ({ files }) => void files.set(LEAVES, (files.get(LEAVES) as Uint8Array).slice(0, -32)) },
  { name: "the log rolled back to an older checkpoint", code: "log-rolled-back", change: (to) => ({ trust: { ...to.trust, seen: [{ origin: "operator.example/audit-log", size: "100000", root: base64(new Uint8Array(32)) }] } }) },
  { name: "the log extended differently", code: "log-split-view", change: (to) => ({ trust: { ...to.trust, seen: [{ origin: "operator.example/audit-log", size: "3", root: base64(new Uint8Array(32).fill(1)) }] } }) },
  { name: "no witness cosigned", code: "witness-missing", change: edit(CHECKPOINT, (t) => t.replace(/— witness.*\n/u, "")) },
  { name: "a size with a leading zero", code: "checkpoint-size-leading-zero", change: edit(CHECKPOINT, (t) => t.replace(/\n(\d+)\n/, "\n0$1\n")) },
  { name: "a blank line too many", code: "note-extra-blank", change: edit(CHECKPOINT, (t) => `${t}\n`) },
  { name: "carriage returns", code: "note-carriage-return", change: edit(CHECKPOINT, (t) => t.replaceAll("\n", "\r\n")) },
  { name: "only unknown keys sign the checkpoint", code: "note-unknown-keys", change: edit(CHECKPOINT, (t) => {
    const signer = seedSigner(newSeed());
    return `${body(t)}\n${signatureLine({ key: noteKey(nodeCrypto.sha256, "ed25519", "stranger", signer.publicKey), signer }, body(t))}`;
  }) },
  { name: "a bad signature by a known key beside a good one", code: "note-bad-signature", change: ({ files }, { witness }) => void files.set(CHECKPOINT, utf8(`${text(files, CHECKPOINT).replace(/— witness.*\n/u, "")}${signatureLine(witness.witness, "another text\n", 1n)}`)) },
  { name: "the manifest signed with a key in another encoding (A)", code: "ed25519-key-not-canonical", change: (to, { operator }) => {
    // y = p + 1 is the point y = 1 written a second way.
    const key = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xee : i === 31 ? 0x7f : 0xff));
    dsse((e) => void (e.signatures = [{ keyid: keyIdOf(nodeCrypto.sha256, key), sig: base64(operator.signer("dsse").sign(utf8("x"))) }]))(to, {} as TestBundle);
    return { trust: { ...to.trust, signers: [{ name: "odd", publicKey: base64(key) }] } };
  } },
  { name: "the manifest's R in another encoding", code: "ed25519-r-not-canonical", change: dsse((e) => {
    const sig = fromBase64(e.signatures[0]?.sig ?? "") as Uint8Array;
    e.signatures = [{ keyid: e.signatures[0]?.keyid ?? "", sig: base64(concat(new Uint8Array(32).fill(0xff), sig.subarray(32))) }];
  }) },
  { name: "the manifest's s above the group order", code: "ed25519-s-out-of-range", change: dsse((e) => {
    const sig = fromBase64(e.signatures[0]?.sig ?? "") as Uint8Array;
    e.signatures = [{ keyid: e.signatures[0]?.keyid ?? "", sig: base64(concat(sig.subarray(0, 32), new Uint8Array(32).fill(0xff))) }];
  }) },
  { name: "a byte of the manifest's signature", code: "dsse-signature", change: dsse((e) => {
    // Within s, so that the encodings stay good and only the equation fails.
    e.signatures = e.signatures.map((s) => ({ ...s, sig: base64(flip(fromBase64(s.sig) as Uint8Array, 40)) }));
  }) },
  { name: "another payload type", code: "dsse-payload-type", change: dsse((e) => void (e.payloadType = "application/json")) },
  { name: "one key signing twice for two", code: "dsse-key-twice", change: (to) => {
    dsse((e) => void (e.signatures = [...e.signatures, ...e.signatures]))(to, {} as TestBundle);
    return { trust: { ...to.trust, threshold: 2 } };
  } },
  { name: "base64 of both alphabets", code: "base64-mixed", change: dsse((e) => void (e.payload = `-+${e.payload.slice(2)}`)) },
  { name: "base64 of the URL alphabet", code: "base64-url", change: dsse((e) => void (e.payload = `-${e.payload.slice(1)}`)) },
  { name: "a JSON key twice in the manifest", code: "json-duplicate-key", change: edit(MANIFEST, (t) => t.replace('"payloadType":', '"payloadType":"x","payloadType":')) },
  { name: "NaN in an event", code: "json-not-a-number", change: lines(ENTRIES, (l) => void (l[0] = (l[0] ?? "").replace(/"index":\d+/, '"index":NaN'))) },
  { name: "minus zero in an event", code: "json-negative-zero", change: lines(ENTRIES, (l) => void (l[0] = (l[0] ?? "").replace(/"index":\d+/, '"index":-0'))) },
  { name: "1e21 in an event", code: "json-number-form", change: lines(ENTRIES, (l) => void (l[0] = (l[0] ?? "").replace(/"index":\d+/, '"index":1e21'))) },
  { name: "spaces in an event", code: "json-not-canonical", change: lines(ENTRIES, (l) => void (l[0] = (l[0] ?? "").replace('{"event"', '{ "event"'))) },
  { name: "a subject with the digest of another file", code: "subject-of-another-file", change: (to, bundle) => {
    const other = hex(nodeCrypto.sha256(to.files.get("03-odd.json") as Uint8Array));
    resigned((t) => t.replace(/("digest":\{"sha256":")[0-9a-f]{64}("\},"name":"04-scenarios.json")/, `$1${other}$2`))(to, bundle);
  } },
  { name: "a manifest signed anew that the log does not know", code: "manifest-not-logged", change: resigned((t) => t.replace('"createdBy":"operator', '"createdBy":"0perator')) },
  { name: "another statement type", code: "statement-type", change: resigned((t) => t.replace("Statement/v1", "Statement/v0.1")) },
  { name: "a subject named twice", code: "subject-twice", change: resigned((t) => t.replace(/"subject":\[(\{[^}]*\}[^}]*\})/, '"subject":[$1,$1')) },
  { name: "a key that expired, and no trusted time", code: "signer-expired", change: (to) => {
    to.files.set(CHECKPOINT, utf8(text(to.files, CHECKPOINT).replace(/— witness.*\n/u, "")));
    to.files.set(PROOF, utf8(text(to.files, PROOF).replace(/— witness.*\n/u, "")));
    return { trust: { ...to.trust, witnessThreshold: 0, signers: to.trust.signers.map((s) => ({ ...s, validUntilMs: NOW_MS - 1 })) } };
  } },
  { name: "a trusted time when the key was not yet valid", code: "timestamp-outside-validity", change: (to) => ({ trust: { ...to.trust, signers: to.trust.signers.map((s) => ({ ...s, validFromMs: NOW_MS + 1 })) } }) },
  { name: "a revoked key", code: "signer-revoked", change: (to) => void to.files.set("10-security.json", utf8(text(to.files, "10-security.json").replace('"revocations": []', `"revocations": [{"keyId":"${keyIdOf(nodeCrypto.sha256, fromBase64(to.trust.signers[0]?.publicKey ?? "") as Uint8Array)}","sinceMs":1,"reason":"stolen"}]`))) },
  { name: "a file that the manifest names is missing", code: "file-missing", change: ({ files }) => void files.delete("03-odd.json") },
  { name: "a file that the manifest does not name", code: "file-unlisted", change: ({ files }) => void files.set("15-more.json", utf8("{}")) },
  { name: "a changed file", code: "file-altered", change: edit("06-runs.json", (t) => t.replace('"pass"', '"fail"')) },
  { name: "a recording altered, its CRCs made to fit", code: "recording-altered", change: ({ files }) => void files.set(MCAP, alterRecording(files.get(MCAP) as Uint8Array)) },
  { name: "no manifest", code: "manifest-missing", change: ({ files }) => void files.delete(MANIFEST) },
  { name: "a disclosure that was never committed to", code: "disclosure-altered", change: edit(DISCLOSURES, (t) => t.replace("A. Person", "B. Person")) },
  { name: "the proof of another entry", code: "proof-other-entry", change: edit(PROOF, (t) => t.replace(/index \d+/, "index 0")) },
  { name: "a proof to another checkpoint", code: "proof-other-checkpoint", change: edit(PROOF, (t) => t.replace(/— witness.*\n/u, "")) },
];

/** Containers that must not be opened at all. */
export const containers: readonly { readonly name: string; readonly code: string; readonly make: (files: BundleFiles) => Uint8Array }[] = [
  { name: "a path that climbs out", code: "path-traversal", make: (files) => renamed(files, "03-odd.json", "../odd.json") },
  { name: "an absolute path", code: "path-traversal", make: (files) => renamed(files, "03-odd.json", "/etc/odd.js") },
  { name: "a symbolic link", code: "symlink", make: (files) => kind(packTar(files), "03-odd.json", "2") },
  { name: "a hard link", code: "symlink", make: (files) => kind(packTar(files), "03-odd.json", "1") },
  { name: "a device", code: "container-entry-kind", make: (files) => kind(packTar(files), "03-odd.json", "3") },
  { name: "a file twice", code: "container-duplicate", make: (files) => renamed(files, "03-odd.json", "06-runs.json".slice(0, 12)) },
  { name: "a file cut off", code: "container-broken", make: (files) => packTar(files).slice(0, 5000) },
];

function headerAt(tar: Uint8Array, path: string): number {
  const name = utf8(path);
  for (let at = 0; at < tar.length; at += 512) if (name.every((byte, i) => tar[at + i] === byte) && tar[at + name.length] === 0) return at;
  throw new Error(`${path} is not in the container`);
}
function checksum(tar: Uint8Array, at: number): Uint8Array {
  tar.set(utf8("        "), at + 148);
  tar.set(utf8(`${tar.subarray(at, at + 512).reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0")}\0 `), at + 148);
  return tar;
}
function renamed(files: BundleFiles, path: string, to: string): Uint8Array {
  const tar = packTar(files);
  const at = headerAt(tar, path);
  tar.fill(0, at, at + 100);
  tar.set(utf8(to), at);
  return checksum(tar, at);
}
function kind(tar: Uint8Array, path: string, flag: string): Uint8Array {
  const at = headerAt(tar, path);
  tar.set(utf8(flag), at + 156);
  return checksum(tar, at);
}

/** The bundle after a mutation. */
export function mutate(bundle: TestBundle, mutation: Mutation): Mutated {
  const to: Mutated = { files: new Map(bundle.files), trust: bundle.trust };
  return { ...to, ...mutation.change(to, bundle) };
}
