/** The lines of a text file, decoded piece by piece: a recording of a gigabyte is never one string. */
import type { ByteSource } from "../../source.ts";

const CHUNK_BYTES = 1 << 18;
/** A line longer than this is no row of a table: it is cut there, and what follows is another line. */
const MAX_LINE_LENGTH = 1 << 20;

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1";

/** Text is UTF-8 with or without a mark, UTF-16 with a mark, or Latin-1 (µ alone is then one byte). */
export function encodingOf(source: ByteSource): Encoding {
  const [first, second] = source.bytes(0, Math.min(2, source.size));
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  try {
    for (const _ of pieces(source, new TextDecoder("utf-8", { fatal: true })));
    return "utf-8";
  } catch {
    return "latin1";
  }
}

/** Lines without their ends (LF, CR LF or CR), the last one too when it has no end. */
export function* linesOf(source: ByteSource, encoding: Encoding): Generator<string> {
  let rest = "";
  for (const piece of pieces(source, new TextDecoder(encoding))) {
    const text = rest + piece;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    yield* lines;
    while (rest.length > MAX_LINE_LENGTH) {
      yield rest.slice(0, MAX_LINE_LENGTH);
      rest = rest.slice(MAX_LINE_LENGTH);
    }
  }
  if (rest !== "") yield rest.replace(/\r$/, "");
}

function* pieces(source: ByteSource, decoder: TextDecoder): Generator<string> {
  for (let start = 0; start < source.size; start += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, source.size - start);
    yield decoder.decode(source.bytes(start, length), { stream: true });
  }
  yield decoder.decode();
}
