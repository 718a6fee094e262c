/** ABF2: a header block, then sections of equal entries, each from a block of its own. */
import { type AbfToWrite, BLOCK, type DacToWrite, multiplexed, putText, RANGE_V } from "./file.ts";

const DACS = 8;

export function writeAbf2(file: AbfToWrite): Uint8Array {
  const strings = new Strings(["clampex", file.protocol ?? "", file.comment ?? ""]);
  const dacs = Array.from(
    { length: DACS },
    (_, n): DacToWrite =>
      file.dacs.find(({ number }) => number === n) ?? {
        number: n,
        name: `Cmd ${n}`,
        unit: "mV",
        isOff: true,
        epochs: [],
      },
  );
  const epochs = dacs.flatMap(({ number, epochs: own }) =>
    own.map((epoch, n) => ({ ...epoch, n, dac: number })),
  );
  const sections: Record<number, Uint8Array[]> = {
    76: [protocolSection(file)],
    92: file.channels.map((channel) => adcEntry(channel, strings)),
    108: dacs.map((dac) => dacEntry(dac, strings)),
    124: digitalEntries(file, dacs),
    156: epochs.map(epochEntry),
    172: (file.lists ?? []).map((list) =>
      entry(64, (view) => {
        view.setInt16(0, list.dac, true);
        view.setInt16(4, list.parameter, true);
        view.setInt16(6, list.repeats ? 1 : 0, true);
        view.setUint32(8, strings.index(list.values), true);
      }),
    ),
    252: (file.tags ?? []).map(({ ticks, text }) =>
      entry(64, (view, bytes) => {
        view.setInt32(0, ticks, true);
        putText(bytes, 4, text.padEnd(56));
        view.setInt16(60, 1, true);
      }),
    ),
    316: (file.starts ?? []).map((start, sweep) =>
      entry(8, (view) => {
        view.setUint32(0, start, true);
        view.setUint32(4, file.sweeps[sweep].length * file.sweeps[sweep][0].length, true);
      }),
    ),
  };
  sections[220] = [strings.section()];
  return assembled(file, sections, multiplexed(file));
}

function assembled(file: AbfToWrite, sections: Record<number, Uint8Array[]>, data: Uint8Array): Uint8Array {
  const blocksOf = (size: number): number => Math.ceil(size / BLOCK);
  const sizes = Object.values(sections).map((entries) => entries.length * (entries[0]?.length ?? 0));
  const total = 1 + sizes.reduce((sum, size) => sum + blocksOf(size), 0) + blocksOf(data.length);
  const bytes = new Uint8Array(total * BLOCK);
  const view = new DataView(bytes.buffer);
  putText(bytes, 0, "ABF2");
  bytes[7] = 2;
  view.setUint32(12, file.sweeps.length, true);
  view.setUint16(30, file.isFloat ? 1 : 0, true);
  bytes[59] = file.program ?? 10;
  view.setUint32(72, 2, true);
  let block = 1;
  const place = (at: number, width: number, count: number): number => {
    view.setUint32(at, count > 0 ? block : 0, true);
    view.setUint32(at + 4, width, true);
    view.setUint32(at + 8, count, true);
    const start = block * BLOCK;
    block += blocksOf(width * count);
    return start;
  };
  for (const [at, entries] of Object.entries(sections)) {
    const width = entries[0]?.length ?? 0;
    const start = place(Number(at), width, entries.length);
    entries.forEach((one, n) => {
      bytes.set(one, start + n * width);
    });
  }
  const width = file.isFloat ? 4 : 2;
  bytes.set(data, place(236, width, data.length / width));
  return bytes;
}

type Fill = (view: DataView, bytes: Uint8Array) => void;

function entry(size: number, fill: Fill): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer), bytes);
  return bytes;
}

