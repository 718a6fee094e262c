/** What stands in a small ABF file that is written for a test. */
export interface EpochToWrite {
  /** 1 step, 2 ramp, 3 pulses, 4 triangles, 5 cosines, 6 resistance (ABF1), 7 biphasic. */
  readonly type: number;
  readonly level: number;
  readonly levelStep?: number;
  readonly duration: number;
  readonly durationStep?: number;
  readonly period?: number;
  readonly width?: number;
  /** Bits of digital outputs. */
  readonly on?: number;
  readonly pulsing?: number;
}

export interface DacToWrite {
  readonly number: number;
  readonly name: string;
  readonly unit: string;
  readonly holding?: number;
  /** 1 (default) the epochs, 2 a stimulus file. */
  readonly source?: number;
  readonly isOff?: boolean;
  readonly keepsLastLevel?: boolean;
  readonly epochs: readonly EpochToWrite[];
  readonly conditioning?: { readonly postDuration: number; readonly postLevel: number };
  readonly leakPulses?: number;
  readonly stimulusFile?: string;
}

export interface ChannelToWrite {
  readonly name: string;
  readonly unit: string;
  readonly number: number;
  /** Volts at the digitiser for one unit. */
  readonly volts: number;
  readonly telegraph?: { readonly instrument: number; readonly gain: number; readonly mode: number } & {
    readonly capacitance_pF?: number;
  };
}

export interface ListToWrite {
  readonly dac: number;
  readonly parameter: number;
  readonly values: string;
  readonly repeats?: boolean;
}

export interface AbfToWrite {
  readonly version: 1 | 1.5 | 2;
  /** 1, 2, 4 events, 3 gap-free, 5 episodes (default). */
  readonly mode?: number;
  readonly dt_us: number;
  readonly channels: readonly ChannelToWrite[];
  /** [sweep][channel][sample]; integers as the digitiser counts, or values when `isFloat`. */
  readonly sweeps: readonly (readonly (readonly number[])[])[];
  readonly isFloat?: boolean;
  readonly resolution?: number;
  readonly dacs: readonly DacToWrite[];
  readonly lists?: readonly ListToWrite[];
  readonly alternates?: boolean;
  /** Which DAC's epochs the digital outputs follow; absent: they are off. */
  readonly digitalDac?: number;
  readonly tags?: readonly { readonly ticks: number; readonly text: string }[];
  readonly tick_us?: number;
  /** Start of each sweep in ticks; absent: no list of sweeps. */
  readonly starts?: readonly number[];
  readonly comment?: string;
  readonly protocol?: string;
  /** First number of the version of the program. */
  readonly program?: number;
}

export const BLOCK = 512;
export const RANGE_V = 10;

/** Samples of all channels in turn, sweep after sweep. */
export function multiplexed({ sweeps, isFloat }: AbfToWrite): Uint8Array {
  const values = sweeps.flatMap((channels) =>
    channels[0].flatMap((_, sample) => channels.map((samples) => samples[sample])),
  );
  const typed = isFloat ? Float32Array.from(values) : Int16Array.from(values);
  return new Uint8Array(typed.buffer);
}

export function putText(bytes: Uint8Array, at: number, text: string): void {
  for (let k = 0; k < text.length; k++) bytes[at + k] = text.charCodeAt(k);
}
