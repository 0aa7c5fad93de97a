# From which jobs, or from how many, each strategy pays: a row a strategy, the earliest on top. data: one block of place,
# warm crossover, its low and high end, the cold one, its ends, in ns of serial time of one job; strategy; what stands
# to the right; up to which jobs it pays, warm and cold. Where counts is 1 all these are numbers of jobs. Where a strategy does not pay, or nobody can tell, its numbers are NaN. captions are the names.
set logscale x 10
set xlabel xtitle noenhanced
tick(x) = counts ? sprintf('%g', x) : duration(x)
edge = most*(most/least)**0.04 # what pays at the largest alone has a bar, too
set xrange [least:edge]
reach(until) = until >= most ? edge : until
set yrange [rows+0.7:0.3]
set ytics noenhanced
set xtics (tick(1) 1)
do for [decade=-1:11] { do for [step in steps(least, most)] {
    set xtics add (tick(step*10.0**decade) step*10.0**decade)
} }
set grid noytics
set tmargin 7
set lmargin label_max + 3
set rmargin text_max + 3
unset key
unmeasured = exists('ends') ? "\n".ends : ''
set label 2 'left of a bar '.baseline.' is faster; pale: pays on an open pool; full: pays with its start and end too'.unmeasured \
    at graph 0, graph 1.075 left noenhanced font ',11' tc rgb 0x444444
if (height < 120 + 42*rows) { height = 120 + 42*rows }

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    plot data using 2:1:2:(reach($10)):($1-0.3):($1+0.3):(color(strcol(8))) with boxxyerror \
             fs transparent solid 0.25 noborder lc rgb variable notitle, \
         data using 5:1:5:(reach($11)):($1-0.3):($1+0.3):(color(strcol(8))) with boxxyerror \
             fs transparent solid 0.55 noborder lc rgb variable notitle, \
         data using 2:1:3:4:(ink(color(strcol(8)))) with xerrorbars pt 7 ps 1.2 lw 2 lc rgb variable notitle, \
         data using 5:1:6:7:(ink(color(strcol(8)))) with xerrorbars pt 6 ps 1.2 lw 1.2 lc rgb variable notitle, \
         data using (edge):1:9 with labels left offset 1,0 font ',11' noenhanced notitle, \
         data using (NaN):1:ytic(captions[int($1)]) with points notitle
    unset output
}
