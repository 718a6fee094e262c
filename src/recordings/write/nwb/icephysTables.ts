/**
 * The tables of NWB for intracellular recordings (NWB schema 2.4 and later, nwb.icephys): a row a sweep; sweeps recorded
 * at the same time; those of one stimulus type in sequence; repetitions; and, on top, experimental conditions.
 */
import type { Group } from "h5wasm";
import type { Nwb } from "./objects.ts";
import type { NwbColumn, NwbSession } from "./session.ts";
import {
  addColumn,
  addReferences,
  addRowsColumn,
  addSeriesRanges,
  addTable,
  type SeriesRange,
} from "./tables.ts";

/** What was written of a sweep. */
export interface WrittenSweep {
  readonly electrode: Group;
  readonly response: SeriesRange;
  readonly stimulus: SeriesRange;
}

export function addIcephysTables(
  nwb: Nwb,
  parent: Group,
  session: NwbSession,
  sweeps: readonly WrittenSweep[],
): void {
  const recordings = addRecordings(nwb, parent, session, sweeps);
  const simultaneous = addGrouping(nwb, parent, {
    name: "simultaneous_recordings",
    type: "SimultaneousRecordingsTable",
    description: "Recordings made at the same time. Here one electrode records at a time.",
    column: "recordings",
    target: recordings,
    rows: sweeps.map((_, sweep) => [sweep]),
  });
  const sequences = sequencesOf(session);
  const sequential = addGrouping(nwb, parent, {
    name: "sequential_recordings",
    type: "SequentialRecordingsTable",
    description: "Sweeps of one type of stimulus in one experimental condition.",
    column: "simultaneous_recordings",
    target: simultaneous,
    rows: sequences.map((sequence) => sequence.sweeps),
    more: [
      {
        name: "stimulus_type",
        description: "Type of the stimulus, read off the injected current.",
        values: sequences.map((sequence) => sequence.stimulusType),
      },
    ],
  });
  const conditions = Array.from({ length: session.conditions }, (_, condition) => condition);
  const repetitions = addGrouping(nwb, parent, {
    name: "repetitions",
    type: "RepetitionsTable",
    description: "Sequential recordings that belong together: here all of one experimental condition.",
    column: "sequential_recordings",
    target: sequential,
    rows: conditions.map((condition) =>
      sequences.flatMap((sequence, k) => (sequence.condition === condition ? [k] : [])),
    ),
  });
  addGrouping(nwb, parent, {
    name: "experimental_conditions",
    type: "ExperimentalConditionsTable",
    description: "What the repetitions were recorded under.",
    column: "repetitions",
    target: repetitions,
    rows: conditions.map((condition) => [condition]),
    more: session.conditionColumns,
  });
}

function addRecordings(nwb: Nwb, parent: Group, session: NwbSession, sweeps: readonly WrittenSweep[]): Group {
  const rows = sweeps.length;
  const table = addTable(nwb, parent, {
    name: "intracellular_recordings",
    type: "IntracellularRecordingsTable",
    description: "A row a sweep: its electrode, its stimulus and its response.",
    rows,
    columns: session.sweepColumns.map(({ name }) => name),
    categories: ["electrodes", "stimuli", "responses"],
  });
  for (const column of session.sweepColumns) addColumn(nwb, table, column);
  const category = (name: string, type: string, description: string, column: string) =>
    addTable(nwb, table, { name, type, description, rows, columns: [column] });
  addReferences(
    nwb,
    category("electrodes", "IntracellularElectrodesTable", "Electrode of each sweep.", "electrode"),
    { name: "electrode", description: "The electrode." },
    sweeps.map(({ electrode }) => electrode),
  );
  addSeriesRanges(
    nwb,
    category("stimuli", "IntracellularStimuliTable", "Stimulus of each sweep.", "stimulus"),
    { name: "stimulus", description: "The injected current; -1 where it is not in the file." },
    sweeps.map(({ stimulus }) => stimulus),
  );
  addSeriesRanges(
    nwb,
    category("responses", "IntracellularResponsesTable", "Response of each sweep.", "response"),
    { name: "response", description: "The membrane voltage." },
    sweeps.map(({ response }) => response),
  );
  return table;
}

interface Grouping {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** Name of the column that refers to rows of `target`. */
  readonly column: string;
  readonly target: Group;
  readonly rows: readonly (readonly number[])[];
  readonly more?: readonly NwbColumn[];
}

/** A table whose rows are lists of rows of the table below. */
function addGrouping(nwb: Nwb, parent: Group, grouping: Grouping): Group {
  const { name, type, description, column, target, rows, more = [] } = grouping;
  const columns = [column, ...more.map((one) => one.name)];
  const table = addTable(nwb, parent, { name, type, description, rows: rows.length, columns });
  const about = `Rows of ${target.path.split("/").at(-1)}.`;
  addRowsColumn(nwb, table, { name: column, description: about }, target, rows);
  for (const one of more) addColumn(nwb, table, one);
  return table;
}

interface Sequence {
  readonly condition: number;
  readonly stimulusType: string;
  readonly sweeps: number[];
}

/** Condition by condition, types of stimulus in the order in which they first come. */
function sequencesOf({ sweeps }: NwbSession): Sequence[] {
  const found = new Map<string, Sequence>();
  sweeps.forEach(({ condition, stimulusType }, sweep) => {
    const key = `${condition} ${stimulusType}`;
    const sequence = found.get(key) ?? { condition, stimulusType, sweeps: [] };
    sequence.sweeps.push(sweep);
    found.set(key, sequence);
  });
  return [...found.values()].sort((a, b) => a.condition - b.condition);
}
