"""The posterior network of src/cloning/posterior in PyTorch: cells a second of its training update, as JSON.

usage: python train_torch.py UPDATES THREADS NETWORK   NETWORK: the `network` that train.ts prints
"""

import json
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional

updates, threads, network = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
BINS, BOUND, LEAST = 8, 5.0, 1e-3
UNIT_SLOPE = math.log(math.expm1(1 - LEAST))
WARMING = 3
torch.set_num_threads(threads)
torch.manual_seed(1)


def gather(values, at):
    return values.gather(2, at).squeeze(2)


def spline(x, raw):
    """Monotonic rational-quadratic spline with linear tails (Durkan et al. 2019), as nflows writes it."""
    widths, heights, inner = raw.split([BINS, BINS, BINS - 1], 2)
    widths, heights = (LEAST + (1 - LEAST * BINS) * torch.softmax(part, 2) for part in (widths, heights))
    slopes = functional.pad(LEAST + functional.softplus(inner + UNIT_SLOPE), (1, 1), value=1.0)
    left, low = (functional.pad(torch.cumsum(part, 2), (1, 0))[..., :-1] for part in (widths, heights))
    u = ((x + BOUND) / (2 * BOUND)).clamp(0, 1)
    at = (torch.searchsorted(left.detach().contiguous(), u.detach().unsqueeze(2), right=True) - 1).clamp(0, BINS - 1)
    width, height = gather(widths, at), gather(heights, at)
    slope_left, slope_right = gather(slopes, at), gather(slopes, at + 1)
    t = (u - gather(left, at)) / width
    steepness, mixed = height / width, t * (1 - t)
    below = steepness + (slope_left + slope_right - 2 * steepness) * mixed
    value = gather(low, at) + height * (steepness * t * t + slope_left * mixed) / below
    slope = slope_right * t * t + 2 * steepness * mixed + slope_left * (1 - t) ** 2
    log_slope = torch.log(slope) - 2 * torch.log(below / steepness)
    outside = x.abs() > BOUND
    return torch.where(outside, x, value * 2 * BOUND - BOUND), torch.where(outside, 0.0, log_slope)


class Coupling(nn.Module):
    def __init__(self, dimensions, context, units):
        super().__init__()
        self.kept = dimensions // 2
        self.changed = dimensions - self.kept
        self.net = nn.Sequential(
            nn.Linear(self.kept + context, units),
            nn.SiLU(),
            nn.Linear(units, units),
            nn.SiLU(),
            nn.Linear(units, self.changed * (3 * BINS - 1)),
        )
        nn.init.zeros_(self.net[4].weight)
        nn.init.zeros_(self.net[4].bias)

    def forward(self, z, context):
        kept, rest = z[:, : self.kept], z[:, self.kept :]
        raw = self.net(torch.cat([kept, context], 1)).reshape(len(z), self.changed, 3 * BINS - 1)
        value, log_slope = spline(rest, raw)
        return torch.cat([kept, value], 1), log_slope.sum(1)


class Posterior(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.slots, self.sweep_units = size["slots"], size["sweepUnits"]
        filters, lstm, context = size["filters"], size["lstm"], size["context"]
        self.c1 = nn.Conv1d(size["channels"], filters, 5, stride=2, padding=2)
        self.c2 = nn.Conv1d(filters, filters, 5, stride=2, padding=2)
        self.lstm = nn.LSTM(filters, lstm, batch_first=True)
        joined = 2 * lstm + 2 * size["sweepScalars"]
        self.sweep = nn.Sequential(
            nn.Linear(joined, 2 * self.sweep_units),
            nn.SiLU(),
            nn.Linear(2 * self.sweep_units, self.sweep_units),
            nn.SiLU(),
        )
        pooled = 2 * self.sweep_units + 2 * size["cellScalars"]
        self.cell = nn.Sequential(
            nn.Linear(pooled, 2 * context), nn.SiLU(), nn.Linear(2 * context, context), nn.SiLU()
        )
        dimensions = size["parameters"]
        self.flow = nn.ModuleList(
            Coupling(dimensions, context, size["couplingUnits"]) for _ in range(size["couplings"])
        )
        self.orders = [torch.randperm(dimensions) for _ in range(size["couplings"])]

    def forward(self, frames, scalars, mask, cells, truth):
        silu = functional.silu
        convolved = silu(self.c2(silu(self.c1(frames.transpose(1, 2))))).transpose(1, 2)
        states, _ = self.lstm(convolved)
        sweeps = self.sweep(torch.cat([states[:, -1], states.mean(1), scalars], 1))
        sweeps = sweeps.reshape(-1, self.slots, self.sweep_units)
        there = mask.unsqueeze(2) > 0.5
        mean = torch.where(there, sweeps, 0.0).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)
        largest = torch.where(there, sweeps, -1e30).amax(1)
        context = self.cell(torch.cat([mean, largest, cells], 1))
        z, total = truth, 0
        for layer, order in zip(self.flow, self.orders):
            z, log_slope = layer(z[:, order], context)
            total = total + log_slope
        return -(total - 0.5 * (z * z + math.log(2 * math.pi)).sum(1)).mean()


batch, slots = network["batch"], network["slots"]
posterior = Posterior(network)
adam = torch.optim.Adam(posterior.parameters(), lr=1e-3)
inputs = [
    torch.randn(batch * slots, network["frames"], network["channels"]),
    torch.randn(batch * slots, 2 * network["sweepScalars"]),
    torch.ones(batch, slots),
    torch.randn(batch, 2 * network["cellScalars"]),
    torch.randn(batch, network["parameters"]),
]


def update():
    adam.zero_grad()
    loss = posterior(*inputs)
    loss.backward()
    nn.utils.clip_grad_norm_(posterior.parameters(), 5)
    adam.step()
    return loss.item()


for _ in range(WARMING):
    update()
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(updates):
    last = update()
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(
    json.dumps(
        {
            "cells": updates * batch,
            "wall_s": wall,
            "cpu_s": cpu,
            "loss": last,
            "weights": sum(p.numel() for p in posterior.parameters()),
            "version": torch.__version__,
        }
    )
)
