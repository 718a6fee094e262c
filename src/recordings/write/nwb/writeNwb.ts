/** A session in, the bytes of an NWB 2 file out. */
import type { Group } from "h5wasm";
import { InputError } from "../../../errors.ts";
import { type H5, loadHdf5 } from "../../hdf5/load.ts";
import { addIcephysTables, type WrittenSweep } from "./icephysTables.ts";
import {
  addGroup,
  addNumber,
  addObject,
  addSamples,
  addText,
  markType,
  type Nwb,
  setTexts,
} from "./objects.ts";
import type { NwbSession, NwbSubject, NwbSweep } from "./session.ts";

/** The schema that is written: https://nwb-schema.readthedocs.io. A reader brings it along; the file holds no copy. */
const NWB_VERSION = "2.9.0";
const MILLI = 1e-3;
const PICO = 1e-12;

/**
 * Writes an NWB 2 file: voltage as CurrentClampSeries (single precision, mV with the conversion to volts), injected current
 * as CurrentClampStimulusSeries (pA with the conversion to amperes), and the tables for intracellular recordings.
 *
 * @param session At least one sweep; `conditions` and the columns as long as the sweeps and columns say.
 * @returns The file. Samples are rounded to single precision: 7 digits, 4 nV at 60 mV.
 * @throws InputError `nothing-to-write` without a sweep.
 */
export async function writeNwb(session: NwbSession): Promise<Uint8Array> {
  if (session.sweeps.length === 0) throw nothingToWrite();
  const h5 = await loadHdf5();
  const { FS } = await h5.ready;
  const path = "/patchtwin-nwb-writer.nwb"; // in the library's memory, there only while this function runs
  try {
    writeFile(h5, path, session);
    return FS.readFile(path);
  } finally {
    if (FS.analyzePath(path, false).exists) FS.unlink(path);
  }
}

function writeFile(h5: H5, path: string, session: NwbSession): void {
  const file = new h5.File(path, "w");
  try {
    const nwb: Nwb = { identifier: session.identifier, root: file };
    markType(nwb, file, "core", "NWBFile");
    setTexts(file, { nwb_version: NWB_VERSION });
    addFacts(nwb, session);
    addGroup(file, "analysis");
    addGroup(file, "processing");
    const acquisition = addGroup(file, "acquisition");
    const stimulus = addGroup(file, "stimulus");
    const presentation = addGroup(stimulus, "presentation");
    addGroup(stimulus, "templates");
    const general = addGeneral(nwb, session);
    const icephys = addGroup(general, "intracellular_ephys");
    const electrodes = addElectrodes(nwb, general, icephys, session);
    const sweeps = session.sweeps.map((sweep, k) =>
      addSweep(nwb, { acquisition, presentation }, electrodes[sweep.electrode], sweep, k),
    );
    addIcephysTables(nwb, icephys, session, sweeps);
  } finally {
    file.close();
  }
}

function addFacts({ root }: Nwb, session: NwbSession): void {
  addText(root, "identifier", session.identifier);
  addText(root, "session_description", session.description);
  addText(root, "session_start_time", session.start);
  addText(root, "timestamps_reference_time", session.start);
  addText(root, "file_create_date", [session.created]);
}

function addGeneral(nwb: Nwb, session: NwbSession): Group {
  const general = addGroup(nwb.root, "general");
  addText(general, "was_generated_by", session.software, [1, 2]);
  addText(general, "data_collection", session.dataCollection);
  addText(general, "keywords", session.keywords);
  if (session.notes.length > 0) addText(general, "notes", session.notes.join("\n"));
  if (session.experimenters) addText(general, "experimenter", session.experimenters);
  const texts = {
    institution: session.institution,
    experiment_description: session.experimentDescription,
    protocol: session.protocol,
    pharmacology: session.pharmacology,
  };
  for (const [name, text] of Object.entries(texts)) if (text) addText(general, name, text);
  if (session.subject) addSubject(nwb, general, session.subject);
  return general;
}

function addSubject(nwb: Nwb, general: Group, { age, ...texts }: NwbSubject): void {
  const subject = addObject(nwb, general, "subject", "Subject");
  for (const [name, text] of Object.entries(texts)) addText(subject, name, text);
  if (age) setTexts(addText(subject, "age", age), { reference: "birth" });
}

function addElectrodes(nwb: Nwb, general: Group, icephys: Group, session: NwbSession): Group[] {
  const { name, description } = session.device;
  const device = addObject(nwb, addGroup(general, "devices"), name, "Device", { description });
  return session.electrodes.map((one) => {
    const electrode = addObject(nwb, icephys, one.name, "IntracellularElectrode");
    addText(electrode, "description", one.description);
    addText(electrode, "cell_id", one.cellId);
    electrode.create_soft_link(device.path, "device");
    return electrode;
  });
}

interface Places {
  readonly acquisition: Group;
  readonly presentation: Group;
}

function addSweep(nwb: Nwb, places: Places, electrode: Group, sweep: NwbSweep, place: number): WrittenSweep {
  const number = String(place + 1).padStart(4, "0"); // numbers of sweeps may come twice, as in two conditions
  const v = addSeries(nwb, places.acquisition, electrode, sweep, sweep.v_mV(), {
    name: `voltage_${number}`,
    type: "CurrentClampSeries",
    description: `Membrane voltage. ${sweep.description}`,
    unit: "volts",
    conversion: MILLI,
  });
  if (!sweep.i_pA) return { electrode, response: v, stimulus: { series: v.series, count: -1 } };
  const stimulus = addSeries(nwb, places.presentation, electrode, sweep, sweep.i_pA(), {
    name: `current_${number}`,
    type: "CurrentClampStimulusSeries",
    description: `Injected current. ${sweep.description}`,
    unit: "amperes",
    conversion: PICO,
  });
  return { electrode, response: v, stimulus };
}

interface SeriesHead {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly unit: string;
  /** From the stored numbers to the unit. */
  readonly conversion: number;
}

function addSeries(
  nwb: Nwb,
  parent: Group,
  electrode: Group,
  sweep: NwbSweep,
  samples: ArrayLike<number>,
  head: SeriesHead,
) {
  const series = addObject(nwb, parent, head.name, head.type, {
    description: head.description,
    stimulus_description: sweep.stimulusType,
  });
  series.create_attribute("sweep_number", sweep.number, [], "<I");
  series.create_soft_link(electrode.path, "electrode");
  const data = addSamples(series, "data", samples);
  setTexts(data, { unit: head.unit });
  data.create_attribute("conversion", head.conversion, [], "<d");
  const start = addNumber(series, "starting_time", sweep.start_s);
  setTexts(start, { unit: "seconds" });
  start.create_attribute("rate", 1000 / sweep.dt_ms, [], "<d");
  return { series, count: samples.length };
}

function nothingToWrite(): InputError {
  return new InputError({
    code: "nothing-to-write",
    what: "there is no sweep to write",
    got: "0 sweeps",
    expected: "at least one sweep",
  });
}
