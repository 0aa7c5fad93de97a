# Speedup against the number of hosts: one line a strategy and job size, that of the best strategy on this host alone flat, the
# ideal dashed. data: a block a line of hosts, speedup, low, high; last hosts and workers of the ideal.
set xlabel 'hosts' noenhanced
set ylabel 'speedup over '.baseline noenhanced
set logscale x 2
set xrange [least*0.93:most*1.08]
set yrange [0:top]
set label 4 'dashed, ideal: a CPU for each worker' at graph 0.008, graph 0.965 left noenhanced font ',11'
set label 5 baseline at graph 0.008, first 1 left offset 0,0.6 noenhanced font ',11'

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data index words(names) using 1:2 with lines lw 2 dt 2 lc rgb 0x000000 notitle, \
         1 with lines lw 3 lc rgb 0x000000 notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2:3:(held($4)) with yerrorbars lw 1.4 ps 0 \
             lc rgb color(word(names, i)) notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints lw 1.8 ps 0.9 \
             pt mark(word(names, i)) dt dashes[i] lc rgb color(word(names, i)) notitle
    unset output
}
