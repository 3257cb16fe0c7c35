#!/usr/bin/python3
"""Gradient-boosted trees of scikit-learn as a circuit: accuracy and LUTs, for examples/tabular to be held against.

    boosted_trees.py DATA.csv FOLDER [--label COLUMN] [--test TEST.csv] [--trees N] [--depth D] [--seed S]

DATA has a header, numbers, and one label column, or is one of these: cancer, wine, digits (which scikit-learn has),
waveform (5000 rows, Breiman et al. 1984), hastie (12 000 rows, example 10.2 of Hastie et al. 2009), both drawn by a
seed. A fifth of it is put aside to test on, unless TEST is given. Writes train.csv and test.csv, which tabular reads,
and trees.v: each threshold compared once, each tree as conditions on those comparisons that pick a leaf, leaves as
whole numbers, adders, and the largest sum. Features are codes of --bits bits; leaves have the fewest bits that cost no
more than a tenth of a point of accuracy on the training rows. Icarus Verilog answers all test rows as scikit-learn's
trees do, with these codes and leaves; yosys's synth_xilinx counts the LUTs.
"""
import argparse
import csv
import pathlib
import re
import subprocess

import numpy
from sklearn import datasets
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split


def read_table(path, label):
    with open(path, newline="") as file:
        header, *rows = list(csv.reader(file))
    column = header.index(label) if label in header else int(label) % len(header)
    values = numpy.array([[float(v) for i, v in enumerate(row) if i != column] for row in rows])
    return header, values, numpy.array([row[column] for row in rows]), rows


