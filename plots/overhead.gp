# Overhead per job by strategy at the smallest size, as bars on a log axis, cheapest first; the
# dashed line is what a cache line needs to another CPU and back. data: one
# block of position, warm ns, cold ns, label for warm, label for cold, strategy; captions are the names.
label_max = 0
do for [i=1:bars] {
    label_max = strlen(captions[i]) > label_max ? strlen(captions[i]) : label_max
}
set logscale y 10
set ylabel 'overhead per job' noenhanced
set yrange [bottom:top]
set xrange [0.4:bars+0.6]
set xtics noenhanced rotate by 30 right
set bmargin label_max > 14 ? 0.27*label_max + 2.5 : 6.5
set rmargin 2
set ytics ('10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, '10 ms' 1e7, \
           '1 ns' 1, '100 ms' 1e8, '1 s' 1e9)
set key inside left top
if (roundtrip > 0) {
    set rmargin 15
    set arrow 1 from graph 0, first roundtrip to graph 1, first roundtrip nohead back lw 1.5 dt 2 lc rgb 0x444444
    set label 2 "a cache line to\nanother CPU\nand back:\n".roundtrip_label at graph 1, first roundtrip \
        left offset 0.5,1.2 noenhanced font ',10'
}
set boxwidth 0.36
upright = bars > 6 # else the labels of two bars would touch

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data using ($1-0.2):2:(color(strcol(6))) with boxes fs solid 0.35 noborder lc rgb variable \
             title 'pale: warm, on an open strategy', \
         data using ($1+0.2):3:(color(strcol(6))) with boxes fs solid 0.9 noborder lc rgb variable \
             title 'full: cold, with its start and end', \
         for [i=1:1-upright] data using ($1-0.2):2:4 with labels offset 0,0.6 font ',9' notitle, \
         for [i=1:1-upright] data using ($1+0.2):3:5 with labels offset 0,0.6 font ',9' notitle, \
         for [i=1:upright] data using ($1-0.2):2:4 with labels left rotate by 90 offset 0,0.4 font ',9' notitle, \
         for [i=1:upright] data using ($1+0.2):3:5 with labels left rotate by 90 offset 0,0.4 font ',9' notitle, \
         data using 1:(NaN):xtic(captions[int($1)]) with points notitle
    unset output
}
