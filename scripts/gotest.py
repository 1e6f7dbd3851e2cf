"""Runs `go test` and prints what matters: failures with all they said, skipped tests with their reason, a line for each
package, and the counts.

    python3 scripts/gotest.py [--all] ARGUMENT...

With --all each test that passed has a line too. The arguments are those of `go test`; the exit status is its own.
"""

import collections
import json
import subprocess
import sys


def main():
    arguments = sys.argv[1:]
    every = "--all" in arguments
    arguments = [a for a in arguments if a != "--all"]
    said = collections.defaultdict(list)
    counts = collections.Counter()
    go = subprocess.Popen(["go", "test", "-json", *arguments], stdout=subprocess.PIPE, text=True)
    for line in go.stdout:
        try:
            event = json.loads(line)
        except ValueError:
            print(line, end="", flush=True)
            continue
        action, package, test = event["Action"], event.get("Package"), event.get("Test")
        if action == "build-output":
            print(event["Output"], end="", flush=True)
        elif action == "output" and not test:
            report_package(event["Output"])
        elif action == "output":
            said[package, test].append(event["Output"])
        elif test and action in ("pass", "fail", "skip"):
            counts[action] += 1
            output = [o for o in said.pop((package, test), []) if not o.startswith("=== ")]
            if action == "pass":
                output = [o for o in output if "--- PASS" in o] if every else []
            elif action == "skip":
                output = [f"--- SKIP: {package}: {test}: {reason(output)}\n"]
            print("".join(output), end="", flush=True)
    status = go.wait()
    print(f"tests: {counts['pass']} passed, {counts['fail']} failed, {counts['skip']} skipped", flush=True)
    sys.exit(status)


def report_package(output):
    """Prints a line about a package, but for the bare PASS and packages without tests."""
    if output.strip() not in ("PASS", "") and "[no test files]" not in output:
        print(output, end="", flush=True)


def reason(output):
    """What a skipped test said: its output without the closing line and without the place in the source."""
    lines = [o.strip() for o in output if "--- SKIP" not in o]
    return " ".join(line.split(": ", 1)[-1] for line in lines)


main()
