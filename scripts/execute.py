"""Executes a notebook with the GoNB kernel and stores its outputs.

    .venv/bin/python scripts/execute.py NOTEBOOK [OUT]

The code cells run in order, then the solutions: the ```go blocks inside <details> of the Markdown cells. The figures that
the solutions of a cell show are put at the cell's end as the images [solution], [solution-2] and so on, to be used in its
text as ![alt text][solution]. (JupyterLab shows no SVG that is an attachment.) Models are trained anew, not loaded. What a
run leaves by chance is dropped: empty outputs and the pieces in which text arrived. When a cell fails, or a solution that
calls cell.Check does not say Right, what it said is printed, nothing is stored, and the exit status is 1.
"""

import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CELL_SECONDS = 600
RIGHT = "✓ **Right.**"  # what cell.Check says of a right answer


def main():
    path = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else path
    nb = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as models:
        os.environ["KINDRED_MODELS"] = models
        try:
            execute(nb, path)
        except (CellExecutionError, WrongAnswer):
            sys.exit(1)
    nbformat.validate(nb)
    nbformat.write(nb, out)
    print(f"{path}: executed", flush=True)


def execute(nb, path):
    lesson = list(nb.cells)
    client = NotebookClient(
        nb,
        timeout=CELL_SECONDS,
        kernel_name="gonb",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    with client.setup_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        for index, cell in enumerate(lesson):
            if cell.cell_type == "code":
                run(client, cell, index, path)
        for cell in lesson:
            if cell.cell_type == "markdown":
                run_solutions(client, cell, path)
        kernel = client.wait_for_reply(client.kc.kernel_info())["content"]
    nb.cells = lesson
    nb.metadata.language_info = kernel["language_info"]


def run(client, cell, index, path):
    cell.outputs = []
    try:
        client.execute_cell(cell, index)
    except CellExecutionError:
        print(f"{path}: cell {cell.id!r} failed:\n{numbered(cell.source)}\n{said(cell)}", file=sys.stderr, flush=True)
        raise
    cell.outputs = tidy(cell.outputs)


class WrongAnswer(Exception):
    pass


def check_answer(cell, path):
    answers = [o.data["text/markdown"] for o in cell.outputs if "text/markdown" in o.get("data", {})]
    answers = [a for a in answers if a.startswith(("✓ ", "✗ ", "☐ ", "≈ "))]
    if "cell.Check(" in cell.source and (not answers or any(a != RIGHT for a in answers)):
        shown = "\n".join([numbered(cell.source), *answers])
        print(f"{path}: cell {cell.id!r} failed: the solution does not say Right:\n{shown}", file=sys.stderr, flush=True)
        raise WrongAnswer


def run_solutions(client, cell, path):
    text = re.sub(r"\n+\[solution(-\d+)?\]: data:\S*", "", cell.source)
    images = []
    for number, source in enumerate(solutions(text), 1):
        extra = nbformat.v4.new_code_cell(source, id=f"{cell.id}-solution-{number}")
        client.nb.cells.append(extra)
        run(client, extra, len(client.nb.cells) - 1, path)
        check_answer(extra, path)
        for output in extra.outputs:
            images += re.findall(r'<img [^>]*src="(data:[^"]*)"', output.get("data", {}).get("text/html", ""))
    names = ["solution"] + [f"solution-{n}" for n in range(2, len(images) + 1)]
    cell.source = text + "".join(f"\n\n[{name}]: {image}" for name, image in zip(names, images))


def solutions(markdown):
    for details in re.findall(r"<details>(.*?)</details>", markdown, re.S):
        yield from re.findall(r"^```go\n(.*?)^```", details, re.S | re.M)


def tidy(outputs):
    kept = []
    for output in outputs:
        blank = output.output_type == "display_data" and not "".join(map(str, output.data.values())).strip()
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        elif not blank:
            output.pop("transient", None)
            kept.append(output)
    return kept


def numbered(source):
    return "\n".join(f"{n:4} {line}" for n, line in enumerate(source.split("\n"), 1))


def said(cell):
    """The text of a failed cell's outputs. GoNB reports errors of the compiler as HTML."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts += [output.evalue, *output.traceback]
        elif "text/html" in output.get("data", {}) and "data:image" not in output.data["text/html"]:
            page = re.sub(r"<(style|script).*?</\1>", "", output.data["text/html"], flags=re.S)
            parts.append(html.unescape(re.sub(r"<[^>]*>", "", page)))
    return "\n".join(line for line in "\n".join(parts).splitlines() if line.strip())


if __name__ == "__main__":
    main()
