/** Numbers and lines of text files, made piece by piece: a long recording does not fit into one string. */

const LINES_AT_ONCE = 1 << 14;

/** Nine significant digits: two more than single precision has, and far below the noise of any amplifier. */
export const sample = (value: number): string => String(Number(value.toPrecision(9)));

/** A time without the rounding errors of its multiplication. */
export const instant = (value: number): string => String(Number(value.toPrecision(12)));

/** The text of `count` lines, in UTF-8. */
export function linesAsBytes(count: number, line: (k: number) => string, end: string): Uint8Array[] {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < count; from += LINES_AT_ONCE) {
    const lines = Array.from({ length: Math.min(LINES_AT_ONCE, count - from) }, (_, k) => line(from + k));
    pieces.push(encoder.encode(lines.join(end) + end));
  }
  return pieces;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
