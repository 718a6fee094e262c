"""What pyABF reads in ATF files, as JSON: sweep by sweep the first channel, then the second. Usage: read_atf.py FILE..."""

import json
import sys

from pyabf.atf import ATF


def describe(path):
    atf = ATF(path)
    columns = []
    for sweep in atf.sweepList:
        for channel in atf.channelList:
            atf.setSweep(sweep, channel)
            columns.append({"label": atf.sweepLabelY, "values": atf.sweepY.tolist()})
    return {"rate_Hz": atf.dataRate, "sweeps": atf.sweepCount, "channels": atf.channelCount, "columns": columns}


print(json.dumps({path: describe(path) for path in sys.argv[1:]}))
