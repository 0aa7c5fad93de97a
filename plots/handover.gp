# What handing over empty jobs takes, as dots on a log axis, the fastest on top; whiskers are intervals.
# The dashed line is what a cache line needs to another CPU and back. data: one block of place, median,
# low, high, in ns, strategy, label; captions are the names.
set logscale x 10
set xlabel xtitle noenhanced
set xrange [least/2:most*(most/least)**0.55*2] # labels stand to the right
set yrange [0.4:dots+0.6]
set ytics noenhanced
set xtics ('0.1 ns' 0.1, '1 ns' 1, '10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, \
           '1 ms' 1e6, '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9)
set grid noytics
set tmargin 5.5
set style textbox opaque noborder fillcolor rgb 0xFFFFFF margins 0.5,0.5
unset key
if (roundtrip > 0) {
    set arrow 1 from roundtrip, graph 0 to roundtrip, graph 1 nohead back lw 2 dt 2 lc rgb 0x000000
    set label 2 roundtrip_label at roundtrip, graph 1.03 center noenhanced font ',10'
}

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data using 2:1:3:4:(color(strcol(5))):ytic(captions[int($1)]) with xerrorbars pt 7 ps 1.3 lw 2 \
             lc rgb variable notitle, \
         data using 4:1:6 with labels left boxed offset 1,0 font ',9' noenhanced notitle
    unset output
}
