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
           s eq 'mpi'          ? 0x5D4037 : \
           s eq 'mpi-static'   ? 0x4B6584 : \
           s eq 'py-process'   ? 0xA63603 : \
           s eq 'py-pool'      ? 0x08519C : \
           s eq 'py-executor'  ? 0x3690C0 : \
           s eq 'py-interpreters' ? 0xA07800 : \
           s eq 'py-threads'   ? 0x1B7837 : \
           s eq 'joblib-loky'  ? 0x7B3294 : \
           s eq 'joblib-threading' ? 0x5A9A2A : \
           s eq 'joblib-multiprocessing' ? 0xC7417B : \
           s eq 'mpi4py-pool'  ? 0x6B8E23 : \
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
          s eq 'joblib-multiprocessing' ? 8 : s eq 'mpi4py-pool' ? 10 : \
          s eq 'auto' ? 2 : s eq 'auto-processes' ? 3 : \
          s eq 'xargs' ? 3 : s eq 'parallel' ? 15 : s eq 'mpi' ? 11 : s eq 'mpi-static' ? 9 : s eq 'other1' ? 3 : s eq 'other2' ? 15 : \
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
