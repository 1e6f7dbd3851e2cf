"""Runs cells in one GoNB kernel for another program: those of internal/notebooktest.

    .venv/bin/python scripts/bridge.py FOLDER

The kernel works in FOLDER. Each line of the input is a cell's source as a JSON string; each is answered by a line with a
JSON object: its outputs, the seconds it took, and, where it failed, what it said. The kernel ends with the input.
"""

import json
import subprocess
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from execute import said, tidy

CELL_SECONDS = 180


def main():
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        timeout=CELL_SECONDS,
        interrupt_on_timeout=True,
        kernel_name="gonb",
        record_timing=False,
        resources={"metadata": {"path": sys.argv[1]}},
    )
    answers, sys.stdout = sys.stdout, sys.stderr
    with client.setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        for line in sys.stdin:
            print(json.dumps(run(client, json.loads(line))), file=answers, flush=True)


def run(client, source):
    cell = nbformat.v4.new_code_cell(source)
    client.nb.cells.append(cell)
    failed, start = "", time.monotonic()
    try:
        client.execute_cell(cell, len(client.nb.cells) - 1)
    except CellExecutionError:
        failed = said(cell) or "no word"
    except (CellTimeoutError, DeadKernelError) as e:
        failed = f"{type(e).__name__} after {time.monotonic() - start:.0f} s"
    if not failed and any(o.output_type == "error" for o in cell.outputs):  # an interrupted cell
        failed = f"stopped after {time.monotonic() - start:.0f} s"
    return {"outputs": tidy(cell.outputs), "seconds": time.monotonic() - start, "failed": failed}


main()
