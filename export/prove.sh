#!/bin/sh
# Proves an exported folder: for every NAME.blif in it, that NAME.v computes the same function for every input (yosys
# reads the Verilog, ABC compares by SAT) and that every path from input to output passes exactly as many registers as
# the header of NAME.v says. Lints with verilator and runs NAME_tb.v where they are there.
#
# Nodes have the same names in both files, so they are compared first one by one, each as a function of the nodes it
# reads: where all are equal, so are the answers. Only where one is not, whole answers are compared.
#
# A testbench whose module has no .blif is that of a stream of images, which is put together from such modules and from
# hand-written parts: it is linted and run as a whole.
#
#   prove.sh FOLDER       last line: proved equal | NOT EQUAL: why | not proved: why
#   exit status           0 proved, 1 not equal, 2 not proved (a tool or a file is missing, or time ran out)
#
# LUTRA_PROVE_SECONDS limits each run of a tool (600).

set -u
folder=${1-}
limit=${LUTRA_PROVE_SECONDS-600}

row() { printf '  %-12s%s\n' "$1" "$2"; }
not_proved() { echo "not proved: $1"; exit 2; }
not_equal() { echo "NOT EQUAL: $1"; exit 1; }
have() { command -v "$1" > /dev/null 2>&1; }

[ $# -eq 1 ] || not_proved "usage: prove.sh FOLDER"
[ -d "$folder" ] || not_proved "$folder is not a folder"
have yosys || not_proved "yosys is not installed (apt-get install yosys)"
abc=
for program in berkeley-abc abc yosys-abc; do
  if have $program; then abc=$program; break; fi
done
[ -n "$abc" ] || not_proved "ABC is not installed (apt-get install berkeley-abc)"

work=$(mktemp -d) || not_proved "no temporary folder"
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
cd "$folder" || not_proved "cannot enter $folder"

# Primitives, and look-ups in a constant table, as yosys's own LUT cell: no logic is rewritten on the way.
cat > "$work/luts.v" << 'VERILOG'
module LUT1 (output O, input I0);
  parameter [1:0] INIT = 0;
  \$lut #(.WIDTH(1), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I0}), .Y(O));
endmodule
module LUT2 (output O, input I0, I1);
  parameter [3:0] INIT = 0;
  \$lut #(.WIDTH(2), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I1, I0}), .Y(O));
endmodule
module LUT3 (output O, input I0, I1, I2);
  parameter [7:0] INIT = 0;
  \$lut #(.WIDTH(3), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I2, I1, I0}), .Y(O));
endmodule
module LUT4 (output O, input I0, I1, I2, I3);
  parameter [15:0] INIT = 0;
  \$lut #(.WIDTH(4), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I3, I2, I1, I0}), .Y(O));
endmodule
module LUT5 (output O, input I0, I1, I2, I3, I4);
  parameter [31:0] INIT = 0;
  \$lut #(.WIDTH(5), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I4, I3, I2, I1, I0}), .Y(O));
endmodule
module LUT6 (output O, input I0, I1, I2, I3, I4, I5);
  parameter [63:0] INIT = 0;
  \$lut #(.WIDTH(6), .LUT(INIT)) _TECHMAP_REPLACE_ (.A({I5, I4, I3, I2, I1, I0}), .Y(O));
endmodule
module SB_LUT4 (output O, input I0, I1, I2, I3);
  parameter [15:0] LUT_INIT = 0;
  \$lut #(.WIDTH(4), .LUT(LUT_INIT)) _TECHMAP_REPLACE_ (.A({I3, I2, I1, I0}), .Y(O));
endmodule
module \$shiftx (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  parameter _TECHMAP_CONSTMSK_A_ = 0;
  parameter _TECHMAP_CONSTVAL_A_ = 0;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  wire _TECHMAP_FAIL_ = !(&_TECHMAP_CONSTMSK_A_) || A_WIDTH != (1 << B_WIDTH) || Y_WIDTH != 1 || B_WIDTH > 6;
  \$lut #(.WIDTH(B_WIDTH), .LUT(_TECHMAP_CONSTVAL_A_)) _TECHMAP_REPLACE_ (.A(B), .Y(Y));
endmodule
VERILOG

# Reads a BLIF of yosys, in which a register with an enable is a cell of its own. Counts the registers on every path to
# every output, writes `combinational` (registers as wires, no clock) and prints one line: "ok", or what is wrong.
cat > "$work/registers.awk" << 'AWK'
function problem(text) { if (!failed) print text; failed = 1; exit 1 }

# Registers between the inputs and a net; -1 where none of its inputs counts (constants, the reset).
function registers(net,    i, n, pin, pins, count, found, first) {
  if (net in known) return known[net]
  if (net in open) problem("a loop through " net)
  if (!(net in reads) && !(net in latch)) problem(net " is driven by nothing")
  open[net] = 1
  found = -1
  if (net in latch) {
    found = registers(latch[net])
    if (found >= 0) ++found
  } else {
    n = split(reads[net], pins, " ")
    for (i = 1; i <= n; ++i) {
      pin = pins[i]
      count = registers(pin)
      if (count < 0) continue
      if (found >= 0 && count != found)
        problem("at " net ", " first " comes after " found " registers, " pin " after " count)
      found = count
      first = pin
    }
  }
  delete open[net]
  return known[net] = found
}

function add_register(from, to, clock) {
  if (clock != "clk") problem("the register " to " is not clocked by a rising edge of clk")
  latch[to] = from
  print ".names " from " " to "\n1 1" > combinational
}

{ while (sub(/\\$/, "")) { if ((getline more) <= 0) break; $0 = $0 more } }
$1 == ".inputs" {
  line = ".inputs"
  for (i = 2; i <= NF; ++i) {
    if ($i == "ce") enable = 1
    if ($i == "clk" || $i == "ce") continue
    known[$i] = $i == "rst" ? -1 : 0
    line = line " " $i
  }
  print line > combinational
  next
}
$1 == ".outputs" { for (i = 2; i <= NF; ++i) outputs[++size] = $i }
$1 == ".names" { for (i = 2; i < NF; ++i) reads[$NF] = reads[$NF] " " $i; reads[$NF] = reads[$NF] "" }
$1 == ".latch" {
  if (enable) problem("the register " $3 " does not wait for ce")
  add_register($2, $3, $4 == "re" ? $5 : "")
  next
}
$1 == ".subckt" && $2 == "$_DFFE_PP_" {
  for (i = 3; i <= NF; ++i) { at = index($i, "="); pin[substr($i, 1, at - 1)] = substr($i, at + 1) }
  if (!enable || pin["E"] != "ce") problem("the register " pin["Q"] " waits for " pin["E"])
  add_register(pin["D"], pin["Q"], pin["C"])
  next
}
$1 == ".subckt" || $1 == ".gate" { problem("a cell that is no LUT and no register: " $2) }
{ print > combinational }
END {
  if (failed) exit 1
  for (i = 1; i <= size; ++i) {
    count = registers(outputs[i])
    if (count >= 0 && count != latency)
      problem("the header says " latency " clocks, " outputs[i] " comes after " count)
  }
  print "ok"
}
AWK

# Reads a reference and a combinational subject, and writes both cut open at the reference's nodes: each node is an output,
# and where it is read an input of its own. Fails where the subject lacks one of the nodes.
cat > "$work/cut.awk" << 'AWK'
function joined() { while (sub(/\\$/, "")) { if ((getline more) <= 0) break; $0 = $0 more } }
function root(net) { while (net in buffer) net = buffer[net]; return net }
function cut_name(net) { return net in cut ? cut[net] ".cut" : net in is_input ? net : "gate." net }

{ joined() }
FNR == 1 { ++file }
/^#/ || NF == 0 || $1 == ".model" || $1 == ".end" { next }
file == 1 && $1 == ".inputs"  { sub(/^\.inputs/, ""); ports = $0 }
file == 1 && $1 == ".outputs" { sub(/^\.outputs/, ""); answers = $0; size = split($0, list, " "); for (i = 1; i <= size; ++i) is_answer[list[i]] = 1 }
file == 1 && $1 == ".names"   { if (!($NF in is_answer) && NF > 1 && $NF != "zero" && $NF != "one") { nodes[++count] = $NF; is_node[$NF] = 1 } }
file == 1 { if ($1 != ".inputs" && $1 != ".outputs") lines[++total] = $0; next }
$1 == ".inputs"  { for (i = 2; i <= NF; ++i) is_input[$i] = 1; subject_ports = $0; sub(/^\.inputs/, "", subject_ports); next }
$1 == ".outputs" { subject_size = split($0, subject_answers, " "); next }
$1 == ".names"   { gate = $NF; reads[gate] = $0; cover[gate] = ""; next }
{ cover[gate] = cover[gate] $0 "\n" }
END {
  for (gate in reads)
    if (split(reads[gate], pin, " ") == 3 && cover[gate] == "1 1\n") buffer[gate] = pin[2]
  for (i = 1; i <= count; ++i) {
    if (!(nodes[i] in reads)) exit 1
    cut[root(nodes[i])] = nodes[i]
    more_inputs = more_inputs " " nodes[i] ".cut"
    more_outputs = more_outputs " " nodes[i]
  }
  print ".model reference\n.inputs" ports more_inputs "\n.outputs" more_outputs answers > reference_cut
  for (i = 1; i <= total; ++i) {
    n = split(lines[i], pin, " ")
    if (pin[1] != ".names") { print lines[i] > reference_cut; continue }
    line = ".names"
    for (j = 2; j < n; ++j) line = line " " (pin[j] in is_node ? pin[j] ".cut" : pin[j])
    print line " " pin[n] > reference_cut
  }
  print ".end" > reference_cut
  line = ".outputs" more_outputs
  for (i = 2; i <= subject_size; ++i) line = line " " subject_answers[i]
  print ".model subject\n.inputs" subject_ports more_inputs "\n" line > subject_cut
  for (gate in reads) {
    if (gate in buffer) continue
    n = split(reads[gate], pin, " ")
    line = ".names"
    for (j = 2; j < n; ++j) line = line " " cut_name(root(pin[j]))
    printf "%s gate.%s\n%s", line, gate, cover[gate] > subject_cut
  }
  for (i = 1; i <= count; ++i) {
    net = root(nodes[i])
    print ".names " (net in is_input ? net : "gate." net) " " nodes[i] "\n1 1" > subject_cut
  }
  for (i = 2; i <= subject_size; ++i) print ".names " cut_name(root(subject_answers[i])) " " subject_answers[i] "\n1 1" > subject_cut
  print ".end" > subject_cut
}
AWK

# compare REFERENCE SUBJECT SECONDS: whether two BLIF files are equal, by what ABC says; it exits 0 whatever it found.
# Sets verdict, and first to the first output that differs.
compare() {
  timeout "$3" "$abc" -q "read $1; strash; write_aiger $work/reference.aig; read $2; strash; write_aiger $work/subject.aig;
      &r $work/subject.aig; &cec $work/reference.aig" > "$work/abc" 2>&1
  first=
  if grep -q 'Networks are equivalent' "$work/abc"; then verdict=equal
  elif grep -qi 'not equivalent' "$work/abc"; then
    verdict=different
    index=$(sed -n 's/.*(zero-based number \([0-9]*\)).*/\1/p' "$work/abc" | head -n 1)
    [ -z "$index" ] || first=$(ports outputs "$1" | sed -n "$((index + 1))p")
  else verdict=undecided
  fi
}

# ports inputs|outputs FILE: the ports of a BLIF file, one a line.
ports() {
  awk -v list=".$1" '{ while (sub(/\\$/, "")) { if ((getline more) <= 0) break; $0 = $0 more } }
    $1 == list { for (i = 2; i <= NF; ++i) print $i }' "$2"
}

prove() {
  name=$1
  case $name in
    [!A-Za-z]* | *[!A-Za-z0-9_]*) not_proved "'$name' is no name of a module" ;;
  esac
  echo "$name"
  [ -f "$name.v" ] || not_proved "$name.v is missing"
  latency=$(sed -n 's,^// latency  *\([0-9][0-9]*\) clocks*.*,\1,p' "$name.v" | head -n 1)
  [ -n "$latency" ] || not_proved "$name.v does not state its latency"

  lint "$name" "$name.v"

  timeout "$limit" yosys -q -p "read_verilog \"$name.v\"; hierarchy -top $name; proc; opt_clean; opt_dff -nosdff; opt_clean;
      techmap -map \"$work/luts.v\"; simplemap; opt_clean; write_blif \"$work/subject.blif\"" \
      > "$work/yosys" 2>&1 || not_proved "yosys cannot read $name.v: $(tail -n 1 "$work/yosys")"
  checked=$(awk -v latency="$latency" -v combinational="$work/combinational.blif" -f "$work/registers.awk" \
      "$work/subject.blif") || { row registers "WRONG"; not_equal "$name: $checked"; }
  if [ "$latency" -eq 0 ]; then row registers "none, as stated"; else row registers "$latency on every path, as stated"; fi

  # The signals of the handshake are no part of the circuit; the reference gets them here.
  awk -v latency="$latency" -v valid="$(grep -c '^\.inputs.* valid_in\( \|$\)' "$work/combinational.blif")" '
    valid && $1 == ".inputs"  { sub(/\.inputs/, latency > 0 ? ".inputs rst valid_in" : ".inputs valid_in") }
    valid && $1 == ".outputs" { sub(/\.outputs/, ".outputs valid_out") }
    valid && $1 == ".end"     { print (latency > 0 ? ".names valid_in rst valid_out\n10 1" : ".names valid_in valid_out\n1 1") }
    { print }' "$name.blif" > "$work/reference.blif"

  # ABC pairs ports by order, so their names are compared first. A port of one bit may be called in or in[0].
  for list in inputs outputs; do
    for side in reference combinational; do
      ports $list "$work/$side.blif" | sed 's/\[0\]$//' > "$work/$side.$list"
    done
    cmp -s "$work/reference.$list" "$work/combinational.$list" || {
      row function "NOT EQUAL"
      not_equal "$name: its $list are not those of $name.blif"
    }
  done

  verdict=undecided
  first=
  awk -v reference_cut="$work/reference_cut.blif" -v subject_cut="$work/subject_cut.blif" -f "$work/cut.awk" \
    "$work/reference.blif" "$work/combinational.blif" &&
    compare "$work/reference_cut.blif" "$work/subject_cut.blif" "$limit"
  nodewise=$verdict
  node=$first
  # Where nodes differ, the design is not what was exported; whether that changes an answer is only asked for a while.
  seconds=$limit
  if [ "$nodewise" = different ] && [ "$limit" -gt 60 ]; then seconds=60; fi
  [ "$verdict" = equal ] || compare "$work/reference.blif" "$work/combinational.blif" "$seconds"
  at=${node:+, first at $node}
  case $nodewise,$verdict in
    equal,equal) row function "equal to $name.blif for every input, node by node (yosys, ABC)" ;;
    *,equal) row function "equal to $name.blif for every input (yosys, ABC)" ;;
    *,different)
      row function "NOT EQUAL"
      not_equal "$name: ${first:-an answer} is not that of $name.blif for some input${at}" ;;
    different,*)
      row function "NOT EQUAL"
      not_equal "$name: a node is not that of $name.blif${at}; in $seconds s no answer was found that differs" ;;
    *)
      row function "not decided in $seconds s: $(tail -n 1 "$work/abc")"
      undecided="$name: ABC did not decide" ;;
  esac

  if [ -f "${name}_tb.v" ]; then simulate "$name" "$name.v"
  elif [ -z "$streams" ]; then row simulation "left out, there is no ${name}_tb.v"
  fi
}

