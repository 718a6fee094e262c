/** From the content of a file to a recording: the cell's voltage, its current, one sweep after the other. */
import { InputError } from "../errors.ts";
import { chooseVoltage } from "./channels.ts";
import { type Content, eachBlock, inInternalUnit, label, type ReadSamples } from "./content.ts";
import { injectedCurrent } from "./current.ts";
import { lazySweep } from "./lazy-sweep.ts";
import type { ReadOptions } from "./options.ts";
import type { Recording } from "./recording.ts";
import { windowed } from "./window.ts";

/** Throws what `chooseVoltage` and `injectedCurrent` throw, and `not-a-number` for samples that are none. */
export function recordingFromContent(whole: Content, options: ReadOptions): Recording {
  const content = options.window_ms ? windowed(whole, options.window_ms) : whole;
  const voltage = chooseVoltage(content, options);
  const v_mV = inInternalUnit(voltage.choice);
  const current = injectedCurrent(content, voltage.choice, options);
  if (!voltage.choice.alwaysFinite) requireFinite(content, `the voltage ${label(voltage.choice)}`, v_mV);
  if (!current.alwaysFinite) requireFinite(content, `the current (${current.description})`, current.i_pA);
  return {
    name: content.fileName,
    format: content.format,
    ...(content.protocol && { protocol: content.protocol }),
    dt_ms: content.dt_ms,
    sweeps: content.lengths.map((samples, sweep) =>
      lazySweep({
        index: content.numbers?.[sweep] ?? sweep + 1,
        samples,
        dt_ms: content.dt_ms,
        v_mV: (from, to) => v_mV(sweep, from, to),
        i_pA: (from, to) => current.i_pA(sweep, from, to),
        where: content.fileName,
      }),
    ),
    currentSource: current.source,
    currentDescription: current.description,
    tags: content.tags,
    notes: [...content.notes, ...(voltage.note ? [voltage.note] : []), ...current.notes],
  };
}

function requireFinite(content: Content, what: string, samples: ReadSamples): void {
  eachBlock(content.lengths, (sweep, from, to) => {
    const values = samples(sweep, from, to);
    for (let k = 0; k < values.length; k++)
      if (!Number.isFinite(values[k])) throw notFinite(content, what, sweep, from + k, values[k]);
  });
}

function notFinite(content: Content, what: string, sweep: number, sample: number, value: number): InputError {
  return new InputError({
    code: "not-a-number",
    what: `${what} is not a finite number at sample ${sample + 1} of sweep ${sweep + 1}`,
    where: content.fileName,
    got: String(value),
    expected: "finite numbers",
    next: "Leave the damaged sweep out in the acquisition program and save the file again.",
  });
}
