"""Starts the runner of strategies in Python: see docs/runners.md.

Processes that are spawned import this file once more, as they import the program of any user of multiprocessing. So it
holds next to nothing, and what it holds is read by every Python, those that are too old too.
"""
import sys

OLDEST = (3, 9)


def refuse_old_python():
    """Answers the first request of the visit, which waits for an answer, and ends."""
    import json
    import os

    line = os.read(3, 65536).decode("utf-8")
    text = "Python %s is too old: %d.%d or later is needed" % ((sys.version.split()[0],) + OLDEST)
    answer = {"id": json.loads(line)["id"], "error": {"kind": "unavailable", "text": text}}
    os.write(4, (json.dumps(answer) + "\n").encode("utf-8"))


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        refuse_old_python()
    else:
        from breakeven_protocol import serve

        serve()
