"""A runner of one strategy, which is called as the fault that it has: the variable ILL names it."""

import json
import multiprocessing
import os
import sys
import time

ILL = os.environ["ILL"]
JOBS = {}


def hello():
    if ILL == "hello-dies":
        os._exit(7)
    if ILL == "hello-killed":
        os.kill(os.getpid(), 9)
    if ILL == "hello-closes":
        os.close(4)
        time.sleep(60)
    strategy = {"name": ILL, "summary": "a loop", "baseline": True, "takes": ["workers"], "memory": "threads"}
    strategies = [] if ILL == "hello-no-strategies" else [strategy]
    if ILL == "hello-two-baselines":
        strategies.append({**strategy, "name": "another"})
    if ILL == "hello-two-of-a-name":
        strategies.append(strategy)
    if ILL == "hello-bad-name":
        strategy["name"] = "a b"
    return {
        "protocol": 2 if ILL == "hello-version" else 1,
        "runtime": "ill",
        "strategies": strategies,
        "works": [{"name": "squares", "unit": "iterations"}],
    }


def work(size):
    return sum([i * i for i in range(size)])


def fork_a_child(seconds):
    if os.fork() == 0:
        os.setsid()
        time.sleep(seconds)
        os._exit(0)


def run_jobs():
    sizes = [JOBS["size"]] * JOBS["jobs"]
    return JOBS["pool"].map(work, sizes) if "pool" in JOBS else [work(size) for size in sizes]


def before_map():
    if ILL == "dies":
        os._exit(7)
    if ILL == "killed":
        os.kill(os.getpid(), 9)
    if ILL == "hangs":
        time.sleep(60)
    if ILL == "closes-pipe":
        os.close(4)
        time.sleep(60)
    if ILL == "held-pipe":
        fork_a_child(60)
        os._exit(7)
    if ILL == "daemon":
        fork_a_child(60)
    if ILL == "prints":
        print("hello from a job", flush=True)
    if ILL in ("half-time", "twice-time"):
        time.sleep(0.04)
    if ILL == "less-time":
        time.sleep(0.1)


def run_map(request):
    start = time.monotonic_ns()
    before_map()
    for _ in range(request["maps"]):
        JOBS["results"] = run_jobs()
    ns = time.monotonic_ns() - start
    answer = {"ns": ns, "workers": 1}
    if ILL == "half-time":
        answer["ns"] = ns / 2
    if ILL == "twice-time":
        answer["ns"] = ns * 2
    if ILL == "less-time":
        answer["ns"] = ns * 0.7
    if ILL == "negative":
        answer["user_ns"] = -1
    if ILL == "text-time":
        answer["ns"] = "long"
    if ILL == "no-time":
        del answer["ns"]
    if ILL == "raises":
        return {"error": {"kind": "failed", "text": "job 3: ValueError: bad"}}
    if ILL == "unavailable":
        return {"error": {"kind": "unavailable", "text": "it needs a moon"}}
    if ILL == "huge-line":
        answer["more"] = "x" * (20 << 20)
    if ILL == "wrong-id":
        answer["id"] = 99
    if ILL == "no-id":
        answer["id"] = None
    return answer


def verify():
    results = [str(result) for result in JOBS["results"]]
    if ILL == "wrong-result":
        results[2] = "7"
    return {"results": results[:3] if ILL == "few-results" else results}


def replace_this_file(path):
    with open(path, "a", encoding="utf-8") as file:
        file.write("# replaced\n")


def answer_to(request):
    if request["do"] == "hello":
        return hello()
    if request["do"] == "prepare":
        JOBS.update(size=request["size"], jobs=request["jobs"])
    if request["do"] == "open" and ILL.startswith("pool"):
        start = time.monotonic_ns()
        JOBS["pool"] = multiprocessing.Pool(request["workers"])
        return {"ns": time.monotonic_ns() - start}
    if request["do"] == "close" and ILL.startswith("pool"):
        start = time.monotonic_ns()
        JOBS["pool"].terminate()
        JOBS["pool"].join()
        return {"ns": time.monotonic_ns() - start}
    if request["do"] == "map":
        return run_map(request)
    if request["do"] == "verify":
        return verify()
    return {"ns": 1000}


def main():
    if ILL == "no-end":
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with os.fdopen(3) as requests, os.fdopen(4, "w") as answers:
        for line in requests:
            request = json.loads(line)
            answer = {"id": request["id"]}
            answer.update(answer_to(request))
            text = json.dumps(answer)
            if ILL == "rubbish" and request["do"] == "map":
                text = '{"id": 4, half'
            if ILL == "hello-rubbish":
                text = "rubbish"
            answers.write(text + "\n")
            answers.flush()
            if request["do"] == "end" and ILL != "no-end":
                break
            if request["do"] == "hello" and ILL == "changes" and sys.argv[1:]:
                replace_this_file(sys.argv[1])


main()
