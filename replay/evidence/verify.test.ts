import { beforeAll, describe, expect, it } from "vitest";
import { p256 } from "@noble/curves/nist.js";
import { nodeCrypto } from "../audit/adapters/node-hash.ts";
import { ephemeralKeyRing } from "../audit/adapters/key-file.ts";
import { fromBase64, textOf, utf8 } from "../audit/bytes.ts";
import { evidenceMissing, sharedText } from "../audit/test-shared.ts";
import { preAuthEncoding } from "./dsse.ts";
import { CONTENTS, DISCLOSURES } from "./layout.ts";
import { redact, type Disclosures } from "./redaction.ts";
import { lintSafetyCase, type SafetyCase } from "./safety-case.ts";
import { packTar, unpackTar } from "./tar.ts";
import { bundleOf, judge, recordDemo, type TestBundle } from "./test-bundle.ts";
import { containers, mutate, mutations } from "./test-mutations.ts";

let recording: Uint8Array;
let bundle: TestBundle;
beforeAll(async () => {
  recording = await recordDemo("build-of-the-test");
  bundle = bundleOf(recording, "build-of-the-test");
}, 120_000);

describe("a bundle", () => {
  it("is authentic and has its 14 contents; conformance is a verdict of its own", () => {
    const verdict = judge(bundle.files, bundle.trust);
    expect(verdict.authenticity).toEqual({ verdict: "authentic", findings: [] });
    expect(verdict.conformance.findings).toEqual([]);
    expect(verdict).toMatchObject({ conformance: { verdict: "conformant" }, signers: ["operator.example"], log: { witnesses: ["witness.example/witness"] }, disclosed: 2, redacted: 0 });
    for (const { files } of CONTENTS) for (const path of files) expect(bundle.files.has(path), path).toBe(true);
  });

  it("without trust, or with somebody else's, is whole but vouched for by nobody", () => {
    expect(judge(bundle.files, undefined).authenticity).toMatchObject({ verdict: "untrusted", findings: [{ code: "trust-missing" }] });
    const stranger = bundleOf(recording, "build-of-the-test").trust;
    expect(judge(bundle.files, { ...bundle.trust, signers: stranger.signers }).authenticity).toMatchObject({ verdict: "untrusted", findings: [{ code: "signer-unknown" }] });
    expect(judge(bundle.files, { ...bundle.trust, logs: [stranger.logs[0]?.replace("operator", "other") ?? ""].length === 1 ? stranger.logs : [] }).authenticity.verdict).toBe("broken");
  });

  it("can ask for two signers, and gets two keys, not two signatures", () => {
    const rings = [ephemeralKeyRing("operator.example"), ephemeralKeyRing("assessor.example")];
    const both = bundleOf(recording, "build-of-the-test", { rings });
    expect(judge(both.files, both.trust)).toMatchObject({ authenticity: { verdict: "authentic" }, signers: ["operator.example", "assessor.example"] });
    expect(judge(bundle.files, { ...bundle.trust, threshold: 2 }).authenticity).toMatchObject({ verdict: "untrusted", findings: [{ code: "dsse-threshold" }] });
  });

  it("comes out of its container as it went in, with the same bytes each time", () => {
    const tar = packTar(bundle.files);
    const out = unpackTar(tar);
    if (!out.ok) throw new Error(out.error.text);
    expect([...out.value.keys()].sort()).toEqual([...bundle.files.keys()].sort());
    expect(Buffer.compare(packTar(out.value), tar)).toBe(0);
    expect(judge(out.value, bundle.trust).authenticity.verdict).toBe("authentic");
  });

  it("stays authentic when values are redacted, and shows them no more", () => {
    const files = new Map(bundle.files);
    const all = JSON.parse(textOf(files.get(DISCLOSURES) as Uint8Array) ?? "") as Disclosures;
    files.set(DISCLOSURES, utf8(JSON.stringify(redact(all, ["vin/"]))));
    expect(judge(files, bundle.trust)).toMatchObject({ authenticity: { verdict: "authentic" }, disclosed: 1, redacted: 1 });
    files.delete(DISCLOSURES);
    expect(judge(files, bundle.trust)).toMatchObject({ authenticity: { verdict: "authentic" }, disclosed: 0, redacted: 2 });
    const everything = [...files.values()].map((bytes) => Buffer.from(bytes).toString("latin1")).join();
    expect(everything).not.toContain("A. Person");
    expect(everything).not.toContain("WMA00000000000001");
  });

  it("with a failed criterion is authentic and not conformant", () => {
    const failing = new Map(bundle.files);
    failing.set("06-runs.json", utf8((textOf(failing.get("06-runs.json") as Uint8Array) ?? "").replace('"pass": true', '"pass": false')));
    expect(judge(failing, bundle.trust).conformance).toMatchObject({ verdict: "not-conformant", findings: expect.arrayContaining([expect.objectContaining({ code: "criterion-failed" }), expect.objectContaining({ code: "failure-not-listed" }), expect.objectContaining({ code: "result-differs" })]) as unknown });
  });
});

