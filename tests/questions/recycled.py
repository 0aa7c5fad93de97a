"""Why does a pool do a sixteenth of its jobs a second when its workers are replaced after 25 jobs?

Reported: 3956 jobs a second with workers that stay, 237 with maxtasksperchild=25.

    breakeven run recycled.py:work --sizes 10,1e3 --jobs 200 --strategies py-pool --chunk 1 --jobs-per-worker 0,25
    breakeven explain py-pool --size 1e3
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