# lint MODULE FILE...
lint() {
  top=$1
  shift
  if ! have verilator; then
    row lint "left out, verilator is not installed"
    return
  fi
  # shellcheck disable=SC2086
  if timeout "$limit" verilator --lint-only -Wall -Wno-DECLFILENAME --top-module "$top" $libraries "$@" \
      > "$work/lint" 2>&1; then
    row lint "clean (verilator)"
  else
    row lint "NOT CLEAN (verilator): $(grep -m 1 '^%' "$work/lint")"
  fi
}

# simulate MODULE FILE...: what is proved as a whole in iverilog, a stream in verilator, which takes seconds to compile it
# and then no time for its thousands of pixels.
simulate() {
  name=$1
  shift
  if have iverilog && { [ -f "$name.blif" ] || ! have verilator; }; then
    # shellcheck disable=SC2086
    timeout "$limit" iverilog -g2005 -s "${name}_tb" -o "$work/tb.vvp" "${name}_tb.v" "$@" $models > "$work/tb" 2>&1 &&
      timeout "$limit" vvp -n "$work/tb.vvp" > "$work/tb" 2>&1
    simulated iverilog
  elif have verilator; then
    # shellcheck disable=SC2086
    timeout "$limit" verilator --binary --timing -MAKEFLAGS "OPT_FAST=-O1 OPT_SLOW=-O0" --Mdir "$work/verilated" -o tb \
      --top-module "${name}_tb" $libraries "${name}_tb.v" "$@" > "$work/tb" 2>&1 &&
      timeout "$limit" "$work/verilated/tb" > "$work/tb" 2>&1
    simulated verilator
  else
    row simulation "left out, neither iverilog nor verilator is installed"
  fi
}