describe("a verifier", () => {
  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))("refuses %s with its own reason", (_, mutation) => {
    const { files, trust } = mutate(bundle, mutation);
    const { authenticity } = judge(files, trust);
    expect(authenticity.verdict).toBe("broken");
    expect(authenticity.findings.map((f) => f.code)).toContain(mutation.code);
  });

  it("has a reason of its own for each kind of change", () => {
    const shared = mutations.filter((m, i) => mutations.findIndex((other) => other.code === m.code) !== i).map((m) => m.code);
    // Two ways to swap, and a bad signature alone or beside a good one, are the same finding.
    expect(shared).toEqual(["events-reordered", "note-bad-signature"]);
  });

  it.each(containers.map((c) => [c.name, c] as const))("does not open a container with %s", (_, container) => {
    expect(unpackTar(container.make(bundle.files))).toMatchObject({ ok: false, error: { fault: container.code } });
  });

  it("notices every byte that is changed anywhere in a signed file", () => {
    const path = "06-runs/demo.mcap";
    const bytes = bundle.files.get(path) as Uint8Array;
    for (const at of [0, 100, bytes.length >> 1, bytes.length - 1]) expect(judge(new Map([...bundle.files, [path, bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))]]), bundle.trust).authenticity.verdict).toBe("broken");
  });
});

describe("DSSE", () => {
  it.skipIf(evidenceMissing !== undefined)("gives the specification's encoding, and its signature verifies over it", () => {
    const v = JSON.parse(sharedText("dsse", "vector.json")) as Record<string, string>;
    const pae = preAuthEncoding(v["payloadType"] ?? "", utf8(v["payload_utf8"] ?? ""));
    expect(textOf(pae)).toBe(v["pae"]);
    const point = p256.Point.fromAffine({ x: BigInt(v["X"] ?? 0), y: BigInt(v["Y"] ?? 0) });
    expect(p256.verify(fromBase64(v["sig_b64"] ?? "") as Uint8Array, pae, point.toBytes(), { lowS: false })).toBe(true);
    expect(nodeCrypto.sha256(pae)).toHaveLength(32);
  });
});

describe("a safety case", () => {
  const good: SafetyCase = {
    schema: "atlasmesh.safety-case/1", root: "G1",
    nodes: [
      { id: "G1", kind: "goal", text: "safe", supportedBy: ["S1"], inContextOf: ["C1", "A1"] },
      { id: "S1", kind: "strategy", text: "by runs", supportedBy: ["E1"] },
      { id: "E1", kind: "solution", text: "run", evidence: { file: "f", sha256: "d" } },
      { id: "C1", kind: "context", text: "domain", odd: "town" },
      { id: "A1", kind: "assumption", text: "tyres", owner: "somebody" },
    ],
  };
  const codes = (change: (nodes: Record<string, unknown>[]) => void, digest = "d"): readonly string[] => {
    const copy = JSON.parse(JSON.stringify(good)) as { nodes: Record<string, unknown>[] };
    change(copy.nodes);
    return lintSafetyCase(copy as unknown as SafetyCase, () => digest).map((f) => f.code);
  };
  it("that holds together has no fault", () => expect(codes(() => undefined)).toEqual([]));
  it.each<[string, (nodes: Record<string, unknown>[]) => void, string?]>([
    ["goal-undeveloped", (n) => void (n[0] = { ...n[0], undeveloped: true })],
    ["case-cycle", (n) => void (n[1] = { ...n[1], supportedBy: ["E1", "G1"] })],
    ["case-unknown-node", (n) => void (n[1] = { ...n[1], supportedBy: ["E1", "E9"] })],
    ["solution-without-digest", (n) => void delete n[2]?.["evidence"]],
    ["solution-stale", () => undefined, "other"],
    ["context-without-odd", (n) => void delete n[3]?.["odd"]],
    ["assumption-without-owner", (n) => void delete n[4]?.["owner"]],
    ["case-duplicate-id", (n) => void n.push({ ...n[4] })],
    ["case-unreachable", (n) => void n.push({ id: "E7", kind: "solution", text: "x", evidence: { file: "f", sha256: "d" } })],
  ])("has the fault %s and no other", (code, change, digest) => expect(codes(change, digest)).toEqual([code]));
});
