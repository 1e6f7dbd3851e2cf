"""Runs notebooks in JupyterLab in Chromium, as a reader would.

    .venv/bin/python scripts/browser.py NOTEBOOK...

For each notebook, in a copy that Jupyter was not told to trust:
  - before anything runs, the saved figures are there, those of the folded solutions too;
  - Run All succeeds and shows as many figures;
  - in each cell that shows a figure, each constant changed gives the new figure within REDRAW_SECONDS;
  - in each cell tagged `slow`, which trains for longer, a bar or the figure moves, and the stop button ends the cell with a figure;
  - pictures of the whole notebook, light and dark, are in dist/browser.
The exit status is 1 when something of this is not so.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "dist/browser"
REDRAW_SECONDS = 3
RUN_SECONDS = 300
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PANEL = "app.shell.currentWidget.content"  # of the open notebook, in the page

problems = []


def main():
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for path in map(Path, sys.argv[1:]):
            page = browser.new_page(viewport={"width": 1200, "height": 1500})
            Reader(page, path.stem).read(address, path.name, json.loads(path.read_text()))
            page.close()
        browser.close()
    for problem in problems:
        print(f"browser-test: {problem}")
    print(f"browser-test: {len(problems)} problems; pictures are in {PICTURES.relative_to(ROOT)}")
    sys.exit(bool(problems))


@contextmanager
def lab(folder):
    """Starts JupyterLab on a copy of the notebooks, with no trusted signature and nothing trained."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".kindred", ".ipynb_checkpoints"))
    set_lab(folder, "notebook-extension/tracker", windowingMode="none")  # all cells in the page, not only those in view
    set_lab(folder, "apputils-extension/notification", fetchNews="false")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = os.environ | {
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    command = [ROOT / ".venv/bin/jupyter", "lab", "--no-browser", f"--port={port}", "--IdentityProvider.token=reader"]
    command += [f"--ServerApp.root_dir={folder}/notebooks", "--LabApp.expose_app_in_browser=True", "--allow-root"]
    log = open(PICTURES / "jupyter.log", "w")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token=reader")
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab?token=reader&reset"
    finally:
        server.terminate()
        server.wait()


def set_lab(folder, plugin, **settings):
    file = folder / f"settings/@jupyterlab/{plugin}.jupyterlab-settings"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(settings))


