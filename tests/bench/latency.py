"""Prints how long a backfill takes where Jira is as far away as it is. See `./bench latency`."""

import json
import sys
import tempfile
import time

import report
from product import Product, call

GATEWAY = "/api/ex/jira/*"
BULK = "/api/ex/jira/*/issue/bulk"
ROUND_MS = 100
# A bulk create of 50, where each issue costs 30 ms.
ISSUES_MS = 50 * 30


def main(binary, findings=1_000):
    plain = [delay(GATEWAY, ROUND_MS)]
    print(f"{findings} tickets where each call takes {ROUND_MS} ms: {backfill(binary, findings, plain):.1f} s")
    slow = [*plain, delay(BULK, ISSUES_MS)]
    print(f"the same where a bulk create takes {ROUND_MS + ISSUES_MS} ms: {backfill(binary, findings, slow):.1f} s")


def backfill(binary, findings, plan):
    with tempfile.TemporaryDirectory() as folder:
        product = Product(binary, folder)
        try:
            call("POST", f"{product.sim}/_sim/plan", json.dumps(plan).encode())
            began = time.monotonic()
            path = f"/reports?repository={product.info['github']['repository']}"
            product.api("POST", path, report.trivy(findings, "2026-11-20T08:00:00Z"))
            product.settle()
            took = time.monotonic() - began
            made = product.issues_made(product.jira_calls())
            assert len(made) == findings, f"{len(made)} tickets were made"
            return took
        finally:
            product.stop()


def delay(path, ms):
    return {"match": {"path": path}, "fault": {"kind": "delay", "ms": ms}}


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
