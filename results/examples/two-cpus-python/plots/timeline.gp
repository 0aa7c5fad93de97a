# Made by breakeven; `gnuplot timeline.gp` in this folder draws it again.
set terminal unknown
reset
set colorsequence default
name = 'timeline'
data = 'timeline.dat'
heading = '4 jobs of squares of size 1M, with start and end of each strategy'
footer = 'AMD EPYC, 2 CPUs, Linux 6.18.44-fc-v669 on a virtual machine, 2026-11-28 00:17 UTC; of each the fastest of 20 batches'
cpus = 2
panels = 4
cold = 1
whole = 2.052088
top_job = 3
unit = 'ms'
array strategies[4]
array captions[4]
array workers[4]
array map_begins[4]
array last_ends[4]
array map_ends[4]
array closed[4]
strategies[1] = 'serial'
captions[1] = '2.05 ms'
workers[1] = 1
map_begins[1] = 0.003245
last_ends[1] = 2.051817
map_ends[1] = 2.051988
closed[1] = 2.052088
strategies[2] = 'fork'
captions[2] = '1.90 ms, 1.08 times as fast as serial'
workers[2] = 2
map_begins[2] = 0.027881
last_ends[2] = 1.76106
map_ends[2] = 1.881745
closed[2] = 1.897889
strategies[3] = 'forkpool'
captions[3] = '1.56 ms, 1.32 times as fast as serial'
workers[3] = 2
map_begins[3] = 0.302359
last_ends[3] = 1.389533
map_ends[3] = 1.398377
closed[3] = 1.557113
strategies[4] = 'forkteam'
captions[4] = '1.76 ms, 1.17 times as fast as serial'
workers[4] = 2
map_begins[4] = 0.163333
last_ends[4] = 1.570247
map_ends[4] = 1.608409
closed[4] = 1.761311
array jobs[4] = [0, 1, 2, 3]
array merged[4] = [-1, -1, -1, -1]
array endless[4] = [-1, -1, -1, -1]
formats = 'svg png'

# What all pictures share: colours, marks, the footer and the two terminals. Before this stand the
# variables of one picture; after it the picture itself.

# Okabe and Ito's colour-blind-safe palette; a strategy has one colour and one mark everywhere.
# other1 to other4 are strategies that are not built in, in the order of the run.
color(s) = s eq 'serial'       ? 0x000000 : \
           s eq 'fork'         ? 0xD55E00 : \
           s eq 'spawn'        ? 0xCC79A7 : \
           s eq 'forkserver'   ? 0xE69F00 : \
           s eq 'forkpool'     ? 0x0072B2 : \
           s eq 'forkteam'     ? 0x56B4E9 : \
           s eq 'threads'      ? 0x7F7F7F : \
           s eq 'threadpool'   ? 0x009E73 : \
           s eq 'openmp'       ? 0x332288 : \
           s eq 'openmp-tasks' ? 0xAA9900 : \
           s eq 'pthreadpool'  ? 0x882255 : \
           s eq 'glib'         ? 0x8C564B : \
           s eq 'xargs'        ? 0x6A3D9A : \
           s eq 'parallel'     ? 0xB2182B : \
           s eq 'py-process'   ? 0xA63603 : \
           s eq 'py-pool'      ? 0x08519C : \
           s eq 'py-executor'  ? 0x3690C0 : \
           s eq 'py-interpreters' ? 0xA07800 : \
           s eq 'py-threads'   ? 0x1B7837 : \
           s eq 'joblib-loky'  ? 0x7B3294 : \
           s eq 'joblib-threading' ? 0x5A9A2A : \
           s eq 'joblib-multiprocessing' ? 0xC7417B : \
           s eq 'other1'       ? 0xC2008F : \
           s eq 'other2'       ? 0x4EB265 : \
           s eq 'other3'       ? 0x00A5A5 : \
           s eq 'other4'       ? 0xA6761D : 0xAAAAAA
mark(s) = s eq 'serial' ? 1 : s eq 'fork' ? 5 : s eq 'spawn' ? 9 : s eq 'forkserver' ? 11 : \
          s eq 'forkpool' ? 7 : s eq 'forkteam' ? 6 : s eq 'threads' ? 4 : \
          s eq 'threadpool' ? 13 : s eq 'openmp' ? 8 : s eq 'openmp-tasks' ? 10 : \
          s eq 'pthreadpool' ? 12 : s eq 'glib' ? 14 : \
          s eq 'py-process' ? 5 : s eq 'py-pool' ? 7 : s eq 'py-executor' ? 6 : s eq 'py-interpreters' ? 9 : \
          s eq 'py-threads' ? 13 : s eq 'joblib-loky' ? 11 : s eq 'joblib-threading' ? 4 : \
          s eq 'joblib-multiprocessing' ? 8 : \
          s eq 'xargs' ? 3 : s eq 'parallel' ? 15 : s eq 'other1' ? 3 : s eq 'other2' ? 15 : \
          s eq 'other4' ? 1 : 2

