#!/usr/bin/env bash
# Sets up the machine, then builds and tests everything. The last line says `N passed, N failed`.
#
#   tests/run.sh          g++, clang++ with sanitizers, kernels by clang++ without, format, clang-tidy
#   tests/run.sh quick    g++ only
#
# LUTRA_JOBS: how many compilers and tests run at a time (default 2).
# LUTRA_DATA: a folder with larger data sets; tests that want them say what they leave out without it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

mode=${1:-all}
case $mode in
    all | quick) ;;
    *)
        echo "usage: $0 [quick]" >&2
        exit 2
        ;;
esac

jobs=${LUTRA_JOBS:-2}
passed=0
failed=0

heading() {
    printf '\n=== [%d min %02d s] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$1"
}

finish() {
    heading "done"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

step_failed() {
    echo "FAILED: $1"
    failed=$((failed + 1))
}

heading "set up"
if ! ./cmake/setup.sh test; then
    step_failed "set up"
    finish
fi

launcher=()
if command -v ccache >/dev/null; then
    launcher=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
    # Our programs are compiled with -march=native, which a cache that moves between machines would take for the same.
    CCACHE_NAMESPACE=lutra-$({ grep -m1 '^flags' /proc/cpuinfo || uname -a; } | cksum | cut -d ' ' -f 1)
    export CCACHE_NAMESPACE
    export OBJCACHE=ccache  # as verilator calls it: designs that have not changed are not compiled again
fi

export UBSAN_OPTIONS=print_stacktrace=1

# suite PRESET [CTEST_ARGUMENT...]: configures, builds and tests one preset, and adds to the counts.
suite() {
    local preset=$1 log summary
    shift
    heading "$preset: build"
    if ! cmake --preset "$preset" -D LUTRA_QUICK_BUILD=ON "${launcher[@]}"; then
        step_failed "$preset does not configure"
        return
    fi
    # Everything that can be built is built, so that one broken file does not hide what the tests say about the others.
    if ! cmake --build --preset "$preset" -j "$jobs" -- -k 0; then
        step_failed "$preset does not build"
    fi

    heading "$preset: test"
    log=build/$preset/ctest.log
    ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j "$jobs" "$@" 2>&1 | tee "$log" || true
    summary=$(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$log")
    if [ -z "$summary" ]; then
        step_failed "$preset: no test ran"
        return
    fi
    failed=$((failed + ${summary% *}))
    passed=$((passed + ${summary#* } - ${summary% *}))
}

# Tracked C++ files; in an unpacked archive, all of them.
list_sources() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -- '*.cpp' '*.hpp' '*.h'
    else
        find include export examples benchmarks tests -name '*.cpp' -o -name '*.hpp' -o -name '*.h'
    fi | while IFS= read -r file; do
        if [ -f "$file" ]; then
            printf '%s\0' "$file"
        fi
    done
}

suite release

if [ "$mode" = all ]; then
    # The compile tests ask both compilers, whichever of them the build uses, and the hardware tools read the same text:
    # once is enough. Optimized by clang++ are kernels, engines, and a test of each storey; all else it compiles once,
    # with sanitizers.
    suite release-clang --label-exclude '^(compile|slow_tools|consumer)$'
    # Tests of other people's programs say nothing more under our sanitizers.
    suite sanitize --label-exclude '^(slow_tools|compile|consumer)$'

    heading "format"
    if ! list_sources | xargs -0 -r clang-format --dry-run -Werror; then
        step_failed "clang-format (clang-format -i FILE mends it)"
    fi

    heading "clang-tidy"
    # Every public header, seen from one generated file, and the examples, which also instantiate the templates: clang
    # reads them here and nowhere else, as g++ compiles them.
    tidy() {
        local build=$1
        shift
        printf '%s\0' "$@" |
            xargs -0 -n 1 -P "$jobs" clang-tidy -p "$build" --extra-arg=-Wno-unknown-warning-option --quiet
    }
    if ! tidy build/release-clang build/release-clang/every_header.cpp || ! tidy build/release examples/*.cpp; then
        step_failed "clang-tidy"
    fi
fi

finish
