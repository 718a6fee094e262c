"""Prints what pyABF reads from ABF files as JSON: the outside truth for the tests of src/recordings.

Usage: python make_expected.py FILE.abf... > expected.json   (pip install pyabf==2.3.8)
Voltages and currents are in the file's own units. `command` is the waveform that pyABF rebuilds for DAC `dac`.
"""

import json
import os
import sys

import numpy
import pyabf

SAMPLES = (0, 500, 2500, 7000, 12000, 19000)


def summary(values):
    values = numpy.asarray(values, dtype=float)
    return {
        "first": values[0],
        "last": values[-1],
        "mean": values.mean(),
        "at": [values[k] for k in SAMPLES if k < len(values)],
    }


def command(abf, dac):
    """Per sweep: sum and a few samples, or None where pyABF has no waveform."""
    if dac is None:
        return None
    sweeps = []
    for sweep in abf.sweepList:
        abf.setSweep(sweep)
        waveform = pyabf.stimulus.Stimulus(abf, dac).stimulusWaveform(sweep)
        sweeps.append({"sum": float(waveform.sum()), **summary(waveform)})
    return sweeps


def dac_with_current(abf):
    """First DAC in pA or nA whose waveform comes from the epoch table."""
    if abf.abfVersion["major"] == 2:
        texts = abf._stringsSection._indexedStrings
        units = [texts[i] for i in abf._dacSection.lDACChannelUnitsIndex]
        enabled, source = abf._dacSection.nWaveformEnable, abf._dacSection.nWaveformSource
    else:
        units, enabled = abf.dacUnits, abf._headerV1.nWaveformEnable
        source = abf._headerV1.nWaveformSource
    for dac, (unit, on, kind) in enumerate(zip(units, enabled, source)):
        if unit in ("pA", "nA") and on and kind == 1:
            return dac, unit
    return None, None


def expected(path):
    abf = pyabf.ABF(path)
    dac, dac_unit = dac_with_current(abf)
    channels = []
    for channel in range(abf.channelCount):
        sweeps = []
        for sweep in abf.sweepList:
            abf.setSweep(sweep, channel=channel)
            sweeps.append(summary(abf.sweepY))
        channels.append({"name": abf.adcNames[channel], "unit": abf.adcUnits[channel], "sweeps": sweeps})
    return {
        "sweeps": abf.sweepCount,
        "samplesPerSweep": abf.sweepPointCount,
        "rate_Hz": abf.dataRate,
        "protocol": abf.protocol,
        "tags": [{"t_s": float(t), "text": c.strip()} for t, c in zip(abf.tagTimesSec, abf.tagComments)],
        "channels": channels,
        "dac": dac,
        "dacUnit": dac_unit,
        "command": command(abf, dac),
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return value


files = {os.path.basename(path): rounded(expected(path)) for path in sys.argv[1:]}
rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(facts)}" for name, facts in files.items())
print(json.dumps({"pyabf": pyabf.__version__, "sampleIndices": SAMPLES})[:-1] + ', "files": {\n' + rows + "\n}}")
