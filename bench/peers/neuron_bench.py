"""Throughput of NEURON on one case, as one JSON line. Run by bench/lib/peers.ts, or by hand:

python neuron_bench.py hh --n 1000 --t 1000 --dt 0.025 [--secondorder 2] [--no-table] [--threads 2] [--build FOLDER]

Cases: `hh` squid axon (NEURON's own mechanism), `izh` Izhikevich 2007 by explicit Euler, `pospi` seven-gate cortical cell,
`coba` 4000 Traub-Miles cells with synapses (Brette et al. 2007). FOLDER keeps the compiled mechanisms for the next run.
`spikes`: prints spike times of one squid axon under `--current` uA/cm2 instead of a throughput; `compile`: compiles `pospi` alone.
"""

import argparse
import glob
import json
import math
import os
import random
import resource
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from nrnmech import build_mech  # noqa: E402

MODS = sorted(glob.glob(os.path.join(HERE, "mod", "*.mod"))) + [os.path.join(HERE, "../../test/engine/pospi.mod")]
AREA_UM2 = 100.0

parser = argparse.ArgumentParser()
parser.add_argument("case", choices=["hh", "izh", "pospi", "coba", "spikes", "compile"])
parser.add_argument("--n", type=int, default=1000)
parser.add_argument("--t", type=float, default=1000, help="simulated time in ms")
parser.add_argument("--dt", type=float, default=0.025)
parser.add_argument("--secondorder", type=int, default=0)
parser.add_argument("--no-table", action="store_true", help="hh: rates by formula, not by NEURON's table")
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--current", type=float, default=10)
parser.add_argument("--build", default=None)
A = parser.parse_args()


def library():
    """The compiled mechanisms and the seconds that compiling took now."""
    build = A.build or tempfile.mkdtemp(prefix="patchtwin-neuron-")
    os.makedirs(build, exist_ok=True)
    made = glob.glob(os.path.join(build, "**", "libnrnmech.so"), recursive=True)
    if made:
        return made[0], 0
    began = time.perf_counter()
    # What one cell takes to compile: that of our cortical case.
    mods = MODS[-1:] if A.case == "compile" else MODS
    return build_mech(mods, build), time.perf_counter() - began


DLL, COMPILE_S = library()

import neuron  # noqa: E402
from neuron import h  # noqa: E402

h.nrn_load_dll(DLL)
pc = h.ParallelContext()
h.celsius = 6.3
h.CVode().cache_efficient(1)


def point(mechanism, area=AREA_UM2):
    section = h.Section(name="cell")
    section.L = section.diam = math.sqrt(area / math.pi)
    section.nseg = 1
    section.cm = 1
    section.insert(mechanism)
    return section


def clamp(section, density):
    source = h.IClamp(section(0.5))
    source.delay = 0
    source.dur = 1e9
    source.amp = density * AREA_UM2 * 1e-5
    return source


class Spikes:
    def __init__(self):
        self.times, self.ids, self.watches = h.Vector(), h.Vector(), []

    def watch(self, section):
        watch = h.NetCon(section(0.5)._ref_v, None, sec=section)
        watch.threshold = 0
        watch.record(self.times, self.ids)
        self.watches.append(watch)

    def count(self):
        return len(self.times)


def hh(n, spikes):
    cells = []
    for i in range(n):
        section = point("hh")
        section.el_hh = -54.387
        f = 1 + 0.1 * (i / n - 0.5)
        section.gnabar_hh = 0.12 * f
        section.gkbar_hh = 0.036 / f
        cells.append((section, clamp(section, 9.5 + (i % 100) * 0.01)))
        spikes.watch(section)
    return cells, lambda: h.finitialize(-65)


def izh(n, spikes):
    sections = [h.Section(name="host") for _ in range(min(n, 8))]
    cells = []
    for i in range(n):
        cell = h.Izh07(sections[i % len(sections)](0.5))
        cell.I = 70 + 30 * i / n
        cells.append(cell)
    spikes.count = lambda: int(sum(cell.nspk for cell in cells))
    return (sections, cells), lambda: h.finitialize(-65)


def pospi(n, spikes):
    cells = []
    for i in range(n):
        section = point("pospi")
        section.gna_pospi = 0.05 * (1 + 0.1 * (i / n - 0.5))
        cells.append((section, clamp(section, 0.5 + (i % 100) * 0.002)))
        spikes.watch(section)
    return cells, lambda: h.finitialize(-70)


def coba(n, spikes):
    draw = random.Random(1)
    excitatory = n * 4 // 5
    sections, synapses, connections = [], [], []
    for _ in range(n):
        section = point("traubcoba", 20000.0)
        sections.append(section)
        ampa = h.ExpSyn(section(0.5))
        ampa.tau, ampa.e = 5, 0
        gaba = h.ExpSyn(section(0.5))
        gaba.tau, gaba.e = 10, -80
        synapses.append((ampa, gaba))
    for i in range(n):
        spikes.watch(sections[i])
        for j in draw.sample(range(n), n // 50):
            target = synapses[j][0 if i < excitatory else 1]
            connection = h.NetCon(sections[i](0.5)._ref_v, target, sec=sections[i])
            connection.threshold = -20
            connection.delay = 0.1
            connection.weight[0] = 0.006 if i < excitatory else 0.067
            connections.append(connection)

    def start():
        h.finitialize(-60)
        for section in sections:
            section.v = -60 + draw.gauss(0, 1) * 5 - 5
        for ampa, gaba in synapses:
            ampa.g = max(0, draw.gauss(0, 1) * 1.5 + 4) * 0.010
            gaba.g = max(0, draw.gauss(0, 1) * 12 + 20) * 0.010
        h.fcurrent()
        h.frecord_init()

    return (sections, synapses, connections), start


def cpu_s():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def throughput():
    spikes = Spikes()
    cells, start = {"hh": hh, "izh": izh, "pospi": pospi, "coba": coba}[A.case](A.n, spikes)
    start()
    pc.set_maxstep(10)
    pc.psolve(20)  # warm
    start()
    began, cpu = time.perf_counter(), cpu_s()
    pc.psolve(A.t)
    wall, cpu = time.perf_counter() - began, cpu_s() - cpu
    return {"t_ms": A.t, "n": A.n, "wall_s": wall, "cpu_s": cpu, "rate_hz": spikes.count() / A.n / A.t * 1000}


def spike_times():
    """Of one squid axon with its textbook numbers, interpolated between steps: NetCon stamps whole steps."""
    section = point("hh")
    section.el_hh = -54.387
    source = clamp(section, A.current)
    recorded_t, recorded_v = h.Vector().record(h._ref_t), h.Vector().record(section(0.5)._ref_v)
    h.finitialize(-65)
    pc.set_maxstep(10)
    pc.psolve(A.t)
    t, v = recorded_t.as_numpy(), recorded_v.as_numpy()
    up = ((v[:-1] < 0) & (v[1:] >= 0)).nonzero()[0]
    times = t[up] - v[up] / (v[up + 1] - v[up]) * (t[up + 1] - t[up])
    del source
    return {"spikeTimes_ms": [float(x) for x in times]}


h.dt = A.dt
h.secondorder = A.secondorder
pc.nthread(A.threads)
if A.no_table:
    h.usetable_hh = 0
RESULT = {"compile": dict, "spikes": spike_times}.get(A.case, throughput)()
print(json.dumps({"tool": "NEURON", "version": neuron.__version__, "case": A.case, "dt_ms": A.dt, "compile_s": COMPILE_S, **RESULT}))
