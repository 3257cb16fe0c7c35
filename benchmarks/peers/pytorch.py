#!/usr/bin/python3
"""The published network in PyTorch: shown to compute what lutra computes, then timed.

    pytorch.py FOLDER [--seconds S] [--threads N...]

FOLDER is what peers/network.cpp wrote. Prints times in the form of Google Benchmark's JSON.

Planes lie as lutra's do, one row a value and one column a sample, since pins and gradients then move as whole rows. Of
several ways to write each step this is the fastest that was found: samples first, all pins gathered at once, products of
probabilities times the table (bmm) and interpolation from the lowest pin on were all slower.
"""
import argparse
import json
import math
import pathlib
import statistics
import sys
import time

import numpy
import torch

FAN_IN, CLASSES, CONTRAST = 6, 10, 0.75


class HardLut(torch.autograd.Function):
    """Nodes fed with bits: y = W[address] > 1/2. W[address] takes dy; the inputs take dy times the derivative of the
    table's multilinear extension with every other input moved inside the cube, to CONTRAST."""

    @staticmethod
    def forward(ctx, x, table, pins, smoothing):
        address = x.new_zeros(table.shape[0], x.shape[1])
        for j in range(FAN_IN):
            address.add_(x.index_select(0, pins[:, j]), alpha=2**j)
        address = address.long()
        ctx.save_for_backward(table, pins, smoothing, address)
        ctx.inputs = x.shape[0]
        return (table > 0.5).to(x.dtype).gather(1, address)

    @staticmethod
    def backward(ctx, dy):
        table, pins, smoothing, address = ctx.saved_tensors
        nodes, batch = address.shape
        d_table = torch.zeros_like(table).scatter_add_(1, address, dy)
        if not ctx.needs_input_grad[0]:
            return None, d_table, None, None
        smooth = table @ smoothing
        d_x = dy.new_zeros(ctx.inputs, batch)
        for j in range(FAN_IN):
            pairs = smooth.view(nodes, -1, 2, 2**j)
            slope = (pairs[:, :, 1:] - pairs[:, :, :1]) / (2 * CONTRAST - 1)
            slope = slope.expand_as(pairs).reshape(nodes, -1)
            d_x.index_add_(0, pins[:, j], slope.gather(1, address).mul_(dy))
        return d_x, d_table, None, None


def expectation(x, table, pins):
    """Nodes fed with probabilities: the multilinear extension of the table, as a tree of interpolations."""
    nodes = table.shape[0]
    values = table.unsqueeze(2)
    for j in reversed(range(FAN_IN)):
        low, high = values.view(nodes, 2, 2**j, -1).unbind(1)
        values = torch.lerp(low, high, x.index_select(0, pins[:, j]).unsqueeze(1))
    return values.squeeze(1)


def smoothing_matrix():
    one = torch.tensor([[CONTRAST, 1 - CONTRAST], [1 - CONTRAST, CONTRAST]])
    whole = torch.ones(1, 1)
    for _ in range(FAN_IN):
        whole = torch.kron(whole, one)
    return whole


class Network:
    def __init__(self, folder, hard):
        read = lambda name, kind: torch.from_numpy(numpy.fromfile(folder / name, kind))
        self.hard = hard
        self.labels = read("labels.u32", numpy.int32).long()
        self.inputs = read("inputs.f32", numpy.float32).view(len(self.labels), -1)
        self.scores = read("scores.f32", numpy.float32).view(CLASSES, -1)
        layers = range(len(list(folder.glob("table*.f32"))))
        self.pins = [read(f"pins{i}.u32", numpy.int32).long().view(-1, FAN_IN) for i in layers]
        self.tables = [read(f"table{i}.f32", numpy.float32).view(-1, 2**FAN_IN).requires_grad_() for i in layers]
        self.gradients = [read(f"gradient{i}.f32", numpy.float32).view(-1, 2**FAN_IN) for i in layers]
        self.smoothing = smoothing_matrix()
        self.optimizer = torch.optim.Adam(self.tables, lr=1e-2)

    def forward(self):
        x = self.inputs.t().contiguous()
        for pins, table in zip(self.pins, self.tables):
            x = HardLut.apply(x, table, pins, self.smoothing) if self.hard else expectation(x, table, pins)
        group = x.shape[0] // CLASSES
        return x.view(CLASSES, group, -1).sum(1) / math.sqrt(group)

    def backward(self, scores):
        self.optimizer.zero_grad()
        torch.nn.functional.cross_entropy(scores.t(), self.labels).backward()

    def step(self):
        self.backward(self.forward())
        self.optimizer.step()
        with torch.no_grad():
            for table in self.tables:
                table.clamp_(0, 1)

    def check(self):
        """Outputs and gradients are lutra's, up to the rounding of sums in another order."""
        scores = self.forward()
        self.backward(scores)
        pairs = [("scores", scores.detach(), self.scores)]
        pairs += [(f"gradient of table {i}", t.grad, g) for i, (t, g) in enumerate(zip(self.tables, self.gradients))]
        for name, ours, lutras in pairs:
            away = (ours - lutras).abs().max() / lutras.abs().max()
            if not away < 1e-4:
                sys.exit(f"pytorch.py: {name} is not lutra's: relative difference {away:.2g}")


def seconds_a_step(network, seconds):
    network.step()
    times, begin = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        network.step()
        times.append(time.perf_counter() - start)
    return statistics.median(times), len(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()

    rows = []
    for kind in ("hard", "expectation"):
        for threads in options.threads:
            torch.set_num_threads(threads)
            network = Network(options.folder / kind, kind == "hard")
            network.check()
            step, steps = seconds_a_step(network, options.seconds)
            rows.append({
                "name": f"peer_pytorch_step_{kind}/threads:{threads}",
                "run_name": f"peer_pytorch_step_{kind}/threads:{threads}",
                "run_type": "iteration",
                "iterations": steps,
                "real_time": step * 1e9,
                "cpu_time": step * 1e9,
                "time_unit": "ns",
                "samples_per_s": len(network.labels) / step,
                "label": f"PyTorch {torch.__version__}",
            })
    json.dump({"benchmarks": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
