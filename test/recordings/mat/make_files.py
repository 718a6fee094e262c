"""Writes the MATLAB files beside this script with SciPy, and expected.json: what SciPy reads from them.

    python make_files.py        (numpy 2, scipy 1)

`big_endian.mat` is written by hand, since SciPy writes the byte order of its machine only; it reads both.
"""

import json
import pathlib
import struct

import numpy as np
from scipy.io import loadmat, savemat

HERE = pathlib.Path(__file__).parent
RATE_HZ = 20_000
N, SWEEPS = 300, 3

t_ms = np.arange(N) * 1e3 / RATE_HZ
on = (t_ms >= 5) & (t_ms < 10)
i_pA = np.stack([a * on for a in (-100.0, 0.0, 100.0)], axis=1)
# Follows the current with 80 MOhm and 1 ms; a wiggle makes every sample different.
filtered = np.zeros_like(i_pA)
for k in range(1, N):
    filtered[k] = filtered[k - 1] + (i_pA[k] - filtered[k - 1]) * 0.05
v_mV = -68 + 0.08 * filtered + 0.3 * np.sin(np.arange(N))[:, None] + 0.01 * np.arange(SWEEPS)


def big_endian(variables):
    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + b"\0" * (-len(data) % 8)

    def matrix(name, array):
        flags = element(6, struct.pack(">II", 6, 0))
        sizes = element(5, struct.pack(">ii", *array.shape))
        data = element(9, array.astype(">f8").tobytes(order="F"))
        return element(14, flags + sizes + element(1, name.encode()) + data)

    text = b"MATLAB 5.0 MAT-file, big-endian test".ljust(116) + b"\0" * 8
    return text + b"\x01\0MI" + b"".join(matrix(n, a) for n, a in variables.items())


def main():
    named = {"v_mV": v_mV, "i_pA": i_pA, "rate_Hz": float(RATE_HZ)}
    savemat(HERE / "named_v7.mat", named, do_compression=True)
    savemat(HERE / "named_v6.mat", named)
    savemat(HERE / "named_v4.mat", named, format="4")
    (HERE / "big_endian.mat").write_bytes(big_endian({**named, "rate_Hz": np.full((1, 1), float(RATE_HZ))}))
    # Rows are sweeps, single precision, times in s; names without units, units in texts beside.
    cell = {
        "Vm": v_mV.T.astype("f4") / 1e3,
        "Vm_units": "V",
        "Istim": i_pA.T.astype("f4") / 1e3,
        "IstimUnits": "nA",
        "time": t_ms / 1e3,
        "note": "a cell",
    }
    savemat(HERE / "struct_rows.mat", {"cell7": cell}, do_compression=True)
    # Bare names: only values and shapes say what is what.
    bare = {"inputs": v_mV, "outputs": i_pA, "Pars": {"sampleRate": np.uint16(RATE_HZ), "mode": "current clamp"}}
    savemat(HERE / "bare.mat", bare, do_compression=True)
    # Samples x signals x sweeps, and an interval in us, as loaders of ABF files give them.
    savemat(HERE / "pages.mat", {"d": np.stack([v_mV, i_pA], axis=1), "si": 50.0})
    # An array of structures, one a sweep, of different lengths; a cell array of currents.
    sweeps = np.array([[(v_mV[: N - 20 * k, k],) for k in range(SWEEPS)]], dtype=[("v_mV", "O")])
    currents = np.empty((1, SWEEPS), dtype=object)
    for k in range(SWEEPS):
        currents[0, k] = i_pA[: N - 20 * k, k]
    savemat(HERE / "sweeps.mat", {"sweeps": sweeps, "i_pA": currents, "dt_ms": 0.05}, do_compression=True)
    # One table: time, voltage, current.
    savemat(HERE / "table.mat", {"data": np.column_stack([t_ms, v_mV[:, 2], i_pA[:, 2]])})
    whole = np.round(v_mV).astype("i4")
    for kind in ("i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8"):
        shifted = (whole + (150 if kind[0] == "u" else 0)).astype(kind)
        savemat(HERE / f"class_{kind}.mat", {"voltage": shifted[:60], "fs": float(RATE_HZ)})

    facts = {}
    for path in sorted(HERE.glob("named_*.mat")) + [HERE / "big_endian.mat"]:
        read = loadmat(path)
        facts[path.name] = {
            name: {"shape": list(read[name].shape), "sums": [float(x) for x in read[name].sum(axis=0)]}
            for name in ("v_mV", "i_pA")
        }
    reference = {"v_mV": v_mV.T.tolist(), "i_pA": i_pA.T.tolist(), "files": facts}
    (HERE / "expected.json").write_text(json.dumps(reference) + "\n")


main()
