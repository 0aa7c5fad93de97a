"""Threads do nothing for Python because of the GIL. Why are they nearly twice as fast with numpy?

Asked about functions that compute with arrays: numpy releases the GIL while it computes. Compare `gil.py`.

    breakeven run arrays.py:norm --sizes 100,1e6 --jobs 8 --strategies py-threads
    breakeven explain py-threads --size 1e6
"""
import numpy


def norm(size):
    numbers = numpy.arange(size, dtype=numpy.float64)
    for _ in range(5):
        numpy.sin(numbers, out=numbers)
    return float(numbers.max())
