"""The running product: its two processes, its API, and what its simulators saw."""

import json
import subprocess
import time
import urllib.request

PATIENCE_S = 600


class Product:
    def __init__(self, binary, folder):
        self.processes = []
        sim = self.launch([binary, "sim", "--json", "--listen", "127.0.0.1:0", "--data", f"{folder}/sim"])
        self.sim = sim["sim"]
        began = time.monotonic()
        command = [binary, "demo", "--connected", "--json", "--listen", "127.0.0.1:0"]
        self.info = self.launch([*command, "--sim", self.sim, "--data", f"{folder}/backline"])
        self.ready_s = time.monotonic() - began

    def launch(self, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return json.loads(process.stdout.readline())

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    def peak_mib(self):
        """Of the service alone, as the kernel saw it."""
        with open(f"/proc/{self.processes[1].pid}/status", encoding="ascii") as status:
            peak = next(line for line in status if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024

    def api(self, method, path, body=None):
        return call(method, self.info["api"] + path, body, f"Bearer {self.info['api_token']}")

    def github(self, method, path, body=None):
        github = self.info["github"]
        url = f"{github['api']}/repos/{github['repository']}{path}"
        return call(method, url, json.dumps(body).encode() if body else None, f"Bearer {github['token']}")

    def history(self, after=0):
        return call("GET", f"{self.sim}/_sim/history?after={after}")

    def jira_calls(self, after=0):
        """What Backline asked of Jira, through the gateway."""
        return [entry for entry in self.history(after) if "/ex/jira/" in entry["path"]]

    @staticmethod
    def issues_made(calls):
        """Key and summary of each issue that these calls made."""
        commits = [commit for entry in calls for commit in entry.get("commits", [])]
        made = [commit for commit in commits if commit["object"] == "issue" and commit["change"] == "created"]
        return [(commit["key"], summary(commit)) for commit in made]

    def last(self):
        return max((entry["seq"] for entry in self.history()), default=0)

    def seen(self, after, is_meant):
        """The first request of a kind that comes after a moment, once it is there."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            found = next(filter(is_meant, self.history(after)), None)
            if found:
                return found
            time.sleep(0.02)
        raise TimeoutError(f"not seen: {is_meant.__name__}")

    def settle(self):
        """Waits until nothing is due; the time that it took."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            depth = self.api("GET", "/queue")
            if depth["due"] == 0 and depth["leased"] == 0:
                return time.monotonic() - began
            time.sleep(0.1)
        raise TimeoutError(f"not settled: {depth}")


def summary(commit):
    return next((field["to"] for field in commit.get("fields", []) if field["field"] == "summary"), commit["key"])


def call(method, url, body=None, authorization=None):
    request = urllib.request.Request(url, data=body, method=method)
    request.add_header("content-type", "application/json")
    request.add_header("user-agent", "bench")
    if authorization:
        request.add_header("authorization", authorization)
    with urllib.request.urlopen(request, timeout=120) as answer:
        text = answer.read()
    return json.loads(text) if text else None
