# Made by breakeven; `gnuplot sleep-speedup-workers.gp` in this folder draws it again.
set terminal unknown
reset
set colorsequence default
name = 'sleep-speedup-workers'
data = 'sleep-speedup-workers.dat'
heading = 'sleep: how does it scale? (8 jobs of size 1e6, warm)'
footer = 'AMD EPYC, 2 CPUs, Linux 6.18.44-fc-v669 on a virtual machine, 2026-11-23 09:25 UTC, suite default; bands and whiskers are 95 % intervals'
cpus = 2
names = ''.' '.'fork'.' '.'spawn'.' '.'forkserver'.' '.'forkpool'.' '.'forkteam'.' '.'threads'.' '.'threadpool'.' '.'openmp'.' '.'openmp-tasks'
array captions[9]
array dashes[9]
dashes[1] = 1
captions[1] = 'fork'
dashes[2] = 1
captions[2] = 'spawn'
dashes[3] = 1
captions[3] = 'forkserver'
dashes[4] = 1
captions[4] = 'forkpool'
dashes[5] = 1
captions[5] = 'forkteam'
dashes[6] = 1
captions[6] = 'threads'
dashes[7] = 1
captions[7] = 'threadpool'
dashes[8] = 1
captions[8] = 'openmp'
dashes[9] = 1
captions[9] = 'openmp-tasks'
top = 4.669
array end_x[9]
array end_y[9]
array label_y[9]
end_x[1] = 4; end_y[1] = 2.5114; label_y[1] = 2.5114
end_x[2] = 4; end_y[2] = 1.74818; label_y[2] = 1.74818
end_x[3] = 4; end_y[3] = 2.72409; label_y[3] = 2.72409
end_x[4] = 4; end_y[4] = 3.84239; label_y[4] = 3.70508
end_x[5] = 4; end_y[5] = 3.85684; label_y[5] = 3.91053
end_x[6] = 4; end_y[6] = 3.52804; label_y[6] = 3.29819
end_x[7] = 4; end_y[7] = 3.89105; label_y[7] = 4.31743
end_x[8] = 4; end_y[8] = 3.84003; label_y[8] = 3.50163
end_x[9] = 4; end_y[9] = 3.88849; label_y[9] = 4.11398
longest = 12
height = 600
array rate[9]
array contention[9]
array coherence[9]
array reach[9]
rate[1] = 1
contention[1] = 0
coherence[1] = 0
reach[1] = 0
rate[2] = 1
contention[2] = 0
coherence[2] = 0
reach[2] = 0
rate[3] = 1
contention[3] = 0
coherence[3] = 0
reach[3] = 0
rate[4] = 1
contention[4] = 0
coherence[4] = 0
reach[4] = 0
rate[5] = 1
contention[5] = 0
coherence[5] = 0
reach[5] = 0
rate[6] = 1
contention[6] = 0
coherence[6] = 0
reach[6] = 0
rate[7] = 1
contention[7] = 0
coherence[7] = 0
reach[7] = 0
rate[8] = 1
contention[8] = 0
coherence[8] = 0
reach[8] = 0
rate[9] = 1
contention[9] = 0
coherence[9] = 0
reach[9] = 0
cpus = 2
cores = 2
quota = 0
set xtics (2, 4)
least = 2
most = 4
formats = 'svg'

# What all pictures share: colours, marks, the footer and the two terminals. Before this stand the
# variables of one picture; after it the picture itself.

# Okabe and Ito's colour-blind-safe palette; a strategy has one colour and one mark everywhere.
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
           s eq 'glib'         ? 0x8C564B : 0xAAAAAA
mark(s) = s eq 'serial' ? 1 : s eq 'fork' ? 5 : s eq 'spawn' ? 9 : s eq 'forkserver' ? 11 : \
          s eq 'forkpool' ? 7 : s eq 'forkteam' ? 6 : s eq 'threads' ? 4 : \
          s eq 'threadpool' ? 13 : s eq 'openmp' ? 8 : s eq 'openmp-tasks' ? 10 : \
          s eq 'pthreadpool' ? 12 : s eq 'glib' ? 14 : 2

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

# Captions beside the ends of their lines, where a picture says where these are.
if (exists('longest')) {
    unset key
    set rmargin at screen 1 - (8.8*(longest < 50 ? longest : 50) + 44)/1060.0
    do for [i=1:words(names)] {
        set label 200+i captions[i] at graph 1.035, first label_y[i] left noenhanced font ',11' \
            tc rgb ink(color(word(names, i)))
        set arrow 200+i from first end_x[i], first end_y[i] to graph 1.027, first label_y[i] nohead \
            lw 0.8 lc rgb color(word(names, i))
    }
}
else {
    height = 600
}

# Opens a format's terminal and file; a script may change the height before it draws.
open_svg = "set terminal svg size 1060,height dynamic font 'Helvetica,13' noenhanced background '#ffffff'"
open_png = "set terminal pngcairo size 1060,height font 'Sans,11' noenhanced background '#ffffff'"
open_pdf = "set terminal pdfcairo size 10.6,height/100.0 font 'Sans,11' noenhanced background '#ffffff'"

# Speedup against workers at one size: one line a strategy, the ideal as a dashed line, fitted laws as
# dotted ones, worker counts beyond the cores and beyond the CPUs shaded, a quota as an upright line.
# data: a block a strategy of workers, speedup, low, high.
set xlabel 'workers' noenhanced
set ylabel 'speedup over serial' noenhanced
set logscale x 2
set xrange [least*0.9:most*1.15]
set yrange [0:top]
set xtics out
corner = top < most ? top : most
set label 4 'ideal: one each' at first 0.93*corner, first 0.93*corner right offset -1,0 noenhanced font ',11'
set label 5 'serial' at graph 0.008, first 1 left offset 0,0.6 noenhanced font ',11'
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
    plot for [i=1:words(names)] data index (i-1) using 1:3:4 with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.12 noborder notitle, \
         x with lines lw 2 dt 2 lc rgb 0x000000 notitle, \
         1 with lines lw 3 lc rgb 0x000000 notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints lw 1.8 ps 0.8 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle, \
         for [i=1:words(names)] law(i, x) with lines lw 1.6 dt 3 lc rgb color(word(names, i)) notitle
    unset output
}
