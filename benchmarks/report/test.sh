#!/usr/bin/env bash
# The report's tool on one real benchmark, as short as can be: it must come out as a row and as points of a plot.
#
#   test.sh MACHINE_BENCHMARK REPORT
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "FAILED: $1"
    exit 1
}

for round in 1 2; do
    "$1" --benchmark_filter='^BM_(clock|read/bytes:(4096|8192))$' --benchmark_min_time=0.001 \
        --benchmark_out="$folder/$round-machine.json" >/dev/null 2>&1
done
cp "$folder/1-machine.json" "$folder/1-machine@avx2.json"
cat >"$folder/targets" <<'TARGETS'
[{"work": "a clock", "bar": "≥ 1 clock/s", "least": 1, "figure": "clocks_per_s", "measured": "BM_clock",
  "peer": "BM_clock (avx2)"},
 {"work": "no clock", "bar": "≤ 1 ps", "most": 0.001, "measured": "BM_clock"},
 {"work": "both sizes", "bar": "any", "series": "BM_read/bytes:", "figure": "bytes_per_s"},
 {"work": "nothing", "bar": "≤ 1 s", "most": 1e9, "measured": "BM_nothing", "peer": "BM_nothing"}]
TARGETS

page=$("$2" "$folder" "$folder/targets")
echo "$page"
grep -Eq '^Machine: .+, [0-9]+ processors, .+Hz\. Compiler: .+\. Instruction set: .+\. Date: [0-9-]+\.$' <<<"$page" ||
    fail "the machine is not named"
grep -Eq '^\| a clock \| ≥ 1 clock/s \| [0-9.]+ [kMG] clocks/s \| [0-9.]+ [kMG] clocks/s \| [0-9.]+ × \| yes \|$' \
    <<<"$page" || fail "a target that is met"
grep -Eq '^\| no clock \| ≤ 1 ps \| [0-9.]+ .?s \|  \|  \| \*\*no\*\* \|$' <<<"$page" || fail "a target that is missed"
grep -Eq '^\| both sizes \| any \| [0-9.]+ × \|' <<<"$page" || fail "the spread of a series"
grep -Fq '| nothing | ≤ 1 s | not measured | left out |  |  |' <<<"$page" || fail "what was not measured"
grep -Eq '^\| clock \| [0-9.]+ .?s \| [0-9.]+ [kMG] clocks/s \|  \|  \|$' <<<"$page" || fail "a benchmark's row"
[ "$(wc -l <"$folder/read.tsv")" -eq 2 ] || fail "the points of a series"
grep -q '^memory_bytes_per_s = ' "$folder/machine.gp" || fail "the plots' variables"

echo '{' >"$folder/3-cut-off.json"
if "$2" "$folder" "$folder/targets" >/dev/null 2>"$folder/message"; then
    fail "a file that was cut off was taken"
fi
grep -q 'is no JSON' "$folder/message" || fail "a file that was cut off is not named"
