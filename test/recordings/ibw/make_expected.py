"""Prints what igor2 (0.5.15) reads from the Igor waves beside this script: the outside truth, frozen in expected.json.

    pip install igor2==0.5.15 && python make_expected.py > expected.json
"""

import json
import pathlib

from igor2 import binarywave

INDICES = [0, 1, 2799, 2800, 2801, 5000, 10799, 10800, 11999]

files = {}
for path in sorted(pathlib.Path(__file__).parent.glob("*.ibw")):
    wave = binarywave.load(str(path))["wave"]
    header, data = wave["wave_header"], wave["wData"]
    files[path.name] = {
        "name": header["bname"].decode(),
        "unit": b"".join(header["dataUnits"]).rstrip(b"\0").decode(),
        "step": float(header["sfA"][0]),
        "points": int(data.shape[0]),
        "note": wave["note"].decode()[:40],
        "at": [float(data[k]) for k in INDICES],
        "sum": float(data.astype("float64").sum()),
    }
print(json.dumps({"indices": INDICES, "files": files}, indent=2))
