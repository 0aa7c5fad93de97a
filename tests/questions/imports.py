"""Why does a pool by spawn take a second to start where one by fork takes milliseconds?

Asked about programs whose imports take 0.4 s: each worker that is spawned imports them anew. A pause stands for them here.

    breakeven run imports.py:work --sizes 1e5 --jobs 4 --strategies py-pool --start-method fork,spawn
    breakeven explain py-pool
"""
import time

time.sleep(0.4)


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
