"""Builds NMODL files into a library that NEURON loads, with -O3 -march=native.

Wheels from PyPI bring `nrnivmodl`; Debian's package lacks the makefile that its own needs, so there `nocmodl` is called.
"""

import glob
import importlib.util
import os
import shutil
import subprocess
import sys

FLAGS = ["-O3", "-march=native"]


def build_mech(mods, build, flags=FLAGS):
    """Compiles the files `mods` in the folder `build`; returns the library's path."""
    for mod in mods:
        shutil.copy(mod, build)
    if is_wheel():
        nrnivmodl = os.path.join(os.path.dirname(sys.executable), "nrnivmodl")
        # The makefile puts the include flags last, so that -O3 overrules its own -O2.
        run([nrnivmodl, "-incflags", " ".join(flags), *map(os.path.basename, mods)], build)
        return glob.glob(os.path.join(build, "*", "libnrnmech.so"))[0]
    return build_by_hand(mods, build, flags)


def is_wheel():
    package = os.path.dirname(importlib.util.find_spec("neuron").origin)
    return os.path.exists(os.path.join(package, ".data", "bin", "nrnmech_makefile"))


def build_by_hand(mods, build, flags):
    names = [os.path.splitext(os.path.basename(mod))[0] for mod in mods]
    for name in names:
        run(["nocmodl", name + ".mod"], build)
    with open(os.path.join(build, "mod_func.c"), "w") as out:
        out.write("".join("extern void _%s_reg(void);\n" % name for name in names))
        out.write("void modl_reg(void) {\n" + "".join("  _%s_reg();\n" % name for name in names) + "}\n")
    library = os.path.join(build, "libnrnmech.so")
    sources = [name + ".c" for name in names] + ["mod_func.c"]
    includes = ["-I.", "-I/usr/include", "-DHAVE_CONFIG_H", "-DNRN_PRCELLSTATE=0"]
    link = ["-o", library, "-L/usr/lib/nrn", "-lnrniv", "-lm"]
    run(["gcc", *flags, "-w", "-fPIC", "-shared", *includes, *sources, *link], build)
    return library


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise SystemExit("%s failed:\n%s" % (os.path.basename(command[0]), done.stdout.decode()[-2000:]))
