#!/usr/bin/env bash
# Builds the consumer project in one of the three ways, runs it, and looks at how it was compiled.
#
#   check.sh WAY SOURCE_DIR BINARY_DIR CMAKE COMPILER HAS_DISPATCH
#
# WAY: find_package, add_subdirectory, fetch_content; HAS_DISPATCH: 1 where this lutra has lutra::dispatch, else 0
set -euo pipefail

way=$1 source_dir=$2 binary_dir=$3 cmake=$4 compiler=$5 has_dispatch=$6

# Fetched content is a subdirectory like any other: to compile the library a second time would show nothing new.
if [ "$way" = fetch_content ]; then
    has_dispatch=0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A copy, outside of the source tree: nothing may be found by accident.
cp -r "$source_dir/tests/consumer" "$scratch/project"

options=(-D "LUTRA_FROM=$way" -D "CMAKE_CXX_COMPILER=$compiler" -D CMAKE_BUILD_TYPE=Release
    -D "LUTRA_HAS_DISPATCH=$has_dispatch" -D CMAKE_EXPORT_COMPILE_COMMANDS=ON)
if command -v ninja >/dev/null; then
    options+=(-G Ninja)
fi
if [ "$way" = find_package ]; then
    "$cmake" --install "$binary_dir" --prefix "$scratch/first" >/dev/null
    # Moved after it was installed: an installed package that knows where it was born does not survive packaging.
    mv "$scratch/first" "$scratch/prefix"
    options+=(-D "CMAKE_PREFIX_PATH=$scratch/prefix" -D CMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
else
    options+=(-D "LUTRA_DIR_TO_ADD=$source_dir")
fi

"$cmake" -S "$scratch/project" -B "$scratch/build" "${options[@]}"
# As a subdirectory the kernels would be compiled with the consumer: minutes, and the same as in our own build.
targets=()
if [ "$way" = add_subdirectory ]; then
    targets=(--target consumer)
fi
"$cmake" --build "$scratch/build" --verbose "${targets[@]}"

commands=$scratch/build/compile_commands.json
[ -s "$commands" ] || {
    echo "no compile_commands.json was written" >&2
    exit 1
}
# Compiled with the consumer, in two of the three ways, and with flags of their own: the kernels to choose from.
own_commands=$scratch/own_commands
grep -vF -e "$source_dir/dispatch/" "$commands" >"$own_commands"
if grep -nE -e ' -(Wall|Wextra|Wpedantic|Wshadow|Wconversion|Werror|march|mtune|mavx|msse|O1|fsanitize)' "$own_commands"; then
    echo "lutra's own flags reached the consumer (lines above)" >&2
    exit 1
fi
if [ "$way" = find_package ] && grep -nF -e "-I$source_dir" -e "-isystem $source_dir" "$commands"; then
    echo "the installed package points back into lutra's source tree (lines above)" >&2
    exit 1
fi
if [ "$(grep -c '"file":' "$own_commands")" -ne $((2 + has_dispatch)) ]; then
    echo "the consumer also builds programs of lutra's, which it did not ask for:" >&2
    grep '"file":' "$own_commands" >&2
    exit 1
fi

"$scratch/build/consumer"
if [ "$has_dispatch" -eq 1 ] && [ "$way" = find_package ]; then
    "$scratch/build/dispatched"
fi
