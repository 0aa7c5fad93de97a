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
    set label 2 beyond at graph 0.99, graph 0.03 right noenhanced font ',10' \
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
