/** Digital outputs (light, valves, triggers of other machines), which follow the epochs. */
import { epochLetter } from "./user-lists.ts";

/** Bits are outputs, the lowest is output 0. */
export interface DigitalEpoch {
  readonly epoch: number;
  readonly on: number;
  /** In pulses of the epoch's train period and width. */
  readonly pulsing: number;
}

const OUTPUTS = 16;

/** One sentence for every output that was used, e.g. `Digital output 6 was on in epochs B and D of DAC 3.` */
export function digitalNotes(dac: number, epochs: readonly DigitalEpoch[]): string[] {
  return Array.from({ length: OUTPUTS }, (_, output) => output).flatMap((output) => {
    const withBit = (key: "on" | "pulsing") =>
      epochs.filter((entry) => (entry[key] >> output) & 1).map(({ epoch }) => epochLetter(epoch));
    const [on, pulsing] = [withBit("on"), withBit("pulsing")];
    return [
      ...(on.length > 0 ? [`Digital output ${output} was on in ${inEpochs(on)} of DAC ${dac}.`] : []),
      ...(pulsing.length > 0
        ? [`Digital output ${output} pulsed in ${inEpochs(pulsing)} of DAC ${dac}.`]
        : []),
    ];
  });
}

function inEpochs(letters: readonly string[]): string {
  if (letters.length === 1) return `epoch ${letters[0]}`;
  return `epochs ${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`;
}
