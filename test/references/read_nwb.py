"""What pyNWB and NWB Inspector make of an NWB file, as JSON. Usage: read_nwb.py FILE..."""

import json
import sys

import numpy as np
from nwbinspector import inspect_nwbfile
from pynwb import NWBHDF5IO, validate

LEVELS = ["repetitions", "sequential_recordings", "simultaneous_recordings", "recordings"]
COLUMNS = [("responses", "response"), ("stimuli", "stimulus")]


def series(reference):
    if reference.count is None or reference.count < 0:
        return None
    one = reference.timeseries
    part = slice(reference.idx_start, reference.idx_start + reference.count)
    return {
        "type": type(one).__name__,
        "unit": one.unit,
        "rate": one.rate,
        "start_s": float(one.starting_time),
        "electrode": one.electrode.name,
        "device": one.electrode.device.name,
        "values": (np.asarray(one.data[part], dtype=float) * one.conversion).tolist(),
    }


def rows_below(table, row, columns):
    """Rows of the lowest table under one row of the highest."""
    rows = [row]
    for name in columns:
        index = table[name]
        ends = [0, *(int(end) for end in index.data[:])]
        rows = [int(k) for row in rows for k in index.target.data[ends[row] : ends[row + 1]]]
        table = index.target.table
    return rows


def describe(path):
    errors = [str(error) for error in validate(path=path)]
    findings = [[m.importance.name, m.check_function_name, m.message] for m in inspect_nwbfile(nwbfile_path=path)]
    with NWBHDF5IO(path, "r") as io:
        nwb = io.read()
        recordings = nwb.intracellular_recordings
        conditions = nwb.icephys_experimental_conditions
        return {
            "errors": errors,
            "findings": findings,
            "identifier": nwb.identifier,
            "start": nwb.session_start_time.isoformat(),
            "description": nwb.session_description,
            "notes": nwb.notes,
            "generatedBy": [list(map(str, one)) for one in nwb.was_generated_by],
            "subject": nwb.subject.subject_id,
            "sweepColumns": {name: np.asarray(recordings[name].data).tolist() for name in recordings.colnames},
            "stimulusTypes": list(nwb.icephys_sequential_recordings["stimulus_type"].data),
            "conditionColumns": {
                name: np.asarray(conditions[name].data).tolist() for name in conditions.colnames if name != "repetitions"
            },
            "sweepsOfConditions": [rows_below(conditions, row, LEVELS) for row in range(len(conditions))],
            "sweeps": [
                {name: series(recordings.category_tables[table][name][k]) for table, name in COLUMNS}
                for k in range(len(recordings))
            ],
        }


print(json.dumps({path: describe(path) for path in sys.argv[1:]}, default=bytes.decode))
