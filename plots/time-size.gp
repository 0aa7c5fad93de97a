# Time of one batch against job size, both axes logarithmic; serial is the thick line. data: a block a
# strategy of size, median, low, high, in ns.
unset x2tics # serial's curve tells it here
set logscale xy 10
set xrange [least/1.1:most*1.1]
set xlabel xtitle noenhanced
set ylabel 'time of one batch' noenhanced
set yrange [bottom:top]
set ytics (duration(1) 1)
do for [decade=-1:11] { do for [step in steps(bottom, top)] {
    set ytics add (duration(step*10.0**decade) step*10.0**decade)
} }

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:(held($3)):(held($4)) with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.10 noborder notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints \
             lw (word(names, i) eq 'serial' ? 3.5 : 1.8) ps 0.7 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle
    unset output
}
