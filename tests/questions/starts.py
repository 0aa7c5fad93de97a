"""Why did a pool that took 6 ms take 1.9 s when Python's start method became forkserver?

Reported: 6 ms by fork, 1.9 s by forkserver, the default from Python 3.14 on, for a pool that is made, used once and closed.

    breakeven run starts.py:count --sizes 1e3,1e5 --jobs 4 --strategies py-pool --start-method fork,forkserver
    breakeven explain py-pool --size 1e3
"""


def count(size):
    total = 0
    for number in range(size):
        total += number
    return total
