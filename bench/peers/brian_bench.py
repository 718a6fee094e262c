"""Throughput of Brian 2's generated C++ on one case, as one JSON line. Run by bench/lib/peers.ts, or by hand:

python brian_bench.py hh --n 1000 --t 1000 --dt 0.025 --build FOLDER    generates, compiles and runs once
python brian_bench.py run --build FOLDER                                runs that program again, in a fresh process

Cases: `hh` squid axon, `izh` Izhikevich 2007, `pospi` seven-gate cortical cell (exponential Euler; explicit Euler for izh),
`coba` 4000 Traub-Miles cells (Brette et al. 2007). Threads: `--threads 2` for OpenMP.
`cpu_s` is the smaller of two times, both in favour of Brian: user time of the whole program, and the time that the program
itself takes for its steps alone.
"""

import argparse
import json
import os
import resource
import subprocess
import time

parser = argparse.ArgumentParser()
parser.add_argument("case", choices=["hh", "izh", "pospi", "coba", "run"])
parser.add_argument("--n", type=int, default=1000)
parser.add_argument("--t", type=float, default=1000, help="simulated time in ms")
parser.add_argument("--dt", type=float, default=0.025)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--build", required=True)
A = parser.parse_args()

HH = """dv/dt = (I - gna*m**3*h*(v-50*mV) - gk*n**4*(v+77*mV) - gl*(v+54.387*mV))/(1*uF/cm**2) : volt
dm/dt = am*(1-m) - bm*m : 1
dh/dt = ah*(1-h) - bh*h : 1
dn/dt = an*(1-n) - bn*n : 1
am = 1/exprel(-(v+40*mV)/(10*mV))/ms : Hz
bm = 4*exp(-(v+65*mV)/(18*mV))/ms : Hz
ah = 0.07*exp(-(v+65*mV)/(20*mV))/ms : Hz
bh = 1/(exp(-(v+35*mV)/(10*mV))+1)/ms : Hz
an = 0.1/exprel(-(v+55*mV)/(10*mV))/ms : Hz
bn = 0.125*exp(-(v+65*mV)/(80*mV))/ms : Hz
I : amp/meter**2 (constant)
gna : siemens/meter**2 (constant)
gk : siemens/meter**2 (constant)
gl : siemens/meter**2 (constant)"""

IZH = """dv/dt = (k*(v-vr)*(v-vt) - u + I)/C/ms : 1
du/dt = a*(b*(v-vr) - u)/ms : 1
""" + "\n".join(name + " : 1 (constant)" for name in "k vr vt C a b c d I".split())

TRAUB = """am = 0.32*4/exprel(-(v-vt-13)/4) : 1
bm = 0.28*5/exprel((v-vt-40)/5) : 1
ah = 0.128*exp(-(v-vt-17)/18) : 1
bh = 4/(1+exp(-(v-vt-40)/5)) : 1
an = 0.032*5/exprel(-(v-vt-15)/5) : 1
bn = 0.5*exp(-(v-vt-10)/40) : 1
dm/dt = (am*(1-m)-bm*m)/ms : 1
dh/dt = (ah*(1-h)-bh*h)/ms : 1
dn/dt = (an*(1-n)-bn*n)/ms : 1
"""

POSPI = (
    """dv/dt = (I - gna*m**3*h*(v-50) - (gk*n**4+gm*p)*(v+90) - (gl*q**2*r+gt*sinf**2*u)*(v-120) - gleak*(v+70))/ms : 1
sinf = 1/(1+exp(-(v+59)/6.2)) : 1
vt = -55 : 1
dp/dt = (1/(1+exp(-(v+35)/10))-p)*(3.3*ep+1/ep)/(1000*ms) : 1
ep = exp((v+35)/20) : 1
dq/dt = (0.055*3.8/exprel((-27-v)/3.8)*(1-q) - 0.94*exp((-75-v)/17)*q)/ms : 1
dr/dt = (0.000457*exp((-13-v)/50)*(1-r) - 0.0065/(exp((-15-v)/28)+1)*r)/ms : 1
du/dt = (1/(1+exp((v+83)/4))-u)*3.7/((30.8+(211.4+exp((v+115.2)/5))/(1+exp((v+86)/3.2)))*ms) : 1
"""
    + "\n".join(name + " : 1 (constant)" for name in "I gna gk gm gl gt gleak".split())
    + "\n"
    + TRAUB
)

