# Draws what report.cpp wrote: run in the folder of the *.tsv files; what is not there is left out of its plot.

load "machine.gp"

card = "#fbfaf7"; ink = "#24292f"; soft = "#57606a"; line = "#d9d4c7"
teal = "#0b7a75"; orange = "#c8641b"; violet = "#7a5bc7"; grey = "#9aa3ad"

# A dummy point outside of every range stands for a series that is not there.
points(name) = sprintf("< test -s %s.tsv && cat %s.tsv || printf '1e-99\\t1e-99'", name, name)

set encoding utf8
set datafile separator "\t"
set style line 1 lc rgb teal lw 2 pt 7 ps 0.5
set style line 2 lc rgb orange lw 2 pt 5 ps 0.45
set style line 3 lc rgb grey lw 2 pt 9 ps 0.5
set style line 4 lc rgb violet lw 1.5 dt 2
set style line 5 lc rgb violet lw 2 pt 11 ps 0.5
set border 3 lc rgb soft
set tics nomirror textcolor rgb soft
set xtics scale 0.6; set ytics scale 0.6
set grid lc rgb line lw 0.6 dt 1
set key textcolor rgb ink samplen 2 spacing 1.1
set title textcolor rgb ink font ",13" offset 0,-0.4
set xlabel textcolor rgb soft offset 0,0.4; set ylabel textcolor rgb soft offset 1,0
set lmargin 9; set rmargin 2.5; set tmargin 3; set bmargin 3.6

picture(name, width, height) = sprintf("set terminal svg size %d,%d font 'DejaVu Sans,Verdana,sans-serif,11' background '%s'; set output '%s.svg'", width, height, card, name)

# Vertical lines where `per` bytes a step of x fill a cache.
mark(tag, at, name) = sprintf("set arrow %d from %g, graph 0 to %g, graph 1 nohead lc rgb '%s' dt 3 lw 1; set label %d '%s' at %g, graph 0.03 left rotate by 90 offset -0.6,0 textcolor rgb '%s' font ',9'", tag, at, at, grey, tag, name, at, soft)

# ----------------------------------------------------------------------------------------------------------------------
# The engine: a row of 512 samples is 64 bytes, and a node reads six rows, writes one, and is described by about 32
# bytes; an input of 64 bytes a sample is read once for 2000 nodes.
eval picture("engine_scaling", 1000, 400)
set multiplot layout 1,2
set logscale xy
set format x "10^{%T}"; set format y "%g"
set ylabel "ns a node and sample"

set title "Engine: nodes, 2048 samples"
set xlabel "LUT6 nodes"
set xrange [800:1.4e6]; set yrange [0.001:300]
eval mark(1, l1 / 64 < 900 ? 900 : l1 / 64, "rows = L1"); eval mark(2, l2 / 64, "rows = L2"); eval mark(3, l3 / 64 > 1.3e6 ? 1.3e6 : l3 / 64, l3 / 64 > 1.3e6 ? "" : "rows = L3")
bound(per_node_sample) = memory_bytes_per_s > 0 ? per_node_sample / memory_bytes_per_s * 1e9 : 1e-99
plot points("raw_scale_nodes") with linespoints ls 3 title "raw loop", \
     bound((7 * 64 + 32) / 512.0) with lines ls 4 title "all rows from memory", \
     points("scale_nodes_avx2") with linespoints ls 2 title "AVX2", \
     points("scale_nodes") with linespoints ls 1 title "chosen set"

unset arrow; unset label
set title "Engine: samples, 2000 nodes"
set xlabel "samples a call"
set xrange [0.7:1.4e6]
eval mark(1, l1 / 64, "input = L1"); eval mark(2, l2 / 64, "input = L2"); eval mark(3, l3 / 64 > 1.3e6 ? 1.3e6 : l3 / 64, l3 / 64 > 1.3e6 ? "" : "input = L3")
plot points("raw_scale_samples") with linespoints ls 3 title "raw loop", \
     bound(64 / 2000.0) with lines ls 4 title "input from memory", \
     points("scale_samples") with linespoints ls 1 title "chosen set"
unset multiplot
unset arrow; unset label

# ----------------------------------------------------------------------------------------------------------------------
eval picture("training_scaling", 1000, 360)
set multiplot layout 1,3
set key top right
set ylabel "ns a node and sample"
set title "Training: batch, 1 thread"
set xlabel "samples a batch"
set logscale x 4; set logscale y
set format x "%g"
set xrange [0.8:5200]; set yrange [0.5:2000]
plot points("batch_expectation") with linespoints ls 2 title "expectation", \
     points("batch_hard") with linespoints ls 1 title "hard"

unset logscale x
set ylabel ""
set key top left
set title "Training: fan-in, batch 128"
set xlabel "inputs a node"
set xrange [1.6:8.4]; set yrange [0.3:100]
set xtics 1
plot points("fan_in_expectation") with linespoints ls 2 title "expectation", \
     points("fan_in_hard") with linespoints ls 1 title "hard"

unset logscale
set key bottom right
set title "Training: threads, batch 1024"
set xlabel "threads"
set ylabel "samples/s, over one thread's"
set yrange [0:*]
first = 0
over_first(y) = (first = first == 0 ? y : first, y / first)
plot [0.9:*] x with lines ls 4 title "ideal", \
     (first = 0, points("threads_expectation")) using 1:(over_first(1 / $2)) with linespoints ls 2 title "expectation", \
     (first = 0, points("threads_hard")) using 1:(over_first(1 / $2)) with linespoints ls 1 title "hard"
unset multiplot

# ----------------------------------------------------------------------------------------------------------------------
eval picture("machine", 620, 340)
set title "Reading and updating memory, one thread"
set key top right
set logscale x 2; set logscale y
set xtics autofreq
set xlabel "bytes"; set ylabel "GB/s"
set format x "%g"
set xrange [3000:4e8]; set yrange [4:400]
set xtics ("4 KiB" 2**12, "64 KiB" 2**16, "1 MiB" 2**20, "16 MiB" 2**24, "256 MiB" 2**28)
eval mark(1, l1, "L1"); eval mark(2, l2, "L2"); eval mark(3, l3, "L3")
plot points("read") using 1:($2 / 1e9) with linespoints ls 1 title "read", \
     points("update") using 1:($2 / 1e9) with linespoints ls 2 title "read and written"
unset arrow; unset label

# ----------------------------------------------------------------------------------------------------------------------
rows = int(system("wc -l < ratios.tsv"))
if (rows == 0) exit
eval picture("peers", 820, 90 + 26 * rows)
set title "How many times faster than its peer"
unset logscale y; set logscale x 10
unset xlabel; unset ylabel; unset key
set lmargin 38
set border 1; set grid noytics
set xtics autofreq; set format x "%g"
set xrange [0.5:*]; set yrange [rows - 0.4:-0.6]
set ytics scale 0
set style fill solid 1 noborder
plot "ratios.tsv" using (0.5):0:(0.5):1:($0 - 0.32):($0 + 0.32):ytic(2) with boxxyerror lc rgb teal notitle, \
     "" using 1:0:(sprintf($1 < 10 ? " %.1f ×" : " %.0f ×", $1)) with labels left font ",10" textcolor rgb ink notitle
