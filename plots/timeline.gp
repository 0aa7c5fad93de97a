# Who ran which job of a batch, and when: a panel a strategy, a row a worker, one axis of time. data: for
# each panel up to three blocks: short jobs, those too short to be seen merged (as high as the share of
# the time that they ran); jobs that have room for an edge; jobs that began and did not end. All are
# start, end, worker, busy, job, number. merged, jobs, endless: the number of the panel's block, or -1.
# lanes: what is said of each worker, where anything is.
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
if (!exists('longest_lane')) {
    longest_lane = 0
    array lanes[1]
}
lane(w) = longest_lane > 0 && strlen(lanes[before+w+1]) > 0 ? lanes[before+w+1] : sprintf(row >= 12 ? 'worker %d' : '%d', w)
set lmargin at screen longest_lane > 9 ? (7.3*longest_lane + 14)/1060 : 0.078
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
    before = 0 # rows of the panels above
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
        set for [w=0:workers[p]-1:int(ceil(13/row))] ytics add (lane(w) -w)
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
        before = before + workers[p]
    }
    unset xlabel
    unset multiplot
    unset output
}
