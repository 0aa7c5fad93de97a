# Overhead per job against the bytes that go into and out of it, on log axes: one line a strategy and
# way of moving them; dashes tell a strategy's lines apart, shared memory first: solid. data: a block
# a line of bytes, overhead ns. Payloads of the same sum become one point: their mean.
set logscale x 2
set logscale y 10
set xlabel 'payload: bytes into and out of one job together' noenhanced
set ylabel 'overhead per job' noenhanced
set xrange [least/1.3:most*1.3]
set xtics noenhanced
set yrange [bottom:top]
set label 2 'by pipe or message payload travels; else it stays in shared memory' at graph 0.01, graph 0.97 left noenhanced font ',11' tc rgb 0x444444
set ytics ('1 ns' 1, '10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, \
           '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10)

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot for [i=1:words(names)] data index (i-1) using 1:2 smooth unique with linespoints \
             lw 1.8 ps 0.8 pt mark(word(names, i)) dt dashes[i] \
             lc rgb color(word(names, i)) notitle
    unset output
}
