# Made by breakeven; `gnuplot squares-py-serial-speedup-size-warm.gp` in this folder draws it again.
set terminal unknown
reset
set colorsequence default
name = 'squares-py-serial-speedup-size-warm'
data = 'squares-py-serial-speedup-size-warm.dat'
heading = 'squares beside py-serial: from which job size does it pay? (8 jobs, 2 workers on 2 CPUs, warm)'
footer = 'AMD EPYC, 2 CPUs, Linux 6.18.44-fc-v669 on a virtual machine, 2026-11-28 00:17 UTC, squares; bands and whiskers are 95 % intervals'
cpus = 2
baseline = 'py-serial'
xtitle = 'job size: iterations'
x2title = 'time of one job under py-serial'
pays = 'pays from jobs of'
least = 100
most = 1000000
set xtics ('100' 100, '1k' 1000, '3.16k' 3160, '' 5620 1, '10k' 10000, '100k' 100000, '' 178000 1, '316k' 316000, '1M' 1000000)
set x2tics ('3.31 us' 100, '31.8 us' 1000, '101 us' 3160, '' 5620 1, '320 us' 10000, '3.43 ms' 100000, '' 178000 1, '12.3 ms' 316000, '47.7 ms' 1000000)
names = ''.' '.'py-process'.' '.'py-pool'.' '.'joblib-loky'
array captions[3]
array dashes[3]
dashes[1] = 1
captions[1] = 'py-process from 7.84 ms'
dashes[2] = 1
captions[2] = 'py-pool from 113 us..635 us'
dashes[3] = 1
captions[3] = 'joblib-loky from 31.8 us..12.3 ms'
top = 2.106
array end_x[3]
array end_y[3]
array label_y[3]
end_x[1] = 1e+06; end_y[1] = 1.47592; label_y[1] = 1.47592
end_x[2] = 1e+06; end_y[2] = 1.72897; label_y[2] = 1.69552
end_x[3] = 1e+06; end_y[3] = 1.75471; label_y[3] = 1.78817
longest = 33
height = 600
crossovers = 3
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

# Speedup against job size, or against the number of jobs: one line a strategy, its 95 % interval as a
# band, crossovers on the line at 1.0 with their intervals. data: a block a strategy of size, speedup,
# low, high; then the crossovers in a block: size, strategy, low, high. xtitle, x2title and pays say
# what is along the axes, and what the captions tell.
set logscale x 10
set xlabel xtitle noenhanced
set ylabel 'speedup over '.baseline noenhanced
set tmargin 6.5
set logscale x2 10
set xrange [least/1.1:most*1.1]
set x2range [least/1.1:most*1.1]
set x2tics out nomirror noenhanced rotate by 0 font ',10'
set x2label x2title noenhanced font ',11'
set yrange [0:top]
set label 2 baseline at graph 0.008, first 1 left offset 0,0.6 noenhanced font ',11'
set label 3 pays at graph 1.035, graph 1.045 left noenhanced font ',10' tc rgb 0x666666

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:(held($3)):(held($4)) with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.10 noborder notitle, \
         1 with lines lw 3.5 lc rgb 0x000000 notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints lw 1.8 ps 0.7 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle, \
         for [i=1:crossovers > 0] data index words(names) using 1:(1):3:4:(color(strcol(2))) \
             with xerrorbars pt 7 ps 1.4 lw 2 lc rgb variable notitle
    unset output
}
