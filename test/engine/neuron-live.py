"""What NEURON computes for cells that it is given: run by neuron-live.test.ts.

Standard input: {"dt_ms", "duration_ms", "sampleEvery", "v0_mV", "cells": [{"mechanism", "cm", "parameters": {name: value},
"current": [[start_ms, value], ...]}]}. `mechanism` is `hh` (NEURON's own), `pospi` (pospi.mod) or `Izh07` (explicit Euler with
its own v); parameters are range variables of it, `ena` and `ek` of hh those of the section. A current holds until the next row:
uA/cm2, or pA for Izh07. Standard output: {"neuron": version, "cells": [{"spikeTimes_ms", "v_mV"}]}, v at step 0 and after every
`sampleEvery` steps. Second order in time (`secondorder = 2`), rates by formula. Spikes are upward crossings of 0 mV,
interpolated; those of Izh07 are at the end of their step.
"""

import json
import math
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "../../bench/peers")
sys.path.insert(0, PEERS)
from nrnmech import build_mech  # noqa: E402

AREA_UM2 = 10000.0
ASKED = json.load(sys.stdin)


def load_mechanisms(h):
    """Compiles and loads those that are asked for."""
    files = {"pospi": os.path.join(HERE, "pospi.mod"), "Izh07": os.path.join(PEERS, "mod", "izh07.mod")}
    asked = {cell["mechanism"] for cell in ASKED["cells"]}
    mods = [files[name] for name in sorted(asked) if name in files]
    if mods:
        with tempfile.TemporaryDirectory() as build:
            h.nrn_load_dll(build_mech(mods, build))


def play(h, rows, factor, target):
    times = h.Vector([row[0] for row in rows])
    values = h.Vector([row[1] * factor for row in rows])
    values.play(target, times)
    return times, values


class Cell:
    """A membrane with a mechanism, its current and what is recorded of it."""

    def __init__(self, h, given):
        self.section = section = h.Section(name="cell")
        section.L = section.diam = math.sqrt(AREA_UM2 / math.pi)
        section.nseg = 1
        section.cm = given["cm"]
        section.insert(given["mechanism"])
        for name, value in given["parameters"].items():
            at = name if name in ("ena", "ek") and given["mechanism"] == "hh" else name + "_" + given["mechanism"]
            setattr(section(0.5), at, value)
        self.clamp = h.IClamp(section(0.5))
        self.clamp.dur = 1e9
        self.played = play(h, given["current"], AREA_UM2 * 1e-5, self.clamp._ref_amp)
        self.v = h.Vector().record(section(0.5)._ref_v)

    def spikes(self, dt):
        v = self.v.as_numpy()
        up = ((v[:-1] < 0) & (v[1:] >= 0)).nonzero()[0]
        return (up - v[up] / (v[up + 1] - v[up])) * dt


class Izh07:
    def __init__(self, h, given):
        self.section = h.Section(name="host")
        self.cell = h.Izh07(self.section(0.5))
        for name, value in given["parameters"].items():
            setattr(self.cell, name, value)
        self.played = play(h, given["current"], 1, self.cell._ref_I)
        self.v = h.Vector().record(self.cell._ref_V)
        self.count = h.Vector().record(self.cell._ref_nspk)

    def spikes(self, dt):
        count = self.count.as_numpy()
        return ((count[1:] > count[:-1]).nonzero()[0] + 1) * dt


def main():
    import neuron
    from neuron import h

    load_mechanisms(h)
    h.celsius = 6.3
    h.usetable_hh = 0
    h.secondorder = 2
    h.dt = dt = ASKED["dt_ms"]
    cells = [(Izh07 if given["mechanism"] == "Izh07" else Cell)(h, given) for given in ASKED["cells"]]
    h.finitialize(ASKED["v0_mV"])
    parallel = h.ParallelContext()
    parallel.set_maxstep(10)
    parallel.psolve(ASKED["duration_ms"])
    results = [
        {"spikeTimes_ms": cell.spikes(dt).tolist(), "v_mV": cell.v.as_numpy()[:: ASKED["sampleEvery"]].tolist()}
        for cell in cells
    ]
    json.dump({"neuron": neuron.__version__, "cells": results}, sys.stdout)


main()
