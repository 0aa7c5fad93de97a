# How long one batch takes under each strategy: a bar a strategy on a log axis, the fastest on top, whiskers are intervals.
# Dashed lines across the bars are the baselines, to which speedups are ratios. data: one block of place, median, low, high, in
# ns; strategy; what stands to the right. captions are the names.
set logscale x 10
set xlabel 'time of one batch, with the start and the end of the strategy' noenhanced
left_edge = least/2.5
set xrange [left_edge:most*1.25]
set yrange [rows+0.7:0.3]
set ytics noenhanced
set xtics (duration(1) 1)
do for [decade=-1:12] { do for [step in (most < 50*left_edge ? '1 2 5' : '1')] {
    set xtics add (duration(step*10.0**decade) step*10.0**decade)
} }
set grid noytics
set tmargin 6.5
set lmargin label_max + 3
set rmargin text_max + 3
unset key
do for [i=1:baselines] {
    set arrow 10+i from baseline_ns[i], graph 0 to baseline_ns[i], graph 1 nohead front lw 1.5 dt 2 lc rgb 0x222222
    set label 10+i baseline_names[i] at baseline_ns[i], graph 1 center offset 0,0.7+(i-1)%2 noenhanced font ',11'
}
if (height < 120 + 42*rows) { height = 120 + 42*rows }

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data using 2:1:(left_edge):2:($1-0.3):($1+0.3):(color(strcol(5))) with boxxyerror \
             fs transparent solid 0.55 noborder lc rgb variable notitle, \
         data using 2:1:3:4:(ink(color(strcol(5)))) with xerrorbars pt 7 ps 0.9 lw 1.8 lc rgb variable notitle, \
         data using (most*1.25):1:6 with labels left offset 1,0 font ',11' noenhanced notitle, \
         data using (NaN):1:ytic(captions[int($1)]) with points notitle
    unset output
}
