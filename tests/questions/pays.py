"""When does it pay?

Reported: 25 s of work done by four processes in a quarter of the time. Here four jobs of 0.1 s.

    breakeven run pays.py:work --sizes 1e3,1e6 --jobs 4 --strategies py-pool
    breakeven explain py-pool --size 1e6
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