def write_rows(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def waveform(rows, seed):
    """Three classes; each a random mix of two of three triangles, and noise of deviation 1 on all 21 values."""
    random = numpy.random.default_rng(seed)
    at = numpy.arange(1, 22)
    triangles = numpy.stack([numpy.maximum(6 - abs(at - middle), 0) for middle in (7, 15, 11)])
    labels = random.integers(3, size=rows)
    one, other = numpy.array([(0, 1), (0, 2), (1, 2)])[labels].T
    share = random.random((rows, 1))
    return share * triangles[one] + (1 - share) * triangles[other] + random.standard_normal((rows, 21)), labels


SETS = {
    "cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
    "wine": lambda: datasets.load_wine(return_X_y=True),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "waveform": lambda: waveform(5000, 1),
    "hastie": lambda: datasets.make_hastie_10_2(12000, random_state=1),
}


def write_set(name, path):
    values, labels = SETS[name]()
    header = [f"x{i}" for i in range(values.shape[1])] + ["label"]
    write_rows(path, header, [[*row, label] for row, label in zip(values.tolist(), labels.astype(int).tolist())])


class Codes:
    """Features as codes, evenly over the range of the training rows: what a converter gives."""

    def __init__(self, values, bits):
        self.low, self.most = values.min(0), 2**bits - 1
        span = values.max(0) - self.low
        self.scale = self.most / numpy.where(span > 0, span, 1)

    def __call__(self, values):
        return numpy.clip(numpy.rint((values - self.low) * self.scale), 0, self.most)


class Trees:
    """Trees whose leaves are whole numbers; tree number t adds to the score of class t modulo their number."""

    def __init__(self, model, bits):
        self.trees = [tree.tree_ for row in model.estimators_ for tree in row]
        self.classes = model.estimators_.shape[1]
        leaves = [model.learning_rate * tree.value[:, 0, 0] for tree in self.trees]
        largest = max(abs(v).max() for v in leaves)
        self.leaves = [numpy.rint(v / largest * (2 ** (bits - 1) - 1)).astype(int) for v in leaves]
        first = numpy.log(model.init_.class_prior_) if self.classes > 1 else numpy.array(
            [numpy.log(model.init_.class_prior_[1] / model.init_.class_prior_[0])])
        self.first = numpy.rint(first / largest * (2 ** (bits - 1) - 1)).astype(int)

    def scores(self, codes):
        scores = numpy.tile(self.first, (len(codes), 1))
        for i, (tree, leaves) in enumerate(zip(self.trees, self.leaves)):
            scores[:, i % self.classes] += leaves[tree.apply(codes.astype(numpy.float32))]
        return scores

    def predict(self, codes):
        scores = self.scores(codes)
        return scores.argmax(1) if self.classes > 1 else (scores[:, 0] > 0).astype(int)

    # ---- as Verilog ----

    def verilog(self, features, bits):
        lines, known = [], {}

        def above(feature, threshold):
            code = int(numpy.floor(threshold))
            name = known.get((feature, code))
            if name is None:
                name = known[feature, code] = f"above{len(known)}"
                lines.append(f"  wire {name} = in[{feature * bits} +: {bits}] > {bits}'d{code};")
            return name

        def pick(tree, leaves, node, width):
            if tree.children_left[node] < 0:
                return number(leaves[node], width)
            right, left = (pick(tree, leaves, child[node], width) for child in (tree.children_right, tree.children_left))
            return f"({above(tree.feature[node], tree.threshold[node])} ? {right} : {left})"

        def define(name, low, high, text):
            """A wire that is as wide as its values need; returns what a sum wants to know of it."""
            width = max(int(-low - 1).bit_length() if low < 0 else 0, int(high).bit_length() if high > 0 else 0) + 1
            lines.append(f"  wire signed [{width - 1}:0] {name} = {text(width)};")
            return name, low, high

        scores = []
        for c in range(self.classes):
            terms = []
            for i in range(c, len(self.trees), self.classes):
                tree, leaves = self.trees[i], self.leaves[i]
                used = leaves[tree.children_left < 0]
                terms.append(define(f"tree{i}", used.min(), used.max(), lambda width: pick(tree, leaves, 0, width)))
            first = self.first[c]
            terms.append(define(f"first{c}", first, first, lambda width: number(first, width)))
            while len(terms) > 1:  # adders in a tree
                pairs = [terms[i:i + 2] for i in range(0, len(terms), 2)]
                terms = [pair[0] if len(pair) == 1 else
                         define(f"sum{c}_{len(terms)}_{i}", pair[0][1] + pair[1][1], pair[0][2] + pair[1][2],
                                lambda _: f"{pair[0][0]} + {pair[1][0]}") for i, pair in enumerate(pairs)]
            scores.append(terms[0])
        out = answer_bits(self.classes)
        return "\n".join([f"module trees (input wire [{features * bits - 1}:0] in, output wire [{out - 1}:0] out);",
                          *lines, *largest(scores, out), "endmodule", ""])


def answer_bits(classes):
    return (max(classes, 2) - 1).bit_length()


def number(value, width):
    return f"{'-' if value < 0 else ''}{width}'sd{abs(value)}"


def largest(scores, out):
    """Verilog of the index of the largest score; of equal ones the first. Of one score: whether it is above 0."""
    if len(scores) == 1:
        return [f"  assign out = {scores[0][0]} > 0;"]
    width = max(max(abs(low), abs(high)) for _, low, high in scores).item().bit_length() + 1
    lines = [f"  wire signed [{width - 1}:0] best0 = {scores[0][0]};", f"  wire [{out - 1}:0] class0 = 0;"]
    for c, (name, _, _) in list(enumerate(scores))[1:]:
        lines += [f"  wire better{c} = {name} > best{c - 1};",
                  f"  wire signed [{width - 1}:0] best{c} = better{c} ? {name} : best{c - 1};",
                  f"  wire [{out - 1}:0] class{c} = better{c} ? {out}'d{c} : class{c - 1};"]
    return [*lines, f"  assign out = class{len(scores) - 1};"]


def simulate(folder, codes, bits, out):
    """What the Verilog says to each row of codes."""
    words = ["".join(f"{int(code):0{bits}b}" for code in row[::-1]) for row in codes]
    (folder / "rows.bin").write_text("\n".join(words) + "\n")
    width = codes.shape[1] * bits
    (folder / "bench.v").write_text(f"""module bench;
  reg [{width - 1}:0] rows [0:{len(codes) - 1}], in;
  wire [{out - 1}:0] out;
  integer i;
  trees trees_i (.in(in), .out(out));
  initial begin
    $readmemb("rows.bin", rows);
    for (i = 0; i < {len(codes)}; i = i + 1) begin
      in = rows[i];
      #1 $display("%0d", out);
    end
  end
endmodule
""")
    subprocess.run(["iverilog", "-g2005", "-o", "bench.vvp", "bench.v", "trees.v"], cwd=folder, check=True)
    done = subprocess.run(["vvp", "-n", "bench.vvp"], cwd=folder, check=True, capture_output=True, text=True)
    return numpy.array([int(line) for line in done.stdout.split()])


def count_luts(folder):
    subprocess.run(["yosys", "-q", "-l", "yosys.log", "-p",
                    "read_verilog trees.v; synth_xilinx -family xc7 -noiopad -top trees; tee -o stat.txt stat"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)
    last = (folder / "stat.txt").read_text().rsplit("Number of cells", 1)[1]
    return sum(int(n) for n in re.findall(r"^ +LUT[1-6] +(\d+)", last, re.M))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--label", default="-1")
    parser.add_argument("--test", type=pathlib.Path)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--bits", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    options.folder.mkdir(parents=True, exist_ok=True)
    if options.data.name in SETS and not options.data.exists():
        write_set(options.data.name, options.folder / "data.csv")
        options.data = options.folder / "data.csv"
    header, values, labels, rows = read_table(options.data, options.label)
    if options.test:
        train, train_labels, train_rows = values, labels, rows
        _, test, test_labels, test_rows = read_table(options.test, options.label)
    else:
        train, test, train_labels, test_labels, train_rows, test_rows = train_test_split(
            values, labels, rows, test_size=0.2, random_state=options.seed, stratify=labels)
    write_rows(options.folder / "train.csv", header, train_rows)
    write_rows(options.folder / "test.csv", header, test_rows)

    names, train_labels = numpy.unique(train_labels, return_inverse=True)
    test_labels = numpy.searchsorted(names, test_labels)
    codes = Codes(train, options.bits)
    model = GradientBoostingClassifier(n_estimators=options.trees, max_depth=options.depth,
                                       random_state=options.seed).fit(codes(train), train_labels)
    floats = model.score(codes(train), train_labels)
    for bits in range(3, 17):
        trees = Trees(model, bits)
        if (trees.predict(codes(train)) == train_labels).mean() >= floats - 0.001:
            break
    (options.folder / "trees.v").write_text(trees.verilog(values.shape[1], options.bits))
    answers = trees.predict(codes(test))
    if (simulate(options.folder, codes(test), options.bits, answer_bits(len(names))) != answers).any():
        raise SystemExit("boosted_trees.py: trees.v does not answer as the trees do")
    accuracy = (answers == test_labels).mean()
    print(f"{len(train)} rows to train on, {len(test)} to test, {len(names)} classes, {len(trees.trees)} trees")
    print(f"floats {100 * model.score(codes(test), test_labels):.2f} %, leaves of {bits} bits {100 * accuracy:.2f} %, "
          f"{count_luts(options.folder)} LUTs")


if __name__ == "__main__":
    main()
