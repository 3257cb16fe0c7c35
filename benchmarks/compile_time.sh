#!/usr/bin/env bash
# What it costs to compile programs that use the library: seconds and, where GNU time is installed, the most memory.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
compiler=${CXX:-g++}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#include <lutra/lutra.hpp>\nint main() {}\n' >"$folder/include_only.cpp"
cblas=$(find /usr/include -name cblas.h -print 2>/dev/null | sort -r | head -n 1)

echo "| compiled with $compiler -O2 | seconds | memory |"
echo "|---|---:|---:|"
for source in "$folder/include_only.cpp" examples/quickstart.cpp; do
    if [ ! -f "$source" ]; then
        continue
    fi
    command=("$compiler" -std=c++20 -O2 -march=native -Iinclude -Iexport/include "-I$(dirname "${cblas:-/usr/include/.}")"
        "-DLUTRA_SOURCE_DIR=\"$PWD\"" -w -c "$source" -o "$folder/out.o")
    name=${source#"$folder/"}
    if [ -x /usr/bin/time ]; then
        if /usr/bin/time -f '%U %M' -o "$folder/cost" "${command[@]}"; then
            read -r seconds memory <"$folder/cost"
            echo "| $name | $seconds | $((memory / 1024)) MiB |"
        else
            echo "| $name | does not compile | |"
        fi
    else
        TIMEFORMAT=%U
        seconds=$({ time "${command[@]}"; } 2>&1)
        echo "| $name | $seconds | |"
    fi
done