simulated() {
  line=$(grep -m 1 '^PASS: \|^FAIL: ' "$work/tb")
  case $line in
    PASS:*) row simulation "$line ($1)" ;;
    FAIL:*) row simulation "$line ($1)"; not_equal "$name: the testbench says $line" ;;
    *) row simulation "did not run ($1): $(head -n 1 "$work/tb")"; undecided="$name: its testbench did not run" ;;
  esac
}

models=
libraries=
for file in xilinx7_sim.v ice40_sim.v; do
  [ -f "$file" ] || continue
  models="$models $file"
  libraries="$libraries -v $file"
done
streams=
for file in *_tb.v; do
  if [ -f "$file" ] && [ ! -f "${file%_tb.v}.blif" ]; then streams="$streams ${file%_tb.v}"; fi
done

undecided=
found=
for file in *.blif; do
  [ -f "$file" ] || continue
  found=yes
  prove "${file%.blif}"
done
for stream in $streams; do
  echo "$stream"
  set -- "$stream.v"
  for file in "$stream"_logic*.v "$stream"_tail.v lutra_*.v; do
    [ ! -f "$file" ] || set -- "$@" "$file"
  done
  lint "$stream" "$@"
  simulate "$stream" "$@"
done
[ -n "$found" ] || not_proved "there is no .blif in $folder"
[ -z "$undecided" ] || not_proved "$undecided"
echo "proved equal"
