#!/usr/bin/python3
"""The published network in PyTorch, written twice: shown to compute what lutra computes, then timed.

    pytorch.py FOLDER [--seconds S] [--threads N...]

FOLDER is what peers/network_write.cpp wrote. Prints times in the form of Google Benchmark's JSON.

Plain is what one writes first: samples first, pins gathered by indexing. Planes lies as lutra's values do, one row a
value and one column a sample, so that pins and gradients move as whole rows: the fastest that was found.
"""
import argparse
import itertools
import json
import math
import pathlib
import statistics
import sys
import time

import numpy
import torch

FAN_IN, CLASSES, CONTRAST = 6, 10, 0.75


# Hard nodes, fed with bits: y = W[address] > 1/2. W[address] takes dy; the inputs take dy times the derivative of the
# table's multilinear extension with every other input moved inside the cube, to CONTRAST.
# Expectation, fed with probabilities: the multilinear extension of the table, as a tree of interpolations.


class PlainHard(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, table, pins, smoothing):
        nodes = torch.arange(table.shape[0])
        address = (x[:, pins] * 2 ** torch.arange(FAN_IN)).sum(-1).long()
        ctx.save_for_backward(table, pins, smoothing, nodes, address)
        ctx.inputs = x.shape[1]
        return (table > 0.5).to(x.dtype)[nodes, address]

    @staticmethod
    def backward(ctx, dy):
        table, pins, smoothing, nodes, address = ctx.saved_tensors
        entries = (address + nodes * table.shape[1]).flatten()
        d_table = dy.new_zeros(table.numel()).scatter_add_(0, entries, dy.flatten()).view_as(table)
        if not ctx.needs_input_grad[0]:
            return None, d_table, None, None
        smooth, entry = table @ smoothing, torch.arange(table.shape[1])
        slopes = torch.stack([smooth[:, entry | 1 << j] - smooth[:, entry & ~(1 << j)] for j in range(FAN_IN)], -1)
        d_pins = slopes[nodes, address] / (2 * CONTRAST - 1) * dy.unsqueeze(-1)
        d_x = dy.new_zeros(dy.shape[0], ctx.inputs).index_add_(1, pins.flatten(), d_pins.flatten(1))
        return d_x, d_table, None, None


def plain_expectation(x, table, pins):
    inputs, values = x[:, pins], table.unsqueeze(0)
    for j in range(FAN_IN):
        low, high = values.unflatten(-1, (-1, 2)).unbind(-1)
        values = torch.lerp(low, high, inputs[:, :, j : j + 1])
    return values.squeeze(-1)


class PlanesHard(torch.autograd.Function):
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
        d_table = torch.zeros_like(table).scatter_add_(1, address, dy)
        if not ctx.needs_input_grad[0]:
            return None, d_table, None, None
        smooth = table @ smoothing
        d_x = dy.new_zeros(ctx.inputs, dy.shape[1])
        for j in range(FAN_IN):
            pairs = smooth.view(len(table), -1, 2, 2**j)
            slope = (pairs[:, :, 1:] - pairs[:, :, :1]) / (2 * CONTRAST - 1)
            slope = slope.expand_as(pairs).reshape(table.shape)
            d_x.index_add_(0, pins[:, j], slope.gather(1, address).mul_(dy))
        return d_x, d_table, None, None


def planes_expectation(x, table, pins):
    values = table.unsqueeze(2)
    for j in reversed(range(FAN_IN)):
        low, high = values.view(len(table), 2, 2**j, -1).unbind(1)
        values = torch.lerp(low, high, x.index_select(0, pins[:, j]).unsqueeze(1))
    return values.squeeze(1)


def smoothing_matrix():
    one = torch.tensor([[CONTRAST, 1 - CONTRAST], [1 - CONTRAST, CONTRAST]])
    whole = torch.ones(1, 1)
    for _ in range(FAN_IN):
        whole = torch.kron(whole, one)
    return whole


class Network:
    def __init__(self, folder, hard, planes):
        def read(name, kind):
            return torch.from_numpy(numpy.fromfile(folder / name, kind))

        self.hard, self.planes = hard, planes
        self.labels = read("labels.u32", numpy.int32).long()
        self.inputs = read("inputs.f32", numpy.float32).view(len(self.labels), -1)
        self.scores = read("scores.f32", numpy.float32).view(CLASSES, -1).t()
        layers = range(len(list(folder.glob("table*.f32"))))
        self.pins = [read(f"pins{i}.u32", numpy.int32).long().view(-1, FAN_IN) for i in layers]
        self.tables = [read(f"table{i}.f32", numpy.float32).view(-1, 2**FAN_IN).requires_grad_() for i in layers]
        self.gradients = [read(f"gradient{i}.f32", numpy.float32).view(-1, 2**FAN_IN) for i in layers]
        self.smoothing = smoothing_matrix()
        self.optimizer = torch.optim.Adam(self.tables, lr=1e-2)

    def forward(self):
        """One row of scores a sample."""
        hard = PlanesHard if self.planes else PlainHard
        expectation = planes_expectation if self.planes else plain_expectation
        x = self.inputs.t().contiguous() if self.planes else self.inputs
        for pins, table in zip(self.pins, self.tables):
            x = hard.apply(x, table, pins, self.smoothing) if self.hard else expectation(x, table, pins)
        x = x.t() if self.planes else x
        return x.unflatten(1, (CLASSES, -1)).sum(2) / math.sqrt(x.shape[1] // CLASSES)

    def backward(self, scores):
        self.optimizer.zero_grad()
        torch.nn.functional.cross_entropy(scores, self.labels).backward()

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


def median_step(network, seconds):
    """Medians of the time on the clock and of the processors' time, and the number of steps."""
    network.step()
    real, cpu, begin = [], [], time.perf_counter()
    while len(real) < 3 or time.perf_counter() - begin < seconds:
        start_real, start_cpu = time.perf_counter(), time.process_time()
        network.step()
        real.append(time.perf_counter() - start_real)
        cpu.append(time.process_time() - start_cpu)
    return statistics.median(real), statistics.median(cpu), len(real)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()

    rows = []
    for kind, layout, threads in itertools.product(("hard", "expectation"), ("plain", "planes"), options.threads):
        torch.set_num_threads(threads)
        network = Network(options.folder / kind, kind == "hard", layout == "planes")
        network.check()
        real, cpu, steps = median_step(network, options.seconds)
        # As Google Benchmark does: processor time, and with several threads the clock's, which the name then says.
        name = f"BM_pytorch_step_{kind}_{layout}/threads:{threads}" + ("/real_time" if threads > 1 else "")
        rows.append({
            "name": name,
            "run_name": name,
            "run_type": "iteration",
            "iterations": steps,
            "real_time": real * 1e9,
            "cpu_time": cpu * 1e9,
            "time_unit": "ns",
            "samples_per_s": len(network.labels) / (real if threads > 1 else cpu),
        })
    json.dump({"benchmarks": rows}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
