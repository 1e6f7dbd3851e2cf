"""Runs a comparison of 200 cells on a real Slurm whose two nodes are processes of this machine, and kills a node.

    python3 scripts/cluster.py [TRIALS]      make cluster-test

The comparison is bench/balancing with TRIALS trials of each of 25 methods on 8 splits, 8 unless said otherwise. It is run
  - by one process on two processors, without Slurm;
  - by docs/cluster/sbatch.sh, an array of 8 tasks on two nodes of one processor;
  - so again, and a node's daemon is killed in the midst, while what it runs lives on, beside the task that is queued anew;
  - so again, and the daemon is killed with all that it runs.
The exit status is 1 unless all tables are the same to the last bit. Logs stay in dist/cluster. It needs root, and Debian's
packages slurm-wlm and munge, which it installs.
"""

import fcntl
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIR = ROOT / "dist/cluster"
PROGRAM = DIR / "balancing"
DAEMONS = ("slurmd-n0", "slurmd-n1", "ctld")
CELLS = 200
PATIENCE = 1800  # seconds for an array

CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
AuthType=auth/munge
SlurmUser=root
SlurmdUser=root
SlurmctldPort={ports[0]}
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool-%n
SlurmctldPidFile={dir}/ctld.pid
SlurmdPidFile={dir}/slurmd-%n.pid
SlurmctldLogFile={dir}/log/ctld.log
SlurmdLogFile={dir}/log/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MessageTimeout=30
NodeName=n0 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 State=UNKNOWN
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 State=UNKNOWN
PartitionName=all Nodes=n0,n1 Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def main():
    comparison = ["-seeds", "8", "-trials", sys.argv[1] if len(sys.argv) > 1 else "8"]
    install()
    DIR.parent.mkdir(exist_ok=True)
    lock = open(DIR.parent / "cluster.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("cluster: another run is under way in this clone")
    shutil.rmtree(DIR, ignore_errors=True)
    DIR.mkdir()
    subprocess.run(["go", "build", "-o", PROGRAM, "./bench/balancing"], cwd=ROOT, check=True)

    begin, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    run(comparison, "one", [], env={"GOMAXPROCS": "2"})
    alone, after = time.time() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"one process on two processors: {CELLS} cells in {alone:.1f} s, {work:.1f} s of processor time, "
          f"{work / CELLS:.2f} s a cell; load {os.getloadavg()[0]:.0f}", flush=True)

    with munge(), slurm():
        for name, killed in (("array", None), ("daemon-killed", "daemon"), ("node-killed", "all")):
            array(comparison, name, killed, alone, work)
    want = (DIR / "one.json").read_bytes()
    differ = [n for n in ("array", "daemon-killed", "node-killed") if (DIR / f"{n}.json").read_bytes() != want]
    if differ:
        sys.exit(f"cluster: other tables than that of one process: {', '.join(differ)}")
    print("cluster: all tables are the same to the last bit")


def install():
    missing = [tool for tool in ("slurmctld", "slurmd", "munged", "sbatch") if not shutil.which(tool)]
    if os.geteuid() != 0:
        sys.exit("cluster: starting a Slurm needs root; run this in a container, for instance")
    if missing:
        if not shutil.which("apt-get"):
            sys.exit(f"cluster: {', '.join(missing)} missing; install Slurm and munge")
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "slurm-wlm", "munge"], check=True)


def run(comparison, name, more, env=None):
    """Runs the program on a store and writes its table to NAME.json."""
    with open(DIR / f"{name}.log", "a") as log:
        subprocess.run([PROGRAM, *comparison, "-store", DIR / f"store-{name}", "-o", DIR / f"{name}.json", *more], cwd=ROOT,
                       env={**os.environ, **(env or {})}, stdout=log, stderr=log, check=True)


def array(comparison, name, killed, alone, work):
    """Runs the array, kills a node when a third of the cells are done, and collects."""
    logs = DIR / f"logs-{name}"
    logs.mkdir()
    begin = time.time()
    timed = [] if killed else ["bash", "-c", '"$0" "$@"; status=$?; times; exit $status']
    job = slurm_says("sbatch", "--parsable", f"--chdir={logs}", ROOT / "docs/cluster/sbatch.sh", *timed, PROGRAM, *comparison,
                     "-store", DIR / f"store-{name}")
    died = None
    while unended(job):
        if time.time() - begin > PATIENCE:
            sys.exit(f"cluster: {name}: the array has not ended after {PATIENCE} s: {slurm_says('squeue')}")
        if killed and not died and len(cells(name)) > CELLS // 3:
            died = time.time()
            kill_node("n1", with_all=killed == "all")
        if died:
            begin_now(job)
        time.sleep(0.2)
    took = time.time() - begin
    run(comparison, name, ["-collect"])
    restarts = sum(int(word.split("=")[1]) for word in slurm_says("scontrol", "show", "job", job).split()
                   if word.startswith("Restarts="))
    lines = "".join(log.read_text() for log in logs.glob("*.log")).splitlines()
    times = sum(": done in " in line for line in lines)
    print(f"{name}: {took:.1f} s; {restarts} tasks queued anew, {times} cells run", flush=True)
    if killed:
        processors = 2 * (died - begin) + (begin + took - died)
        print(f"  {processors:.0f} s of the processors that there were, those of one process {2 * alone:.0f} s", flush=True)
    else:
        used = sum(60 * float(m) + float(s) for m, s in re.findall(r"(\d+)m([\d.]+)s", "\n".join(lines)))
        print(f"  {used:.1f} s of processor time: efficiency against one process {work / used:.2f}; by the clock "
              f"{alone / took:.2f}, load {os.getloadavg()[0]:.0f}", flush=True)
    if len(cells(name)) != CELLS or bool(killed) != bool(restarts):
        sys.exit(f"cluster: {name}: {len(cells(name))} cells are done, want {CELLS}; {restarts} tasks were queued anew")
    if killed:
        end_program()  # what lived on, if it has not ended by now
        subprocess.run(["slurmd", "-N", "n1"], check=True)
        until(lambda: slurm_says("sinfo", "-h", "-n", "n1", "-o", "%T") == "idle", "node n1 does not come back")


