"""Answers the driver: a line "workload precision seconds" gives a line of JSON with the time of one iteration."""
import json
import sys
import time


def serve(prepare, version):
    """prepare(workload) compiles and returns run(n), which does at least n iterations and returns (iterations, seconds)."""
    made, compile_s = {}, {}
    for line in sys.stdin:
        name, _, seconds = line.split()
        seconds = float(seconds)
        if name not in made:
            start = time.perf_counter()
            made[name] = prepare(name)
            made[name](1)
            compile_s[name] = time.perf_counter() - start
        run = made[name]
        n = 1
        while True:
            done, took = run(n)
            if took > seconds / 10:
                break
            n *= 2
        busy = time.process_time()
        done, took = run(max(1, int(done * seconds / took)))
        busy = time.process_time() - busy
        print(json.dumps({"ms": 1e3 * took / done, "processor_ms": 1e3 * busy / done, "iterations": done, "compile_s": compile_s[name], "version": version}), flush=True)


def sinusoid(name):
    """What a name asks for on the sinusoid benchmark: mode, inner steps, width, tasks, tanh; or None."""
    job = {"mode": "maml", "steps": 1, "width": 40, "tasks": 25, "tanh": name.endswith("-tanh")}
    base = name.removesuffix("-tanh")
    if base == "maml-5-steps":
        job["steps"] = 5
    elif base in ("fomaml", "reptile"):
        job["mode"] = base
    elif base.startswith("growth-"):
        what, n = base.removeprefix("growth-").split("-")
        job[what] = int(n)
    elif base != "maml-1-step":
        return None
    return job
