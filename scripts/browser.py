"""Runs notebooks in JupyterLab in Chromium, as a reader would.

    .venv/bin/python scripts/browser.py [--quick] NOTEBOOK...

For each notebook, in a copy that Jupyter was not told to trust:
  - before anything runs, the saved figures are there, in both themes, those of the folded solutions too; in the dark theme
    none is a bright slab; the same in a copy that is trusted;
  - Run All succeeds and shows as many figures;
  - in each cell that offers a value (`// try`), or has a number to change, another value gives another figure;
  - an exercise that waits for an answer says something of a wrong one;
  - in each cell tagged `slow`, which trains for longer, a bar or the figure moves, and the stop button ends the cell with
    a figure; so it is in a cell that is watched while it learns;
  - in each cell with `const live = false`, `true` brings a slider or a list, which changes the figure when it is moved.
With --quick one cell a notebook is edited, one stopped and one slider moved. Pictures of the notebooks are in dist/browser,
and in dist/browser/index.html all figures after Run All, each in both themes. The exit status is 1 when something of this
is not so. How long a cell took is a problem beyond SLOW_SECONDS on a machine that does nothing else.
"""

import argparse
import base64
import html
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error as PageError
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "dist/browser"
SLOW_SECONDS = 3
STOP_SECONDS = 6  # the kernel kills a cell five seconds after the button
RUN_SECONDS = 600
BRIGHT = 140  # of 255, the mean of a pixel that is no part of a dark page
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PANEL = "app.shell.currentWidget.content"  # of the open notebook, in the page
SHOWN = ".filter(i => i.complete && i.naturalWidth > 0 && i.offsetWidth > 0)"
WRONG = "12345.678"  # an answer that no exercise wants

problems = []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("notebooks", nargs="+", type=Path)
    options = parser.parse_args()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    offers = offered(options.notebooks)
    sheet = {}
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder), options.notebooks) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=flags)
        for path in options.notebooks:
            page = browser.new_page(viewport={"width": 1200, "height": 1500})
            reader = Reader(page, path, options.quick, offers[str(path)], Path(folder, "notebooks/.kindred"))
            before, start = len(problems), time.time()
            try:
                reader.read(address)
            except PageError as e:
                reader.wrong(f"the browser gave up: {str(e).splitlines()[0]}")
            page.close()
            sheet[path.stem] = reader.drawn
            print(f"{path.stem}: {reader.summary()}; {len(problems) - before} problems, {time.time() - start:.0f} s", flush=True)
            write_sheet(sheet)
        browser.close()
    for problem in problems:
        print(f"browser-test: {problem}")
    print(f"browser-test: {len(problems)} problems; pictures are in {PICTURES.relative_to(ROOT)}, all figures in its index.html")
    raise SystemExit(bool(problems))


def offered(notebooks):
    """The first offered value of each knob of each notebook: the index of its cell, what is changed, and the new source."""
    command = ["go", "run", "./internal/notebooktest/walk", "edits", *(str(p.resolve()) for p in notebooks)]
    found = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    return {str(p): [(e["cell"], e["source"], e["what"]) for e in found[str(p.resolve())]] for p in notebooks}


def write_sheet(sheet):
    page = ["<!DOCTYPE html><meta charset=utf-8><title>All figures</title><style>body{font:14px sans-serif;margin:1em}"]
    page.append(".pair{display:flex;gap:1em;margin:1em 0}.pair img{display:block;max-width:100%}.pair>div{width:50%;padding:8px}")
    page.append(".light{color-scheme:light;background:#fff}.dark{color-scheme:dark;background:#111}</style>")
    for name, images in sheet.items():
        page.append(f"<h2>{name}</h2>")
        for source, text in images:
            img = f'<img src="{source}" alt="{html.escape(text)}">'
            page.append(f'<p>{html.escape(text)}</p><div class=pair><div class=light>{img}</div><div class=dark>{img}</div></div>')
    (PICTURES / "index.html").write_text("\n".join(page))


