#!/usr/bin/env python3
"""A runner for breakeven: the program that somebody copies to measure a pool of their own. See docs/runners.md."""
import concurrent.futures
import json
import os
import time

WORKS = {
    "empty": lambda size, job: (job + 1) % 256,
    "squares": lambda size, job: sum(i * i for i in range(size)),
}
STRATEGIES = [
    {"name": "my-serial", "summary": "a loop", "baseline": True, "takes": [], "memory": "threads"},
    {"name": "my-threads", "summary": "a pool of threads", "takes": ["workers"], "memory": "threads"},
]


class Runner:
    """What has been prepared and opened; a method for each request."""

    def hello(self, request):
        return {"protocol": 1, "runtime": "my runtime 1.0", "facts": {}, "strategies": STRATEGIES,
                "works": [{"name": name, "summary": "", "unit": "iterations"} for name in WORKS]}

    def prepare(self, request):
        self.work, self.jobs = WORKS[request["work"]], range(request["jobs"])
        self.sizes = [request["size"]] * request["jobs"]
        return {}

    def open(self, request):
        start, self.pool = time.monotonic_ns(), None
        if request["strategy"] == "my-threads":
            self.pool = concurrent.futures.ThreadPoolExecutor(request["workers"])
        return {"ns": time.monotonic_ns() - start}

    def map(self, request):
        start = time.monotonic_ns()
        for _ in range(request["maps"]):
            run = self.pool.map if self.pool else map
            self.results = list(run(self.work, self.sizes, self.jobs))
        answer = {"ns": time.monotonic_ns() - start}
        if request["who"]:
            answer["workers"] = len(self.pool._threads) if self.pool else 1
        return answer

    def verify(self, request):
        return {"results": [str(result) for result in self.results]}

    def close(self, request):
        start = time.monotonic_ns()
        if self.pool:
            self.pool.shutdown()
        return {"ns": time.monotonic_ns() - start}

    def end(self, request):
        return {}


def main():
    runner = Runner()
    with os.fdopen(3) as requests, os.fdopen(4, "w", buffering=1) as answers:
        for request in map(json.loads, requests):
            try:
                answer = getattr(runner, request["do"])(request)
            except Exception as error:
                answer = {"error": {"kind": "failed", "text": f"{type(error).__name__}: {error}"}}
            print(json.dumps({"id": request["id"], **answer}), file=answers)


main()
