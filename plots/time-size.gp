# Time of one batch against job size, both axes logarithmic; serial is the thick line. data: a block a
# strategy of size, median, low, high, in ns.
unset x2tics # serial's curve tells it here
set logscale xy 10
set xrange [least/1.1:most*1.1]
set xlabel xtitle noenhanced
set ylabel 'time of one batch' noenhanced
set yrange [bottom:top]
set ytics ('10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, '10 ms' 1e7, \
           '1 ns' 1, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10, '100 s' 1e11)

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:3:4 with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.10 noborder notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints \
             lw (word(names, i) eq 'serial' ? 3.5 : 1.8) ps 0.7 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle
    unset output
}
