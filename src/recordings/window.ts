/** A part of every sweep, for recordings that are too long to be looked at as a whole. */
import { InputError } from "../errors.ts";
import type { Content, ReadSamples } from "./content.ts";

/**
 * The same content, samples [start, end) of every sweep only.
 *
 * @param window_ms From the start of the sweep; an end past the end of a sweep is the end of that sweep.
 * @throws InputError `window` when a sweep would have no sample left.
 */
export function windowed(content: Content, window_ms: readonly [number, number]): Content {
  const [start, end] = window_ms.map((t) => Math.round(t / content.dt_ms));
  const lengths = content.lengths.map((length) => Math.min(end, length) - start);
  const shortest = Math.min(...content.lengths);
  if (!(start >= 0 && end > start) || shortest <= start) throw outside(content, window_ms, shortest);
  const shifted =
    (samples: ReadSamples): ReadSamples =>
    (sweep, from, to) =>
      samples(sweep, from + start, to + start);
  const cut = <T extends { readonly samples: ReadSamples }>(one: T): T => ({
    ...one,
    samples: shifted(one.samples),
  });
  return {
    ...content,
    lengths,
    skipped: start,
    channels: content.channels.map(cut),
    commands: content.commands.map(cut),
    notes: [...content.notes, `Took ${window_ms[0]} to ${window_ms[1]} ms of every sweep.`],
  };
}

function outside(content: Content, window_ms: readonly [number, number], shortest: number): InputError {
  return new InputError({
    code: "window",
    what: "the window takes nothing of a sweep",
    where: content.fileName,
    got: `${window_ms[0]} to ${window_ms[1]} ms`,
    expected: `an end after the start, within the shortest sweep of ${(shortest * content.dt_ms).toFixed(1)} ms`,
    next: "Say where the part begins and ends, counted from the start of the sweep.",
  });
}
