"""Prints how many reads the Jira simulator answers on one core, and what a million issues cost. See `./bench`."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from product import call

HERE = Path(__file__).parent
CONNECTIONS = 16
LUA_KIND = re.compile(r'^\s+\["(.+)"\] = function', re.MULTILINE)


class Simulator:
    """The simulators alone, kept to the first core while wrk has the others."""

    def __init__(self, binary, folder, issues):
        command = [binary, "sim", "--json", "--listen", "127.0.0.1:0", "--data", folder, "--issues", str(issues)]
        self.issues = issues
        began = time.monotonic()
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=lambda: keep_to({first_core()})
        )
        self.url = json.loads(self.process.stdout.readline())["sim"]
        self.ready_s = time.monotonic() - began
        self.jira = call("GET", f"{self.url}/_sim/info")["jira"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory_mib(self, row):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            line = next(line for line in status if line.startswith(row))
        return int(line.split()[1]) / 1024

    def load(self, kind, seconds):
        site = urllib.parse.urlsplit(self.jira["site"])
        login = base64.b64encode(f"{self.jira['email']}:{self.jira['token']}".encode()).decode()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(HERE / "simulator.lua")]
        command += [f"{site.scheme}://{site.netloc}", "--"]
        command += [f"{site.path}/rest/api/3", f"Basic {login}", str(self.issues), kind]
        others = os.sched_getaffinity(0) - {first_core()}
        out = subprocess.run(
            command, check=True, capture_output=True, text=True, preexec_fn=lambda: keep_to(others or {first_core()})
        )
        return json.loads(out.stdout.strip().splitlines()[-1])


def first_core():
    return min(os.sched_getaffinity(0))


def keep_to(cores):
    os.sched_setaffinity(0, cores)


def kinds():
    return LUA_KIND.findall((HERE / "simulator.lua").read_text(encoding="utf-8"))


def report(kind, got):
    failed = f", {got['failed']} FAILED" if got["failed"] else ""
    print(f"  {kind:30} {got['per_second']:8,.0f}/s  p50 {got['p50_ms']:.2f} ms  p99 {got['p99_ms']:.2f} ms{failed}")


def main(binary, issues=100_000, most=1_000_000, seconds=5):
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt-get install -y wrk")
    with tempfile.TemporaryDirectory() as folder:
        with Simulator(binary, f"{folder}/a", issues) as simulator:
            print(f"{issues:,} issues, one core, {CONNECTIONS} connections; ready in {simulator.ready_s:.1f} s")
            for kind in [*kinds(), "mix"]:
                report(kind, simulator.load(kind, seconds))
        with Simulator(binary, f"{folder}/b", most) as simulator:
            rss = simulator.memory_mib("VmRSS")
            print(f"{most:,} issues: {rss:,.0f} MiB, ready in {simulator.ready_s:.1f} s")
            report("mix", simulator.load("mix", seconds))
            print(f"  peak {simulator.memory_mib('VmHWM'):,.0f} MiB")
        with Simulator(binary, f"{folder}/b", most) as simulator:
            print(f"  a second start: {simulator.memory_mib('VmHWM'):,.0f} MiB peak, ready in {simulator.ready_s:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
