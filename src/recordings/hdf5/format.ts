/** Files in HDF5: which of the formats it is shows only when it is open. */
import { InputError } from "../../errors.ts";
import type { Content } from "../content.ts";
import { isNwb, readNwb } from "../formats/nwb/nwb.ts";
import { isStimfit, readStimfit } from "../formats/stimfit/stimfit.ts";
import { FORMATS } from "../recording.ts";
import type { ByteSource } from "../source.ts";
import { superblockOffset } from "./blocks.ts";
import { openHdf5 } from "./file.ts";

export const beginsHdf5 = (head: Uint8Array): boolean => superblockOffset(head) >= 0;

/** Throws InputError: what `openHdf5`, `readNwb` and `readStimfit` throw, or `unknown-format`. */
export function readHdf5(source: ByteSource, fileName: string): Content[] {
  const file = openHdf5(source, fileName);
  if (isNwb(file)) return readNwb(file);
  if (isStimfit(file)) return readStimfit(file);
  throw new InputError({
    code: "unknown-format",
    what: "this is an HDF5 file, but not a recording that can be read",
    where: fileName,
    got: `groups ${[...(file.root.links?.keys() ?? [])].slice(0, 8).join(", ") || "none"}`,
    expected: `${FORMATS.nwb} or ${FORMATS.stimfit}`,
    next: "Export the sweeps as text with the columns time_ms, v_mV, i_pA.",
  });
}
