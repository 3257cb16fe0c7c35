#!/usr/bin/env bash
# What it costs to compile programs that use the library, part by part: seconds of one core and, where GNU time is
# installed, the most memory; header-only, and as a program that links lutra::dispatch. CXX chooses the compiler, FLAGS
# what it is given.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
compiler=${CXX:-g++}
read -r -a flags <<<"${FLAGS--O2}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# part NAME HEADER...: a program of its own; its code comes from standard input.
part() {
    local source=$folder/$1.cpp
    shift
    {
        printf '#include <lutra/%s>\n' "$@"
        echo 'using namespace lutra;'
        cat
    } >"$source"
}

part include_only lutra.hpp </dev/null
part network_and_fit lutra.hpp <<'CODE'
constexpr auto expression = Thermometer<4>{} | StochasticLut<6, 600>{} | StochasticLut<6, 400>{} | GroupSum<10>{} | Argmax{};
void run(const Dataset<Byte>& train) {
  auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(expression, Seed{1});
  fit(net, train, {.epochs = 1});
}
CODE
part simplify lutra.hpp <<<'Circuit run(const Circuit& circuit) { return simplify(circuit); }'
part engine lutra.hpp <<'CODE'
void run(const Circuit& circuit, std::span<const std::uint8_t> samples, std::span<std::uint32_t> classes) {
  Engine(circuit).classify(samples, classes);
}
CODE
part load_digits data/digits.hpp <<<'auto run(const std::filesystem::path& path) { return load_digits(path); }'
for exporter in verilog blif init; do
    part "$exporter" "export/$exporter.hpp" <<<"Design run(const Circuit& circuit) { return hdl::$exporter(circuit); }"
done
part testbench export/testbench.hpp <<'CODE'
Design run(const Circuit& circuit, std::span<const std::uint8_t> samples) { return hdl::testbench(circuit, samples); }
CODE
part c export/c.hpp <<<'Design run(const Circuit& circuit) { return c::source(circuit); }'
part report export/report.hpp <<<'Design run(const Circuit& circuit) { return report::make(circuit, {}); }'
part package export/package.hpp <<'CODE'
Design run(const Circuit& circuit, std::span<const std::uint8_t> samples) { return package(circuit, samples); }
CODE

# cost SOURCE FLAG...: " seconds | memory |".
cost() {
    local source=$1 seconds='does not compile' memory=
    shift
    local command=("$compiler" -std=c++20 "${flags[@]}" "$@" -Iinclude -Iexport/include
        "-DLUTRA_SOURCE_DIR=\"$PWD\"" -w -c "$source" -o "$folder/out.o")
    if [ -x /usr/bin/time ]; then
        if /usr/bin/time -f '%U %M' -o "$folder/cost" "${command[@]}" 2>"$folder/log"; then
            read -r seconds memory <"$folder/cost"
            memory="$((memory / 1024)) MiB"
        fi
    else
        TIMEFORMAT=%U
        # What the compiler says goes to the log; what `time` says is taken.
        { time "${command[@]}" 2>"$folder/log"; } 2>"$folder/cost" && seconds=$(cat "$folder/cost")
    fi
    echo -n " $seconds | $memory |"
}

echo "| compiled with $("$compiler" --version | head -n 1), ${flags[*]} | header-only: seconds | memory |" \
    "with lutra::dispatch: seconds | memory |"
echo "|---|---:|---:|---:|---:|"
for name in include_only network_and_fit simplify engine load_digits verilog blif init testbench c report package \
    examples/quickstart.cpp; do
    source=$folder/$name.cpp
    [ -f "$source" ] || source=$name
    echo "| $name |$(cost "$source")$(cost "$source" -DLUTRA_DISPATCH=1)"
done