# Darker, for text: the colours of lines are too light for that.
ink(c) = (int(0.72*((c >> 16) & 255)) << 16) + (int(0.72*((c >> 8) & 255)) << 8) + int(0.72*(c & 255))

# Ticks of a logarithmic axis of durations, in ns: where there are few decades, 2 and 5 too.
duration(ns) = ns < 1e3 ? sprintf('%g ns', ns) : ns < 1e6 ? sprintf('%g us', ns/1e3) : \
               ns < 1e9 ? sprintf('%g ms', ns/1e6) : sprintf('%g s', ns/1e9)
steps(low, high) = high < 1000*low ? '1 2 5' : '1'

# Texts are UTF-8. In a locale without a degree sign gnuplot warns at each `set encoding`; its default there is to
# hand bytes on as they are.
if (GPVAL_ENCODING ne 'utf8' && GPVAL_ENCODING ne 'default') {
    set encoding utf8
}
set decimalsign '.'
set datafile separator "\t"
set datafile missing 'NaN'
set border 3 lc rgb 0x444444
set tics nomirror out textcolor rgb 0x222222
set grid lc rgb 0xDDDDDD lw 0.6
set key outside right top vertical Left reverse samplen 2 spacing 1.15 noenhanced
set label 1001 heading at screen 0.012, screen 0.965 left noenhanced font ',15'
set label 1000 footer at screen 0.01, screen 0.016 left noenhanced font ',9' tc rgb 0x666666
set bmargin 5.2
set tmargin 4

# Captions beside the ends of their lines, where a picture says where these are. Dotted: the line ends before the others.
if (exists('longest')) {
    unset key
    set rmargin at screen 1 - (8.8*(longest < 50 ? longest : 50) + 44)/1060.0
    do for [i=1:words(names)] {
        set label 200+i captions[i] at graph 1.035, first label_y[i] left noenhanced font ',11' \
            tc rgb ink(color(word(names, i)))
        leader = exists('most') && end_x[i] < most ? 3 : 1
        set arrow 200+i from first end_x[i], first end_y[i] to graph 1.027, first label_y[i] nohead \
            lw 0.8 dt leader lc rgb color(word(names, i))
    }
}
else {
    height = 600
}

# A value where the y axis has it, else its nearest end: gnuplot's pngcairo fills beyond the plot where a band leaves it.
held(y) = y > top ? top : exists('bottom') && y < bottom ? bottom : y

# Opens a format's terminal and file; a script may change the height before it draws.
open_svg = "set terminal svg size 1060,height dynamic font 'Helvetica,13' noenhanced background '#ffffff'"
open_png = "set terminal pngcairo size 1060,height font 'Sans,11' noenhanced background '#ffffff'"
open_pdf = "set terminal pdfcairo size 10.6,height/100.0 font 'Sans,11' noenhanced background '#ffffff'"

# Who ran which job of a batch, and when: a panel a strategy, a row a worker, one axis of time. data: for
# each panel up to three blocks: short jobs, those too short to be seen merged (as high as the share of
# the time that they ran); jobs that have room for an edge; jobs that began and did not end. All are
# start, end, worker, busy, job, number. merged, jobs, endless: the number of the panel's block, or -1.
rows = sum [i=1:panels] workers[i]
row = rows*34 <= 480 ? 34.0 : rows*5 < 480 ? 480.0/rows : 5.0 # pixels
top = 100
between = 36
high = int(top + rows*row + (panels-1)*between + 76)
down(pixels) = 1 - 1.0*pixels/high # from the top of the picture
height = high

