"""Why is joblib.Parallel slower than a loop over a million square roots?

Reported: the loop takes 0.46 s, Parallel 39.7 s. Here a job takes `count` roots, one in the question; a batch has 10^3 jobs,
as what is lost is lost by each job.

    breakeven run roots.py:root --sizes 1,100,3e3 --jobs 1e3 --strategies joblib-loky
    breakeven explain joblib-loky --size 1
"""
from math import sqrt


def root(count):
    total = 0.0
    for number in range(count):
        total += sqrt(number ** 2)
    return total
