"""Runs the fuzz targets of the module, one after the other, and prints a table: target, executions, seconds.

    python3 scripts/fuzz.py [--time SECONDS | --total SECONDS] [--only PATTERN] [PACKAGE...]

Each target gets the time, or its share of the total. The targets are those that `go test` lists, so that a reader that comes
with one is in. The exit status is 1 if there is a finding; `go test` has written its input below testdata/fuzz, from where
`go test` tries it ever after.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

LEAST = 1.0  # seconds of a target, however many share the total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--time", help="for each target: 90, 90s, 10m or 1h")
    parser.add_argument("--total", type=float, default=30, help="seconds for all targets together, if --time is not given")
    parser.add_argument("--only", default="", help="a pattern: the targets in which it is found, such as datasets.FuzzParse")
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("packages", nargs="*", default=["./..."])
    options = parser.parse_args()
    targets = [t for t in listed(options.packages) if re.search(options.only, f"{t[0]}.{t[1]}")]
    if not targets:
        sys.exit("fuzz: no target found")
    each = seconds(options.time) if options.time else max(LEAST, options.total / len(targets))
    print(f"fuzz: {len(targets)} targets, {each:.1f} s each", flush=True)
    rows, findings = [], 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(1) as builder:
        programs = {p: builder.submit(built, p, folder) for p in dict.fromkeys(p for p, _, _ in targets)}
        for package, target, directory in targets:  # while the next packages are built
            row, finding = tried(programs[package].result(), target, directory, each, options.parallel, folder)
            rows.append((package.split("/", 1)[-1] + "." + target, *row, "FINDING" if finding else "ok"))
            findings += finding
    print(f"{'target':<45} {'executions':>12} {'seconds':>8}")
    for name, executions, took, verdict in rows:
        print(f"{name:<45} {executions:>12,} {took:>8.1f} {verdict}")
    print(f"fuzz: {sum(r[1] for r in rows):,} executions, {findings} findings", flush=True)
    sys.exit(1 if findings else 0)


def seconds(text):
    """The number of seconds in 90, 90s, 10m or 1h."""
    m = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if not m:
        sys.exit(f"fuzz: {text} is no time; say 90s, 10m or 1h")
    return float(m[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[m[2]]


def listed(packages):
    """The targets: package, name, and the folder of the package. Only packages whose tests speak of one are built."""
    out = subprocess.run(
        ["go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}\t{{join .TestGoFiles \",\"}},{{join .XTestGoFiles \",\"}}", *packages],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    targets = []
    for line in out.splitlines():
        package, directory, files = line.split("\t")
        for name in filter(None, files.split(",")):
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                targets += [(package, t, directory) for t in re.findall(r"^func (Fuzz\w*)\(\w+ \*testing\.F\)", file.read(), re.M)]
    return targets


def built(package, folder):
    """The test program of a package, with what fuzzing needs in it."""
    program = os.path.join(folder, package.replace("/", "_") + ".test")
    subprocess.run(["go", "test", "-c", "-fuzz=.", "-o", program, package], check=True)
    return program


def tried(program, target, directory, each, parallel, folder):
    """Fuzzes a target; returns executions and seconds, and whether there was a finding."""
    begin = time.monotonic()
    go = subprocess.run(
        [program, "-test.run=^$", f"-test.fuzz=^{target}$", f"-test.fuzztime={each:.1f}s", f"-test.parallel={parallel}",
         "-test.fuzzcachedir=" + os.path.join(folder, "cache", target), "-test.fuzzminimizetime=100x", "-test.timeout=0"],
        cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    executions = [int(n) for n in re.findall(r"execs: (\d+)", go.stdout)]
    finding = go.returncode != 0 and not ended_by_time(go.stdout)
    if finding:
        print(go.stdout, flush=True)
    return (max(executions, default=0), time.monotonic() - begin), finding


def ended_by_time(output):
    """Whether all that failed is that the time was over: up to Go 1.26 a target sometimes says so (golang.org/issue/75804)."""
    said = re.search(r"^--- FAIL: \w+ \([\d.]+s\)\n(.*)", output, re.M | re.S)
    return bool(said) and said[1].split() == ["context", "deadline", "exceeded", "FAIL"]


main()
