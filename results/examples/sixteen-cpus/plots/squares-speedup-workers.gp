# Made by breakeven; `gnuplot squares-speedup-workers.gp` in this folder draws it again.
set terminal unknown
reset
set colorsequence default
name = 'squares-speedup-workers'
data = 'squares-speedup-workers.dat'
heading = 'squares: how does it scale? (256 jobs of size 1M, warm)'
footer = 'Intel(R) Xeon(R) Processor, 16 CPUs, Linux 6.18.44-fc-v657-gpu on a virtual machine, 2026-11-27 15:08 UTC, suite scaling; bands and whiskers are 95 % intervals'
cpus = 16
baseline = 'serial'
names = ''.' '.'forkpool'.' '.'threadpool'.' '.'openmp'
array captions[3]
array dashes[3]
dashes[1] = 1
captions[1] = 'forkpool'
dashes[2] = 1
captions[2] = 'threadpool'
dashes[3] = 1
captions[3] = 'openmp'
top = 15.74
array end_x[3]
array end_y[3]
array label_y[3]
end_x[1] = 16; end_y[1] = 13.1159; label_y[1] = 13.1402
end_x[2] = 16; end_y[2] = 12.4719; label_y[2] = 12.4477
end_x[3] = 16; end_y[3] = 8.28289; label_y[3] = 8.28289
longest = 10
height = 600
array rate[3]
array contention[3]
array coherence[3]
array reach[3]
rate[1] = 0.984289
contention[1] = 0.0111524
coherence[1] = 0.000161415
reach[1] = 32
rate[2] = 0.994228
contention[2] = 0.0143587
coherence[2] = 0.00024027
reach[2] = 32
rate[3] = 1
contention[3] = 0
coherence[3] = 0
reach[3] = 0
cpus = 16
cores = 16
quota = 0
set xtics (1, 2, 3, 4, 6, 8, 12, 16)
least = 1
most = 16
formats = 'svg'

# What all pictures share: colours, marks, the footer and the two terminals. Before this stand the
# variables of one picture; after it the picture itself.

# Okabe and Ito's colour-blind-safe palette; a strategy has one colour and one mark everywhere.
# other1 to other4 are strategies that are not built in, in the order of the run.
color(s) = s eq 'serial'       ? 0x000000 : \
           s eq 'fork'         ? 0xD55E00 : \
           s eq 'spawn'        ? 0xCC79A7 : \
           s eq 'forkserver'   ? 0xE69F00 : \
           s eq 'forkpool'     ? 0x0072B2 : \
           s eq 'forkteam'     ? 0x56B4E9 : \
           s eq 'threads'      ? 0x7F7F7F : \
           s eq 'threadpool'   ? 0x009E73 : \
           s eq 'openmp'       ? 0x332288 : \
           s eq 'openmp-tasks' ? 0xAA9900 : \
           s eq 'pthreadpool'  ? 0x882255 : \
           s eq 'glib'         ? 0x8C564B : \
           s eq 'auto'         ? 0x1F3FD0 : \
           s eq 'auto-processes' ? 0x2F6F6F : \
           s eq 'xargs'        ? 0x6A3D9A : \
           s eq 'parallel'     ? 0xB2182B : \
           s eq 'py-process'   ? 0xA63603 : \
           s eq 'py-pool'      ? 0x08519C : \
           s eq 'py-executor'  ? 0x3690C0 : \
           s eq 'py-interpreters' ? 0xA07800 : \
           s eq 'py-threads'   ? 0x1B7837 : \
           s eq 'joblib-loky'  ? 0x7B3294 : \
           s eq 'joblib-threading' ? 0x5A9A2A : \
           s eq 'joblib-multiprocessing' ? 0xC7417B : \
           s eq 'other1'       ? 0xC2008F : \
           s eq 'other2'       ? 0x4EB265 : \
           s eq 'other3'       ? 0x00A5A5 : \
           s eq 'other4'       ? 0xA6761D : 0xAAAAAA
mark(s) = s eq 'serial' ? 1 : s eq 'fork' ? 5 : s eq 'spawn' ? 9 : s eq 'forkserver' ? 11 : \
          s eq 'forkpool' ? 7 : s eq 'forkteam' ? 6 : s eq 'threads' ? 4 : \
          s eq 'threadpool' ? 13 : s eq 'openmp' ? 8 : s eq 'openmp-tasks' ? 10 : \
          s eq 'pthreadpool' ? 12 : s eq 'glib' ? 14 : \
          s eq 'py-process' ? 5 : s eq 'py-pool' ? 7 : s eq 'py-executor' ? 6 : s eq 'py-interpreters' ? 9 : \
          s eq 'py-threads' ? 13 : s eq 'joblib-loky' ? 11 : s eq 'joblib-threading' ? 4 : \
          s eq 'joblib-multiprocessing' ? 8 : \
          s eq 'auto' ? 2 : s eq 'auto-processes' ? 3 : \
          s eq 'xargs' ? 3 : s eq 'parallel' ? 15 : s eq 'other1' ? 3 : s eq 'other2' ? 15 : \
          s eq 'other4' ? 1 : 2

# Darker, for text: the colours of lines are too light for that.
ink(c) = (int(0.72*((c >> 16) & 255)) << 16) + (int(0.72*((c >> 8) & 255)) << 8) + int(0.72*(c & 255))

