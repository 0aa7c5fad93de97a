# Overhead per job against the memory that the caller holds, both axes logarithmic. 0 MiB stands at the
# left edge, behind a break of the axis. data: a block a law of MiB, overhead, low, high, in ns. Linear
# laws are the dashed lines base + per_mib * MiB; left of the smallest caller they run
# straight to the base, as the measured lines do.
set logscale xy 10
set xlabel 'memory that the caller holds, in MiB' noenhanced
set ylabel 'overhead per job' noenhanced
set xrange [zero:most*1.15]
set yrange [bottom:top]
set samples 400
set ytics ('10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, '10 ms' 1e7, \
           '1 ns' 1, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10, '100 s' 1e11)
set label 2 'dashed: the fitted cost' at graph 0.01, graph 0.97 left noenhanced font ',11' tc rgb 0x444444
set label 3 '//' at sqrt(zero*least), graph 0 center front font ',12' tc rgb 0x444444

fitted(i, mib) = mib >= least ? base[i] + per_mib[i]*mib : \
                 base[i] * (1 + per_mib[i]*least/base[i])**(log(mib/zero) / log(least/zero))

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:3:4 with filledcurves \
             lc rgb color(word(names, i)) fs transparent solid 0.12 noborder notitle, \
         for [i=1:words(names)] data index (i-1) using 1:2 with linespoints lw 1.8 ps 0.9 \
             pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle, \
         for [i=1:words(names)] fitted(i, x) with lines lw 1 dt 2 lc rgb 0x000000 notitle
    unset output
}