function protocolSection(file: AbfToWrite): Uint8Array {
  return entry(BLOCK, (view) => {
    view.setInt16(0, file.mode ?? 5, true);
    view.setFloat32(2, file.dt_us, true);
    view.setInt32(10, 1, true);
    view.setFloat32(14, file.tick_us ?? 0, true);
    view.setInt32(30, file.sweeps.length, true);
    view.setFloat32(110, RANGE_V, true);
    view.setInt32(118, file.resolution ?? 32768, true);
    view.setInt32(132, file.comment ? 3 : 0, true);
    view.setInt16(140, file.digitalDac === undefined ? 0 : 1, true);
    view.setInt16(142, file.digitalDac ?? 0, true);
    view.setInt16(182, file.alternates ? 1 : 0, true);
  });
}

function adcEntry(
  { name, unit, number, volts, telegraph }: AbfToWrite["channels"][number],
  strings: Strings,
) {
  return entry(128, (view) => {
    view.setInt16(0, number, true);
    if (telegraph) {
      view.setInt16(2, 1, true);
      view.setInt16(4, telegraph.instrument, true);
      view.setFloat32(6, telegraph.gain, true);
      view.setFloat32(14, telegraph.capacitance_pF ?? 0, true);
      view.setInt16(18, telegraph.mode, true);
    }
    view.setFloat32(28, 1, true);
    view.setFloat32(40, volts, true);
    view.setFloat32(48, 1, true);
    view.setUint32(74, strings.index(name), true);
    view.setUint32(78, strings.index(unit), true);
  });
}

function dacEntry(dac: DacToWrite, strings: Strings): Uint8Array {
  return entry(256, (view) => {
    view.setInt16(0, dac.number, true);
    view.setFloat32(12, dac.holding ?? 0, true);
    view.setUint32(24, strings.index(dac.name), true);
    view.setUint32(28, strings.index(dac.unit), true);
    view.setInt16(40, dac.isOff ? 0 : 1, true);
    view.setInt16(42, dac.isOff ? 0 : (dac.source ?? 1), true);
    view.setInt16(44, dac.keepsLastLevel ? 1 : 0, true);
    view.setInt16(60, dac.conditioning ? 1 : 0, true);
    view.setFloat32(82, dac.conditioning?.postDuration ?? 0, true);
    view.setFloat32(86, dac.conditioning?.postLevel ?? 0, true);
    view.setInt16(92, dac.leakPulses ? 1 : 0, true);
    view.setInt16(104, dac.leakPulses ?? 0, true);
    view.setUint32(118, dac.stimulusFile ? strings.index(dac.stimulusFile) : 0, true);
  });
}

function epochEntry(epoch: DacToWrite["epochs"][number] & { n: number; dac: number }): Uint8Array {
  return entry(48, (view) => {
    view.setInt16(0, epoch.n, true);
    view.setInt16(2, epoch.dac, true);
    view.setInt16(4, epoch.type, true);
    view.setFloat32(6, epoch.level, true);
    view.setFloat32(10, epoch.levelStep ?? 0, true);
    view.setInt32(14, epoch.duration, true);
    view.setInt32(18, epoch.durationStep ?? 0, true);
    view.setInt32(22, epoch.period ?? 0, true);
    view.setInt32(26, epoch.width ?? 0, true);
  });
}

function digitalEntries(file: AbfToWrite, dacs: readonly DacToWrite[]): Uint8Array[] {
  return dacs[file.digitalDac ?? 0].epochs.map(({ on, pulsing }, n) =>
    entry(32, (view) => {
      view.setInt16(0, n, true);
      view.setInt16(2, on ?? 0, true);
      view.setInt16(4, pulsing ?? 0, true);
    }),
  );
}

/** Texts are kept in one place and counted from 1. */
class Strings {
  readonly #texts: string[];

  constructor(texts: readonly string[]) {
    this.#texts = [...texts];
  }
  index(text: string): number {
    return this.#texts.push(text);
  }
  section(): Uint8Array {
    const texts = this.#texts.map((text) => `${text}\0`).join("");
    return entry(44 + texts.length, (_, bytes) => {
      putText(bytes, 0, "SSCH");
      putText(bytes, 44, texts);
    });
  }
}
