"""Why does it get slower with more processes?

Asked about 200 processes on a machine with few CPUs.

    breakeven run crowd.py:work --sizes 1e4 --jobs 200 --strategies py-pool --workers 2,200
    breakeven explain py-pool --workers 200
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