start_up = 0xF4B183
waiting = 0xE6E6E6
collecting = 0xBFB3D9
closing = 0x9FB8C8
# Viridis (Smith and van der Walt 2015) without its lightest end: from dark to light for every eye, and in print.
steps = '#440154 #472d7b #3b528b #2c728e #21918c #28ae80 #5ec962 #addc30'
set palette defined (0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', 4 '#21918c', 5 '#28ae80', 6 '#5ec962', 7 '#addc30')
set cbrange [0:top_job > 0 ? top_job : 1]
unset colorbox
unset key
unset grid
set border 1 lc rgb 0x444444
set xrange [0:whole*1.004]
set lmargin at screen 0.078
set rmargin at screen 0.985
number_color(job) = job > 0.62*top_job ? 0x000000 : 0xFFFFFF
level(worker) = -worker - 0.42 # of a row's lower edge
block(number) = number >= 0 ? number : 0 # what is not plotted is read all the same

# What the legend says, and in which colour.
any_endless = sum [p=1:panels] (endless[p] >= 0)
has(i) = i == 5 ? any_endless : cold || (i != 1 && i != 4)
entry(i) = i == 0 ? (top_job > 0 ? sprintf('job 0 to %d', top_job) : 'job 0') : \
           i == 1 ? 'start-up' : i == 2 ? 'no job: waiting, overhead' : i == 3 ? 'collecting' : \
           i == 4 ? 'closing' : 'began, and did not end'
paint(i) = i == 1 ? start_up : i == 2 ? waiting : i == 3 ? collecting : closing

do for [format in formats] {
    eval value('open_'.format)
    set output name.'.'.format
    set multiplot
    set label 1001 heading at screen 0.012, screen down(24) left noenhanced font ',15'
    set label 1000 footer at screen 0.01, screen 11.0/high left noenhanced font ',9' tc rgb 0x666666
    at = 0.012
    do for [i=0:5] {
        if (has(i)) {
            wide = i == 0 ? 0.048 : 0.018
            do for [k=1:(i == 0 ? 8 : 1)] {
                piece = i == 0 ? wide/8 : wide
                if (i < 5) {
                    set object 100+10*i+k rectangle from screen at+piece*(k-1), screen down(60) \
                        to screen at+piece*k, screen down(47) fs solid noborder \
                        fc rgb (i == 0 ? word(steps, k) : sprintf('#%06x', paint(i)))
                } else {
                    set label 140 '' at screen at+wide/2, screen down(53.5) point pt 2 ps 1.1 lw 2.5 lc rgb 0xCC0000
                }
            }
            set label 100+i entry(i) at screen at+wide+0.006, screen down(53.5) left noenhanced \
                font ',11' tc rgb 0x222222
            at = at + wide + 0.006 + 0.0072*strlen(entry(i)) + 0.022
        }
    }
    lower = top
    do for [p=1:panels] {
        if (p == 2) {
            do for [k=100:150] {
                unset object k
                unset label k
            }
            unset label 1000
            unset label 1001
        }
        set tmargin at screen down(lower)
        set bmargin at screen down(lower + row*workers[p])
        set yrange [-workers[p]+0.5:0.5]
        set ytics (-1000 0) nomirror scale 0 font ',10' noenhanced
        set for [w=0:workers[p]-1:int(ceil(13/row))] ytics add (sprintf(row >= 12 ? 'worker %d' : '%d', w) -w)
        set object 10 rectangle from graph 0, screen down(lower-6) to graph 0.009, screen down(lower-16) \
            fs solid noborder fc rgb color(strategies[p])
        set label 1 strategies[p].': '.captions[p] at graph 0.014, screen down(lower-11) left noenhanced \
            font ',12' tc rgb 0x222222
        if (p == panels) {
            set xlabel unit.' from the beginning of each strategy' noenhanced offset 0,0.3
        }
        set format x (p == panels ? '%g' : '')
        set object 11 rectangle from first 0, graph 0 to first map_begins[p], graph 1 behind \
            fs solid noborder fc rgb start_up
        set object 12 rectangle from first map_begins[p], graph 0 to first last_ends[p], graph 1 behind \
            fs solid noborder fc rgb waiting
        set object 13 rectangle from first last_ends[p], graph 0 to first map_ends[p], graph 1 behind \
            fs solid noborder fc rgb collecting
        set object 14 rectangle from first map_ends[p], graph 0 to first closed[p], graph 1 behind \
            fs solid noborder fc rgb closing
        plot for [i=1:merged[p] >= 0] data index block(merged[p]) \
                 using 1:(level($3)):1:($2+0.0006*whole):(level($3)):(level($3)+0.84*$4):5 \
                 with boxxyerror fs solid noborder lc palette notitle, \
             for [i=1:jobs[p] >= 0] data index block(jobs[p]) \
                 using 1:(level($3)):1:2:(level($3)):(level($3)+0.84):5 \
                 with boxxyerror fs solid border lc rgb 0xFFFFFF lw 0.7 lc palette notitle, \
             for [i=1:jobs[p] >= 0 && row >= 12] data index block(jobs[p]) \
                 using (($1+$2)/2):(-$3):6:(number_color($5)) \
                 with labels font ',10' tc rgb variable notitle, \
             for [i=1:endless[p] >= 0] data index block(endless[p]) using 1:(-$3) \
                 with points pt 2 ps 1.1 lw 2.5 lc rgb 0xCC0000 notitle, \
             NaN notitle
        lower = lower + between + row*workers[p]
    }
    unset xlabel
    unset multiplot
    unset output
}
