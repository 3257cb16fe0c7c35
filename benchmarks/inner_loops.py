#!/usr/bin/env python3
"""The innermost loops of a kernel as they were compiled: how many instructions they have, how many of those are on
vectors and how many load and store, and how many clocks a round takes at least (llvm-mca).

    inner_loops.py PROGRAM KERNEL [CPU]

PROGRAM is a compiled benchmark, KERNEL a regular expression over symbols, such as 'lut_bitsILm6.*avx512', CPU one that
llvm-mca knows (sapphirerapids, znver3, haswell). Needs binutils and llvm.
"""
import re
import shutil
import subprocess
import sys

MEMORY = r"\([^)]*\)"


def functions(program):
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True)
    for match in re.finditer(r"^[0-9a-f]+ <([^\n]*)>:\n((?:.+\n)+)", text.stdout, re.M):
        lines = re.findall(r"^\s*([0-9a-f]+):\t([^#<\n]*)", match[2], re.M)
        yield match[1], [(int(address, 16), code.strip()) for address, code in lines]


def innermost_loops(instructions):
    """Runs of instructions from the target of a jump back to the jump, without those that hold another."""
    index = {address: i for i, (address, _) in enumerate(instructions)}
    loops = []
    for i, (address, code) in enumerate(instructions):
        jump = re.match(r"j\w+\s+([0-9a-f]+)", code)
        if jump and index.get(int(jump[1], 16), i + 1) <= i:
            loops.append((index[int(jump[1], 16)], i))
    for begin, end in loops:
        if not any((b, e) != (begin, end) and b >= begin and e <= end for b, e in loops):
            yield [code for _, code in instructions[begin : end + 1]]


def least_clocks(loop, cpu):
    code = "\n".join(line for line in loop if not re.match(r"j|call|ret", line))
    tool = shutil.which("llvm-mca") or shutil.which("llvm-mca-14")
    text = subprocess.run([tool, f"-mcpu={cpu}"], input=code + "\n", capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Block RThroughput:\s+([\d.]+)", text)[1])


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    cpu = sys.argv[3] if len(sys.argv) == 4 else "sapphirerapids"
    print("| kernel | instructions | on vectors | load | store | clocks |\n|---|---:|---:|---:|---:|---:|")
    for name, instructions in functions(sys.argv[1]):
        if not re.search(sys.argv[2], name):
            continue
        for loop in innermost_loops(instructions):
            vectors = [line for line in loop if re.search(r"%[xyz]mm", line)]
            stores = [line for line in loop if re.match(r"v?mov", line) and re.search(MEMORY + "$", line)]
            loads = [line for line in loop if re.search(MEMORY, line) and line not in stores and not line.startswith("lea")]
            if vectors:
                print(f"| {name} | {len(loop)} | {len(vectors)} | {len(loads)} | {len(stores)} | "
                      f"{least_clocks(loop, cpu):.1f} |")


if __name__ == "__main__":
    main()
