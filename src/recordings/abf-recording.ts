/** From the contents of an ABF file to a recording. */
import { InputError } from "../errors.ts";
import { type AbfContent, channelSamples } from "./abf.ts";
import { chooseVoltage, label } from "./channels.ts";
import { injectedCurrent } from "./current.ts";
import type { ReadOptions } from "./options.ts";
import type { Recording, Sweep } from "./recording.ts";
import { describeStimulus } from "./stimulus.ts";
import { factorFor } from "./units.ts";

export function recordingFromAbf(content: AbfContent, options: ReadOptions): Recording {
  const voltage = chooseVoltage(content);
  const factor = factorFor("voltage", voltage.choice.unit)!;
  const current = injectedCurrent(content, voltage.choice, options);
  const sweeps = content.spans.map((span, sweep): Sweep => {
    const v_mV = channelSamples(content, voltage.choice, span, factor);
    requireFinite(content, label(voltage.choice), sweep, v_mV);
    const i_pA = current.sweeps_pA[sweep];
    requireFinite(content, current.description, sweep, i_pA);
    return { index: sweep + 1, v_mV, i_pA, stimulus: describeStimulus(i_pA, content.dt_ms) };
  });
  return {
    name: content.fileName,
    format: content.format,
    ...(content.protocol && { protocol: content.protocol }),
    dt_ms: content.dt_ms,
    sweeps,
    currentSource: current.source,
    currentDescription: current.description,
    tags: content.tags,
    notes: [...content.notes, ...(voltage.note ? [voltage.note] : []), ...current.notes],
  };
}

function requireFinite(content: AbfContent, what: string, sweep: number, values: Float64Array): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new InputError({
    code: "not-a-number",
    what: `${what} is not a finite number at sample ${bad + 1} of sweep ${sweep + 1}`,
    where: content.fileName,
    got: String(values[bad]),
    expected: "finite numbers",
    next: "Leave the damaged sweep out in the acquisition program and save the file again.",
  });
}
