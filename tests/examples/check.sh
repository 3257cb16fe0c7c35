#!/usr/bin/env bash
# Runs the examples as a user would, briefly, and gives them what they must refuse.
#
#   check.sh FOLDER_OF_PROGRAMS SOURCE_FOLDER
set -euo pipefail

bin=$(cd "$1" && pwd)
source=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "FAILED: $1" >&2
    exit 1
}

# expect_error WORDS COMMAND...: exit code other than 0, one line on stderr with these words, and no crash.
expect_error() {
    local words=$1 status=0
    shift
    "$@" >stdout 2>stderr </dev/null || status=$?
    [ "$status" -ne 0 ] || fail "$* succeeded"
    [ "$status" -lt 126 ] || fail "$* crashed with $status"
    grep -qE "$words" stderr || fail "$* said: $(cat stderr); expected: $words"
    echo "refused: $(tail -n 1 stderr)"
}

for program in quickstart budget mnist mnist_convolution tabular infer custom_layer distill segmentation autoencoder robot_arm optical_flow fashion detection frontier; do
    "$bin/$program" --help | grep -q -- '--help' || fail "$program --help"
done

# A table that anyone can learn: the class says which of three numbers is the largest.
awk 'BEGIN { srand(7); print "a,b,c,class"
    for (i = 0; i < 600; ++i) { a = rand(); b = rand() * 1000; c = rand() / 1000
        print a "," b "," c "," (a > b / 1000 && a > c * 1000 ? "first" : b / 1000 > c * 1000 ? "second" : "third") } }' >table.csv
"$bin/tabular" table.csv --small --epochs 4 --out table >log
grep -q 'proved equal\|not proved' log || fail "tabular: $(cat log)"
grep -q DIFFERENT log && fail "tabular: $(cat log)"
accuracy=$(sed -nE 's/^ *network +([0-9]+)\..*/\1/p' log)
[ "$accuracy" -ge 80 ] || fail "tabular learned to $accuracy % only"
"$bin/infer" --circuit table/net.lutra --csv table.csv --out classes
[ "$(wc -l <classes)" -eq 600 ] || fail "infer wrote $(wc -l <classes) classes"
grep -qE '^(first|second|third)$' classes || fail "infer wrote no class names"
"$bin/tabular" table.csv --budget 200 --epochs 12 --out budget >log 2>/dev/null || fail "tabular: $(cat log)"
luts=$(sed -nE 's/^chosen: .*, ([0-9]+) LUTs of 200$/\1/p' log)
[ "$luts" -le 200 ] || fail "tabular chose $luts LUTs"
"$bin/infer" --circuit budget/net.lutra --csv table.csv --out classes-200
[ "$(wc -l <classes-200)" -eq 600 ] || fail "infer wrote $(wc -l <classes-200) classes"
cut -d, -f1-3 table.csv >unlabelled.csv
"$bin/infer" --circuit table/net.lutra --csv unlabelled.csv --label none --out again
cmp classes again || fail "the label column changed the answers"

"$bin/quickstart" --epochs 3 --out digits >log
grep -q DIFFERENT log && fail "quickstart: $(cat log)"
for file in digits.v digits.c digits.blif digits_tb.v digits_init.json digits.lutra report.html report.json; do
    [ -s "digits/$file" ] || fail "quickstart wrote no $file"
done
"$bin/budget" --luts 300 --brief-epochs 2 --epochs 3 --check 50 --out within >log 2>/dev/null || fail "budget: $(cat log)"
for file in budget.v budget.c budget_tb.v budget.lutra tried.svg report.html search/search.rows; do
    [ -s "within/$file" ] || fail "budget wrote no $file"
done
luts=$(sed -nE 's/^chosen: .*, ([0-9]+) LUTs of 300$/\1/p' log)
[ "$luts" -le 300 ] || fail "budget chose $luts LUTs"
"$bin/segmentation" --patches 2000 --epochs 1 --out pixels >log || fail "segmentation: $(cat log)"
for file in segmentation.v segmentation_logic0.v segmentation_tb.v lutra_window.v segmentation.png report.html; do
    [ -s "pixels/$file" ] || fail "segmentation wrote no $file"
done
env -u LUTRA_DATA "$bin/distill" --teacher-epochs 3 --imitate 1 --task 1 --epochs 2 2>log >students ||
    fail "distill: $(cat log)"
grep -q 'distilled .* 600' students || fail "distill printed $(cat students)"
env -u LUTRA_DATA "$bin/autoencoder" --epochs 10 --out codes >log 2>/dev/null || fail "autoencoder: $(cat log)"
[ -s codes/autoencoder.png ] || fail "autoencoder drew nothing"
"$bin/robot_arm" --epochs 2 --out arm >log 2>/dev/null || fail "robot_arm: $(cat log)"
grep -q DIFFERENT log && fail "robot_arm: $(cat log)"
[ "$(sed -nE 's/.*shoulder off by ([0-9]+)\..*/\1/p' log)" -lt 10 ] || fail "robot_arm learned little: $(cat log)"
for file in arm.png arm.v arm.c arm.lutra report.html; do
    [ -s "arm/$file" ] || fail "robot_arm wrote no $file"
