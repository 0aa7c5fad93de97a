"""Why does Pool.map take 40 times as long as a loop that doubles a hundred numbers?

Reported: the loop takes 9.8 us, Pool.map 360 us, on a pool that is open. Here a job doubles `count` times, once in the question.

    breakeven run doublings.py:double --sizes 1,100,1e4 --jobs 100 --strategies py-pool
    breakeven explain py-pool --size 1
"""


def double(count):
    number = 1
    for _ in range(count):
        number = 2 * number % 1000003
    return number
