"""Gives the module another path in code, notebooks and documents.

    python3 scripts/fork.py example.com/you/kindred
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    new = sys.argv[1]
    if not re.fullmatch(r"[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+)*", new):
        sys.exit(f"fork: {new!r} is not a module path, which looks like example.com/you/kindred")
    old = re.search(r"^module (\S+)", (ROOT / "go.mod").read_text(), re.M)[1]
    changed = 0
    for file in files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        renamed = rename(text, old, new)
        if renamed != text:
            file.write_text(renamed)
            changed += 1
    print(f"fork: {old} is now {new} in {changed} files")


def files():
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [ROOT / name for name in listed.split("\0") if (ROOT / name).is_file()]
    except (OSError, subprocess.CalledProcessError):
        return [f for f in ROOT.rglob("*") if f.is_file() and not {".git", ".venv"} & set(f.relative_to(ROOT).parts)]


def rename(text, old, new):
    """Changes import paths, which stand in quotes or after `go run`, `go get` and the like, and the lines of go.mod."""
    old = re.escape(old)
    text = re.sub(rf'(["`]){old}(?=/)', rf"\g<1>{new}", text)
    return re.sub(rf"\b(module|require|replace|-require|-replace|-local|go \w+)([ =]){old}(?=[ /=@\n])", rf"\g<1>\g<2>{new}", text)


main()
