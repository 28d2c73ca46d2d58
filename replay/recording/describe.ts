/** Says in words which record of an MCAP file a byte belongs to. Walks records by their lengths; never interprets content. */
const NAMES: readonly string[] = ["", "header", "footer", "schema", "channel", "message", "chunk", "message index", "chunk index", "attachment", "attachment index", "statistics", "metadata", "metadata index", "summary offset", "data end"];
const MAGIC_BYTES = 8;

/** `attachment "scenario/x.xosc"`, `chunk at byte 4711`, `footer`, … */
export function describeOffset(bytes: Uint8Array, offset: number): string {
  if (offset < MAGIC_BYTES) return "the leading magic";
  if (offset >= bytes.length - MAGIC_BYTES) return offset >= bytes.length ? "the end of the file" : "the closing magic";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC_BYTES;
  while (at + 9 <= bytes.length) {
    const opcode = view.getUint8(at);
    const length = Number(view.getBigUint64(at + 1, true));
    const end = at + 9 + length;
    if (offset < end || end > bytes.length) {
      const name = NAMES[opcode] ?? `record 0x${opcode.toString(16)}`;
      const label = opcode === 0x09 ? textAt(view, at + 9 + 16, end) : opcode === 0x0c ? textAt(view, at + 9, end) : undefined;
      return label === undefined ? `${name} at byte ${at}` : `${name} "${label}"`;
    }
    at = end;
  }
  return "the tail of the file";
}

function textAt(view: DataView, at: number, end: number): string | undefined {
  if (at + 4 > end || end > view.byteLength) return undefined;
  const length = view.getUint32(at, true);
  if (at + 4 + length > end || length > 1024) return undefined;
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 4, length));
}
