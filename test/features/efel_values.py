"""Values of eFEL for traces, for test/features/efel.ts. usage: efel_values.py request.json

The request names the traces (files of doubles), their stimulus, the features and eFEL's settings. Every trace is measured
in a child process: some traces end eFEL with a segmentation fault. Prints one line of JSON.
"""
import json
import math
import os
import sys
import tempfile
import time
import warnings

import efel
import numpy as np

warnings.simplefilter("ignore")


def trace_of(one):
    v = np.fromfile(one["file"])
    t = np.arange(len(v)) * one["dt_ms"]
    trace = {"T": t, "V": v, "stim_start": [one["start_ms"]], "stim_end": [one["end_ms"]]}
    if one.get("delta_pA"):
        trace["stimulus_current"] = [one["delta_pA"] / 1000]  # nA
    return trace


def plain(values):
    """Numbers, or null: not finite is null, and so is an empty list."""
    if values is None:
        return None
    numbers = [float(value) for value in np.atleast_1d(values)]
    return [number if math.isfinite(number) else None for number in numbers] or None


def set_up(settings):
    efel.reset()
    for name, value in settings.items():
        efel.set_setting(name, value)


def measure(one, features):
    found = efel.get_feature_values([trace_of(one)], features, raise_warnings=False)[0]
    return {name: plain(found[name]) for name in features}


def in_child(one, features):
    with tempfile.NamedTemporaryFile("r") as answer:
        child = os.fork()
        if child == 0:
            try:
                with open(answer.name, "w") as out:
                    json.dump(measure(one, features), out)
                os._exit(0)
            except BaseException as problem:
                with open(answer.name, "w") as out:
                    json.dump({"problem": repr(problem)[:200]}, out)
                os._exit(1)
        _, status = os.waitpid(child, 0)
        text = answer.read()
        if os.WIFSIGNALED(status):
            return {"failed": f"eFEL ended with signal {os.WTERMSIG(status)}"}
        answer = json.loads(text)
        return {"failed": answer["problem"]} if "problem" in answer else {"values": answer}


def timed(traces, features, rounds):
    """Seconds of each round over all traces, the traces being in memory."""
    loaded = [trace_of(one) for one in traces]
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for trace in loaded:
            efel.get_feature_values([trace], features, raise_warnings=False)
        seconds.append(time.perf_counter() - start)
    return seconds


def main():
    with open(sys.argv[1]) as file:
        request = json.load(file)
    set_up(request["settings"])
    answer = {"version": efel.__version__}
    if request.get("rounds"):
        answer["seconds"] = timed(request["traces"], request["features"], request["rounds"])
    else:
        answer["traces"] = [in_child(one, request["features"]) for one in request["traces"]]
    print(json.dumps(answer))


main()
