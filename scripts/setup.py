"""Sets up what the Makefile's targets need, all of it in .venv inside the clone; the user's own kernels stay untouched.

    python3 scripts/setup.py [--browser]

A step runs again only when what it depends on has changed: the place of the clone, Python, Go, the requirements, go.mod.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
JUPYTER = VENV / "share/jupyter"  # also JUPYTER_DATA_DIR in the Makefile
STAMPS = VENV / "setup.json"
GONB = "github.com/janpfeifer/gonb"


def main():
    python = check_python()
    go = check_go()

    venv = step("venv", python, "a Python environment", make_venv)
    packages = step("packages", venv + text("requirements.txt"), "JupyterLab", install("requirements.txt"))
    if "--browser" in sys.argv[1:]:
        check_chromium()
        step("browser", packages + text("requirements-browser.txt"), "Playwright", install("requirements-browser.txt"))
    modules = step("modules", venv + go + text("go.mod") + text("go.sum"), "Go modules", download_modules)
    tools = step("tools", modules, "gonb, goimports and staticcheck", build_tools)
    step("kernel", tools + packages, "the GoNB kernel", install_kernel)
    step("warm", tools, "the notebooks' packages, compiled ahead of their first cell", warm)


def fail(sentence):
    sys.exit(f"setup: {sentence}")


def check_python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 10):
        fail(f"JupyterLab needs Python 3.10 or newer, found {version}: install one and say `make PYTHON=python3.x`.")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail("Python's venv module is missing: install it (Debian, Ubuntu: `apt-get install python3-venv`).")
    return f"{ROOT} {version} {sys.base_prefix}"


def check_go():
    wanted = re.search(r"^go ([\d.]+)", (ROOT / "go.mod").read_text(), re.M)[1]
    if not shutil.which("go"):
        fail(f"Go is missing: install Go {wanted} or newer from https://go.dev/dl and put it on the PATH.")
    found = subprocess.run(["go", "env", "GOVERSION", "GOROOT"], cwd=ROOT, capture_output=True, text=True)
    version = found.stdout.split("\n")[0]
    numbers = [int(n) for n in re.findall(r"\d+", version)[:2]]
    if found.returncode != 0 or numbers < [int(n) for n in wanted.split(".")[:2]]:
        says = (version or found.stderr).strip()
        fail(f"Kindred needs Go {wanted} or newer, found `{says}`: install it from https://go.dev/dl.")
    return found.stdout


def check_chromium():
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        fail("The browser test needs Chromium: install it (Debian: `apt-get install chromium`).")
    print("setup: installing Chromium", flush=True)
    subprocess.run(["apt-get", "update", "-q"], check=True, stdout=subprocess.DEVNULL)
    packages = ["chromium", "fonts-liberation", "fonts-wqy-zenhei"]
    subprocess.run(["apt-get", "install", "-qy", *packages], check=True, stdout=subprocess.DEVNULL)


def text(name):
    return (ROOT / name).read_text()


def step(name, needs, what, action):
    """Does action, unless it was done for the same needs, and returns a digest of them for the needs of later steps."""
    digest = hashlib.sha256((text("scripts/setup.py") + needs).encode()).hexdigest()
    if stamps().get(name) != digest:
        print(f"setup: {what}", flush=True)
        try:
            action()
        except subprocess.CalledProcessError as e:
            fail(f"`{' '.join(map(str, e.cmd))}` failed; what it said is above.")
        STAMPS.write_text(json.dumps(stamps() | {name: digest}, indent=1))
    return digest


def stamps():
    return json.loads(STAMPS.read_text()) if STAMPS.exists() else {}


def run(*command, **env):
    subprocess.run(command, cwd=ROOT, env=os.environ | env, check=True)


def make_venv():
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install(requirements):
    return lambda: run(BIN / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", ROOT / requirements)


def download_modules():
    run("go", "mod", "download")


def build_tools():
    run("go", "install", "tool", GOBIN=str(BIN))


def install_kernel():
    """Writes the kernel's specification. What it sets spares each cell a look at the network and half of the linking."""
    run(BIN / "gonb", "--install", "--force_deps", "--logtostderr=false", JUPYTER_DATA_DIR=str(JUPYTER))
    spec = JUPYTER / "kernels/gonb/kernel.json"
    kernel = json.loads(spec.read_text())
    kernel["argv"] = [str(BIN / "gonb"), "--kernel", "{connection_file}", f"-go_work={ROOT}"]
    kernel["env"] = {
        "PATH": os.pathsep.join([str(BIN), os.path.dirname(shutil.which("go")), "${PATH}"]),
        "GOPROXY": "off",
        "GOFLAGS": "'-ldflags=-s -w'",
        "CGO_ENABLED": "0",
        "GOWORK": "",
    }
    spec.write_text(json.dumps(kernel, indent=1))


def warm():
    """Compiles what notebooks import. A package that does not compile is the business of the cell that imports it."""
    subprocess.run(
        ["go", "build", "./...", f"{GONB}/gonbui", f"{GONB}/gonbui/widgets"], cwd=ROOT, env=os.environ | {"CGO_ENABLED": "0"}
    )


main()