def cells(name):
    return list((DIR / f"store-{name}").glob("*/*.cell"))


def unended(job):
    return slurm_says("squeue", "-h", "-j", job, "-o", "%i")


def begin_now(job):
    """Lets tasks that were queued anew begin at once; Slurm waits two minutes, for a node that comes back."""
    for line in slurm_says("squeue", "-h", "-r", "-j", job, "-t", "PENDING", "-o", "%i %r").splitlines():
        task, reason = line.split(maxsplit=1)
        if reason == "BeginTime":
            subprocess.run(["scontrol", "update", f"jobid={task}", "StartTime=now"], capture_output=True)


def kill_node(node, with_all):
    victims = [int((DIR / f"slurmd-{node}.pid").read_text())]
    if with_all:  # the step daemons before the program, lest they report its end
        there = [pid for pid in programs() if f"SLURMD_NODENAME={node}" in read(pid, "environ").split("\0")]
        steps = [int(read(pid, "stat").rsplit(")", 1)[1].split()[1]) for pid in there]
        victims += [pid for pid in steps if read(pid, "comm").startswith("slurmstepd")] + there
    for pid in victims:
        kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    print(f"node {node} is killed: {len(victims)} processes; {len(programs())} of the program live on", flush=True)
    subprocess.run(["scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=killed"], check=True)


def read(pid, what):
    try:
        return Path(f"/proc/{pid}/{what}").read_text(errors="replace")
    except OSError:
        return ""


def programs():
    """Returns the processes of the program that this Slurm started."""
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and
            read(p.name, "cmdline").startswith(str(PROGRAM)) and f"SLURM_CONF={DIR}/slurm.conf" in read(p.name, "environ")]


def end_program():
    for pid in programs():
        kill(pid, signal.SIGKILL)


def kill(pid, how):
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        pass


def until(ready, otherwise, seconds=60):
    end = time.time() + seconds
    while not ready():
        if time.time() > end:
            sys.exit(f"cluster: {otherwise}; the logs are in {DIR}/log")
        time.sleep(0.2)


def slurm_says(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and "Invalid job id" not in done.stderr:
        sys.exit(f"cluster: {command[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


@contextmanager
def munge():
    """Starts munge, which Slurm's messages are signed by, unless it runs."""
    works = lambda: subprocess.run("munge -n | unmunge", shell=True, capture_output=True).returncode == 0
    if works():
        yield
        return
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    subprocess.run(["su", "-s", "/bin/sh", "munge", "-c", "/usr/sbin/munged"], check=True)
    try:
        until(works, "munge does not start")
        yield
    finally:
        kill(int(Path("/run/munge/munged.pid").read_text()), signal.SIGTERM)


@contextmanager
def slurm():
    for folder in ("state", "spool-n0", "spool-n1", "log"):
        (DIR / folder).mkdir()
    (DIR / "slurm.conf").write_text(CONF.format(host=socket.gethostname(), dir=DIR, ports=free_ports(3)))
    os.environ["SLURM_CONF"] = f"{DIR}/slurm.conf"
    try:
        for command in (["slurmctld", "-c"], ["slurmd", "-N", "n0"], ["slurmd", "-N", "n1"]):
            subprocess.run(command, check=True)
        until(lambda: all((DIR / f"{name}.pid").exists() for name in DAEMONS), "a daemon does not start")
        until(lambda: slurm_says("sinfo", "-h", "-o", "%T %D") == "idle 2", "the two nodes are not idle")
        yield
    finally:
        subprocess.run(["scancel", "--user", "root"], capture_output=True)
        for name in DAEMONS:
            if (DIR / f"{name}.pid").exists():
                kill(int((DIR / f"{name}.pid").read_text()), signal.SIGTERM)
        end_program()


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("cluster: ended"))
    main()
