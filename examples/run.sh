#!/usr/bin/env bash
# Sets up the machine, builds the examples and runs the main one, quickstart, on the embedded digits. Arguments are
# passed on to it: examples/run.sh --epochs 60 --out out/mine
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/cmake/setup.sh" build prove

build=$root/build/examples
log=$build/build.log
mkdir -p "$build"
echo "lutra: building quickstart (minutes, the first time)"
if ! { cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLUTRA_BUILD_TESTS=OFF \
           -DLUTRA_BUILD_BENCHMARKS=OFF && cmake --build "$build" --target example_quickstart; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    echo "lutra: the build failed; all of it is in $log" >&2
    exit 1
fi
cd "$root"
exec "$build/examples/quickstart" "$@"
