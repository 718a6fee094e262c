"""Writes the synthetic Axon text files beside this script, and expected.json: what pyABF 2.3.8 reads from all of them.

    python make_files.py
"""

import json
import pathlib

import numpy as np
import pyabf

HERE = pathlib.Path(__file__).parent


def write(name, records, titles, rows, digits=7):
    lines = ["ATF\t1.0", f"{len(records)}\t{len(titles)}     ", *records]
    lines.append("\t".join(f'"{title}"' for title in titles))
    lines += ["\t".join(f"{x:.{digits}g}" for x in row) for row in rows]
    (HERE / name).write_bytes("\r\n".join(lines + [""]).encode("latin-1"))


def main():
    t = np.arange(400) * 1e-4
    step = (t >= 0.01) & (t < 0.03)
    sweeps = [(-65 + 0.1 * a * step + np.sin(2000 * t), a * step) for a in (-50, 0, 50)]
    columns = [t] + [column for pair in sweeps for column in pair]
    signals = '"Signals="' + '\t"Vm"\t"Im"' * 3
    titles = ["Time (s)"] + [f"Trace #{n} ({u})" for n in (1, 2, 3) for u in ("mV", "pA")]
    write(
        "episodic.atf",
        [
            '"AcquisitionMode=Episodic Stimulation"',
            '"Comment=cell 7"',
            '"YTop=100,200"',
            '"SweepStartTimesMS=0.000,1000.000,2000.000"',
            '"SignalsExported=Vm,Im"',
            signals,
        ],
        titles,
        np.array(columns).T,
    )
    ms = np.arange(300) * 0.05
    write(
        "gap_free_ms.atf",
        ['"AcquisitionMode=Gap Free"', '"SignalsExported=IN 0"', '"Signals="\t"IN 0"'],
        ["Time (ms)", "Trace #1 (mV)"],
        np.array([ms, -70 + 0.01 * np.arange(300)]).T,
    )
    files = {}
    for path in sorted(HERE.glob("*.atf")):
        atf = pyabf.ATF(str(path))
        sums = [[], []]
        firsts = [[], []]
        for sweep in atf.sweepList:
            for channel in atf.channelList:
                atf.setSweep(sweep, channel)
                sums[channel].append(float(atf.sweepY.astype("float64").sum()))
                firsts[channel].append([float(y) for y in atf.sweepY[:4]])
        files[path.name] = {
            "sweeps": atf.sweepCount,
            "channels": atf.channelCount,
            "samples": atf.sweepPointCount,
            "time": [float(x) for x in atf.dataX[:3]],
            "sums": sums[: atf.channelCount],
            "firsts": firsts[: atf.channelCount],
        }
    (HERE / "expected.json").write_text(json.dumps(files, indent=2) + "\n")


main()
