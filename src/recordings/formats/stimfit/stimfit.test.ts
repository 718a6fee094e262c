import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hdf5File } from "../../../../test/recordings/hdf5/bases.ts";
import { InputError } from "../../../errors.ts";
import { readContents, readRecording } from "../../read.ts";

describe("Stimfit files of h5py (test/recordings/hdf5/make_nwb.py)", () => {
  it("reads sections as sweeps, channels in the order of their titles, and the recorded current", () => {
    const { bytes, name } = hdf5File("steps.h5");
    const { format, sweeps, dt_ms, currentSource, notes } = readRecording(bytes, name);
    expect([format, dt_ms, currentSource]).toEqual(["stimfit", 0.1, "recorded-channel"]);
    expect(sweeps.map(({ index }) => index)).toEqual([1, 2, 3]);
    for (const [k, { v_mV, i_pA }] of sweeps.entries()) {
      expect([...v_mV]).toEqual(Array.from({ length: 60 }, (_, n) => -70 + k + (n % 20)));
      expect([...i_pA]).toEqual(Array.from({ length: 60 }, (_, n) => (n >= 20 && n < 40 ? 10 * (k + 1) : 0)));
    }
    expect(notes[0]).toContain('whether "Im" was injected');
  });

  it("refuses a voltage without a current", () => {
    const { bytes, name } = hdf5File("voltage-only.h5");
    const read = () => readRecording(bytes, name);
    expect(read).toThrow(InputError);
    expect(read).toThrow("nothing in the file says which current was injected");
  });
});

const shared = join(process.env.PATCHTWIN_SHARED ?? "", "recordings/stimfit/test.h5");

describe.skipIf(!process.env.PATCHTWIN_SHARED || !existsSync(shared))(
  "a real file (PATCHTWIN_SHARED)",
  () => {
    it("has four channels, three sweeps of 2 s at 20 kHz, and ten spikes in each of the first channel", async () => {
      const [content] = readContents(new Uint8Array(readFileSync(shared)), "test.h5");
      expect([content.format, content.dt_ms, content.lengths]).toEqual([
        "stimfit",
        0.05,
        [40000, 40000, 40000],
      ]);
      expect(content.channels.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
        "Amp1 mV",
        "Amp2 pA",
        "Amp3 pA",
        "Amp4 pA",
      ]);
      for (const sweep of [0, 1, 2]) {
        const v_mV = content.channels[0].samples(sweep, 0, 40000);
        const upward = v_mV.filter((v, k) => k > 0 && v >= 0 && v_mV[k - 1] < 0);
        expect(upward.length).toBe(10);
      }
    });
  },
);