class Reader:
    def __init__(self, page, name):
        self.page = page
        self.name = name

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def wrong(self, text):
        problems.append(f"{self.name}: {text}")

    def js(self, expression, *args):
        return self.page.evaluate(f"async args => {{ const app = window.jupyterapp; {expression} }}", args)

    def read(self, address, path, notebook):
        self.page.set_default_timeout(RUN_SECONDS * 1000)
        self.page.goto(address)
        self.page.wait_for_function("window.jupyterapp && window.jupyterapp.started")
        self.js("await app.started; await app.commands.execute('docmanager:open', {path: args[0]})", path)
        self.page.wait_for_function(f"window.jupyterapp.shell.currentWidget?.content?.widgets?.length == {len(notebook['cells'])}")
        self.js("app.shell.collapseLeft()")
        self.page.wait_for_timeout(2000)

        saved = self.figures()
        self.say(f"not trusted, nothing run: {len(saved)} figures")
        if not saved:
            self.wrong("the notebook shows no figure before it is run")
        if self.js(f"return [...{PANEL}.model.cells].some(c => c.type == 'code' && c.trusted)"):
            self.wrong("the copy is trusted, so that this shows nothing")
        wanted = sum("".join(c["source"]).count("][solution") for c in notebook["cells"] if c["cell_type"] == "markdown")
        self.js(f"{PANEL}.node.querySelectorAll('details').forEach(d => d.open = true)")
        self.page.wait_for_timeout(500)
        drawn = self.js(
            f"""return [...{PANEL}.node.querySelectorAll('.jp-MarkdownCell details img')]
                .filter(i => i.complete && i.naturalWidth > 0 && i.offsetWidth > 0).length"""
        )
        self.say(f"solutions unfolded: {drawn} figures")
        if drawn != wanted:
            self.wrong(f"the solutions show {drawn} figures, want {wanted}")
        self.picture("fresh")
        self.js(f"{PANEL}.node.querySelectorAll('details').forEach(d => d.open = false)")

        self.wait_for_kernel()
        seconds = self.run("notebook:run-all-cells")
        shown = self.figures()
        self.say(f"Run All: {seconds:.1f} s, {len(shown)} figures")
        if len(shown) != len(saved):
            self.wrong(f"Run All shows {len(shown)} figures, {len(saved)} were saved")
        self.check_errors("Run All")

        for index, cell in enumerate(notebook["cells"]):
            source = "".join(cell["source"])
            if cell["cell_type"] != "code" or not self.figures(index):
                continue
            if "slow" in cell["metadata"].get("tags", []):
                self.stop(index, cell["id"], source)
            elif edits := list(changes(source)):
                if not sum(self.edit(index, cell["id"], *edit) for edit in edits):
                    self.wrong(f"cell {cell['id']}: no constant changes the figure")
                self.set_source(index, source)
                self.run("notebook:run-cell")
        self.picture("light")
        self.js("await app.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
        self.page.wait_for_timeout(2000)
        self.picture("dark")
        self.js("await app.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
        self.js("await app.shell.currentWidget.sessionContext.shutdown()")

    def wait_for_kernel(self):
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
        self.page.wait_for_function(f"{kernel}?.connectionStatus == 'connected'")

    def run(self, command):
        """Runs a command that executes cells and returns the seconds until they are done."""
        start = time.time()
        self.js("await app.commands.execute(args[0])", command)
        return time.time() - start

    def figures(self, index=None):
        """The sources of the images that the cells show, or one cell: of those that really are on the page."""
        return self.js(
            f"""const cells = args[0] === null ? {PANEL}.widgets : [{PANEL}.widgets[args[0]]];
            return cells.flatMap(c => c.outputArea ? [...c.outputArea.node.querySelectorAll('img')] : [])
                .filter(i => i.complete && i.naturalWidth > 0 && i.offsetWidth > 0).map(i => i.src)""",
            index,
        )

    def check_errors(self, after):
        for cell, text in self.js(
            f"""return {PANEL}.widgets.flatMap(c => (c.outputArea?.model.toJSON() ?? [])
                .filter(o => o.output_type == 'error').map(o => [c.model.id, o.evalue]))"""
        ):
            self.wrong(f"{after}: cell {cell} fails: {text}")

    def set_source(self, index, source):
        self.js(f"{PANEL}.activeCellIndex = args[0]; {PANEL}.widgets[args[0]].model.sharedModel.setSource(args[1])", index, source)

    def edit(self, index, ident, changed, what):
        """Runs a cell with a constant changed and reports whether the figure changes."""
        before = self.figures(index)
        self.set_source(index, changed)
        seconds = self.run("notebook:run-cell")
        after = self.figures(index)
        self.say(f"cell {ident}: {what}: {seconds:.2f} s, the figure {'changes' if after != before else 'is the same'}")
        self.check_errors(f"cell {ident} with {what}")
        if seconds > REDRAW_SECONDS:
            self.wrong(f"cell {ident} with {what} took {seconds:.1f} s, want at most {REDRAW_SECONDS} s")
        return after != before

    def stop(self, index, ident, source):
        self.set_source(index, next((changed for changed, _ in changes(source)), source))
        self.js("window.cellDone = app.commands.execute('notebook:run-cell').then(() => true)")
        before, start = self.figures(index), time.time()
        while not self.page.locator(".jp-OutputArea progress").count() and self.figures(index) in (before, []):
            self.page.wait_for_timeout(100)
            if time.time() > start + 10:
                self.wrong(f"cell {ident} shows no progress")
                break
        self.page.wait_for_timeout(1500)
        start = time.time()
        self.page.locator('[data-command="notebook:interrupt-kernel"]').first.click()
        self.js("await window.cellDone")
        self.say(f"cell {ident}: stopped in {time.time() - start:.1f} s with {len(self.figures(index))} figures")
        self.check_errors(f"cell {ident} when stopped")
        if not self.figures(index):
            self.wrong(f"cell {ident} shows no figure when stopped")
        self.set_source(index, source)
        self.run("notebook:run-cell")

    def picture(self, kind):
        """The whole notebook, a screen in each picture."""
        panel = f"const n = {PANEL}.node.querySelector('.jp-WindowedPanel-outer') ?? {PANEL}.node"
        screens, step = 1, 0
        while step < screens:
            move = "n.scrollTop = args[0] * n.clientHeight; return [n.scrollHeight, n.clientHeight]"
            total, shown = self.js(f"{panel}; {move}", step)
            screens, step = -(-total // shown), step + 1
            self.page.wait_for_timeout(300)
            self.page.screenshot(path=PICTURES / f"{self.name}-{kind}-{step:02}.png")


def changes(source):
    """The source with one number of its constants changed, and what was changed, for each numeric constant."""
    for m in re.finditer(r"^const (\w+) = (-?\d+(?:\.\d+)?)\b", source, re.M):
        new = f"{float(m[2]) * 1.5 or 0.5:g}" if "." in m[2] else str(int(m[2]) + 1)
        yield source[: m.start(2)] + new + source[m.end(2) :], f"{m[1]} {m[2]} -> {new}"


main()
