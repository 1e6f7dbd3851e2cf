"""Runs notebooks in JupyterLab in Chromium, as a reader would.

    .venv/bin/python scripts/browser.py NOTEBOOK...

For each notebook, in a copy that Jupyter was not told to trust:
  - before anything runs, the saved figures are there;
  - Run All succeeds and shows as many figures;
  - in each cell that shows a figure and has constants, a changed number gives the new figure within REDRAW_SECONDS;
  - in each cell tagged `slow`, which trains for longer, a progress bar shows, and the stop button ends the cell with a figure;
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
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PANEL = "app.shell.currentWidget.content"  # of the open notebook, in the page

problems = []


def main():
    PICTURES.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        for path in map(Path, sys.argv[1:]):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            Reader(page, path.stem).read(f"{address}&path={path.name}", json.loads(path.read_text()))
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

    def read(self, address, notebook):
        address, path = address.split("&path=")
        self.page.goto(address)
        self.page.wait_for_function("window.jupyterapp && window.jupyterapp.started")
        self.js("await app.started; await app.commands.execute('docmanager:open', {path: args[0]})", path)
        self.page.wait_for_function(f"(() => {{ const app = window.jupyterapp; return {PANEL} && {PANEL}.widgets.length == {len(notebook['cells'])} }})()")
        self.page.wait_for_timeout(2000)

        saved = self.figures()
        self.say(f"not trusted, nothing run: {len(saved)} figures")
        if not saved:
            self.wrong("the notebook shows no figure before it is run")
        if self.js(f"return {PANEL}.model.cells.get(1).trusted"):
            self.wrong("the copy is trusted, so that this shows nothing")
        self.picture("fresh")

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
            elif changed := change(source):
                self.edit(index, cell["id"], source, *changed)
        self.picture("light")
        self.js("await app.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
        self.page.wait_for_timeout(2000)
        self.picture("dark")
        self.js("await app.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
        self.js("await app.commands.execute('docmanager:save'); await app.shell.currentWidget.sessionContext.shutdown()")

    def wait_for_kernel(self):
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
        self.page.wait_for_function(f"{kernel}?.connectionStatus == 'connected'")

    def run(self, command):
        """Runs a command that executes cells and returns the seconds until they are done."""
        start = time.time()
        self.page.set_default_timeout(RUN_SECONDS * 1000)
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

    def edit(self, index, ident, source, changed, what):
        before = self.figures(index)
        self.set_source(index, changed)
        seconds = self.run("notebook:run-cell")
        after = self.figures(index)
        self.say(f"cell {ident}: {what}: {seconds:.2f} s, the figure {'changes' if after != before else 'is the same'}")
        self.check_errors(f"cell {ident} with {what}")
        if seconds > REDRAW_SECONDS:
            self.wrong(f"cell {ident} with {what} took {seconds:.1f} s, want at most {REDRAW_SECONDS} s")
        if after == before:
            self.wrong(f"cell {ident} with {what} shows the same figure")
        self.set_source(index, source)
        self.run("notebook:run-cell")

    def stop(self, index, ident, source):
        self.set_source(index, change(source)[0] if change(source) else source)
        self.js("window.cellDone = app.commands.execute('notebook:run-cell').then(() => true)")
        bar = self.page.locator(".jp-OutputArea progress")
        try:
            bar.first.wait_for(state="attached", timeout=10_000)
        except Exception:
            self.wrong(f"cell {ident} shows no progress")
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
        """The whole notebook, in pictures of what a tall screen shows."""
        height = self.js(f"const n = {PANEL}.node.querySelector('.jp-WindowedPanel-outer') ?? {PANEL}.node; return n.scrollHeight")
        self.page.set_viewport_size({"width": 1400, "height": min(height + 120, 16000)})
        self.page.wait_for_timeout(500)
        self.page.screenshot(path=PICTURES / f"{self.name}-{kind}.png")
        self.page.set_viewport_size({"width": 1400, "height": 1000})


def change(source):
    """The source with the number of its first numeric constant changed, and what was changed; None without one."""
    m = re.search(r"^const (\w+) = (-?\d+(?:\.\d+)?)", source, re.M)
    if not m:
        return None
    new = str(float(m[2]) * 1.5) if "." in m[2] else str(int(m[2]) + 1)
    return source[: m.start(2)] + new + source[m.end(2) :], f"{m[1]} {m[2]} -> {new}"


main()
