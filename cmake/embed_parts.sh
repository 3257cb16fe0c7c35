#!/usr/bin/env bash
# Writes the Verilog parts of export/rtl into the header from which the exporter takes them, so that a program that was
# built from headers alone has them. To be run after a part has changed; a test compares.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
header=export/include/lutra/export/define/part_texts.hpp
parts=(export/rtl/*.v)
{
    echo '#pragma once'
    echo '// The text of the parts in export/rtl, as cmake/embed_parts.sh copies it.'
    echo
    echo '#include <array>'
    echo '#include <string_view>'
    echo
    echo 'namespace lutra::hdl::detail {'
    echo
    echo 'struct PartText {'
    echo '  std::string_view name, text;'
    echo '};'
    echo
    echo '// clang-format off'
    echo "inline constexpr std::array<PartText, ${#parts[@]}> part_texts{{"
    for part in "${parts[@]}"; do
        name=${part##*/}
        printf '{"%s", R"verilog(' "${name%.v}"
        cat "$part"
        echo ')verilog"},'
    done
    echo '}};'
    echo '// clang-format on'
    echo
    echo '}  // namespace lutra::hdl::detail'
} >"$header.new"
mv "$header.new" "$header"
