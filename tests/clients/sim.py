"""A simulator of one's own: on a free port, with an empty data folder, gone at the end."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "backline"


@contextlib.contextmanager
def running():
    """Gives the address of simulators that live as long as the block."""
    with tempfile.TemporaryDirectory() as data:
        process = subprocess.Popen(
            [str(BINARY), "sim", "--listen", "127.0.0.1:0", "--data", data, "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield json.loads(process.stdout.readline())["sim"]
        finally:
            process.kill()
            process.wait()


def read(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)
