# Made by breakeven; `gnuplot squares-10000-jobs-batch-cold.gp` in this folder draws it again.
set terminal unknown
reset
set colorsequence default
name = 'squares-10000-jobs-batch-cold'
data = 'squares-10000-jobs-batch-cold.dat'
heading = 'squares: how long does one batch take? (10000 jobs of size 1.7k, started cold, 2 CPUs)'
footer = 'AMD EPYC, 2 CPUs, Linux 6.18.44-fc-v669 on a virtual machine, 2026-11-27 21:01 UTC, suite peers; bands and whiskers are 95 % intervals'
cpus = 2
baseline = 'serial'
names = ''.' '.'forkpool'.' '.'threadpool'.' '.'forkteam'.' '.'glib'.' '.'openmp'.' '.'serial'.' '.'pthreadpool'
array captions[7]
array dashes[7]
dashes[1] = 1
captions[1] = 'forkpool'
dashes[2] = 1
captions[2] = 'threadpool'
dashes[3] = 1
captions[3] = 'forkteam'
dashes[4] = 1
captions[4] = 'glib'
dashes[5] = 1
captions[5] = 'openmp'
dashes[6] = 1
captions[6] = 'serial'
dashes[7] = 1
captions[7] = 'pthreadpool'
array baseline_ns[7]
array baseline_names[7]
baseline_ns[1] = 8.93597e+06
baseline_names[1] = 'serial'
baselines = 1
least = 5.15304e+06
most = 1.05694e+07
rows = 7
text_max = 37
label_max = 11
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

# How long one batch takes under each strategy: a bar a strategy on a log axis, the fastest on top, whiskers are intervals.
# Dashed lines across the bars are the baselines, to which speedups are ratios. data: one block of place, median, low, high, in
# ns; strategy; what stands to the right. captions are the names.
set logscale x 10
set xlabel 'time of one batch, with the start and the end of the strategy' noenhanced
left_edge = least/2.5
set xrange [left_edge:most*1.25]
set yrange [rows+0.7:0.3]
set ytics noenhanced
set xtics (duration(1) 1)
do for [decade=-1:12] { do for [step in (most < 50*left_edge ? '1 2 5' : '1')] {
    set xtics add (duration(step*10.0**decade) step*10.0**decade)
} }
set grid noytics
set tmargin 6.5
set lmargin label_max + 3
set rmargin text_max + 3
unset key
do for [i=1:baselines] {
    set arrow 10+i from baseline_ns[i], graph 0 to baseline_ns[i], graph 1 nohead front lw 1.5 dt 2 lc rgb 0x222222
    set label 10+i baseline_names[i] at baseline_ns[i], graph 1 center offset 0,0.7+(i-1)%2 noenhanced font ',11'
}
if (height < 120 + 42*rows) { height = 120 + 42*rows }

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data using 2:1:(left_edge):2:($1-0.3):($1+0.3):(color(strcol(5))) with boxxyerror \
             fs transparent solid 0.55 noborder lc rgb variable notitle, \
         data using 2:1:3:4:(ink(color(strcol(5)))) with xerrorbars pt 7 ps 0.9 lw 1.8 lc rgb variable notitle, \
         data using (most*1.25):1:6 with labels left offset 1,0 font ',11' noenhanced notitle, \
         data using (NaN):1:ytic(captions[int($1)]) with points notitle
    unset output
}
