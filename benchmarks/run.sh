#!/usr/bin/env bash
# Sets up the machine, builds the benchmarks and what lutra is compared with, runs all of it in turn several times, and
# writes a page with tables (Markdown) and plots (SVG). What is not installed is named as left out. About ten minutes.
#
#   benchmarks/run.sh [--quick] [--gcc-O3] [--publish] [FILTER]
#
#   --quick     one short round: to see that everything works, not how fast
#   --gcc-O3    compile the generated C with -O3, too: a minute more
#   --publish   put the targets' table and the plots into docs/
#   FILTER      a regular expression over the names of benchmarks, such as BM_mnist; then without PyTorch and without
#               the engine's other instruction sets
#
# `cmake/setup.sh peers` installs PyTorch and oneDNN. LUTRA_JOBS: how many compilers run at a time (default 2).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

rounds=5 seconds=0.05 torch_seconds=0.5 filter=. levels=(O1) publish=
for argument in "$@"; do
    case $argument in
        --quick) rounds=1 seconds=0.001 torch_seconds=0 ;;
        --gcc-O3) levels+=(O3) ;;
        --publish) publish=yes ;;
        -*)
            sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
            exit 2
            ;;
        *) filter=$argument ;;
    esac
done

build=build/benchmarks
programs=$build/benchmarks
results=$build/results
peers=$build/peers
left_out=()

progress() {
    printf '[%d min %02d s] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$1" >&2
}

# result NAME SECONDS MEBIBYTES: as a benchmark's result.
result() {
    printf '{"benchmarks": [{"run_name": "%s", "cpu_time": %s, "time_unit": "s", "mebibytes": %s}]}\n' "$@" \
        >"$results/0-$1.json"
}

# cost NAME COMMAND...: the processor time and the most memory of a command.
cost() {
    local name=$1 user memory
    shift
    if /usr/bin/time -f '%U %M' -o "$build/cost" "$@"; then
        read -r user memory <"$build/cost"
        result "$name" "$user" $((memory / 1024))
    else
        left_out+=("$name: it failed: $*")
    fi
}

# measure ROUND SET PROGRAM [ARGUMENT...]: one run, with the instruction set SET instead of the best if it is not empty.
measure() {
    local name=$3${2:+@$2} command=("$programs/$3" "${@:4}")
    progress "round $1 of $rounds: $name"
    if ! LUTRA_ARCH=$2 "${command[@]}" --benchmark_filter="$filter" --benchmark_min_time="$seconds" \
        --benchmark_out="$results/$1-$name.json" --benchmark_out_format=json >/dev/null 2>"$build/errors"; then
        cat "$build/errors" >&2
        left_out+=("$name: it failed")
        rm -f "$results/$1-$name.json"
    fi
    find "$results" -name "$1-$name.json" -empty -delete # FILTER names none of its benchmarks
}

./cmake/setup.sh bench >&2
progress "build"
{
    cmake -S . -B "$build" -G Ninja -D CMAKE_BUILD_TYPE=Release -D CMAKE_CXX_COMPILER="${CXX:-g++}" \
        -D LUTRA_BUILD_TESTS=OFF -D LUTRA_BUILD_EXAMPLES=OFF
    cmake --build "$build" -j "${LUTRA_JOBS:-2}"
} >&2
rm -rf "$results" "$peers"
mkdir -p "$results" "$peers"

progress "what a program costs to compile"
./benchmarks/compile_time.sh >"$build/compile_time.md"
quickstart=$(sed -nE 's/^\| examples\/quickstart.*\| ([0-9.]+) \| ([0-9]+) MiB \|$/\1 \2/p' "$build/compile_time.md")
if read -r user memory <<<"$quickstart" && [ -n "$memory" ]; then
    result BM_compile_quickstart "$user" "$memory"
else
    left_out+=("compiling quickstart.cpp: no figure from compile_time.sh")
fi

