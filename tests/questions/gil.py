"""Why is a pool of threads no faster than a loop?

Asked about functions that compute in Python itself: one thread at a time runs Python. Compare `arrays.py`.

    breakeven run gil.py:work --sizes 10,3e5 --jobs 8 --strategies py-threads
    breakeven explain py-threads --size 3e5
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