# Ticks of a logarithmic axis of durations, in ns: where there are few decades, 2 and 5 too.
duration(ns) = ns < 1e3 ? sprintf('%g ns', ns) : ns < 1e6 ? sprintf('%g us', ns/1e3) : \
               ns < 1e9 ? sprintf('%g ms', ns/1e6) : sprintf('%g s', ns/1e9)
steps(low, high) = high < 1000*low ? '1 2 5' : '1'

# Texts are UTF-8. In a locale without a degree sign gnuplot warns at each `set encoding`; its default there is to
# hand bytes on as they are.
if (GPVAL_ENCODING ne 'utf8' && GPVAL_ENCODING ne 'default') {
    set encoding utf8
}
set decimalsign '.'
set datafile separator "\t"
set datafile missing 'NaN'
set border 3 lc rgb 0x444444
set tics nomirror out textcolor rgb 0x222222
set grid lc rgb 0xDDDDDD lw 0.6
set key outside right top vertical Left reverse samplen 2 spacing 1.15 noenhanced
set label 1001 heading at screen 0.012, screen 0.965 left noenhanced font ',15'
set label 1000 footer at screen 0.01, screen 0.016 left noenhanced font ',9' tc rgb 0x666666
set bmargin 5.2
set tmargin 4

# Captions beside the ends of their lines, where a picture says where these are. Dotted: the line ends before the others.
if (exists('longest')) {
    unset key
    set rmargin at screen 1 - (8.8*(longest < 50 ? longest : 50) + 44)/1060.0
    do for [i=1:words(names)] {
        set label 200+i captions[i] at graph 1.035, first label_y[i] left noenhanced font ',11' \
            tc rgb ink(color(word(names, i)))
        leader = exists('most') && end_x[i] < most ? 3 : 1
        set arrow 200+i from first end_x[i], first end_y[i] to graph 1.027, first label_y[i] nohead \
            lw 0.8 dt leader lc rgb color(word(names, i))
    }
}
else {
    height = 600
}

# A value where the y axis has it, else its nearest end: gnuplot's pngcairo fills beyond the plot where a band leaves it.
held(y) = y > top ? top : exists('bottom') && y < bottom ? bottom : y

# Opens a format's terminal and file; a script may change the height before it draws.
open_svg = "set terminal svg size 1060,height dynamic font 'Helvetica,13' noenhanced background '#ffffff'"
open_png = "set terminal pngcairo size 1060,height font 'Sans,11' noenhanced background '#ffffff'"
open_pdf = "set terminal pdfcairo size 10.6,height/100.0 font 'Sans,11' noenhanced background '#ffffff'"

# Speedup against workers at one size: one line a strategy, the ideal as a dashed line, fitted laws as
# dotted ones, worker counts beyond the cores and beyond the CPUs shaded, a quota as an upright line.
# data: a block a strategy of workers, speedup, low, high.
set xlabel 'workers' noenhanced
set ylabel 'speedup over '.baseline noenhanced
set logscale x 2
set xrange [least*0.9:most*1.15]
set yrange [0:top]
set xtics out
corner = top < most ? top : most
set label 4 'ideal: one each' at first 0.93*corner, first 0.93*corner right offset -1,0 noenhanced font ',11'
set label 5 baseline at graph 0.008, first 1 left offset 0,0.6 noenhanced font ',11'
if (cores < cpus && most > cores) {
    set object 2 rectangle from first cores*1.06, graph 0 to first (most > cpus ? cpus*1.06 : most*1.15), graph 1 \
        behind fc rgb 0xF6F6F0 fs solid noborder
    set label 6 'workers share cores' at first cores*1.11, graph 0.93 \
        right rotate by 90 noenhanced font ',10' tc rgb 0x555555
}
if (quota > 0) {
    set arrow 1 from first quota, graph 0 to first quota, graph 1 nohead lw 1.5 dt 4 lc rgb 0x884444
    set label 7 'quota' at first quota, graph 0.97 left offset 0.5,0 noenhanced font ',10' tc rgb 0x884444
}
laws = 0
do for [i=1:words(names)] { laws = laws + (reach[i] > 0) }
if (laws > 0) {
    set label 8 'dotted: the fitted law, up to twice the count that it was fitted to' at graph 0.01, graph 0.03 left \
        noenhanced font ',10' tc rgb 0x555555
}
law(i, p) = p <= reach[i] ? rate[i]*p / (1 + contention[i]*(p - 1) + coherence[i]*p*(p - 1)) : NaN
if (most > cpus) {
    set object 1 rectangle from first cpus*1.06, graph 0 to graph 1, graph 1 behind \
        fc rgb 0xEEEEEE fs solid noborder
    set label 2 'more workers than CPUs' at graph 0.99, graph 0.03 right noenhanced font ',10' \
        tc rgb 0x555555
}

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:(held($3)):(held($4)) with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.12 noborder notitle, \
         x with lines lw 2 dt 2 lc rgb 0x000000 notitle, \
         1 with lines lw 3 lc rgb 0x000000 notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints lw 1.8 ps 0.8 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle, \
         for [i=1:words(names)] law(i, x) with lines lw 1.6 dt 3 lc rgb color(word(names, i)) notitle
    unset output
}
