"""Reads every sweep of ABF files with pyABF and prints the seconds, of CPU time and by the clock, as JSON.

usage: python read_pyabf.py PASSES FILE...   The first channel and its command; only the last pass counts.
"""

import json
import sys
import time
import warnings

import pyabf

warnings.simplefilter("ignore")


def read(path):
    start, started_at = time.process_time(), time.perf_counter()
    abf = pyabf.ABF(path)
    samples, total = 0, 0.0
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        values, command = abf.sweepY, abf.sweepC
        samples += len(values) + len(command)
        total += float(values[len(values) // 2])
    return {
        "cpu_s": time.process_time() - start,
        "wall_s": time.perf_counter() - started_at,
        "samples": samples,
        "sum": total,
    }


passes, *files = sys.argv[1:]
for _ in range(int(passes)):
    last = [read(path) for path in files]
print(json.dumps({"version": pyabf.__version__, "files": last}))
