"""The jobs, as workers run them.

Every worker that is spawned imports this file, so it imports little itself. A job is a tuple: its index, then its size or
its argument, then its payload where it has one. A result is a tuple too: the index, the value, then the payload. That is
the shape of the programs that this is compared with: a pair in, a pair out.
"""
import os
import sys
import time
from _thread import get_ident

WINDOW_BYTES = 32768
WORD_BYTES = 8
WORDS = 1 << 64


class JobError(Exception):
    """A job that went wrong. Its text is one line that names the job; it can be pickled, whatever the job raised."""


def job_error(index, error):
    """The JobError of what a job raised."""
    return JobError("job %d: %s" % (index, error_text(error)))


def error_text(error):
    """An exception in one line: its type and what it says."""
    said = " ".join(str(error).split())
    return "%s: %s" % (type(error).__name__, said) if said else type(error).__name__


# The works that breakeven has in C, under the same names, with the same results.


def empty(job):
    """Does nothing. The value proves that the job came."""
    index, _ = job
    return index, (index + 1) & 255


def squares(job):
    """The article's job."""
    index, count = job
    return index, sum([i ** 2 for i in range(count)])


def sleep(job):
    """Blocks for size nanoseconds."""
    index, size = job
    if size > 0:
        time.sleep(size / 1e9)
    return index, size


_mapped = {}


def mapped(path):
    """The bytes of a file, mapped once in each process. A forked worker inherits the mapping of its parent."""
    view = _mapped.get(path)
    if view is None:
        import mmap

        with open(path, "rb") as file:
            empty_file = os.fstat(file.fileno()).st_size == 0
            whole = b"" if empty_file else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        view = _mapped.setdefault(path, memoryview(whole))
    return view


def numpy_or_none():
    """The module numpy; None where it is missing or cannot be imported here, as in an interpreter that is not the first."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy


def sum_words(words):
    """The sum of 64-bit words, modulo 2^64."""
    numpy = numpy_or_none()
    if numpy is None:
        return sum(words.cast("Q"))
    return int(numpy.frombuffer(words, dtype=numpy.uint64).sum(dtype=numpy.uint64))


def sum_slice(view, index, size):
    """The sum of a job's slice, by 64-bit words; bytes that are left over count as they are."""
    begin, end = index * size, (index + 1) * size
    middle = end - size % WORD_BYTES
    return (sum_words(view[begin:middle]) + sum(view[middle:end])) % WORDS


def stream(path, job):
    """Sums the job's slice of the shared input."""
    index, size = job
    return index, sum_slice(mapped(path), index, size)


def stream_array(array, job):
    """The same of an array of numpy that is mapped, of which joblib hands workers the path alone."""
    index, size = job
    return index, sum_slice(memoryview(array), index, size)


def deflate(path, job):
    """Compresses the job's slice of the input as pigz does: raw deflate at level 6, primed with the 32 KiB before it.

    The value is the number of compressed bytes, the CRC-32 of the slice and that of what it was compressed to.
    """
    import zlib

    index, size = job
    view = mapped(path)
    begin = min(index * size, len(view))
    piece = view[begin:begin + size]
    window = view[max(begin - WINDOW_BYTES, 0):begin]
    options = (6, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY)
    compressor = zlib.compressobj(*options, window) if len(window) > 0 else zlib.compressobj(*options)
    compressed = compressor.compress(piece) + compressor.flush()
    return index, (len(compressed), zlib.crc32(piece), zlib.crc32(compressed))


# The user's function.


def call(function, job):
    """Calls the user's function with its one argument."""
    index, argument = job
    try:
        return index, function(argument)
    except BaseException as error:  # SystemExit too: a worker that it ended would be waited for
        raise job_error(index, error) from None


def call_with(function, job):
    """Calls the user's function with arguments and keywords: a job's argument is a pair of them."""
    index, (arguments, keywords) = job
    try:
        return index, function(*arguments, **keywords)
    except BaseException as error:
        raise job_error(index, error) from None


# What is wrapped around a job.


def who(function, job):
    """What the job returns, and behind it the number of the worker that ran it: its process and thread."""
    return (*function(job), os.getpid() << 64 | get_ident())


def payload_of(index, payload_in, bytes_out):
    """The payload that a job returns. Every byte that went in decides about it."""
    import zlib

    pattern = (zlib.crc32(payload_in) ^ index & 0xFFFFFFFF).to_bytes(4, "little")
    return (pattern * (bytes_out // 4 + 1))[:bytes_out]


def carry(function, bytes_out, job):
    """Runs a job that has a payload: reads all of it, and returns another of bytes_out bytes."""
    index, argument, payload_in = job
    return (*function((index, argument)), payload_of(index, payload_in, bytes_out))


def send(sender, function, job):
    """What a process of py-process runs: one job, whose result goes through a pipe to the caller."""
    try:
        result = function(job)
    except BaseException as error:
        result = error if isinstance(error, JobError) else job_error(job[0], error)
    try:
        sender.send(result)
    except Exception as error:
        sender.send(JobError("job %d: its result cannot be pickled: %s" % (job[0], error_text(error))))
    sender.close()


def extend_path(folders):
    """What an interpreter that is not the first runs before its first job: where modules are found."""
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
