"""Builds the container image and runs the notebooks in it with the network cut off.

    python3 scripts/image.py [NOTEBOOK ...]      make image-test

It needs no container engine and no image registry: the base images are made by debootstrap and of the Go at hand, and
buildah builds the Dockerfile on them. All is kept in dist/image, some 3 GB: what is there is not made again, but for the
image itself. A notebook that does not run in the image fails the test, and so does a network that is not cut off, or a
JupyterLab that does not answer when the image is started as a reader starts it. It needs root, and Debian's packages
buildah and debootstrap, which it installs; twenty minutes on two cores for all notebooks.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIR = ROOT / "dist/image"
STORE = ["buildah", "--root", DIR / "store", "--runroot", DIR / "run", "--storage-driver", "vfs"]
DEBIAN, GO, IMAGE = "localhost/debian:bookworm", "localhost/golang:1.26", "localhost/kindred:test"
HOST_CA, CA = "/etc/ssl/certs/ca-certificates.crt", "/run/host-ca.crt"

# In a network namespace of its own, with the loopback up, through which Jupyter talks to its kernels, and nothing else.
LOOPBACK = """
import fcntl, os, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh22x", b"lo", 0x41))  # SIOCSIFFLAGS: up, running
os.execvp(sys.argv[1], sys.argv[1:])
"""
OFFLINE = ["unshare", "--net", sys.executable, "-c", LOOPBACK]
REACHES = "import socket, sys; sys.exit(socket.socket().connect_ex(('192.0.2.1', 80)) != 101)"  # network is unreachable

# Starts the server as the image does, and asks it what a browser would: whether it is there, and for the kernel.
ASKS = """
import json, subprocess, sys, time, urllib.request
def ask(path):
    with urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:8888" + path,
            headers={"Authorization": "token of-the-test"}), timeout=10) as answer:
        return answer.read().decode()
server = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for second in range(120):
        time.sleep(1)
        try:
            print("image: /api answers", ask("/api"), flush=True)
            break
        except OSError:
            if server.poll() is not None:
                sys.exit("image: the server ended")
    assert "gonb" in json.loads(ask("/api/kernelspecs"))["kernelspecs"]
    assert "00-start-here" in ask("/lab/tree/notebooks/00-start-here.ipynb")
finally:
    server.terminate()
    server.wait()
"""


def main():
    if os.geteuid() != 0:
        sys.exit("image: it needs root, for chroots and network namespaces")
    packages = [p for p in ("buildah", "debootstrap") if not shutil.which(p)]
    if packages:
        run("apt-get", "update", "-q", stdout=subprocess.DEVNULL)
        run("apt-get", "install", "-qy", *packages, stdout=subprocess.DEVNULL)
    DIR.mkdir(parents=True, exist_ok=True)
    timed("the base of Debian", debian)
    timed("the base of Go", golang)
    timed("the Dockerfile", build)
    notebooks = sys.argv[1:] or sorted(f"notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb"))
    container = said(*STORE, "from", IMAGE)
    failed = []
    try:
        if inside(container, "python3", "-c", REACHES) != 0:
            sys.exit("image: the network is not cut off")
        if inside(container, "python3", "-c", ASKS, *default_command()) != 0:
            sys.exit("image: its own command starts no JupyterLab that answers")
        for notebook in notebooks:
            begun = time.monotonic()
            if inside(container, "python", "scripts/execute.py", notebook, "/tmp/out.ipynb") != 0:
                failed.append(notebook)
            print(f"image: {notebook}, {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        run(*STORE, "rm", container, stdout=subprocess.DEVNULL)
    if failed:
        sys.exit(f"image: these do not run in it, offline: {', '.join(failed)}")
    print(f"image: {len(notebooks)} notebooks run in {IMAGE} with the network cut off")


def debian():
    if exists(DEBIAN):
        return
    root = DIR / "rootfs"
    remove(root)
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", root, stdout=subprocess.DEVNULL)
    run("tar", "-C", root, "--one-file-system", "-cf", DIR / "rootfs.tar", ".")
    remove(root)
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    certificates = ["--env", f"PIP_CERT={CA}", "--env", f"SSL_CERT_FILE={CA}"] if os.path.exists(HOST_CA) else []
    scratch(DIR / "rootfs.tar", DEBIAN, "--env", path, *certificates)


def remove(root):
    """Deletes a tree of Debian, and nothing that a debootstrap which was stopped has left mounted in it."""
    for mounted in ("proc", "sys"):
        subprocess.run(["umount", root / mounted], capture_output=True)
    run("rm", "-rf", "--one-file-system", root)


def golang():
    if exists(GO):
        return
    goroot = Path(said("go", "env", "GOROOT"))
    run("tar", "-C", goroot.parent, f"--transform=s,^{goroot.name},usr/local/go,", "-cf", DIR / "go.tar", goroot.name)
    scratch(DIR / "go.tar", GO)


def scratch(tar, name, *config):
    """Makes an image that holds what a tar file holds, and deletes the file."""
    container = said(*STORE, "from", "scratch")
    run(*STORE, "add", "-q", container, tar, "/", stdout=subprocess.DEVNULL)
    if config:
        run(*STORE, "config", *config, container)
    run(*STORE, "commit", "-q", "--rm", container, name, stdout=subprocess.DEVNULL)
    tar.unlink()


def build():
    volume = ["--volume", f"{HOST_CA}:{CA}:ro"] if os.path.exists(HOST_CA) else []
    bases = ["--build-arg", f"BASE_IMAGE={DEBIAN}", "--build-arg", f"GO_IMAGE={GO}"]
    with open(DIR / "build.log", "w") as log:
        done = subprocess.run(
            list(map(str, [*STORE, "bud", "--isolation", "chroot", "--layers=false", *volume, *bases, "-t", IMAGE, ROOT])),
            stdout=log, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"image: the Dockerfile does not build; {DIR / 'build.log'} ends with\n"
                 + "".join((DIR / "build.log").read_text().splitlines(True)[-20:]))


def default_command():
    """What the image runs when it is told nothing."""
    config = json.loads(said(*STORE, "inspect", "--type", "image", IMAGE))["OCIv1"]["config"]
    return config["Entrypoint"] + config["Cmd"]


def inside(container, *command):
    """Runs a command in the container, offline, and returns its exit status."""
    env = ["--env", "GOPROXY=off", "--env", "JUPYTER_TOKEN=of-the-test"]
    line = [*OFFLINE, *STORE, "run", "--isolation", "chroot", *env, container, "--", *command]
    return subprocess.run(list(map(str, line))).returncode


def exists(image):
    return subprocess.run(list(map(str, [*STORE, "inspect", "--type", "image", image])), capture_output=True).returncode == 0


def timed(what, action):
    begun = time.monotonic()
    action()
    print(f"image: {what}, {time.monotonic() - begun:.0f} s", flush=True)


def run(*command, **options):
    subprocess.run(list(map(str, command)), check=True, **options)


def said(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout.strip()


main()
