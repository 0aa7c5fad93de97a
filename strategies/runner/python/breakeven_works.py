"""The jobs of breakeven_runner.py: what each worker imports."""


def empty(size):
    """Does nothing."""
    return "0"


def squares(size):
    """The sum of the squares below `size`."""
    return str(sum([i ** 2 for i in range(size)]))