done
env -u LUTRA_DATA "$bin/optical_flow" --pairs 128 --epochs 1 --out flow >log 2>/dev/null || fail "optical_flow: $(cat log)"
grep -q 'quantized: circuit equal' log || fail "optical_flow: $(cat log)"
for file in optical_flow.png optical_flow.lutra quantized.checkpoint; do
    [ -s "flow/$file" ] || fail "optical_flow wrote no $file"
done
env -u LUTRA_DATA "$bin/optical_flow" --network quantized --pairs 128 --epochs 1 --resume --out flow >again 2>/dev/null
[ "$(tail -n 3 log | grep quantized)" = "$(tail -n 3 again | grep quantized)" ] || fail "optical_flow resumed to $(cat again)"
# Sixty-four images that repeat one another's text, in the four files of MNIST.
mkdir idx
for part in train t10k; do
    { printf '\0\0\10\3\0\0\0\100\0\0\0\34\0\0\0\34' && head -c $((64 * 784)) < <(yes 'lutra, ten labels'); } >idx/$part-images-idx3-ubyte
    { printf '\0\0\10\1\0\0\0\100' && for i in {0..63}; do printf "\\$((i % 8))"; done; } >idx/$part-labels-idx1-ubyte
done
"$bin/fashion" --data idx --epochs 1 --out clothes >log 2>/dev/null || fail "fashion: $(cat log)"
grep -q 'circuit equal' log || fail "fashion: $(cat log)"
for file in fashion.c fashion.h fashion.lutra report.html; do
    [ -s "clothes/$file" ] || fail "fashion wrote no $file"
done
env -u LUTRA_DATA "$bin/detection" --twin --scenes 128 --epochs 1 --out boxes >log 2>/dev/null || fail "detection: $(cat log)"
grep -q 'circuit equal, in every number' log || fail "detection: $(cat log)"
for file in detection.png detection.lutra detection.c detection.h few-bits.checkpoint floats.checkpoint; do
    [ -s "boxes/$file" ] || fail "detection wrote no $file"
done
"$bin/frontier" --data idx --point 1300 --seeds 2 --epochs 1 --out points >log 2>stderr || fail "frontier: $(cat stderr)"
for file in frontier.svg frontier.md 1300-1/mnist.v 1300-2/mnist.lutra; do
    [ -s "points/$file" ] || fail "frontier wrote no $file"
done
"$bin/frontier" --data idx --point 1300 --seeds 2 --epochs 1 --out points 2>/dev/null | cmp - log || fail "frontier: another table"
"$bin/custom_layer" --epochs 2 | grep -q 'network .* circuit' || fail custom_layer

# What must be refused, in a sentence, with nothing left behind.
expect_error 'tables alone' "$bin/budget" --luts 5 --out within-5
[ ! -e within-5 ] || fail "a budget that nothing keeps left a folder"
expect_error 'no-such.csv.*expected a file that exists' "$bin/tabular" no-such.csv
: >empty.csv
expect_error 'empty.csv' "$bin/tabular" empty.csv --out none
sed '5s/^[^,]*/abc/' table.csv >letters.csv
expect_error "letters.csv.*line 5" "$bin/tabular" letters.csv --out none
sed '9s/^[^,]*/nan/' table.csv >nan.csv
expect_error 'nan.csv.*line 9' "$bin/tabular" nan.csv --out none
expect_error 'label|price' "$bin/tabular" table.csv --label price --out none
[ ! -e none ] || fail "a refused table left a folder"
expect_error 'no data' env -u LUTRA_DATA "$bin/mnist"
expect_error 'no data' env -u LUTRA_DATA "$bin/mnist_convolution"
expect_error 'no data' env -u LUTRA_DATA "$bin/frontier"
expect_error 'No such file|no ' "$bin/mnist" --data "$work/nowhere"
expect_error 'No such file|no ' "$bin/fashion" --data "$work/nowhere"
expect_error 'circuit file' "$bin/infer" --circuit table.csv --csv table.csv
head -c 1000 table/net.lutra >cut.lutra
expect_error 'cut.lutra' "$bin/infer" --circuit cut.lutra --csv table.csv
expect_error 'columns' "$bin/infer" --circuit table/net.lutra --csv <(printf 'x,y,class\n1,2,first\n')
expect_error 'notes' "$bin/infer" --circuit digits/digits.lutra --csv table.csv
expect_error 'nothing to classify' "$bin/infer" --circuit digits/digits.lutra
touch a-file
expect_error 'a-file' "$bin/quickstart" --epochs 1 --out a-file/folder
[ -f "$source/export/prove.sh" ] || fail "no export/prove.sh"
echo "all examples do as they say"
