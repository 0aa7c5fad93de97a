"""Why are four workers hardly faster than one, though all jobs are long enough?

Asked about batches in which one job takes 150 times as long as the others: the last one out decides.

    breakeven run one_long.py:work --arguments one_long.jsonl --jobs 24 --strategies py-pool --chunk 1
    breakeven explain py-pool
"""


def work(size):
    total = 0
    for number in range(size):
        total += number * number
    return total
