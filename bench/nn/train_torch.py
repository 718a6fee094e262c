"""The network of train.ts in PyTorch: samples per second, as JSON. usage: python train_torch.py [STEPS] [THREADS]"""

import json
import math
import sys
import time

import torch
from torch import nn

BATCH, FRAMES, CHANNELS, PARAMETERS = 64, 128, 8, 9
steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20
threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
torch.set_num_threads(threads)
torch.manual_seed(1)


class Coupling(nn.Module):
    """Affine coupling: the first columns and the context move and scale the others."""

    def __init__(self, kept, changed, context):
        super().__init__()
        self.kept, self.changed = kept, changed
        self.net = nn.Sequential(
            nn.Linear(kept + context, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2 * changed)
        )

    def forward(self, z, context):
        kept, rest = z[:, : self.kept], z[:, self.kept :]
        shift, free = self.net(torch.cat([kept, context], 1)).chunk(2, 1)
        log_scale = 5 * torch.tanh(free / 5)
        return torch.cat([kept, (rest - shift) * torch.exp(-log_scale)], 1), -log_scale.sum(1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(CHANNELS, 32, 5, padding=2)
        self.c2 = nn.Conv1d(32, 32, 5, padding=2)
        self.lstm = nn.LSTM(32, 64, batch_first=True)
        kept = PARAMETERS // 2
        self.flow = nn.ModuleList(Coupling(kept, PARAMETERS - kept, 64) for _ in range(6))
        self.orders = [torch.randperm(PARAMETERS) for _ in range(6)]

    def forward(self, frames, truth):
        x = torch.relu(self.c2(torch.relu(self.c1(frames.transpose(1, 2))))).transpose(1, 2)
        states, _ = self.lstm(x)
        context = states.mean(1)
        z, total = truth, 0
        for layer, order in zip(self.flow, self.orders):
            z, log_slope = layer(z[:, order], context)
            total = total + log_slope
        return -(total - 0.5 * (z * z + math.log(2 * math.pi)).sum(1)).mean()


network = Network()
adam = torch.optim.Adam(network.parameters(), lr=1e-3)
frames = torch.randn(BATCH, FRAMES, CHANNELS)
truth = torch.rand(BATCH, PARAMETERS)


def step():
    adam.zero_grad()
    loss = network(frames, truth)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), 5)
    adam.step()


for _ in range(3):
    step()
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(steps):
    step()
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(
    json.dumps(
        {
            "samplesPerSecond": round(steps * BATCH / wall),
            "samplesPerCpuSecond": round(steps * BATCH / cpu),
            "weights": sum(p.numel() for p in network.parameters()),
            "threads": threads,
            "torch": torch.__version__,
        }
    )
)