@contextmanager
def lab(folder, notebooks):
    """Starts JupyterLab on a copy of the notebooks, with no trusted signature and nothing trained."""
    ignore = shutil.ignore_patterns(".kindred", ".ipynb_checkpoints", "*.ipynb")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=ignore)
    (folder / "notebooks/trusted").mkdir()
    for path in notebooks:
        shutil.copy(path, folder / "notebooks")
        # The signature is of what a notebook holds: the trusted copy must hold something else.
        other = json.loads(path.read_text())
        other["metadata"]["copy"] = "trusted"
        (folder / "notebooks/trusted" / path.name).write_text(json.dumps(other))
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
        # Where kernels are found beside the environment's own.
        "JUPYTER_PATH": os.environ.get("JUPYTER_DATA_DIR", ""),
    }
    jupyter = shutil.which("jupyter", path=str(ROOT / ".venv/bin")) or shutil.which("jupyter")
    trusted = sorted((folder / "notebooks/trusted").glob("*.ipynb"))
    subprocess.run([jupyter, "trust", *trusted], env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    command = [jupyter, "lab", "--no-browser", f"--port={port}", "--IdentityProvider.token=reader"]
    command += [f"--ServerApp.root_dir={folder}/notebooks", "--LabApp.expose_app_in_browser=True", "--allow-root"]
    log = open(PICTURES / "jupyter.log", "w")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        for _ in range(600):
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


def patience(seconds):
    """So many seconds of a machine that does nothing else, on this one."""
    return seconds * max(1, 2 * os.getloadavg()[0] / os.cpu_count())


class Reader:
    def __init__(self, page, path, quick, offers, models):
        self.page = page
        self.path = path
        self.quick = quick
        self.notebook = json.loads(path.read_text())
        self.offers = offers
        self.models = models  # the folder of what cells have trained
        self.drawn = []  # source and alternative text of each figure after Run All
        self.edits, self.slow, self.longest = 0, 0, 0.0
        self.answers = self.stops = self.slides = 0
        self.saved = 0

    def wrong(self, text):
        problems.append(f"{self.path.stem}: {text}")
        print(f"  {problems[-1]}", flush=True)

    def summary(self):
        return (
            f"{self.saved} figures saved, {len(self.drawn)} run; {self.edits} edits, {self.slow} of them over {SLOW_SECONDS} s, "
            f"longest {self.longest:.1f} s; {self.answers} answers, {self.stops} stops, {self.slides} sliders"
        )

    def js(self, expression, *args):
        return self.page.evaluate(f"async args => {{ const app = window.jupyterapp; {expression} }}", args)

    def read(self, address):
        self.page.set_default_timeout(RUN_SECONDS * 1000)
        self.page.goto(address)
        self.page.wait_for_function("window.jupyterapp && window.jupyterapp.started")
        self.js("await app.started")
        self.open(f"trusted/{self.path.name}")
        self.look("trusted", True)
        self.js("await app.shell.currentWidget.sessionContext.shutdown(); app.shell.currentWidget.dispose()")
        self.open(self.path.name)
        self.saved = self.look("untrusted", False)
        self.run_all()
        for index, cell in enumerate(self.notebook["cells"]):
            if cell["cell_type"] == "code":
                self.play(index, cell)
        self.js("await app.shell.currentWidget.sessionContext.shutdown()")

    def open(self, path):
        self.js("await app.commands.execute('docmanager:open', {path: args[0]})", path)
        count = len(self.notebook["cells"])
        self.page.wait_for_function(
            f"""window.jupyterapp.shell.currentWidget?.context?.path == {json.dumps(path)} &&
                window.jupyterapp.shell.currentWidget.content.widgets?.length == {count}"""
        )
        self.js("app.shell.collapseLeft()")
        self.page.wait_for_function(
            f"""[...window.jupyter{PANEL}.node.querySelectorAll('.jp-OutputArea img')].every(i => i.complete) &&
                document.querySelectorAll('.jp-MarkdownCell .jp-RenderedMarkdown').length > 0"""
        )
        self.page.wait_for_timeout(1000)

    def look(self, kind, trusted):
        """Looks at the notebook before it is run, in both themes, and returns how many figures it shows."""
        saved = len(self.figures())
        if not saved:
            self.wrong(f"{kind}: the notebook shows no figure before it is run")
        if trusted != self.js(f"return [...{PANEL}.model.cells].every(c => c.type != 'code' || c.trusted)"):
            self.wrong(f"the copy is {'not ' if trusted else ''}trusted, so that this shows nothing")
        texts = ["".join(c["source"]) for c in self.notebook["cells"] if c["cell_type"] == "markdown"]
        wanted = sum(text.count("][solution") for text in texts)
        self.js(f"{PANEL}.node.querySelectorAll('details').forEach(d => d.open = true)")
        self.page.wait_for_timeout(500)
        images = f"[...{PANEL}.node.querySelectorAll('.jp-MarkdownCell details img')]"
        if (drawn := self.js(f"return {images}{SHOWN}.length")) != wanted:
            self.wrong(f"{kind}: the solutions show {drawn} figures, want {wanted}")
        if not trusted or not self.quick:
            self.theme("Dark")
            if dark := len(self.figures()) - saved:
                self.wrong(f"{kind}: the dark theme shows {dark:+} figures")
            self.pictures(f"{kind}-dark", dark=True)
            self.theme("Light")
            self.pictures(f"{kind}-light")
        self.js(f"{PANEL}.node.querySelectorAll('details').forEach(d => d.open = false)")
        return saved

    def theme(self, name):
        self.js("await app.commands.execute('apputils:change-theme', {theme: args[0]})", f"JupyterLab {name}")
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight == '{'true' if name == 'Light' else 'false'}'")
        self.page.wait_for_timeout(1000)

    def run_all(self):
        kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
        self.page.wait_for_function(f"{kernel}?.connectionStatus == 'connected'")
        self.run("notebook:run-all-cells")
        self.drawn = self.js(
            f"""return {PANEL}.widgets.flatMap(c => c.outputArea ? [...c.outputArea.node.querySelectorAll('img')] : [])
                {SHOWN}.map(i => [i.src, i.alt])"""
        )
        if len(self.drawn) != self.saved:
            self.wrong(f"Run All shows {len(self.drawn)} figures, {self.saved} were saved")
        self.check_errors("Run All")

    def play(self, index, cell):
        """Does in a cell all that a reader would: answers, edits, stops, slides. The cell then stands as before."""
        ident, source = cell["id"], "".join(cell["source"])
        played = False
        if "cell.Check(nil" in source:
            if not (self.quick and self.answers):
                self.answer(index, ident, source)
                played = True
        elif self.figures(index):
            slow = "slow" in cell["metadata"].get("tags", [])
            if (slow or "cell.Watch(" in source) and not (self.quick and self.stops):
                self.stop(index, ident, source, slow)
                played = True
            if "const live = false" in source and not (self.quick and self.slides):
                self.slide(index, ident, source)
                played = True
            tries = [(new, what) for at, new, what in self.offers if at == index] or list(changes(source))
            if tries and not slow and not (self.quick and self.edits):
                if not any(self.edit(index, ident, *change) for change in tries):
                    self.wrong(f"cell {ident}: no value changes the figure")
                played = True
        if played:
            self.set_source(index, source)
            self.run("notebook:run-cell")
            self.check_errors(f"cell {ident} put back")

    def answer(self, index, ident, source):
        self.set_source(index, source.replace("cell.Check(nil", f"cell.Check({WRONG}"))
        self.run("notebook:run-cell")
        said = self.js(f"return {PANEL}.widgets[args[0]].outputArea.node.innerText", index)
        if "Not yet" not in said:
            self.wrong(f"cell {ident}: of the answer {WRONG} it says {said!r}")
        self.answers += 1

    def edit(self, index, ident, changed, what):
        """Runs a cell with another value and reports whether the figure changes."""
        before = self.figures(index)
        self.set_source(index, changed)
        seconds, limit = self.run("notebook:run-cell"), patience(SLOW_SECONDS)
        self.check_errors(f"cell {ident} with {what}")
        self.edits += 1
        self.longest = max(self.longest, seconds)
        self.slow += seconds > SLOW_SECONDS
        if seconds > limit:
            self.wrong(f"cell {ident} with {what} took {seconds:.1f} s, want at most {limit:.0f} s on this machine now")
        return self.figures(index) != before

    def stop(self, index, ident, source, slow):
        """Stops a cell that trains. One that is over before that is no problem, unless it is said to be slow: that one has
        nothing to load."""
        changed = [new for at, new, _ in self.offers if at == index] or [new for new, _ in changes(source)] or [source]
        before = self.figures(index)
        if slow:
            shutil.rmtree(self.models, ignore_errors=True)
        self.set_source(index, changed[0])
        self.start()
        start = time.time()
        while not self.js("return window.cellOver") and self.page.locator(".jp-OutputArea progress").count() == 0:
            if self.figures(index) not in (before, []):
                break
            self.page.wait_for_timeout(100)
            if time.time() > start + patience(15):
                self.wrong(f"cell {ident} shows no progress")
                break
        self.page.wait_for_timeout(500)
        if self.js("return window.cellOver"):
            if slow:
                self.wrong(f"cell {ident} is tagged slow and was over before it could be stopped")
            self.set_source(index, source)  # or else the edit that comes next changes nothing
            self.run("notebook:run-cell")
            return
        start = time.time()
        self.js("await app.commands.execute('notebook:interrupt-kernel'); await window.cellDone")
        if (seconds := time.time() - start) > patience(STOP_SECONDS):
            self.wrong(f"cell {ident} took {seconds:.1f} s to stop")
        self.check_errors(f"cell {ident} when stopped")
        if not self.figures(index):
            self.wrong(f"cell {ident} shows no figure when stopped")
        self.stops += 1

    def slide(self, index, ident, source):
        self.set_source(index, source.replace("const live = false", "const live = true"))
        self.start()
        control = f"{PANEL}.widgets[args[0]].node.querySelector('input[type=range], select')"
        button = f"[...{PANEL}.widgets[args[0]].node.querySelectorAll('button')].find(b => b.innerText == 'Done')"
        if not self.until(index, f"return !!({control}) && !!({button})", 15):
            self.wrong(f"cell {ident}: no slider or list comes with live = true")
        else:
            self.page.wait_for_timeout(500)
            before = self.figures(index)
            self.js(
                f"""const c = {control};
                if (c.tagName == 'SELECT') c.selectedIndex = (c.selectedIndex + 1) % c.options.length;
                else c.value = +c.value < +c.max ? +c.value + Math.ceil((c.max - c.value) / 2) : +c.min;
                for (const event of ['input', 'change']) c.dispatchEvent(new Event(event, {{bubbles: true}}))""",
                index,
            )
            end = time.time() + patience(5)
            while self.figures(index) in (before, []) and time.time() < end:
                self.page.wait_for_timeout(50)
            if self.figures(index) in (before, []):
                self.wrong(f"cell {ident}: the figure stays when the slider moves")
            self.js(f"({button}).click()", index)
            if self.until(index, "return window.cellOver", 10):
                self.slides += 1
            else:
                self.wrong(f"cell {ident}: Done does not end it")
        if not self.js("return window.cellOver"):
            self.js("await app.commands.execute('notebook:interrupt-kernel')")
        self.js("await window.cellDone")
        self.check_errors(f"cell {ident} with a slider")

    def until(self, index, expression, seconds):
        end = time.time() + patience(seconds)
        while time.time() < end:
            if self.js(expression, index):
                return True
            self.page.wait_for_timeout(100)
        return False

    def start(self):
        """Starts the cell and does not wait for it."""
        self.js(
            """window.cellOver = false;
            window.cellDone = app.commands.execute('notebook:run-cell').then(() => { window.cellOver = true; })"""
        )

    def run(self, command):
        """Runs a command that executes cells and returns the seconds until they are done."""
        start = time.time()
        self.js("await app.commands.execute(args[0])", command)
        return time.time() - start

    def figures(self, index=None):
        """The sources of the images that the cells show, or one cell: of those that really are on the page."""
        return self.js(
            f"""const cells = args[0] === null ? {PANEL}.widgets : [{PANEL}.widgets[args[0]]];
            return cells.flatMap(c => c.outputArea ? [...c.outputArea.node.querySelectorAll('img')] : []){SHOWN}.map(i => i.src)""",
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

    def pictures(self, kind, dark=False):
        """The whole notebook, a screen in each picture. In the dark theme no figure's corner may be bright."""
        panel = f"const n = {PANEL}.node.querySelector('.jp-WindowedPanel-outer') ?? {PANEL}.node"
        screens, step, bright = 1, 0, set()
        while step < screens:
            move = "n.scrollTop = args[0] * n.clientHeight; return [n.scrollHeight, n.clientHeight]"
            total, shown = self.js(f"{panel}; {move}", step)
            screens, step = -(-total // shown), step + 1
            self.page.wait_for_timeout(200)
            picture = self.page.screenshot(path=PICTURES / f"{self.path.stem}-{kind}-{step:02}.png")
            if dark:
                bright.update(self.bright(picture))
        if bright:
            self.wrong(f"{kind}: {len(bright)} figures are bright slabs, such as {sorted(bright)[0]!r}")

    def bright(self, picture):
        """The alternative texts of the figures whose upper left corner is bright in a picture of the page."""
        return self.js(
            f"""const png = Uint8Array.from(atob(args[0]), c => c.charCodeAt(0));
            const shot = await createImageBitmap(new Blob([png], {{type: 'image/png'}}));
            const canvas = new OffscreenCanvas(shot.width, shot.height).getContext('2d');
            canvas.drawImage(shot, 0, 0);
            const view = {PANEL}.node.getBoundingClientRect();
            return [...{PANEL}.node.querySelectorAll('img')]{SHOWN}.filter(i => {{
                const at = i.getBoundingClientRect(), x = at.left + 3, y = at.top + 3;
                if (x < view.left || y < view.top || x >= view.right || y >= view.bottom) return false;
                const [r, g, b] = canvas.getImageData(x, y, 1, 1).data;
                return r + g + b > 3 * {BRIGHT};
            }}).map(i => i.alt)""",
            base64.b64encode(picture).decode(),
        )


def changes(source):
    """The source with one number of its constants changed, and what was changed, for each numeric constant."""
    for m in re.finditer(r"^const (\w+) = (-?\d+(?:\.\d+)?)\b", source, re.M):
        new = f"{float(m[2]) * 1.5 or 0.5:g}" if "." in m[2] else str(int(m[2]) + 1)
        yield source[: m.start(2)] + new + source[m.end(2) :], f"{m[1]} {m[2]} -> {new}"


main()
