import { describe, expect, it } from "vitest";
import { newSeed, nobleCrypto, seedSigner, verifyEd25519 } from "./adapters/noble.ts";
import { base64, concat, fromBase64, fromHex, textOf, utf8 } from "./bytes.ts";
import { parseCanonical } from "./canonical.ts";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import { canonicalJson } from "../../fleet-core/contract/json.ts";
import { noteKey, openNote, parseVerifierKey, signatureLine, signNote, verifierKeyText, type NoteSigner } from "./note.ts";
import { evidenceMissing, sharedText } from "./test-shared.ts";
import { indexPath, tilePath, tilesOf } from "./tiles.ts";
import { parseTlogProof, tlogProofText } from "./tlog-proof.ts";

const crypto = nobleCrypto;
const by = (name: string, kind: "ed25519" | "cosignature" = "ed25519"): NoteSigner => {
  const signer = seedSigner(newSeed());
  return { key: noteKey(crypto.sha256, kind, name, signer.publicKey), signer };
};
const fault = (note: string, ...keys: readonly NoteSigner[]): string => {
  const opened = openNote(crypto, utf8(note), keys.map((k) => k.key));
  return opened.ok ? "opened" : opened.error;
};
/** The note with one character of its text flipped. */
const flipAt = (note: string, at: number): string => note.slice(0, at) + (note[at] === "A" ? "B" : "A") + note.slice(at + 1);

describe.skipIf(evidenceMissing !== undefined)("shared vectors", () => {
  it("signed note: the published note opens with the published key", () => {
    const { vkey, note } = JSON.parse(sharedText("signed-note", "vector.json")) as { vkey: string; note: string };
    const key = parseVerifierKey(crypto.sha256, vkey);
    if (!key.ok) throw new Error(key.error);
    expect(verifierKeyText(key.value)).toBe(vkey);
    expect(openNote(crypto, utf8(note), [key.value]).ok).toBe(true);
    expect(openNote(crypto, utf8(flipAt(note, 3)), [key.value])).toMatchObject({ error: "note-bad-signature" });
  });

  it("Ed25519: accepted is what has canonical A and R and a key of large order, nothing else", () => {
    const vectors = JSON.parse(sharedText("ed25519", "cctv.json")) as readonly { number: number; key: string; sig: string; msg: string; flags: readonly string[] | null }[];
    const bytes = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();
    const wrong = vectors.filter(({ key, sig, msg, flags }) => {
      const wanted = !["non_canonical_A", "non_canonical_R", "low_order_A"].some((flag) => flags?.includes(flag));
      return (verifyEd25519(bytes(sig), utf8(msg), bytes(key)) === "valid") !== wanted;
    });
    expect(vectors.length).toBeGreaterThan(500);
    expect(wrong.map((v) => v.number)).toEqual([]);
  });

  it("JSON canonicalization: every input gives its published output", () => {
    for (const name of ["arrays", "structures", "values"]) {
      const output = sharedText("jcs", "output", `${name}.json`);
      expect(canonicalJson(JSON.parse(sharedText("jcs", "input", `${name}.json`)))).toBe(output);
      expect(parseCanonical(utf8(output), name).ok).toBe(true);
    }
  });
});

describe("a signed note", () => {
  const log = by("log.example");
  const note = signNote("log.example\n3\nAAAA\n", log);

  it("opens with its key, whatever unknown keys have signed beside it", () => {
    const other = by("other.example");
    expect(fault(note, log)).toBe("opened");
    expect(fault(note + signatureLine(other, "log.example\n3\nAAAA\n"), log)).toBe("opened");
    expect(fault(note + Array.from({ length: 20 }, (_, i) => signatureLine(by(`w${i}`), "x\n")).join(""), log)).toBe("opened");
  });

  it("names what is wrong with it", () => {
    const witness = by("witness.example", "cosignature");
    const signature = note.slice(note.lastIndexOf(" ") + 1, -1);
    const raw = fromBase64(signature) as Uint8Array;
    expect(fault(flipAt(note, 2), log)).toBe("note-bad-signature");
    expect(fault(note, by("stranger"))).toBe("note-unknown-keys");
    expect(fault(note, by("log.example"))).toBe("note-key-id");
    expect(fault(note.replaceAll("\n", "\r\n"), log)).toBe("note-carriage-return");
    expect(fault(`${note}\n`, log)).toBe("note-extra-blank");
    expect(fault(note.slice(0, note.indexOf("\n\n") + 1), log)).toBe("note-no-signatures");
    expect(fault(note.replace("— ", "- "), log)).toBe("note-signature-line");
    expect(fault(note.replace(signature, `${signature.slice(0, -1)}_`), log)).toBe("note-signature-base64");
    expect(fault(note.replace("log", "l\tog"), log)).toBe("note-control-character");
    // A good signature does not excuse a bad one by another known key.
    expect(fault(note + signatureLine(witness, "something else\n", 5n), log, witness)).toBe("note-bad-signature");
    // s + L is the same signature to a careless verifier.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = [...raw.subarray(36)].reverse().reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
    const big = Uint8Array.from({ length: 32 }, (_, i) => Number((s >> BigInt(8 * i)) & 255n));
    expect(fault(note.replace(signature, base64(concat(raw.subarray(0, 36), big))), log)).toBe("note-signature-encoding");
    expect(fault(note.replace(signature, base64(concat(raw.subarray(0, 4), new Uint8Array(32).fill(255), raw.subarray(36)))), log)).toBe("note-signature-encoding");
  });

  it("carries the witness's time in a cosignature", () => {
    const witness = by("witness.example", "cosignature");
    const cosigned = note + signatureLine(witness, "log.example\n3\nAAAA\n", 1_790_000_000n);
    const opened = openNote(crypto, utf8(cosigned), [log.key, witness.key]);
    expect(opened.ok && opened.value.verified.map((v) => v.timeS)).toEqual([undefined, 1_790_000_000n]);
  });
});

