"""sbi's neural posterior estimation with its default flow on the cells that cells.ts wrote; judged on the fresh ones, as JSON.

usage: python sbi_npe.py FOLDER VECTOR PARAMETERS EPOCHS   VECTOR: numbers a cell
"""

import json
import os
import sys
import time

import numpy as np
import sbi
import torch
from sbi.inference import NPE

folder = sys.argv[1]
vector, parameters, epochs = map(int, sys.argv[2:5])
os.chdir(folder)  # sbi leaves its logs where it runs
torch.set_num_threads(1)
torch.manual_seed(1)


def read(name):
    values = np.fromfile(f"{name}.f32", dtype="<f4")
    return torch.from_numpy(values.reshape(-1, vector + parameters))


train, fresh = read("train"), read("fresh")
x, theta = train[:, :-parameters], train[:, -parameters:]
varies = x.std(0) > 0
x, seen = x[:, varies], fresh[:, :-parameters][:, varies]
inference = NPE(show_progress_bars=False)
inference.append_simulations(theta, x)
start = time.perf_counter()
flow = inference.train(training_batch_size=64, max_num_epochs=epochs, validation_fraction=0.1)
training_s = time.perf_counter() - start
done = inference.summary["epochs_trained"][-1]


def unit(y):
    """From the space of the density to the box of the prior (src/cloning/posterior/box.ts)."""
    return torch.sigmoid(1.702 * y)


means, times = [], []
with torch.no_grad():
    for row in seen:
        start = time.perf_counter()
        samples = flow.sample((1000,), condition=row[None])[:, 0]
        times.append(1000 * (time.perf_counter() - start))
        means.append(unit(samples).mean(0))
means, truth = torch.stack(means), unit(fresh[:, -parameters:])
r2 = 1 - ((truth - means) ** 2).sum(0) / ((truth - truth.mean(0)) ** 2).sum(0)
print(
    json.dumps(
        {
            "version": sbi.__version__,
            "r2Mean": r2.mean().item(),
            "training_s": training_s,
            "epochs": done,
            "presentations": done * int(0.9 * len(train)),
            "clone_ms": float(np.median(times)),
        }
    )
)
