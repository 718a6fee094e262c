/** A gap-free ABF2 of any size that lies nowhere: one real sweep, again and again. */
import { type ByteSource, pagedSource } from "../../src/recordings/index.ts";
import { fixture } from "./fixture.ts";

const BLOCK_BYTES = 512;
const SECTIONS = { protocol: 76, data: 236, tags: 252, synch: 316 } as const;

export interface LongRecording {
  readonly source: ByteSource;
  /** Samples of one repeat. */
  readonly tileSamples: number;
  readonly repeats: number;
  /** Most bytes that were asked for at once, and all of them together. */
  readonly asked: { mostAtOnce: number; inAll: number };
}

/**
 * @param bytes about how large the file is
 * @param name an episodic ABF2 of one channel of 16-bit samples
 * @param sweep from 0: which of its sweeps is repeated
 */
export function longRecording(bytes: number, name: string, sweep: number): LongRecording {
  const episodic = fixture(name);
  const view = new DataView(episodic.buffer, episodic.byteOffset, episodic.byteLength);
  const start = view.getUint32(SECTIONS.data, true) * BLOCK_BYTES;
  const sweeps = view.getUint32(12, true);
  const tileSamples = view.getUint32(SECTIONS.data + 8, true) / sweeps;
  const tile = episodic.slice(start + 2 * sweep * tileSamples, start + 2 * (sweep + 1) * tileSamples);
  const repeats = Math.ceil((bytes - start) / tile.length);
  const header = gapFree(episodic.slice(0, start), repeats * tileSamples);
  const asked = { mostAtOnce: 0, inAll: 0 };
  const read = (from: number, length: number): Uint8Array => {
    asked.mostAtOnce = Math.max(asked.mostAtOnce, length);
    asked.inAll += length;
    const part = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const at = from + done;
      const [piece, within] = at < start ? [header, at] : [tile, (at - start) % tile.length];
      const some = piece.subarray(within, within + length - done);
      part.set(some, done);
      done += some.length;
    }
    return part;
  };
  return { source: pagedSource(start + repeats * tile.length, read), tileSamples, repeats, asked };
}

/** The lists that lie behind the samples are not there any more. */
function gapFree(header: Uint8Array, samples: number): Uint8Array {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const protocol = view.getUint32(SECTIONS.protocol, true) * BLOCK_BYTES;
  view.setInt16(protocol, 3, true);
  view.setUint32(SECTIONS.data + 8, samples % 2 ** 32, true);
  view.setUint32(SECTIONS.data + 12, Math.floor(samples / 2 ** 32), true);
  for (const section of [SECTIONS.tags, SECTIONS.synch]) view.setUint32(section + 8, 0, true);
  return header;
}
