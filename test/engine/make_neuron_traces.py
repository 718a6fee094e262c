"""Prints spike times that NEURON computes with a fine step, as JSON: outside truth for the tests of src/engine.

Usage: python make_neuron_traces.py > neuron-traces.json   (pip install neuron==9.0.2; a C compiler)
Mechanisms: NEURON's own `hh`, and `pospi.mod`: all currents of Pospischil et al. (2008) as densities.

Fixed step 0.001 ms, second order (`secondorder = 2`), no rate tables. Spike times are upward crossings of 0 mV,
interpolated, in ms. `cvodeDifference_ms` is how far the variable-step solver (atol 1e-9) lies from them at the most.
"""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

import numpy

DT_MS = 0.001
AREA_UM2 = 10000.0

# name, mechanism, first voltage (mV), duration (ms), current as rows [start_ms, uA/cm2]; each holds until the next
CASES = [
    ["constant-7", "hh", -65, 400, [[0, 7]]],
    ["constant-10", "hh", -65, 400, [[0, 10]]],
    ["constant-20", "hh", -65, 400, [[0, 20]]],
    ["constant-60", "hh", -65, 400, [[0, 60]]],
    ["step-12", "hh", -65, 300, [[0, 0], [50, 12], [250, 0]]],
    ["anode-break", "hh", -65, 150, [[0, 0], [20, -10], [60, 0]]],
    ["constant-0.5", "pospi", -70, 600, [[0, 0.5]]],
    ["constant-1", "pospi", -70, 600, [[0, 1]]],
    ["constant-3", "pospi", -70, 600, [[0, 3]]],
    ["step-0.8", "pospi", -70, 600, [[0, 0], [100, 0.8], [500, 0]]],
    ["rebound", "pospi", -70, 600, [[0, 0], [50, -0.4], [350, 0]]],
]


def compile_mechanism(folder):
    build = tempfile.mkdtemp()
    shutil.copy(os.path.join(folder, "pospi.mod"), build)
    scripts = os.path.dirname(sys.executable)
    command = [os.path.join(scripts, "nrnivmodl"), "pospi.mod"]
    subprocess.run(command, cwd=build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.chdir(build)


def crossings(t, v):
    up = numpy.nonzero((v[:-1] < 0) & (v[1:] >= 0))[0]
    return t[up] + (0 - v[up]) / (v[up + 1] - v[up]) * (t[up + 1] - t[up])


def simulate(h, mechanism, v0, duration, rows, variable):
    section = h.Section(name="cell")
    section.L = section.diam = math.sqrt(AREA_UM2 / math.pi)
    section.nseg = 1
    section.cm = 1
    section.insert(mechanism)
    if mechanism == "hh":
        section.el_hh = -54.387
        h.usetable_hh = 0
    h.celsius = 6.3
    clamps = []
    for k, (start, density) in enumerate(rows):
        clamp = h.IClamp(section(0.5))
        clamp.delay = start
        clamp.dur = (rows[k + 1][0] if k + 1 < len(rows) else 1e9) - start
        clamp.amp = density * AREA_UM2 * 1e-5
        clamps.append(clamp)
    t, v = h.Vector(), h.Vector()
    t.record(h._ref_t)
    v.record(section(0.5)._ref_v)
    solver = h.CVode()
    solver.active(variable)
    if variable:
        solver.atol(1e-9)
        solver.maxstep(0.02)
    else:
        h.secondorder = 2
        h.dt = DT_MS
        h.steps_per_ms = 1 / DT_MS
    h.finitialize(v0)
    h.continuerun(duration)
    return crossings(numpy.array(t), numpy.array(v))


def main():
    compile_mechanism(os.path.dirname(os.path.abspath(__file__)))
    import neuron
    from neuron import h

    h.load_file("stdrun.hoc")
    cases = []
    worst = 0.0
    for name, mechanism, v0, duration, rows in CASES:
        fixed = simulate(h, mechanism, v0, duration, rows, False)
        variable = simulate(h, mechanism, v0, duration, rows, True)
        assert len(fixed) == len(variable), name
        worst = max([worst, *abs(fixed - variable)])
        cases.append(
            {
                "name": name,
                "mechanism": mechanism,
                "v0_mV": v0,
                "duration_ms": duration,
                "current_uA_per_cm2": rows,
                "spikeTimes_ms": [round(float(t), 4) for t in fixed],
            }
        )
    truth = {"neuron": neuron.__version__, "dt_ms": DT_MS, "cvodeDifference_ms": float(f"{worst:.2g}")}
    json.dump({**truth, "cases": cases}, sys.stdout, indent=1)
    print()


main()
