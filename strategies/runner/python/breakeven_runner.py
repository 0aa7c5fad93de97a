"""A runner of breakeven (docs/runners.md): Python's strategies."""

import json
import os
import platform
import sys
import time

import breakeven_works

WORKS = {"empty": breakeven_works.empty, "squares": breakeven_works.squares}
state = {}


def cpu():
    """The processor time of this process and its children, in ns: user, system."""
    times = os.times()
    return (times.user + times.children_user) * 1e9, (times.system + times.children_system) * 1e9


def hello(request):
    return {
        "protocol": 1,
        "runtime": platform.python_implementation() + " " + platform.python_version(),
        "facts": {},
        "strategies": [{"name": "py-serial", "summary": "a loop", "baseline": True, "takes": ["workers"],
                        "memory": "threads"}],
        "works": [{"name": name, "summary": "", "unit": "iterations"} for name in WORKS],
    }


def prepare(request):
    state.update(work=WORKS[request["work"]], size=request["size"], jobs=request["jobs"])
    return {}


def timed(function):
    user, system = cpu()
    start = time.perf_counter_ns()
    function()
    answer = {"ns": time.perf_counter_ns() - start}
    after = cpu()
    answer.update(user_ns=after[0] - user, sys_ns=after[1] - system)
    return answer


def run_map(request):
    def maps():
        for _ in range(request["maps"]):
            state["results"] = [state["work"](state["size"]) for _ in range(state["jobs"])]

    answer = timed(maps)
    if request.get("who"):
        answer["workers"] = 1
    return answer


ANSWERS = {
    "hello": hello,
    "prepare": prepare,
    "open": lambda request: timed(lambda: None),
    "map": run_map,
    "verify": lambda request: {"results": state["results"]},
    "close": lambda request: timed(lambda: None),
    "end": lambda request: {},
}


def main():
    with os.fdopen(3) as requests, os.fdopen(4, "w") as answers:
        for line in requests:
            request = json.loads(line)
            answer = {"id": request["id"]}
            answer.update(ANSWERS[request["do"]](request))
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
            if request["do"] == "end":
                return


if __name__ == "__main__":
    main()