progress "what 50 000 nodes cost to export, and C to compile"
"$programs/compiled_write" "$peers"
cost BM_memory_of_export_all "$programs/export_benchmark" --benchmark_filter='^BM_export_all$' >/dev/null 2>&1
cost BM_compile_nodes_exported gcc -std=c99 -O2 -c "$peers/nodes_exported.c" -o "$peers/nodes_exported.o"
for name in gates mnist; do
    gcc -std=c99 -O2 -fPIC -shared "$peers/${name}_exported.c" -o "$peers/${name}_exported.so"
done
for level in "${levels[@]}"; do
    progress "gcc -$level of the generated C"
    cost "BM_compile_generated_$level" gcc -std=c99 "-$level" -march=native -fPIC -shared "$peers/gates_generated.c" \
        -o "$peers/gates_generated_$level.so"
done
if [ ${#levels[@]} -eq 1 ]; then
    left_out+=("the generated C with gcc -O3 (--gcc-O3 compiles it)")
fi

if ! grep -q "^LUTRA_ONEDNN_LIBRARY:FILEPATH=/" "$build/CMakeCache.txt"; then
    left_out+=("oneDNN: libdnnl-dev is not installed (cmake/setup.sh peers installs it)")
fi

python=
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import torch' 2>/dev/null; then
        python=$candidate
        "$programs/network_write" "$peers/network"
        break
    fi
done
if [ -z "$python" ]; then
    left_out+=("PyTorch: python3-torch is not installed (cmake/setup.sh peers installs it)")
fi

# A round takes everything in turn, so that what is compared has run on the same machine in the same minute.
sets=()
declare -A onednn_sets=([avx2]=AVX2 [avx512]=AVX512_CORE)
for set in avx2 avx512; do
    if grep -Eqs "^flags.* $set(f|) " /proc/cpuinfo; then
        sets+=("$set")
    fi
done
for ((round = 1; round <= rounds; ++round)); do
    for source in benchmarks/*_benchmark.cpp; do
        measure "$round" "" "$(basename "$source" .cpp)"
    done
    measure "$round" "" compiled_benchmark "$peers"
    if [ "$filter" != . ]; then
        continue
    fi
    for set in "${sets[@]}"; do
        filter='^BM_scale_nodes/nodes:(1024|4096|16384|65536)$' measure "$round" "$set" engine_benchmark
        # A peer that took a newer instruction set than ours would be no comparison.
        for program in code_convolution_benchmark optical_flow_benchmark; do
            ONEDNN_MAX_CPU_ISA=${onednn_sets[$set]} measure "$round" "$set" $program
        done
    done
    if [ -n "$python" ]; then
        progress "round $round of $rounds: PyTorch"
        if ! "$python" benchmarks/peers/pytorch.py "$peers/network" --seconds "$torch_seconds" \
            >"$results/$round-pytorch.json"; then
            left_out+=("PyTorch: it failed")
            rm -f "$results/$round-pytorch.json"
        fi
    fi
done

progress "tables and plots"
remarks() {
    echo
    echo "Medians of $rounds rounds, each of which runs everything once, in processor time (names with real_time: in time"
    echo "on the clock)."
    if [ ${#left_out[@]} -gt 0 ]; then
        printf 'Left out: %s.\n' "${left_out[@]}" | sort -u
    fi
}
{
    "$programs/report" "$results" benchmarks/report/targets.json
    remarks
    echo
    cat "$build/compile_time.md"
} >"$results/results.md"
(cd "$results" && gnuplot "$OLDPWD/benchmarks/report/plots.gp")
cat "$results/results.md"
progress "the page is $results/results.md; plots: $(cd "$results" && echo *.svg)"

if [ -n "$publish" ]; then
    {
        "$programs/report" "$results" benchmarks/report/targets.json --short
        remarks
    } >"$build/targets.md"
    sed -i -e '/^<!-- speed/,/^<!-- end of speed/{/^<!-- speed/r '"$build/targets.md" -e '/^<!-- /!d}' docs/results.md
    for plot in "$results"/*.svg; do
        cp "$plot" "docs/speed_$(basename "$plot")"
    done
fi
