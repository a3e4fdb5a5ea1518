"""Clients that others wrote, unchanged, against the simulators: what they can do a real site would let them do.

Each client plays its own file against a simulator of its own, all at the same time. Prints what passed and how long
it took; an argument chooses the clients whose names contain it.
"""

import concurrent.futures
import pathlib
import subprocess
import sys
import time

import sim

HERE = pathlib.Path(__file__).parent
CLIENTS = {
    "jira": [sys.executable, HERE / "jira_py.py"],
    "atlassian-python-api": [sys.executable, HERE / "atlassian_py.py"],
    "jira.js": ["node", HERE / "node" / "jira_js.mjs"],
    "PyGithub": [sys.executable, HERE / "pygithub.py"],
}
# The bar for the whole run.
SECONDS_MAX = 120


def play(name):
    """How many checks of one client passed and failed."""
    with (
        sim.running() as url,
        subprocess.Popen([*CLIENTS[name], url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client,
    ):
        try:
            out, errors = client.communicate(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            client.kill()
            out, errors = client.communicate()
    lines = out.splitlines()
    passed = [line for line in lines if line.startswith("ok ")]
    failed = [line for line in lines if line.startswith("FAILED ")]
    if client.returncode != 0 and not failed:
        failed = [f"FAILED to come to its end: status {client.returncode}"]
    print("\n".join(f"{name}: {line}" for line in passed + failed))
    if failed:
        print(errors)
    return len(passed), len(failed)


def main():
    begin = time.monotonic()
    chosen = [name for name in CLIENTS if not sys.argv[1:] or sys.argv[1] in name]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        counts = list(pool.map(play, chosen))
    seconds = time.monotonic() - begin
    passed, failed = sum(count[0] for count in counts), sum(count[1] for count in counts)
    print(f"{passed} passed, {failed} failed in {seconds:.1f} s")
    if seconds > SECONDS_MAX:
        print(f"slower than {SECONDS_MAX} s")
    return 1 if failed or not passed or seconds > SECONDS_MAX else 0


if __name__ == "__main__":
    sys.exit(main())
