#!/usr/bin/env bash
# Sets up the machine, builds the benchmarks in release, runs them all, and prints one table in Markdown: every time, and
# how many times faster it is than the scalar reference and the raw loop that do the same. Then what a user's program
# costs to compile. About four minutes.
#
#   benchmarks/run.sh [FILTER]      FILTER: a regular expression over the names of benchmarks
#
# LUTRA_JOBS: how many compilers run at a time (default 2).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
filter=${1:-.}
build=build/benchmarks
compiler=${CXX:-g++}

./cmake/setup.sh build test >&2
{
    cmake -S . -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_COMPILER="$compiler" \
        -D LUTRA_BUILD_TESTS=OFF -D LUTRA_BUILD_EXAMPLES=OFF
    cmake --build "$build" -j "${LUTRA_JOBS:-2}"
} >&2

echo "Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, load" \
    "$(cut -d ' ' -f 1 /proc/loadavg); $("$compiler" --version | head -n 1), release, this machine's instructions."
echo "The best of three runs, in processor time (names with real_time: in time on the clock)."
echo

# One JSON object for each run of each benchmark; the best of a name's runs counts.
for source in benchmarks/*.cpp; do
    name=$(basename "$source" .cpp)
    echo "running $name" >&2
    "$build/benchmarks/$name" --benchmark_filter="$filter" --benchmark_format=json --benchmark_min_time=0.05 \
        --benchmark_repetitions=3 2>/dev/null
done | awk '
    function value(line) { sub(/^[^:]*: */, "", line); gsub(/[",]/, "", line); return line }
    function short(ns) {
        return ns < 1e3 ? sprintf("%.1f ns", ns) : ns < 1e6 ? sprintf("%.2f µs", ns / 1e3) : sprintf("%.2f ms", ns / 1e6)
    }
    function si(x) {
        x += 0  # a number, not the text it was read from
        return x >= 1e9 ? sprintf("%.2f G", x / 1e9) : x >= 1e6 ? sprintf("%.2f M", x / 1e6) \
             : x >= 1e3 ? sprintf("%.1f k", x / 1e3) : sprintf("%.4g", x)
    }
    # Counters per node hold seconds that are called ns or ps, the unit that Google Benchmark knows nothing of.
    function rate(counter, x) {
        if (counter ~ /_per_s(econd)?$/) { sub(/_per_s(econd)?$/, "", counter); return si(x) " " counter "/s" }
        unit = substr(counter, 1, 2); sub(/^[np]s_per_/, "", counter); gsub(/_/, "·", counter)
        return sprintf("%.4g %s/%s", x, unit, counter)
    }
    function faster(other, name) { return other in best ? sprintf("%.1f", best[other] / best[name]) : "" }
    /"run_type": "iteration"/ { wanted = 1 }
    /"run_type": "aggregate"/ { wanted = 0 }
    /^ *{/ { name = ""; counters = "" }
    /"run_name":/ { name = value($0) }
    /"real_time":/ { real = value($0) }
    /"cpu_time":/ { time = name ~ /real_time/ ? real : value($0) }
    /"time_unit":/ { unit_of = value($0); time *= unit_of == "s" ? 1e9 : unit_of == "ms" ? 1e6 : unit_of == "us" ? 1e3 : 1 }
    /"[a-z_]*_per_[a-z_]*":/ {
        counter = $0; sub(/^ *"/, "", counter); sub(/".*/, "", counter)
        counters = counters (counters == "" ? "" : ", ") rate(counter, value($0))
    }
    /^ *}/ && name != "" && wanted {
        if (!(name in best)) { order[++count] = name; best[name] = time; rates[name] = counters }
        if (time < best[name]) { best[name] = time; rates[name] = counters }
        name = ""
    }
    END {
        print "| benchmark | time | rate | × scalar | × raw loop |"
        print "|---|---:|---|---:|---:|"
        for (i = 1; i <= count; ++i) {
            name = order[i]
            plain = substr(name, 4)
            printf "| %s | %s | %s | %s | %s |\n", plain, short(best[name]), rates[name], \
                plain ~ /^(scalar|raw)_/ ? "" : faster("BM_scalar_" plain, name), \
                plain ~ /^(scalar|raw)_/ ? "" : faster("BM_raw_" plain, name)
        }
    }'

echo
./benchmarks/compile_time.sh
