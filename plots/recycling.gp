# Overhead per job against the jobs that a worker runs until it is replaced, on log axes: a line a strategy. Workers that
# stay stand at the right edge, behind a break of the axis. data: a block a line of jobs, overhead in ns.
set logscale x 10
set logscale y 10
set xlabel 'jobs that a worker runs until it is replaced' noenhanced
set ylabel 'overhead per job' noenhanced
set xrange [least/1.3:stays*1.3]
set xtics noenhanced
set yrange [bottom:top]
set ytics ('1 ns' 1, '10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, \
           '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10)
set label 3 '//' at sqrt(most*stays), graph 0 center front font ',12' tc rgb 0x444444

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:2 smooth unique with linespoints \
             lw 1.8 ps 0.8 pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle
    unset output
}