describe("checkpoints, proofs and tiles", () => {
  const root = new Uint8Array(32).fill(7);
  it("come back as written", () => {
    expect(parseCheckpoint(checkpointText({ origin: "o", size: 2n ** 60n, root }))).toMatchObject({ ok: true, value: { origin: "o", size: 2n ** 60n } });
    const proof = { extra: utf8("x"), index: 5n, hashes: [root, root], checkpoint: utf8("o\n6\nx\n\n— n abc\n") };
    expect(parseTlogProof(utf8(tlogProofText(proof)))).toEqual({ ok: true, value: proof });
  });
  it("have one spelling", () => {
    const reason = (text: string): string => {
      const parsed = parseCheckpoint(text);
      return parsed.ok ? "ok" : parsed.error;
    };
    const good = `o\n3\n${base64(root)}\n`;
    expect(reason(good)).toBe("ok");
    expect(reason(good.replace("\n3\n", "\n03\n"))).toBe("checkpoint-size-leading-zero");
    expect(reason(good.replace("\n3\n", "\n-3\n"))).toBe("checkpoint-size");
    expect(reason(good.replace("\n3\n", "\n9223372036854775808\n"))).toBe("checkpoint-size");
    expect(reason(good.replace("=", ""))).toBe("checkpoint-root");
    expect(reason(`${good}\n`)).toBe("note-extra-blank");
    expect(reason(good.slice(1))).toBe("checkpoint-origin-empty");
    expect(parseTlogProof(utf8("c2sp.org/tlog-proof@v1\nindex 05\n\nx"))).toMatchObject({ error: "proof-index" });
    expect(parseTlogProof(utf8("c2sp.org/tlog-proof@v2\nindex 5\n\nx"))).toMatchObject({ error: "proof-header" });
  });
  it("a log of 70000 has the tiles the specification gives", () => {
    const tiles = tilesOf(70_000n);
    const at = (level: number, full: boolean): number => tiles.filter((tile) => tile.level === level && (tile.width === 256) === full).length;
    expect([at(0, true), at(1, true), at(2, true)]).toEqual([273, 1, 0]);
    expect(tiles.filter((tile) => tile.width < 256).map((tile) => tilePath(tile.level, tile.n, tile.width))).toEqual(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    expect(indexPath(1_234_067n)).toBe("x001/x234/067");
  });
  it("base64 of two alphabets, of unused bits and without padding is refused by name", () => {
    expect([fromBase64("+_A="), fromBase64("-_A="), fromBase64("AB=="), fromBase64("AAA")]).toEqual(["base64-mixed", "base64-url", "base64-syntax", "base64-syntax"]);
    for (const length of [0, 1, 2, 3, 4, 31]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + 7) & 255);
      expect(fromBase64(base64(bytes))).toEqual(bytes);
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }
  });
  it("JSON that is not canonical says why", () => {
    const reason = (text: string): string => {
      const parsed = parseCanonical(utf8(text), "t");
      return parsed.ok ? "ok" : parsed.error.fault;
    };
    expect(reason('{"a":1,"b":[1.5,1e+21,"-0 NaN"]}')).toBe("ok");
    expect([reason('{"a":1,"a":2}'), reason('{"a":NaN}'), reason('{"a":-0}'), reason('{"a":1e21}'), reason('{"b":1,"a":2}'), reason('{"a": 1}'), reason("{"), reason('{"a":-Infinity}'), reason('{"a":-0.0}')])
      .toEqual(["json-duplicate-key", "json-not-a-number", "json-negative-zero", "json-number-form", "json-not-canonical", "json-not-canonical", "json-syntax", "json-not-a-number", "json-negative-zero"]);
    expect(textOf(Uint8Array.of(0xff))).toBeUndefined();
  });
});
