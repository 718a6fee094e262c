"""Largest differences between an NWB file (pyNWB) and the ABF file it was made of (pyABF), as JSON. Usage: NWB ABF"""

import json
import sys

import numpy as np
import pyabf
from pynwb import NWBHDF5IO

abf = pyabf.ABF(sys.argv[2])
worst = {"v_mV": 0.0, "i_pA": 0.0, "samples": 0}
with NWBHDF5IO(sys.argv[1], "r") as io:
    nwb = io.read()
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        v = nwb.acquisition[f"voltage_{sweep + 1:04d}"]
        i = nwb.stimulus[f"current_{sweep + 1:04d}"]
        v_mV = np.asarray(v.data[:], dtype=float) * v.conversion * 1e3
        i_pA = np.asarray(i.data[:], dtype=float) * i.conversion * 1e12
        worst["v_mV"] = max(worst["v_mV"], float(np.abs(v_mV - abf.sweepY).max()))
        worst["i_pA"] = max(worst["i_pA"], float(np.abs(i_pA - abf.sweepC).max()))
        worst["samples"] += len(v_mV)
    worst["rate_Hz"] = v.rate
    worst["sweeps"] = len(nwb.acquisition)
print(json.dumps(worst))
