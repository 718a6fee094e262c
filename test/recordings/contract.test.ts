/** What every reader keeps to, whatever the format: the same claims over small files of each. */
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { lengthOf, pagedSource, type Recording, readRecording, sliceOf } from "../../src/recordings/index.ts";
import { BASES, type Bases } from "./fuzz/bases.ts";

const FILES = Object.entries(BASES).flatMap(([format, bases]: [string, Bases]) =>
  bases.files().map((file) => ({ format, options: bases.options ?? {}, ...file })),
);

/** Current waves and voltage clamp are files too, but no recordings. */
function readable(file: (typeof FILES)[number]): Recording | undefined {
  try {
    return readRecording(file.bytes, "some.name", file.options);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return undefined;
  }
}

function same(a: Recording, b: Recording): void {
  expect({ ...a, sweeps: a.sweeps.length }).toEqual({ ...b, sweeps: b.sweeps.length });
  for (const [n, sweep] of a.sweeps.entries()) expect(sweep).toEqual(b.sweeps[n]);
}

it("there are readable files of every format", () => {
  const found = new Set<string>();
  for (const file of FILES) if (readable(file)) found.add(file.format);
  expect([...found].sort()).toEqual(Object.keys(BASES).sort());
});

const READABLE = FILES.flatMap((file) => {
  const recording = readable(file);
  return recording ? [{ ...file, recording }] : [];
});

describe.each(READABLE)("$format: $name", ({ recording, ...file }) => {
  it("[K1] has the same sweeps when it is read in pieces from a slow source", () => {
    const source = pagedSource(file.bytes.length, (start, length) => {
      // A source never answers more than was asked for, nor outside the file.
      expect(start >= 0 && length >= 0 && start + length <= file.bytes.length).toBe(true);
      return file.bytes.slice(start, start + length);
    });
    same(readRecording(source, "some.name", file.options), recording);
  });

  it("[K2] decodes any part as the whole has it, and the same again", () => {
    for (const sweep of recording.sweeps) {
      const { v_mV, i_pA } = sweep;
      const length = lengthOf(sweep);
      expect([v_mV.length, i_pA.length]).toEqual([length, length]);
      for (const [from, to] of [
        [0, length],
        [0, 1],
        [length >> 1, length],
        [length >> 2, length >> 1],
      ] as const) {
        const part = sliceOf(sweep, from, to);
        expect(part.v_mV).toEqual(v_mV.slice(from, to));
        expect(part.i_pA).toEqual(i_pA.slice(from, to));
      }
    }
  });

  it("[K3] is told by its content: neither the name nor bytes of another file before it in memory matter", () => {
    const shifted = new Uint8Array(file.bytes.length + 3);
    shifted.set(file.bytes, 3);
    const again = readRecording(shifted.subarray(3), "folder/other.abf", file.options);
    same({ ...again, name: recording.name }, recording);
    expect(again.name).toBe("other.abf");
    expect(recording.format).toBe(file.format);
  });

  it("[K4] gives a window of its sweeps, and sweeps that can be sent to a worker", () => {
    const [first] = recording.sweeps;
    const shortest = Math.min(...recording.sweeps.map(lengthOf));
    const [from, to] = [shortest >> 2, shortest >> 1];
    const window_ms = [from * recording.dt_ms, to * recording.dt_ms] as const;
    const part = readRecording(file.bytes, "some.name", { ...file.options, window_ms });
    expect(part.sweeps[0].v_mV).toEqual(first.v_mV.slice(from, to));
    expect(part.sweeps[0].i_pA).toEqual(first.i_pA.slice(from, to));
    const sent = structuredClone(first);
    expect(sent.v_mV).toEqual(first.v_mV);
    expect(sent.stimulus).toEqual(first.stimulus);
  });

  it("[K5] says what it is: a sensible interval, finite samples, where the current comes from", () => {
    expect(recording.dt_ms).toBeGreaterThan(0);
    expect(recording.currentDescription).not.toBe("");
    for (const { v_mV, i_pA } of recording.sweeps)
      expect([...v_mV, ...i_pA].every(Number.isFinite)).toBe(true);
  });
});
