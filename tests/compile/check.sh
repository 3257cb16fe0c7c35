#!/usr/bin/env bash
# Compiles one file and holds the compiler to what the file promises.
#
#   check.sh must_not FILE COMPILER [FLAG...]   FILE must not compile, and the compiler's output must match every regular
#                                               expression (grep -E) that FILE names: // must not compile: <regex>
#   check.sh must     FILE COMPILER [FLAG...]   FILE must compile without a warning
set -euo pipefail

verdict=$1 file=$2 compiler=$3
shift 3

# Plain quotes and no colours, so that an expression matches everywhere.
export LC_ALL=C
flags=(-std=c++20 -fsyntax-only -fdiagnostics-color=never "$@")
if [ "$verdict" = must ]; then
    flags+=(-Wall -Wextra -Werror)
fi

status=0
output=$("$compiler" "${flags[@]}" "$file" 2>&1) || status=$?

fail() {
    printf '%s: %s\nThe compiler (%s) said:\n%s\n' "$file" "$1" "$compiler" "${output:-nothing}" >&2
    exit 1
}

if [ "$verdict" = must ]; then
    [ "$status" -eq 0 ] || fail "should compile without a warning, but does not"
    exit 0
fi

[ "$status" -ne 0 ] || fail "compiles, but must not"

mapfile -t expressions < <(sed -n 's|^// must not compile: *||p' "$file")
[ "${#expressions[@]}" -gt 0 ] || fail "has no line '// must not compile: <regex>', so any error would do"
for expression in "${expressions[@]}"; do
    grep -Eq -- "$expression" <<<"$output" || fail "the message does not match: $expression"
done
