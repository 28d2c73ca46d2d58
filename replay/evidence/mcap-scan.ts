/** Attachments and metadata of an MCAP file without unpacking its chunks: what a verifier needs before it executes anything. */
const HEAD_BYTES = 9;
const MAGIC_BYTES = 8;
const [ATTACHMENT, METADATA] = [0x09, 0x0c];

export interface McapScan {
  readonly attachments: ReadonlyMap<string, Uint8Array>;
  readonly metadata: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Undefined when the bytes are no MCAP file. */
export function scanMcap(bytes: Uint8Array): McapScan | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 2 * MAGIC_BYTES || bytes[0] !== 0x89 || bytes[1] !== 0x4d) return undefined;
  const attachments = new Map<string, Uint8Array>();
  const metadata = new Map<string, ReadonlyMap<string, string>>();
  const decoder = new TextDecoder();
  try {
    for (let at = MAGIC_BYTES; at + HEAD_BYTES <= bytes.length - MAGIC_BYTES; ) {
      const opcode = view.getUint8(at);
      let p = at + HEAD_BYTES;
      const end = p + Number(view.getBigUint64(at + 1, true));
      if (end > bytes.length) return undefined;
      const text = (): string => {
        const length = view.getUint32(p, true);
        p += 4 + length;
        return decoder.decode(bytes.subarray(p - length, p));
      };
      if (opcode === ATTACHMENT) {
        p += 16;
        const name = text();
        text();
        const size = Number(view.getBigUint64(p, true));
        attachments.set(name, bytes.subarray(p + 8, p + 8 + size));
      } else if (opcode === METADATA) {
        const name = text();
        const until = p + 4 + view.getUint32(p, true);
        p += 4;
        const entries = new Map<string, string>();
        while (p < until) {
          const key = text();
          entries.set(key, text());
        }
        metadata.set(name, entries);
      }
      at = end;
    }
  } catch {
    return undefined;
  }
  return { attachments, metadata };
}