# mS/cm2; 1 nS on 20,000 um2 is 0.005 mS/cm2: ge and gi are in units of 0.1 nS
COBA = (
    """dv/dt = (0.05*(-60-v) - 100*m**3*h*(v-50) - 30*n**4*(v+90) + (ge*(0-v) + gi*(-80-v))/20)/ms : 1
vt = -63 : 1
dge/dt = -ge/(5*ms) : 1
dgi/dt = -gi/(10*ms) : 1
"""
    + TRAUB
)


def hh(b, np, n):
    i = np.arange(n)
    f = 1 + 0.1 * (i / n - 0.5)
    density = b.msiemens / b.cm**2
    group = b.NeuronGroup(n, HH, threshold="v > 0*mV", refractory="v > -40*mV", method="exponential_euler")
    group.v = -65 * b.mV
    group.m, group.h, group.n = 0.0529, 0.5961, 0.3177
    group.I = (9.5 + (i % 100) * 0.01) * b.uamp / b.cm**2
    group.gna, group.gk, group.gl = 120 * f * density, 36 / f * density, 0.3 * density
    return group, []


def izh(b, np, n):
    group = b.NeuronGroup(n, IZH, threshold="v >= 35", reset="v = c; u += d", method="euler")
    group.v, group.u, group.k, group.vr, group.vt = -60, 0, 0.7, -60, -40
    group.C, group.a, group.b, group.c, group.d = 100, 0.03, -2, -50, 100
    group.I = 70 + 30 * np.arange(n) / n
    return group, []


def pospi(b, np, n):
    i = np.arange(n)
    group = b.NeuronGroup(n, POSPI, threshold="v > 0", refractory="v > -40", method="exponential_euler")
    group.v, group.h, group.u = -70, 1, 0.05
    group.I = 0.5 + (i % 100) * 0.002
    group.gna = 50 * (1 + 0.1 * (i / n - 0.5))
    group.gk, group.gm, group.gl, group.gt, group.gleak = 5, 0.03, 0.1, 0.4, 0.01
    return group, []


def coba(b, np, n):
    b.seed(1)
    excitatory = n * 4 // 5
    group = b.NeuronGroup(n, COBA, threshold="v > -20", refractory=3 * b.ms, method="exponential_euler")
    ampa = b.Synapses(group[:excitatory], group, on_pre="ge += 6*0.1")
    gaba = b.Synapses(group[excitatory:], group, on_pre="gi += 67*0.1")
    ampa.connect(p=0.02)
    gaba.connect(p=0.02)
    group.v = "-60 + (randn()*5 - 5)"
    group.ge = "(randn()*1.5 + 4)*10*0.1"
    group.gi = "(randn()*12 + 20)*10*0.1"
    return group, [ampa, gaba]


def build():
    began = time.perf_counter()
    import logging

    import brian2 as b
    import numpy as np

    b.prefs.logging.file_log = False
    logging.getLogger("brian2").setLevel(logging.ERROR)
    b.set_device("cpp_standalone", build_on_run=False, directory=A.build)
    b.prefs.devices.cpp_standalone.openmp_threads = 0 if A.threads == 1 else A.threads
    b.defaultclock.dt = A.dt * b.ms
    group, synapses = {"hh": hh, "izh": izh, "pospi": pospi, "coba": coba}[A.case](b, np, A.n)
    monitor = b.SpikeMonitor(group, record=False)
    network = b.Network(group, monitor, *synapses)
    network.run(A.t * b.ms)
    b.device.build(directory=A.build, compile=True, run=False, debug=False)
    compile_s = time.perf_counter() - began
    b.device.run(A.build, with_output=False, run_args=[])
    spikes = int(monitor.num_spikes)
    facts = {"tool": "Brian 2", "version": b.__version__, "case": A.case, "dt_ms": A.dt, "t_ms": A.t, "n": A.n}
    facts["rate_hz"] = spikes / A.n / A.t * 1000
    with open(os.path.join(A.build, "facts.json"), "w") as out:
        json.dump(facts, out)
    return compile_s


def run():
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(["./main"], cwd=A.build, check=True, stdout=subprocess.DEVNULL)
    user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    with open(os.path.join(A.build, "results", "last_run_info.txt")) as info:
        wall = float(info.read().split()[0])
    with open(os.path.join(A.build, "facts.json")) as facts:
        return {**json.load(facts), "wall_s": wall, "cpu_s": min(user, wall) if A.threads == 1 else user}


COMPILE_S = 0 if A.case == "run" else build()
print(json.dumps({**run(), "compile_s": COMPILE_S}))
