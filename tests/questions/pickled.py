"""Why is a pool slower than a loop when each job gets an array of 8 MiB?

Asked in many forms: each argument is pickled, written into a pipe, read and unpickled; a loop hands over a reference.

    breakeven run pickled.py:work --sizes 1e3 --jobs 8 --strategies py-pool --payload 0,8Mi/0
    breakeven explain py-pool
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
