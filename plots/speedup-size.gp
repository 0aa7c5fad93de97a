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
